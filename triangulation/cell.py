"""What is there to know about one group beside the grade of one dimension?

Source: the convergence coding of Farmer and others, Qualitative Health Research
16 (2006) 377-394: agreement, partial agreement, silence, dissonance.
"""

from dataclasses import dataclass
from typing import Final

from triangulation.evidence import Group, Labelled, LanguageRoute
from triangulation.scales import Interval
from triangulation.stance import Direction, Side, side

_MIDDLE: Final = Interval(2, 3)
_YES_OR_MORE: Final = Interval(3, 4)


class CellStatus(Labelled):
    """What one group says beside the grade of one dimension."""

    AGREEMENT = "agreement", "Agreement", "●"
    PARTIAL = "partial", "Partial", "◐"
    DISSONANCE = "dissonance", "Dissonance", "◇"
    SILENCE = "silence", "Silence", "○"
    NOT_ASKED = "not_asked", "Not asked", "\N{EN DASH}"
    UNGRADED = "ungraded", "Ungraded", "□"


class Silence(Labelled):
    """Why a group is silent, from who came furthest to who came least far."""

    COMMENT_ONLY = "comment_only", "Comment only"
    RATHER_NOT_SAY = "rather_not_say", "Rather not say"
    NOTHING_SCORED = "nothing_scored", "Nothing scored"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    NO_REPLY = "no_reply", "No reply"
    NOT_INVITED = "not_invited", "Not invited"


class CellNote(Labelled):
    """What a reader should know before leaning on a cell."""

    MIXED = "mixed", "mixed: not every answer lies on that side"
    SPLIT = "split", "split: answers lie two bands or more apart"
    CONTRARY = "contrary", "contrary: an answer lies on the other side of good"
    POSITIVE_BIAS = "positive_bias", "known positive bias of younger children"
    COARSE = "coarse", "coarse: cannot tell Good from Outstanding"
    COARSE_MIDDLE = "coarse_middle", "coarse: cannot tell which side of good"
    READING = "reading", "depends on how we read this answer"
    CONSTRAINED = "constrained", "may be constrained: a carer or worker helped"
    TRANSLATED = "translated", "translated"
    INTERPRETED = "interpreted", "interpreted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAnswer:
    """One answer as it was given, with its interval where it carries a stance."""

    person: str
    question: str
    value: str | int
    interval: Interval | None

    def as_json(self) -> dict[str, object]:
        """Return the answer in the shape of the output contract."""
        return {
            "person": self.person,
            "question": self.question,
            "value": self.value,
            "interval": self.interval and self.interval.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInvited:
    """Somebody who was not invited, and why."""

    person: str
    reason: str

    def as_json(self) -> dict[str, object]:
        """Return the person in the shape of the output contract."""
        return {"person": self.person, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One group held against the grade of one dimension.

    Attributes:
        interval: The group's stance, in bands 1 to 4; None without one.
        gap: Bands from the stance to the grade; above 0 where the reviewer is
            more favourable. None without a stance or without a grade.
        silence: Why nobody speaks, in silent cells only.
        invited: People of the group who were invited, whatever came of it.
        replied: People of the group who answered anything at all.
        coarse: A placed answer leaves more than one band open.
        split: Placed answers lie two bands or more apart.
        contrary: A single placed answer lies wholly on the other side of the
            good line from the grade.
        depends_on_reading: Another reading of the three faces would change the
            status.
        may_be_constrained: A carer or worker helped somebody who is heard here.
        language_route: The furthest route of those who are heard here.
        answers: Placed and unplaced ones, in the order of the evidence.
    """

    group: Group
    status: CellStatus
    interval: Interval | None
    side: Side | None
    gap: int | None
    direction: Direction | None
    silence: Silence | None
    invited: int
    replied: int
    not_invited: tuple[NotInvited, ...]
    coarse: bool
    split: bool
    contrary: bool
    depends_on_reading: bool
    may_be_constrained: bool
    language_route: LanguageRoute
    answers: tuple[PlacedAnswer, ...]
    strengths: int
    concerns: int

    @property
    def speaks(self) -> bool:
        """Tell whether the group has a stance here."""
        return self.interval is not None

    @property
    def notes(self) -> tuple[CellNote, ...]:
        """Return what to know before leaning on this cell, in fixed order."""
        placed = [each.interval for each in self.answers if each.interval]
        is_dissonant = self.status is CellStatus.DISSONANCE
        blurred_yes = _YES_OR_MORE in placed
        applies = {
            CellNote.MIXED: is_dissonant
            and any(side(each) is not self.side for each in placed),
            CellNote.SPLIT: self.split,
            CellNote.CONTRARY: self.contrary and not is_dissonant,
            CellNote.POSITIVE_BIAS: is_dissonant
            and self.side is Side.HIGH
            and blurred_yes,
            CellNote.COARSE: blurred_yes,
            CellNote.COARSE_MIDDLE: _MIDDLE in placed,
            CellNote.READING: self.depends_on_reading,
            CellNote.CONSTRAINED: self.may_be_constrained,
            CellNote.TRANSLATED: self.language_route is LanguageRoute.TRANSLATED,
            CellNote.INTERPRETED: self.language_route is LanguageRoute.INTERPRETED,
        }
        return tuple(note for note, is_so in applies.items() if is_so)

    def as_json(self) -> dict[str, object]:
        """Return the cell in the shape of the output contract."""
        return {
            "group": self.group,
            "status": self.status,
            "interval": self.interval and self.interval.as_json(),
            "side": self.side,
            "gap": self.gap,
            "direction": self.direction,
            "silence": self.silence,
            "invited": self.invited,
            "replied": self.replied,
            "not_invited": [each.as_json() for each in self.not_invited],
            "coarse": self.coarse,
            "split": self.split,
            "contrary": self.contrary,
            "depends_on_reading": self.depends_on_reading,
            "may_be_constrained": self.may_be_constrained,
            "language_route": self.language_route,
            "answers": [each.as_json() for each in self.answers],
            "comments": {"strength": self.strengths, "concern": self.concerns},
        }
