"""Which pages may the signed-in person go to? Derived from the access table."""

from dataclasses import dataclass
from typing import Final

from flask import request, url_for

from feedback.domain.access import Action, may
from feedback.web.guards import signed_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of the navigation."""

    label: str
    url: str
    is_current: bool


# Label, endpoint, and the actions of which one must be allowed somewhere.
ENTRIES: Final[tuple[tuple[str, str, tuple[Action, ...]], ...]] = (
    ("Home", "home.home", ()),
    ("Reviews", "office.reviews", (Action.SEE_COUNTS,)),
    ("Alerts", "safeguarding.alerts", (Action.SETTLE_ALERTS,)),
    ("Actions", "act.actions", (Action.ACT,)),
    ("Portfolio", "portfolio.portfolio", (Action.SEE_PORTFOLIO,)),
    ("Reports", "committee.reports", (Action.READ_REPORT,)),
    ("Texts", "inbound.texts", (Action.SEE_INBOUND,)),
    ("Delivery", "delivery.overview", (Action.SEE_DELIVERY,)),
)


def navigation() -> tuple[Link, ...]:
    """List the pages that the signed-in person may go to."""
    found = signed_in()
    if found is None:
        return ()
    return tuple(
        Link(
            label=label,
            url=url_for(endpoint),
            is_current=request.endpoint == endpoint,
        )
        for label, endpoint, actions in ENTRIES
        if not actions or any(may(found.viewer, action) for action in actions)
    )
