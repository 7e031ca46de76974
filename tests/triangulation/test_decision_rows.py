"""Every row of the decision table, and what each part of a cell says."""

import pytest
from evidence_builders import answer, cell, comment, people_saying, person

from triangulation import (
    CellNote,
    CellStatus,
    CommentStance,
    Dimension,
    Direction,
    Group,
    HelpedBy,
    Interval,
    LanguageRoute,
    NonAnswer,
    PersonStatus,
    Scale,
    Side,
    Silence,
)

CHILD, FAMILY, PARTNER, PRACTITIONER, MANAGER = Group


def young_child(*values):
    return people_saying(CHILD, *values, scale=Scale.F3)


ROWS = [
    (4, people_saying(FAMILY, "completely"), "agreement", (4, 4), 0, ()),
    (4, people_saying(FAMILY, "mostly"), "partial", (3, 3), 1, ()),
    (3, people_saying(FAMILY, "a_little"), "dissonance", (2, 2), 1, ()),
    (
        4,
        young_child("yes"),
        "agreement",
        (3, 4),
        0,
        (CellNote.COARSE, CellNote.READING),
    ),
    (
        4,
        young_child("a_bit"),
        "partial",
        (2, 3),
        1,
        (CellNote.COARSE_MIDDLE, CellNote.READING),
    ),
    (
        3,
        young_child("a_bit"),
        "partial",
        (2, 3),
        0,
        (CellNote.COARSE_MIDDLE, CellNote.READING),
    ),
    (3, young_child("no"), "dissonance", (1, 1), 2, ()),
    (
        2,
        young_child("yes"),
        "dissonance",
        (3, 4),
        -1,
        (CellNote.POSITIVE_BIAS, CellNote.COARSE),
    ),
    (
        3,
        people_saying(FAMILY, "completely", "not_at_all"),
        "partial",
        (1, 4),
        0,
        (CellNote.SPLIT, CellNote.CONTRARY),
    ),
    (4, people_saying(PARTNER, "completely", "mostly"), "agreement", (3, 4), 0, ()),
    (
        4,
        people_saying(PARTNER, "completely", "completely", "a_little"),
        "partial",
        (4, 4),
        0,
        (CellNote.SPLIT, CellNote.CONTRARY),
    ),
    (
        4,
        [
            person(
                CHILD,
                answer("completely", question="Y1"),
                answer("completely", question="Y2"),
                answer("not_at_all", question="Y3"),
            )
        ],
        "partial",
        (4, 4),
        0,
        (CellNote.SPLIT, CellNote.CONTRARY),
    ),
    (2, people_saying(PRACTITIONER, "a_little"), "agreement", (2, 2), 0, ()),
    (1, people_saying(FAMILY, "a_little"), "partial", (2, 2), -1, ()),
    (
        2,
        people_saying(PARTNER, "mostly", "mostly", "a_little"),
        "dissonance",
        (3, 3),
        -1,
        (CellNote.MIXED,),
    ),
]


@pytest.mark.parametrize(("grade", "people", "status", "bands", "gap", "notes"), ROWS)
def test_a_row_of_the_decision_table_holds(grade, people, status, bands, gap, notes):
    found = cell(*people, group=people[0].group, grade=grade)

    assert (found.status, found.interval, found.gap) == (status, Interval(*bands), gap)
    assert found.notes == notes


def test_a_group_that_only_says_dont_know_is_silent():
    found = cell(*people_saying(FAMILY, "dont_know", "dont_know"))

    assert found.status is CellStatus.SILENCE
    assert (found.interval, found.side, found.gap, found.direction) == (None,) * 4
    assert found.silence is Silence.NOTHING_SCORED


@pytest.mark.parametrize(
    ("value", "grade", "side", "direction"),
    [
        ("completely", 3, Side.HIGH, Direction.LESS_FAVOURABLE),
        ("mostly", 3, Side.HIGH, Direction.LEVEL),
        ("a_little", 3, Side.LOW, Direction.MORE_FAVOURABLE),
        ("a_little", 4, Side.LOW, Direction.MORE_FAVOURABLE),
        ("a_little", 1, Side.LOW, Direction.LESS_FAVOURABLE),
    ],
)
def test_the_direction_says_who_is_more_favourable(value, grade, side, direction):
    found = cell(*people_saying(FAMILY, value), grade=grade)

    assert (found.side, found.direction) == (side, direction)


def test_a_stance_that_reaches_both_sides_straddles():
    found = cell(*people_saying(FAMILY, "mostly", "a_little"))

    assert found.side is Side.STRADDLES


def test_without_a_grade_a_stance_is_shown_and_nothing_is_compared():
    found = cell(*people_saying(FAMILY, "a_little"), grade=None)

    assert found.status is CellStatus.UNGRADED
    assert found.interval == Interval(2, 2)
    assert found.side is Side.LOW
    assert (found.gap, found.direction, found.silence) == (None, None, None)
    assert not found.contrary
    assert not found.depends_on_reading


def test_each_person_is_one_voice_however_many_items_they_answered():
    talkative = person(
        FAMILY,
        *(answer("not_at_all", question=f"Q{n}") for n in range(3)),
        key="talkative",
    )

    found = cell(talkative, *people_saying(FAMILY, "completely", "completely"))

    assert found.interval == Interval(4, 4)


def test_an_even_number_of_voices_spans_both_middle_ones():
    found = cell(*people_saying(FAMILY, "not_at_all", "a_little", "mostly", "mostly"))

    assert found.interval == Interval(2, 3)


def test_a_dissonant_answer_is_contrary_too():
    found = cell(*people_saying(FAMILY, "a_little"))

    assert found.contrary
    assert CellNote.CONTRARY not in found.notes


@pytest.mark.parametrize(
    ("grade", "value", "depends"),
    [
        (4, "yes", True),  # agreement, or partial with one band
        (3, "yes", False),
        (2, "yes", False),
        (3, "a_bit", True),  # partial, or dissonance below good
        (2, "a_bit", True),  # partial, or agreement
        (4, "no", False),
    ],
)
def test_another_reading_of_the_faces_is_tried(grade, value, depends):
    found = cell(*young_child(value), group=CHILD, grade=grade)

    assert found.depends_on_reading is depends


def test_the_other_reading_counts_for_answers_that_contradict_as_well():
    # The stance stays 3-4 to 3-3; only the single "a bit" becomes contrary.
    children = young_child("yes", "yes", "a_bit")

    found = cell(*children, group=CHILD, grade=3)

    assert found.status is CellStatus.AGREEMENT
    assert found.depends_on_reading


def test_the_other_reading_is_tried_after_a_reversed_face_is_mirrored():
    reversed_no = person(CHILD, answer("no", scale=Scale.F3, reverse=True))

    found = cell(reversed_no, group=CHILD, grade=4)

    assert found.interval == Interval(3, 4)
    assert found.depends_on_reading


def test_only_the_faces_have_another_reading():
    always = people_saying(CHILD, "always", scale=Scale.W4C)

    assert not cell(*always, group=CHILD, grade=4).depends_on_reading


def test_several_answers_of_one_band_each_are_not_coarse():
    found = cell(*people_saying(PARTNER, "completely", "mostly"), group=PARTNER)

    assert not found.coarse
    assert not found.split


def test_answers_two_bands_apart_are_split():
    found = cell(*people_saying(PARTNER, "completely", "a_little"), group=PARTNER)

    assert found.split


def test_a_blurred_answer_is_only_as_far_away_as_its_nearest_end():
    child = person(
        CHILD,
        answer("yes", scale=Scale.F3, question="K1"),
        answer("a_bit", scale=Scale.F3, question="K2"),
    )

    assert not cell(child, group=CHILD).split


def test_help_and_language_count_only_for_people_who_are_heard():
    heard = person(
        CHILD,
        answer("mostly"),
        key="heard",
        helped_by=HelpedBy.TEACHER,
        language_route=LanguageRoute.TRANSLATED,
    )
    unheard = person(
        CHILD,
        answer("dont_know"),
        key="unheard",
        helped_by=HelpedBy.WORKER,
        language_route=LanguageRoute.INTERPRETED,
    )

    found = cell(heard, unheard, group=CHILD)

    assert not found.may_be_constrained
    assert found.language_route is LanguageRoute.TRANSLATED
    assert found.notes == (CellNote.TRANSLATED,)


@pytest.mark.parametrize("helper", [HelpedBy.CARER, HelpedBy.WORKER])
def test_help_by_a_carer_or_worker_may_constrain(helper):
    child = person(CHILD, answer("mostly"), helped_by=helper)

    assert cell(child, group=CHILD).notes == (CellNote.CONSTRAINED,)


def test_one_person_who_was_helped_is_enough_for_a_warning():
    helped = person(CHILD, answer("mostly"), key="1", helped_by=HelpedBy.CARER)
    alone = person(CHILD, answer("mostly"), key="2", helped_by=HelpedBy.NOBODY)

    assert cell(helped, alone, group=CHILD).may_be_constrained


def test_one_blurred_answer_among_sharp_ones_makes_a_cell_coarse():
    sharp = person(CHILD, answer("mostly"), key="sharp")
    blurred = person(CHILD, answer("yes", scale=Scale.F3), key="blurred")

    found = cell(sharp, blurred, group=CHILD, grade=4)

    assert found.coarse
    assert CellNote.COARSE in found.notes


def test_one_answer_that_leaves_the_side_open_is_noted():
    found = cell(*young_child("no", "a_bit"), group=CHILD, grade=2)

    assert CellNote.COARSE_MIDDLE in found.notes


def test_one_child_who_was_asked_about_the_network_is_enough_for_a_cell():
    asked = person(CHILD, answer("mostly", dimension=Dimension.D7), key="asked")

    found = cell(asked, person(CHILD, key="b"), group=CHILD, dimension=Dimension.D7)

    assert found.status is CellStatus.AGREEMENT


def test_the_furthest_language_route_is_shown():
    routes = (LanguageRoute.INTERPRETED, LanguageRoute.NONE, LanguageRoute.TRANSLATED)
    people = [
        person(FAMILY, answer("mostly"), key=route, language_route=route)
        for route in routes
    ]

    found = cell(*people)

    assert found.language_route is LanguageRoute.INTERPRETED
    assert found.notes == (CellNote.INTERPRETED,)


def only(status, *answers, **more):
    return person(FAMILY, *answers, status=status, key=f"only-{status}", **more)


FURTHEST_FIRST = [
    person(
        FAMILY,
        answer(NonAnswer.RATHER_NOT_SAY.value),
        key="commented",
        comments=(comment(),),
    ),
    person(
        FAMILY,
        answer("dont_know", question="Q1"),
        answer("rather_not_say", question="Q2"),
        key="guarded",
    ),
    person(FAMILY, key="elsewhere", comments=(comment(dimension=Dimension.D1),)),
    only(PersonStatus.WITHDRAWN),
    only(PersonStatus.DECLINED),
    only(PersonStatus.NO_REPLY),
    only(PersonStatus.NOT_INVITED, reason="unsafe"),
]


@pytest.mark.parametrize(("place", "reason"), list(enumerate(Silence)))
def test_the_reason_for_silence_is_that_of_the_person_who_came_furthest(place, reason):
    people = FURTHEST_FIRST[place:]

    assert cell(*people).silence is reason
    assert cell(*reversed(people)).silence is reason


def test_a_group_of_which_nobody_is_in_the_evidence_was_not_invited():
    assert cell(group=CHILD).silence is Silence.NOT_INVITED


def test_invited_and_replied_are_counted_for_the_group():
    found = cell(*FURTHEST_FIRST)

    assert (found.invited, found.replied) == (6, 3)
    assert [(each.person, each.reason) for each in found.not_invited] == [
        ("only-not_invited", "unsafe")
    ]


def test_a_dimension_that_is_not_the_groups_to_judge_is_not_asked():
    child = person(
        CHILD, comments=(comment(CommentStance.STRENGTH, dimension=Dimension.D6),)
    )

    found = cell(child, group=CHILD, dimension=Dimension.D6)

    assert found.status is CellStatus.NOT_ASKED
    assert found.silence is None
    assert (found.invited, found.replied) == (1, 1)
    assert (found.strengths, found.concerns) == (1, 0)


def test_a_child_whose_form_did_not_ask_about_the_network_is_not_asked():
    found = cell(person(CHILD), group=CHILD, dimension=Dimension.D7)

    assert found.status is CellStatus.NOT_ASKED


@pytest.mark.parametrize(
    ("value", "status"),
    [("mostly", CellStatus.AGREEMENT), ("skipped", CellStatus.SILENCE)],
)
def test_a_child_whose_form_asked_about_the_network_has_a_cell(value, status):
    child = person(CHILD, answer(value, dimension=Dimension.D7))

    found = cell(child, group=CHILD, dimension=Dimension.D7)

    assert found.status is status


def test_answers_are_listed_in_file_order_with_those_that_carry_no_stance():
    first = person(FAMILY, answer("skipped", question="Q2"), key="b")
    second = person(
        FAMILY,
        answer("mostly", question="Q9"),
        answer("mostly", question="Q8", dimension=Dimension.D1),
        key="a",
    )

    found = cell(first, second)

    assert [(each.person, each.question, each.interval) for each in found.answers] == [
        ("b", "Q2", None),
        ("a", "Q9", Interval(3, 3)),
    ]


def test_comments_are_counted_and_never_make_a_band():
    talker = person(
        FAMILY,
        comments=(
            comment(CommentStance.CONCERN),
            comment(CommentStance.STRENGTH),
            comment(CommentStance.STRENGTH),
            comment(CommentStance.STRENGTH, dimension=Dimension.D1),
        ),
    )

    found = cell(talker)

    assert (found.strengths, found.concerns) == (2, 1)
    assert found.silence is Silence.COMMENT_ONLY
