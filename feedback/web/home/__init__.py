"""What needs me now? The first page after sign-in."""

from typing import Final

from flask import Blueprint

from feedback.web.home.views import blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
