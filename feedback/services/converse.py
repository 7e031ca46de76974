"""Whose is this text, and what follows from it? Each is read once, in its order.

A text is first looked through for words that worry, whoever sent it. Then it is an
answer, a keyword, or words for a person to read. Where more than one person could
have sent it, it is nobody's until somebody decides.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.models import InboundRow
from feedback.db.queries import conversation as conversations
from feedback.db.queries.conversation import Known, Talk
from feedback.db.session import DATABASE_AWAY, Database
from feedback.db.vault import ErasedError, vault_of
from feedback.domain.alert import AlertKind
from feedback.domain.conversation import ConversationState
from feedback.domain.invitation import OPEN_STATUSES, InvitationStatus
from feedback.domain.short_form import asks_help
from feedback.domain.sms import InboundKind
from feedback.domain.triage import Triage
from feedback.services import alert, raise_alerts, say, stop
from feedback.services.dispatch import DeliveryRules
from feedback.services.inbound import body_place
from feedback.services.link import CHILD
from feedback.services.take_turn import Text, take_turn

log = logging.getLogger(__name__)

# A tick ends after so many, so that a signal is soon obeyed.
MOST_A_TICK: Final = 200


def work(
    database: Database,
    rules: DeliveryRules,
    *,
    read_now: Callable[[], datetime],
    most: int = MOST_A_TICK,
) -> int:
    """Read every text that nobody has read yet; tell how many.

    Each in a transaction of its own: what it changes, what is sent for it and that
    it was read are written together, so that it is read once, whatever ends half-way.
    """
    done = 0
    while done < most:
        with database.transaction() as session:
            row = conversations.next_unread(session)
            if row is None:
                return done
            _read(session, row, rules, now=read_now())
        done += 1
    return done


def _read(
    session: Session, row: InboundRow, rules: DeliveryRules, *, now: datetime
) -> None:
    row.worked_at = now
    people = conversations.known_by(session, row.from_hmac)
    words = words_of(session, row)
    _raise_alert(session, row, people, words, rules, now=now)
    try:
        with session.begin_nested():
            _follow(session, row, people, words, rules, now=now)
    except DATABASE_AWAY:
        # The database is in trouble: the text is read again, alert and all.
        raise
    except Exception as error:  # noqa: BLE001 - one text must not hold up the others
        # It stays with those that a person reads. The class only, for the log.
        log.error(  # noqa: TRY400 - a traceback may hold what somebody wrote
            "text %s left to a person: %s", row.id, type(error).__name__
        )


def _follow(
    session: Session,
    row: InboundRow,
    people: tuple[Known, ...],
    words: str,
    rules: DeliveryRules,
    *,
    now: datetime,
) -> None:
    """Let a text take effect, where it is clear whose it is."""
    talks = conversations.talks_at(session, row.from_hmac)
    meant = _who(people, talks)
    if row.kind == InboundKind.OPT_OUT:
        _stop_person(session, people, now=now)
    theirs = [one for one in talks if one.participant.id == meant]
    talk = conversations.held(session, theirs[0].conversation.id) if theirs else None
    if talk is None or not _can_seal(session, talk.review.id):
        _receive(session, row, people, words, now=now)
        return
    take_as(session, row, talk, words, rules, now=now)


def take_as(
    session: Session,
    row: InboundRow,
    talk: Talk,
    words: str,
    rules: DeliveryRules,
    *,
    now: datetime,
) -> None:
    """Take a text as what one person wrote in their conversation."""
    text = Text(id=row.id, words=words, at=row.received_at)
    is_settled = take_turn(session, talk, text, rules, now=now)
    row.conversation_id = talk.conversation.id
    if is_settled and row.triage_state == Triage.WAITING:
        row.triage_state = Triage.ANSWERED


def _who(people: tuple[Known, ...], talks: tuple[Talk, ...]) -> UUID | None:
    """Name the one person who can have sent a text; None for nobody or several.

    Whoever is still asked by this number counts, by text or by link: a reply says
    nothing about who holds the phone.
    """
    asked = {one.participant.id for one in people if _is_asked(one)}
    live = {
        one.participant.id
        for one in talks
        if ConversationState(one.conversation.state).is_live
        and one.contact.value_index == one.conversation.number_hmac
    }
    meant = asked | live
    if not meant:
        # Somebody who is through with it may still write.
        meant = {one.participant.id for one in people}
    return next(iter(meant)) if len(meant) == 1 else None


def _is_asked(known: Known) -> bool:
    row = known.invitation
    return row is not None and InvitationStatus(row.status) in OPEN_STATUSES


def _receive(
    session: Session,
    row: InboundRow,
    people: tuple[Known, ...],
    words: str,
    *,
    now: datetime,
) -> None:
    """Keep a text that is in no conversation; say once that a person reads it.

    A number that nobody is known by is not answered, and neither is a keyword that
    the provider answers.
    """
    is_answered = row.kind == InboundKind.WORDS or asks_help(words)
    within_reach = [one for one in people if _can_seal(session, one.review.id)]
    if not is_answered or not within_reach:
        return
    # One reply, whoever holds the phone: with the children's number if one may.
    known = min(within_reach, key=lambda one: one.participant.group != CHILD)
    say.received(session, known.contact, known.participant, row.id, now=now)


def _stop_person(session: Session, people: tuple[Known, ...], *, now: datetime) -> None:
    """Stop every channel of the person who sent STOP, where it was one person.

    The number itself was stopped the moment the text came.
    """
    asked = {one.participant.id: one for one in people}
    if len(asked) != 1:
        return
    (known,) = asked.values()
    if known.invitation is not None:
        stop.stop_messages(session, known.invitation.id, reason="sms", now=now)


def _raise_alert(
    session: Session,
    row: InboundRow,
    people: tuple[Known, ...],
    words: str,
    rules: DeliveryRules,
    *,
    now: datetime,
) -> None:
    """Tell the duty contact of words that worry, and of HELP, whoever sent them."""
    kind = _alert_kind(words)
    if kind is None:
        return
    review, one_person = who_it_is_about(session, people)
    texted = alert.Texted(
        key=f"text|{row.id}",
        kind=kind,
        words=words,
        review=review,
        participant=one_person,
    )
    raised = alert.raise_by_text(session, texted, rules.links, now=now)
    if raised is not None:
        row.alert_id = raised


def who_it_is_about(
    session: Session, people: tuple[Known, ...]
) -> tuple[UUID | None, UUID | None]:
    """Tell the review and the person whom a text is about; None for what is unsure."""
    known = {one.participant.id for one in people}
    reviews = {one.review.id for one in people}
    if len(reviews) != 1:
        return None, None
    (review,) = reviews
    if not _can_seal(session, review):
        return None, None
    return review, next(iter(known)) if len(known) == 1 else None


def _alert_kind(words: str) -> AlertKind | None:
    if asks_help(words):
        return AlertKind.HELP_ASKED
    return AlertKind.WORDS if raise_alerts.ALARM_WORDS.is_in(words) else None


def _can_seal(session: Session, review: UUID) -> bool:
    """Tell whether a review's key is still there: an erased one seals nothing."""
    return vault_of(session).opens(review)


def words_of(session: Session, row: InboundRow) -> str:
    """Open what somebody wrote; nothing where it cannot be opened."""
    try:
        return vault_of(session).unseal(body_place(row.id), row.body_sealed)
    except (ErasedError, SealBrokenError):
        log.error("text %s cannot be opened", row.id)  # noqa: TRY400 - no contents
        return ""
