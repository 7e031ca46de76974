"""Actions at every point of their life: a test names only what matters to it."""

from datetime import timedelta

from sqlalchemy import select

from feedback.db.ids import new_id
from feedback.db.models import ActionRow, RecommendationRow
from feedback.db.vault import vault_of
from feedback.domain.action import Said, Step
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services import act, audit
from feedback.services.raise_concern import NewConcern, raise_concern
from feedback.services.record_words import recommendation_place


def a_recommended_action(session, review, *, by, now, **given):
    """An open action from a recommendation, due in 30 days; returns its id."""
    row = RecommendationRow(
        id=new_id(),
        review_id=review.id,
        dimension=given.get("dimension", Judgement.D3),
        words_sealed=b"",
        owner=given.get("owner", "Team manager"),
        due_on=given.get("due_on", london_day(now) + timedelta(days=30)),
        by=by,
        at=now,
    )
    row.words_sealed = vault_of(session).seal(
        recommendation_place(row.id, review.id),
        given.get("words", "Plan direct work with the child"),
    )
    session.add(row)
    session.flush()
    act.open_recommended(session, review.id, by=audit.staff(by), now=now)
    return _of(session, ActionRow.recommendation_id == row.id)


def a_raised_action(session, review, *, by, now, words="Nobody saw the child alone"):
    """An open action from an area of significant concern; returns its id."""
    concern = NewConcern(
        words=words,
        owner="Service manager",
        due_on=london_day(now) + timedelta(days=7),
        link="http://localhost/staff",
    )
    raised = raise_concern(session, review.id, concern, by=audit.staff(by), now=now)
    return _of(session, ActionRow.concern_id == raised)


def takes(session, action, who, step, *, now, **said):
    """Somebody takes an action one step, with words where it needs them."""
    words = {
        Step.DONE: {"words": "Two sessions held", "shown_by": "Notes of both visits"},
        Step.CONFIRMED: {},
        Step.ASSIGNED: {},
    }.get(step, {"words": f"Because of {step}"})
    return act.take(
        session,
        action,
        Said(step=step, **{**words, **said}),
        by=audit.staff(who),
        now=now,
    )


def row_of(session, action):
    return session.get_one(ActionRow, action)


def _of(session, condition):
    return session.scalars(select(ActionRow.id).where(condition)).one()
