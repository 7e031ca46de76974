"""How does the demonstration come to life?"""

from flask import Flask


def register(app: Flask) -> None:
    """Add the group to the application."""
    del app
