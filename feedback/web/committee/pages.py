"""Where do the pages of reports live?"""

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("committee", __name__, url_prefix="/staff/reports")
