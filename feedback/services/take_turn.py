"""What does one text change in a conversation? Saved, asked next, ended, or left."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow, MessageRow
from feedback.db.queries import conversation as conversations
from feedback.db.queries import response as responses
from feedback.db.queries.conversation import Talk
from feedback.domain.answering import StoredAnswer
from feedback.domain.conversation import (
    Act,
    ConversationState,
    Heard,
    move_conversation,
    turn,
)
from feedback.domain.delivery import FINAL_STATES, MessageState, Purpose
from feedback.domain.invitation import InvitationStatus, move
from feedback.domain.short_form import Reply, ShortForm, TextQuestion, read_reply
from feedback.services import (
    audit,
    offer_text,
    raise_alerts,
    respond,
    resume,
    say,
    submit,
)
from feedback.services.dispatch import DeliveryRules
from feedback.services.resume import Run, RunEndedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that one person sent.

    Args:
        at: When it came in.
    """

    id: UUID
    words: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What one turn works on."""

    session: Session
    talk: Talk
    form: ShortForm
    run: Run
    rules: DeliveryRules
    now: datetime

    @property
    def state(self) -> ConversationState:
        return ConversationState(self.talk.conversation.state)

    def move(self, to: ConversationState) -> None:
        """Take the conversation on."""
        row = self.talk.conversation
        if self.state is not to:
            row.state = move_conversation(self.state, to)
        if not to.is_live:
            row.ended_at = self.now


def take_turn(
    session: Session, talk: Talk, text: Text, rules: DeliveryRules, *, now: datetime
) -> bool:
    """Let a text take effect in the conversation it belongs to.

    The caller holds the invitation. Answers are saved as the page saves them, by
    the same code and under the same rules.

    Returns:
        Whether no person need read it.
    """
    row = talk.conversation
    row.heard_at = now
    form = offer_text.form_of(session, talk.invitation, talk.participant.language)
    reply = _reply(talk, text, form)
    if reply.heard is Heard.STOP:
        return _ended(talk, ConversationState.STOPPED, now=now)
    run = _run(session, talk, now=now)
    is_over = run is None or form is None or _is_unsafe(session, talk, rules)
    if is_over and ConversationState(row.state).is_live:
        _ended(talk, ConversationState.CLOSED, now=now)
    what = turn(ConversationState(row.state), reply.heard)
    if run is None or form is None or is_over:
        return _say(session, talk, text, what.act, now=now)
    round_ = _Round(
        session=session, talk=talk, form=form, run=run, rules=rules, now=now
    )
    if what.act in {Act.BEGIN, Act.SAVE} and not _was_asked(round_, text):
        # It came before our text was read: it cannot be its answer.
        if _never_arrives(round_):
            _ask_again(round_)
        return False
    _act(round_, text, what.act, reply)
    if round_.state.is_live and what.act not in {Act.BEGIN, Act.SAVE, Act.ASK_AGAIN}:
        round_.move(what.to)
    return what.is_settled


def _reply(talk: Talk, text: Text, form: ShortForm | None) -> Reply:
    was_asked = talk.conversation.question is not None
    return read_reply(
        text.words,
        form if was_asked else None,
        is_alarming=raise_alerts.ALARM_WORDS.is_in(text.words),
    )


def _run(session: Session, talk: Talk, *, now: datetime) -> Run | None:
    """Find what the person has answered; None where no answer may come in."""
    link = responses.Link(invitation=talk.invitation, review=talk.review)
    started_at = talk.conversation.started_at or now
    try:
        return resume.run_by_text(
            session, link, talk.participant, started_at=started_at, now=now
        )
    except RunEndedError:
        return None


def _is_unsafe(session: Session, talk: Talk, rules: DeliveryRules) -> bool:
    """Tell whether what is known of the contact now forbids going on by text."""
    if talk.contact.value_index != talk.conversation.number_hmac:
        return True
    one = offer_text.Offer(
        invitation=talk.invitation, participant=talk.participant, contact=talk.contact
    )
    among = responses.contacts_of(session, talk.participant.id)
    against = offer_text.why_not(session, one, among=among, rules=rules.invite)
    return against is not None


def _was_asked(round_: _Round, text: Text) -> bool:
    """Tell whether what a text would answer had gone out before it came."""
    row = round_.talk.conversation
    within = round_.rules.same_breath
    if conversations.heard_just_before(
        round_.session, row.number_hmac, text.id, text.at, within=within
    ):
        return False
    if row.asked_by is None:
        asked_at = conversations.offer_went_out_at(round_.session, row.invitation_id)
    else:
        asked_at = conversations.went_out_at(round_.session, row.asked_by)
    return asked_at is not None and asked_at <= text.at


def _never_arrives(round_: _Round) -> bool:
    """Tell whether the question's text came to an end before it went out."""
    asked_by = round_.talk.conversation.asked_by
    if asked_by is None:
        return False
    message = round_.session.get_one(MessageRow, asked_by)
    is_over = MessageState(message.state) in FINAL_STATES
    return is_over and message.attempts == 0


def _act(round_: _Round, text: Text, act: Act, reply: Reply) -> None:
    match act:
        case Act.BEGIN:
            _begin(round_)
        case Act.SAVE:
            _save(round_, reply)
        case Act.ASK_AGAIN:
            _ask_again(round_)
        case Act.SEND_LINK:
            say.send_link(round_.session, round_.talk, now=round_.now)
        case Act.SAY_RECEIVED | Act.NOTHING:
            _say(round_.session, round_.talk, text, act, now=round_.now)


def _begin(round_: _Round) -> None:
    """Note that the person agreed, as a press on Start is noted; ask the first."""
    talk, now = round_.talk, round_.now
    talk.conversation.started_at = talk.conversation.started_at or now
    invitation = round_.session.get_one(InvitationRow, talk.invitation.id)
    status = InvitationStatus(invitation.status)
    if status is not InvitationStatus.STARTED:
        invitation.status = move(status, InvitationStatus.STARTED)
        invitation.started_at = now
    deed = audit.Deed(
        action="text_answering_begun", review=talk.review.id, subject=invitation.id
    )
    audit.record(round_.session, deed, by=audit.RESPONDENT, now=now)
    _ask_next(round_, round_.run.answered, Purpose.TEXT_FIRST)


def _save(round_: _Round, reply: Reply) -> None:
    """Save an answer as its page would be saved, then ask what comes next."""
    code = round_.talk.conversation.question
    if code is None:
        _begin(round_)
        return
    # What was answered by the link meanwhile is not written over.
    if code not in round_.run.answered:
        answer = StoredAnswer(
            question=code, option=reply.option, skipped=reply.option is None
        )
        respond.save_page(
            round_.session,
            round_.run,
            (answer,),
            round_.rules.links,
            now=round_.now,
        )
    _ask_next(round_, round_.run.answered | {code}, Purpose.TEXT_QUESTION)


def _ask_next(round_: _Round, answered: frozenset[str], purpose: Purpose) -> None:
    question = round_.form.next_after(answered)
    if question is None:
        _finish(round_)
        return
    # Where no more texts may go, somebody has to look.
    is_asked = _ask(round_, purpose, question)
    to = ConversationState.ASKING if is_asked else ConversationState.WAITING
    round_.move(to)


def _ask(round_: _Round, purpose: Purpose, question: TextQuestion) -> bool:
    return say.ask(
        round_.session,
        round_.talk,
        say.Asking(purpose=purpose, question=question, form=round_.form),
        not_before=round_.now + round_.rules.same_breath,
        now=round_.now,
    )


def _ask_again(round_: _Round) -> None:
    row = round_.talk.conversation
    question = round_.form.question(row.question)
    if question is not None and _ask(round_, Purpose.TEXT_AGAIN, question):
        round_.move(ConversationState.UNCLEAR)
    else:
        round_.move(ConversationState.WAITING)


def _finish(round_: _Round) -> None:
    """Send what was answered, and say that it was the last."""
    session, talk, now = round_.session, round_.talk, round_.now
    run = _run(session, talk, now=now)
    if run is None or run.stored.keys() - round_.form.codes:
        # More was answered by the link: only a press on Send there sends it.
        say.send_link(session, talk, now=now)
        round_.move(ConversationState.ON_WEB)
        return
    submit.send_by_text(session, run, now=now)
    say.end(session, talk, now=now)
    round_.move(ConversationState.DONE)


def _say(session: Session, talk: Talk, text: Text, act: Act, *, now: datetime) -> bool:
    """Say that a person will read it, where that is what is to be done."""
    if act is Act.SAY_RECEIVED:
        say.received(session, talk.contact, talk.participant, text.id, now=now)
    return False


def _ended(talk: Talk, to: ConversationState, *, now: datetime) -> bool:
    row = talk.conversation
    state = ConversationState(row.state)
    row.state = move_conversation(state, to) if state is not to else to
    row.ended_at = row.ended_at or now
    return True
