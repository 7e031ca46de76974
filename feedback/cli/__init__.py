"""What can an operator type? `flask --app wsgi …`.

A command is read when it is typed: the web server, started by one of them, carries
neither what brings the database to its shape nor what writes Word files.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup
from typing_extensions import override

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "db": ("database",),
    "deliver": ("deliver",),
    "delivery": ("deliver",),
    "demo": ("demo",),
    "duty": ("duty",),
    "inbound": ("deliver",),
    "report": ("report",),
    "review": ("review", "rehearse"),
    "scheduler": ("send",),
    "staff": ("staff",),
    "web": ("serve",),
    "worker": ("send",),
}


class Commands(AppGroup):
    """The application's commands; each is imported when it is asked for."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name)
        self._app = app

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *MODULES})

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands:
            for module in MODULES.get(cmd_name, ()):
                import_module(f"{__name__}.{module}").register(self._app)
        return super().get_command(ctx, cmd_name)


def register(app: Flask) -> None:
    """Add every command to the application."""
    app.cli = Commands(app)
