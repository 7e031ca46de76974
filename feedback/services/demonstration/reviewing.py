"""How does the reviewer in a story judge, lock, and hear the voices after that?"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select

from feedback.db.models import AnswerRow, InvitationRow, ResponseRow
from feedback.domain.attention import Aspect, Attention
from feedback.domain.grade_lock import Revision
from feedback.domain.grading import EvidenceItem, Grading, Judgement, SourceType
from feedback.domain.review import FeedbackSeen
from feedback.services import attend, code_words, grade, keep_evidence, triangulate
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.answering import StoryError
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import Story, ToldMove
from triangulation import CommentStance, Dimension


def reviewing(story: Story, almanac: Almanac) -> Iterator[Scene]:
    """Tell what the reviewer judged, and what they made of the voices."""
    if "grading" in story:
        at = almanac.at(story["grading"]["at"])
        yield Scene(at=at, act=partial(_judge, story))
    if "locked" in story:
        at = almanac.at(story["locked"]["at"])
        yield Scene(at=at, act=partial(_lock, story))
    if "revised" in story:
        at = almanac.at(story["revised"]["at"])
        yield Scene(at=at, act=partial(_hear, story))


def _judge(story: Story, stage: Stage, now: datetime) -> None:
    told = story["grading"]
    review, by = stage.reviews[story["reference"]], stage.actor(story["reviewer"])
    notes, unable = told.get("notes", {}), told.get("not_graded", {})
    for code in (*told["grades"], *unable):
        draft = grade.Draft(
            judgement=Judgement(code),
            grade=int(told["grades"][code]) if code in told["grades"] else None,
            not_graded_reason=unable.get(code),
            note=notes.get(code),
        )
        grade.save_draft(stage.session, review, draft, by=by, now=now)
    for code, items in told["evidence"].items():
        for item in items:
            kept = _evidence(Judgement(code), item, stage.almanac)
            keep_evidence.add_evidence(stage.session, review, kept, by=by, now=now)
    if "attention" in told:
        paid = Attention(
            aspects=frozenset(Aspect(one) for one in told["attention"]),
            offered=attend.offered(stage.settings),
        )
        attend.attend(stage.session, review, paid, by=by, now=now)


def _evidence(one: Judgement, item: Sequence[str], almanac: Almanac) -> EvidenceItem:
    source, day, statement, so_what = item
    return EvidenceItem(
        judgement=one,
        source_type=SourceType(source),
        observed_on=almanac.day(day),
        statement=statement,
        so_what=so_what,
    )


def _lock(story: Story, stage: Stage, now: datetime) -> None:
    grade.lock(
        stage.session,
        stage.reviews[story["reference"]],
        FeedbackSeen(story["locked"]["seen"]),
        by=stage.actor(story["reviewer"]),
        now=now,
    )


def _hear(story: Story, stage: Stage, now: datetime) -> None:
    """Open the voices, read people's words, and revise where they tell of more."""
    review, by = stage.reviews[story["reference"]], stage.actor(story["reviewer"])
    triangulate.triangulated_view(stage.session, review, by=by, now=now)
    for person in story["people"]:
        for question, reading in person.get("read_as", {}).items():
            answer = _answer(stage, (story["reference"], person["key"]), question)
            for dimension, stance in reading.items():
                coding = code_words.Coding(
                    answer=answer,
                    dimension=Dimension(dimension),
                    stance=CommentStance(stance),
                )
                code_words.code_words(stage.session, review, coding, by=by, now=now)
    for move in story["revised"]["moves"]:
        revision = _revision(move, stage.almanac)
        grade.revise(stage.session, review, revision, by=by, now=now)


def _answer(stage: Stage, key: tuple[str, str], question: str) -> UUID:
    found = stage.session.scalars(
        select(AnswerRow.id)
        .join(ResponseRow, ResponseRow.id == AnswerRow.response_id)
        .join(InvitationRow, InvitationRow.id == ResponseRow.invitation_id)
        .where(
            InvitationRow.participant_id == stage.people[key],
            AnswerRow.question == question,
        )
    ).one_or_none()
    if found is None:
        raise StoryError(f"{key}: nothing was written at {question}")
    return found


def _revision(move: ToldMove, almanac: Almanac) -> Revision:
    one = Judgement(move["judgement"])
    item = move.get("evidence")
    return Revision(
        grading=Grading(judgement=one, grade=int(move["grade"])),
        reason=move["reason"],
        evidence=None if item is None else _evidence(one, item, almanac),
    )
