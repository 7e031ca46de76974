"""What would a report over a period say, and what of it is frozen?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import ReportRow
from feedback.domain.calendar import london_day
from feedback.domain.paper import Paper, Printed
from feedback.domain.paper_boxes import drafts, missing
from feedback.domain.paper_json import paper_of, table_of
from feedback.domain.portfolio_tables import published_portfolio
from feedback.domain.portfolio_tables import shown as inside_voices
from feedback.domain.report import VERSION, Counts, Figures, Period, ReportError
from feedback.domain.report_disclosure import published
from feedback.domain.report_figures import figures
from feedback.domain.report_frozen import Frozen, frozen
from feedback.domain.report_words import in_pairs
from feedback.services import audit
from feedback.services.count_reviews import count_actions, counted
from feedback.services.fingerprint_reviews import fingerprint
from feedback.services.portfolio import portfolio_over
from feedback.services.read_recommendations import Noted, recommendations_of
from feedback.services.report import BuiltReport, as_report
from feedback.services.report_beside import Beside, beside
from triangulation import Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A report to build.

    Args:
        period: Which reviews.
        open_grades_reason: Why the Head of Safeguarding and QA decided that the
            grades of the whole set are shown as they are; None where they did not.
        words: The officer's words by box; drafted words stand in the others.
    """

    period: Period
    open_grades_reason: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def opens_grades(self) -> bool:
        """Whether the distribution of grades is shown as it is."""
        return self.open_grades_reason is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A report before it is frozen: unsuppressed beside what would be published.

    Attributes:
        said: By topic, what is said inside and what is said in public.
        beside: How it stands to reports published over some of the same reviews.
    """

    counts: Counts
    inside: Figures
    findings: Mapping[str, Any]
    unsuppressed: Mapping[str, Any]
    said: tuple[tuple[str, str], ...]
    recommendations: tuple[Noted, ...]
    beside: Beside

    @property
    def paper(self) -> Paper:
        """The paper as it would be published."""
        return paper_of(self.findings)

    @property
    def inside_tables(self) -> tuple[Printed, ...]:
        """Every table with nothing withheld: for inside only."""
        return tuple(table_of(one) for one in self.unsuppressed["tables"])


def preview(
    session: Session, order: Order, *, by: audit.Actor, now: datetime
) -> Preview:
    """Show what a report would say, with the figures behind it; the reading is noted.

    Raises:
        ReportError: If grades are to be opened without a reason.
    """
    _check(order)
    made = _made(session, order, now=now)
    deed = audit.Deed(action="report_previewed", facts=_facts(order, made.counts))
    audit.record(session, deed, by=by, now=now)
    return Preview(
        counts=made.counts,
        inside=made.inside,
        findings=made.findings,
        unsuppressed=frozen(
            Frozen(
                figures=made.inside,
                grades_opened=True,
                words=made.words,
                voices=inside_voices(made.voices),
            )
        ),
        said=in_pairs(made.inside, made.shown),
        recommendations=recommendations_of(session, order.period),
        beside=made.beside,
    )


def build(
    session: Session, order: Order, *, by: audit.Actor, now: datetime
) -> tuple[BuiltReport, Figures]:
    """Freeze a report: only what the public may read is kept.

    Returns:
        The frozen report, and the figures inside for whoever built it.

    Raises:
        ReportError: If grades are to be opened without a reason, or a box is empty
            that must not be.
    """
    _check(order)
    made = _made(session, order, now=now)
    for box in missing(made.words):
        raise ReportError(f"{box.label} must not be empty")
    row = ReportRow(
        id=new_id(),
        period_from=order.period.first,
        period_to=order.period.last,
        version=VERSION,
        input_digest=fingerprint(session, made.counts, made.reviews),
        findings=made.findings,
        grades_opened_by=by.account if order.opens_grades else None,
        grades_opened_reason=order.open_grades_reason,
        built_by=by.account,
        built_at=now,
    )
    session.add(row)
    facts = {**_facts(order, made.counts), "input": row.input_digest}
    deed = audit.Deed(action="report_built", subject=row.id, facts=facts)
    audit.record(session, deed, by=by, now=now)
    return as_report(row), made.inside


def _check(order: Order) -> None:
    if order.open_grades_reason is not None and not order.open_grades_reason.strip():
        raise ReportError("Say why the grades of the whole set may be shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    counts: Counts
    reviews: frozenset[UUID]
    inside: Figures
    shown: Figures
    words: Mapping[str, str]
    findings: dict[str, Any]
    beside: Beside
    voices: Portfolio


def _made(session: Session, order: Order, *, now: datetime) -> _Made:
    """Count, suppress and lay out what an order asks for."""
    today = london_day(now)
    standing, reviews = counted(session, order.period)
    actions = count_actions(session, order.period, today=today)
    counts = replace(standing, actions=actions)
    inside = figures(counts)
    near = beside(session, order.period, opens_grades=order.opens_grades)
    words = {**drafts(order.period, today=today), **order.words}
    shown = published(inside, grades_opened=order.opens_grades, earlier=near.earlier)
    voices = portfolio_over(session, order.period)
    findings = frozen(
        Frozen(
            figures=shown,
            grades_opened=order.opens_grades,
            words=words,
            decision=order.open_grades_reason,
            # Voices are not minded beside earlier reports: then they are not told.
            voices=published_portfolio(voices, shown) if near.earlier is None else None,
            near={
                str(one): period
                for one, period in zip(near.reports, near.spans, strict=True)
            },
        )
    )
    return _Made(
        counts=counts,
        reviews=reviews,
        inside=inside,
        shown=shown,
        words=words,
        findings=findings,
        beside=near,
        voices=voices,
    )


def _facts(order: Order, counts: Counts) -> dict[str, str | int | bool | None]:
    return {
        "from": order.period.first.isoformat(),
        "to": order.period.last.isoformat(),
        "reviews": counts.reviews,
        "grades_opened": order.opens_grades,
    }
