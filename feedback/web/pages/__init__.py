"""Which pages belong to nobody's journey? The neutral front, health, CSP reports."""

from typing import Final

from flask import Blueprint

from feedback.web.pages import metrics
from feedback.web.pages.views import blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint, metrics.blueprint)
