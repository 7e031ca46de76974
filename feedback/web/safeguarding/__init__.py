"""What does the duty contact work with? Alerts."""

from typing import Final

from flask import Blueprint

from feedback.web.safeguarding.views import blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
