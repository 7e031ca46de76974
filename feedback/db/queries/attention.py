"""Which aspects of identity did the work pay attention to, over many reviews?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.db.models import AttentionRow
from feedback.domain.attention import ALL, Aspect


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionCounts:
    """In how many reviews the work paid attention to what.

    Attributes:
        said: How many reviews say anything at all.
        none: How many of these say: none of these.
        by_aspect: For every aspect, how many reviews name it.
    """

    said: int
    none: int
    by_aspect: Mapping[Aspect, int]


def attention_counts(session: Session, chosen: Select[UUID]) -> AttentionCounts:
    """Count over the chosen reviews, in one statement."""
    rows = session.execute(
        select(AttentionRow.aspects, func.count())
        .where(AttentionRow.review_id.in_(chosen))
        .group_by(AttentionRow.aspects)
    )
    said = none = 0
    found: Counter[Aspect] = Counter()
    for codes, number in rows:
        said += number
        aspects = aspects_in(codes)
        none += 0 if aspects else number
        for one in aspects:
            found[one] += number
    return AttentionCounts(
        said=said, none=none, by_aspect={one: found[one] for one in ALL}
    )


def aspects_in(codes: str) -> tuple[Aspect, ...]:
    """Read aspects as a row keeps them."""
    return tuple(Aspect(code) for code in codes.split(",") if code)
