"""What did a message say? Written again from its row, for the demonstration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db.models import AccountRow, AttemptRow, DutyContactRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries.message import Subject
from feedback.db.vault import vault_of
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState
from feedback.domain.spoken_time import came_at, waits_until
from feedback.messaging.compose import ComposeError, Composer
from feedback.services import link, offer_text, outbox, reach
from feedback.services.link import InviteRules
from feedback.services.write import takes_link

# Messages looked at, newest first: enough for a story, few enough for a page.
MOST_MESSAGES: Final = 300
ARRIVED: Final = (
    MessageState.ACCEPTED,
    MessageState.SENT,
    MessageState.DELIVERED,
    MessageState.UNCONFIRMED,
)
SHOWN: Final = (*ARRIVED, MessageState.DUE, MessageState.CALLING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as its reader would see it.

    Args:
        link: The address in it; None where it holds none, or has not arrived.
        when: When it came, or until when it waits, in words.
        is_mine: Whether the phone's owner wrote it.
    """

    to: str
    name: str
    subject: str
    text: str
    link: str | None
    at: datetime
    when: str
    is_waiting: bool
    is_mine: bool = False


def shown_messages(
    session: Session,
    composer: Composer,
    channel: Channel,
    *,
    rules: InviteRules,
    now: datetime,
) -> Iterator[Shown]:
    """Write the newest messages of a channel again, newest first."""
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.channel == channel, MessageRow.state.in_(SHOWN))
        .order_by(MessageRow.next_at.desc(), MessageRow.id.desc())
        .limit(MOST_MESSAGES)
    ).all()
    around = _Around(
        rules=rules,
        now=now,
        tried=_tried(session, rows),
        by_text=offer_text.were_offered(session, rows),
    )
    subjects = messages.subjects_of(session, rows)
    vault_of(session).open_review_keys(
        {row.review_id for row in rows if row.review_id is not None}
    )
    staff = _staff_names(session)
    found = [_one(session, composer, subject, around) for subject in subjects]
    named = [_named(session, one, staff) for one in found if one is not None]
    yield from sorted(named, key=lambda one: one.at, reverse=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is the same for all messages, or asked for all of them at once."""

    rules: InviteRules
    now: datetime
    tried: Mapping[UUID, datetime]
    by_text: frozenset[UUID]


def _one(
    session: Session, composer: Composer, subject: Subject, around: _Around
) -> tuple[Subject, Shown] | None:
    row, now = subject.message, around.now
    params = outbox.params_of(session, row)
    values = dict(params.values)
    if subject.invitation is not None and takes_link(row.purpose):
        values["link"] = _link(subject, around.rules)
    try:
        written = composer.compose(
            row.purpose,
            values=values,
            language=row.language,
            by_text=row.id in around.by_text,
        )
    except ComposeError:
        return None
    to = params.to
    if subject.contact is not None:
        to = reach.address_of(session, subject.contact)
    is_waiting = MessageState(row.state) not in ARRIVED
    tried_at = around.tried.get(row.id)
    at = row.next_at if is_waiting or tried_at is None else tried_at
    return subject, Shown(
        to=to or "",
        name="",
        subject=written.subject,
        text=written.sms if row.channel == Channel.SMS else written.body.strip(),
        link=None if is_waiting else values.get("link"),
        at=at,
        when=_waits(at, now) if is_waiting else came_at(at, now=now),
        is_waiting=is_waiting,
    )


def _named(
    session: Session, found: tuple[Subject, Shown], staff: Mapping[str, str]
) -> Shown:
    subject, shown = found
    if subject.participant is not None and subject.contact is not None:
        name = reach.name_of(session, subject.participant)
    else:
        name = staff.get(shown.to, "A member of staff")
    return replace(shown, name=name)


def _link(subject: Subject, rules: InviteRules) -> str:
    """Derive a link again: its sealed copy is gone once the invitation ended."""
    review, person, row = subject.review, subject.participant, subject.invitation
    if review is None or person is None or row is None:
        return ""
    return link.link(rules, rules.make_token(review.reference, person.key, row.wave))


def _waits(at: datetime, now: datetime) -> str:
    if at <= now:
        return "is on its way"
    return waits_until(at, now=now)


def _tried(session: Session, rows: Sequence[MessageRow]) -> Mapping[UUID, datetime]:
    ids = [row.id for row in rows]
    found = session.execute(
        select(AttemptRow.message_id, func.max(AttemptRow.started_at))
        .where(AttemptRow.message_id.in_(ids))
        .group_by(AttemptRow.message_id)
    )
    return dict(found.all())


def _staff_names(session: Session) -> Mapping[str, str]:
    """Name who is reached at an address of the duty route, or of an account."""
    names = {
        row.email: f"{row.name}, {row.job_title}"
        for row in session.scalars(select(AccountRow))
    }
    for row in session.scalars(select(DutyContactRow).order_by(DutyContactRow.set_at)):
        names[row.phone] = names[row.email] = f"{row.name}, duty contact"
        backup = f"{row.backup_name}, second contact"
        names[row.backup_phone] = names[row.backup_email] = backup
    return names
