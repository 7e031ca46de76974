"""What is a row called? Identifiers made by the program, never by the database."""

import uuid

import uuid6


def new_id() -> uuid.UUID:
    """Make an identifier that sorts by time, for what staff work with."""
    return uuid.UUID(bytes=uuid6.uuid7().bytes)


def new_opaque_id() -> uuid.UUID:
    """Make an identifier that tells nothing, not even when: for what people say."""
    return uuid.uuid4()
