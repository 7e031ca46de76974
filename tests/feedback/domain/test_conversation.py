"""Does every text in every state lead where it should, and is it offered to few?"""

import itertools

import pytest

from feedback.domain.address import Channel
from feedback.domain.contact import SafeContact
from feedback.domain.conversation import (
    ENDS,
    TURNS,
    Act,
    ConversationState,
    Heard,
    NotByText,
    TextFacts,
    move_conversation,
    turn,
    why_not_by_text,
)
from feedback.domain.errors import IllegalMoveError

S, H, A = ConversationState, Heard, Act
LIVE = [state for state in S if state not in ENDS]
ASKED = [S.ASKING, S.UNCLEAR, S.WAITING, S.ON_WEB]
EVERY = list(itertools.product(S, H))

# Where each text leads, and what is done: the whole table, written a second time.
EXPECTED = {
    S.OFFERED: {
        H.AGREE: (S.ASKING, A.BEGIN),
        H.CHOICE: (S.OFFERED, A.SAY_RECEIVED),
        H.SKIP: (S.OFFERED, A.SAY_RECEIVED),
        H.WEB: (S.ON_WEB, A.SEND_LINK),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.HELP: (S.OFFERED, A.SAY_RECEIVED),
        H.KEYWORD: (S.OFFERED, A.NOTHING),
        H.ALARM: (S.OFFERED, A.SAY_RECEIVED),
        H.WORDS: (S.OFFERED, A.SAY_RECEIVED),
    },
    S.ASKING: {
        H.AGREE: (S.ASKING, A.SAVE),
        H.CHOICE: (S.ASKING, A.SAVE),
        H.SKIP: (S.ASKING, A.SAVE),
        H.WEB: (S.ON_WEB, A.SEND_LINK),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.HELP: (S.WAITING, A.SAY_RECEIVED),
        H.KEYWORD: (S.UNCLEAR, A.ASK_AGAIN),
        H.ALARM: (S.WAITING, A.SAY_RECEIVED),
        H.WORDS: (S.UNCLEAR, A.ASK_AGAIN),
    },
    S.UNCLEAR: {
        H.AGREE: (S.ASKING, A.SAVE),
        H.CHOICE: (S.ASKING, A.SAVE),
        H.SKIP: (S.ASKING, A.SAVE),
        H.WEB: (S.ON_WEB, A.SEND_LINK),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.HELP: (S.WAITING, A.SAY_RECEIVED),
        H.KEYWORD: (S.UNCLEAR, A.NOTHING),
        H.ALARM: (S.WAITING, A.SAY_RECEIVED),
        H.WORDS: (S.WAITING, A.SAY_RECEIVED),
    },
    S.WAITING: {
        H.AGREE: (S.ASKING, A.SAVE),
        H.CHOICE: (S.ASKING, A.SAVE),
        H.SKIP: (S.ASKING, A.SAVE),
        H.WEB: (S.ON_WEB, A.SEND_LINK),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.HELP: (S.WAITING, A.SAY_RECEIVED),
        H.KEYWORD: (S.WAITING, A.NOTHING),
        H.ALARM: (S.WAITING, A.SAY_RECEIVED),
        H.WORDS: (S.WAITING, A.SAY_RECEIVED),
    },
    S.ON_WEB: {
        H.AGREE: (S.ASKING, A.SAVE),
        H.CHOICE: (S.ASKING, A.SAVE),
        H.SKIP: (S.ASKING, A.SAVE),
        H.WEB: (S.ON_WEB, A.SEND_LINK),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.HELP: (S.WAITING, A.SAY_RECEIVED),
        H.KEYWORD: (S.ON_WEB, A.NOTHING),
        H.ALARM: (S.WAITING, A.SAY_RECEIVED),
        H.WORDS: (S.ON_WEB, A.SAY_RECEIVED),
    },
    S.DONE: {
        **dict.fromkeys((H.AGREE, H.CHOICE, H.SKIP, H.WEB), (S.DONE, A.NOTHING)),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.KEYWORD: (S.DONE, A.NOTHING),
        **dict.fromkeys((H.HELP, H.ALARM, H.WORDS), (S.DONE, A.SAY_RECEIVED)),
    },
    S.STOPPED: dict.fromkeys(H, (S.STOPPED, A.NOTHING)),
    S.CLOSED: {
        **dict.fromkeys((H.AGREE, H.CHOICE, H.SKIP, H.WEB), (S.CLOSED, A.NOTHING)),
        H.STOP: (S.STOPPED, A.NOTHING),
        H.KEYWORD: (S.CLOSED, A.NOTHING),
        **dict.fromkeys((H.HELP, H.ALARM, H.WORDS), (S.CLOSED, A.SAY_RECEIVED)),
    },
}


def test_the_table_has_a_turn_for_every_text_in_every_state():
    assert {(state, heard) for state in TURNS for heard in TURNS[state]} == set(EVERY)


@pytest.mark.parametrize(("state", "heard"), EVERY)
def test_a_text_leads_where_it_should(state, heard):
    found = turn(state, heard)

    assert (found.to, found.act) == EXPECTED[state][heard]


@pytest.mark.parametrize(("state", "heard"), EVERY)
def test_every_turn_is_a_legal_step(state, heard):
    to = turn(state, heard).to

    assert move_conversation(state, to) is to


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("heard", [H.ALARM, H.HELP, H.WORDS, H.KEYWORD])
def test_words_and_keywords_are_always_left_for_a_person(state, heard):
    assert not turn(state, heard).is_settled


@pytest.mark.parametrize("state", sorted(ENDS))
@pytest.mark.parametrize("heard", [H.CHOICE, H.AGREE, H.SKIP])
def test_after_an_end_an_answer_is_for_a_person(state, heard):
    assert not turn(state, heard).is_settled


@pytest.mark.parametrize("heard", H)
def test_whoever_said_stop_is_told_nothing_ever_again(heard):
    assert turn(S.STOPPED, heard).act is A.NOTHING


@pytest.mark.parametrize("state", ASKED)
def test_after_words_that_worry_nothing_is_asked(state):
    assert turn(state, H.ALARM).act is A.SAY_RECEIVED
    assert turn(state, H.ALARM).to is S.WAITING


@pytest.mark.parametrize("state", LIVE)
def test_whatever_is_live_can_be_closed(state):
    assert move_conversation(state, S.CLOSED) is S.CLOSED


@pytest.mark.parametrize(
    ("state", "to"),
    [(S.DONE, S.ASKING), (S.STOPPED, S.ASKING), (S.CLOSED, S.OFFERED)],
)
def test_an_end_is_an_end(state, to):
    with pytest.raises(IllegalMoveError):
        move_conversation(state, to)


def facts(*, age_band=None, **changes):
    contact = {"channel": Channel.SMS, "safe": True}
    contact |= {
        name: changes.pop(name)
        for name in tuple(changes)
        if name in SafeContact.__dataclass_fields__
    }
    given = {"is_wished": True} | changes
    return TextFacts(contact=SafeContact(**contact), age_band=age_band, **given)


@pytest.mark.parametrize("age_band", ["13-17", "18-25", None])
def test_it_is_offered_where_nothing_speaks_against_it(age_band):
    assert why_not_by_text(facts(age_band=age_band)) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"is_wished": False}, NotByText.NOT_WISHED),
        ({"age_band": "5-8"}, NotByText.UNDER_13),
        ({"age_band": "9-12"}, NotByText.UNDER_13),
        ({"high_risk": True}, NotByText.HIGH_RISK),
        ({"channel": Channel.EMAIL}, NotByText.NO_PHONE),
        ({"safe": False}, NotByText.UNSAFE),
        ({"safe": None}, NotByText.UNSAFE),
        ({"shared_device": True}, NotByText.SHARED),
        ({"shares_number": True}, NotByText.SHARED),
        ({"has_code_word": True}, NotByText.CODE_WORD),
        ({"is_two_way": False}, NotByText.ONE_WAY),
        ({"has_short_form": False}, NotByText.NO_SHORT_FORM),
    ],
)
def test_it_is_not_offered_where_anything_speaks_against_it(given, why):
    assert why_not_by_text(facts(**given)) is why
    assert why.words.endswith(".")
