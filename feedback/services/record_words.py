"""Where are the words of the record sealed, and what do they say?"""

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.models import AgreedDraftRow, ConsideredRow, RecommendationRow
from feedback.db.vault import vault_of
from feedback.domain.grading import Grading, Judgement
from feedback.domain.moderation import Recommendation

NEVER_SAVED: Final = "0"


def recommendation_place(recommendation: UUID, review: UUID) -> Where:
    """Name the place at which a recommendation is sealed."""
    return Where(
        table="recommendation",
        column="words_sealed",
        row=recommendation,
        review=review,
    )


def as_recommendation(session: Session, row: RecommendationRow) -> Recommendation:
    """Make the value from a recommendation's row."""
    place = recommendation_place(row.id, row.review_id)
    return Recommendation(
        dimension=Judgement(row.dimension),
        words=vault_of(session).unseal(place, row.words_sealed),
        owner=row.owner,
        due_on=row.due_on,
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
