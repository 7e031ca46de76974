"""Why is a message given up for good, and why is a text an alert?"""

from flask_wtf import FlaskForm

from feedback.web.fields import SaysSomething, WordsField, free_text


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a message is given up."""

    reason = WordsField(
        "Why is it cancelled?",
        [SaysSomething("Write why it is cancelled"), *free_text()],
        description="It is kept with the message. Leave names and numbers out.",
    )


class RaiseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a text worries whoever reads it."""

    reason = WordsField(
        "What worries you? (optional)",
        [*free_text()],
        description=(
            "The text itself goes with the alert. Only the duty contact and the Head "
            "of Safeguarding and QA read this."
        ),
    )
