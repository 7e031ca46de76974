"""How many actions are there about what, and how do they stand?"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from feedback.db.models import ActionRow
from feedback.db.queries import action as queries
from feedback.db.queries.action import CountLine
from feedback.domain.action import ActionState, Tally
from feedback.domain.grading import Judgement


def action_counts(
    session: Session, chosen: Select[UUID], today: date
) -> Mapping[Judgement | None, Tally]:
    """Count the actions of the chosen reviews, in one statement.

    Args:
        session: Any session.
        chosen: A select of the reviews' identifiers.
        today: The day in London by which overdue is judged.

    Returns:
        What actions are about, in display order, with how they stand; None for
        those that come from areas of significant concern.
    """
    return as_tallies(queries.count_lines_of(session, chosen, today))


def action_count_at(session: Session, review: UUID, today: date) -> Tally:
    """Count the actions of one review, in one statement."""
    lines = queries.count_lines(session, ActionRow.review_id == review, today)
    return sum(as_tallies(lines).values(), start=Tally())


def as_tallies(lines: Iterable[CountLine]) -> Mapping[Judgement | None, Tally]:
    """Add counted lines up, in display order, concerns first."""
    found: dict[Judgement | None, Tally] = {}
    for line in lines:
        about = None if line.dimension is None else Judgement(line.dimension)
        found[about] = found.get(about, Tally()) + _tally(line)
    order: tuple[Judgement | None, ...] = (None, *Judgement)
    return {about: found[about] for about in order if about in found}


def _tally(line: CountLine) -> Tally:
    match ActionState(line.state):
        case ActionState.OPEN:
            late = line.number if line.is_overdue else 0
            return Tally(open=line.number, overdue=late)
        case ActionState.DONE:
            return Tally(done=line.number)
        case ActionState.CONFIRMED:
            return Tally(confirmed=line.number)
        case ActionState.DROPPED:
            return Tally(dropped=line.number)
