"""What is kept of an invitation's runs through its form, and what is added to them?

Like a browser these are asked for and written at every press of a button: by statements
that are built once, on plain columns, straight on the connection.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    insert,
    not_,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from feedback.db.models import AnswerRow, ResponseRow
from feedback.db.models.base import Base
from feedback.domain.response import ResponseState

_RUN: Final = Base.metadata.tables[ResponseRow.__tablename__]
_ANSWER: Final = Base.metadata.tables[AnswerRow.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer as it is kept, and which browser gave it, if that is still known."""

    id: UUID
    question: str
    option: str | None
    words_sealed: bytes | None
    is_skipped: bool
    browser: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """One run through a form as it is kept; with its answers while it is a draft."""

    id: UUID
    invitation: UUID
    questionnaire: UUID
    number: int
    state: str
    language: str
    started_at: datetime
    submitted_at: datetime | None
    key: str | None
    fingerprint: bytes | None
    answers: tuple[KeptAnswer, ...]


_COLUMNS: Final = (
    _RUN.c.id,
    _RUN.c.invitation_id,
    _RUN.c.questionnaire_id,
    _RUN.c.submission_no,
    _RUN.c.state,
    _RUN.c.language,
    _RUN.c.started_at,
    _RUN.c.submitted_at,
    _RUN.c.submission_key,
    _RUN.c.fingerprint,
)
_ANSWERED: Final = (
    _ANSWER.c.id.label("answer_id"),
    _ANSWER.c.question,
    _ANSWER.c.option,
    _ANSWER.c.words_sealed,
    _ANSWER.c.is_skipped,
    _ANSWER.c.session_id,
)
# Only a draft's answers are looked at again.
_OF_DRAFT: Final = and_(
    _ANSWER.c.response_id == _RUN.c.id, _RUN.c.state == ResponseState.DRAFT
)
_OF_INVITATION: Final = _RUN.c.invitation_id == bindparam("invitation")
_RUNS: Final = (
    select(*_COLUMNS, *_ANSWERED)
    .outerjoin(_ANSWER, _OF_DRAFT)
    .where(_OF_INVITATION)
    .order_by(_RUN.c.submission_no, _RUN.c.id)
)
_SENT: Final = select(
    *_COLUMNS, *(null().label(column.key) for column in _ANSWERED)
).where(_RUN.c.submission_key == bindparam("key"))
# Not one search with "or": PostgreSQL may plan that while the tables are small, and go
# on to read the whole of them.
_RUNS_AND_SENT: Final = union_all(
    _RUNS.order_by(None), _SENT.where(not_(_OF_INVITATION))
).order_by("submission_no", "id")

_ADD_RUN: Final = insert(_RUN)
_ADD_ANSWER: Final = insert(_ANSWER)
_CHANGE_RUN: Final = update(_RUN).where(_RUN.c.id == bindparam("which"))
_CHANGE_ANSWER: Final = update(_ANSWER).where(_ANSWER.c.id == bindparam("which"))


def runs_of(session: Session, invitation: UUID) -> tuple[KeptRun, ...]:
    """List every run of one invitation, in order."""
    session.flush()
    return _runs(session.connection().execute(_RUNS, {"invitation": invitation}))


def runs_or_sent(
    session: Session, invitation: UUID, submission_key: str
) -> tuple[KeptRun, ...]:
    """List every run of one invitation, and what was sent with a key by anybody."""
    session.flush()
    wanted = {"invitation": invitation, "key": submission_key}
    return _runs(session.connection().execute(_RUNS_AND_SENT, wanted))


def sent_with(session: Session, submission_key: str) -> KeptRun | None:
    """Find what was sent with an idempotency key."""
    session.flush()
    found = _runs(session.connection().execute(_SENT, {"key": submission_key}))
    return found[0] if found else None


def add_run(session: Session, **columns: object) -> None:
    """Begin a run through a form."""
    session.connection().execute(_ADD_RUN, columns)


def change_run(session: Session, run: UUID, **columns: object) -> None:
    """Write down what became of a run."""
    session.connection().execute(_CHANGE_RUN, {"which": run, **columns})


def add_answers(session: Session, answers: Sequence[dict[str, object]]) -> None:
    """Keep the answers to questions that were not answered before."""
    if answers:
        session.connection().execute(_ADD_ANSWER, answers)


def change_answer(session: Session, answer: UUID, **columns: object) -> None:
    """Keep another answer to a question that was answered before."""
    session.connection().execute(_CHANGE_ANSWER, {"which": answer, **columns})


def _runs(rows: Iterable[Row[*tuple[object, ...]]]) -> tuple[KeptRun, ...]:
    return tuple(
        _run(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.id)
    )


def _run(rows: list[Row[*tuple[object, ...]]]) -> KeptRun:
    """Put one run together: a row for each of its answers, or one without."""
    first = rows[0]
    return KeptRun(
        id=first.id,
        invitation=first.invitation_id,
        questionnaire=first.questionnaire_id,
        number=first.submission_no,
        state=first.state,
        language=first.language,
        started_at=first.started_at,
        submitted_at=first.submitted_at,
        key=first.submission_key,
        fingerprint=first.fingerprint,
        answers=tuple(_answer(row) for row in rows if row.answer_id is not None),
    )


def _answer(row: Row[*tuple[object, ...]]) -> KeptAnswer:
    return KeptAnswer(
        id=row.answer_id,
        question=row.question,
        option=row.option,
        words_sealed=row.words_sealed,
        is_skipped=row.is_skipped,
        browser=row.session_id,
    )
