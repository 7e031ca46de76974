"""Which published reports could be taken from a new one, and can it be made safe?

Two reports over nearly the same reviews tell what their difference holds. Where all
that was published over these reviews covers parts of them, the new report withholds
what the difference would tell. Otherwise it is not published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ReportRow
from feedback.db.queries import report as queries
from feedback.domain.report import Counts, Figures, Period
from feedback.domain.report_earlier import Earlier, shown_in, together
from feedback.domain.report_figures import figures
from feedback.domain.report_words import span
from feedback.services.count_reviews import count, reviews_of
from feedback.services.fingerprint_reviews import fingerprint

# Grades that a decision opens are shown as they are: fewer reviews apart than
# these, and the difference is a few children.
FEWEST_APART: Final = 10
WHY: Final = "Taking one from the other could reveal a child."
ADVICE: Final = "Choose a period that does not overlap it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How a report stands to those published over some of the same reviews.

    Attributes:
        earlier: What they said, where the new report can be made safe beside them.
        reports: Which they are.
        spans: Their periods in words.
        refusal: Why the report cannot be published; None where it can.
    """

    earlier: Earlier | None = None
    reports: tuple[UUID, ...] = ()
    spans: tuple[str, ...] = ()
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    row: ReportRow
    reviews: frozenset[UUID]

    @property
    def period(self) -> Period:
        return period_of(self.row)


def beside(
    session: Session,
    period: Period,
    *,
    opens_grades: bool,
    until: datetime | None = None,
) -> Beside:
    """Compare a report with those published over some of the same reviews.

    Args:
        session: Any session.
        period: The period of the report.
        opens_grades: Whether it shows the distribution of grades as it is.
        until: When it was frozen, where it is.
    """
    rows = queries.published_over(session, period.first, period.last)
    if not rows:
        return Beside()
    mine = reviews_of(session, period, until=until)
    others = [one for one in _published(session, rows) if one.reviews & mine]
    if not others:
        return Beside()
    parts = _widest(others)
    refusal = _refusal(mine, others, parts, opens_grades=opens_grades)
    if refusal is None:
        told = [_told(session, part) for part in parts]
        known = [one for one in told if one is not None]
        if len(known) == len(parts):
            return Beside(
                earlier=together(known),
                reports=tuple(part.row.id for part in parts),
                spans=tuple(span(part.period) for part in parts),
            )
        refusal = (
            f"{_name(parts[0])} covers some of the same reviews, and what it counted "
            f"cannot be counted the same way any more. {WHY} {ADVICE}"
        )
    return Beside(
        reports=tuple(part.row.id for part in parts),
        spans=tuple(span(part.period) for part in parts),
        refusal=refusal,
    )


def period_of(row: ReportRow) -> Period:
    """Give the period of a report's row."""
    return Period(first=row.period_from, last=row.period_to)


def _published(session: Session, rows: Sequence[ReportRow]) -> list[_Published]:
    return [
        _Published(
            row=row, reviews=reviews_of(session, period_of(row), until=row.built_at)
        )
        for row in rows
    ]


def _widest(others: Sequence[_Published]) -> list[_Published]:
    """Leave out what a later report covers: that one was made safe beside it."""
    return [
        one
        for n, one in enumerate(others)
        if not any(one.reviews <= later.reviews for later in others[n + 1 :])
    ]


def _refusal(
    mine: frozenset[UUID],
    others: Sequence[_Published],
    parts: Sequence[_Published],
    *,
    opens_grades: bool,
) -> str | None:
    for one in others:
        if one.reviews - mine:
            return (
                f"{_name(one)} covers some of the same reviews and others as well. "
                f"{WHY} {ADVICE}"
            )
    covered = frozenset[UUID]().union(*(part.reviews for part in parts))
    if sum(len(part.reviews) for part in parts) > len(covered):
        return (
            "Published reports over these reviews overlap each other. Taking them "
            "from this one could reveal a child. Choose a period that overlaps none "
            "of them or one."
        )
    if opens_grades:
        return _too_near(mine, others, parts, covered)
    return None


def _too_near(
    mine: frozenset[UUID],
    others: Sequence[_Published],
    parts: Sequence[_Published],
    covered: frozenset[UUID],
) -> str | None:
    """Refuse grades as they are where a few reviews could be told from the others."""
    apart = [len(mine - one.reviews) for one in others]
    apart += [len(mine - covered)]
    if len(parts) > 1:
        apart += [len(part.reviews) for part in parts]
    if not any(0 < number < FEWEST_APART for number in apart):
        return None
    return (
        f"{_name(parts[0])} covers nearly the same reviews, and this report shows "
        f"every grade. {WHY} Build it without the decision to show the grades, or "
        "choose a period that does not overlap."
    )


def _told(session: Session, part: _Published) -> tuple[Figures, Figures] | None:
    """Give what a published report counted and showed; None where it is not known.

    Counted again, its reviews must give what they gave when it was frozen: else
    what it withheld cannot be told from what changed since.
    """
    counts: Counts = count(session, part.period, until=part.row.built_at)
    if fingerprint(session, counts, part.reviews) != part.row.input_digest:
        return None
    inside = figures(counts)
    return inside, shown_in(part.row.findings, inside)


def _name(one: _Published) -> str:
    return f"The published report {span(one.period)}"
