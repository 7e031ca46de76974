"""What does a link carry? Tokens that cannot be guessed, and their digests."""

import hmac
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from typing import Final, NewType

Token = NewType("Token", str)

# No 0, O, I or l, and no sign at which a phone would cut the link short.
ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH: Final = 22  # 22 x log2(58): about 128.9 bits
# A longer one would push the neutral texts over one part.
LONGEST_LINK: Final = 60
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
