"""Do the program's, the database's and the provider's clocks agree?

Quiet hours and ends of links are judged by the clock: where it is wrong, somebody may
be written to in the night. So nothing but alerts is sent until it is right again.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.db.models import HeartbeatRow
from feedback.domain.contact import Channel
from feedback.services import pause, pulse
from feedback.services.dispatch import DeliveryRules

log = logging.getLogger(__name__)

MOST: Final = timedelta(seconds=120)
PROGRAM: Final = "clock-program"
DATABASE: Final = "clock-database"
PROVIDER: Final = "clock-provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """By how much the other clocks are ahead of the program's, when compared last.

    Args:
        compared_at: When, by the program's clock; None where it was never done.
    """

    compared_at: datetime | None
    database: timedelta | None
    provider: timedelta | None

    @property
    def is_too_much(self) -> bool:
        """Whether one of them is wrong."""
        found = [one for one in (self.database, self.provider) if one is not None]
        return any(abs(one) > MOST for one in found)


def compare(
    session: Session,
    said: datetime | None,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> Skew:
    """Compare the clocks; pause sending while they disagree.

    Args:
        session: The caller's transaction.
        said: What the provider's clock showed a moment ago; None where it said
            nothing: what it said before tells nothing of now.
        rules: The demonstration may run at another time: it is not paused.
        now: What the program's clock shows.
    """
    shown = {PROGRAM: now, DATABASE: _database_time(session)}
    if said is None:
        session.execute(delete(HeartbeatRow).where(HeartbeatRow.name == PROVIDER))
    else:
        shown[PROVIDER] = said
    for name, at in shown.items():
        pulse.beat(session, name, now=at)
    found = skew(session)
    if not rules.invite.is_demo:
        if found.is_too_much:
            log.error("delivery alarm: the clocks differ by more than two minutes")
        _follow(session, found, now)
    return found


def skew(session: Session) -> Skew:
    """Tell what the last comparison found."""
    names = (PROGRAM, DATABASE, PROVIDER)
    rows = session.scalars(select(HeartbeatRow).where(HeartbeatRow.name.in_(names)))
    shown = {row.name: row.at for row in rows}
    ours = shown.get(PROGRAM)
    return Skew(
        compared_at=ours,
        database=_ahead(shown.get(DATABASE), ours),
        provider=_ahead(shown.get(PROVIDER), ours),
    )


def _ahead(theirs: datetime | None, ours: datetime | None) -> timedelta | None:
    return None if theirs is None or ours is None else theirs - ours


def _follow(session: Session, found: Skew, now: datetime) -> None:
    for channel in Channel:
        if found.is_too_much:
            pause.pause_for_clocks(session, channel, now=now)
        else:
            pause.end_clock_pause(session, channel, now=now)


def _database_time(session: Session) -> datetime:
    found = session.scalar(select(func.current_timestamp()))
    if isinstance(found, datetime):
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(found)).replace(tzinfo=UTC)
