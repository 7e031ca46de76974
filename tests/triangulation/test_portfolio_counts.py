"""Every group at every dimension, counted over many reviews."""

import pytest
from evidence_builders import evidence, people_saying, person
from hypothesis import given
from hypothesis import strategies as st

from triangulation import (
    SPEAKERS,
    Dimension,
    Gate,
    Group,
    Interval,
    PersonStatus,
    RecordError,
    ReviewRecord,
    Scale,
    Silence,
    VoiceRecord,
    WideStance,
    portfolio_of,
    portfolio_of_counts,
    record_of,
    synthesise,
)

PLACES = [
    (one, group) for one in Dimension for group in Group if group in SPEAKERS[one]
]


def a_voice(stance=(3, 3), *, grade=3, **given):
    """A family's voice on D3."""
    silence = given.get("silence")
    return VoiceRecord(
        dimension=given.get("dimension", Dimension.D3),
        group=given.get("group", Group.FAMILY),
        grade=grade,
        stance=None if silence else Interval(*stance),
        coarse=given.get("coarse", False),
        silence=silence,
    )


def reviews_with(*voices):
    """One review for each voice."""
    return [ReviewRecord(key=f"r{n}", voices=(one,)) for n, one in enumerate(voices)]


def family_on_d3(*voices):
    found = portfolio_of(reviews_with(*voices))
    return found.dimension(Dimension.D3).voice(Group.FAMILY)


def test_a_fine_stance_stands_in_the_row_of_the_grade_and_the_column_of_its_band():
    found = family_on_d3(a_voice((2, 2), grade=4))

    assert found.table == ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0))
    assert found.bands == (0, 1, 0, 0)
    assert found.grades == (0, 0, 0, 1)


def test_exact_and_within_one_are_counted_over_the_pairs():
    found = family_on_d3(
        a_voice((3, 3)), a_voice((4, 4)), a_voice((2, 2)), a_voice((1, 1))
    )

    assert found.exact_share.words == "1 of 4"
    assert found.within_one_share.words == "3 of 4"


def test_no_interval_is_printed_because_reviews_were_not_drawn_at_random():
    assert family_on_d3(a_voice()).exact_share.interval is None


def test_without_a_pair_there_is_no_share():
    found = family_on_d3(a_voice(silence=Silence.NO_REPLY))

    assert found.exact_share is None
    assert found.within_one_share is None


def test_gaps_are_told_by_the_way_they_point():
    found = family_on_d3(
        a_voice((2, 2)), a_voice((1, 1)), a_voice((3, 3)), a_voice((4, 4))
    )

    assert found.gaps.more_favourable == 2
    assert found.gaps.level == 1
    assert found.gaps.less_favourable == 1
    assert found.gaps.total == 4


@pytest.mark.parametrize(
    ("stance", "grade", "coarse", "expected"),
    [
        ((3, 4), 4, True, WideStance.COMPATIBLE),
        ((3, 4), 3, True, WideStance.COMPATIBLE),
        ((3, 4), 2, True, WideStance.NOT_COMPATIBLE),
        ((2, 3), 4, True, WideStance.NOT_COMPATIBLE),
        ((2, 3), 3, True, WideStance.EITHER_SIDE),
        ((2, 3), 2, True, WideStance.EITHER_SIDE),
        ((1, 4), 3, True, WideStance.EITHER_SIDE),
        ((1, 4), 3, False, WideStance.DIVIDED),
        ((3, 4), 4, False, WideStance.DIVIDED),
        ((3, 4), 1, False, WideStance.DIVIDED),
    ],
)
def test_a_stance_of_more_than_one_band_is_no_pair(stance, grade, coarse, expected):
    found = family_on_d3(a_voice(stance, grade=grade, coarse=coarse))

    assert found.pairs == 0
    assert found.wide[expected] == 1
    assert found.not_fine == 1


def test_gaps_of_wide_stances_are_told_apart_from_those_of_pairs():
    found = family_on_d3(
        a_voice((2, 3), grade=4, coarse=True),
        a_voice((3, 4), grade=2, coarse=True),
        a_voice((3, 4), grade=3, coarse=True),
    )

    assert found.wide_gaps.more_favourable == 1
    assert found.wide_gaps.less_favourable == 1
    assert found.wide_gaps.level == 1
    assert found.gaps.total == 0


def test_a_stance_in_one_band_is_fine_though_an_answer_behind_it_was_blurred():
    # Two say "mostly", one "always": whichever the last meant, the middle is 3.
    said = [
        *people_saying(Group.CHILD, "mostly", "mostly", "always", scale=Scale.W4C),
    ]
    kept = record_of("r", synthesise(evidence(*said, grade=3)))

    found = portfolio_of([kept]).dimension(Dimension.D3).voice(Group.CHILD)

    assert found.exact == 1
    assert found.not_fine == 0


def test_a_stance_without_a_grade_is_neither_pair_nor_silence():
    found = family_on_d3(a_voice(grade=None))

    assert found.ungraded == 1
    assert found.pairs == 0
    assert found.silent == 0


def test_silences_are_counted_by_reason():
    found = family_on_d3(
        a_voice(silence=Silence.NO_REPLY),
        a_voice(silence=Silence.NO_REPLY),
        a_voice(silence=Silence.NOT_INVITED),
    )

    assert found.silences[Silence.NO_REPLY] == 2
    assert found.silences[Silence.NOT_INVITED] == 1
    assert found.silent == 3


def test_a_review_of_which_nothing_was_kept_is_counted_and_is_no_silence():
    kept = reviews_with(a_voice())
    lost = ReviewRecord(key="old", voices=None)

    found = portfolio_of([*kept, lost])

    assert found.reviews == 2
    assert found.without_voices == 1
    assert found.dimension(Dimension.D3).voice(Group.FAMILY).reviews == 1


def test_a_group_that_was_never_asked_has_no_review():
    found = family_on_d3(a_voice())
    child_on_d6 = portfolio_of(reviews_with(a_voice())).dimension(Dimension.D6)

    assert found.reviews == 1
    assert child_on_d6.voice(Group.CHILD).reviews == 0


def test_a_synthesis_is_kept_without_its_structural_silences():
    no_reply = person(Group.FAMILY, status=PersonStatus.NO_REPLY)

    kept = record_of("r", synthesise(evidence(no_reply)))

    groups = {one.group for one in kept.voices if one.dimension is Dimension.D6}
    assert groups == {Group.PRACTITIONER, Group.MANAGER}
    family = next(one for one in kept.voices if one.group is Group.FAMILY)
    assert family.silence is Silence.NO_REPLY


def test_coefficients_come_through_the_gate_for_each_group_by_itself():
    nine = family_on_d3(*[a_voice() for _ in range(9)])
    ten = family_on_d3(*[a_voice() for _ in range(10)])

    assert nine.coefficients is None
    assert ten.coefficients.gate is Gate.INDICATIVE


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"grade": 5}, "5 is not a grade"),
        ({"dimension": Dimension.D6}, "is not the group's to speak to"),
    ],
)
def test_a_record_in_a_wrong_state_cannot_exist(wrong, told):
    with pytest.raises(RecordError, match=told):
        a_voice(**wrong)


def test_a_record_neither_speaks_and_is_silent_nor_neither():
    with pytest.raises(RecordError, match="a stance, or a reason"):
        VoiceRecord(
            dimension=Dimension.D3,
            group=Group.FAMILY,
            grade=3,
            stance=None,
            coarse=False,
            silence=None,
        )


@pytest.mark.parametrize("voices", [(), (a_voice(), a_voice((4, 4)))])
def test_a_review_keeps_a_group_once_at_a_dimension(voices):
    with pytest.raises(RecordError, match="stands once"):
        ReviewRecord(key="r", voices=voices)


def test_two_reviews_cannot_have_one_key():
    with pytest.raises(RecordError, match="same key"):
        portfolio_of([*reviews_with(a_voice()), *reviews_with(a_voice())])


def test_nothing_in_a_portfolio_speaks_of_the_whole():
    found = portfolio_of(reviews_with(a_voice()))

    assert set(found.__slots__) == {"reviews", "without_voices", "dimensions"}


# ---- What holds for any reviews at all


@st.composite
def voices(draw, place):
    dimension, group = place
    grade = draw(st.sampled_from([None, 1, 2, 3, 4]))
    if draw(st.booleans()):
        stance, silence = None, draw(st.sampled_from(Silence))
    else:
        lo, hi = sorted(draw(st.tuples(st.integers(1, 4), st.integers(1, 4))))
        stance, silence = Interval(lo, hi), None
    return VoiceRecord(
        dimension=dimension,
        group=group,
        grade=grade,
        stance=stance,
        coarse=draw(st.booleans()),
        silence=silence,
    )


@st.composite
def records(draw):
    found = []
    for n in range(draw(st.integers(0, 12))):
        places = draw(
            st.lists(st.sampled_from(PLACES), min_size=1, max_size=6, unique=True)
        )
        kept = tuple(draw(voices(place)) for place in places)
        found.append(
            ReviewRecord(key=f"r{n}", voices=draw(st.sampled_from([kept, None])))
        )
    return found


def every_voice(found):
    return [each for one in found.dimensions for each in one.voices]


@given(records())
def test_every_record_is_counted_once_and_nothing_else(reviews):
    given_ = sum(len(one.voices or ()) for one in reviews)

    found = portfolio_of(reviews)

    assert sum(each.reviews for each in every_voice(found)) == given_
    for each in every_voice(found):
        assert each.gaps.total == sum(each.gap_counts.values()) == each.pairs
        assert each.wide_gaps.total == each.not_fine
        assert each.exact <= each.within_one <= each.pairs
        assert sum(each.bands) == sum(each.grades) == each.pairs


@given(records())
def test_a_review_in_which_everybody_is_silent_changes_silences_only(reviews):
    silent = tuple(
        VoiceRecord(
            dimension=dimension,
            group=group,
            grade=4,
            stance=None,
            coarse=False,
            silence=Silence.NO_REPLY,
        )
        for dimension, group in PLACES
    )

    before = portfolio_of(reviews)
    after = portfolio_of([*reviews, ReviewRecord(key="silent", voices=silent)])

    for then, now in zip(every_voice(before), every_voice(after), strict=True):
        assert now.table == then.table
        assert now.coefficients == then.coefficients
        assert now.wide == then.wide
        assert now.ungraded == then.ungraded
        assert now.silent - then.silent in {0, 1}


@given(records(), st.randoms(use_true_random=False))
def test_neither_names_nor_order_of_reviews_change_anything(reviews, random):
    renamed = [
        ReviewRecord(key=f"other-{n}", voices=one.voices)
        for n, one in enumerate(reviews)
    ]
    random.shuffle(renamed)

    assert portfolio_of(renamed) == portfolio_of(reviews)


@given(records())
def test_counting_beforehand_gives_the_same(reviews):
    counts = {}
    for one in reviews:
        for voice in one.voices or ():
            counts[voice] = counts.get(voice, 0) + 1
    lost = sum(one.voices is None for one in reviews)

    found = portfolio_of_counts(counts, reviews=len(reviews), without_voices=lost)

    assert found == portfolio_of(reviews)
