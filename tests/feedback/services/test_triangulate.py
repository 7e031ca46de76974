"""What the triangulated view says of real rows, on both databases."""

from datetime import timedelta

import pytest
from builders import a_participant, a_review, a_staff_member, an_invitation
from grading_builders import a_response, a_voice, locked, published, some_words
from sqlalchemy import event, func, select

from feedback.db.crypto import Where
from feedback.db.models import AuditEventRow, SynthesisRow
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import Role
from feedback.domain.grade_lock import Revision
from feedback.domain.grading import Grading, Judgement
from feedback.domain.review import FeedbackSeen
from feedback.services import audit, grade, publish
from feedback.services.code_words import Coding, CodingError, code_words, undo_coding
from feedback.services.gather import NotLockedError
from feedback.services.triangulate import (
    current_synthesis,
    dissonant_dimensions,
    triangulated_view,
)
from triangulation import CommentStance, Dimension


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.REVIEWER, now=now)


@pytest.fixture
def review(database, reviewer, now):
    with database.transaction() as session:
        return a_review(session, now=now, reviewer=reviewer)


def seen(database, review, reviewer, now):
    with database.transaction() as session:
        return triangulated_view(session, review.id, by=audit.staff(reviewer), now=now)


def dimension(view, code):
    return next(one for one in view.dimensions if one.code == code)


def cell(view, code, group):
    return next(one for one in dimension(view, code).cells if one.group == group)


def test_answers_stay_shut_until_the_grades_are_locked(database, review, reviewer, now):
    with database.transaction() as session:
        a_voice(session, review, "child", {"listens": "never"}, now=now)

    with pytest.raises(NotLockedError):
        seen(database, review, reviewer, now)
    with pytest.raises(NotLockedError), database.reading() as session:
        current_synthesis(session, review.id)


def test_a_child_outnumbered_by_professionals_makes_the_dimension_dissonant(
    database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "child",
            {"listens": "sometimes"},
            now=now,
        )
        a_voice(
            session,
            review,
            "practitioner",
            _all(session, "practitioner", "D3", now),
            now=now,
        )
        a_voice(
            session, review, "manager", _all(session, "manager", "D3", now), now=now
        )
        a_voice(
            session, review, "partner", _all(session, "partner", "D3", now), now=now
        )
        locked(session, review, reviewer, now=now, D3=4)

    view = seen(database, review, reviewer, now)

    found = dimension(view, "D3")
    assert found.status == "dissonant"
    assert found.verdict == (
        "1 of 4 sources disagrees (child: reviewer more favourable, +2)"
    )
    assert found.grade == 4
    assert view.to_moderation[0].dimensions == ("D3",)
    with database.reading() as session:
        assert dissonant_dimensions(session, review.id) == {Judgement.D3}


def _all(session, form, code, now, option="completely"):
    """One answer to every question of one form about one dimension."""
    document = published(session, form, now=now).document
    return {
        one["code"]: option
        for one in document["questions"]
        if one.get("dimension") == code
    }


def test_a_small_childs_yes_agrees_but_cannot_tell_good_from_outstanding(
    database, review, reviewer, now
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

    found = cell(seen(database, review, reviewer, now), "D1", "child")

    assert found.status == "agreement"
    assert "coarse: cannot tell Good from Outstanding" in found.notes
    assert found.dots == (("yes", 1),)


def test_silence_is_not_praise_and_says_its_reasons(database, review, reviewer, now):
    with database.transaction() as session:
        child = a_participant(session, review, now=now, group="child")
        child.not_invited_reason_sealed = _sealed(session, child, "new placement")
        parent = a_participant(session, review, now=now, group="family")
        form = published(session, "family", now=now)
        an_invitation(session, parent, form, now=now, status="invited")
        for group in ("practitioner", "manager"):
            a_voice(session, review, group, _all(session, group, "D2", now), now=now)
        locked(session, review, reviewer, now=now, D2=4)

    view = seen(database, review, reviewer, now)

    found = dimension(view, "D2")
    assert found.status == "partially_convergent"
    assert view.headline == "Of 9 dimensions: 1 partially convergent and 8 silent."
    assert found.reasons == ("Neither child nor family is heard",)
    assert cell(view, "D2", "child").silence == "not invited: new placement"
    assert cell(view, "D2", "family").silence == "invited, no reply"
    sentences = [point.sentence for point in view.to_moderation]
    assert "Child not heard: not invited: new placement" in sentences
    assert "Family not heard: invited, no reply" in sentences


def test_split_parents_are_both_seen_and_never_averaged(
    database, review, reviewer, now
):
    with database.transaction() as session:
        for option in ("completely", "not_at_all"):
            a_voice(session, review, "family", {"child_heard": option}, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D3", "family")

    assert found.status == "partial"
    assert sorted(found.dots) == [("completely", 1), ("not at all", 1)]
    assert found.interval == (1, 4)
    assert any(note.startswith("split") for note in found.notes)


def a_young_person(session, review, chosen, *, now, **given):
    """Somebody whose form asks one question of D8 the other way round."""
    given = {"form": "young_person", "age_band": "13-17", **given}
    return a_voice(session, review, "child", chosen, now=now, **given)


def test_the_same_words_to_opposite_questions_are_never_counted_as_one(
    database, review, reviewer, now
):
    chosen = {"identity_matters": "not_at_all", "treated_unfairly": "not_at_all"}
    with database.transaction() as session:
        a_young_person(session, review, chosen, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D8", "child")

    # The most favourable first: not to have been treated unfairly at all.
    assert found.dots == (
        ("not at all (asked the other way round)", 1),
        ("not at all", 1),
    )


def test_an_answer_to_a_question_put_the_other_way_round_says_so_beside_its_mark(
    database, review, reviewer, now
):
    with database.transaction() as session:
        for _ in range(2):
            a_young_person(session, review, {"treated_unfairly": "completely"}, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D8", "child")

    assert found.interval == (1, 1)
    assert found.dots == (("completely (asked the other way round)", 2),)


def test_what_a_partner_says_of_its_own_part_stands_apart_from_what_it_says_of_others(
    database, review, reviewer, now
):
    chosen = {"own_agency_delivered": "mostly", "disagreements_resolved": "mostly"}
    with database.transaction() as session:
        a_voice(session, review, "partner", chosen, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D7", "partner")

    assert found.dots == (("mostly", 1), ("mostly (about their own part)", 1))


def test_a_choice_without_a_stance_is_counted_whichever_way_it_was_asked(
    database, review, reviewer, now
):
    chosen = {"identity_matters": "dont_know", "treated_unfairly": "dont_know"}
    with database.transaction() as session:
        a_young_person(session, review, chosen, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D8", "child")

    assert found.unplaced == (("don't know", 2),)


def test_practice_and_outcomes_stand_apart(database, review, reviewer, now):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, practice=3, outcomes=2)

    view = seen(database, review, reviewer, now)

    assert view.practice.grade_label == "Good"
    assert view.outcomes.grade_label == "Requires improvement to be good"


@pytest.mark.parametrize("state", ["draft", "quarantined", "withdrawn", "discarded"])
def test_only_what_was_submitted_counts(database, review, reviewer, now, state):
    with database.transaction() as session:
        a_voice(
            session, review, "family", {"child_heard": "mostly"}, now=now, state=state
        )
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D3", "family")

    assert found.status == "silence"
    assert found.answers == ()
    expected = "took their answers out" if state == "withdrawn" else "invited, no reply"
    assert found.silence == expected


@pytest.mark.parametrize(
    ("status", "channel", "silence"),
    [
        ("invited", "link", "invited, no reply"),
        ("started", "link", "invited, no reply"),
        ("expired", "link", "invited, no reply"),
        ("revoked", "link", "invited, no reply"),
        ("declined", "link", "said no to taking part"),
        ("withdrawn", "link", "took their answers out"),
        ("not_invited", "link", "not invited: not reached safely"),
        (
            "not_invited",
            "in_person",
            "not invited: the form was not opened with them",
        ),
    ],
)
def test_a_silence_says_how_far_the_person_came(
    database, review, reviewer, now, status, channel, silence
):
    with database.transaction() as session:
        parent = a_participant(session, review, now=now)
        form = published(session, "family", now=now)
        an_invitation(session, parent, form, now=now, status=status, channel=channel)
        locked(session, review, reviewer, now=now)

    assert (
        cell(seen(database, review, reviewer, now), "D1", "family").silence == silence
    )


def test_a_later_answer_stands_in_for_an_earlier_one(database, review, reviewer, now):
    with database.transaction() as session:
        parent, _ = a_voice(
            session, review, "family", {"child_heard": "not_at_all"}, now=now
        )
        form = published(session, "family", now=now)
        again, _ = an_invitation(
            session, parent, form, now=now, wave=1, status="answered"
        )
        a_response(session, again, {"child_heard": "completely"}, now=now)
        locked(session, review, reviewer, now=now)

    found = cell(seen(database, review, reviewer, now), "D3", "family")

    assert found.dots == (("completely", 1),)


def test_a_revised_grade_is_what_voices_are_held_against(
    database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(session, review, "family", {"child_heard": "a_little"}, now=now)
        locked(session, review, reviewer, now=now, D3=3)
    before = seen(database, review, reviewer, now)
    revision = Revision(
        grading=Grading(judgement=Judgement.D3, grade=2),
        reason="The mother was not heard",
    )
    with database.transaction() as session:
        grade.revise(session, review.id, revision, by=audit.staff(reviewer), now=now)

    after = dimension(seen(database, review, reviewer, now), "D3")

    assert dimension(before, "D3").status == "dissonant"
    assert after.status == "partially_convergent"
    assert (after.grade, after.first_grade) == (2, "Good")
    assert after.moved_because == "The mother was not heard"


def test_a_dimension_without_a_grade_is_ungraded_and_says_why(
    database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(session, review, "family", {"visits_useful": "mostly"}, now=now)
        locked(session, review, reviewer, now=now, D5=None)

    found = dimension(seen(database, review, reviewer, now), "D5")

    assert found.status == "ungraded"
    assert found.grade_label == "Not graded: new case"


def test_translated_answers_are_marked_with_the_words_as_written(
    database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "family",
            {"child_heard": "mostly"},
            now=now,
            language="ckb",
            words={"what_helped": "سوپاس"},
            helped_by="worker",
        )
        locked(session, review, reviewer, now=now)

    view = seen(database, review, reviewer, now)

    notes = cell(view, "D3", "family").notes
    assert "translated" in notes
    assert "may be constrained: a carer or worker helped" in notes
    assert view.words[0].text == "سوپاس"
    assert view.words[0].notes == (
        "written in Central Kurdish",
        "on a translated form",
        "helped by the worker",
    )


@pytest.mark.parametrize(
    ("route", "language", "notes"),
    [
        ("none", "en", ()),
        ("translated", "en", ("translated",)),
        ("interpreted", "en", ("interpreted",)),
        ("interpreted", "ckb", ("written in Central Kurdish", "interpreted")),
    ],
)
def test_words_say_how_they_crossed_languages_though_no_answer_is_scored(
    database, review, reviewer, now, route, language, notes
):
    with database.transaction() as session:
        mother, _ = a_voice(
            session,
            review,
            "family",
            now=now,
            language=language,
            words={"what_helped": "She came when she said she would"},
        )
        mother.language_route = route
        locked(session, review, reviewer, now=now)

    (words,) = seen(database, review, reviewer, now).words

    assert words.notes == notes


def test_the_view_takes_at_most_six_statements(
    database, review, reviewer, now, monkeypatch
):
    with database.transaction() as session:
        for group in (
            "child",
            "family",
            "family",
            "partner",
            "practitioner",
            "manager",
        ):
            words = {"what_helped": "Time"} if group == "family" else {}
            a_voice(
                session,
                review,
                group,
                _all(session, _FORMS[group], "D1", now, "mostly"),
                now=now,
                words=words,
            )
        locked(session, review, reviewer, now=now)
        # A server opens this key once, when it starts.
        vault_of(session).secret(KeyName.SESSION)
    monkeypatch.setattr(publish, "_PARSED", publish._Parsed())
    statements = []

    def count(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    seen(database, review, reviewer, now)
    first, statements = statements, []
    seen(database, review, reviewer, now)
    event.remove(database.engine, "before_cursor_execute", count)

    assert len(first) <= 6, "\n\n".join(first)
    # Forms that were met before need not be read again.
    assert len(statements) <= 5, "\n\n".join(statements)


def test_a_synthesis_is_kept_once_for_one_input_and_every_reading_is_noted(
    database, review, reviewer, now
):
    with database.transaction() as session:
        a_voice(session, review, "family", {"child_heard": "mostly"}, now=now)
        locked(session, review, reviewer, now=now)
    first = seen(database, review, reviewer, now)
    seen(database, review, reviewer, now + timedelta(hours=1))
    with database.transaction() as session:
        a_voice(session, review, "partner", {}, now=now)
    later = seen(database, review, reviewer, now + timedelta(hours=2))

    with database.reading() as session:
        kept = session.scalar(select(func.count()).select_from(SynthesisRow))
        read = session.scalar(
            select(func.count())
            .select_from(AuditEventRow)
            .where(AuditEventRow.action == "triangulated_view_read")
        )
    assert kept == 2
    assert read == 3
    assert first.input_digest != later.input_digest


def test_people_are_numbered_in_an_order_that_is_not_that_of_entry(
    database, reviewer, now
):
    orders = set()
    # Either order comes by chance: in forty reviews both do, as good as always.
    for _ in range(40):
        with database.transaction() as session:
            review = a_review(session, now=now, reviewer=reviewer)
            for option in ("completely", "not_at_all"):
                a_voice(session, review, "family", {"child_heard": option}, now=now)
            locked(session, review, reviewer, now=now)
        found = cell(seen(database, review, reviewer, now), "D3", "family")
        again = cell(seen(database, review, reviewer, now), "D3", "family")
        given = tuple(one.words for one in found.answers if one.interval)
        orders.add(given)
        assert given == tuple(one.words for one in again.answers if one.interval)
        if len(orders) == 2:
            break

    assert len(orders) == 2


def test_coded_words_turn_a_silence_into_comment_only_and_can_be_undone(
    database, review, reviewer, now
):
    by = audit.staff(reviewer)
    with database.transaction() as session:
        _, response = a_voice(session, review, "family", {}, now=now)
        answer = some_words(session, response, "what_helped", "She always came back")
        locked(session, review, reviewer, now=now)
        coding = Coding(
            answer=answer, dimension=Dimension.D5, stance=CommentStance.STRENGTH
        )
        coded = code_words(session, review.id, coding, by=by, now=now)

    view = seen(database, review, reviewer, now)
    with database.transaction() as session:
        undo_coding(session, review.id, coded, by=by, now=now)
    undone = seen(database, review, reviewer, now)

    found = cell(view, "D5", "family")
    assert found.silence == "wrote something, but chose no answer that can be placed"
    assert (found.strengths, found.concerns) == (1, 0)
    assert view.words[0].codings[0].stance == "strength"
    assert cell(undone, "D5", "family").silence == "answered the form, but not this"


def test_reading_the_same_words_otherwise_replaces_the_first_reading(
    database, review, reviewer, now
):
    by = audit.staff(reviewer)
    with database.transaction() as session:
        _, response = a_voice(session, review, "family", {}, now=now)
        answer = some_words(session, response, "what_helped", "She came late")
        locked(session, review, reviewer, now=now)
        for stance in CommentStance:
            coding = Coding(answer=answer, dimension=Dimension.D5, stance=stance)
            code_words(session, review.id, coding, by=by, now=now)

    (only,) = seen(database, review, reviewer, now).words[0].codings

    assert only.stance == "concern"


def test_words_of_another_review_cannot_be_coded_here(database, review, reviewer, now):
    with database.transaction() as session:
        other = a_review(session, now=now)
        _, response = a_voice(session, other, "family", {}, now=now)
        answer = some_words(session, response, "what_helped", "Elsewhere")

    coding = Coding(answer=answer, dimension=Dimension.D5, stance=CommentStance.CONCERN)
    with pytest.raises(CodingError), database.transaction() as session:
        code_words(session, review.id, coding, by=audit.staff(reviewer), now=now)


@pytest.mark.parametrize(
    ("heard", "word"),
    [
        (FeedbackSeen.NONE, "reliability"),
        (FeedbackSeen.CONVERSATIONS, "alignment"),
        (FeedbackSeen.FORMS, "alignment"),
    ],
)
def test_agreement_is_called_alignment_unless_nobody_was_heard_before(
    database, review, reviewer, now, heard, word
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, seen=heard)

    view = seen(database, review, reviewer, now)

    assert f"{word}." in view.reliability or f"{word}:" in view.reliability


_FORMS = {
    "child": "child_9_12",
    "family": "family",
    "partner": "partner",
    "practitioner": "practitioner",
    "manager": "manager",
}


def _sealed(session, participant, reason):
    place = Where(
        table="participant",
        column="not_invited_reason_sealed",
        row=participant.id,
        review=participant.review_id,
    )
    return vault_of(session).seal(place, reason)
