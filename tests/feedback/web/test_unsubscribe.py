"""Does one click in a mail program stop one person's messages, and nothing else?"""

import re

import pytest
from builders import a_contact, a_participant, a_review
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.models import InvitationRow, SuppressionRow
from feedback.services import audit, invite
from feedback.services.deliver import deliver_due

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(post, settings, clock):
    """The path that an invitation's email carries in its head."""
    with post.database.transaction() as session:
        review = a_review(session, now=clock.now())
        person = a_participant(session, review, now=clock.now(), contact=False)
        given = {"channel": "email", "value": "who@example.org"}
        a_contact(session, person, now=clock.now(), **given)
        a_contact(session, person, now=clock.now(), position=1)
        other = a_participant(session, review, now=clock.now())
        assert other.id != person.id
    with post.database.transaction() as session:
        invite.invite(
            session, review.id, rules=post.rules, by=audit.OPERATOR, now=clock.now()
        )
    email = FakeSender(post.database)
    deliver_due(a_dispatch(post.database, settings, email=email), read_now=clock.now)
    found = email.sent[0].list_unsubscribe
    assert found.startswith("http://localhost/u/")
    return found.removeprefix("http://localhost")


def stopped(database):
    with database.reading() as session:
        return len(
            session.scalars(
                select(InvitationRow).where(
                    InvitationRow.messages_stopped_at.is_not(None)
                )
            ).all()
        )


def test_looking_changes_nothing_and_asks_for_a_press(client, database, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "Stop messages" in answer.text
    assert stopped(database) == 0


def test_a_mail_programs_click_stops_one_persons_messages_on_every_channel(
    client, database, address
):
    answer = client.post(address, data=ONE_CLICK)

    assert answer.status_code == 200
    assert stopped(database) == 1
    with database.reading() as session:
        rows = session.scalars(select(SuppressionRow)).all()
    assert sorted(one.channel for one in rows) == ["email", "sms"]
    assert {one.reason for one in rows} == {"unsubscribe"}


def test_it_can_be_pressed_twice(client, database, address):
    first = client.post(address, data=ONE_CLICK)
    second = client.post(address, data={})

    assert first.text == second.text
    assert stopped(database) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda path: f"{path[:-1]}{'A' if path[-1] != 'A' else 'B'}",
        lambda path: path[:-3],
        lambda _: "/u/x",
        lambda _: "/u/ünknown",
        lambda _: f"/u/{'A' * 43}",
    ],
)
def test_every_other_token_gets_the_same_answer_and_does_nothing(
    client, database, address, change
):
    other = client.post(change(address), data=ONE_CLICK)
    assert stopped(database) == 0
    real = client.post(address, data=ONE_CLICK)

    assert (other.status_code, other.text) == (real.status_code, real.text)


def test_its_token_starts_no_form(client, database, address):
    token = address.removeprefix("/u/")
    page = client.get(f"/r/{'1' * 22}")
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]

    answer = client.post("/r", data={"csrf_token": csrf, "token": token})

    assert answer.status_code == 200
    assert "/s" not in answer.headers.get("Location", "")
    with database.reading() as session:
        assert "started" not in session.scalars(select(InvitationRow.status)).all()
