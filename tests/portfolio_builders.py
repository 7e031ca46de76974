"""Portfolios with sensible defaults: a test names only what matters to it."""

from datetime import date

from feedback.domain.grading import DIMENSIONS
from feedback.domain.report import Counts, Movement, Period
from feedback.domain.report_disclosure import published
from feedback.domain.report_figures import figures
from feedback.domain.review import ReviewerKind
from triangulation import (
    ASKED_BY_SOME_FORMS,
    SPEAKERS,
    Dimension,
    DimensionStatus,
    Group,
    Interval,
    PersonStatus,
    Silence,
    VoiceRecord,
    portfolio_of_counts,
)

PERIOD = Period(first=date(2026, 9, 1), last=date(2027, 2, 28))


def a_record(stance=(3, 3), *, grade=3, **given):
    """A family's voice on D3, unless the test says otherwise."""
    silence = given.get("silence")
    return VoiceRecord(
        dimension=given.get("dimension", Dimension.D3),
        group=given.get("group", Group.FAMILY),
        grade=grade,
        stance=None if silence else Interval(*stance),
        coarse=given.get("coarse", False),
        silence=silence,
    )


def a_portfolio(reviews, counts, *, without_voices=0):
    """Reviews in which everybody is silent but for those who are counted here."""
    given = dict(counts)
    kept = reviews - without_voices
    spoken = {}
    for record, number in given.items():
        place = record.dimension, record.group
        spoken[place] = spoken.get(place, 0) + number
    for dimension in Dimension:
        for group in Group:
            rest = kept - spoken.get((dimension, group), 0)
            is_asked = group in SPEAKERS[dimension] and (
                (group, dimension) not in ASKED_BY_SOME_FORMS
            )
            if is_asked and rest:
                silent = a_record(
                    dimension=dimension, group=group, silence=Silence.NO_REPLY
                )
                given[silent] = given.get(silent, 0) + rest
    return portfolio_of_counts(given, reviews=reviews, without_voices=without_voices)


def counts_of(reviews, *, people=None, statuses=None, movement=None):
    """What else is counted: nobody's group and no dimension is small by default."""
    everybody = {group: {PersonStatus.ANSWERED: reviews} for group in Group}
    convergent = {one: {DimensionStatus.CONVERGENT: reviews} for one in DIMENSIONS}
    return Counts(
        period=PERIOD,
        reviews=reviews,
        by_kind={ReviewerKind.INDEPENDENT: reviews},
        grades={},
        movement=movement or Movement(kept=11 * reviews),
        statuses={**convergent, **(statuses or {})},
        dissonant_moved=0,
        people={**everybody, **(people or {})},
        alerts={},
        reviews_with_alerts=0,
        concerns=0,
        reviews_with_concerns=0,
        recommendations={},
    )


def figures_of(reviews, **given):
    """Every figure, nothing withheld."""
    return figures(counts_of(reviews, **given))


def published_figures(reviews, **given):
    """The figures that may be read."""
    return published(figures_of(reviews, **given), grades_opened=False)
