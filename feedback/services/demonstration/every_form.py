"""Where can every form be tried? At one review with unopened links to each."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_opaque_id
from feedback.db.models import (
    AnswerRow,
    InvitationRow,
    QuestionnaireRow,
    ResponseRow,
    ReviewRow,
)
from feedback.db.queries import invitation as invitations
from feedback.domain.access import ReviewId
from feedback.domain.intake import NewPerson, NewReview
from feedback.domain.invitation import IN_PERSON, InvitationStatus
from feedback.domain.review import ReviewState
from feedback.services import audit, commission, enrol, link
from feedback.services.demonstration.stage import Stage
from feedback.services.take_step import take_step
from triangulation import AgeBand, Group

REFERENCE: Final = "TRY-EVERY-FORM"
LINKS_PER_FORM: Final = 8
WINDOW: Final = timedelta(days=60)

FORMS: Final = (
    ("child_5_8", Group.CHILD, AgeBand.FROM_5),
    ("child_9_12", Group.CHILD, AgeBand.FROM_9),
    ("young_person", Group.CHILD, AgeBand.FROM_13),
    ("easy_read", Group.CHILD, AgeBand.FROM_13),
    ("family", Group.FAMILY, None),
    ("partner", Group.PARTNER, None),
    ("practitioner", Group.PRACTITIONER, None),
    ("manager", Group.MANAGER, None),
)
# The endings of three more links: how each reads that can no longer be used.
ENDINGS: Final = (
    InvitationStatus.EXPIRED,
    InvitationStatus.REVOKED,
    InvitationStatus.ANSWERED,
)


def open_every_form(stage: Stage, *, now: datetime) -> None:
    """Commission the review, and hand a link to people of every form."""
    by = stage.actor("coordinator")
    review = commission.commission(
        stage.session,
        NewReview(
            reference=REFERENCE,
            opens_at=now - timedelta(days=1),
            closes_at=now + WINDOW,
            moderation_on=(now + WINDOW + timedelta(days=7)).date(),
        ),
        commission.Team(
            reviewer=stage.staff["reviewer"],
            moderators=(stage.staff["headcsc"], stage.staff["director"]),
        ),
        by=by,
        now=now,
    )
    _invite_to_every_form(stage, review, by, now)


def _invite_to_every_form(
    stage: Stage, review: ReviewId, by: audit.Actor, now: datetime
) -> None:
    """Hand the links over as if in person: no message goes."""
    session = stage.session
    people = [one for one in FORMS for _ in range(LINKS_PER_FORM)]
    people += [("family", Group.FAMILY, None)] * len(ENDINGS)
    for number, (form, group, band) in enumerate(people, start=1):
        enrol.enrol(
            session,
            review,
            NewPerson(
                group=group,
                name=f"Person {number}",
                key=f"p{number}",
                age_band=band,
                form=form,
                consented_at=now - timedelta(days=1),
            ),
            by=by,
            now=now,
        )
    forms = invitations.newest_forms(session)
    rows = []
    for person in invitations.people_of(session, [review]):
        row, _ = link.make_invitation(
            session, person, forms, rules=stage.rules.invite, now=now
        )
        row.status = InvitationStatus.INVITED
        row.channel = IN_PERSON
        rows.append(row)
    session.add_all(rows)
    _begin(session, review, by, now)
    session.flush()
    for row, ending in zip(rows[-len(ENDINGS) :], ENDINGS, strict=True):
        _end(session, row, ending, now)


def _begin(session: Session, review: UUID, by: audit.Actor, now: datetime) -> None:
    row = session.get_one(ReviewRow, review)
    take_step(session, row, ReviewState.INVITED, by=by, now=now)


def _end(
    session: Session, row: InvitationRow, ending: InvitationStatus, now: datetime
) -> None:
    row.status = ending
    row.ended_at = now
    row.token_sealed = None
    if ending is InvitationStatus.EXPIRED:
        row.expires_at = now - timedelta(hours=1)
    if ending is InvitationStatus.ANSWERED:
        row.started_at = now
        _answer(session, row, now)


def _answer(session: Session, row: InvitationRow, now: datetime) -> None:
    """Give an invitation one whole response, each scored question "mostly"."""
    form = session.get_one(QuestionnaireRow, row.questionnaire_id)
    response = ResponseRow(
        id=new_opaque_id(),
        review_id=row.review_id,
        invitation_id=row.id,
        questionnaire_id=row.questionnaire_id,
        submission_no=1,
        state="submitted",
        language="en",
        helped_by="nobody",
        started_at=now,
        submitted_at=now,
    )
    session.add(response)
    session.flush()
    session.add_all(
        AnswerRow(
            id=new_opaque_id(),
            response_id=response.id,
            question=question["code"],
            option="mostly",
            is_skipped=False,
        )
        for question in form.document["questions"]
        if question.get("dimension")
    )
