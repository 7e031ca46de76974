"""What can a newcomer try? An invented council, its staff, and a link to every form.

Everything derives from the demonstration's own secret, so that sign-ins and links
can be told at any time. Production never does this.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.ids import new_id, new_opaque_id
from feedback.db.models import (
    AccountRow,
    AnswerRow,
    InvitationRow,
    QuestionnaireRow,
    ResponseRow,
    ReviewRow,
    ReviewStepRow,
)
from feedback.db.queries import invitation as invitations
from feedback.domain.access import AccountId, ReviewId, Role
from feedback.domain.duty import DutyRoute
from feedback.domain.intake import NewPerson, NewReview
from feedback.domain.invitation import IN_PERSON, InvitationStatus
from feedback.domain.review import ReviewState
from feedback.services import audit, commission, duty, enrol, link, staff
from feedback.services.staff import NewAccount, Secrets
from triangulation import AgeBand, Group

REFERENCE: Final = "TRY-EVERY-FORM"
LINKS_PER_FORM: Final = 8
WINDOW: Final = timedelta(days=60)

STAFF: Final = (
    ("coordinator", "Noor Haddad", "QA coordinator", Role.COORDINATOR, False),
    ("reviewer", "Judith Amos", "Independent reviewer", Role.REVIEWER, True),
    ("iro", "Peter Lund", "Independent Reviewing Officer", Role.REVIEWER, False),
    ("head", "Miriam Cole", "Head of Safeguarding and QA", Role.HEAD_SQA, False),
    (
        "headcsc",
        "Owen Price",
        "Head of Children's Social Care and Early Help",
        Role.MODERATOR,
        False,
    ),
    (
        "director",
        "Sunita Rao",
        "Assistant Director for People",
        Role.MODERATOR,
        False,
    ),
    ("duty", "Femi Ade", "Safeguarding duty manager", Role.DUTY, False),
    ("committee", "Alan Bright", "Committee member", Role.COMMITTEE, False),
    ("auditor", "Ruth Stein", "Internal auditor", Role.AUDITOR, False),
    ("admin", "Kit Moss", "Systems administrator", Role.ADMIN, False),
)
DUTY: Final = DutyRoute(
    name="Femi Ade",
    phone="+447700900800",
    email="duty@stonebridge.example",
    hours="Monday to Friday, 9am to 5pm",
    backup_name="Out-of-hours team",
    backup_phone="+447700900801",
    backup_email="out-of-hours@stonebridge.example",
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demonstration and how to sign in to it."""

    email: str
    role: Role
    secrets: Secrets


def accounts(settings: Settings) -> tuple[DemoAccount, ...]:
    """Tell every account of the demonstration, with its derived secrets."""
    return tuple(
        DemoAccount(
            email=_email(who), role=role, secrets=_secrets(settings, _email(who))
        )
        for who, _, _, role, _ in STAFF
    )


def is_loaded(session: Session) -> bool:
    """Tell whether a database holds the demonstration."""
    known = session.scalar(
        select(AccountRow.id).where(AccountRow.email == _email("coordinator"))
    )
    return known is not None


def load(session: Session, settings: Settings, *, now: datetime) -> bool:
    """Bring the demonstration to life; tell whether it was not there before."""
    if is_loaded(session):
        return False
    ids = {who: _hire(session, settings, who, now) for who, *_ in STAFF}
    by = audit.staff(ids["coordinator"])
    duty.set_route(session, DUTY, by=by, now=now)
    review = commission.commission(
        session,
        NewReview(
            reference=REFERENCE,
            opens_at=now - timedelta(days=1),
            closes_at=now + WINDOW,
            moderation_on=(now + WINDOW + timedelta(days=7)).date(),
        ),
        commission.Team(
            reviewer=ids["reviewer"], moderators=(ids["headcsc"], ids["director"])
        ),
        by=by,
        now=now,
    )
    _invite_to_every_form(session, review, settings, by, now)
    return True


def _hire(session: Session, settings: Settings, who: str, now: datetime) -> AccountId:
    _, name, title, role, is_independent = next(one for one in STAFF if one[0] == who)
    account = NewAccount(
        email=_email(who),
        name=name,
        job_title=title,
        roles=frozenset({role}),
        is_independent=is_independent,
    )
    given = _secrets(settings, account.email)
    return staff.create(session, account, given, by=audit.SYSTEM, now=now)


def _invite_to_every_form(
    session: Session,
    review: ReviewId,
    settings: Settings,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Hand a link to people of every form, as if in person: no message goes."""
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
    rules = link.rules(settings)
    forms = invitations.newest_forms(session)
    rows = []
    for person in invitations.people_of(session, [review]):
        row, _ = link.make_invitation(session, person, forms, rules=rules, now=now)
        row.status = InvitationStatus.INVITED
        row.channel = IN_PERSON
        rows.append(row)
    session.add_all(rows)
    _begin(session, review, by, now)
    session.flush()
    for row, ending in zip(rows[-len(ENDINGS) :], ENDINGS, strict=True):
        _end(session, row, ending, now)


def _begin(session: Session, review: UUID, by: audit.Actor, now: datetime) -> None:
    session.get_one(ReviewRow, review).state = ReviewState.INVITED
    session.add(
        ReviewStepRow(
            id=new_id(),
            review_id=review,
            came_from=ReviewState.COMMISSIONED,
            came_to=ReviewState.INVITED,
            by=by.account,
            at=now,
        )
    )


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


def _email(who: str) -> str:
    return f"{who}@stonebridge.example"


def _secrets(settings: Settings, email: str) -> Secrets:
    return Secrets(
        password=base64.b32encode(_derive(settings, "password", email))
        .decode()
        .casefold()[:16],
        totp_secret=base64.b32encode(_derive(settings, "totp", email)).decode()[:32],
    )


def _derive(settings: Settings, purpose: str, email: str) -> bytes:
    message = f"demonstration {purpose} {email}".encode()
    return hmac.digest(settings.secret_key.encode(), message, sha256)
