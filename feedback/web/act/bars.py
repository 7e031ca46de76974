"""How long is each piece of the bar that shows where actions stand?"""

from dataclasses import dataclass

from feedback.domain.action import Tally

WHOLE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a bar.

    Args:
        kind: Which actions it stands for, as the bar's pattern is called.
        number: How many.
        start: Where it begins, in hundredths of the page's width.
        width: How long it is, in the same.
    """

    kind: str
    number: int
    start: float
    width: float


def bar(tally: Tally, longest: int) -> tuple[Piece, ...]:
    """Lay the pieces of a bar one after the other, what is complete first.

    Args:
        tally: How many actions stand where.
        longest: How many actions the longest bar of the page shows.
    """
    numbers = (
        ("confirmed", tally.confirmed),
        ("done", tally.done),
        ("in_time", tally.in_time),
        ("overdue", tally.overdue),
        ("dropped", tally.dropped),
    )
    pieces, before = [], 0
    for kind, number in numbers:
        if number:
            piece = Piece(
                kind=kind,
                number=number,
                start=round(WHOLE * before / longest, 2),
                width=round(WHOLE * number / longest, 2),
            )
            pieces.append(piece)
            before += number
    return tuple(pieces)
