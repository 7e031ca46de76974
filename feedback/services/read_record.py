"""What stands in the moderation record of a review, signed or not yet?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.models import (
    AccountRow,
    AgreedDraftRow,
    ConsideredRow,
    MeetingRow,
    SeatRow,
)
from feedback.db.queries import moderation as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import AccountId
from feedback.domain.attention import Attention
from feedback.domain.grading import GradeLayer, Grading, Judgement
from feedback.domain.moderation import (
    AgreementFault,
    ModerationError,
    Recommendation,
    Seat,
    faults_before_agreement,
)
from feedback.domain.review import ReviewState
from feedback.services import attend, audit
from feedback.services.comment import first_comment
from feedback.services.minutes import (
    Heard,
    KeptRecommendation,
    Point,
    Record,
    SeatView,
    Voice,
)
from feedback.services.read_grades import GivenGrade, Grades, grades_of
from feedback.services.triangulate import current_synthesis
from triangulation import CellStatus, DimensionFinding, DimensionStatus

NEVER_SAVED: Final = "0"


BEFORE_COMMENT: Final = frozenset(
    {ReviewState.COMMISSIONED, ReviewState.INVITED, ReviewState.LOCKED}
)
SINCE_MEETING: Final = frozenset({ReviewState.MODERATING, ReviewState.AGREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far moderation came."""

    has_comment: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """What the meeting reached on one judgement so far."""

    agreed: Grading | None = None
    reason: str | None = None
    considered: str | None = None
    version: str = NEVER_SAVED


def record_of(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> Record:
    """Read the record, people's words and all; the reading is noted.

    Raises:
        ModerationError: If no meeting was opened yet.
    """
    found = read_record(session, review)
    deed = audit.Deed(action="moderation_record_read", review=review)
    audit.record(session, deed, by=by, now=now)
    return found


def stage_of(session: Session, review: UUID) -> Stage:
    """Tell how far moderation came, without a word of what was said."""
    state = ReviewState(queries.review(session, review).state)
    return Stage(
        has_comment=state not in BEFORE_COMMENT, is_open=state in SINCE_MEETING
    )


def read_record(session: Session, review: UUID) -> Record:
    """Read the record without a note, for a deed that leaves its own.

    Raises:
        ModerationError: If no meeting was opened yet.
    """
    row = queries.review(session, review)
    meeting = queries.meeting(session, review)
    if meeting is None:
        raise ModerationError("The moderation meeting was not opened yet")
    is_signed = meeting.signed_at is not None
    points = _points(session, review, is_signed=is_signed)
    faults = () if is_signed else _faults(points)
    recommendations = _recommendations(session, review)
    seats = sorted(queries.seats(session, meeting.id), key=_in_order)
    attention = attend.attention_of(session, review)
    digest = meeting.record_digest or vault_of(session).fingerprint(
        KeyName.AUDIT,
        _content(row.reference, meeting, seats, points, recommendations, attention),
    )
    return Record(
        reference=row.reference,
        state=ReviewState(row.state),
        held_on=meeting.held_on,
        signed_at=meeting.signed_at,
        comment=first_comment(session, review),
        seats=tuple(_as_seat(seat, account, digest) for seat, account in seats),
        points=tuple(sorted(points, key=lambda point: point.rank)),
        recommendations=recommendations,
        faults=faults,
        digest=digest.hex(),
        withdrawn=queries.contributions_withdrawn(session, review),
        attention=attention,
    )


def recommendation_place(recommendation: UUID, review: UUID) -> Where:
    """Name the place at which a recommendation is sealed."""
    return Where(
        table="recommendation",
        column="words_sealed",
        row=recommendation,
        review=review,
    )


def considered_place(row: UUID, review: UUID) -> Where:
    """Name the place at which "considered" is sealed."""
    return Where(table="considered", column="words_sealed", row=row, review=review)


def draft_place(column: str, row: UUID, review: UUID) -> Where:
    """Name the place at which words beside a grade not yet signed are sealed."""
    return Where(table="agreed_draft", column=column, row=row, review=review)


def version_of(draft: AgreedDraftRow | None, considered: ConsideredRow | None) -> str:
    """Name a state of one judgement's line; any save makes another."""
    stamps = [one.at.isoformat() for one in (draft, considered) if one is not None]
    return "|".join(stamps) or NEVER_SAVED


def as_grading(session: Session, row: AgreedDraftRow) -> Grading:
    """Make the value from what the meeting saved."""
    place = draft_place("not_graded_reason_sealed", row.id, row.review_id)
    return Grading(
        judgement=Judgement(row.judgement),
        grade=row.grade,
        not_graded_reason=vault_of(session).unseal_if_any(
            place, row.not_graded_reason_sealed
        ),
    )


def reason_of(session: Session, row: AgreedDraftRow) -> str | None:
    """Open why a grade moved, where the meeting said so."""
    place = draft_place("reason_sealed", row.id, row.review_id)
    return vault_of(session).unseal_if_any(place, row.reason_sealed)


def words_of(session: Session, row: ConsideredRow) -> str:
    """Open what the meeting made of a dissonance."""
    place = considered_place(row.id, row.review_id)
    return vault_of(session).unseal(place, row.words_sealed)


def _points(session: Session, review: UUID, *, is_signed: bool) -> tuple[Point, ...]:
    grades = grades_of(session, review)
    considered = {
        Judgement(row.dimension): row for row in queries.considered(session, review)
    }
    if is_signed:
        heard = _heard_then(session, review)
        reached = _agreed(session, grades, considered)
    else:
        heard = _heard_now(session, review)
        reached = _drafted(session, review, considered)
    proposed = grades.in_layer(GradeLayer.PROPOSED)
    return tuple(
        _point(
            grades,
            proposed.get(one),
            heard.get(one),
            reached.get(one, _Reached()),
            first=given,
        )
        for one, given in grades.in_layer(GradeLayer.INITIAL).items()
    )


def _point(
    grades: Grades,
    proposed: GivenGrade | None,
    heard: Heard | None,
    reached: _Reached,
    *,
    first: GivenGrade,
) -> Point:
    one = first.grading.judgement
    standing = grades.reviewers[one]
    return Point(
        judgement=one,
        heard=heard,
        first=first.grading,
        standing=standing.grading,
        standing_reason=standing.reason,
        proposed=None if proposed is None else proposed.grading,
        proposed_reason=None if proposed is None else proposed.reason,
        agreed=reached.agreed,
        reason=reached.reason,
        considered=reached.considered,
        version=reached.version,
    )


def _drafted(
    session: Session, review: UUID, considered: Mapping[Judgement, ConsideredRow]
) -> dict[Judgement, _Reached]:
    drafts = {Judgement(row.judgement): row for row in queries.drafts(session, review)}
    return {
        one: _Reached(
            agreed=None if draft is None else as_grading(session, draft),
            reason=None if draft is None else reason_of(session, draft),
            considered=None if words is None else words_of(session, words),
            version=version_of(draft, words),
        )
        for one in Judgement
        for draft, words in [(drafts.get(one), considered.get(one))]
    }


def _agreed(
    session: Session, grades: Grades, considered: Mapping[Judgement, ConsideredRow]
) -> dict[Judgement, _Reached]:
    return {
        one: _Reached(
            agreed=given.grading,
            reason=given.reason,
            considered=words_of(session, considered[one])
            if one in considered
            else None,
        )
        for one, given in grades.in_layer(GradeLayer.AGREED).items()
    }


def _heard_now(session: Session, review: UUID) -> dict[Judgement, Heard]:
    return {
        Judgement(finding.dimension.value): _as_heard(finding)
        for finding in current_synthesis(session, review).findings
    }


def _heard_then(session: Session, review: UUID) -> dict[Judgement, Heard]:
    return {
        Judgement(row.dimension): Heard(status=DimensionStatus(row.status))
        for row in queries.findings(session, review)
    }


def _as_heard(finding: DimensionFinding) -> Heard:
    return Heard(
        status=finding.status,
        voices=tuple(
            Voice(
                group=cell.group.value,
                label=cell.group.label,
                sentence=_disagreement(
                    cell.interval.words if cell.interval else "",
                    cell.direction.label if cell.direction else "",
                    cell.gap or 0,
                ),
            )
            for cell in finding.cells
            if cell.status is CellStatus.DISSONANCE
        ),
        speaking=finding.speaking_sources,
        sources_differ=finding.sources_differ,
        cells=finding.cells,
    )


def _disagreement(stance: str, direction: str, gap: int) -> str:
    bands = "one band" if abs(gap) == 1 else f"{abs(gap)} bands"
    return f"{stance}; {direction[:1].lower()}{direction[1:]} by {bands}"


def _recommendations(session: Session, review: UUID) -> tuple[KeptRecommendation, ...]:
    vault = vault_of(session)
    return tuple(
        KeptRecommendation(
            id=row.id,
            recommendation=Recommendation(
                dimension=Judgement(row.dimension),
                words=vault.unseal(
                    recommendation_place(row.id, review), row.words_sealed
                ),
                owner=row.owner,
                due_on=row.due_on,
            ),
        )
        for row in queries.recommendations(session, review)
    )


def _faults(points: Iterable[Point]) -> tuple[AgreementFault, ...]:
    lines = {point.judgement: point for point in points}
    return faults_before_agreement(
        agreed={
            one: point.agreed
            for one, point in lines.items()
            if point.agreed is not None
        },
        reasons={one: point.reason for one, point in lines.items() if point.reason},
        before={one: point.standing for one, point in lines.items()},
        dissonant={one for one, point in lines.items() if point.is_dissonant},
        considered={one for one, point in lines.items() if point.considered},
    )


def _in_order(line: tuple[SeatRow, AccountRow]) -> int:
    return tuple(Seat).index(Seat(line[0].seat))


def _as_seat(seat: SeatRow, account: AccountRow, digest: bytes) -> SeatView:
    return SeatView(
        seat=Seat(seat.seat),
        account=AccountId(account.id),
        name=account.name,
        job_title=account.job_title,
        deputy_reason=seat.deputy_reason,
        signed_at=seat.signed_at,
        stands=seat.signed_digest == digest,
    )


def _content(
    reference: str,
    meeting: MeetingRow,
    seats: Iterable[tuple[SeatRow, AccountRow]],
    points: Iterable[Point],
    recommendations: Sequence[KeptRecommendation],
    attention: Attention | None,
) -> str:
    """Write down everything that a signature stands for, always the same way."""
    said = [kept.recommendation for kept in recommendations]
    content: dict[str, object] = {
        "review": reference,
        "held_on": str(meeting.held_on),
        "seats": [
            [seat.seat, str(seat.account_id), seat.deputy_reason] for seat, _ in seats
        ],
        "judgements": [_line(point) for point in points],
        "recommendations": [
            [one.dimension, one.words, one.owner, str(one.due_on)] for one in said
        ],
    }
    if attention is not None:
        content["attention"] = [list(attention.paid), list(attention.not_paid)]
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _line(point: Point) -> list[object]:
    given = (point.first, point.standing, point.proposed, point.agreed)
    heard = point.heard
    return [
        point.judgement,
        None if heard is None else heard.status,
        [] if heard is None else [[one.group, one.sentence] for one in heard.voices],
        [None if one is None else [one.grade, one.not_graded_reason] for one in given],
        point.reason,
        point.considered,
    ]
