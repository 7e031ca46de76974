"""How do a first comment, a meeting and four signatures come about in a story?"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from feedback.domain.grading import Grading, Judgement
from feedback.domain.moderation import Recommendation, Seat
from feedback.services import audit, comment, meet, moderate, recommend, sign_record
from feedback.services.comment import NewComment, Proposal
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import Story, ToldMove
from feedback.services.meet import NewMeeting, Sitting
from feedback.services.minutes import Point, Record
from feedback.services.moderate import Agreement

CHAIR: Final = "director"
SEATS: Final = {
    Seat.HEAD_SQA: "head",
    Seat.HEAD_CSC: "headcsc",
    Seat.AD_PEOPLE: "director",
}
BETWEEN_JUDGEMENTS: Final = timedelta(minutes=5)
BETWEEN_SIGNATURES: Final = timedelta(minutes=4)


def moderating(story: Story, almanac: Almanac) -> Iterator[Scene]:
    """Tell how the grades came to be agreed, as far as they did."""
    if "comment" in story:
        at = almanac.at(story["comment"]["at"])
        yield Scene(at=at, act=partial(_comment, story))
    if "meeting" not in story:
        return
    yield Scene(at=almanac.at(story["meeting"]["at"]), act=partial(_meet, story))
    if "signed" in story["meeting"]:
        at = almanac.at(story["meeting"]["signed"])
        ends = f"{story['reference']}: agreed and signed"
        yield Scene(at=at, act=partial(_sign, story), ends=ends)


def _comment(story: Story, stage: Stage, now: datetime) -> None:
    told = story["comment"]
    proposals = tuple(
        Proposal(grading=_grading(move), reason=move["reason"])
        for move in told.get("proposed", ())
    )
    comment.comment(
        stage.session,
        stage.reviews[story["reference"]],
        NewComment(words=told["words"], proposals=proposals),
        by=stage.actor(told["by"]),
        now=now,
    )


def _meet(story: Story, stage: Stage, now: datetime) -> None:
    told = story["meeting"]
    review, by = stage.reviews[story["reference"]], stage.actor(CHAIR)
    held_on = stage.almanac.day(told["at"].partition(" ")[0])
    new = NewMeeting(held_on=held_on, seats=_seats(story, stage))
    meet.open_meeting(stage.session, review, new, by=by, now=now)
    record = sign_record.record_of(stage.session, review, by=by, now=now)
    at = now
    for said in _agreements(record, told.get("agreed", ())):
        at += BETWEEN_JUDGEMENTS
        moderate.agree(stage.session, review, said, by=by, now=at)
    for one in told.get("recommendations", ()):
        at += BETWEEN_JUDGEMENTS
        recommendation = Recommendation(
            dimension=Judgement(one["dimension"]),
            words=one["words"],
            owner=one["owner"],
            due_on=stage.almanac.day(one["due"]),
        )
        recommend.add_recommendation(
            stage.session, review, recommendation, by=by, now=at
        )


def _agreements(record: Record, moves: Sequence[ToldMove]) -> Iterator[Agreement]:
    told = {Judgement(move["judgement"]): move for move in moves}
    for point in record.points:
        yield _agreement(point, told.get(point.judgement, {"judgement": ""}))


def _agreement(point: Point, move: ToldMove) -> Agreement:
    return Agreement(
        judgement=point.judgement,
        grading=_grading(move) if "grade" in move else point.standing,
        reason=move.get("reason"),
        considered=move.get("considered"),
    )


def _grading(move: ToldMove) -> Grading:
    return Grading(judgement=Judgement(move["judgement"]), grade=int(move["grade"]))


def _seats(story: Story, stage: Stage) -> dict[Seat, Sitting]:
    deputies = story["meeting"].get("deputies", {})
    holders = {Seat.REVIEWER: story["reviewer"], **SEATS}
    return {
        seat: Sitting(
            account=stage.staff[deputies[seat]["who"]],
            deputy_reason=deputies[seat]["reason"],
        )
        if seat in deputies
        else Sitting(account=stage.staff[who])
        for seat, who in holders.items()
    }


def _sign(story: Story, stage: Stage, now: datetime) -> None:
    """Let all four sign what they read, one after the other; the last is on time."""
    review = stage.reviews[story["reference"]]
    seats = tuple(_seats(story, stage).values())
    for number, seat in enumerate(seats, start=1):
        by = audit.staff(seat.account)
        at = now - BETWEEN_SIGNATURES * (len(seats) - number)
        record = sign_record.record_of(stage.session, review, by=by, now=at)
        sign_record.sign(stage.session, review, record.digest, by=by, now=at)
