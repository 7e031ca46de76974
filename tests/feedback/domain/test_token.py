import hmac
import secrets
from collections import Counter
from itertools import cycle, islice
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.token import (
    ALPHABET,
    LENGTH,
    demo_token,
    is_well_formed,
    new_token,
    read_unsubscribe_token,
    respondent_link,
    token_digest,
    unsubscribe_link,
    unsubscribe_token,
)

PEPPER = b"pepper-for-tests-pepper-for-test"


def source(values):
    """Hand out the given bytes over and over."""
    endless = cycle(values)
    return lambda count: bytes(islice(endless, count))


def test_a_token_is_22_letters_that_no_phone_cuts_short():
    token = new_token(secrets.token_bytes)

    assert len(token) == LENGTH == 22
    assert set(token) <= set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 58
    assert not set(ALPHABET) & set("0OIl-_")


def test_every_letter_comes_from_equally_many_bytes():
    tokens = "".join(new_token(source([byte])) for byte in range(232))

    counts = Counter(tokens)

    assert set(counts) == set(ALPHABET)
    assert set(counts.values()) == {4 * LENGTH}


def test_bytes_that_would_favour_some_letters_are_thrown_away():
    assert new_token(source([232, 255, 0, 57])) == "1z" * 11


def test_tokens_do_not_come_twice():
    assert len({new_token(secrets.token_bytes) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2" * 22, True),
        ("2" * 21, False),
        ("2" * 23, False),
        ("", False),
        ("0" + "2" * 21, False),
        ("l" + "2" * 21, False),
        ("2" * 21 + "\n", False),
        ("é" * 22, False),
        ("2" * 21 + "-", False),
    ],
)
def test_what_could_be_a_token_is_told_from_what_could_not(text, is_one):
    assert is_well_formed(text) is is_one


def test_the_digest_is_a_keyed_one():
    token = "2" * 22

    digest = token_digest(PEPPER, token)

    assert digest == hmac.new(PEPPER, token.encode(), "sha256").digest()
    assert digest != token_digest(b"other", token)


@given(st.text())
def test_any_text_has_a_digest_of_32_bytes(text):
    assert len(token_digest(PEPPER, text)) == 32


def test_half_a_character_has_a_digest_too():
    assert len(token_digest(PEPPER, "\ud83d")) == 32


def test_the_demonstrations_tokens_can_be_told_again():
    token = demo_token("seed", "H-000001", "p1")

    assert token == demo_token(b"seed", "H-000001", "p1")
    assert is_well_formed(token)


def test_a_derived_token_is_whole_where_one_block_holds_too_few_fair_bytes():
    # Of this one's first block more than ten bytes are thrown away.
    assert demo_token("seed", "H-003654", "p1") == "Mr4MGHEZ3vGiYySRRhBqtF"


def test_the_demonstrations_tokens_differ_by_everything_they_stand_for():
    tokens = {
        demo_token("seed", "H-000001", "p1"),
        demo_token("other", "H-000001", "p1"),
        demo_token("seed", "H-000002", "p1"),
        demo_token("seed", "H-000001", "p2"),
        demo_token("seed", "H-000001", "p1", wave=1),
        demo_token("seed", "H-000001|2:p1", ""),
        demo_token("seed", "H-00000", "1p1"),
    }

    assert len(tokens) == 7


@given(st.binary(min_size=1), st.text(), st.text())
def test_every_derived_token_is_well_formed(seed, reference, key):
    assert is_well_formed(
        demo_token(
            seed,
            reference.encode("utf-8", "ignore").decode(),
            key.encode("utf-8", "ignore").decode(),
        )
    )


@pytest.mark.parametrize(
    "base", ["https://forms.example.org", "https://forms.example.org/"]
)
def test_a_link_is_the_address_and_the_token(base):
    assert respondent_link(base, "2" * 22) == f"https://forms.example.org/r/{'2' * 22}"


class TestAnUnsubscribeToken:
    KEY = b"k" * 32
    INVITATION = UUID("01890a5d-ac96-774b-bcce-b302099a8057")

    def test_leads_back_to_its_invitation(self):
        made = unsubscribe_token(self.KEY, self.INVITATION)

        assert read_unsubscribe_token(self.KEY, made) == self.INVITATION
        assert not is_well_formed(made)
        assert unsubscribe_link("https://forms.example/", made).endswith(f"/u/{made}")

    def test_has_one_spelling_and_one_key(self):
        made = unsubscribe_token(self.KEY, self.INVITATION)
        others = {
            made[:place] + sign + made[place + 1 :]
            for place in range(len(made))
            for sign in "Aa9-_"
        } - {made}
        others |= {made + "=", f" {made}", made[:-1], "", "ü" * 43, "A" * 43}

        assert {read_unsubscribe_token(self.KEY, one) for one in others} == {None}
        assert read_unsubscribe_token(b"x" * 32, made) is None
