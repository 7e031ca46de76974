"""How do staff sign in, and where do they land?"""

from typing import Final

from flask import Blueprint

from feedback.web.accounts.views import blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
