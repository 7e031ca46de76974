"""What a report counts, withholds and says."""

from datetime import date

import pytest
from report_counts import some_counts

from feedback.domain.grading import DIMENSIONS, Judgement
from feedback.domain.report import Period, ReportError, percent
from feedback.domain.report_disclosure import published
from feedback.domain.report_figures import figures
from feedback.domain.report_findings import csv_rows, findings
from feedback.domain.report_words import sentences
from feedback.domain.review import ReviewerKind
from triangulation import DimensionStatus, Group, PersonStatus


def inside(**given):
    return sentences(figures(some_counts(**given)))


def outside(*, grades_opened=False, **given):
    shown = published(figures(some_counts(**given)), grades_opened=grades_opened)
    return sentences(shown)


def test_ten_reviews_are_said_count_first_then_per_cent():
    said = " ".join(inside())

    assert "10 reviews were agreed from 1 September 2026 to 28 February 2027" in said
    assert "8 of 10 (80%) by an independent reviewer, 2 of 10 (20%) internal" in said
    assert "Practice: Outstanding 8 of 10 (80%), Good 2 of 10 (20%)." in said
    assert (
        "Outcomes: Outstanding 6 of 10 (60%), Good 2 of 10 (20%), "
        "Requires improvement to be good 2 of 10 (20%)." in said
    )
    assert "two-thirds" not in said


def test_no_alert_and_no_concern_are_counts_over_stated_reviews():
    said = inside()

    assert "No alert was raised in these 10 reviews." in said
    assert "No area of significant concern in these 10 reviews." in said


def test_one_review_with_one_of_each_is_said_in_the_singular():
    said = inside(
        reviews=1,
        by_kind={ReviewerKind.INTERNAL: 1},
        grades={Judgement.PRACTICE: {3: 1}, Judgement.OUTCOMES: {None: 1}},
        alerts={"unsafe": 1},
        reviews_with_alerts=1,
        concerns=1,
        reviews_with_concerns=1,
        recommendations={Judgement.D3: 1},
    )

    assert said[0].startswith("1 review was agreed")
    assert "Outcomes: Not graded 1 of 1 (100%)." in said
    assert "1 alert was raised, in 1 of this one review." not in said
    assert "1 alert was raised in this one review." in said
    assert "1 area of significant concern in this one review." in said
    assert "1 recommendation was made in this one review." in said


def test_a_period_without_a_review_says_so_and_nothing_else():
    said = inside(reviews=0, by_kind={}, grades={}, statuses={}, people={})

    sentence = (
        "No review was agreed from 1 September 2026 to 28 February 2027, so there is "
        "nothing to count."
    )
    assert said == (sentence,)


def test_the_grades_are_withheld_until_a_decision_opens_them():
    shut, opened = outside(), outside(grades_opened=True)

    assert "Practice: the grades are withheld (c)." in shut
    assert "Practice: Outstanding 8 of 10 (80%), Good 2 of 10 (20%)." in opened


def test_a_withheld_grade_cannot_be_told_from_those_that_are_shown():
    shown = published(figures(some_counts()), grades_opened=False).grades

    for row in shown.rows:
        hidden = [n for n, cell in enumerate(row.cells) if cell is None]
        assert len(hidden) != 1
        assert not any(cell in range(1, 6) for cell in row.cells if cell is not None)


def test_small_counts_of_people_are_withheld_with_what_would_give_them_away():
    people = {group: {PersonStatus.ANSWERED: 10} for group in Group}
    people[Group.CHILD] = {PersonStatus.ANSWERED: 7, PersonStatus.NO_REPLY: 3}

    shown = published(figures(some_counts(people=people)), grades_opened=False).people

    child = next(row for row in shown.rows if row.code == "child")
    assert child.cells[:2] == (None, None)
    assert shown.sums.cells[:2] == (None, None)


def test_alerts_of_one_to_five_are_withheld_and_none_is_said():
    few = outside(alerts={"unsafe": 2}, reviews_with_alerts=1)

    assert "Alerts in these 10 reviews: withheld (c)." in few
    assert "No alert was raised in these 10 reviews." in outside()


def test_differing_voices_are_told_with_what_moderation_did():
    statuses = {
        one: {DimensionStatus.CONVERGENT: 8, DimensionStatus.DISSONANT: 2}
        for one in DIMENSIONS
    }

    said = inside(statuses=statuses, dissonant_moved=4)

    assert (
        "In 18 of 90 (20%) dimensions a voice disagreed with the reviewer's grade. "
        "There moderation moved the grade in 4 and kept it, having considered why, "
        "in 14." in said
    )


def test_people_who_were_not_asked_and_who_did_not_reply_are_both_counted():
    people = {
        Group.FAMILY: {PersonStatus.NO_REPLY: 4, PersonStatus.ANSWERED: 6},
        Group.CHILD: {PersonStatus.NOT_INVITED: 3, PersonStatus.ANSWERED: 7},
    }

    said = " ".join(inside(people=people))

    assert "17 of 20 (85%) people at these 10 reviews were asked" in said
    assert "13 of 17 (76%) of those answered" in said
    assert "4 did not reply" in said
    assert "3 were not asked" in said


def test_practice_and_outcomes_stand_apart_and_nothing_averages_them():
    found = findings(figures(some_counts()), grades_opened=True)

    assert set(found["figures"]["grades"]) == {"practice", "outcomes"}
    assert found["figures"]["grades"]["outcomes"]["4"] == {
        "count": 6,
        "of": 10,
        "percent": 60,
    }
    assert found["figures"]["grades"]["practice"]["2"]["count"] == 0


def test_the_lines_for_spreadsheets_always_have_the_same_columns():
    found = findings(
        published(figures(some_counts()), grades_opened=False), grades_opened=False
    )

    lines = list(csv_rows(found))

    assert lines[0] == ("section", "item", "measure", "count", "of", "percent")
    assert {len(line) for line in lines} == {6}
    assert ("grades", "practice", "3", "c", 10, "c") in lines


@pytest.mark.parametrize(
    ("count", "of", "whole"), [(6, 10, 60), (2, 3, 67), (1, 200, 1), (0, 0, None)]
)
def test_a_share_is_whole_per_cent_with_halves_rounded_up(count, of, whole):
    assert percent(count, of) == whole


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ReportError):
        Period(first=date(2027, 1, 2), last=date(2027, 1, 1))
