"""What ends when its time is over, and is the program that sends alive?"""

from datetime import timedelta

from sqlalchemy import update

from feedback.db.models import InvitationRow, MessageRow
from feedback.services import expire, pulse


def test_an_invitation_past_its_end_is_expired_and_its_token_wiped(post, clock):
    post.invite_one(clock.now())
    clock.forward(days=21)

    with post.database.transaction() as session:
        ended = expire.expire(session, now=clock.now())

    assert ended == 2
    invitation = post.invitation()
    assert (invitation.status, invitation.token_sealed) == ("expired", None)
    assert invitation.token_digest is not None
    assert post.message().state == "expired"


def test_an_answered_invitation_stays_answered(post, clock):
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        session.execute(update(InvitationRow).values(status="answered"))
        session.execute(update(MessageRow).values(state="delivered"))
    clock.forward(days=40)

    with post.database.transaction() as session:
        assert expire.expire(session, now=clock.now()) == 0

    assert post.invitation().status == "answered"


def test_the_pulse_tells_of_the_scheduler_and_of_what_waits(post, clock):
    with post.database.reading() as session:
        assert pulse.pulse(session, now=clock.now()).heartbeat_at is None
    post.invite_one(clock.now())
    due_at = clock.now()
    clock.forward(minutes=5)
    with post.database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())

    with post.database.reading() as session:
        found = pulse.pulse(session, now=clock.now() + timedelta(seconds=1))

    assert found.heartbeat_at == clock.now()
    assert (found.oldest_due_at, found.backlog) == (due_at, 1)
    assert (found.unknown, found.dead_letters) == (0, 0)
