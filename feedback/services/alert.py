"""Who must hear of this now? A disclosure becomes an alert in the same transaction."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import questionnaires as bundled
from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import AlertEventRow, AlertRow, MessageRow
from feedback.db.queries import alert as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import Role
from feedback.domain.alarm_words import WordList
from feedback.domain.alert import (
    AlertKind,
    AlertState,
    EscalationLevel,
    OutcomeMissingError,
    Told,
    Trigger,
    triggers,
)
from feedback.domain.answering import StoredAnswer
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.questionnaire import Questionnaire
from feedback.services import audit, outbox
from feedback.services.duty import duty_route
from feedback.services.notice import StaffLinks, emails_of

# Every language held, whatever the form's own: people write in the one they have.
ALARM_WORDS: Final = WordList.of(*bundled.alarm_words().values())
REFERENCE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody answered on one page, and whose answer it is."""

    review: UUID
    participant: UUID
    invitation: UUID
    response: UUID
    questionnaire: Questionnaire
    language: str
    answers: tuple[StoredAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to raise.

    Args:
        words: What was said, for duty and head_sqa only; sealed.
        key: Names the thing said, so that saving it again raises nothing.
    """

    review: UUID | None
    kind: AlertKind
    key: str
    participant: UUID | None = None
    response: UUID | None = None
    question: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of an alert's history: raised, told, acknowledged, noted or closed."""

    what: str
    level: EscalationLevel | None = None
    by: UUID | None = None
    words: str | None = None
    told: Told | None = None


def raise_alerts(
    session: Session, said: Said, links: StaffLinks, *, now: datetime
) -> int:
    """Raise what the answers of one saved page give cause for; tell how many.

    One alert for one thing said: saving a page again raises nothing, saying
    something else, or the same after the first was closed, does.
    """
    raised = 0
    for trigger in triggers(said.questionnaire, said.answers, alarm_words=ALARM_WORDS):
        key = _fresh_key(session, _key(session, said, trigger))
        if key is not None:
            _raise(
                session,
                _of(said, trigger, key),
                links,
                by=audit.RESPONDENT,
                now=now,
            )
            raised += 1
    return raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Texted:
    """What somebody wrote in a text of their own accord.

    Args:
        key: Names the text, so that reading it again raises nothing.
        review: Whose it can only be; None where nobody, or several, could have
            sent it.
    """

    key: str
    kind: AlertKind
    words: str = field(repr=False)
    review: UUID | None = None
    participant: UUID | None = None


def raise_by_text(
    session: Session, texted: Texted, links: StaffLinks, *, now: datetime
) -> UUID | None:
    """Raise what a text gives cause for, whoever sent it.

    Returns:
        The alert's id; None where it was raised before.
    """
    if queries.known_as(session, texted.key):
        return None
    new = NewAlert(
        review=texted.review,
        kind=texted.kind,
        key=texted.key,
        participant=texted.participant,
        words=texted.words,
    )
    return _raise(session, new, links, by=audit.RESPONDENT, now=now).id


def raise_by_staff(
    session: Session,
    review: UUID,
    words: str,
    links: StaffLinks,
    *,
    by: audit.Actor,
    now: datetime,
) -> str:
    """Raise what a reviewer has come upon; give the alert's reference.

    Raises:
        OutcomeMissingError: If the words say nothing.
    """
    if not words.strip():
        raise OutcomeMissingError
    new = NewAlert(
        review=review,
        kind=AlertKind.RAISED_BY_STAFF,
        key=f"staff|{new_id()}",
        words=words,
    )
    return _raise(session, new, links, by=by, now=now).reference


def delivery_failed(
    session: Session, message: UUID, links: StaffLinks, *, now: datetime
) -> None:
    """Raise an alert where a message about an alert could not be delivered.

    That such an alert's own message fails raises no other: everybody on the
    route is told at once, and the escalation goes on.
    """
    failed = session.get_one(MessageRow, message)
    if failed.alert_id is None:
        return
    about = session.get_one(AlertRow, failed.alert_id)
    if about.kind == AlertKind.DELIVERY_FAILED:
        return
    key = _fresh_key(session, f"delivery|{failed.id}")
    if key is None:
        return
    new = NewAlert(
        review=about.review_id,
        kind=AlertKind.DELIVERY_FAILED,
        key=key,
        participant=about.participant_id,
        words=f"{failed.channel} {about.reference}",
    )
    row = _raise(session, new, links, by=audit.SYSTEM, now=now)
    for level in (EscalationLevel.SECOND_CONTACT, EscalationLevel.HEAD_SQA):
        tell(session, row, level, links, now=now)


def tell_second(
    session: Session, alert: UUID, links: StaffLinks, *, now: datetime
) -> int:
    """Tell the second contact of an alert at once, unless that was done already."""
    row = session.get_one(AlertRow, alert)
    is_over = row.state == AlertState.CLOSED or row.acknowledged_at is not None
    if is_over or row.level >= EscalationLevel.SECOND_CONTACT:
        return 0
    return tell(session, row, EscalationLevel.SECOND_CONTACT, links, now=now)


def tell(
    session: Session,
    row: AlertRow,
    level: EscalationLevel,
    links: StaffLinks,
    *,
    now: datetime,
) -> int:
    """Queue the content-free messages of one level; tell how many.

    Where no duty route is set, the Head of Safeguarding and QA is told at once.
    """
    to = _route(session, level)
    purpose = Purpose.ALERT if level is EscalationLevel.DUTY else Purpose.ESCALATION
    queued = 0
    for channel, address in to:
        message = outbox.NewMessage(
            purpose=purpose,
            channel=channel,
            review=row.review_id,
            alert=row.id,
            to=address,
            values={"reference": row.reference, "link": links.alerts},
            distinct=str(row.id),
        )
        queued += outbox.queue(session, message, now=now) is not None
    row.level = max(row.level, level)
    record_event(session, row, Happening(what="told", level=level), now=now)
    return queued


def record_event(
    session: Session, row: AlertRow, happening: Happening, *, now: datetime
) -> None:
    """Write one line of an alert's history; it is never changed afterwards."""
    event_id = new_id()
    place = event_words_place(row, event_id)
    words = happening.words
    sealed = None if words is None else vault_of(session).seal(place, words)
    session.add(
        AlertEventRow(
            id=event_id,
            alert_id=row.id,
            what=happening.what,
            level=row.level if happening.level is None else happening.level,
            by=happening.by,
            at=now,
            words_sealed=sealed,
            person_told=happening.told,
        )
    )


def event_words_place(row: AlertRow, event: UUID) -> Where:
    """Name the place at which a note's words are sealed."""
    return Where(
        table="alert_event", column="words_sealed", row=event, review=row.review_id
    )


def words_place(row: AlertRow) -> Where:
    """Name the place at which what was said is sealed."""
    return Where(table="alert", column="words_sealed", row=row.id, review=row.review_id)


def _raise(
    session: Session,
    new: NewAlert,
    links: StaffLinks,
    *,
    by: audit.Actor,
    now: datetime,
) -> AlertRow:
    row = AlertRow(
        id=new_id(),
        reference=_new_reference(session),
        review_id=new.review,
        participant_id=new.participant,
        response_id=new.response,
        kind=new.kind,
        question=new.question,
        state=AlertState.RAISED,
        level=EscalationLevel.DUTY,
        raised_at=now,
        dedupe_key=new.key,
    )
    if new.words is not None:
        row.words_sealed = vault_of(session).seal(words_place(row), new.words)
    session.add(row)
    session.flush()
    record_event(session, row, Happening(what="raised", by=by.account), now=now)
    deed = audit.Deed(
        action="alert_raised",
        review=new.review,
        subject=row.id,
        facts={"kind": new.kind, "reference": row.reference},
    )
    audit.record(session, deed, by=by, now=now)
    tell(session, row, EscalationLevel.DUTY, links, now=now)
    return row


def _route(session: Session, level: EscalationLevel) -> tuple[tuple[Channel, str], ...]:
    heads = tuple((Channel.EMAIL, to) for to in emails_of(session, Role.HEAD_SQA))
    duty = duty_route(session)
    match level:
        case EscalationLevel.DUTY:
            if duty is None:
                return heads
            return (Channel.SMS, duty.phone), (Channel.EMAIL, duty.email)
        case EscalationLevel.SECOND_CONTACT:
            if duty is None:
                return ()
            return (
                (Channel.SMS, duty.backup_phone),
                (Channel.EMAIL, duty.backup_email),
            )
        case EscalationLevel.HEAD_SQA:
            return heads


def _key(session: Session, said: Said, trigger: Trigger) -> str:
    answer = _answer_to(said, trigger)
    what = answer.option
    if what is None:
        # Other words on the same page are another thing said.
        digest = vault_of(session).fingerprint(KeyName.SESSION, answer.words or "")
        what = digest.hex()[:24]
    return f"{said.invitation}|{trigger.question}|{trigger.kind}|{what}"


def _fresh_key(session: Session, key: str) -> str | None:
    """Give the key to raise under; None where an alert for it is open already."""
    earlier = queries.known_as(session, key)
    if any(row.state != AlertState.CLOSED for row in earlier):
        return None
    return key if not earlier else f"{key}|{len(earlier) + 1}"


def _of(said: Said, trigger: Trigger, key: str) -> NewAlert:
    answer = _answer_to(said, trigger)
    return NewAlert(
        review=said.review,
        kind=trigger.kind,
        key=key,
        participant=said.participant,
        response=said.response,
        question=trigger.question,
        words=answer.words if answer.option is None else _label(said, answer),
    )


def _answer_to(said: Said, trigger: Trigger) -> StoredAnswer:
    return next(one for one in said.answers if one.question == trigger.question)


def _label(said: Said, answer: StoredAnswer) -> str | None:
    question = said.questionnaire.question(answer.question)
    if question is None:
        return answer.option
    labels = {one.id: one.label for one in question.choices(said.language)}
    return labels.get(answer.option or "")


def _new_reference(session: Session) -> str:
    while True:
        letters = (secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
        reference = f"A-{''.join(letters)}"
        if not queries.has_reference(session, reference):
            return reference
