"""Counts of a period as a council would have them: a test names what matters to it."""

from datetime import date

from feedback.domain.grading import DIMENSIONS, Judgement
from feedback.domain.report import Counts, Movement, Period
from feedback.domain.review import ReviewerKind
from triangulation import DimensionStatus, Group, PersonStatus

PERIOD = Period(first=date(2026, 9, 1), last=date(2027, 2, 28))


def some_counts(**given):
    """Ten reviews as a council would have them; nothing raised, nobody silent."""
    reviews = given.pop("reviews", 10)
    usual = {
        "period": PERIOD,
        "reviews": reviews,
        "by_kind": {ReviewerKind.INDEPENDENT: 8, ReviewerKind.INTERNAL: 2},
        "grades": {
            Judgement.PRACTICE: {4: 8, 3: 2},
            Judgement.OUTCOMES: {4: 6, 3: 2, 2: 2},
        },
        "movement": Movement(kept=11 * reviews),
        "statuses": {one: {DimensionStatus.CONVERGENT: reviews} for one in DIMENSIONS},
        "dissonant_moved": 0,
        "people": {group: {PersonStatus.ANSWERED: reviews} for group in Group},
        "alerts": {},
        "reviews_with_alerts": 0,
        "concerns": 0,
        "reviews_with_concerns": 0,
        "recommendations": {},
    }
    return Counts(**{**usual, **given})
