"""What does a period's report say, and who may read it yet?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import ReportRow
from feedback.db.queries import report as queries
from feedback.db.vault import vault_of
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.domain.moderation import Recommendation
from feedback.domain.paper import Paper, Printed, paper_of, table_of
from feedback.domain.paper_boxes import drafts, missing
from feedback.domain.portfolio_tables import published_portfolio
from feedback.domain.portfolio_tables import shown as inside_voices
from feedback.domain.report import (
    VERSION,
    Counts,
    Figures,
    Period,
    ReportError,
    figures,
)
from feedback.domain.report_disclosure import published
from feedback.domain.report_frozen import Frozen, frozen
from feedback.domain.report_words import in_pairs
from feedback.services import audit
from feedback.services.count_reviews import count_actions, counted, within
from feedback.services.fingerprint_reviews import fingerprint
from feedback.services.portfolio import portfolio_over
from feedback.services.read_record import recommendation_place
from feedback.services.report_beside import Beside, beside, period_of
from triangulation import Portfolio

MOST_RECOMMENDATIONS: Final = 500


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
class Noted:
    """A recommendation with the review that it comes from."""

    reference: str
    recommendation: Recommendation


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltReport:
    """A frozen report: it reads the same for ever."""

    id: UUID
    period: Period
    version: str
    input_digest: str
    findings: Mapping[str, Any]
    grades_opened_reason: str | None
    built_at: datetime
    published_at: datetime | None

    @property
    def paper(self) -> Paper:
        """The report as a committee reads it, whatever its version."""
        return paper_of(self.findings)

    @property
    def words(self) -> Mapping[str, str]:
        """The officer's words by box; none in reports of the first version."""
        words: Mapping[str, str] = self.findings.get("words", {})
        return words

    @property
    def is_published(self) -> bool:
        """Whether others than the Head of Safeguarding and QA may read it."""
        return self.published_at is not None


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
        recommendations=_recommendations(session, order.period),
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
    return _as_report(row), made.inside


def publish(
    session: Session, report: UUID, *, by: audit.Actor, now: datetime
) -> BuiltReport:
    """Let everybody who reads reports read this one; once, and for good.

    Raises:
        ReportError: If there is no such report, or published ones cover some of
            the same reviews and the difference would tell of a few.
    """
    # Of two that overlap, the later has to see the other.
    queries.hold_publishing(session)
    row = queries.report(session, report)
    if row is None:
        raise ReportError("There is no such report")
    if row.published_at is not None:
        return _as_report(row)
    _refuse_subtraction(session, row)
    row.published_at = now
    row.published_by = by.account
    deed = audit.Deed(action="report_published", subject=row.id)
    audit.record(session, deed, by=by, now=now)
    return _as_report(row)


def read(session: Session, report: UUID, *, with_drafts: bool) -> BuiltReport | None:
    """Read a frozen report; None where there is none, or it is a draft still."""
    row = queries.report(session, report)
    if row is None or (row.published_at is None and not with_drafts):
        return None
    return _as_report(row)


def listed(session: Session, *, with_drafts: bool) -> tuple[BuiltReport, ...]:
    """List the reports, the newest period first."""
    rows = queries.reports(session, with_drafts=with_drafts)
    return tuple(_as_report(row) for row in rows)


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


def _refuse_subtraction(session: Session, row: ReportRow) -> None:
    near = beside(
        session,
        period_of(row),
        opens_grades=row.findings["thresholds"]["grades_opened"],
        until=row.built_at,
    )
    if near.refusal is not None:
        raise ReportError(near.refusal)
    minded = row.findings.get("beside", {}).get("reports", [])
    if {str(one) for one in near.reports} != set(minded):
        raise ReportError(
            f"A report {', '.join(near.spans)} was published after this one was "
            "frozen. Taking one from the other could reveal a child. Build this one "
            "again: it then withholds what the difference would tell"
        )


def _recommendations(session: Session, period: Period) -> tuple[Noted, ...]:
    """Read what was recommended, but for words that went with their review."""
    rows = queries.recommendation_rows(
        session, within(period), at_most=MOST_RECOMMENDATIONS
    )
    vault = vault_of(session)
    vault.open_review_keys({row.review_id for row, _ in rows})
    return tuple(
        Noted(
            reference=reference,
            recommendation=Recommendation(
                dimension=Judgement(row.dimension),
                words=vault.unseal(
                    recommendation_place(row.id, row.review_id), row.words_sealed
                ),
                owner=row.owner,
                due_on=row.due_on,
            ),
        )
        for row, reference in rows
        if vault.opens(row.review_id)
    )


def _facts(order: Order, counts: Counts) -> dict[str, str | int | bool | None]:
    return {
        "from": order.period.first.isoformat(),
        "to": order.period.last.isoformat(),
        "reviews": counts.reviews,
        "grades_opened": order.opens_grades,
    }


def _as_report(row: ReportRow) -> BuiltReport:
    return BuiltReport(
        id=row.id,
        period=period_of(row),
        version=row.version,
        input_digest=row.input_digest,
        findings=row.findings,
        grades_opened_reason=row.grades_opened_reason,
        built_at=row.built_at,
        published_at=row.published_at,
    )
