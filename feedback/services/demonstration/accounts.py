"""Who works at the demonstration's council, and how does each sign in?

Everything derives from the demonstration's own secret, so that sign-ins can be told
at any time. Production never does this.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.models import AccountRow
from feedback.domain.access import AccountId, Role
from feedback.domain.duty import DutyRoute
from feedback.services import audit, staff
from feedback.services.staff import NewAccount, Secrets


def on_duty() -> DutyRoute:
    """Say who is told at once at Stonebridge; made when asked, as it is checked."""
    return DutyRoute(
        name="Femi Ade",
        phone="+447700900800",
        email="duty@stonebridge.example",
        hours="Monday to Friday, 9am to 5pm",
        backup_name="Out-of-hours team",
        backup_phone="+447700900801",
        backup_email="out-of-hours@stonebridge.example",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who works at the council or for it.

    Args:
        who: The first part of their address, by which stories call them.
        roles: What they are here for, the first before all.
    """

    who: str
    name: str
    title: str
    roles: tuple[Role, ...]
    is_independent: bool = False

    @property
    def email(self) -> str:
        """Where they are written to, and how they sign in."""
        return f"{self.who}@stonebridge.example"


STAFF: Final = (
    Member(
        who="coordinator",
        name="Noor Haddad",
        title="QA coordinator",
        roles=(Role.COORDINATOR,),
    ),
    Member(
        who="reviewer",
        name="Judith Amos",
        title="Independent reviewer",
        roles=(Role.REVIEWER,),
        is_independent=True,
    ),
    Member(
        who="iro",
        name="Peter Lund",
        title="Independent Reviewing Officer",
        roles=(Role.REVIEWER,),
    ),
    Member(
        who="head",
        name="Miriam Cole",
        title="Head of Safeguarding and QA",
        # She carries out a review herself now and then.
        roles=(Role.HEAD_SQA, Role.REVIEWER),
    ),
    Member(
        who="headcsc",
        name="Owen Price",
        title="Head of Children's Social Care and Early Help",
        roles=(Role.MODERATOR,),
    ),
    Member(
        who="director",
        name="Sunita Rao",
        title="Assistant Director for People",
        roles=(Role.MODERATOR,),
    ),
    Member(
        who="duty",
        name="Femi Ade",
        title="Safeguarding duty manager",
        roles=(Role.DUTY,),
    ),
    Member(
        who="committee",
        name="Alan Bright",
        title="Committee member",
        roles=(Role.COMMITTEE,),
    ),
    Member(
        who="auditor",
        name="Ruth Stein",
        title="Internal auditor",
        roles=(Role.AUDITOR,),
    ),
    Member(
        who="admin",
        name="Kit Moss",
        title="Systems administrator",
        roles=(Role.ADMIN,),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demonstration and how to sign in to it."""

    email: str
    role: Role
    secrets: Secrets


def accounts(settings: Settings) -> tuple[DemoAccount, ...]:
    """Tell every account of the demonstration, with its derived secrets."""
    return tuple(
        DemoAccount(
            email=one.email, role=one.roles[0], secrets=_secrets(settings, one.email)
        )
        for one in STAFF
    )


def is_loaded(session: Session) -> bool:
    """Tell whether a database holds the demonstration."""
    known = session.scalar(
        select(AccountRow.id).where(AccountRow.email == STAFF[0].email)
    )
    return known is not None


def hire(
    session: Session, settings: Settings, *, now: datetime
) -> Mapping[str, AccountId]:
    """Give everybody their account; tell them by what stories call them."""
    return {one.who: _hire(session, settings, one, now) for one in STAFF}


def _hire(
    session: Session, settings: Settings, one: Member, now: datetime
) -> AccountId:
    account = NewAccount(
        email=one.email,
        name=one.name,
        job_title=one.title,
        roles=frozenset(one.roles),
        is_independent=one.is_independent,
    )
    given = _secrets(settings, one.email)
    return staff.create(session, account, given, by=audit.SYSTEM, now=now)


def _secrets(settings: Settings, email: str) -> Secrets:
    return Secrets(
        password=base64.b32encode(_derive(settings, "password", email))
        .decode()
        .casefold()[:16],
        totp_secret=base64.b32encode(_derive(settings, "totp", email)).decode()[:32],
    )


def _derive(settings: Settings, purpose: str, email: str) -> bytes:
    message = f"demonstration {purpose} {email}".encode()
    return hmac.digest(settings.secret_key.encode(), message, sha256)
