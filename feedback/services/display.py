"""What would people's phones and mailboxes show? For the demonstration only.

Nothing left this machine: the words are written again from the messages' rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from feedback.db.models import (
    AccountRow,
    AttemptRow,
    DutyContactRow,
    InboundRow,
    MessageRow,
    ReviewRow,
)
from feedback.db.queries import message as messages
from feedback.db.queries.message import Subject
from feedback.db.vault import vault_of
from feedback.domain.calendar import LONDON, london_day, waits_until
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, Purpose
from feedback.messaging.compose import ComposeError, Composer
from feedback.services import (
    audit,
    inbound,
    judge,
    link,
    offer_text,
    outbox,
    reach,
    sign_in,
)
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
# Held for no other reason than the hour.
FOR_THE_HOUR: Final = ("quiet-hours",)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a staff account's authenticator shows now."""

    name: str
    email: str
    roles: tuple[str, ...]
    code: str


def phones(
    session: Session, composer: Composer, *, rules: InviteRules, now: datetime
) -> tuple[Phone, ...]:
    """List every phone that has a message, the one that rang last first."""
    by_number: dict[str, list[Shown]] = defaultdict(list)
    found = list(_shown(session, composer, Channel.SMS, rules=rules, now=now))
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
                when=_came(row.received_at, now),
                is_waiting=False,
                is_mine=True,
            )
        )
    return by_number


def mailbox(
    session: Session, composer: Composer, *, rules: InviteRules, now: datetime
) -> tuple[Shown, ...]:
    """List every email, the newest first."""
    return tuple(_shown(session, composer, Channel.EMAIL, rules=rules, now=now))


def codes(session: Session, *, now: datetime) -> tuple[Code, ...]:
    """Compute what each account's authenticator shows now."""
    rows = session.scalars(
        select(AccountRow)
        .where(AccountRow.disabled_at.is_(None))
        .options(selectinload(AccountRow.roles))
        .order_by(AccountRow.created_at, AccountRow.id)
    ).all()
    vault = vault_of(session)
    return tuple(
        Code(
            name=row.name,
            email=row.email,
            roles=tuple(sorted(one.role for one in row.roles)),
            code=sign_in.current_code(
                vault.unseal(sign_in.totp_place(row.id), row.totp_sealed), now
            ),
        )
        for row in rows
    )


def seconds_left(now: datetime) -> int:
    """Tell how long the codes that are shown now will last."""
    step = sign_in.STEP_SECONDS
    return step - int(now.timestamp()) % step


def waiting(session: Session, *, now: datetime) -> int:
    """Count what waits for nothing but a permitted hour."""
    question = select(func.count()).select_from(MessageRow)
    return session.scalar(question.where(_waits_for_its_hour(now))) or 0


def release_waiting(session: Session, *, by: audit.Actor, now: datetime) -> int:
    """Let go, in the demonstration, what waits for nothing but a permitted hour.

    Everything else is judged as ever when it is sent: consent, safe contact, stops.
    """
    released = session.scalars(
        update(MessageRow)
        .where(_waits_for_its_hour(now))
        .values(next_at=now, reason=judge.RELEASED)
        .returning(MessageRow.id)
    ).all()
    facts = {"messages": len(released)}
    deed = audit.Deed(action="quiet_hours_passed_over_in_demonstration", facts=facts)
    audit.record(session, deed, by=by, now=now)
    return len(released)


def _waits_for_its_hour(now: datetime) -> ColumnElement[bool]:
    # A reminder waits for its day, and a review for its opening: these stay.
    may_be_invited = select(ReviewRow.id).where(
        ReviewRow.opens_at <= now,
        or_(ReviewRow.invite_at.is_(None), ReviewRow.invite_at <= now),
    )
    return (
        (MessageRow.state == MessageState.DUE)
        & (MessageRow.next_at > now)
        & (MessageRow.attempts == 0)
        & or_(MessageRow.reason.is_(None), MessageRow.reason.in_(FOR_THE_HOUR))
        & or_(
            MessageRow.not_before <= now,
            (MessageRow.purpose == Purpose.INVITATION)
            & MessageRow.review_id.in_(may_be_invited),
        )
    )


def _shown(
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
        when=_waits(at, now) if is_waiting else _came(at, now),
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


def _came(at: datetime, now: datetime) -> str:
    local, today = at.astimezone(LONDON), london_day(now)
    shown = f"{local:%H:%M}"
    if local.date() == today:
        return shown
    return f"{shown} on {local:%A} {local.day} {local:%B}"


def _national(number: str) -> str:
    """Write a British mobile's number as people do: 07700 900123."""
    if not number.startswith("+447"):
        return number
    local = "0" + number.removeprefix("+44")
    return f"{local[:5]} {local[5:]}"


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
