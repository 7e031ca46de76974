"""What does a person type to sign in?"""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Regexp


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Email and password."""

    email = StringField(
        "Email address",
        [
            InputRequired("Enter your email address"),
            Length(max=254),
            # PostgreSQL cannot even be asked for a text with a NUL.
            Regexp(r"[^\0]*\Z", message="Enter your email address"),
        ],
    )
    password = PasswordField(
        "Password", [InputRequired("Enter your password"), Length(max=1024)]
    )


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The authenticator's code."""

    code = StringField(
        "Six-digit code",
        [InputRequired("Enter the code from your authenticator"), Length(max=20)],
        description="Your authenticator app shows a new code every 30 seconds.",
    )
