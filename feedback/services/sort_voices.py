"""Which of the rows read together belong to whom?"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from feedback.db.models import InvitationRow, ParticipantRow, ResponseRow
from feedback.db.queries.synthesis import PersonLine, SaidLine
from feedback.domain.invitation import IN_PERSON, InvitationStatus
from feedback.domain.response import ResponseState
from feedback.domain.voice import Trace
from triangulation import CommentStance, Dimension

Row = TypeVar("Row", InvitationRow, ResponseRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCoding:
    """A person's reading of somebody's words, as it is kept."""

    id: UUID
    dimension: Dimension
    stance: CommentStance


@dataclass(slots=True, kw_only=True)
class SealedAnswer:
    """One answer that counts, its words still sealed."""

    id: UUID
    question: str
    option: str | None
    words_sealed: bytes | None
    coded: list[KeptCoding] = field(default_factory=list)


@dataclass(slots=True)
class Voice:
    """One person's rows; inside the services only.

    Attributes:
        forms: The digest of each response's form.
    """

    participant: ParticipantRow
    invitations: dict[UUID, InvitationRow] = field(default_factory=dict)
    responses: dict[UUID, ResponseRow] = field(default_factory=dict)
    forms: dict[UUID, str] = field(default_factory=dict)

    @property
    def submitted(self) -> ResponseRow | None:
        """The response that counts: the last that was submitted."""
        sent = [
            one
            for one in self.responses.values()
            if one.state == ResponseState.SUBMITTED
        ]
        return sent[-1] if sent else None

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


def by_person(lines: Iterable[PersonLine]) -> tuple[Voice, ...]:
    """Gather lines by person, in an order that tells nothing but stays the same.

    The order in which people were entered often gives away who is who, and the same
    evidence must read the same. Whoever looks meets them in yet another (`shuffle`).
    """
    voices: dict[UUID, Voice] = {}
    for line in lines:
        if line.participant is None:
            continue
        voice = voices.setdefault(line.participant.id, Voice(line.participant))
        _take(voice.invitations, line.invitation)
        _take(voice.responses, line.response)
        if line.response is not None and line.form is not None:
            voice.forms[line.response.id] = line.form
    return tuple(
        sorted(
            voices.values(),
            key=lambda voice: hashlib.sha256(voice.participant.id.bytes).digest(),
        )
    )


def by_response(lines: Iterable[SaidLine]) -> Mapping[UUID, Mapping[str, SealedAnswer]]:
    """Gather answers by the response they belong to, and by question."""
    responses: dict[UUID, dict[str, SealedAnswer]] = {}
    for line in lines:
        answers = responses.setdefault(line.response, {})
        answer = answers.setdefault(
            line.question,
            SealedAnswer(
                id=line.answer,
                question=line.question,
                option=line.option,
                words_sealed=line.words_sealed,
            ),
        )
        if line.coding and line.dimension and line.stance:
            coded = KeptCoding(
                id=line.coding,
                dimension=Dimension(line.dimension),
                stance=CommentStance(line.stance),
            )
            answer.coded.append(coded)
    return responses


def _take(kept: dict[UUID, Row], row: Row | None) -> None:
    if row is not None:
        kept.setdefault(row.id, row)
