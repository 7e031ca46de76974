"""How are words and contacts kept so that a copied database says nothing?

AES-256-GCM with a random 96-bit nonce. A data key per review, and one for each
purpose of the program, is wrapped by the master key, which lives outside the
database. What is sealed is bound to its place: table, column, row, review and
the data key's id.
"""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
VERSION: Final = b"\x01"


class SealBrokenError(Exception):
    """Something sealed that this key, at this place, does not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key that seals values; its id is part of what it seals."""

    id: uuid.UUID
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The one place at which a sealed value opens."""

    table: str
    column: str
    row: uuid.UUID
    review: uuid.UUID | None = None

    def bound_to(self, key: DataKey) -> bytes:
        """Write the place and the key's id as associated data."""
        parts = (self.table, self.column, self.row, self.review or "", key.id)
        return "|".join(str(part) for part in parts).encode()


def seal(key: DataKey, where: Where, value: str | bytes) -> bytes:
    """Encrypt a value for one place: version, nonce, ciphertext with its tag."""
    plain = value.encode() if isinstance(value, str) else value
    nonce = secrets.token_bytes(NONCE_BYTES)
    return (
        VERSION + nonce + AESGCM(key.secret).encrypt(nonce, plain, where.bound_to(key))
    )


def unseal(key: DataKey, where: Where, sealed: bytes) -> bytes:
    """Decrypt what was sealed for this place.

    Raises:
        SealBrokenError: If it was sealed by another key or for another place, or
            was changed since.
    """
    if sealed[:1] != VERSION:
        raise SealBrokenError(where.column)
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key.secret).decrypt(nonce, rest, where.bound_to(key))
    except InvalidTag:
        raise SealBrokenError(where.column) from None


def new_secret() -> bytes:
    """Make the random bytes of a key."""
    return secrets.token_bytes(KEY_BYTES)


def wrap(master: bytes, key: DataKey, name: str) -> bytes:
    """Encrypt a data key under the master key, bound to its name and id."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = f"key|{name}|{key.id}".encode()
    return VERSION + nonce + AESGCM(master).encrypt(nonce, key.secret, bound)


def unwrap(master: bytes, *, key_id: uuid.UUID, name: str, wrapped: bytes) -> DataKey:
    """Open a wrapped data key.

    Raises:
        SealBrokenError: If this master key did not wrap it.
    """
    nonce, rest = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
    try:
        secret = AESGCM(master).decrypt(nonce, rest, f"key|{name}|{key_id}".encode())
    except InvalidTag:
        raise SealBrokenError(name) from None
    return DataKey(id=key_id, secret=secret)


def keyed_digest(secret: bytes, value: str) -> bytes:
    """Fingerprint a value so that only the key's holder can look it up."""
    return hmac.new(secret, value.encode(), hashlib.sha256).digest()
