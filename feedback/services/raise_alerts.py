"""Which answers of a saved page give cause for an alert?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import questionnaires as bundled
from feedback.db.vault import KeyName, vault_of
from feedback.domain.alarm_words import WordList
from feedback.domain.alert import Trigger, triggers
from feedback.domain.answering import StoredAnswer
from feedback.domain.questionnaire import Questionnaire
from feedback.services import audit
from feedback.services.alert import NewAlert, fresh_key, raise_alert
from feedback.services.notice import StaffLinks

# Every language held, whatever the form's own: people write in the one they have.
ALARM_WORDS: Final = WordList.of(*bundled.alarm_words().values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody answered on one page, and whose answer it is."""

    review: UUID
    participant: UUID
    invitation: UUID
    response: UUID
    questionnaire: Questionnaire
    language: str
    answers: tuple[StoredAnswer, ...]


def raise_alerts(
    session: Session, said: Said, links: StaffLinks, *, now: datetime
) -> int:
    """Raise what the answers of one saved page give cause for; tell how many.

    One alert for one thing said: saving a page again raises nothing, saying
    something else, or the same after the first was closed, does.
    """
    raised = 0
    for trigger in triggers(said.questionnaire, said.answers, alarm_words=ALARM_WORDS):
        key = fresh_key(session, _key(session, said, trigger))
        if key is not None:
            raise_alert(
                session,
                _of(said, trigger, key),
                links,
                by=audit.RESPONDENT,
                now=now,
            )
            raised += 1
    return raised


def _key(session: Session, said: Said, trigger: Trigger) -> str:
    answer = _answer_to(said, trigger)
    what = answer.option
    if what is None:
        # Other words on the same page are another thing said.
        digest = vault_of(session).fingerprint(KeyName.SESSION, answer.words or "")
        what = digest.hex()[:24]
    return f"{said.invitation}|{trigger.question}|{trigger.kind}|{what}"


def _of(said: Said, trigger: Trigger, key: str) -> NewAlert:
    answer = _answer_to(said, trigger)
    return NewAlert(
        review=said.review,
        kind=trigger.kind,
        key=key,
        participant=said.participant,
        response=said.response,
        question=trigger.question,
        words=answer.words if answer.option is None else _label(said, answer),
    )


def _answer_to(said: Said, trigger: Trigger) -> StoredAnswer:
    return next(one for one in said.answers if one.question == trigger.question)


def _label(said: Said, answer: StoredAnswer) -> str | None:
    question = said.questionnaire.question(answer.question)
    if question is None:
        return answer.option
    labels = {one.id: one.label for one in question.choices(said.language)}
    return labels.get(answer.option or "")
