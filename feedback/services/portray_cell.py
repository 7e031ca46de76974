"""How does one voice on one dimension read?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from feedback.domain.question import Question
from feedback.domain.questionnaire import HOME_LANGUAGE
from feedback.services.portrait import AnswerView, CellView
from triangulation import Cell, Interval, NonAnswer, PlacedAnswer, Silence

SILENCES: Final[Mapping[Silence, str]] = {
    Silence.COMMENT_ONLY: "wrote something, but chose no answer that can be placed",
    Silence.RATHER_NOT_SAY: "would rather not say",
    Silence.NOTHING_SCORED: "answered the form, but not this",
    Silence.WITHDRAWN: "took their answers out",
    Silence.DECLINED: "said no to taking part",
    Silence.NO_REPLY: "invited, no reply",
    Silence.NOT_INVITED: "not invited",
}

NOT_ANSWERS: Final[Mapping[str, str]] = {
    NonAnswer.DONT_KNOW: "don't know",
    NonAnswer.RATHER_NOT_SAY: "rather not say",
    NonAnswer.DOES_NOT_APPLY: "doesn't apply",
    NonAnswer.SKIPPED: "skipped",
}

REVERSED: Final = "asked the other way round"
ABOUT_SELF: Final = "about their own part"

Asked = Mapping[tuple[str, str], Question]


def cell_view(cell: Cell, asked: Asked) -> CellView:
    """Put one cell into words."""
    views = tuple(_answer(one, asked) for one in cell.answers)
    return CellView(
        group=cell.group.value,
        group_label=cell.group.label,
        status=cell.status.value,
        interval=_ends(cell.interval),
        stance="" if cell.interval is None else cell.interval.words,
        direction=difference(cell),
        answers=views,
        dots=_placed(view for view in views if view.interval),
        unplaced=tuple(Counter(v.words for v in views if not v.interval).items()),
        notes=tuple(note.label for note in cell.notes),
        silence=None if cell.silence is None else silence(cell.silence, cell),
        invited=cell.invited,
        replied=cell.replied,
        not_invited=tuple(one.reason for one in cell.not_invited),
        strengths=cell.strengths,
        concerns=cell.concerns,
    )


def difference(cell: Cell) -> str:
    """Say which way the reviewer differs and by how many bands; "" where level."""
    if not cell.gap or cell.direction is None:
        return ""
    return f"{cell.direction.label.lower()}, {signed(cell.gap)}"


def signed(gap: int) -> str:
    """Write a gap with its sign, as print does: +2, \N{MINUS SIGN}1."""
    return f"{gap:+d}".replace("-", "\N{MINUS SIGN}")


def silence(reason: Silence, cell: Cell) -> str:
    """Say why a group is silent, with the reasons that were given."""
    if reason is not Silence.NOT_INVITED:
        return SILENCES[reason]
    reasons = dict.fromkeys(one.reason for one in cell.not_invited)
    if not reasons:
        return "nobody of this group takes part"
    return f"{SILENCES[reason]}: {'; '.join(reasons)}"


def _answer(placed: PlacedAnswer, asked: Asked) -> AnswerView:
    question = asked[placed.person, placed.question]
    return AnswerView(
        question=question.wording(HOME_LANGUAGE),
        words=_words(str(placed.value), question),
        interval=_ends(placed.interval),
        note=", ".join(
            note
            for note, applies in (
                (REVERSED, question.reverse),
                (ABOUT_SELF, question.about_self),
            )
            if applies
        ),
    )


def _words(value: str, question: Question) -> str:
    if value in NOT_ANSWERS:
        return NOT_ANSWERS[value]
    return question.label(value, HOME_LANGUAGE).lower()


def _ends(interval: Interval | None) -> tuple[int, int] | None:
    return None if interval is None else (interval.lo, interval.hi)


def _placed(views: Iterable[AnswerView]) -> tuple[tuple[str, int], ...]:
    """Count the choices that carry a stance, the most favourable first.

    The same words may stand for two ends: to a question put the other way round, "not
    at all" is the best that can be said. Of equals the one without a note comes first.
    """
    ordered = sorted(views, key=_favourable)
    counted = Counter((view.told, view.interval) for view in ordered)
    return tuple((told, number) for (told, _), number in counted.items())


def _favourable(view: AnswerView) -> tuple[int, int, str]:
    lo, hi = view.interval or (0, 0)
    return -hi, -lo, view.note
