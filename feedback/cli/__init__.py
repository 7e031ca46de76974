"""What can an operator type? `flask --app wsgi …`."""

from typing import Final

from flask import Flask

from feedback.cli import (
    database,
    deliver,
    demo,
    duty,
    rehearse,
    report,
    review,
    serve,
    staff,
)

GROUPS: Final = (
    database,
    deliver,
    demo,
    duty,
    report,
    review,
    rehearse,
    serve,
    staff,
)


def register(app: Flask) -> None:
    """Add every command to the application."""
    for group in GROUPS:
        group.register(app)
