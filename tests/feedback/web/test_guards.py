"""Who asks, and how they stand, is found anew at each request, in two statements."""

from datetime import timedelta

import pytest
from builders import a_review, a_staff_member, sign_in
from sqlalchemy import delete, event, update

from feedback.db.models import AccountRoleRow, MemberRow
from feedback.domain.access import Role

EMAIL = "ann@council.example"
PAGE = "/staff/reviews/H-000007"


@pytest.fixture
def ann(client, database, now):
    """Ann, who reviews and coordinates, sits at one review and is signed in."""
    with database.transaction() as session:
        ann = a_staff_member(
            session, Role.REVIEWER, Role.COORDINATOR, now=now, email=EMAIL
        )
        a_review(session, now=now, reviewer=ann, reference="H-000007")
    sign_in(client, EMAIL, now=now)
    return ann


def lose(database, ann, *roles):
    with database.transaction() as session:
        session.execute(
            delete(AccountRoleRow).where(
                AccountRoleRow.account_id == ann, AccountRoleRow.role.in_(roles)
            )
        )


def test_whichever_of_several_roles_lets_a_person_in_is_enough(client, database, ann):
    lose(database, ann, Role.COORDINATOR)

    assert client.get(f"{PAGE}/grades").status_code == 200


def test_a_role_that_was_taken_is_gone_at_the_next_page(client, database, ann):
    assert client.get(PAGE).status_code == 200

    lose(database, ann, Role.COORDINATOR, Role.REVIEWER)

    assert client.get(PAGE).status_code == 404


def test_somebody_without_a_role_is_signed_in_and_may_do_nothing(client, database, ann):
    lose(database, ann, Role.COORDINATOR, Role.REVIEWER)

    assert client.get("/staff/").status_code == 200
    assert client.get("/staff/reviews").status_code == 404


def test_a_seat_that_ended_is_gone_at_the_next_page(client, database, ann, now):
    assert client.get(f"{PAGE}/grades").status_code == 200

    with database.transaction() as session:
        session.execute(
            update(MemberRow)
            .where(MemberRow.account_id == ann)
            .values(until=now - timedelta(minutes=1))
        )

    assert client.get(f"{PAGE}/grades").status_code == 404


def test_a_review_at_which_nobody_sits_is_found(client, database, ann, now):
    with database.transaction() as session:
        a_review(session, now=now, reference="H-000008")

    assert client.get("/staff/reviews/H-000008").status_code == 200
    assert client.get("/staff/reviews/H-000009").status_code == 404


def test_a_guard_asks_twice_however_many_roles_and_seats(
    app, client, database, ann, now
):
    with database.transaction() as session:
        others = [a_staff_member(session, Role.MODERATOR, now=now) for _ in range(3)]
        a_review(
            session, now=now, reviewer=ann, moderators=others, reference="H-000008"
        )
    asked = []

    def note(*given):
        if given[2].startswith("SELECT") and "keyring" not in given[2]:
            asked.append(given[2])

    # Nobody may see answers before the grades are locked: the guard alone has asked.
    path = "/staff/reviews/H-000008/view"
    engine = app.extensions["trigpoint"].database.engine
    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(path)
    event.remove(engine, "before_cursor_execute", note)

    assert answer.status_code == 404
    assert len(asked) == 2, "\n\n".join(asked)
