"""Who is on duty for a disclosure, day and night?"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import DutyContactRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRoute:
    """The duty contact and the second contact, as they were last set."""

    name: str
    phone: str
    email: str
    hours: str
    backup_name: str
    backup_phone: str
    backup_email: str


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
