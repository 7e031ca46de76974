"""What is sealed opens with its key at its place, and nowhere else."""

import uuid

import pytest
from sqlalchemy import event, select, update

from feedback.db.crypto import DataKey, SealBrokenError, Where, new_secret, seal, unseal
from feedback.db.models import KeyringRow, ReviewKeyRow
from feedback.db.session import Database
from feedback.db.vault import ErasedError, KeyName, WrongMasterKeyError, vault_of

WORDS = "I do not feel safe \u202e at home \U0001f622\n"
PLACE = Where(table="answer", column="words_sealed", row=uuid.uuid4())


def _key():
    return DataKey(id=uuid.uuid4(), secret=new_secret())


def test_words_come_back_exactly_as_they_were_sealed():
    key = _key()

    assert unseal(key, PLACE, seal(key, PLACE, WORDS)).decode() == WORDS


def test_the_same_words_never_look_the_same():
    key = _key()

    assert seal(key, PLACE, WORDS) != seal(key, PLACE, WORDS)


@pytest.mark.parametrize(
    "other",
    [
        Where(table="comment", column="words_sealed", row=PLACE.row),
        Where(table="answer", column="other", row=PLACE.row),
        Where(table="answer", column="words_sealed", row=uuid.uuid4()),
        Where(
            table="answer", column="words_sealed", row=PLACE.row, review=uuid.uuid4()
        ),
    ],
)
def test_a_sealed_value_moved_elsewhere_does_not_open(other):
    key = _key()

    with pytest.raises(SealBrokenError):
        unseal(key, other, seal(key, PLACE, WORDS))


def test_a_changed_value_or_another_key_does_not_open():
    key = _key()
    sealed = bytearray(seal(key, PLACE, WORDS))
    sealed[-1] ^= 1

    with pytest.raises(SealBrokenError):
        unseal(key, PLACE, bytes(sealed))
    with pytest.raises(SealBrokenError):
        unseal(_key(), PLACE, seal(key, PLACE, WORDS))
    with pytest.raises(SealBrokenError):
        unseal(key, PLACE, b"")


def test_a_reviews_words_are_gone_with_its_key(database, now):
    review = uuid.uuid4()
    place = Where(table="answer", column="words_sealed", row=PLACE.row, review=review)
    with database.transaction() as session:
        vault_of(session).make_review_key(review, now)
        sealed = vault_of(session).seal(place, WORDS)
    with database.reading() as session:
        opened = vault_of(session).unseal(place, sealed)

    with database.transaction() as session:
        session.execute(update(ReviewKeyRow).values(wrapped=None, destroyed_at=now))

    assert opened == WORDS
    with database.reading() as session, pytest.raises(ErasedError):
        vault_of(session).unseal(place, sealed)


def test_a_key_that_is_gone_is_asked_for_once(database, now):
    review, statements = uuid.uuid4(), []
    place = Where(table="answer", column="words_sealed", row=PLACE.row, review=review)

    with database.reading() as session:
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda *given: statements.append(given[2]),
        )
        vault_of(session).open_review_keys({review})
        for _ in range(3):
            with pytest.raises(ErasedError):
                vault_of(session).unseal(place, b"words")

    assert len([one for one in statements if "review_key" in one]) == 1


def test_a_key_that_is_made_after_it_was_missed_opens(database, now):
    review = uuid.uuid4()
    with database.transaction() as session:
        vault = vault_of(session)
        was_there = vault.opens(review)
        vault.make_review_key(review, now)

        assert (was_there, vault.opens(review)) == (False, True)


def test_keys_are_made_once(database, now):
    with database.transaction() as session:
        database.keyring.make_own_keys(session, now)
        names = sorted(session.scalars(select(KeyringRow.name)))

    assert names == sorted(KeyName)


def test_another_master_key_is_refused(database, database_url, now):
    stranger = Database(database_url, b"b" * 32)

    with pytest.raises(WrongMasterKeyError), stranger.transaction() as session:
        stranger.keyring.make_own_keys(session, now)

    stranger.dispose()


def test_the_previous_master_key_still_opens(database, database_url, now):
    rotated = Database(database_url, b"b" * 32, b"a-master-key-of-thirty-two-bytes")

    with rotated.transaction() as session:
        rotated.keyring.make_own_keys(session, now)
        digest = vault_of(session).fingerprint(KeyName.TOKEN_PEPPER, "x")

    assert len(digest) == 32
    rotated.dispose()
