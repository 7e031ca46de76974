"""What was said at a review, as evidence that knows nobody's name?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ResponseRow
from feedback.db.queries import synthesis as queries
from feedback.db.vault import vault_of
from feedback.domain.answering import StoredAnswer, scored
from feedback.domain.errors import FeedbackError
from feedback.domain.question import Question, QuestionKind
from feedback.domain.questionnaire import HOME_LANGUAGE, Questionnaire
from feedback.domain.review import FeedbackSeen, ReviewState
from feedback.domain.voice import how_far
from feedback.services.publish import forms_of_digests
from feedback.services.raise_concern import Concern, as_concern
from feedback.services.read_grades import Grades, as_grades
from feedback.services.record_people import person_place
from feedback.services.resume import words_place
from feedback.services.sort_voices import (
    KeptCoding,
    SealedAnswer,
    Voice,
    by_person,
    by_response,
)
from triangulation import Dimension, Group, LanguageRoute, may_speak


class NotLockedError(FeedbackError):
    """Answers stay shut until the grades are locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a person wrote, in the language they wrote it in.

    Attributes:
        person: Their opaque key.
        route: How their answers crossed languages.
    """

    person: str
    answer: UUID
    group: Group
    question: str
    text: str
    language: str
    route: LanguageRoute
    helped_by: str
    coded: tuple[KeptCoding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a view of a review is made from.

    Attributes:
        evidence: In the shape that the triangulation reads: opaque keys only.
        participants: Who each key stands for, to put people in an order by.
        asked: Each question as a person met it, by their key and its code.
    """

    reference: str
    feedback_seen: FeedbackSeen
    state: ReviewState
    evidence: Mapping[str, object]
    participants: Mapping[str, UUID]
    asked: Mapping[tuple[str, str], Question]
    written: tuple[Written, ...]
    grades: Grades
    concerns: tuple[Concern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A person's answers that count, and the form they were given on."""

    group: Group
    response: ResponseRow
    route: LanguageRoute
    form: Questionnaire
    answers: Mapping[str, SealedAnswer]


def gather(session: Session, review: UUID) -> Gathered:
    """Read everything said at a review, in few statements, and open what is sealed.

    Raises:
        NotLockedError: If the reviewer has not locked the grades.
    """
    found, lines = queries.people(session, review)
    if not ReviewState(found.state).is_locked:
        raise NotLockedError(found.reference)
    if found.key is not None and found.wrapped is not None:
        vault_of(session).know(review, found.key, found.wrapped)
    forms = forms_of_digests(session, {one.form for one in lines if one.form})
    said = by_response(queries.said(session, review))
    graded, noted = queries.grades_and_concerns(session, review)
    grades = as_grades(session, graded)
    people: list[Mapping[str, object]] = []
    participants: dict[str, UUID] = {}
    asked: dict[tuple[str, str], Question] = {}
    written: list[Written] = []
    for number, voice in enumerate(by_person(lines), start=1):
        heard = _heard(voice, forms, said)
        key = f"p{number}"
        participants[key] = voice.participant.id
        people.append({"key": key, **_person(session, voice, heard)})
        if heard is not None:
            asked.update({(key, one.code): one for one in heard.form.asked})
            written.extend(_written(session, key, heard))
    return Gathered(
        reference=found.reference,
        feedback_seen=FeedbackSeen(found.feedback_seen or FeedbackSeen.CONVERSATIONS),
        state=ReviewState(found.state),
        evidence={**_graded(grades), "people": people},
        participants=participants,
        asked=asked,
        written=tuple(written),
        grades=grades,
        concerns=tuple(as_concern(session, one) for one in noted),
    )


def _heard(
    voice: Voice,
    forms: Mapping[str, Questionnaire],
    said: Mapping[UUID, Mapping[str, SealedAnswer]],
) -> _Heard | None:
    response = voice.submitted
    if response is None:
        return None
    form = forms[voice.forms[response.id]]
    answers = said.get(response.id, {})
    blocks = {
        one.block
        for one in form.questions
        if one.block is not None and one.code in answers
    }
    return _Heard(
        group=Group(voice.participant.group),
        response=response,
        route=_route(voice.participant.language_route, response.language),
        form=form.with_blocks(blocks),
        answers=answers,
    )


def _person(session: Session, voice: Voice, heard: _Heard | None) -> dict[str, object]:
    row = voice.participant
    place = person_place(row, "not_invited_reason_sealed")
    reason = vault_of(session).unseal_if_any(place, row.not_invited_reason_sealed)
    came = how_far(voice.trace(reason))
    person: dict[str, object] = {
        "group": row.group,
        "age_band": row.age_band,
        "status": came.status.value,
        "reason": came.reason,
    }
    if heard is not None:
        person["helped_by"] = heard.response.helped_by
        person["language_route"] = heard.route.value
        person["answers"] = _answers(heard)
        person["comments"] = [
            {"dimension": one.dimension.value, "stance": one.stance.value}
            for question in heard.form.asked
            if question.code in heard.answers
            for one in heard.answers[question.code].coded
        ]
    return person


def _route(given: str, language: str) -> LanguageRoute:
    if given == LanguageRoute.NONE and language != HOME_LANGUAGE:
        return LanguageRoute.TRANSLATED
    return LanguageRoute(given)


def _answers(heard: _Heard) -> list[dict[str, object]]:
    stored = [
        StoredAnswer(question=one.question, option=one.option)
        for one in heard.answers.values()
        if one.option is not None
    ]
    return [
        {
            "question": one.question,
            "dimension": one.dimension,
            "scale": one.scale,
            "value": one.value,
            "reverse": one.reverse,
        }
        for one in scored(heard.form, stored)
        # A form chosen for somebody of another group may ask beyond their part.
        if may_speak(heard.group, Dimension(one.dimension))
    ]


def _written(session: Session, person: str, heard: _Heard) -> Iterable[Written]:
    for question in heard.form.asked:
        answer = heard.answers.get(question.code)
        if question.kind is not QuestionKind.WORDS or answer is None:
            continue
        text = vault_of(session).unseal_if_any(
            words_place(answer.id, heard.response.review_id), answer.words_sealed
        )
        if text is not None and text.strip():
            yield Written(
                person=person,
                answer=answer.id,
                group=heard.group,
                question=question.wording(HOME_LANGUAGE),
                text=text,
                language=heard.response.language,
                route=heard.route,
                helped_by=heard.response.helped_by,
                coded=tuple(answer.coded),
            )


def _graded(grades: Grades) -> dict[str, object]:
    standing = {
        judgement.value: one.grading
        for judgement, one in grades.reviewers.items()
        if not judgement.is_headline
    }
    return {
        "grades": {
            code: grading.grade
            for code, grading in standing.items()
            if grading.grade is not None
        },
        "not_graded": {
            code: grading.not_graded_reason
            for code, grading in standing.items()
            if grading.grade is None
        },
    }
