"""Which texts does the program settle, and which hold words of somebody's own?"""

import pytest

from feedback.domain.sms import InboundKind
from feedback.domain.triage import Triage, has_words, triage_of


@pytest.mark.parametrize(
    ("body", "triage"),
    [
        ("STOP", Triage.NOTED),
        ("start!", Triage.NOTED),
        # Somebody looks whether whoever asks for help is safe.
        ("HELP", Triage.WAITING),
        ("Stop him", Triage.WAITING),
        ("", Triage.WAITING),
    ],
)
def test_only_stopping_and_starting_are_settled_when_they_come(body, triage):
    assert triage_of(body) is triage


@pytest.mark.parametrize("triage", list(Triage))
def test_words_are_words_whoever_dealt_with_them(triage):
    assert has_words(InboundKind.WORDS, triage)


@pytest.mark.parametrize("kind", [InboundKind.OPT_OUT, InboundKind.OPT_IN])
@pytest.mark.parametrize("triage", list(Triage))
def test_a_keyword_that_the_program_did_not_note_was_one_to_the_provider_only(
    kind, triage
):
    assert has_words(kind, triage) is (triage is not Triage.NOTED)


@pytest.mark.parametrize("triage", list(Triage))
def test_help_is_a_keyword_and_nothing_more(triage):
    assert not has_words(InboundKind.HELP, triage)
