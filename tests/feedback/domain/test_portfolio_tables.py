"""Which counts of a portfolio may be read, and how they stand in tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolio_builders import a_portfolio, a_record, figures_of, published_figures

from feedback.domain.grading import Judgement
from feedback.domain.portfolio_pages import sections
from feedback.domain.portfolio_tables import (
    Telling,
    published_portfolio,
    shown,
)
from feedback.domain.portfolio_words import (
    apart,
    portfolio_sentences,
    portfolio_tables,
    silent,
)
from triangulation import (
    Dimension,
    DimensionStatus,
    Group,
    PersonStatus,
    Silence,
    WideStance,
)


def line(found, dimension=Dimension.D3, group=Group.FAMILY):
    (one,) = [each for each in found.dimensions if each.dimension is dimension]
    return next((voice for voice in one.voices if voice.group is group), None)


def told(counts, *, reviews=40, **given):
    """The family's line on D3 as the public reads it."""
    found = a_portfolio(reviews, counts)
    return line(published_portfolio(found, published_figures(reviews, **given)))


def test_inside_every_count_is_told():
    found = line(shown(a_portfolio(10, {a_record((2, 2)): 1, a_record((3, 3)): 8})))

    assert found.telling is Telling.IN_FULL
    assert (found.exact, found.within_one, found.pairs) == (8, 9, 9)
    assert found.more_favourable == 1
    assert found.bands == (0, 1, 8, 0)
    assert found.silent == 1
    assert found.silences[tuple(Silence).index(Silence.NO_REPLY)] == 1


def test_a_line_without_a_small_count_is_told_in_full():
    found = told({a_record((3, 3)): 20, a_record((4, 4)): 10, a_record((2, 2)): 10})

    assert found.telling is Telling.IN_FULL
    assert found.table[2] == (0, 10, 20, 10)
    assert found.coefficients is not None


def test_where_a_grade_and_band_is_rare_gaps_are_told_and_no_coefficient():
    # One apart six times, but from two grades, three each.
    rare = {
        a_record((3, 3)): 34,
        a_record((2, 2), grade=3): 3,
        a_record((3, 3), grade=4): 3,
    }

    found = told(rare)

    assert found.telling is Telling.BY_GAPS
    assert (found.exact, found.within_one, found.more_favourable) == (34, 40, 6)
    assert found.bands == (None,) * 4
    assert found.table is None
    assert found.coefficients is None


def test_where_a_distance_is_rare_only_the_direction_is_told():
    rare = {
        a_record((3, 3)): 34,
        a_record((2, 2), grade=3): 3,
        a_record((1, 1), grade=3): 3,
    }

    found = told(rare)

    assert found.telling is Telling.BY_DIRECTION
    assert (found.exact, found.more_favourable, found.less_favourable) == (34, 6, 0)
    assert found.within_one is None
    assert found.further is None


def test_where_a_direction_is_rare_nothing_is_told():
    found = told({a_record((3, 3)): 37, a_record((2, 2)): 3})

    assert found.telling is Telling.WITHHELD
    assert {found.reviews, found.exact, found.pairs, found.silent} == {None}


def test_ten_reviews_tell_hardly_anything():
    found = a_portfolio(10, {a_record((3, 3)): 7, a_record((2, 2)): 3})

    assert not line(published_portfolio(found, published_figures(10))).is_told


def test_a_group_is_told_of_only_where_it_is_told_who_answered():
    answered = {
        Group.FAMILY: {PersonStatus.ANSWERED: 37, PersonStatus.NO_REPLY: 3},
    }

    found = told({a_record((3, 3)): 40}, people=answered)

    assert not found.is_told


def test_a_dimension_is_told_of_only_where_its_statuses_are_told():
    statuses = {
        Judgement.D3: {
            DimensionStatus.CONVERGENT: 38,
            DimensionStatus.DISSONANT: 2,
        }
    }

    found = told({a_record((3, 3)): 40}, statuses=statuses)

    assert not found.is_told


@pytest.mark.parametrize("asked", [3, 37])
def test_how_many_young_people_were_asked_about_partners_tells_no_age(asked):
    child = a_record(dimension=Dimension.D7, group=Group.CHILD)
    found = a_portfolio(40, {child: asked})

    public = published_portfolio(found, published_figures(40))

    assert line(public, Dimension.D7, Group.CHILD) is None
    assert line(shown(found), Dimension.D7, Group.CHILD).reviews == asked


@settings(deadline=None, max_examples=60, database=None)
@given(
    st.dictionaries(
        st.builds(
            a_record,
            st.sampled_from([(1, 1), (2, 2), (3, 3), (4, 4), (3, 4)]),
            grade=st.sampled_from([2, 3, 4]),
            coarse=st.booleans(),
        ),
        st.integers(0, 12),
        max_size=6,
    )
)
def test_no_published_line_holds_or_gives_a_count_of_one_to_five(counts):
    reviews = max(sum(counts.values()), 10)

    found = told(counts, reviews=reviews)

    parts = [
        found.exact,
        found.more_favourable,
        found.less_favourable,
        found.further,
        found.wide,
        found.ungraded,
        found.silent,
        *found.bands,
        *found.wide_kinds,
        *found.silences,
        *(cell for row in found.table or () for cell in row),
    ]
    if found.within_one is not None:
        parts.append(found.within_one - found.exact)
    assert not [part for part in parts if part is not None and 1 <= part <= 5]
    assert found.table is not None or found.coefficients is None


# ---- In words


def test_a_table_stands_for_each_dimension_with_a_line_for_each_voice():
    found = shown(a_portfolio(10, {a_record((2, 2)): 2, a_record((3, 3)): 8}))

    (d3,) = [one for one in portfolio_tables(found) if one["title"].startswith("D3")]

    (family,) = [row for row in d3["rows"] if row["label"] == "Family"]
    assert family["cells"] == [
        "8 of 10 (80%)",
        "10 of 10 (100%)",
        "2 of 10 (20%)",
        "0 of 10 (0%)",
        "0 of 10 (0%)",
        "0 of 10 (0%)",
    ]


def test_a_voice_without_a_pair_has_noughts_and_no_shares():
    found = shown(a_portfolio(10, {}))

    (d3,) = [one for one in portfolio_tables(found) if one["title"].startswith("D3")]

    assert d3["rows"][0]["cells"][:2] == ["0", "0"]


def test_silences_are_listed_by_reason():
    found = shown(a_portfolio(10, {a_record(silence=Silence.RATHER_NOT_SAY): 4}))

    (table,) = [one for one in portfolio_tables(found) if "silent" in one["title"]]

    row = next(
        row
        for row in table["rows"]
        if row["label"].startswith("D3") and "fam" in str(row)
    )
    asked = dict(zip(table["columns"], row["cells"], strict=True))
    assert asked["Rather not say"] == "4"
    assert asked["No reply"] == "6"


def test_both_coefficients_stand_in_one_line_with_what_to_read_beside_them():
    pairs = {
        a_record((3, 3), grade=3): 1,
        a_record((4, 4), grade=4): 7,
        a_record((4, 4), grade=3): 1,
        a_record((3, 3), grade=4): 1,
    }

    tables = portfolio_tables(shown(a_portfolio(10, pairs)))

    row = tables[-1]["rows"][0]
    assert row["label"] == "D3 Direct work and child's voice: family"
    assert row["cells"][:3] == ["10", "0.91 (0.76 to 1.00)", "0.41 (-0.19 to 1.00)"]
    assert "Indicative." in row["cells"][3]
    assert "alpha is pulled down and AC2 up" in row["cells"][3]
    assert "Alpha was undefined in 3% of the draws." in row["cells"][3]


def test_where_nothing_varies_alpha_says_so_in_place_of_a_figure():
    tables = portfolio_tables(shown(a_portfolio(30, {a_record((4, 4), grade=4): 30})))

    assert tables[-1]["rows"][0]["cells"][1:3] == [
        "1.00",
        "not calculable: no variation",
    ]


def test_few_pairs_that_never_vary_have_no_interval_for_alpha():
    tables = portfolio_tables(shown(a_portfolio(10, {a_record((4, 4), grade=4): 10})))

    assert "100% of the draws" in tables[-1]["rows"][0]["cells"][3]


def test_plenty_of_varied_pairs_need_no_remark():
    pairs = {a_record((n, n), grade=n): 10 for n in (1, 2, 3, 4)}

    tables = portfolio_tables(shown(a_portfolio(40, pairs)))

    assert tables[-1]["rows"][0]["cells"][3] == "\N{EN DASH}"


def test_withheld_counts_are_marked():
    found = a_portfolio(40, {a_record((3, 3)): 37, a_record((2, 2)): 3})
    public = published_portfolio(found, published_figures(40))

    (d3,) = [one for one in portfolio_tables(public) if one["title"].startswith("D3")]

    assert d3["rows"][1] == {"label": "Family", "cells": ["c"] * 6}
    assert any("withheld (c)" in said for said in portfolio_sentences(public))


def test_a_dimension_of_which_nothing_is_told_has_no_table():
    found = a_portfolio(10, {a_record((3, 3)): 7})
    statuses = {
        one: {DimensionStatus.CONVERGENT: 7, DimensionStatus.SILENT: 3}
        for one in Judgement
        if not one.is_headline
    }

    public = published_portfolio(found, published_figures(10, statuses=statuses))

    assert portfolio_tables(public) == []


def test_reviews_signed_before_voices_were_kept_are_said_and_are_no_silences():
    found = shown(a_portfolio(12, {a_record(): 11}, without_voices=1))

    assert line(found).silent == 0
    assert any(
        "1 more review was signed" in said for said in portfolio_sentences(found)
    )


def test_where_no_voice_was_kept_that_is_all_there_is_to_say():
    found = shown(a_portfolio(3, {}, without_voices=3))

    assert portfolio_sentences(found) == (
        "Of these 3 reviews, no voices were kept for counting.",
    )
    assert portfolio_tables(found) == []


def test_what_lies_two_bands_apart_comes_first():
    found = shown(a_portfolio(10, {a_record((1, 1)): 2, a_record((3, 3)): 8}))

    assert apart(found) == ("D3 Direct work and child's voice: family 2 of 10",)


def test_a_group_that_is_silent_in_half_the_reviews_is_named_with_its_dimensions():
    found = shown(a_portfolio(10, {a_record(): 5}))

    assert any(
        said == "Manager: D1, D2, D3, D5, D6, D7, D8, D9" for said in silent(found)
    )
    assert any(said.startswith("Family: D1, D2, D3, ") for said in silent(found))


def test_the_page_tells_how_wide_stances_lie_and_which_have_no_grade():
    found = shown(
        a_portfolio(
            10,
            {
                a_record((3, 4), grade=4, coarse=True): 2,
                a_record((1, 4), grade=4): 1,
                a_record((3, 3), grade=None): 1,
            },
        )
    )

    section = next(one for one in sections(found) if one.code == "D3")
    family = next(each for each in section.lines if each.group == "family")

    assert WideStance.COMPATIBLE.label.lower() in family.wide
    assert family.ungraded == "1 with a stance and no grade"
    assert family.crossing == ()
    assert family.reading == "Fewer than ten pairs: counts only."


def test_the_page_crosses_grades_and_bands_with_the_best_grade_first():
    found = shown(a_portfolio(10, {a_record((2, 2), grade=4): 10}))

    section = next(one for one in sections(found) if one.code == "D3")
    family = next(each for each in section.lines if each.group == "family")

    assert family.crossing[0] == ("Outstanding", (0, 10, 0, 0))
    assert family.ac2
    assert family.alpha


def test_figures_inside_hold_back_nothing_of_the_lines_beside_them():
    found = a_portfolio(40, {a_record((3, 3)): 40})

    assert line(published_portfolio(found, figures_of(40))).is_told
