"""What did the reviews of a period recommend?"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.queries import report as queries
from feedback.db.vault import vault_of
from feedback.domain.moderation import Recommendation
from feedback.domain.report import Period
from feedback.services.count_reviews import within
from feedback.services.record_words import as_recommendation

MOST_RECOMMENDATIONS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A recommendation with the review that it comes from."""

    reference: str
    recommendation: Recommendation


def recommendations_of(session: Session, period: Period) -> tuple[Noted, ...]:
    """Read what was recommended, but for words that went with their review."""
    rows = queries.recommendation_rows(
        session, within(period), at_most=MOST_RECOMMENDATIONS
    )
    vault = vault_of(session)
    vault.open_review_keys({row.review_id for row, _ in rows})
    return tuple(
        Noted(reference=reference, recommendation=as_recommendation(session, row))
        for row, reference in rows
        if vault.opens(row.review_id)
    )
