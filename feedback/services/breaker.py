"""How well is each provider? Kept in the database, for several processes send."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db.models import AttemptRow, BreakerRow
from feedback.db.queries import message as messages
from feedback.domain import breaker as rules
from feedback.domain.breaker import Breaker, BreakerState, Recent
from feedback.domain.failure import CONNECT
from feedback.messaging.sender import Outcome, Refused, Unknown

log = logging.getLogger(__name__)

# What a provider did before it first failed is looked at this far back.
FIRST_LOOK: Final = timedelta(hours=1)


def is_fault(outcome: Outcome) -> bool:
    """Tell whether an outcome is trouble of the provider's own."""
    match outcome:
        case Unknown():
            return True
        case Refused(code=code):
            return code == CONNECT
        case _:
            return False


def allowances(
    session: Session, providers: Collection[str], now: datetime
) -> Mapping[str, int]:
    """Tell how many attempts each unwell provider may be given now.

    Returns:
        A number for each provider that is not trusted in full; others are left out.
    """
    found: dict[str, int] = {}
    for row in _unwell(session, providers):
        breaker, allowance = rules.let_through(_read(row), now)
        _write(row, breaker)
        if allowance is not None:
            found[row.provider] = allowance
    return found


def grant(session: Session, provider: str, attempts: int) -> None:
    """Note that so many probes are on their way to a provider."""
    row = session.get_one(BreakerRow, provider)
    _write(row, rules.granted(_read(row), attempts))


def passed(session: Session, provider: str, *, now: datetime) -> None:
    """Note that a probe went well."""
    for row in _unwell(session, [provider]):
        _write(row, rules.after_success(_read(row), now))


def failed(session: Session, attempt: AttemptRow, *, now: datetime) -> None:
    """Note that the provider failed an attempt; leave it alone if it does so often."""
    messages.add_once(
        session,
        BreakerRow,
        provider=attempt.provider,
        state=BreakerState.CLOSED,
        since=now - FIRST_LOOK,
        probes=0,
        passed=0,
    )
    row = session.get_one(
        BreakerRow, attempt.provider, with_for_update=True, populate_existing=True
    )
    before = _read(row)
    if before.is_open or attempt.started_at < before.since:
        return
    after = rules.after_failure(before, _recent(session, before, attempt, now), now)
    if after.is_open:
        log.error("breaker of %s opens", attempt.provider)
    _write(row, after)


def close(session: Session, *, now: datetime) -> int:
    """Trust every provider again, because a person says so; tell how many."""
    rows = _unwell(session, None)
    for row in rows:
        _write(row, rules.closed(now))
    return len(rows)


def _unwell(session: Session, providers: Collection[str] | None) -> list[BreakerRow]:
    statement = (
        select(BreakerRow)
        .where(BreakerRow.state != BreakerState.CLOSED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if providers is not None:
        statement = statement.where(BreakerRow.provider.in_(sorted(providers)))
    return list(session.scalars(statement.order_by(BreakerRow.provider)))


def _recent(
    session: Session, breaker: Breaker, attempt: AttemptRow, now: datetime
) -> Recent:
    theirs = (
        AttemptRow.provider == attempt.provider,
        AttemptRow.started_at >= breaker.since,
        AttemptRow.is_provider_fault.is_not(None),
    )
    last = session.scalars(
        select(AttemptRow.is_provider_fault)
        .where(*theirs)
        .order_by(AttemptRow.started_at.desc())
        .limit(rules.LOOKS_BACK)
    ).all()
    within = session.scalar(
        select(func.count())
        .select_from(AttemptRow)
        .where(
            *theirs,
            AttemptRow.is_provider_fault.is_(True),
            AttemptRow.started_at >= now - rules.FAILURES_WITHIN,
        )
    )
    return Recent(within_a_minute=within or 0, of_the_last=sum(map(bool, last)))


def _read(row: BreakerRow) -> Breaker:
    return Breaker(
        state=BreakerState(row.state),
        since=row.since,
        until=row.until,
        probes=row.probes,
        passed=row.passed,
    )


def _write(row: BreakerRow, breaker: Breaker) -> None:
    row.state = breaker.state
    row.since = breaker.since
    row.until = breaker.until
    row.probes = breaker.probes
    row.passed = breaker.passed
