"""Who is asked, who is messaged, and who is asked in person?"""

import dataclasses
from datetime import UTC, datetime, time, timedelta

import pytest
from builders import a_contact, a_participant, a_review, a_staff_member
from sqlalchemy import event, func, select

from feedback.config import Mode
from feedback.db.models import (
    InvitationRow,
    MessageRow,
    ReviewRow,
    ReviewStepRow,
)
from feedback.db.vault import KeyName, vault_of
from feedback.domain.token import token_digest
from feedback.services import audit, invite, outbox, resend
from feedback.services.publish import publish_bundled


@pytest.fixture
def rules(settings):
    return invite.rules(settings)


def invited(session, review, rules, now, by=audit.OPERATOR):
    return invite.invite(session, review.id, rules=rules, by=by, now=now)


def rows(session, kind):
    return session.scalars(select(kind)).all()


def test_an_adult_with_a_safe_contact_is_messaged(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned")
        person = a_participant(session, review, now=now)

        result = invited(session, review, rules, now)

        assert result == invite.InviteResult(queued=1, in_person=0, held=0)
        row = rows(session, InvitationRow)[0]
        assert (row.status, row.channel, row.wave) == ("invited", "link", 0)
        message = rows(session, MessageRow)[0]
        assert (message.purpose, message.state) == ("invitation", "due")
        assert message.invitation_id == row.id
        assert message.participant_id == person.id
        assert message.next_at == now
        assert message.expires_at == row.expires_at


def test_the_link_is_on_the_invitation_only_sealed_and_as_a_digest(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        a_participant(session, review, now=now)

        invited(session, review, rules, now)

        row = rows(session, InvitationRow)[0]
        token = invite.token_of(session, row)
        assert token is not None
        pepper = vault_of(session).secret(KeyName.TOKEN_PEPPER)
        assert row.token_digest == token_digest(pepper, token)
        message = rows(session, MessageRow)[0]
        assert outbox.params_of(session, message).values == {}


def test_a_demonstration_link_can_be_derived_again(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now)

        invited(session, review, rules, now)

        row = rows(session, InvitationRow)[0]
        derived = rules.make_token(review.reference, person.key, 0)
        assert invite.token_of(session, row) == derived


def test_production_never_derives_a_token(settings):
    rules = invite.rules(dataclasses.replace(settings, mode=Mode.PRODUCTION))

    assert rules.make_token("H-1", "p1", 0) != rules.make_token("H-1", "p1", 0)


def test_inviting_twice_changes_nothing(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned")
        a_participant(session, review, now=now)
        invited(session, review, rules, now)
    with ready.transaction() as session:
        result = invited(session, review, rules, now + timedelta(hours=1))

        assert result == invite.InviteResult()
        assert len(rows(session, InvitationRow)) == 1
        assert len(rows(session, MessageRow)) == 1
        assert len(rows(session, ReviewStepRow)) == 1


def test_the_review_moves_on_to_hearing_people(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned")
        a_participant(session, review, now=now)

        invited(session, review, rules, now)

        assert session.get_one(ReviewRow, review.id).state == "invited"
        step = rows(session, ReviewStepRow)[0]
        assert (step.came_from, step.came_to) == ("commissioned", "invited")


@pytest.mark.parametrize(
    ("person", "contact"),
    [
        ({"group": "child", "age_band": "9-12"}, {}),
        ({}, {"is_high_risk": True}),
        ({}, {"is_safe": False}),
    ],
)
def test_some_are_asked_in_person_and_get_no_message(
    ready, rules, now, person, contact
):
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned")
        a_participant(session, review, now=now, **person, contact_given=contact)

        result = invited(session, review, rules, now)

        assert result == invite.InviteResult(in_person=1)
        row = rows(session, InvitationRow)[0]
        assert (row.status, row.channel) == ("not_invited", "in_person")
        assert rows(session, MessageRow) == []
        assert review.state == "invited"


@pytest.mark.parametrize(
    ("person", "contact"),
    [
        ({}, {"is_safe": None}),
        ({}, {"verified_at": datetime(2026, 1, 1, tzinfo=UTC)}),
        ({"consented_at": None}, {}),
        ({"contact": False}, {}),
    ],
)
def test_some_are_held_until_somebody_checked(ready, rules, now, person, contact):
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned")
        a_participant(session, review, now=now, **person, contact_given=contact)

        result = invited(session, review, rules, now)

        assert result == invite.InviteResult(held=1)
        assert rows(session, MessageRow) == []
        assert review.state == "commissioned"


def test_who_was_held_is_messaged_once_the_check_is_recorded(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now, contact=False)
        contact = a_contact(session, person, now=now, is_safe=None)
        invited(session, review, rules, now)
        contact.is_safe = True
        session.flush()

        result = invited(session, review, rules, now)

        assert result.queued == 1
        assert [row.status for row in rows(session, InvitationRow)] == ["invited"]


def test_a_childs_form_is_refused_without_a_duty_route(database, rules, now):
    with database.transaction() as session:
        publish_bundled(session, now=now)
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now, group="child")

        with pytest.raises(invite.NoDutyRouteError):
            invited(session, review, rules, now)
        with pytest.raises(invite.NoDutyRouteError):
            invite.open_here(
                session, person.id, rules=rules, by=audit.OPERATOR, now=now
            )


def test_a_person_who_is_not_asked_gets_nothing(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now)
        person.not_invited_reason_sealed = b"sealed"
        session.flush()

        assert invited(session, review, rules, now) == invite.InviteResult()
        assert rows(session, InvitationRow) == []


def test_a_shared_phone_with_two_safe_hours_waits_for_them(ready, rules, clock):
    monday = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    with ready.transaction() as session:
        review = a_review(session, now=monday)
        a_participant(
            session,
            review,
            now=monday,
            contact_given={
                "is_shared_device": True,
                "safe_days": "1",
                "safe_from": time(10),
                "safe_until": time(12),
            },
        )

        invited(session, review, rules, monday)

        message = rows(session, MessageRow)[0]
        assert message.next_at == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_nothing_goes_before_the_window_opens_or_the_chosen_day(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, opens_at=now + timedelta(days=1))
        review.invite_at = now + timedelta(days=2)
        a_participant(session, review, now=now)

        invited(session, review, rules, now)

        assert rows(session, MessageRow)[0].not_before == now + timedelta(days=2)


def test_a_review_whose_window_is_over_is_refused(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(
            session, now=now, opens_at=now - timedelta(days=3), closes_at=now
        )
        a_participant(session, review, now=now)

        with pytest.raises(invite.WindowClosedError):
            invited(session, review, rules, now)


def test_one_member_of_staff_cannot_message_everybody_at_once(ready, rules, now):
    rules = dataclasses.replace(rules, cap_per_staff_per_hour=1)
    with ready.transaction() as session:
        me = audit.staff(a_staff_member(session, now=now))
        review = a_review(session, now=now)
        a_participant(session, review, now=now)
        a_participant(session, review, now=now)

        with pytest.raises(invite.InviteCapError):
            invited(session, review, rules, now, by=me)
        assert invited(session, review, rules, now).queued == 2


def test_many_reviews_take_no_more_questions_than_one(ready, rules, now):
    asked = []
    event.listen(
        ready.engine,
        "before_cursor_execute",
        lambda *a: asked.append(a[2]) if a[2].startswith("SELECT") else None,
    )

    def count(reviews, people):
        with ready.transaction() as session:
            made = [a_review(session, now=now) for _ in range(reviews)]
            for review in made:
                for _ in range(people):
                    a_participant(session, review, now=now)
        with ready.transaction() as session:
            asked.clear()
            results = invite.invite_many(
                session,
                [one.id for one in made],
                rules=rules,
                by=audit.OPERATOR,
                now=now,
            )
            assert sum(one.queued for one in results.values()) == reviews * people
            return len(asked)

    # The first round also opens a key, once in the life of a process.
    assert count(1, 1) >= count(6, 5)


def test_a_form_opened_here_uses_the_link_that_is_there(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now, group="child")
        invited(session, review, rules, now)
        row = rows(session, InvitationRow)[0]

        token = invite.open_here(
            session, person.id, rules=rules, by=audit.OPERATOR, now=now
        )

        assert token == invite.token_of(session, row)
        assert session.scalar(select(func.count()).select_from(InvitationRow)) == 1


def test_a_form_opened_here_after_a_revoked_link_is_a_new_invitation(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now)
        invited(session, review, rules, now)
        first = rows(session, InvitationRow)[0]
        resend.revoke(session, first.id, by=audit.OPERATOR, now=now)

        token = invite.open_here(
            session, person.id, rules=rules, by=audit.OPERATOR, now=now
        )

        assert first.token_sealed is None
        second = session.scalars(
            select(InvitationRow).where(InvitationRow.wave == 1)
        ).one()
        assert invite.token_of(session, second) == token
        states = [row.state for row in rows(session, MessageRow)]
        assert states == ["cancelled"]


def test_a_form_cannot_be_opened_here_before_its_window(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, opens_at=now + timedelta(days=1))
        person = a_participant(session, review, now=now)

        with pytest.raises(invite.WindowClosedError):
            invite.open_here(
                session, person.id, rules=rules, by=audit.OPERATOR, now=now
            )


def test_sending_again_brings_the_same_link_once(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now)
        invited(session, review, rules, now)

        def again():
            return resend.resend(
                session, person.id, rules=rules, by=audit.OPERATOR, now=now
            )

        assert again() is False
        rows(session, MessageRow)[0].state = "delivered"
        session.flush()
        assert again() is True
        assert again() is False
        assert len(rows(session, InvitationRow)) == 1
        assert sorted(row.wave for row in rows(session, MessageRow)) == [0, 1]


def test_sending_again_after_the_end_is_refused(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(session, review, now=now)
        invited(session, review, rules, now)
        rows(session, InvitationRow)[0].status = "answered"
        session.flush()

        with pytest.raises(resend.NotOpenError):
            resend.resend(session, person.id, rules=rules, by=audit.OPERATOR, now=now)


def test_sending_again_keeps_to_safe_contact(ready, rules, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(
            session, review, now=now, contact_given={"is_high_risk": True}
        )
        invited(session, review, rules, now)

        with pytest.raises(resend.HeldError):
            resend.resend(session, person.id, rules=rules, by=audit.OPERATOR, now=now)
