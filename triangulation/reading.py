"""Does this object hold evidence, and if not, where is its first fault?"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, TypeVar

from triangulation.errors import EvidenceError, at, shown
from triangulation.evidence import (
    GRADES,
    AgeBand,
    Answer,
    Comment,
    CommentStance,
    Dimension,
    Evidence,
    Group,
    HelpedBy,
    Labelled,
    LanguageRoute,
    Person,
    PersonStatus,
    Scale,
    allowed_values,
    not_allowed,
)
from triangulation.jsontext import members

_Word = TypeVar("_Word", bound=Labelled)
_Object = Mapping[str, object]

_EVIDENCE_DEFAULTS: Final[_Object] = {"grades": {}, "not_graded": {}}
_PERSON_DEFAULTS: Final[_Object] = {
    "age_band": None,
    "helped_by": HelpedBy.UNKNOWN.value,
    "language_route": LanguageRoute.NONE.value,
    "reason": None,
    "answers": (),
    "comments": (),
}
_ANSWER_DEFAULTS: Final[_Object] = {"reverse": False}


def read_evidence(raw: object) -> Evidence:
    """Read evidence from parsed JSON, strictly.

    Args:
        raw: An object with `people` and, optionally, `grades` and `not_graded`.
            A person has `key`, `group` and `status`, and may have `age_band`,
            `helped_by`, `language_route`, `reason`, `answers` and `comments`.

    Raises:
        EvidenceError: At the first fault; its `path` says where it stands.
    """
    given = _filled(raw, ("people",), _EVIDENCE_DEFAULTS)
    return Evidence(
        grades={
            Dimension(code): _grade(grade, f"grades.{code}")
            for code, grade in _by_dimension(given, "grades").items()
        },
        not_graded={
            Dimension(code): _text({path: reason}, path)
            for code, reason in _by_dimension(given, "not_graded").items()
            for path in [f"not_graded.{code}"]
        },
        people=tuple(
            _person(person, f"people[{n}]")
            for n, person in enumerate(_list(given, "people"))
        ),
    )


def _person(raw: object, path: str) -> Person:
    with at(path):
        given = _filled(raw, ("key", "group", "status"), _PERSON_DEFAULTS)
        return Person(
            key=_text(given, "key"),
            group=_word(Group, given, "group"),
            status=_word(PersonStatus, given, "status"),
            age_band=None
            if given["age_band"] is None
            else _word(AgeBand, given, "age_band"),
            helped_by=_word(HelpedBy, given, "helped_by"),
            language_route=_word(LanguageRoute, given, "language_route"),
            reason=None if given["reason"] is None else _text(given, "reason"),
            answers=tuple(
                _answer(answer, f"answers[{n}]")
                for n, answer in enumerate(_list(given, "answers"))
            ),
            comments=tuple(
                _comment(comment, f"comments[{n}]")
                for n, comment in enumerate(_list(given, "comments"))
            ),
        )


def _answer(raw: object, path: str) -> Answer:
    with at(path):
        given = _filled(
            raw, ("question", "dimension", "scale", "value"), _ANSWER_DEFAULTS
        )
        scale = _word(Scale, given, "scale")
        return Answer(
            question=_text(given, "question"),
            dimension=_word(Dimension, given, "dimension"),
            scale=scale,
            value=_choice(given, scale),
            reverse=_flag(given, "reverse"),
        )


def _comment(raw: object, path: str) -> Comment:
    with at(path):
        given = _filled(raw, ("dimension", "stance"), {})
        return Comment(
            dimension=_word(Dimension, given, "dimension"),
            stance=_word(CommentStance, given, "stance"),
        )


def _filled(raw: object, required: Sequence[str], defaults: _Object) -> _Object:
    given = members(
        raw, required=required, optional=tuple(defaults), error=EvidenceError
    )
    return {**defaults, **given}


def _by_dimension(given: _Object, key: str) -> _Object:
    with at(key):
        codes = [dimension.value for dimension in Dimension]
        return members(given[key], required=(), optional=codes, error=EvidenceError)


def _grade(value: object, path: str) -> int:
    if type(value) is not int or value not in GRADES:
        raise not_allowed(path, value, "a grade", GRADES)
    return value


def _choice(given: _Object, scale: Scale) -> str | int:
    value = given["value"]
    if isinstance(value, str | int):
        return value  # the answer itself knows which of them its scale takes
    raise not_allowed("value", value, scale, allowed_values(scale))


def _word(vocabulary: type[_Word], given: _Object, key: str) -> _Word:
    value = given[key]
    words = _words(vocabulary)
    if not isinstance(value, str) or value not in words:
        raise not_allowed(key, value, key, words)
    return vocabulary(value)


@cache
def _words(vocabulary: type[Labelled]) -> tuple[str, ...]:
    return tuple(word.value for word in vocabulary)


def _text(given: _Object, key: str) -> str:
    value = given[key]
    if not isinstance(value, str):
        raise EvidenceError(key, f"must be a text, not {shown(value)}")
    return value


def _flag(given: _Object, key: str) -> bool:
    value = given[key]
    if not isinstance(value, bool):
        raise EvidenceError(key, f"must be true or false, not {shown(value)}")
    return value


def _list(given: _Object, key: str) -> Sequence[object]:
    value = given[key]
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise EvidenceError(key, f"must be a list, not {shown(value)}")
    return value
