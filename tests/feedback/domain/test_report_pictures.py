"""What a report's pictures show, in plain values that are frozen with it."""

import json

from portfolio_builders import a_portfolio, a_record, figures_of, published_figures

from feedback.domain.grading import Judgement
from feedback.domain.portfolio_tables import published_portfolio, shown
from feedback.domain.report import Movement
from feedback.domain.report_pictures import pictures
from triangulation import DimensionStatus, Group, PersonStatus

FAMILY = {
    Group.FAMILY: {
        PersonStatus.ANSWERED: 8,
        PersonStatus.NO_REPLY: 3,
        PersonStatus.NOT_INVITED: 1,
    }
}


def by_id(drawn):
    return {one.id: one for one in drawn}


def test_pictures_are_plain_values_that_outlive_the_program():
    drawn = pictures(figures_of(10), shown(a_portfolio(10, {a_record(): 10})))

    again = [json.loads(json.dumps(one.as_json())) for one in drawn]

    assert again == [one.as_json() for one in drawn]
    assert [one["kind"] for one in again] == ["funnel", "movement", "small_multiples"]


def test_of_no_review_there_is_no_picture():
    assert pictures(figures_of(0)) == ()


def test_the_funnel_tells_each_group_in_words_too():
    drawn = by_id(pictures(figures_of(12, people=FAMILY)))

    funnel = drawn["funnel"]
    assert "Family: 8 answered, 3 asked, no reply, 1 not asked." in funnel.alt
    assert funnel.data["rows"][1]["cells"] == [8, 3, 0, 0, 1]


def test_a_group_with_nobody_is_said_to_have_nobody():
    drawn = by_id(pictures(figures_of(12, people={Group.CHILD: {}})))

    assert "Child: nobody on record." in drawn["funnel"].alt


def test_what_the_report_withholds_the_picture_does_not_hold():
    drawn = by_id(pictures(published_figures(12, people=FAMILY)))

    family = drawn["funnel"].data["rows"][1]
    assert 3 not in family["cells"]
    assert 1 not in family["cells"]
    assert "withheld" in drawn["funnel"].alt


def test_counts_that_may_be_told_stand_beside_those_that_may_not():
    movement = Movement(raised=2, lowered=9, kept=121)

    drawn = by_id(pictures(published_figures(12, movement=movement)))

    assert drawn["movement"].data["counts"]["raised"] is None
    assert "Rose withheld" in drawn["movement"].alt
    assert drawn["movement"].data["flows"] is None


def test_a_row_that_is_told_in_part_says_so():
    people = {
        group: {
            PersonStatus.ANSWERED: 30,
            PersonStatus.NO_REPLY: 3,
            PersonStatus.DECLINED: 4,
        }
        for group in (Group.CHILD, Group.FAMILY)
    }

    drawn = by_id(pictures(published_figures(30, people=people)))

    rows = drawn["funnel"].data["rows"]
    assert any(None in row["cells"] for row in rows)
    assert "other counts withheld" in drawn["funnel"].alt


def test_inside_the_movement_is_told_grade_by_grade():
    moves = {(4, 3): 2, (3, 3): 9, (None, 3): 1}

    drawn = by_id(pictures(figures_of(12), None, moves))

    assert drawn["movement"].data["flows"][3] == [0, 0, 2, 0]
    assert "2 from Outstanding to Good." in drawn["movement"].alt


def test_where_no_grade_moved_nothing_is_said_of_moving():
    drawn = by_id(pictures(figures_of(12), None, {(3, 3): 132}))

    assert " from " not in drawn["movement"].alt


def test_a_panel_says_what_each_voice_came_to():
    pairs = {a_record((4, 4)): 2, a_record((3, 4), coarse=True): 3}

    drawn = by_id(pictures(figures_of(10), shown(a_portfolio(10, pairs))))

    panels = drawn["small-multiples"].data["panels"]
    assert (
        "family 2 very positive, 3 in more than one band, 5 silent" in panels[2]["alt"]
    )


def test_a_panel_of_stances_without_grades_says_that_nothing_stands_beside_one():
    drawn = by_id(
        pictures(figures_of(10), shown(a_portfolio(10, {a_record(grade=None): 10})))
    )

    alt = drawn["small-multiples"].data["panels"][2]["alt"]
    assert "family nothing beside a grade" in alt


def test_withheld_lines_are_withheld_in_the_panel():
    rare = {
        a_record((3, 3)): 34,
        a_record((2, 2), grade=3): 3,
        a_record((3, 3), grade=4): 3,
        a_record((3, 3), group=Group.CHILD): 37,
        a_record((2, 2), group=Group.CHILD): 3,
    }
    public = published_portfolio(a_portfolio(40, rare), published_figures(40))

    drawn = by_id(pictures(published_figures(40), public))

    panel = drawn["small-multiples"].data["panels"][2]
    assert "child withheld" in panel["alt"]
    assert "family 34 of 40 the same band as the grade" in panel["alt"]
    assert panel["rows"][0]["reviews"] is None
    assert panel["rows"][1]["bands"] == [None] * 4


def test_where_nothing_of_the_voices_is_told_there_is_no_page_of_hatching():
    people = {
        group: {PersonStatus.ANSWERED: 8, PersonStatus.NO_REPLY: 2} for group in Group
    }
    figures = published_figures(10, people=people)
    public = published_portfolio(a_portfolio(10, {a_record(): 10}), figures)

    assert "small-multiples" not in by_id(pictures(figures, public))


def test_a_dimension_of_which_nothing_is_told_says_so():
    mixed = {DimensionStatus.CONVERGENT: 37, DimensionStatus.DISSONANT: 3}
    statuses = {Judgement.D1: mixed, Judgement.D2: mixed}
    figures = published_figures(40, statuses=statuses)
    found = a_portfolio(40, {a_record(): 40})

    drawn = by_id(pictures(figures, published_portfolio(found, figures)))

    alts = [one["alt"] for one in drawn["small-multiples"].data["panels"]]
    assert alts[0] == "Assessment: withheld."
    assert "family 40 positive" in alts[2]
