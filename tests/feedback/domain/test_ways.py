"""Which ways may things go? Each table of states, drawn once more.

Tests of behaviour read the program's own tables; here they are written by hand, so that
a way which is lost or added by a slip is seen.
"""

import pytest

from feedback.domain import action, alert, delivery, invitation, response, review

WAYS = {
    "review": (
        review.MOVES,
        {
            "commissioned": "invited locked",
            "invited": "locked",
            "locked": "commented",
            "commented": "moderating",
            "moderating": "agreed",
            "agreed": "",
        },
    ),
    "invitation": (
        invitation.MOVES,
        {
            "not_invited": "declined expired invited revoked started withdrawn",
            "invited": "declined expired revoked started withdrawn",
            "started": "answered declined expired revoked withdrawn",
            "answered": "withdrawn",
            "declined": "",
            "withdrawn": "",
            "expired": "",
            "revoked": "",
        },
    ),
    "response": (
        response.MOVES,
        {
            "draft": "discarded quarantined submitted withdrawn",
            "submitted": "withdrawn",
            "quarantined": "discarded replaced submitted withdrawn",
            "withdrawn": "",
            "replaced": "",
            "discarded": "",
        },
    ),
    "message": (
        delivery.MESSAGE_MOVES,
        {
            "due": (
                "calling cancelled dead-letter delivered expired failed-permanent "
                "suppressed"
            ),
            "calling": (
                "accepted dead-letter delivered due expired failed-permanent sent "
                "unknown"
            ),
            "accepted": (
                "dead-letter delivered due expired failed-permanent sent unconfirmed"
            ),
            "sent": "dead-letter delivered due expired failed-permanent unconfirmed",
            "unknown": (
                "accepted dead-letter delivered due expired failed-permanent sent "
                "unconfirmed"
            ),
            "delivered": "",
            "unconfirmed": "delivered",
            "failed-permanent": "delivered",
            "suppressed": "",
            "expired": "delivered",
            "cancelled": "",
            "dead-letter": "cancelled delivered due",
        },
    ),
    "attempt": (
        delivery.ATTEMPT_MOVES,
        {
            "calling": "accepted refused unknown",
            "accepted": "",
            "refused": "accepted",
            "unknown": "accepted not-found",
            "not-found": "accepted",
        },
    ),
    "alert": (
        alert.MOVES,
        {"raised": "acknowledged", "acknowledged": "closed", "closed": ""},
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_it_goes_these_ways_and_no_others(name):
    table, drawn = WAYS[name]

    assert {state: " ".join(sorted(to)) for state, to in table.items()} == drawn


def test_each_step_takes_an_action_where_it_should():
    assert action.MOVES == {
        "open": {
            "done": "done",
            "dropped": "dropped",
            "noted": "open",
            "assigned": "open",
            "due_changed": "open",
        },
        "done": {
            "confirmed": "confirmed",
            "sent_back": "open",
            "taken_back": "open",
            "noted": "done",
        },
        "confirmed": {"reopened": "open"},
        "dropped": {"reopened": "open"},
    }
