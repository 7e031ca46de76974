"""What does a period's report say, and who may read it yet?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import ReportRow
from feedback.db.queries import report as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.grading import Judgement
from feedback.domain.moderation import Recommendation
from feedback.domain.report import (
    VERSION,
    Counts,
    Figures,
    Period,
    ReportError,
    figures,
    published,
)
from feedback.domain.report_findings import findings
from feedback.domain.report_words import span
from feedback.services import audit
from feedback.services.count_reviews import count, reviews_of, within
from feedback.services.read_record import recommendation_place

MOST_RECOMMENDATIONS: Final = 500
# Reports over nearly the same reviews can be subtracted: fewer apart than these
# and the difference is a few children.
FEWEST_APART: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A report to build.

    Args:
        period: Which reviews.
        open_grades_reason: Why the Head of Safeguarding and QA decided that the
            grades of the whole set are shown as they are; None where they did not.
    """

    period: Period
    open_grades_reason: str | None = None

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
    """A report before it is frozen: unsuppressed beside what would be published."""

    counts: Counts
    inside: Figures
    findings: Mapping[str, Any]
    unsuppressed: Mapping[str, Any]
    recommendations: tuple[Noted, ...]


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
    counts = count(session, order.period)
    inside = figures(counts)
    deed = audit.Deed(action="report_previewed", facts=_facts(order, counts))
    audit.record(session, deed, by=by, now=now)
    return Preview(
        counts=counts,
        inside=inside,
        findings=_public(inside, order),
        unsuppressed=findings(inside, grades_opened=True),
        recommendations=_recommendations(session, order.period),
    )


def build(
    session: Session, order: Order, *, by: audit.Actor, now: datetime
) -> tuple[BuiltReport, Figures]:
    """Freeze a report: only what the public may read is kept.

    Returns:
        The frozen report, and the figures inside for whoever built it.

    Raises:
        ReportError: If grades are to be opened without a reason.
    """
    _check(order)
    counts = count(session, order.period)
    inside = figures(counts)
    row = ReportRow(
        id=new_id(),
        period_from=order.period.first,
        period_to=order.period.last,
        version=VERSION,
        input_digest=_digest(session, counts),
        findings=_public(inside, order),
        grades_opened_by=by.account if order.opens_grades else None,
        grades_opened_reason=order.open_grades_reason,
        built_by=by.account,
        built_at=now,
    )
    session.add(row)
    facts = {**_facts(order, counts), "input": row.input_digest}
    deed = audit.Deed(action="report_built", subject=row.id, facts=facts)
    audit.record(session, deed, by=by, now=now)
    return _as_report(row), inside


def publish(
    session: Session, report: UUID, *, by: audit.Actor, now: datetime
) -> BuiltReport:
    """Let everybody who reads reports read this one; once, and for good.

    Raises:
        ReportError: If there is no such report, or a published one covers so
            nearly the same reviews that the difference would tell of a few.
    """
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


def _public(inside: Figures, order: Order) -> dict[str, Any]:
    return findings(
        published(inside, grades_opened=order.opens_grades),
        grades_opened=order.opens_grades,
    )


def _refuse_subtraction(session: Session, row: ReportRow) -> None:
    mine = _covered(session, row)
    for other in queries.reports(session, with_drafts=False):
        theirs = _covered(session, other)
        apart = (len(mine - theirs), len(theirs - mine))
        if mine & theirs and any(0 < one < FEWEST_APART for one in apart):
            raise ReportError(
                f"The published report {span(_period(other))} covers nearly the same "
                "reviews. Taking one from the other could reveal a child. Choose a "
                "period that does not overlap it"
            )


def _covered(session: Session, row: ReportRow) -> frozenset[UUID]:
    return reviews_of(session, _period(row), until=row.built_at)


def _digest(session: Session, counts: Counts) -> str:
    """Fingerprint what went in; keyed, so that hidden counts cannot be guessed."""
    reviews = sorted(str(one) for one in reviews_of(session, counts.period))
    content = json.dumps(
        [VERSION, reviews, findings(figures(counts), grades_opened=True)],
        sort_keys=True,
        ensure_ascii=False,
    )
    return vault_of(session).fingerprint(KeyName.AUDIT, content).hex()


def _recommendations(session: Session, period: Period) -> tuple[Noted, ...]:
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
    )


def _facts(order: Order, counts: Counts) -> dict[str, str | int | bool | None]:
    return {
        "from": order.period.first.isoformat(),
        "to": order.period.last.isoformat(),
        "reviews": counts.reviews,
        "grades_opened": order.opens_grades,
    }


def _period(row: ReportRow) -> Period:
    return Period(first=row.period_from, last=row.period_to)


def _as_report(row: ReportRow) -> BuiltReport:
    return BuiltReport(
        id=row.id,
        period=_period(row),
        version=row.version,
        input_digest=row.input_digest,
        findings=row.findings,
        grades_opened_reason=row.grades_opened_reason,
        built_at=row.built_at,
        published_at=row.published_at,
    )
