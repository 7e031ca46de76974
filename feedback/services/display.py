"""What would people's phones and mailboxes show? For the demonstration only.

Nothing left this machine: the words are written again from the messages' rows.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import InboundRow
from feedback.db.vault import vault_of
from feedback.domain.contact import Channel
from feedback.domain.spoken_time import came_at
from feedback.messaging.compose import Composer
from feedback.services import inbound
from feedback.services.link import InviteRules
from feedback.services.write_again import MOST_MESSAGES, Shown, shown_messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One number's messages, oldest first."""

    name: str
    number: str
    address: str
    messages: tuple[Shown, ...]

    @property
    def arrived(self) -> tuple[Shown, ...]:
        """What can be read there."""
        return tuple(one for one in self.messages if not one.is_waiting)

    @property
    def waiting(self) -> tuple[Shown, ...]:
        """What is still to come."""
        return tuple(one for one in self.messages if one.is_waiting)


def phones(
    session: Session, composer: Composer, *, rules: InviteRules, now: datetime
) -> tuple[Phone, ...]:
    """List every phone that has a message, the one that rang last first."""
    by_number: dict[str, list[Shown]] = defaultdict(list)
    found = list(shown_messages(session, composer, Channel.SMS, rules=rules, now=now))
    for shown in sorted(found, key=lambda one: one.is_waiting):
        by_number[shown.to].append(shown)
    written = _written(session, now)
    return tuple(
        Phone(
            name=" and ".join(dict.fromkeys(one.name for one in reversed(texts))),
            number=_national(number),
            address=number,
            messages=tuple(
                sorted([*reversed(texts), *written.get(number, ())], key=_when)
            ),
        )
        for number, texts in by_number.items()
    )


def _when(shown: Shown) -> tuple[bool, datetime]:
    return shown.is_waiting, shown.at


def _written(session: Session, now: datetime) -> Mapping[str, list[Shown]]:
    """List the texts that came from each phone, oldest first."""
    rows = session.scalars(
        select(InboundRow)
        .order_by(InboundRow.received_at.desc(), InboundRow.id.desc())
        .limit(MOST_MESSAGES)
    ).all()
    vault = vault_of(session)
    by_number: dict[str, list[Shown]] = defaultdict(list)
    for row in reversed(rows):
        number = vault.unseal_if_any(inbound.sender_place(row.id), row.from_sealed)
        if number is None:
            continue
        by_number[number].append(
            Shown(
                to=number,
                name="",
                subject="",
                text=vault.unseal(inbound.body_place(row.id), row.body_sealed),
                link=None,
                at=row.received_at,
                when=came_at(row.received_at, now=now),
                is_waiting=False,
                is_mine=True,
            )
        )
    return by_number


def mailbox(
    session: Session, composer: Composer, *, rules: InviteRules, now: datetime
) -> tuple[Shown, ...]:
    """List every email, the newest first."""
    return tuple(shown_messages(session, composer, Channel.EMAIL, rules=rules, now=now))


def _national(number: str) -> str:
    """Write a British mobile's number as people do: 07700 900123."""
    if not number.startswith("+447"):
        return number
    local = "0" + number.removeprefix("+44")
    return f"{local[:5]} {local[5:]}"
