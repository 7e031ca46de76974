"""Does each of a provider's codes end as it should, however often it comes back?

Once as a refusal of the call, once as a receipt for a text that was taken first.
"""

from dataclasses import dataclass

import pytest
from builders import a_contact, a_participant, a_review
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.models import (
    ContactRow,
    DeliveryPauseRow,
    ReplyStopRow,
    SuppressionRow,
)
from feedback.domain.delivery import FINAL_STATES
from feedback.messaging.sender import Accepted, Refused
from feedback.services import audit, invite, receive
from feedback.services.deliver import deliver_due
from feedback.services.receive import Receipt

MOST_ROUNDS = 12
# More than the attempts that count: the last rounds may fall into the night.
AS_OFTEN_AS_IT_TAKES = range(9, MOST_ROUNDS + 1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What the table promises for a code.

    `texts` counts the calls, `still` means that it goes on for ever.
    """

    code: str | None
    http: int | None = 400
    state: str
    texts: int | None = 1
    keeps_contact: bool = True
    suppresses: bool = False
    pauses: bool = False
    falls_back: bool = False
    alarms: bool = False
    stops_replies: bool = False
    reason: str | None = None


STOP = {"state": "due", "texts": None, "pauses": True, "alarms": True}
FAILED = {"state": "failed-permanent"}
GONE = FAILED | {"keeps_contact": False}
REFUSALS = (
    Row(code="20429", http=429, state="due", texts=None),
    Row(code=None, http=429, state="due", texts=None),
    Row(code="connect", http=None, state="dead-letter", texts=8),
    Row(code="20003", http=401, **STOP),
    Row(code="20404", http=404, **STOP),
    Row(code=None, http=401, **STOP),
    Row(code=None, http=403, **STOP),
    Row(code="21211", falls_back=True, **GONE),
    Row(code="21212", **STOP),
    Row(code="21606", **STOP),
    Row(code="21408", alarms=True, **GONE),
    Row(code="21610", suppresses=True, **FAILED),
    Row(code="21612", falls_back=True, **FAILED),
    Row(code="21614", falls_back=True, **GONE),
    Row(code="21617", state="dead-letter", alarms=True),
    Row(code=None, state="dead-letter", texts=3),
)
# These come in answer to the call, or, as a rule, afterwards.
EITHER_WAY = (
    Row(code="30001", state="dead-letter", texts=8, reason="attempts-used-up"),
    Row(code="30002", **STOP),
    Row(code="30003", texts=4, reason="retries-used-up", **GONE),
    Row(code="30004", **GONE),
    Row(code="30005", **GONE),
    Row(code="30006", falls_back=True, **GONE),
    Row(code="30007", **FAILED),
    Row(code="30008", texts=2, falls_back=True, **FAILED),
    Row(code="30039", stops_replies=True, **FAILED),
    Row(code="30042", **STOP),
    Row(code="99999", state="dead-letter", texts=3, reason="retries-used-up"),
)


@pytest.fixture
def invited(ready, post, clock):
    """One person is invited by text, who agreed to email as well."""
    with ready.transaction() as session:
        review = a_review(session, now=clock.now())
        person = a_participant(session, review, now=clock.now())
        a_contact(
            session,
            person,
            now=clock.now(),
            position=1,
            channel="email",
            value="who@example.org",
        )
    with ready.transaction() as session:
        invite.invite(
            session, review.id, rules=post.rules, by=audit.OPERATOR, now=clock.now()
        )
    return post


def until_it_ends(post, clock, round_):
    """Let time pass from one try of the text to the next."""
    for _ in range(MOST_ROUNDS):
        round_()
        text = post.message()
        if text.state in FINAL_STATES:
            return
        clock.at = max(clock.at, text.next_at)


def assert_as_promised(post, sms, row, caplog):
    text = next(one for one in post.messages() if one.channel == "sms")
    made = [one for one in post.attempts() if one.message_id == text.id]
    assert text.state == row.state
    if row.texts is None:
        assert len(sms.sent) in AS_OFTEN_AS_IT_TAKES
    else:
        assert len(sms.sent) == row.texts
    assert {(one.code, one.http) for one in made if one.http} <= {(row.code, row.http)}
    assert {one.code for one in made} == {row.code}
    if row.reason is not None:
        assert text.reason == row.reason
    with post.database.reading() as session:
        contact = session.get_one(ContactRow, text.contact_id)
        assert (contact.verified_at is not None) is row.keeps_contact
        assert bool(session.scalars(select(SuppressionRow)).all()) is row.suppresses
        paused = session.scalars(
            select(DeliveryPauseRow.channel).where(DeliveryPauseRow.ended_at.is_(None))
        ).all()
        assert paused == (["sms"] if row.pauses else [])
        assert bool(session.scalars(select(ReplyStopRow)).all()) is row.stops_replies
    followers = [one for one in post.messages() if one.fallback_of == text.id]
    assert bool(followers) is row.falls_back
    assert ("delivery alarm" in caplog.text) is row.alarms
    assert not [
        one
        for one in post.messages()
        if one.purpose == "reminder" and one.state == "due" and text.state != "due"
    ]


@pytest.mark.parametrize(
    "row", [*REFUSALS, *EITHER_WAY], ids=lambda row: f"{row.code}-{row.http}"
)
def test_a_refused_call_ends_as_the_table_says(invited, settings, clock, row, caplog):
    refused = Refused(code=row.code, http=row.http)
    sms = FakeSender(invited.database, outcomes=[refused] * 50)
    sending = a_dispatch(invited.database, settings, sms=sms)

    until_it_ends(
        invited, clock, lambda: deliver_due(sending, read_now=clock.now, limit=1)
    )

    assert_as_promised(invited, sms, row, caplog)


@pytest.mark.parametrize("row", EITHER_WAY, ids=lambda row: row.code)
def test_a_text_that_was_taken_and_failed_ends_as_the_table_says(
    invited, settings, clock, row, caplog
):
    sms = FakeSender(invited.database)
    sending = a_dispatch(invited.database, settings, sms=sms)

    def send_and_fail():
        sid = f"SM-{len(sms.sent)}"
        sms.outcomes = [Accepted(provider_sid=sid)]
        deliver_due(sending, read_now=clock.now, limit=1)
        with invited.database.transaction() as session:
            receive.record_receipt(
                session,
                Receipt(provider_sid=sid, status="undelivered", code=row.code),
                rules=sending.rules,
                now=clock.now(),
            )

    until_it_ends(invited, clock, send_and_fail)

    made = [one for one in invited.attempts() if one.provider_sid]
    assert {one.state for one in made} == {"accepted"}
    if row.pauses:
        # Whatever is taken by a probe ends the pause, until the next receipt.
        assert invited.message().state == "due"
        return
    assert_as_promised(invited, sms, row, caplog)
