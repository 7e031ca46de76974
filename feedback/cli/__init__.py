"""What can an operator type? `flask --app wsgi …`."""

from flask import Flask

from feedback.cli import database, demo, duty, review, staff


def register(app: Flask) -> None:
    """Add every command to the application."""
    for group in (database, staff, demo, duty, review):
        group.register(app)
