"""Who may speak to what, and what did they say: the vocabulary of a review.

Everything here is a value that cannot exist in a wrong state. No name, contact
or free text has a place in it: people are opaque keys, comments are counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self

from triangulation.errors import EvidenceError, plain, shown


class Labelled(StrEnum):
    """A vocabulary whose every word also has a plain English label and a mark.

    The value is what files hold; the label is what a person reads; the mark is
    a shape that stands beside the label and never replaces it.
    """

    label: str
    mark: str

    def __new__(cls, value: str, label: str = "", mark: str = "") -> Self:
        """Make a member from its value, its label and its mark."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.mark = mark
        return member


class Dimension(Labelled):
    """What a review looks at; the codes are stable."""

    D1 = "D1", "Assessment"
    D2 = "D2", "Planning and review"
    D3 = "D3", "Direct work and child's voice"
    D4 = "D4", "Relationships and engagement"
    D5 = "D5", "Purposeful visits"
    D6 = "D6", "Management oversight and supervision"
    D7 = "D7", "Partner contribution"
    D8 = "D8", "Identity, diversity and anti-racist practice"
    D9 = "D9", "Impact and outcomes"

    @property
    # A text has a method of this name; "D3" titled would mislead a template.
    def title(self) -> str:  # type: ignore[override,explicit-override]
        """Return the dimension's name in words."""
        return self.label


class Group(Labelled):
    """A kind of source; each is one voice, and this is their display order."""

    CHILD = "child", "Child", "●"
    FAMILY = "family", "Family", "■"
    PARTNER = "partner", "Partner", "▲"
    PRACTITIONER = "practitioner", "Practitioner", "◆"
    MANAGER = "manager", "Manager", "⬟"


class PersonStatus(Labelled):
    """How far a person came."""

    ANSWERED = "answered", "Answered"
    NO_REPLY = "no_reply", "No reply"
    NOT_INVITED = "not_invited", "Not invited"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AgeBand(Labelled):
    """A child's or young person's age; no rule uses it."""

    FROM_5 = "5-8", "5 to 8"
    FROM_9 = "9-12", "9 to 12"
    FROM_13 = "13-17", "13 to 17"
    FROM_18 = "18-25", "18 to 25"


class HelpedBy(Labelled):
    """Who helped a person to answer."""

    NOBODY = "nobody", "Nobody"
    CARER = "carer", "A carer"
    TEACHER = "teacher", "A teacher"
    ADVOCATE = "advocate", "An advocate"
    WORKER = "worker", "Their worker"
    OTHER = "other", "Someone else"
    UNKNOWN = "unknown", "Not known"


class LanguageRoute(Labelled):
    """How words crossed languages, from the nearest to the furthest."""

    NONE = "none", "In English"
    TRANSLATED = "translated", "Translated"
    INTERPRETED = "interpreted", "Interpreted"


class Scale(Labelled):
    """A set of worded choices."""

    F3 = "F3", "Three faces"
    W4C = "W4C", "How often, four words"
    W4 = "W4", "How much, four words"
    S5 = "S5", "Five points"


class CommentStance(Labelled):
    """How a person coded a comment."""

    STRENGTH = "strength", "Strength"
    CONCERN = "concern", "Concern"


class NonAnswer(Labelled):
    """A choice that carries no stance, allowed on every scale."""

    DONT_KNOW = "dont_know", "Don't know"
    RATHER_NOT_SAY = "rather_not_say", "Rather not say"
    DOES_NOT_APPLY = "does_not_apply", "Doesn't apply"
    SKIPPED = "skipped", "Skipped"


GRADES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "Inadequate",
        2: "Requires improvement to be good",
        3: "Good",
        4: "Outstanding",
    }
)
"""Every grade with its name, from the lowest to the highest."""

CHOICES: Final[Mapping[Scale, tuple[str | int, ...]]] = MappingProxyType(
    {
        Scale.F3: ("yes", "a_bit", "no"),
        Scale.W4C: ("always", "mostly", "sometimes", "never"),
        Scale.W4: ("completely", "mostly", "a_little", "not_at_all"),
        Scale.S5: (1, 2, 3, 4, 5),
    }
)
"""The scored choices of each scale, in display order."""

_ALLOWED: Final[Mapping[Scale, tuple[str | int, ...]]] = MappingProxyType(
    {
        scale: (*choices, *(choice.value for choice in NonAnswer))
        for scale, choices in CHOICES.items()
    }
)

_EVERYBODY: Final = frozenset(Group)

SPEAKERS: Final[Mapping[Dimension, frozenset[Group]]] = MappingProxyType(
    {
        Dimension.D1: _EVERYBODY,
        Dimension.D2: _EVERYBODY,
        Dimension.D3: _EVERYBODY,
        Dimension.D4: _EVERYBODY - {Group.MANAGER},
        Dimension.D5: _EVERYBODY - {Group.PARTNER},
        Dimension.D6: frozenset({Group.PRACTITIONER, Group.MANAGER}),
        Dimension.D7: _EVERYBODY,
        Dimension.D8: _EVERYBODY,
        Dimension.D9: _EVERYBODY,
    }
)
"""The groups that may speak to each dimension."""

ASKED_BY_SOME_FORMS: Final = frozenset({(Group.CHILD, Dimension.D7)})
"""Pairs that count as asked only where an answer shows that the form asked."""

LIVED_EXPERIENCE: Final = frozenset({Group.CHILD, Group.FAMILY})
"""The groups whose life the work is about."""


def may_speak(group: Group, dimension: Dimension) -> bool:
    """Tell whether answers of this group on this dimension are accepted."""
    return group in SPEAKERS[dimension]


def allowed_values(scale: Scale) -> tuple[str | int, ...]:
    """Return every value that an answer on this scale may take, in order."""
    return _ALLOWED[scale]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to one question; `reverse` marks an item put the other way round.

    Raises:
        EvidenceError: If the value is not one of the scale's.
    """

    question: str
    dimension: Dimension
    scale: Scale
    value: str | int
    reverse: bool = False

    def __post_init__(self) -> None:
        allowed = allowed_values(self.scale)
        # True == 1 and 3.0 == 3 in Python, and neither is an answer.
        is_choice = type(self.value) is not bool and isinstance(self.value, str | int)
        if not is_choice or self.value not in allowed:
            raise not_allowed("value", self.value, self.scale, allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment, as a person coded it to a dimension."""

    dimension: Dimension
    stance: CommentStance


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a group, under an opaque key, with what they said.

    Raises:
        EvidenceError: If somebody who did not answer has answers or comments,
            if nothing says why somebody was not invited, if a question is
            answered twice, or if the group may not speak to a dimension.
    """

    key: str
    group: Group
    status: PersonStatus
    age_band: AgeBand | None = None
    helped_by: HelpedBy = HelpedBy.UNKNOWN
    language_route: LanguageRoute = LanguageRoute.NONE
    reason: str | None = None
    answers: tuple[Answer, ...] = ()
    comments: tuple[Comment, ...] = ()

    def __post_init__(self) -> None:
        if self.status is PersonStatus.NOT_INVITED and not (self.reason or "").strip():
            raise EvidenceError("reason", "is required for somebody not invited")
        if self.status is not PersonStatus.ANSWERED:
            self._refuse_words_without_a_reply()
        asked: set[str] = set()
        for n, answer in enumerate(self.answers):
            if answer.question in asked:
                fault = f"{shown(answer.question)} is answered twice by this person"
                raise EvidenceError(f"answers[{n}].question", fault)
            asked.add(answer.question)
            if not may_speak(self.group, answer.dimension):
                fault = f"a {self.group} may not speak to {answer.dimension}"
                raise EvidenceError(f"answers[{n}].dimension", fault)

    def _refuse_words_without_a_reply(self) -> None:
        for name, words in (("answers", self.answers), ("comments", self.comments)):
            if words:
                fault = f"only an answered person has {name}; status is {self.status}"
                raise EvidenceError(name, fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is held against each other for one review.

    Grades are 1 (Inadequate) to 4 (Outstanding); a dimension may instead be
    `not_graded` with the reason, or be absent from both.

    Raises:
        EvidenceError: If two people share a key, a grade is off the scale, a
            reason is blank, or a dimension is both graded and not graded.
    """

    people: tuple[Person, ...]
    grades: Mapping[Dimension, int] = field(default_factory=dict)
    not_graded: Mapping[Dimension, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dimension, grade in self.grades.items():
            if type(grade) is not int or grade not in GRADES:
                raise not_allowed(f"grades.{dimension}", grade, "a grade", GRADES)
        for dimension, reason in self.not_graded.items():
            path = f"not_graded.{dimension}"
            if dimension in self.grades:
                raise EvidenceError(path, f"{dimension} has a grade as well")
            if not reason.strip():
                raise EvidenceError(path, "must say why there is no grade")
        seen: set[str] = set()
        for n, person in enumerate(self.people):
            if person.key in seen:
                fault = f"{shown(person.key)} is the key of two people"
                raise EvidenceError(f"people[{n}].key", fault)
            seen.add(person.key)
        # A frozen value must not change through the caller's dictionary.
        object.__setattr__(self, "grades", MappingProxyType(dict(self.grades)))
        object.__setattr__(self, "not_graded", MappingProxyType(dict(self.not_graded)))


def not_allowed(
    path: str, value: object, taker: str, allowed: Iterable[object]
) -> EvidenceError:
    """Make the error for a value outside a closed list, which it spells out."""
    choices = ", ".join(str(choice) for choice in allowed)
    fault = f"{shown(value)} is not allowed; {plain(taker)} takes {choices}"
    return EvidenceError(path, fault)
