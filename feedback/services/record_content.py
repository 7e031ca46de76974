"""What does a signature under the record stand for?"""

import json
from collections.abc import Iterable, Sequence

from feedback.db.models import AccountRow, MeetingRow, SeatRow
from feedback.domain.attention import Attention
from feedback.services.minutes import KeptRecommendation, Point


def content_of(
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
