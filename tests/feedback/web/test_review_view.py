"""What the page of the voices shows, as a person at the review reads it."""

import re

import pytest
from builders import a_participant, a_review, a_staff_member, post_form, sign_in
from grading_builders import a_voice, locked, some_words
from sqlalchemy import func, select

from feedback.db.crypto import Where
from feedback.db.models import AuditEventRow, CodingRow, ReviewRow
from feedback.db.vault import vault_of
from feedback.domain.access import Role
from feedback.domain.review import FeedbackSeen

VIEW = "/staff/reviews/H-1/view"


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        return a_staff_member(
            session, Role.REVIEWER, now=now, email="reviewer@council.example"
        )


@pytest.fixture
def review(database, reviewer, now):
    with database.transaction() as session:
        return a_review(session, now=now, reviewer=reviewer, reference="H-1")


@pytest.fixture
def desk(client, review, now):
    """The reviewer's browser, signed in."""
    sign_in(client, "reviewer@council.example", now=now)
    return client


def text_of(answer):
    """What can be read: no tags, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_before_the_lock_there_is_no_view_for_anybody(desk, database, review, now):
    with database.transaction() as session:
        a_voice(session, review, "child", {"listens": "never"}, now=now)

    assert desk.get(VIEW).status_code == 404


def test_the_outnumbered_child_stands_first_and_the_grade_is_unchanged(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "child",
            {"listens": "sometimes", "changes_things": "sometimes"},
            now=now,
        )
        for group in ("partner", "practitioner", "manager"):
            a_voice(session, review, group, CODES[group], now=now)
        locked(session, review, reviewer, now=now, D3=4)

    page = desk.get(VIEW)
    words = text_of(page)

    assert "1 of 4 sources disagrees (child: reviewer more favourable, +2)" in words
    assert "sometimes \N{MULTIPLICATION SIGN} 2" in words
    assert words.index("To take to moderation") < words.index("Who was heard")
    assert "Dissonant" in words
    assert re.search(
        r"D3 Direct work and child&#39;s voice</a>.*?>4</span> Outstanding",
        page.text,
        re.DOTALL,
    )


def test_a_small_childs_yes_is_an_agreement_with_its_limit_in_words(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "child",
            {"knows_me": "yes"},
            now=now,
            form="child_5_8",
            age_band="5-8",
        )
        locked(session, review, reviewer, now=now, D1=4)

    words = text_of(desk.get(VIEW))

    assert "Coarse: cannot tell Good from Outstanding" in words
    assert "Stance: positive to very positive" in words


def test_opposite_answers_in_the_same_words_stand_apart_and_say_which_is_which(
    desk, database, review, reviewer, now
):
    chosen = {"identity_matters": "not_at_all", "treated_unfairly": "not_at_all"}
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "child",
            chosen,
            now=now,
            form="young_person",
            age_band="13-17",
        )
        locked(session, review, reviewer, now=now)

    words = text_of(desk.get(VIEW))

    assert "not at all (asked the other way round) not at all" in words
    assert "not at all \N{MULTIPLICATION SIGN} 2" not in words


def test_silences_stand_with_their_reasons_and_are_never_blank(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        child = a_participant(session, review, now=now, group="child")
        place = Where(
            table="participant",
            column="not_invited_reason_sealed",
            row=child.id,
            review=review.id,
        )
        child.not_invited_reason_sealed = vault_of(session).seal(place, "new placement")
        a_voice(session, review, "family", {}, now=now, state="draft")
        a_voice(session, review, "manager", CODES["manager"], now=now)
        locked(session, review, reviewer, now=now)

    words = text_of(desk.get(VIEW))

    assert "Child not heard: not invited: new placement" in words
    assert "Family not heard: invited, no reply" in words
    assert "Neither child nor family is heard" in words
    assert "Nobody invited new placement" in words


def test_practice_and_outcomes_stand_apart_with_d9_beside_outcomes(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(session, review, "family", {"better_for_child": "a_little"}, now=now)
        locked(session, review, reviewer, now=now, practice=3, outcomes=2, D9=2)

    page = desk.get(VIEW).text
    practice, outcomes = page.split('id="outcomes"')[0], page.split('id="outcomes"')[1]

    assert "Practice: Good" in practice
    assert "Outcomes: Requires improvement to be good" in page
    assert 'href="#D9"' not in practice.split('id="practice"')[1]
    assert 'href="#D9"' in outcomes
    assert "average" not in text_of_words(page).replace("Nothing is averaged", "")


def test_stances_never_wear_the_words_of_grades(desk, database, review, reviewer, now):
    with database.transaction() as session:
        a_voice(session, review, "family", {"child_heard": "not_at_all"}, now=now)
        locked(session, review, reviewer, now=now)

    words = text_of(desk.get(VIEW))

    assert "Stance: negative" in words
    assert not re.search(
        r"stance: \w* ?(good|outstanding|inadequate)", words, re.IGNORECASE
    )


def test_hostile_words_are_shown_and_never_run(desk, database, review, reviewer, now):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "family",
            {},
            now=now,
            words={"what_helped": "<script>alert(1)</script>\u202eright to left"},
        )
        locked(session, review, reviewer, now=now)

    page = desk.get(VIEW).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_interpreted_words_are_labelled_where_they_stand(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        mother, _ = a_voice(
            session, review, "family", now=now, words={"what_helped": "Time"}
        )
        mother.language_route = "interpreted"
        locked(session, review, reviewer, now=now)

    words = text_of(desk.get(VIEW))

    assert "What helped? \N{EN DASH} interpreted Time" in words


def test_a_person_reads_words_as_a_strength_and_can_undo_it(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        _, response = a_voice(session, review, "family", {}, now=now)
        answer = some_words(session, response, "what_helped", "She always came back")
        locked(session, review, reviewer, now=now)

    fields = {"answer": str(answer), "dimension": "D5", "stance": "strength"}
    coded = post_form(desk, f"{VIEW}/words", fields, page=VIEW)
    shown = text_of(desk.get(VIEW))
    with database.reading() as session:
        coding = session.scalars(select(CodingRow.id)).one()
    post_form(desk, f"{VIEW}/words/undo", {"coding": str(coding)}, page=VIEW)

    assert coded.headers["Location"].endswith(f"#words-{answer}")
    assert "Strength : D5 Purposeful visits" in shown
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CodingRow)) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "no-id", "dimension": "D5", "stance": "strength"},
        {"answer": "", "dimension": "D5", "stance": "strength"},
        {"dimension": "D10", "stance": "strength"},
        {"dimension": "D5", "stance": "good"},
    ],
)
def test_a_forged_reading_of_words_is_refused(
    desk, database, review, reviewer, now, fields
):
    with database.transaction() as session:
        _, response = a_voice(session, review, "family", {}, now=now)
        answer = some_words(session, response, "what_helped", "Time")
        locked(session, review, reviewer, now=now)

    refused = post_form(
        desk, f"{VIEW}/words", {"answer": str(answer), **fields}, page=VIEW
    )

    assert refused.status_code == 422


def test_a_moderator_reads_the_words_but_does_not_code_them(
    client, database, reviewer, now
):
    with database.transaction() as session:
        moderator = a_staff_member(
            session, Role.MODERATOR, now=now, email="mod@council.example"
        )
        review = a_review(
            session, now=now, reviewer=reviewer, moderators=[moderator], reference="H-1"
        )
        a_voice(session, review, "family", {}, now=now, words={"what_helped": "Time"})
        locked(session, review, reviewer, now=now)
    sign_in(client, "mod@council.example", now=now)

    page = client.get(VIEW)

    assert "Time" in page.text
    assert 'name="stance"' not in page.text


def test_once_the_record_is_signed_words_keep_their_reading(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(session, review, "family", {}, now=now, words={"what_helped": "Time"})
        locked(session, review, reviewer, now=now)
        session.get(ReviewRow, review.id).state = "agreed"

    assert 'name="stance"' not in desk.get(VIEW).text


def test_agreement_after_conversations_is_called_alignment(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, seen=FeedbackSeen.CONVERSATIONS)

    assert "read it as alignment" in text_of(desk.get(VIEW))


def test_names_and_contacts_never_reach_the_view(desk, database, review, reviewer, now):
    with database.transaction() as session:
        person, _ = a_voice(
            session, review, "family", {"child_heard": "mostly"}, now=now
        )
        person.name_sealed = vault_of(session).seal(
            Where(
                table="participant",
                column="name_sealed",
                row=person.id,
                review=review.id,
            ),
            "Name-of-the-mother",
        )
        locked(session, review, reviewer, now=now)

    page = desk.get(VIEW).text

    assert "Name-of-the-mother" not in page
    assert "+447700900" not in page
    assert person.key not in re.findall(r"\bp\d+\b", page)


def test_every_look_at_the_view_is_noted(desk, database, review, reviewer, now):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now)

    desk.get(VIEW)
    desk.get(VIEW)

    with database.reading() as session:
        actors = session.scalars(
            select(AuditEventRow.actor).where(
                AuditEventRow.action == "triangulated_view_read"
            )
        ).all()
    assert actors == [f"staff:{reviewer}"] * 2


CODES = {
    "partner": {"child_shaped_decisions": "completely"},
    "practitioner": {"direct_work": "completely"},
    "manager": {"voice_in_decisions": "completely"},
}


def text_of_words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
