"""May this person see this page? Every staff route says which action it is."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, cast
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action, ReviewId, Standing, may
from feedback.services import admit, sign_in
from feedback.services.audit import Actor, staff
from feedback.services.sign_in import SignedIn
from feedback.web.context import database, now, settings
from feedback.web.sessions import KEY, is_staff_path

Args = ParamSpec("Args")
View = Callable[Args, ResponseReturnValue]
ACTIONS: Final = "guarded_by"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def signed_in() -> SignedIn | None:
    """Tell who is fully signed in; None where nobody is."""
    found = half_signed_in()
    return found if found is not None and found.is_complete else None


def half_signed_in() -> SignedIn | None:
    """Tell whose session this is, the code still to come or not."""
    if "staff" not in g:
        g.staff = _resume()
    return cast("SignedIn | None", g.staff)


def current_staff() -> SignedIn:
    """Tell who is signed in, inside a guarded view."""
    found = signed_in()
    if found is None:
        abort(404)
    return found


def actor() -> Actor:
    """Name the signed-in person as the actor of a deed."""
    return staff(current_staff().account)


def current_review() -> ReviewId:
    """Give the review of the guarded view's `reference`."""
    return cast("ReviewId", g.review)


def current_standing() -> Standing:
    """Tell how the signed-in person stands to the guarded view's review."""
    return cast("Standing", g.standing)


def allowed(action: Action) -> bool:
    """Tell whether to show a button: may the signed-in person do this here?"""
    found = signed_in()
    return found is not None and may(found.viewer, action, g.get("standing"))


def guarded(*any_of: Action) -> Callable[[View[Args]], View[Args]]:
    """Let a view run only for those who may do at least one of these actions.

    A view with a `reference` in its address is judged at that review. Everybody
    signed in passes where no action is named.
    """

    def decorate(view: View[Args]) -> View[Args]:
        @wraps(view)
        def guard(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
            found = signed_in()
            if found is None:
                return redirect(url_for("accounts.login"), 303)
            reference = (request.view_args or {}).get("reference")
            if reference is not None:
                _stand_at(reference, found)
            standing = g.get("standing")
            if any_of and not any(may(found.viewer, one, standing) for one in any_of):
                abort(404)
            return view(*args, **kwargs)

        setattr(guard, ACTIONS, any_of)
        return guard

    return decorate


def register_guards(app: Flask) -> None:
    """Refuse requests that another site's page sent."""

    @app.before_request
    def refuse_foreign_origin() -> None:
        origin = request.headers.get("Origin")
        # With no-referrer a browser may send "null": then the CSRF token decides.
        if request.method in SAFE_METHODS or origin in {None, "null"}:
            return
        ours = {
            urlsplit(settings().public_base_url).netloc,
            urlsplit(settings().staff_base_url).netloc,
            request.host,
        }
        if _host_of(origin or "") not in ours:
            abort(403)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _resume() -> SignedIn | None:
    token = session.get(KEY) if is_staff_path(request.path) else None
    if not token:
        return None
    with database().reading() as reading:
        found = sign_in.resume(reading, token, now=now())
    if found is not None and found.is_due_to_be_noted(now()):
        with database().transaction() as work:
            sign_in.touch(work, found, now=now())
    return found


def _stand_at(reference: str, who: SignedIn) -> None:
    # PostgreSQL cannot even be asked for a text with a NUL.
    if "\0" in reference:
        abort(404)
    try:
        with database().reading() as reading:
            g.review, g.standing = admit.standing_at(
                reading, reference, who.account, now=now()
            )
    except admit.NoSuchReviewError:
        abort(404)
