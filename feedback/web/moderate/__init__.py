"""What do the first commenter and the moderation meeting work with?"""

from typing import Final

from flask import Blueprint

from feedback.web.moderate import comment, judgement, meeting, recommending, signing
from feedback.web.moderate.pages import blueprint

# Each module hangs its pages on the one blueprint.
PAGES: Final = (comment, meeting, judgement, recommending, signing)
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
