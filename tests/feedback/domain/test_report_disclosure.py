"""What a report withholds beside one that was published before it.

The attacker here takes the earlier report from the later one, cell by cell.
"""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from report_counts import some_counts

from feedback.domain.grading import DIMENSIONS, Judgement
from feedback.domain.report import Movement
from feedback.domain.report_disclosure import published
from feedback.domain.report_earlier import shown_in, together
from feedback.domain.report_figures import figures
from feedback.domain.report_findings import findings
from triangulation import DimensionStatus, Group, PersonStatus

SMALL = range(1, 6)


def beside(then, now, *, opened_then=False):
    """What the later report shows, made beside the earlier one."""
    before = figures(then)
    shown = published(before, grades_opened=opened_then)
    read = shown_in(findings(shown, grades_opened=opened_then), before)
    earlier = together([(before, read)])
    return read, published(figures(now), grades_opened=False, earlier=earlier)


def differences(then, now):
    """Every difference that a reader can take, cell by cell."""
    for name in ("grades", "people", "statuses"):
        old, new = getattr(then, name), getattr(now, name)
        rows = zip(
            (*old.rows, *filter(None, [old.sums])),
            (*new.rows, *filter(None, [new.sums])),
            strict=True,
        )
        for before, after in rows:
            pairs = [(before.total, after.total)] if name != "grades" else []
            pairs += zip(before.cells, after.cells, strict=True)
            for was, is_now in pairs:
                if was is not None and is_now is not None:
                    yield is_now - was
    for name in ("alerts", "reviews_with_alerts", "concerns", "dissonant_moved"):
        was, is_now = getattr(then, name), getattr(now, name)
        if was is not None and is_now is not None:
            yield is_now - was


def some_people(answered, silent):
    return {
        group: {PersonStatus.ANSWERED: a, PersonStatus.NO_REPLY: s}
        for group, a, s in zip(Group, answered, silent, strict=True)
    }


numbers = st.lists(st.integers(0, 14), min_size=5, max_size=5)


@given(numbers, numbers, numbers, numbers, st.integers(0, 9), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_difference_between_two_reports_is_a_small_count(
    answered, silent, more, more_silent, alerts, opened
):
    then = some_counts(people=some_people(answered, silent), alerts={"unsafe": 7})
    now = some_counts(
        reviews=22,
        grades={
            Judgement.PRACTICE: {4: 18, 3: 4},
            Judgement.OUTCOMES: {4: 16, 3: 4, 2: 2},
        },
        people=some_people(
            [a + b for a, b in zip(answered, more, strict=True)],
            [a + b for a, b in zip(silent, more_silent, strict=True)],
        ),
        alerts={"unsafe": 7 + alerts},
        reviews_with_alerts=7,
        concerns=2,
        reviews_with_concerns=2,
    )

    then_shown, now_shown = beside(
        replace(then, reviews_with_alerts=7), now, opened_then=opened
    )

    assert not [one for one in differences(then_shown, now_shown) if one in SMALL]


def test_a_first_concern_after_a_published_report_of_none_is_withheld():
    then = some_counts()
    now = some_counts(reviews=11, concerns=1, reviews_with_concerns=1)

    _, shown = beside(then, now)

    assert shown.concerns is None
    assert shown.reviews_with_concerns is None


def test_what_was_withheld_before_stays_withheld():
    few = {Group.CHILD: {PersonStatus.ANSWERED: 7, PersonStatus.NO_REPLY: 3}}
    then = some_counts(people=few)
    now = some_counts(
        reviews=20,
        people={Group.CHILD: {PersonStatus.ANSWERED: 17, PersonStatus.NO_REPLY: 13}},
    )

    then_shown, now_shown = beside(then, now)

    hidden = [cell is None for cell in then_shown.people.rows[0].cells]
    assert any(hidden)
    for was_hidden, cell in zip(hidden, now_shown.people.rows[0].cells, strict=True):
        assert cell is None or not was_hidden


def test_a_report_far_enough_from_the_earlier_still_tells_its_figures():
    statuses = {one: {DimensionStatus.CONVERGENT: 40} for one in DIMENSIONS}
    people = {group: {PersonStatus.ANSWERED: 40} for group in Group}
    now = some_counts(
        reviews=40, statuses=statuses, people=people, movement=Movement(kept=440)
    )

    _, shown = beside(some_counts(), now)

    assert shown.people.rows[0].cells[0] == 40
    assert shown.statuses.sum_of("convergent") == 360


def test_recommendations_and_actions_are_told_beside_an_earlier_report_too():
    now = some_counts(
        reviews=30,
        recommendations={Judgement.D1: 1},
        actions={Judgement.D1: {"open": 1}},
    )

    _, shown = beside(some_counts(), now)

    assert (shown.recommendations.total, shown.actions.sums.total) == (1, 1)


def test_actions_do_not_tell_how_many_concerns_were_withheld():
    now = some_counts(
        reviews=30,
        concerns=1,
        reviews_with_concerns=1,
        actions={None: {"open": 1}, Judgement.D1: {"open": 2}},
    )

    _, shown = beside(some_counts(), now)

    told = {row.code: row.total for row in shown.actions.rows}
    assert shown.concerns is None
    assert (told["concerns"], told[Judgement.D1.value]) == (None, 2)
    assert {*shown.actions.sums.cells, shown.actions.sums.total} == {None}
    written = findings(shown, grades_opened=False)
    assert "2 actions" not in " ".join(written["sentences"])


def test_alerts_are_withheld_where_few_reviews_had_none():
    inside = figures(some_counts(alerts={"unsafe": 20}, reviews_with_alerts=9))

    shown = published(inside, grades_opened=False)

    assert (shown.alerts, shown.reviews_with_alerts) == (None, None)


def test_alerts_are_withheld_where_each_of_a_few_reviews_had_one():
    seven = some_counts(reviews=7, alerts={"unsafe": 7}, reviews_with_alerts=7)

    shown = published(figures(seven), grades_opened=False)

    assert (shown.alerts, shown.reviews_with_alerts) == (None, None)


def test_alerts_are_withheld_where_each_of_a_few_new_reviews_had_one():
    then = some_counts(reviews=20, alerts={"unsafe": 9}, reviews_with_alerts=8)
    now = some_counts(reviews=27, alerts={"unsafe": 18}, reviews_with_alerts=15)

    _, shown = beside(then, now)

    assert (shown.alerts, shown.reviews_with_alerts) == (None, None)


def test_a_frozen_report_is_read_back_as_it_was_shown():
    inside = figures(
        some_counts(
            alerts={"unsafe": 8},
            reviews_with_alerts=8,
            attention={},
            attention_said=10,
            recommendations={Judgement.D3: 7},
        )
    )
    shown = published(inside, grades_opened=False)

    read = shown_in(findings(shown, grades_opened=False), inside)

    assert read == shown


def test_two_parts_added_up_hide_what_either_of_them_hid():
    whole = figures(some_counts())
    hidden = published(whole, grades_opened=False)

    found = together([(whole, hidden), (whole, whole)])

    assert found.inside.reviews == 20
    assert found.inside.people.rows[0].cells[0] == 20
    for cell, was in zip(
        found.shown.grades.rows[0].cells, hidden.grades.rows[0].cells, strict=True
    ):
        assert (cell is None) == (was is None)
