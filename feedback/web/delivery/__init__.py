"""What do those work with who run the sending, and who sort what comes back?"""

from typing import Final

from flask import Blueprint

from feedback.web.delivery import health, inbound

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (health.blueprint, inbound.blueprint)
