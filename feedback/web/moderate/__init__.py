"""What do the first commenter and the moderation meeting work with?"""

from typing import Final

from flask import Blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = ()
