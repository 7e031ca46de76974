"""What do those who follow actions work with?"""

from typing import Final

from flask import Blueprint

from feedback.web.act import following, listing
from feedback.web.act.pages import blueprint

# Each module hangs its pages on the one blueprint.
PAGES: Final = (listing, following)
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
