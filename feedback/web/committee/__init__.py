"""What do committee members and the Head of Safeguarding and QA read in sum?"""

from typing import Final

from flask import Blueprint

from feedback.web.committee import building, reading
from feedback.web.committee.pages import blueprint
from feedback.web.committee.portfolio import blueprint as portfolio

# Each module hangs its pages on the one blueprint.
PAGES: Final = (reading, building)
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint, portfolio)
