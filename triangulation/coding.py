"""How is what one group said coded against a grade (T7, T9)?"""

from collections.abc import Iterable, Sequence
from typing import Final

from triangulation.cell import Cell, CellStatus, NotInvited, PlacedAnswer, Silence
from triangulation.evidence import (
    ASKED_BY_SOME_FORMS,
    Answer,
    CommentStance,
    Dimension,
    Group,
    HelpedBy,
    LanguageRoute,
    NonAnswer,
    Person,
    PersonStatus,
    may_speak,
)
from triangulation.scales import Interval, Reading, interval
from triangulation.stance import (
    direction,
    gap,
    grade_side,
    is_contrary,
    pooled,
    side,
)

_SPLIT_BANDS: Final = 2


def cell_status(
    stance: Interval, answers: Sequence[Interval], grade: int | None
) -> CellStatus:
    """Hold a group's stance and its single answers against a grade (T7)."""
    if grade is None:
        return CellStatus.UNGRADED
    if is_contrary(stance, grade):
        return CellStatus.DISSONANCE
    agrees = gap(grade, stance) == 0 and side(stance) is grade_side(grade)
    if agrees and not any(is_contrary(each, grade) for each in answers):
        return CellStatus.AGREEMENT
    return CellStatus.PARTIAL


def cell_of(
    group: Group, dimension: Dimension, people: Sequence[Person], grade: int | None
) -> Cell:
    """Hold one group against the grade of one dimension.

    Args:
        group: The group; `people` of other groups are left aside.
        dimension: The dimension; answers on others are left aside.
        people: Everybody at the review, in the order of the evidence.
        grade: The locked grade, 1 to 4, or None where there is none.
    """
    members = [person for person in people if person.group is group]
    heard = [person for person in members if _bands(person, dimension)]
    placed = [band for person in heard for band in _bands(person, dimension)]
    stance = _group_stance(heard, dimension)
    status = _status(group, dimension, members, grade)
    distance = None if stance is None or grade is None else gap(grade, stance)
    return Cell(
        group=group,
        status=status,
        interval=stance,
        side=None if stance is None else side(stance),
        gap=distance,
        direction=None if distance is None else direction(distance),
        silence=_silence(members, dimension) if status is CellStatus.SILENCE else None,
        invited=sum(each.status is not PersonStatus.NOT_INVITED for each in members),
        replied=sum(each.status is PersonStatus.ANSWERED for each in members),
        not_invited=tuple(
            NotInvited(person=each.key, reason=each.reason or "")
            for each in members
            if each.status is PersonStatus.NOT_INVITED
        ),
        coarse=any(band.is_coarse for band in placed),
        split=_is_split(placed),
        contrary=grade is not None and any(is_contrary(band, grade) for band in placed),
        depends_on_reading=status
        is not _status(group, dimension, members, grade, Reading.SHARP),
        may_be_constrained=any(
            each.helped_by in (HelpedBy.CARER, HelpedBy.WORKER) for each in heard
        ),
        language_route=_furthest_route(heard),
        answers=tuple(
            PlacedAnswer(
                person=person.key,
                question=answer.question,
                value=answer.value,
                interval=interval(answer),
            )
            for person in members
            for answer in _answers(person, dimension)
        ),
        strengths=_comments(members, dimension, CommentStance.STRENGTH),
        concerns=_comments(members, dimension, CommentStance.CONCERN),
    )


def _answers(person: Person, dimension: Dimension) -> list[Answer]:
    return [each for each in person.answers if each.dimension is dimension]


def _bands(
    person: Person, dimension: Dimension, reading: Reading = Reading.CAUTIOUS
) -> list[Interval]:
    read = (interval(each, reading=reading) for each in _answers(person, dimension))
    return [band for band in read if band is not None]


def _group_stance(
    people: Iterable[Person],
    dimension: Dimension,
    reading: Reading = Reading.CAUTIOUS,
) -> Interval | None:
    voices = (pooled(_bands(person, dimension, reading)) for person in people)
    return pooled([voice for voice in voices if voice is not None])


def _status(
    group: Group,
    dimension: Dimension,
    members: Sequence[Person],
    grade: int | None,
    reading: Reading = Reading.CAUTIOUS,
) -> CellStatus:
    if not _is_asked(group, dimension, members):
        return CellStatus.NOT_ASKED
    stance = _group_stance(members, dimension, reading)
    if stance is None:
        return CellStatus.SILENCE
    placed = [band for each in members for band in _bands(each, dimension, reading)]
    return cell_status(stance, placed, grade)


def _is_asked(group: Group, dimension: Dimension, members: Sequence[Person]) -> bool:
    if (group, dimension) in ASKED_BY_SOME_FORMS:
        return any(_answers(person, dimension) for person in members)
    return may_speak(group, dimension)


def _is_split(placed: Sequence[Interval]) -> bool:
    if not placed:
        return False
    highest = max(band.lo for band in placed)
    lowest = min(band.hi for band in placed)
    return highest - lowest >= _SPLIT_BANDS


def _furthest_route(heard: Iterable[Person]) -> LanguageRoute:
    routes = {person.language_route for person in heard}
    return next(
        (route for route in reversed(LanguageRoute) if route in routes),
        LanguageRoute.NONE,
    )


def _silence(members: Iterable[Person], dimension: Dimension) -> Silence:
    reasons = {_silence_of(person, dimension) for person in members}
    return next(
        (reason for reason in Silence if reason in reasons), Silence.NOT_INVITED
    )


def _silence_of(person: Person, dimension: Dimension) -> Silence:
    if person.status is PersonStatus.ANSWERED:
        return _silence_of_an_answer(person, dimension)
    # Whoever did not answer is silent for the very reason of their status.
    return Silence(person.status.value)


def _silence_of_an_answer(person: Person, dimension: Dimension) -> Silence:
    if any(comment.dimension is dimension for comment in person.comments):
        return Silence.COMMENT_ONLY
    values = {answer.value for answer in _answers(person, dimension)}
    if NonAnswer.RATHER_NOT_SAY in values:
        return Silence.RATHER_NOT_SAY
    return Silence.NOTHING_SCORED


def _comments(
    members: Iterable[Person], dimension: Dimension, stance: CommentStance
) -> int:
    return sum(
        comment.dimension is dimension and comment.stance is stance
        for person in members
        for comment in person.comments
    )
