"""What needs the signed-in person now?"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from feedback.services import home as home_service
from feedback.services.look_ahead import look_ahead
from feedback.web.context import database, now
from feedback.web.delivery import wording
from feedback.web.guards import current_staff, guarded

blueprint = Blueprint("home", __name__, url_prefix="/staff")


@blueprint.get("/")
@guarded()
def home() -> ResponseReturnValue:
    """Show what needs the signed-in person now."""
    with database().reading() as reading:
        viewer = current_staff().viewer
        desk = home_service.desk(reading, viewer, now=now())
        ahead = look_ahead(reading, viewer, now=now())
    return render_template("home/home.html", desk=desk, ahead=ahead, say=wording)
