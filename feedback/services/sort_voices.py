"""Which of the rows read together belong to whom?"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from feedback.db.models import (
    AnswerRow,
    CodingRow,
    InvitationRow,
    ParticipantRow,
    ResponseRow,
)
from feedback.db.queries.synthesis import VoiceLine
from feedback.domain.invitation import InvitationStatus
from feedback.domain.response import ResponseState
from feedback.domain.voice import Trace

IN_PERSON: Final = "in_person"

Row = TypeVar("Row", InvitationRow, ResponseRow, AnswerRow, CodingRow)


@dataclass(slots=True)
class Voice:
    """One person's rows; inside the services only."""

    participant: ParticipantRow
    invitations: dict[UUID, InvitationRow] = field(default_factory=dict)
    responses: dict[UUID, ResponseRow] = field(default_factory=dict)
    answers: dict[UUID, AnswerRow] = field(default_factory=dict)
    codings: dict[UUID, CodingRow] = field(default_factory=dict)

    @property
    def submitted(self) -> ResponseRow | None:
        """The response that counts: the last that was submitted."""
        sent = [
            one
            for one in self.responses.values()
            if one.state == ResponseState.SUBMITTED
        ]
        return sent[-1] if sent else None

    @property
    def counting(self) -> list[AnswerRow]:
        """The answers of the response that counts."""
        response = self.submitted
        return [
            one
            for one in self.answers.values()
            if response is not None and one.response_id == response.id
        ]

    def codings_of(self, answers: Collection[AnswerRow]) -> list[CodingRow]:
        """The codings of some answers, by dimension."""
        wanted = {one.id for one in answers}
        return [one for one in self.codings.values() if one.answer_id in wanted]

    def trace(self, not_invited_reason: str | None) -> Trace:
        """What there is to tell how far the person came."""
        last = next(reversed(self.invitations.values()), None)
        return Trace(
            has_submitted=self.submitted is not None,
            has_withdrawn=any(
                one.state == ResponseState.WITHDRAWN for one in self.responses.values()
            ),
            not_invited_reason=not_invited_reason,
            invitation=None if last is None else InvitationStatus(last.status),
            is_in_person=last is not None and last.channel == IN_PERSON,
        )


def by_person(lines: Iterable[VoiceLine]) -> tuple[Voice, ...]:
    """Gather lines by person, in an order that tells nothing but stays the same.

    The order in which people were entered often gives away who is who.
    """
    voices: dict[UUID, Voice] = {}
    for line in lines:
        if line.participant is None:
            continue
        voice = voices.setdefault(line.participant.id, Voice(line.participant))
        _take(voice.invitations, line.invitation)
        _take(voice.responses, line.response)
        _take(voice.answers, line.answer)
        _take(voice.codings, line.coding)
    return tuple(
        sorted(
            voices.values(),
            key=lambda voice: hashlib.sha256(voice.participant.id.bytes).digest(),
        )
    )


def _take(kept: dict[UUID, Row], row: Row | None) -> None:
    if row is not None:
        kept.setdefault(row.id, row)
