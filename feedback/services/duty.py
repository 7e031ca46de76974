"""Who is on duty for a disclosure? The route is set as a whole; the newest counts."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import DutyContactRow
from feedback.domain.duty import DutyRoute
from feedback.services import audit

__all__ = ["DutyRoute", "duty_route", "set_route"]


def duty_route(session: Session) -> DutyRoute | None:
    """Give the duty route; None where nobody has set one."""
    row = session.scalars(
        select(DutyContactRow)
        .order_by(DutyContactRow.set_at.desc(), DutyContactRow.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return DutyRoute(
        name=row.name,
        phone=row.phone,
        email=row.email,
        hours=row.hours,
        backup_name=row.backup_name,
        backup_phone=row.backup_phone,
        backup_email=row.backup_email,
    )


def set_route(
    session: Session, route: DutyRoute, *, by: audit.Actor, now: datetime
) -> None:
    """Set who is told when somebody may be unsafe, and who next."""
    written = route.canonical
    row = DutyContactRow(
        id=new_id(),
        name=written.name,
        phone=written.phone,
        email=written.email,
        hours=written.hours,
        backup_name=written.backup_name,
        backup_phone=written.backup_phone,
        backup_email=written.backup_email,
        set_at=now,
        set_by=by.account,
    )
    session.add(row)
    deed = audit.Deed(action="duty_set", subject=row.id)
    audit.record(session, deed, by=by, now=now)
