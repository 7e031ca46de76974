"""In which order people stand, for each who looks at them."""

from dataclasses import dataclass

import pytest
from builders import a_participant, a_review, a_staff_member
from grading_builders import a_voice, locked
from sqlalchemy import select

from feedback.db.crypto import Where
from feedback.db.ids import new_id, new_opaque_id
from feedback.db.models import SynthesisRow
from feedback.db.vault import vault_of
from feedback.domain.access import Role
from feedback.services import audit
from feedback.services.shuffle import Order, order_for
from feedback.services.triangulate import triangulated_view

PEOPLE = {f"p{number}": new_opaque_id() for number in range(1, 9)}


@dataclass(frozen=True)
class Said:
    """One thing that somebody said."""

    person: str
    words: str = ""


def a_viewer():
    return audit.staff(new_id())


def met(database, viewer, review, people=PEOPLE):
    """The opaque keys of people in the order in which somebody meets them."""
    with database.transaction() as session:
        order = order_for(session, viewer, review, people)
    return [one.person for one in order.of(Said(key) for key in people)]


def test_whoever_looks_again_meets_people_in_the_same_order(database):
    viewer, review = a_viewer(), new_id()

    assert met(database, viewer, review) == met(database, viewer, review)


def test_every_viewer_meets_people_in_an_order_of_their_own(database):
    review = new_id()

    orders = {tuple(met(database, a_viewer(), review)) for _ in range(5)}

    # Eight people can stand in 40,320 orders: five alike do not come about by chance.
    assert len(orders) > 1


def test_one_viewer_meets_the_same_people_otherwise_at_another_review(database):
    viewer = a_viewer()

    orders = {tuple(met(database, viewer, new_id())) for _ in range(5)}

    assert len(orders) > 1


def test_who_joins_later_finds_a_place_and_nobody_else_moves(database):
    viewer, review = a_viewer(), new_id()
    fewer = {key: person for key, person in PEOPLE.items() if key != "p4"}

    before = met(database, viewer, review, fewer)
    after = met(database, viewer, review)

    assert [key for key in after if key != "p4"] == before


def test_what_one_person_said_stays_together_and_in_its_order():
    order = Order({"p1": b"2", "p2": b"1"})
    said = [Said("p1", "first"), Said("p2", "only"), Said("p1", "second")]

    assert [one.words for one in order.of(said)] == ["only", "first", "second"]


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.REVIEWER, now=now)


@pytest.fixture
def review(database, reviewer, now):
    """Six of a family: three who answered and wrote, three who were not invited."""
    with database.transaction() as session:
        review = a_review(session, now=now, reviewer=reviewer)
        for number, option in enumerate(("completely", "mostly", "not_at_all")):
            a_voice(
                session,
                review,
                "family",
                {"child_heard": option},
                now=now,
                words={"what_helped": f"Words {number}"},
            )
        for number in range(3):
            away = a_participant(session, review, now=now)
            place = Where(
                table="participant",
                column="not_invited_reason_sealed",
                row=away.id,
                review=review.id,
            )
            away.not_invited_reason_sealed = vault_of(session).seal(
                place, f"Reason {number}"
            )
        locked(session, review, reviewer, now=now)
        return review


def seen(database, review, viewer, now):
    with database.transaction() as session:
        return triangulated_view(session, review.id, by=viewer, now=now)


def family(view):
    """What can be read of the family's order: answers, words, and who was not asked."""
    d3 = next(one for one in view.dimensions if one.code == "D3")
    cell = next(one for one in d3.cells if one.group == "family")
    heard = next(one for one in view.heard if one.group == "family")
    return (
        tuple(one.words for one in cell.answers if one.interval),
        tuple(one.text for one in view.words),
        heard.not_invited,
    )


def test_answers_words_and_absences_are_met_in_the_viewers_own_order(
    database, review, now
):
    viewers = [a_viewer() for _ in range(12)]

    looks = [family(seen(database, review, viewer, now)) for viewer in viewers]
    again = [family(seen(database, review, viewer, now)) for viewer in viewers]

    assert looks == again
    for orders in zip(*looks, strict=True):
        assert len(set(orders)) > 1
        assert len({tuple(sorted(order)) for order in orders}) == 1


def test_answers_and_words_of_one_person_stand_at_the_same_place(database, review, now):
    wrote = {"Words 0": "completely", "Words 1": "mostly", "Words 2": "not at all"}

    for _ in range(6):
        chosen, words, _ = family(seen(database, review, a_viewer(), now))
        assert chosen == tuple(wrote[one] for one in words)


def test_what_is_kept_of_a_synthesis_does_not_depend_on_who_looks(
    database, review, now
):
    digests = {
        seen(database, review, viewer, now).input_digest
        for viewer in (a_viewer(), a_viewer(), a_viewer())
    }

    with database.reading() as session:
        kept = session.scalars(select(SynthesisRow)).one()
    assert digests == {kept.input_digest.hex()}
