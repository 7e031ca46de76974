"""Why is a message given up for good?"""

from flask_wtf import FlaskForm

from feedback.web.fields import SaysSomething, WordsField, free_text


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a message is given up."""

    reason = WordsField(
        "Why is it cancelled?",
        [SaysSomething("Write why it is cancelled"), *free_text()],
        description="It is kept with the message. Leave names and numbers out.",
    )
