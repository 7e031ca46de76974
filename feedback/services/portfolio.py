"""How do each group's stances lie beside the first grades, over a period's reviews?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.queries import portfolio as queries
from feedback.db.queries import report as report_queries
from feedback.domain.calendar import london_day
from feedback.domain.portfolio_tables import ShownPortfolio, shown
from feedback.domain.report import Figures, Period
from feedback.domain.report_figures import figures
from feedback.domain.review import FeedbackSeen
from feedback.services import audit
from feedback.services.count_reviews import count, within
from triangulation import (
    Dimension,
    Group,
    Interval,
    Portfolio,
    Silence,
    VoiceRecord,
    portfolio_of_counts,
)

A_YEAR: Final = timedelta(days=365)
UNKNOWN_COUNTS_AS: Final = FeedbackSeen.CONVERSATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """A period's portfolio as the Head of Safeguarding and QA reads it.

    Attributes:
        portfolio: Every line, nothing withheld.
        figures: The other counts of the same reviews, nothing withheld.
        moves: How often which first grade became which agreed one, over all
            judgements; None is not graded.
        unheard: In how many reviews nobody had been heard before grading: only
            there does agreement speak for reliability.
    """

    period: Period
    portfolio: ShownPortfolio
    figures: Figures
    moves: Mapping[tuple[int | None, int | None], int]
    unheard: int


def usual_period(session: Session, *, now: datetime) -> Period:
    """Give the year that ends today, or with the last review where that is older."""
    last = london_day(now)
    agreed_at = report_queries.last_agreed_at(session)
    if agreed_at is not None and now - agreed_at > A_YEAR:
        last = london_day(agreed_at)
    return Period(first=last - A_YEAR, last=last)


def portfolio_over(session: Session, period: Period) -> Portfolio:
    """Count every kept voice of a period's reviews, in three statements."""
    chosen = within(period)
    counts: Counter[VoiceRecord] = Counter()
    for line in queries.voices(session, chosen):
        counts[_as_record(line)] += line.number
    reviews = report_queries.how_many(session, chosen)
    kept = queries.with_voices(session, chosen)
    return portfolio_of_counts(counts, reviews=reviews, without_voices=reviews - kept)


def read_portfolio(
    session: Session, period: Period, *, by: audit.Actor, now: datetime
) -> PortfolioView:
    """Read a period's portfolio unsuppressed; the reading is noted."""
    chosen = within(period)
    found = shown(portfolio_over(session, period))
    seen: Counter[FeedbackSeen] = Counter()
    for code, number in queries.seen(session, chosen).items():
        seen[FeedbackSeen(code or UNKNOWN_COUNTS_AS)] += number
    counts = count(session, period)
    facts: dict[str, str | int | bool | None] = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "reviews": found.reviews,
    }
    deed = audit.Deed(action="portfolio_read", facts=facts)
    audit.record(session, deed, by=by, now=now)
    return PortfolioView(
        period=period,
        portfolio=found,
        figures=figures(counts),
        moves=counts.moves,
        unheard=seen[FeedbackSeen.NONE],
    )


def _as_record(line: queries.VoiceLine) -> VoiceRecord:
    stance = None
    if line.lo is not None and line.hi is not None:
        stance = Interval(line.lo, line.hi)
    return VoiceRecord(
        dimension=Dimension(line.dimension),
        group=Group(line.group),
        grade=line.grade,
        stance=stance,
        coarse=line.coarse,
        silence=None if line.silence is None else Silence(line.silence),
    )
