"""What does the reviewer work with? Evidence, grades, the triangulated view."""

from typing import Final

from flask import Blueprint

from feedback.web.review import concerns, grades, judgement, revise, voices
from feedback.web.review.pages import blueprint

# Each module hangs its pages on the one blueprint.
PAGES: Final = (grades, judgement, revise, voices, concerns)
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
