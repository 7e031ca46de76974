"""Reviews on their way through moderation: a test names only what matters to it."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from builders import a_participant, a_review, a_staff_member, an_invitation
from grading_builders import a_response, a_voice, locked, published
from sqlalchemy import select

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import (
    AlertRow,
    ConcernRow,
    GradingRow,
    MeetingRow,
    ModeratedFindingRow,
    ModeratedVoiceRow,
    RecommendationRow,
    ReviewRow,
)
from feedback.db.vault import vault_of
from feedback.domain.access import Role
from feedback.domain.attention import Aspect, Attention
from feedback.domain.grading import DIMENSIONS, Grading, Judgement
from feedback.domain.moderation import Recommendation, Seat
from feedback.services import (
    attend,
    audit,
    comment,
    meet,
    moderate,
    recommend,
    sign_record,
)
from feedback.services.comment import NewComment
from feedback.services.meet import NewMeeting, Sitting
from feedback.services.moderate import Agreement


@dataclass
class Council:
    """The four people of a moderation meeting, and the review they meet about."""

    review: UUID
    reference: str
    reviewer: UUID
    head_sqa: UUID
    head_csc: UUID
    ad_people: UUID
    emails: dict[str, str] = field(default_factory=dict)

    @property
    def seats(self):
        return {
            Seat.REVIEWER: Sitting(account=self.reviewer),
            Seat.HEAD_SQA: Sitting(account=self.head_sqa),
            Seat.HEAD_CSC: Sitting(account=self.head_csc),
            Seat.AD_PEOPLE: Sitting(account=self.ad_people),
        }

    @property
    def people(self):
        return (self.reviewer, self.head_sqa, self.head_csc, self.ad_people)


def a_council(session, *, now, child="never", **graded):
    """A locked review in which a child disagrees on D3, and its four people."""
    people = {
        "reviewer": a_staff_member(
            session,
            Role.REVIEWER,
            now=now,
            email="reviewer@agency.example",
            name="Rowan Reviewer",
            job_title="Independent Reviewer",
        ),
        "head_sqa": a_staff_member(
            session,
            Role.HEAD_SQA,
            now=now,
            email="head@council.example",
            name="Harper Head",
            job_title="Head of Safeguarding and QA",
        ),
        "head_csc": a_staff_member(
            session,
            Role.MODERATOR,
            now=now,
            email="csc@council.example",
            name="Casey Care",
            job_title="Head of Children's Social Care and Early Help",
        ),
        "ad_people": a_staff_member(
            session,
            Role.MODERATOR,
            now=now,
            email="ad@council.example",
            name="Addison Director",
            job_title="Assistant Director for People",
        ),
    }
    moderators = (people["head_csc"], people["ad_people"])
    review = a_review(
        session, now=now, reviewer=people["reviewer"], moderators=moderators
    )
    if child is not None:
        a_voice(session, review, "child", {"listens": child}, now=now)
    seen = Attention(aspects=frozenset({Aspect.RACE, Aspect.CLASS}))
    attend.attend(session, review.id, seen, by=audit.staff(people["reviewer"]), now=now)
    locked(session, review, people["reviewer"], now=now, **graded)
    return Council(review=review.id, reference=review.reference, **people)


def commented(session, council, *, now, proposals=()):
    """The first comment, by the Head of Safeguarding and QA."""
    new = NewComment(words="Sound work; look at D3 again.", proposals=tuple(proposals))
    by = audit.staff(council.head_sqa)
    comment.comment(session, council.review, new, by=by, now=now)


def met(session, council, *, now, seats=None):
    """The meeting open, after a first comment."""
    commented(session, council, now=now)
    new = NewMeeting(held_on=now.date(), seats=seats or council.seats)
    meet.open_meeting(
        session, council.review, new, by=audit.staff(council.head_sqa), now=now
    )


def agreed(session, council, *, now, considered="We read it twice.", **moved):
    """Every grade agreed: as the reviewer gave it, but for those that are named."""
    by = audit.staff(council.head_sqa)
    record = sign_record.record_of(session, council.review, by=by, now=now)
    for point in record.points:
        one = point.judgement
        grade = moved.get(one.value, point.standing.grade)
        reason = f"Because of {one.value}" if grade != point.standing.grade else None
        said = Agreement(
            judgement=one,
            grading=Grading(judgement=one, grade=grade),
            reason=reason,
            considered=considered if point.is_dissonant else None,
        )
        moderate.agree(session, council.review, said, by=by, now=now)


def a_recommendation(session, council, *, now, words="Go and see her at school"):
    """One recommendation about D3."""
    said = Recommendation(
        dimension=Judgement.D3,
        words=words,
        owner="Team manager",
        due_on=date(2027, 1, 31),
    )
    by = audit.staff(council.head_sqa)
    recommend.add_recommendation(session, council.review, said, by=by, now=now)


def signs(session, council, account, *, now):
    """One person signs the record as it stands; tells whether it is complete."""
    by = audit.staff(account)
    digest = sign_record.record_of(session, council.review, by=by, now=now).digest
    return sign_record.sign(session, council.review, digest, by=by, now=now)


def everybody_signs(session, council, *, now):
    """All four sign."""
    return [signs(session, council, one, now=now) for one in council.people]


def an_agreed_review(session, *, now, by, practice=4, outcomes=4, **given):
    """A review that was moderated and signed, row by row; returns the row.

    people: {"family": "answered"}, …; dissonant: dimensions; dimensions: a grade.
    """
    review = a_review(
        session,
        now=now,
        state="agreed",
        reviewer_kind=given.get("kind", "independent"),
        agreed_at=given.get("agreed_at", now),
        locked_at=now,
    )
    dimensions = given.get("dimensions", 3)
    grades = {
        **dict.fromkeys(DIMENSIONS, dimensions),
        Judgement.PRACTICE: practice,
        Judgement.OUTCOMES: outcomes,
    }
    first = {**grades, **given.get("first", {})}
    for layer, layered in (("initial", first), ("agreed", grades)):
        for one, grade in layered.items():
            session.add(_grading(session, review, one, layer, grade, by=by, now=now))
    dissonant = given.get("dissonant", ())
    session.add_all(
        ModeratedFindingRow(
            id=new_id(),
            review_id=review.id,
            dimension=one,
            status="dissonant" if one in dissonant else "convergent",
        )
        for one in DIMENSIONS
    )
    for group, status in given.get("people", {}).items():
        _person(session, review, group, status, now=now)
    for n in range(given.get("recommendations", 0)):
        session.add(_recommendation(session, review, n, by=by, now=now))
    session.flush()
    return review


def kept_voices(session, review, voices, *, grade=3):
    """What was kept of groups at a review: {("D3", "child"): (2, 2), …}.

    A stance is (lo, hi), or (lo, hi, True) where it is coarse; a silence is its code.
    """
    for (dimension, group), said in voices.items():
        is_silent = isinstance(said, str)
        session.add(
            ModeratedVoiceRow(
                id=new_id(),
                review_id=review.id,
                dimension=dimension,
                group=group,
                status="silence" if is_silent else "partial",
                grade=grade,
                lo=None if is_silent else said[0],
                hi=None if is_silent else said[1],
                coarse=not is_silent and said[2:] == (True,),
                silence=said if is_silent else None,
            )
        )
    session.flush()


def signed_meeting(session, review, *, by, now):
    """Only the row that says that a record was signed."""
    session.add(
        MeetingRow(
            id=new_id(),
            review_id=review.id,
            held_on=now.date(),
            opened_by=by,
            opened_at=now,
            signed_at=now,
        )
    )
    session.flush()


def an_alert(session, review, *, now, kind="unsafe"):
    """An alert at a review."""
    row_id = new_id()
    session.add(
        AlertRow(
            id=row_id,
            reference=f"A-{row_id.hex[-6:]}",
            review_id=review.id,
            kind=kind,
            state="closed",
            level=0,
            raised_at=now,
            dedupe_key=str(row_id),
        )
    )


def a_concern(session, review, *, by, now):
    """An area of significant concern at a review."""
    session.add(
        ConcernRow(
            id=new_id(),
            review_id=review.id,
            words_sealed=b"sealed",
            owner="Service manager",
            due_on=now.date(),
            raised_by=by,
            raised_at=now,
        )
    )


def state_of(session, review):
    return session.scalars(select(ReviewRow).where(ReviewRow.id == review)).one()


def _grading(session, review, one, layer, grade, *, by, now):
    row = GradingRow(
        id=new_id(),
        review_id=review.id,
        judgement=one,
        layer=layer,
        grade=grade,
        descriptors_version="1",
        by=by,
        at=now,
    )
    if grade is None:
        place = Where(
            table="grading",
            column="not_graded_reason_sealed",
            row=row.id,
            review=review.id,
        )
        row.not_graded_reason_sealed = vault_of(session).seal(place, "new case")
    return row


def _recommendation(session, review, number, *, by, now):
    row = RecommendationRow(
        id=new_id(),
        review_id=review.id,
        dimension=Judgement.D3,
        words_sealed=b"",
        owner="Team manager",
        due_on=date(2027, 1, 31),
        by=by,
        at=now,
    )
    place = Where(
        table="recommendation", column="words_sealed", row=row.id, review=review.id
    )
    row.words_sealed = vault_of(session).seal(place, f"Recommendation {number}")
    return row


def _person(session, review, group, status, *, now):
    person = a_participant(session, review, now=now, group=group, contact=False)
    if status == "not_invited":
        return
    form = published(session, person.form, now=now)
    invitation, _ = an_invitation(session, person, form, now=now, status=status)
    if status == "answered":
        a_response(session, invitation, now=now)
