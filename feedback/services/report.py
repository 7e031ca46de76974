"""Which reports are there, and who may read them yet?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ReportRow
from feedback.db.queries import report as queries
from feedback.domain.paper import Paper
from feedback.domain.paper_json import paper_of
from feedback.domain.report import Period, ReportError
from feedback.services import audit
from feedback.services.report_beside import beside, period_of


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReport:
    """A report as it stands in a list, without what it found.

    Attributes:
        reviews: How many reviews it covers, as it tells it.
    """

    id: UUID
    period: Period
    reviews: str
    grades_opened_reason: str | None
    built_at: datetime
    published_at: datetime | None

    @property
    def is_published(self) -> bool:
        """Whether others than the Head of Safeguarding and QA may read it."""
        return self.published_at is not None


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
        return as_report(row)
    _refuse_subtraction(session, row)
    row.published_at = now
    row.published_by = by.account
    deed = audit.Deed(action="report_published", subject=row.id)
    audit.record(session, deed, by=by, now=now)
    return as_report(row)


def read(session: Session, report: UUID, *, with_drafts: bool) -> BuiltReport | None:
    """Read a frozen report; None where there is none, or it is a draft still."""
    row = queries.report(session, report)
    if row is None or (row.published_at is None and not with_drafts):
        return None
    return as_report(row)


def listed(session: Session, *, with_drafts: bool) -> tuple[ListedReport, ...]:
    """List the newest reports, the newest period first."""
    return tuple(
        ListedReport(
            id=row.id,
            period=period_of(row),
            reviews=reviews,
            grades_opened_reason=row.grades_opened_reason,
            built_at=row.built_at,
            published_at=row.published_at,
        )
        for row, reviews in queries.reports(session, with_drafts=with_drafts)
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


def as_report(row: ReportRow) -> BuiltReport:
    """Make the value from a report's row."""
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
