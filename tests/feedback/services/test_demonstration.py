"""Does the demonstration tell what it should, and leave nothing behind that goes out?

It is loaded once for each database; whoever changes something takes it back.
"""

import shutil
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import MASTER, MASTER_TEXT
from fakes_sending import a_dispatch
from sqlalchemy import create_engine, func, select, text

from feedback import scheduler
from feedback.config import Settings
from feedback.db.models import (
    AccountRow,
    ActionRow,
    AlertRow,
    AttemptRow,
    AuditEventRow,
    Base,
    ConcernRow,
    ContactRow,
    GradingRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    ResponseRow,
    ReviewRow,
    ReviewStepRow,
    SeatRow,
)
from feedback.db.session import Database
from feedback.domain.alert import AlertState
from feedback.domain.calendar import LONDON
from feedback.domain.grading import GradeLayer, Judgement
from feedback.domain.invitation import InvitationStatus
from feedback.domain.moderation import Seat
from feedback.domain.report import Period
from feedback.domain.report_figures import figures
from feedback.domain.review import FeedbackSeen, ReviewerKind, ReviewState
from feedback.services import (
    audit,
    comment,
    count_reviews,
    demonstration,
    grade,
    meet,
    tell_links,
    triangulate,
)
from feedback.services.comment import NewComment
from feedback.services.demonstration.accounts import hire
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.stage import Stage
from feedback.services.demonstration.story import stories
from feedback.services.demonstration.telling import tell
from feedback.services.meet import NewMeeting, Sitting
from feedback.services.publish import publish_bundled
from feedback.services.read_grades import grades_of
from triangulation import CellStatus, DimensionStatus, Group, PersonStatus

# Loading takes seconds: one worker loads it for all of these.
pytestmark = pytest.mark.xdist_group("demonstration")

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PERIOD = Period(first=date(2024, 9, 1), last=date(2025, 2, 28))
UNDER_WAY = {
    "SB-0517": ReviewState.INVITED,
    "SB-0509": ReviewState.INVITED,
    "SB-0502": ReviewState.LOCKED,
    "SB-0496": ReviewState.COMMENTED,
}


class TakenBackError(Exception):
    """Ends a unit of work that must leave nothing behind."""


@contextmanager
def trying(database):
    """A transaction that is taken back at its end."""
    with suppress(TakenBackError), database.transaction() as session:
        yield session
        take_back()


def take_back():
    raise TakenBackError


def settings_for(url):
    return Settings.from_env(
        {
            "MODE": "demo",
            "DATABASE_URL": url,
            "PUBLIC_BASE_URL": "http://localhost",
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": MASTER_TEXT,
        }
    )


def prepared(url):
    database = Database(url, MASTER)
    with database.transaction() as session:
        database.keyring.make_own_keys(session, NOW)
        publish_bundled(session, now=NOW)
    return database


def sqlite_url(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("demonstration") / "trigpoint.sqlite3"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


def postgresql_url(request, _):
    url = request.getfixturevalue("postgresql_url")
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    engine.dispose()
    return url


@pytest.fixture(scope="module", params=[sqlite_url, postgresql_url])
def database(request, tmp_path_factory):
    """A database that holds the demonstration, as `demo load` makes it."""
    database = prepared(request.param(request, tmp_path_factory))
    with database.transaction() as session:
        assert demonstration.load(session, settings_of(database), now=NOW)
    yield database
    database.dispose()


def settings_of(database):
    return settings_for(database.engine.url.render_as_string(hide_password=False))


def review(session, reference):
    return session.scalars(
        select(ReviewRow).where(ReviewRow.reference == reference)
    ).one()


def finding(session, reference, code):
    found = triangulate.current_synthesis(session, review(session, reference).id)
    return next(one for one in found.findings if one.dimension.value == code)


def cell(session, reference, code, group):
    return finding(session, reference, code).cell(group)


def account(session, who):
    return session.scalars(
        select(AccountRow.id).where(AccountRow.email == f"{who}@stonebridge.example")
    ).one()


def closed():
    return select(ReviewRow.id).where(ReviewRow.state == ReviewState.AGREED)


# ---- What the committee reads ----


def test_the_committees_figures_come_out(database):
    with database.reading() as session:
        counts = count_reviews.count(session, PERIOD)

    table = figures(counts).grades
    assert counts.reviews == 10
    assert [row.cells[:4] for row in table.rows] == [(8, 2, 0, 0), (6, 2, 2, 0)]
    assert dict(counts.by_kind) == {
        ReviewerKind.INDEPENDENT: 8,
        ReviewerKind.INTERNAL: 2,
    }
    assert (sum(counts.alerts.values()), counts.concerns) == (0, 0)
    assert counts.movement.raised > 0
    assert counts.movement.lowered > 0


def test_a_couple_of_reviews_were_signed_each_month_by_four_seats(database):
    with database.reading() as session:
        signed = session.scalars(
            select(ReviewRow.agreed_at).where(ReviewRow.id.in_(closed()))
        ).all()
        unsigned = session.scalar(
            select(func.count())
            .select_from(SeatRow)
            .where(SeatRow.signed_digest.is_(None))
        )

    months = Counter((at.year, at.month) for at in signed)
    assert sorted(months) == [(2024, n) for n in (9, 10, 11, 12)] + [
        (2025, 1),
        (2025, 2),
    ]
    assert max(months.values()) == 2
    assert unsigned == 0


def test_nothing_at_a_closed_review_ever_raised_an_alert_or_a_concern(database):
    with database.reading() as session:
        for table in (AlertRow, ConcernRow):
            question = select(func.count()).where(table.review_id.in_(closed()))
            assert session.scalar(question) == 0


def test_where_the_head_reviewed_another_commented_and_a_deputy_sat_for_her(database):
    with database.reading() as session:
        row = review(session, "SB-0430")
        said = comment.first_comment(session, row.id)
        members = {
            who: session.get_one(AccountRow, account(session, who))
            for who in ("head", "headcsc", "iro")
        }
        seats = {
            seat.seat: seat
            for seat in session.scalars(select(SeatRow))
            if seat.account_id in {one.id for one in members.values()}
            and seat.deputy_reason
        }

    assert row.reviewer_kind == ReviewerKind.INTERNAL
    assert said.by_name == members["headcsc"].name
    assert seats[Seat.HEAD_SQA].account_id == members["iro"].id


# ---- The named cases ----


def test_a_child_is_outnumbered_by_three_professionals(database):
    with database.reading() as session:
        found = finding(session, "SB-0401", "D3")
        child = found.cell(Group.CHILD)

    assert found.status is DimensionStatus.DISSONANT
    assert (found.dissonant_sources, found.speaking_sources) == (1, 4)
    assert (found.grade, child.gap) == (4, 2)
    assert child.direction == "reviewer_more_favourable"


def test_a_small_childs_yes_agrees_coarsely_and_a_carer_helped(database):
    with database.reading() as session:
        child = cell(session, "SB-0398", "D3", Group.CHILD)

    assert child.status is CellStatus.AGREEMENT
    assert child.coarse
    assert child.may_be_constrained


def test_two_parents_stand_at_the_two_ends(database):
    with database.reading() as session:
        parents = cell(session, "SB-0405", "D9", Group.FAMILY)

    assert parents.status is CellStatus.PARTIAL
    assert parents.split
    assert {one.value for one in parents.answers} == {"completely", "not_at_all"}


def test_silence_is_told_with_its_reasons_and_is_no_convergence(database):
    with database.reading() as session:
        found = finding(session, "SB-0421", "D2")
        child, family = (found.cell(one) for one in (Group.CHILD, Group.FAMILY))
        silent = finding(session, "SB-0421", "D8")
        written = cell(session, "SB-0430", "D5", Group.CHILD)
        kept_back = cell(session, "SB-0412", "D7", Group.CHILD)

    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert (child.silence, family.silence) == ("not_invited", "no_reply")
    assert "New placement" in child.not_invited[0].reason
    assert silent.status is DimensionStatus.SILENT
    assert (written.silence, kept_back.silence) == ("comment_only", "rather_not_say")


def test_a_voice_came_through_an_interpreter(database):
    with database.reading() as session:
        child = cell(session, "SB-0412", "D8", Group.CHILD)

    assert child.language_route == "interpreted"


def test_somebody_withdrew_and_somebody_declined(database):
    with database.reading() as session:
        people = count_reviews.count(session, PERIOD).people[Group.FAMILY]

    assert people[PersonStatus.WITHDRAWN] == 1
    assert people[PersonStatus.DECLINED] == 1
    assert people[PersonStatus.NO_REPLY] == 2


def test_grades_moved_after_the_voices_and_in_the_meeting_with_reasons(database):
    with database.transaction() as session:
        moved = Counter()
        rows = session.scalars(select(ReviewRow).where(ReviewRow.id.in_(closed())))
        for row in rows.all():
            grades = grades_of(session, row.id)
            for given in grades.in_layer(GradeLayer.AFTER_TRIANGULATION).values():
                assert given.reason
                moved["revised"] += 1
            for given in grades.in_layer(GradeLayer.PROPOSED).values():
                assert given.reason
                moved["proposed"] += 1
            for one, given in grades.in_layer(GradeLayer.AGREED).items():
                before = grades.reviewers[one].grading.grade
                if given.grading.grade != before:
                    assert given.reason
                    moved["up" if given.grading.grade > before else "down"] += 1

    assert min(moved[one] for one in ("revised", "proposed", "up", "down")) >= 2


def test_every_status_of_a_dimension_is_there_to_be_seen(database):
    with database.reading() as session:
        rows = session.scalars(select(ReviewRow).where(ReviewRow.id.in_(closed())))
        seen = {
            one.status
            for row in rows.all()
            for one in triangulate.current_synthesis(session, row.id).findings
        }

    assert seen == set(DimensionStatus)


def test_the_reviews_differ_in_what_was_said_of_identity(database):
    attended = [
        frozenset(story["grading"]["attention"])
        for story in stories()
        if "signed" in story.get("meeting", {})
    ]

    assert len(set(attended)) == len(attended) == 10
    assert sum("disability" in one for one in attended) == 2


# ---- What became of it ----


def test_of_the_actions_most_are_confirmed_some_wait_and_two_are_overdue(database):
    with database.reading() as session:
        actions = session.scalars(select(ActionRow)).all()

    states = Counter(one.state for one in actions)
    overdue = [
        one
        for one in actions
        if one.state == "open" and one.due_on < NOW.astimezone(LONDON).date()
    ]
    assert states == {"confirmed": 18, "done": 2, "open": 3, "dropped": 1}
    assert len(overdue) == 2
    assert all(
        one.confirmed_by != one.done_by for one in actions if one.state == "confirmed"
    )


# ---- Nothing goes out for what is over ----


def test_nothing_is_due_or_kept_open_at_a_closed_review(database):
    with database.reading() as session:
        due = session.scalar(
            select(func.count()).where(
                MessageRow.review_id.in_(closed()),
                MessageRow.state.in_(["due", "calling", "accepted", "unknown"]),
            )
        )
        links = session.scalar(
            select(func.count()).where(
                InvitationRow.review_id.in_(closed()),
                InvitationRow.token_sealed.is_not(None),
            )
        )
        contacts = session.scalar(
            select(func.count()).where(ContactRow.review_id.in_(closed()))
        )
        statuses = set(
            session.scalars(
                select(InvitationRow.status).where(
                    InvitationRow.review_id.in_(closed())
                )
            )
        )

    assert (due, links, contacts) == (0, 0, 0)
    assert statuses == {"answered", "declined", "expired", "withdrawn"}


def test_ticks_of_the_scheduler_send_nothing_before_a_reminder_is_due(database):
    class Now:
        at = NOW

        def now(self):
            return self.at

    clock = Now()
    sending = a_dispatch(database, settings_of(database))
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(AttemptRow))

    for minutes in (0, 1, 5, 15):
        clock.at = NOW + timedelta(minutes=minutes)
        for tick in scheduler.ticks(sending, clock):
            tick.do()

    with database.reading() as session:
        after = session.scalar(select(func.count()).select_from(AttemptRow))
    assert before == after


def test_nobody_was_ever_messaged_outside_the_rules(database):
    with database.reading() as session:
        sent = session.execute(
            select(AttemptRow.started_at, ParticipantRow.age_band)
            .join(MessageRow, MessageRow.id == AttemptRow.message_id)
            .join(ParticipantRow, ParticipantRow.id == MessageRow.participant_id)
        ).all()

    assert sent
    for at, band in sent:
        assert band not in {"5-8", "9-12"}
        assert 9 <= at.astimezone(LONDON).hour < 20


# ---- Reviews under way ----


def test_the_reviews_under_way_stand_where_they_can_be_tried(database):
    with database.reading() as session:
        states = {
            reference: review(session, reference).state for reference in UNDER_WAY
        }

    assert states == UNDER_WAY


def test_a_reminder_falls_due_soon_on_one_phone_and_on_others_tomorrow(database):
    with database.reading() as session:
        due = session.scalars(
            select(MessageRow)
            .where(MessageRow.state == "due", MessageRow.wave == 1)
            .order_by(MessageRow.next_at)
        ).all()
        references = {
            session.get_one(ReviewRow, one.review_id).reference for one in due
        }

    first, *others = due
    assert (first.channel, first.next_at) == ("sms", NOW + timedelta(minutes=20))
    assert references == {"SB-0517"}
    assert {one.channel for one in others} == {"sms", "email"}
    tomorrow = NOW.date() + timedelta(days=1)
    assert {one.next_at.date() for one in others} == {tomorrow}


def test_the_reviewer_can_lock_what_is_ready(database):
    with trying(database) as session:
        row = review(session, "SB-0509")
        by = audit.staff(account(session, "reviewer"))

        grade.lock(session, row.id, FeedbackSeen.NONE, by=by, now=NOW)

        assert row.state == ReviewState.LOCKED
        found = triangulate.current_synthesis(session, row.id)
        assert found.finding(found.findings[1].dimension).speaking_sources >= 4


def test_the_head_can_comment_first_on_what_is_locked(database):
    with trying(database) as session:
        row = review(session, "SB-0502")
        by = audit.staff(account(session, "head"))

        comment.comment(session, row.id, NewComment(words="Thank you."), by=by, now=NOW)

        assert row.state == ReviewState.COMMENTED


def test_the_four_seats_can_meet_on_what_is_commented(database):
    seats = {
        Seat.REVIEWER: "reviewer",
        Seat.HEAD_SQA: "head",
        Seat.HEAD_CSC: "headcsc",
        Seat.AD_PEOPLE: "director",
    }
    with trying(database) as session:
        row = review(session, "SB-0496")
        new = NewMeeting(
            held_on=NOW.date(),
            seats={
                seat: Sitting(account=account(session, who))
                for seat, who in seats.items()
            },
        )
        by = audit.staff(account(session, "director"))

        meet.open_meeting(session, row.id, new, by=by, now=NOW)

        assert row.state == ReviewState.MODERATING


def test_an_alert_was_raised_under_way_and_settled(database):
    with database.reading() as session:
        alert = session.scalars(select(AlertRow)).one()
        reference = session.get_one(ReviewRow, alert.review_id).reference

    assert (reference, alert.kind, alert.state) == (
        "SB-0509",
        "contact_asked",
        AlertState.CLOSED,
    )


# ---- As it would have been ----


def test_what_happened_stands_in_the_trail_in_the_order_of_the_clock(database):
    with database.reading() as session:
        at = session.scalars(
            select(AuditEventRow.at)
            .where(AuditEventRow.review_id.in_(closed()))
            .order_by(AuditEventRow.seq)
        ).all()
        steps = Counter(
            session.scalars(
                select(ReviewStepRow.came_to).where(
                    ReviewStepRow.review_id.in_(closed())
                )
            )
        )
        layers = session.scalars(select(GradingRow.layer).distinct()).all()

    assert at == sorted(at)
    assert steps == dict.fromkeys(ReviewState, 10)
    assert set(layers) == set(GradeLayer)


def test_loading_a_second_time_changes_nothing(database):
    def sizes(session):
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }

    with database.transaction() as session:
        before = sizes(session)
        later = NOW + timedelta(days=1)

        assert not demonstration.load(session, settings_of(database), now=later)

        assert sizes(session) == before


def test_links_are_told_for_everybody_in_every_status(database):
    with database.reading() as session:
        told = tell_links.respondents(session, settings_of(database))
        people = session.scalar(select(func.count()).select_from(ParticipantRow))
        stored = session.scalar(
            select(func.count()).where(ResponseRow.state == "submitted")
        )

    assert len(told) == people
    assert {one.status for one in told} == set(InvitationStatus)
    assert sum(one.responses for one in told) == stored
    shut = [one for one in told if one.link is None]
    assert {one.status for one in shut} == {InvitationStatus.NOT_INVITED}
    by_person = {(one.review, one.key): one for one in told}
    mother = by_person["SB-0517", "mother"]
    assert (mother.channel, mother.to, mother.code_word) == (
        "sms",
        "+447700900862",
        "marigold",
    )
    child = by_person["SB-0517", "child"]
    assert (child.channel, child.to) == ("in_person", None)


# ---- On whatever day ----


@pytest.fixture(scope="module")
def staffed(request, tmp_path_factory):
    """A database with the council's staff in it, and no reviews."""
    database = prepared(sqlite_url(request, tmp_path_factory))
    with database.transaction() as session:
        hired_at = datetime(2024, 7, 1, tzinfo=UTC)
        staff = hire(session, settings_of(database), now=hired_at)
    yield database, staff
    database.dispose()


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 1, 1, 0, 0, tzinfo=UTC), id="new year"),
        pytest.param(datetime(2026, 12, 28, 9, 30, tzinfo=UTC), id="after Christmas"),
        pytest.param(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), id="clocks go on"),
        pytest.param(datetime(2027, 7, 31, 23, 59, tzinfo=UTC), id="summer night"),
        pytest.param(datetime(2032, 2, 29, 12, 0, tzinfo=UTC), id="leap day"),
    ],
)
def test_reviews_under_way_can_be_told_on_any_day(staffed, now):
    database, staff = staffed
    told = [one for one in stories() if one["reference"] in UNDER_WAY]
    with trying(database) as session:
        demonstration.duty.set_route(
            session, demonstration.on_duty(), by=audit.OPERATOR, now=now
        )
        stage = Stage.of(session, settings_of(database), staff, now=now)

        tell(told, stage, say=lambda _: None, now=now)

        states = {
            reference: review(session, reference).state for reference in UNDER_WAY
        }
        assert states == UNDER_WAY
        asked = session.scalars(
            select(MessageRow.next_at).where(MessageRow.state == "due")
        ).all()
        assert asked
        assert min(asked) > now


def test_working_days_pass_over_weekends_and_holidays():
    almanac = Almanac(now=datetime(2026, 12, 29, 9, 0, tzinfo=UTC))

    assert almanac.day("-1") == date(2026, 12, 24)
    assert almanac.day("day-1") == date(2026, 12, 28)
    assert almanac.day("2024-09-05") == date(2024, 9, 5)
    assert almanac.at("day-3 soon") == datetime(2026, 12, 26, 9, 20, tzinfo=UTC)
    assert almanac.at("+1 16:10") == datetime(2026, 12, 30, 16, 10, tzinfo=UTC)


def test_a_day_without_a_time_is_refused():
    with pytest.raises(ValueError, match="isoformat"):
        Almanac(now=datetime(2026, 12, 29, 9, 0, tzinfo=UTC)).at("2024-09-05")


def test_each_story_judges_all_it_can():
    told = [story for story in stories() if "grading" in story]

    assert len(told) == 13
    for story in told:
        grading = story["grading"]
        judged = {*grading["grades"], *grading.get("not_graded", {})}
        assert judged == set(Judgement)
