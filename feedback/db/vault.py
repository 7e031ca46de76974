"""Which key opens this? The keyring of a deployment and the vault of one session."""

import uuid
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.crypto import (
    DataKey,
    SealBrokenError,
    Where,
    keyed_digest,
    new_secret,
    seal,
    unseal,
    unwrap,
    wrap,
)
from feedback.db.ids import new_id
from feedback.db.models.key import KeyringRow, ReviewKeyRow


class KeyName(StrEnum):
    """What each of the program's own keys is for."""

    TOKEN_PEPPER = "token_pepper"  # noqa: S105 - the key's name, not its value
    BLIND_INDEX = "blind_index"
    AUDIT = "audit"
    SESSION = "session"
    INBOUND = "inbound"


class WrongMasterKeyError(Exception):
    """The master key that is set did not wrap this database's keys."""


class ErasedError(Exception):
    """The review's key was destroyed: what it sealed is gone for ever."""


class Keyring:
    """The master key and the program's own keys, once they were opened."""

    def __init__(self, master: bytes, previous: bytes | None = None) -> None:
        self._masters = (master,) if previous is None else (master, previous)
        self._opened: dict[KeyName, DataKey] = {}
        self._lock = Lock()

    def wrap(self, key: DataKey, name: str) -> bytes:
        """Wrap a data key under the master key that is set now."""
        return wrap(self._masters[0], key, name)

    def unwrap(self, key_id: uuid.UUID, name: str, wrapped: bytes) -> DataKey:
        """Open a data key, with the previous master key where it is still needed.

        Raises:
            WrongMasterKeyError: If no master key that is set opens it.
        """
        for master in self._masters:
            try:
                return unwrap(master, key_id=key_id, name=name, wrapped=wrapped)
            except SealBrokenError:
                continue
        raise WrongMasterKeyError(
            "MASTER_KEY: this database's keys were wrapped by another master key"
        )

    def own_key(self, session: Session, name: KeyName) -> DataKey:
        """Give one of the program's own keys, from memory after the first time."""
        with self._lock:
            if name not in self._opened:
                with session.no_autoflush:
                    row = session.scalars(
                        select(KeyringRow).where(KeyringRow.name == name)
                    ).one()
                self._opened[name] = self.unwrap(row.id, row.name, row.wrapped)
            return self._opened[name]

    def make_own_keys(self, session: Session, now: datetime) -> None:
        """Make the keys that are missing, and check those that are there.

        Raises:
            WrongMasterKeyError: If the master key does not open a key.
        """
        rows = {row.name: row for row in session.scalars(select(KeyringRow))}
        for name in KeyName:
            row = rows.get(name)
            if row is not None:
                self.unwrap(row.id, row.name, row.wrapped)
                continue
            key = DataKey(id=new_id(), secret=new_secret())
            wrapped = self.wrap(key, name)
            session.add(
                KeyringRow(id=key.id, name=name, wrapped=wrapped, created_at=now)
            )


class Vault:
    """Seals and unseals within one session; a review's key is opened once."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring
        self._review_keys: dict[uuid.UUID, DataKey] = {}
        # Asked for and not there: a page of erased words must not ask for each.
        self._erased: set[uuid.UUID] = set()

    def make_review_key(self, review: uuid.UUID, now: datetime) -> None:
        """Give a new review the key that seals everything said at it."""
        key = DataKey(id=new_id(), secret=new_secret())
        wrapped = self._keyring.wrap(key, f"review {review}")
        self._session.add(
            ReviewKeyRow(id=key.id, review_id=review, wrapped=wrapped, created_at=now)
        )
        self._review_keys[review] = key
        self._erased.discard(review)

    def seal(self, where: Where, value: str) -> bytes:
        """Seal a text under its review's key, or the inbound key where it has none."""
        return seal(self._key(where), where, value)

    def unseal(self, where: Where, sealed: bytes) -> str:
        """Open a sealed text.

        Raises:
            ErasedError: If the review's key was destroyed.
            SealBrokenError: If it was changed, or sealed for another place.
        """
        return unseal(self._key(where), where, sealed).decode()

    def unseal_if_any(self, where: Where, sealed: bytes | None) -> str | None:
        """Open a sealed text where there is one."""
        return None if sealed is None else self.unseal(where, sealed)

    def fingerprint(self, name: KeyName, value: str) -> bytes:
        """Digest a value under one of the program's own keys."""
        return keyed_digest(self.secret(name), value)

    def secret(self, name: KeyName) -> bytes:
        """Give the bytes of one of the program's own keys."""
        return self._keyring.own_key(self._session, name).secret

    def open_review_keys(self, reviews: set[uuid.UUID]) -> None:
        """Open many reviews' keys in one query, before many values are unsealed."""
        missing = reviews - self._review_keys.keys() - self._erased
        if missing:
            statement = select(ReviewKeyRow).where(ReviewKeyRow.review_id.in_(missing))
            # Sealing must not write the row that it is asked for half-way.
            with self._session.no_autoflush:
                for row in self._session.scalars(statement):
                    self._open(row)
            self._erased |= missing - self._review_keys.keys()

    def know(self, review: uuid.UUID, key_id: uuid.UUID, wrapped: bytes) -> None:
        """Open a review's key that another query brought along."""
        key = self._keyring.unwrap(key_id, f"review {review}", wrapped)
        self._review_keys[review] = key

    def opens(self, review: uuid.UUID) -> bool:
        """Tell whether a review's key is there: an erased one opens no more."""
        self.open_review_keys({review})
        return review in self._review_keys

    def _key(self, where: Where) -> DataKey:
        if where.review is None:
            return self._keyring.own_key(self._session, KeyName.INBOUND)
        if where.review not in self._review_keys:
            self.open_review_keys({where.review})
        try:
            return self._review_keys[where.review]
        except KeyError:
            raise ErasedError(str(where.review)) from None

    def _open(self, row: ReviewKeyRow) -> None:
        if row.wrapped is not None:
            self.know(row.review_id, row.id, row.wrapped)


def vault_of(session: Session) -> Vault:
    """Find the vault that the database gave this session."""
    return cast("Vault", session.info[Vault])  # put there by Database, typed Any
