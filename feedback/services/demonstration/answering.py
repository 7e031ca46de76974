"""How does somebody in a story answer? Page by page, by their own link."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import select

from feedback.db.models import AlertRow
from feedback.db.queries import invitation as invitations
from feedback.domain.alert import Told
from feedback.domain.answering import read_page
from feedback.domain.question import Question, QuestionKind
from feedback.domain.questionnaire import Page
from feedback.services import (
    enter,
    link,
    open_here,
    respond,
    resume,
    settle_alert,
    submit,
    withdraw,
)
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import ToldAlert, ToldPerson
from feedback.services.resume import Run
from feedback.services.submit import Sending

# How long somebody sits over one page.
PAGE: Final = timedelta(seconds=25)
NOTHING: Final = Sending(key="", body="")
DUTY: Final = "duty"
# What a calm day brings, where the story says nothing else.
USUAL: Final = {
    QuestionKind.SAFE_NOW: "yes",
    QuestionKind.CONTACT: "not_now",
    QuestionKind.HELPED_BY: "nobody",
}


class StoryError(Exception):
    """A story that tells what cannot happen."""


def answering(reference: str, person: ToldPerson, almanac: Almanac) -> Iterator[Scene]:
    """Tell what somebody does with the form that they are asked."""
    key = (reference, person["key"])
    if "opened" in person:
        yield Scene(at=almanac.at(person["opened"]), act=partial(_open, key))
    if "started" in person:
        act = partial(_answer, key, person, is_sent=False)
        yield Scene(at=almanac.at(person["started"]), act=act)
    if "answered" in person:
        act = partial(_answer, key, person, is_sent=True)
        yield Scene(at=almanac.at(person["answered"]), act=act)
    if "declined" in person:
        yield Scene(
            at=almanac.at(person["declined"]), act=partial(_decline, key, person)
        )
    if "withdrew" in person:
        yield Scene(at=almanac.at(person["withdrew"]), act=partial(_withdraw, key))
    if "alert" in person:
        told = person["alert"]
        yield Scene(at=almanac.at(told["taken"]), act=partial(_take_on, key))
        yield Scene(at=almanac.at(told["closed"]), act=partial(_settle, key, told))


def _answer(
    key: tuple[str, str],
    person: ToldPerson,
    stage: Stage,
    now: datetime,
    *,
    is_sent: bool,
) -> None:
    cookie = _start(key, person, stage, now)
    run = resume.open_run(stage.session, cookie, now=now, hold=True)
    _refuse_strangers(run, person)
    pages, at = run.questionnaire.pages, now
    for page in pages if is_sent else pages[: max(1, len(pages) // 3)]:
        if at > now:
            run = resume.open_run(stage.session, cookie, now=at, hold=True)
        at += PAGE
        _save(run, page, person, stage, at)
    if is_sent:
        submit.submit(
            stage.session,
            cookie,
            NOTHING,
            quarantine=stage.settings.quarantine,
            now=at + PAGE,
        )


def _save(
    run: Run, page: Page, person: ToldPerson, stage: Stage, now: datetime
) -> None:
    raw = {
        question.code: [said]
        for question in page.questions
        if (said := _said(question, person)) is not None
    }
    reading = read_page(run.questionnaire, page, raw, skip=not raw)
    if not reading.is_sound:
        raise StoryError(f"{person['key']}: {reading.faults}")
    respond.save_page(stage.session, run, reading.answers, stage.rules.links, now=now)


def _said(question: Question, person: ToldPerson) -> str | None:
    """Give what a browser would send; None where the question is passed over."""
    named = person.get("answers", {}).get(question.code)
    if named is not None:
        return None if named == "skipped" else named
    match question.kind:
        case QuestionKind.WORDS:
            return person.get("words", {}).get(question.code)
        case QuestionKind.SAFETY:
            return question.options[0]
        case QuestionKind.SCALE:
            return None if question.reverse else person.get("usually")
        case QuestionKind.HELPED_BY:
            return person.get("helped_by", USUAL[question.kind])
        case _:
            return USUAL[question.kind]


def _refuse_strangers(run: Run, person: ToldPerson) -> None:
    """Refuse answers to questions that the form does not ask."""
    asked = {question.code for question in run.questionnaire.asked}
    told = {*person.get("answers", {}), *person.get("words", {})}
    if told - asked:
        raise StoryError(f"{person['key']}: {sorted(told - asked)} are not asked")


def _start(
    key: tuple[str, str], person: ToldPerson, stage: Stage, now: datetime
) -> str:
    cookie = enter.start(stage.session, _token(key, person, stage, now), now=now)
    if cookie is None:
        raise StoryError(f"{key}: the link does not open")
    return cookie


def _token(
    key: tuple[str, str], person: ToldPerson, stage: Stage, now: datetime
) -> str:
    """Take the link that was sent; where none was, the form is opened with them."""
    if "contacts" not in person:
        _open(key, stage, now)
    elif key not in stage.tokens:
        found = invitations.person(stage.session, stage.people[key])
        if found is not None and found.invitation is not None:
            token = link.token_of(stage.session, found.invitation)
            stage.tokens[key] = token or ""
    return stage.tokens[key]


def _open(key: tuple[str, str], stage: Stage, now: datetime) -> None:
    stage.tokens[key] = open_here.open_here(
        stage.session,
        stage.people[key],
        rules=stage.rules.invite,
        by=stage.actor("coordinator"),
        now=now,
    )


def _decline(
    key: tuple[str, str], person: ToldPerson, stage: Stage, now: datetime
) -> None:
    cookie = _start(key, person, stage, now)
    submit.decline(stage.session, cookie, now=now + PAGE)


def _withdraw(key: tuple[str, str], stage: Stage, now: datetime) -> None:
    token, links = stage.tokens[key], stage.rules.links
    withdraw.take_out(stage.session, token, links, now=now)


def _take_on(key: tuple[str, str], stage: Stage, now: datetime) -> None:
    alert = _alert_of(key, stage)
    settle_alert.acknowledge(stage.session, alert, by=stage.staff[DUTY], now=now)


def _settle(key: tuple[str, str], told: ToldAlert, stage: Stage, now: datetime) -> None:
    settle_alert.close(
        stage.session,
        _alert_of(key, stage),
        outcome=told["outcome"],
        told_person=Told(told["told"]),
        by=stage.staff[DUTY],
        now=now,
    )


def _alert_of(key: tuple[str, str], stage: Stage) -> UUID:
    return stage.session.scalars(
        select(AlertRow.id).where(AlertRow.participant_id == stage.people[key])
    ).one()
