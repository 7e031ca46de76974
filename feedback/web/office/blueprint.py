"""Where do the coordinator's pages hang?"""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("office", __name__, url_prefix="/staff/reviews")
