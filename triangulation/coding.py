"""How is what one group said coded against a grade (T7, T9)?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from triangulation.cell import Cell, CellStatus, NotInvited, PlacedAnswer, Silence
from triangulation.evidence import (
    ASKED_BY_SOME_FORMS,
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
    voices = [_voice(person, dimension) for person in people if person.group is group]
    members = [voice.person for voice in voices]
    heard = [voice.person for voice in voices if voice.bands]
    is_asked = _is_asked(group, dimension, voices)
    bands = [voice.bands for voice in voices]
    sharp = [voice.sharp_bands for voice in voices]
    placed = [band for each in bands for band in each]
    stance = _group_stance(bands)
    status = _status(stance, bands, grade) if is_asked else CellStatus.NOT_ASKED
    distance = None if stance is None or grade is None else gap(grade, stance)
    return Cell(
        group=group,
        status=status,
        interval=stance,
        side=None if stance is None else side(stance),
        gap=distance,
        direction=None if distance is None else direction(distance),
        silence=_silence(voices, dimension) if status is CellStatus.SILENCE else None,
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
        depends_on_reading=is_asked
        and sharp != bands
        and status is not _status(_group_stance(sharp), sharp, grade),
        may_be_constrained=any(
            each.helped_by in (HelpedBy.CARER, HelpedBy.WORKER) for each in heard
        ),
        language_route=_furthest_route(heard),
        answers=tuple(answer for voice in voices for answer in voice.answers),
        strengths=_comments(members, dimension, CommentStance.STRENGTH),
        concerns=_comments(members, dimension, CommentStance.CONCERN),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """One person of a group, and what they said about one dimension.

    Attributes:
        bands: The answers that carry a stance, read cautiously.
        sharp_bands: The same, with the three faces read sharply.
    """

    person: Person
    answers: tuple[PlacedAnswer, ...]
    bands: tuple[Interval, ...]
    sharp_bands: tuple[Interval, ...]


def _voice(person: Person, dimension: Dimension) -> _Voice:
    said = [each for each in person.answers if each.dimension is dimension]
    read = [interval(each) for each in said]
    sharp = (interval(each, reading=Reading.SHARP) for each in said)
    return _Voice(
        person=person,
        answers=tuple(
            PlacedAnswer(
                person=person.key,
                question=answer.question,
                value=answer.value,
                interval=band,
            )
            for answer, band in zip(said, read, strict=True)
        ),
        bands=tuple(band for band in read if band is not None),
        sharp_bands=tuple(band for band in sharp if band is not None),
    )


def _group_stance(bands: Iterable[Sequence[Interval]]) -> Interval | None:
    stances = map(pooled, bands)
    return pooled([stance for stance in stances if stance is not None])


def _status(
    stance: Interval | None, bands: Iterable[Iterable[Interval]], grade: int | None
) -> CellStatus:
    if stance is None:
        return CellStatus.SILENCE
    return cell_status(stance, [band for each in bands for band in each], grade)


def _is_asked(group: Group, dimension: Dimension, voices: Iterable[_Voice]) -> bool:
    if (group, dimension) in ASKED_BY_SOME_FORMS:
        return any(voice.answers for voice in voices)
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


def _silence(voices: Iterable[_Voice], dimension: Dimension) -> Silence:
    reasons = {_silence_of(voice, dimension) for voice in voices}
    return next(
        (reason for reason in Silence if reason in reasons), Silence.NOT_INVITED
    )


def _silence_of(voice: _Voice, dimension: Dimension) -> Silence:
    if voice.person.status is PersonStatus.ANSWERED:
        return _silence_of_an_answer(voice, dimension)
    # Whoever did not answer is silent for the very reason of their status.
    return Silence(voice.person.status.value)


def _silence_of_an_answer(voice: _Voice, dimension: Dimension) -> Silence:
    if any(comment.dimension is dimension for comment in voice.person.comments):
        return Silence.COMMENT_ONLY
    if any(answer.value == NonAnswer.RATHER_NOT_SAY for answer in voice.answers):
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
