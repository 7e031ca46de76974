"""How do staff sign in and out?"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback.services import sign_in
from feedback.web.accounts.forms import CodeForm, SignInForm
from feedback.web.context import database, now
from feedback.web.errors import error_page
from feedback.web.guards import guarded, half_signed_in
from feedback.web.headers import clear_site
from feedback.web.sessions import KEY

blueprint = Blueprint("accounts", __name__, url_prefix="/staff")

NO_FIT = "The email address or the password is not right"
NO_CODE = "This code is not right, or was used before. Wait for the next one"


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Ask for email and password."""
    return render_template("accounts/login.html", form=SignInForm())


@blueprint.post("/login")
def check_password() -> ResponseReturnValue:
    """Begin a session that waits for the code."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _again("accounts/login.html", form)
    try:
        with database().transaction() as work:
            token = sign_in.check_password(
                work,
                form.email.data,
                form.password.data,
                source=request.remote_addr or "",
                now=now(),
            )
    except sign_in.TooManyTriesError:
        return error_page(429)
    if token is None:
        form.password.errors = [NO_FIT]
        return _again("accounts/login.html", form)
    _begin(token)
    return redirect(url_for(".code"), 303)


@blueprint.get("/login/code")
def code() -> ResponseReturnValue:
    """Ask for the authenticator's code."""
    if half_signed_in() is None:
        return redirect(url_for(".login"), 303)
    return render_template("accounts/code.html", form=CodeForm())


@blueprint.post("/login/code")
def check_code() -> ResponseReturnValue:
    """Complete the session."""
    found = half_signed_in()
    if found is None:
        return redirect(url_for(".login"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _again("accounts/code.html", form)
    try:
        with database().transaction() as work:
            token = sign_in.check_code(work, found, form.code.data, now=now())
    except sign_in.TooManyTriesError:
        return error_page(429)
    if token is None:
        form.code.errors = [NO_CODE]
        return _again("accounts/code.html", form)
    _begin(token)
    return redirect(url_for("home.home"), 303)


@blueprint.post("/logout")
@guarded()
def logout() -> ResponseReturnValue:
    """End the session, here and on the server."""
    found = half_signed_in()
    if found is not None:
        with database().transaction() as work:
            sign_in.sign_out(work, found, now=now())
    session.clear()
    return clear_site(redirect(url_for(".login"), 303))


def _begin(token: str) -> None:
    """Start the cookie afresh, so that nothing set before sign-in lives on."""
    session.clear()
    session[KEY] = token


def _again(template: str, form: SignInForm | CodeForm) -> ResponseReturnValue:
    return render_template(template, form=form, form_failed=True), 422
