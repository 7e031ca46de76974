"""What does a link carry? Tokens that cannot be guessed, and their digests."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Final, NewType
from uuid import UUID

Token = NewType("Token", str)

# No 0, O, I or l, and no sign at which a phone would cut the link short.
ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH: Final = 22  # 22 x log2(58): about 128.9 bits
# A longer one would push the neutral texts over one part.
LONGEST_LINK: Final = 60
LONGEST_BASE: Final = LONGEST_LINK - len("/r/") - LENGTH
_ID_BYTES: Final = 16
_MARK_BYTES: Final = 16
_LETTERS: Final = frozenset(ALPHABET)
# The largest multiple of 58 that a byte can reach; what lies above is thrown
# away, or the first letters would come up more often than the rest.
_FAIR: Final = 256 - 256 % len(ALPHABET)


def new_token(random_bytes: Callable[[int], bytes]) -> Token:
    """Make a token from a source of unpredictable bytes (`secrets.token_bytes`)."""

    def chunks() -> Iterator[bytes]:
        while True:
            yield random_bytes(2 * LENGTH)

    return _spell(chunks())


def demo_token(seed: str | bytes, reference: str, key: str, wave: int = 0) -> Token:
    """Derive the demonstration's token, so that its links can be told at any time.

    The same seed, review and person give the same token on every machine:
    for the demonstration only.
    """
    secret = seed.encode() if isinstance(seed, str) else seed
    # Lengths stand in front, so that no two pairs of names run together alike.
    name = f"{len(reference)}:{reference}|{len(key)}:{key}|{wave}"

    def chunks() -> Iterator[bytes]:
        count = 0
        while True:
            yield hmac.digest(secret, f"{name}|{count}".encode(), sha256)
            count += 1

    return _spell(chunks())


def _spell(chunks: Iterator[bytes]) -> Token:
    fair = (byte for chunk in chunks for byte in chunk if byte < _FAIR)
    return Token(
        "".join(ALPHABET[byte % len(ALPHABET)] for byte in islice(fair, LENGTH))
    )


def is_well_formed(text: str) -> bool:
    """Tell whether a text could be a token at all."""
    return len(text) == LENGTH and _LETTERS.issuperset(text)


def token_digest(pepper: bytes, token: str) -> bytes:
    """Compute what is stored in a token's place: HMAC-SHA-256, 32 bytes."""
    return hmac.digest(pepper, token.encode("utf-8", "surrogatepass"), sha256)


def respondent_link(base_url: str, token: str) -> str:
    """Write the address that a person taps."""
    return f"{base_url.rstrip('/')}/r/{token}"


def unsubscribe_token(key: bytes, invitation: UUID) -> str:
    """Make the token by which a mail program may stop one person's messages.

    It is another than the link's: who holds it can start no form.
    """
    return _spell_bytes(invitation.bytes + _mark(key, invitation))


def read_unsubscribe_token(key: bytes, text: str) -> UUID | None:
    """Find the invitation a token was made for; None where it is none of ours."""
    try:
        found = urlsafe_b64decode(f"{text}=" if text.isascii() else "")
    except (ValueError, binascii.Error):
        return None
    # One spelling only: the decoder passes over signs and bits that it does not need.
    if len(found) != _ID_BYTES + _MARK_BYTES or _spell_bytes(found) != text:
        return None
    invitation = UUID(bytes=found[:_ID_BYTES])
    is_ours = hmac.compare_digest(found[_ID_BYTES:], _mark(key, invitation))
    return invitation if is_ours else None


def unsubscribe_link(base_url: str, token: str) -> str:
    """Write the address of one-click unsubscribing."""
    return f"{base_url.rstrip('/')}/u/{token}"


def _mark(key: bytes, invitation: UUID) -> bytes:
    named = b"unsubscribe|" + invitation.bytes
    return hmac.digest(key, named, sha256)[:_MARK_BYTES]


def _spell_bytes(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
