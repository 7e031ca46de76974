"""How does answering by text go on after each reply, and who is offered it at all?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, unique
from typing import Final

from feedback.domain.address import Channel
from feedback.domain.contact import IN_PERSON_BANDS, SafeContact
from feedback.domain.errors import IllegalMoveError

# A question that could not go out soon is not asked in the middle of the night.
QUESTION_LASTS: Final = timedelta(hours=1)
# A short form with every question asked twice, its link and its end.
MOST_TEXTS: Final = 16
# Of two texts that came closer together, the second cannot answer what we asked
# after the first. So that this can be told, nothing is asked sooner.
SAME_BREATH: Final = timedelta(seconds=2)
# A machine that answers a machine must come to rest.
BETWEEN_REPLIES: Final = timedelta(hours=24)


@unique
class ConversationState(StrEnum):
    """How far one person's answering by text has come; the last three are ends."""

    OFFERED = "offered"
    ASKING = "asking"
    # Asked once more, after a reply that was no answer
    UNCLEAR = "unclear"
    # Nothing more is asked by itself: a person reads what came
    WAITING = "waiting"
    ON_WEB = "on_web"
    DONE = "done"
    STOPPED = "stopped"
    # Answered by the link, revoked, expired, signed, or no longer safe
    CLOSED = "closed"

    @property
    def is_live(self) -> bool:
        """Whether a text could still be a reply in it."""
        return self not in ENDS


ENDS: Final = frozenset(
    {ConversationState.DONE, ConversationState.STOPPED, ConversationState.CLOSED}
)


@unique
class Heard(StrEnum):
    """What one inbound text is, to the conversation that it may belong to."""

    AGREE = "agree"
    CHOICE = "choice"
    # A question left out
    SKIP = "skip"
    WEB = "web"
    STOP = "stop"
    HELP = "help"
    # START, YES, INFO: the provider answers these by itself
    KEYWORD = "keyword"
    # Words after which somebody is told at once
    ALARM = "alarm"
    WORDS = "words"


@unique
class Act(StrEnum):
    """What is done about it, beside keeping it."""

    NOTHING = "nothing"
    # The first question, after the person agreed
    BEGIN = "begin"
    # Save the answer, then the next question, or the end
    SAVE = "save"
    ASK_AGAIN = "ask_again"
    SEND_LINK = "send_link"
    # One reply that a person will read it, with numbers to call
    SAY_RECEIVED = "say_received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a text takes a conversation, and what is done.

    Args:
        is_settled: Whether the program has read it, so that no person need.
    """

    to: ConversationState
    act: Act = Act.NOTHING
    is_settled: bool = False


def _listening(
    state: ConversationState,
    *,
    unclear: Turn,
    choice: Turn | None = None,
    keyword: Turn | None = None,
) -> Mapping[Heard, Turn]:
    """Say what each text does in a state in which a question was asked."""
    saved = choice or Turn(to=ConversationState.ASKING, act=Act.SAVE, is_settled=True)
    waiting = ConversationState.WAITING
    return {
        # With a question open, a 1 is always read as its answer.
        Heard.AGREE: saved,
        Heard.CHOICE: saved,
        Heard.SKIP: saved,
        Heard.WEB: Turn(
            to=ConversationState.ON_WEB, act=Act.SEND_LINK, is_settled=True
        ),
        Heard.STOP: Turn(to=ConversationState.STOPPED, is_settled=True),
        Heard.HELP: Turn(to=waiting, act=Act.SAY_RECEIVED),
        Heard.KEYWORD: keyword or Turn(to=state),
        Heard.ALARM: Turn(to=waiting, act=Act.SAY_RECEIVED),
        Heard.WORDS: unclear,
    }


def _resting(state: ConversationState) -> Mapping[Heard, Turn]:
    """Say what each text does once nothing more is asked: a person reads it."""
    speaks = {Heard.HELP, Heard.ALARM, Heard.WORDS}
    # Who asked for no more texts gets none, whatever they write.
    is_silent = state is ConversationState.STOPPED
    return {
        heard: Turn(
            to=ConversationState.STOPPED if heard is Heard.STOP else state,
            act=(
                Act.SAY_RECEIVED if heard in speaks and not is_silent else Act.NOTHING
            ),
            is_settled=heard is Heard.STOP,
        )
        for heard in Heard
    }


_WORDS_WAIT: Final = Turn(to=ConversationState.WAITING, act=Act.SAY_RECEIVED)

TURNS: Final[Mapping[ConversationState, Mapping[Heard, Turn]]] = {
    ConversationState.OFFERED: {
        **_listening(
            ConversationState.OFFERED,
            unclear=Turn(to=ConversationState.OFFERED, act=Act.SAY_RECEIVED),
            # Nothing was asked yet: a 3 answers nothing.
            choice=Turn(to=ConversationState.OFFERED, act=Act.SAY_RECEIVED),
        ),
        Heard.AGREE: Turn(to=ConversationState.ASKING, act=Act.BEGIN, is_settled=True),
        Heard.HELP: Turn(to=ConversationState.OFFERED, act=Act.SAY_RECEIVED),
        Heard.ALARM: Turn(to=ConversationState.OFFERED, act=Act.SAY_RECEIVED),
    },
    ConversationState.ASKING: _listening(
        ConversationState.ASKING,
        unclear=Turn(to=ConversationState.UNCLEAR, act=Act.ASK_AGAIN),
        # Who answers "yes" to a question is asked for its number.
        keyword=Turn(to=ConversationState.UNCLEAR, act=Act.ASK_AGAIN),
    ),
    ConversationState.UNCLEAR: _listening(
        ConversationState.UNCLEAR, unclear=_WORDS_WAIT
    ),
    ConversationState.WAITING: _listening(
        ConversationState.WAITING, unclear=_WORDS_WAIT
    ),
    ConversationState.ON_WEB: _listening(
        ConversationState.ON_WEB,
        unclear=Turn(to=ConversationState.ON_WEB, act=Act.SAY_RECEIVED),
    ),
    ConversationState.DONE: _resting(ConversationState.DONE),
    ConversationState.STOPPED: _resting(ConversationState.STOPPED),
    ConversationState.CLOSED: _resting(ConversationState.CLOSED),
}

# After the last answer, and where no more texts may go: a person has to look.
_AFTER_AN_ANSWER: Final = frozenset(
    {ConversationState.DONE, ConversationState.WAITING, ConversationState.ON_WEB}
)


def turn(state: ConversationState, heard: Heard) -> Turn:
    """Look up what a text does."""
    return TURNS[state][heard]


def move_conversation(
    state: ConversationState, to: ConversationState
) -> ConversationState:
    """Take a conversation one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow from its state.
    """
    follows = {one.to for one in TURNS[state].values()}
    if state.is_live:
        follows |= {ConversationState.CLOSED, *_AFTER_AN_ANSWER}
    if to not in follows:
        raise IllegalMoveError(state, to)
    return to


@unique
class NotByText(StrEnum):
    """Why answering by text is not offered to somebody."""

    NOT_WISHED = "not_wished"
    UNDER_13 = "under_13"
    HIGH_RISK = "high_risk"
    NO_PHONE = "no_phone"
    UNSAFE = "unsafe"
    SHARED = "shared"
    CODE_WORD = "code_word"
    ONE_WAY = "one_way"
    NO_SHORT_FORM = "no_short_form"

    @property
    def words(self) -> str:
        """Say to staff why not."""
        return _NOT_BY_TEXT_WORDS[self]


_NOT_BY_TEXT_WORDS: Final = {
    NotByText.NOT_WISHED: "They have not asked for it.",
    NotByText.UNDER_13: "Under 13: nobody so young is asked by text.",
    NotByText.HIGH_RISK: "A high risk is recorded: they are asked in person.",
    NotByText.NO_PHONE: "Answering by text needs a mobile number.",
    NotByText.UNSAFE: "Answering by text needs a number they said is safe.",
    NotByText.SHARED: "Somebody else can read what arrives on this number.",
    NotByText.CODE_WORD: "A code word is agreed, and a text cannot ask for it.",
    NotByText.ONE_WAY: "Texts go out from a name, which nobody can reply to.",
    NotByText.NO_SHORT_FORM: "Their form has no short form in their language.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What decides whether somebody is offered to answer by text.

    Args:
        is_wished: Whether the coordinator recorded that they would rather.
        is_two_way: Whether texts come from a number that can be replied to.
        has_short_form: Whether their form has one in their language.
        shares_number: Whether the number is another person's too.
    """

    contact: SafeContact
    age_band: str | None
    is_wished: bool
    is_two_way: bool = True
    has_short_form: bool = True
    shares_number: bool = False


def why_not_by_text(facts: TextFacts) -> NotByText | None:
    """Tell the gravest reason against answering by text; None where it is offered.

    A thread of texts stays on a phone for good, so it is offered more narrowly
    than a link is.
    """
    contact = facts.contact
    reasons = {
        NotByText.NOT_WISHED: not facts.is_wished,
        NotByText.UNDER_13: facts.age_band in IN_PERSON_BANDS,
        NotByText.HIGH_RISK: contact.high_risk,
        NotByText.NO_PHONE: contact.channel is not Channel.SMS,
        NotByText.UNSAFE: contact.safe is not True,
        NotByText.SHARED: contact.shared_device or facts.shares_number,
        NotByText.CODE_WORD: contact.has_code_word,
        NotByText.ONE_WAY: not facts.is_two_way,
        NotByText.NO_SHORT_FORM: not facts.has_short_form,
    }
    return next((why for why, is_so in reasons.items() if is_so), None)
