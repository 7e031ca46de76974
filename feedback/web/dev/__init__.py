"""What would people's phones show? The demonstration's drawn phones and mailbox."""

from typing import Final

from flask import Blueprint

from feedback.web.dev.views import blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
