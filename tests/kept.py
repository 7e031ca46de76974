"""What does the database hold of what was said and sent? Everything, and once."""

from collections import Counter

from builders import a_participant, a_review, an_invitation
from form_walk import GROUPS
from grading_builders import published
from sqlalchemy import func, select

from feedback.db.models import AnswerRow, AttemptRow, MessageRow, ResponseRow
from feedback.db.vault import vault_of
from feedback.services.resume import words_place

IN_FLIGHT = ("due", "calling", "unknown")


def invited(database, form, *, now):
    """Invite somebody at a review of their own; give the invitation and its link."""
    group, age_band = GROUPS.get(form, (form, None))
    with database.transaction() as session:
        review = a_review(session, now=now)
        person = a_participant(
            session, review, now=now, group=group, form=form, age_band=age_band
        )
        row, token = an_invitation(
            session, person, published(session, form, now=now), now=now
        )
        return row.id, f"/r/{token}"


def assert_kept_once(database, invitation, person):
    """See that what somebody was thanked for is there, in one response only."""
    with database.reading() as session:
        found = session.scalars(
            select(ResponseRow).where(ResponseRow.invitation_id == invitation)
        ).all()
        answers = [_answers(session, one) for one in found]
    states = [one.state for one in found]
    assert person.has_sent(), f"{person.name} was never thanked"
    assert states == ["submitted"], f"{person.name} was thanked for {states}"
    lost = dict(person.told().items() - answers[0].items())
    assert not lost, f"{person.name} said this, and it is not there: {lost}"


def in_flight(database):
    """Count the invitations that are not on their way yet."""
    with database.reading() as session:
        return session.scalar(
            select(func.count())
            .select_from(MessageRow)
            .where(MessageRow.state.in_(IN_FLIGHT), MessageRow.wave == 0)
        )


def assert_each_arrived_once(fake, database, how_many):
    """See that so many texts are with the provider, each once, and known here."""
    sent = Counter(message["body"] for message in fake.messages)
    twice = [body for body, times in sent.items() if times > 1]
    assert not twice, f"{len(twice)} texts were sent twice, such as {twice[:3]}"
    assert len(sent) == how_many, f"{len(sent)} of {how_many} texts were sent"
    with database.reading() as session:
        known = session.scalars(
            select(AttemptRow.provider_sid).where(AttemptRow.state == "accepted")
        ).all()
    there = {message["sid"] for message in fake.messages}
    assert set(known) == there, f"{len(there ^ set(known))} are known to one side only"


def _answers(session, response):
    rows = session.scalars(
        select(AnswerRow).where(AnswerRow.response_id == response.id)
    )
    vault = vault_of(session)
    return {
        row.question: row.option
        if row.words_sealed is None
        else vault.unseal(words_place(row.id, response.review_id), row.words_sealed)
        for row in rows
    }
