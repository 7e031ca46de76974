"""`review import`: one file, one transaction, and every fault told with its path."""

import csv
import io
import json
from dataclasses import replace

import openpyxl
import pytest
from builders import a_staff_member
from click.testing import _NamedTextIOWrapper
from intake_files import a_contact, a_file, a_person, a_review, a_row, a_sheet
from sqlalchemy import event, func, select

from feedback.db.models import (
    AuditEventRow,
    ContactRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.documents import sheet
from feedback.domain.access import Role
from feedback.domain.duty import DutyRoute
from feedback.services import audit, duty, invite, publish
from feedback.services import bring_in as services_bring_in

DUTY = DutyRoute(
    name="Dana",
    phone="07700900990",
    email="duty@council.example",
    hours="every day, 24 hours",
    backup_name="Ben",
    backup_phone="07700900991",
    backup_email="backup@council.example",
)


@pytest.fixture
def forms(database, now):
    with database.transaction() as session:
        publish.publish_bundled(session, now=now)


@pytest.fixture
def on_duty(database, now, forms):
    with database.transaction() as session:
        duty.set_route(session, DUTY, by=audit.OPERATOR, now=now)


@pytest.fixture
def bring_in(app, tmp_path, on_duty):
    """Run the command on what a file holds."""

    def run(content, *options):
        path = tmp_path / "reviews.json"
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(raw)
        return app.test_cli_runner().invoke(
            args=["review", "import", str(path), *options]
        )

    return run


def count(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_file_is_stored_and_counted_without_a_link_or_a_number(bring_in, database):
    people = [
        a_person("p1"),
        a_person("p2", contacts=[a_contact(channel="email", value="pat@example.org")]),
    ]

    result = bring_in(a_file(a_review(people=people), a_review("H-000002")), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "reviews": 2,
        "people": 3,
        "messages": 3,
        "unchanged": 0,
    }
    assert (count(database, ReviewRow), count(database, MessageRow)) == (2, 3)


def test_the_same_file_again_changes_nothing(bring_in, database):
    content = a_file(a_review())
    bring_in(content)

    result = bring_in(content, "--json")

    assert json.loads(result.stdout) == {
        "reviews": 0,
        "people": 0,
        "messages": 0,
        "unchanged": 1,
    }
    assert count(database, MessageRow) == 1


def test_equal_content_is_known_however_times_and_numbers_are_spelled(bring_in):
    bring_in(a_file(a_review()))
    other = a_review(
        opens_at="2026-11-24T16:05:00+01:00",
        people=[a_person(contacts=[a_contact(value="07700 900 001")])],
    )
    del other["service"]

    result = bring_in(a_file(other), "--json")

    assert json.loads(result.stdout)["unchanged"] == 1


def test_other_content_under_a_known_reference_is_refused(bring_in, database):
    bring_in(a_file(a_review()))

    result = bring_in(a_file(a_review(closes_at="2026-12-15T16:05:00Z")))

    assert result.exit_code == 2
    assert "reviews[0].reference: H-000001 exists already with other content" in (
        result.stderr
    )


def test_one_fault_stores_nothing_and_every_fault_is_told_on_its_line(
    bring_in, database
):
    people = [
        a_person(contacts=[a_contact(value="0207", safe="yes")]),
        a_person("p1", group="aunt"),
    ]

    result = bring_in(a_file(a_review(), a_review("H-2", people=people)))

    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert [line.partition(": ")[0] for line in told[:-1]] == [
        "reviews[1].people[0].contacts[0].safe",
        "reviews[1].people[0].contacts[0].value",
        "reviews[1].people[1].key",
        "reviews[1].people[1].group",
    ]
    assert count(database, ReviewRow) == 0


def test_uninvited_stores_a_review_and_queues_no_message(bring_in, database):
    result = bring_in(a_file(a_review()), "--uninvited", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "reviews": 1,
        "people": 1,
        "messages": 0,
        "unchanged": 0,
    }


def test_a_sheet_with_a_row_that_differs_tells_its_other_faults_too(bring_in):
    other = a_row(key="p2", closes_at="2027-01-01", sms_safe="maybe")

    result = bring_in(as_csv(a_row(key="p1"), other))

    assert result.exit_code == 2
    assert "row 3, closes_at: differs from the first row of H-000001" in result.stderr
    assert "row 3, sms_safe: must be yes or no" in result.stderr


def test_partial_takes_the_sound_reviews_and_tells_the_others(bring_in, database):
    content = a_file(a_review(), a_review("H-2", closes_at=None))

    result = bring_in(content, "--partial", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["reviews"] == 1
    assert "reviews[1].closes_at: " in result.stderr
    assert count(database, ReviewRow) == 1


def test_a_missing_file_is_told_by_its_name(app, on_duty):
    result = app.test_cli_runner().invoke(args=["review", "import", "nowhere.json"])

    assert result.exit_code == 2
    assert "nowhere.json: No such file or directory" in result.stderr


def test_a_child_is_refused_while_no_duty_contact_is_set(
    app, database, forms, tmp_path
):
    path = tmp_path / "child.json"
    child = a_person(group="child", age_band="9-12")
    path.write_text(json.dumps(a_file(a_review(people=[child]))))

    result = app.test_cli_runner().invoke(args=["review", "import", str(path)])

    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == (
        "reviews[0].people[0]: no duty contact is set; see duty set"
    )
    assert count(database, ReviewRow) == 0


def test_whoever_may_not_be_messaged_is_stored_without_a_message(bring_in, database):
    people = [
        a_person("under-13", group="child", age_band="9-12"),
        a_person("unsafe", contacts=[a_contact(safe=False)]),
        a_person("unknown", contacts=[a_contact(safe=None)]),
        a_person("unverified", contacts=[a_contact(verified_at=None)]),
        a_person("old", contacts=[a_contact(verified_at="2026-10-01T10:00:00Z")]),
        a_person("risk", contacts=[a_contact(), a_contact(high_risk=True)]),
        a_person("untold", consented_at=None),
        a_person("nowhere", contacts=[]),
    ]

    result = bring_in(a_file(a_review(people=people)), "--json")

    assert json.loads(result.stdout)["messages"] == 0
    assert count(database, ParticipantRow) == 8
    assert count(database, ContactRow) == 8
    assert count(database, MessageRow) == 0


def test_the_first_safe_and_checked_contact_in_order_is_the_one_used(
    bring_in, database
):
    contacts = [
        a_contact(safe=False),
        a_contact(channel="email", value="pat@example.org"),
        a_contact(value="+447700900002"),
    ]

    bring_in(a_file(a_review(people=[a_person(contacts=contacts)])))

    with database.reading() as session:
        assert session.scalars(select(MessageRow.channel)).one() == "email"
        assert session.scalars(select(InvitationRow.status)).one() == "invited"


def test_a_message_waits_for_the_review_to_open(bring_in, database):
    bring_in(a_file(a_review()))

    with database.reading() as session:
        not_before = session.scalars(select(MessageRow.not_before)).one()

    assert not_before.isoformat() == "2026-11-24T15:05:00+00:00"


def test_several_people_may_share_a_number(bring_in):
    people = [a_person("p1"), a_person("p2")]

    result = bring_in(a_file(a_review(people=people)), "--json")

    assert json.loads(result.stdout)["messages"] == 2


def test_what_came_in_is_on_record(bring_in, database):
    bring_in(a_file(a_review()))

    with database.reading() as session:
        deeds = session.execute(select(AuditEventRow.action, AuditEventRow.actor)).all()

    assert ("review_imported", "operator") in {tuple(one) for one in deeds}


def test_standard_input_is_read_for_a_dash(app, on_duty, database):
    result = app.test_cli_runner().invoke(
        args=["review", "import", "-", "--json"], input=json.dumps(a_file(a_review()))
    )

    assert result.exit_code == 0
    assert count(database, ReviewRow) == 1


def test_statements_do_not_grow_with_the_reviews_of_a_file(bring_in, app):
    engine = app.extensions["trigpoint"].database.engine

    def statements_for(series, reviews):
        seen = []

        def note(*given):
            seen.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        bring_in(a_file(*(a_review(f"{series}-{n}") for n in range(reviews))))
        event.remove(engine, "before_cursor_execute", note)
        # The audit trail numbers its rows one by one.
        return sum("INTO audit_event" not in one for one in seen)

    few = statements_for("A", 2)
    assert statements_for("B", 20) <= few


def test_what_is_not_json_is_told_with_the_name_of_the_file(bring_in, database):
    result = bring_in(b"{")

    assert result.exit_code == 2
    assert "reviews.json: is not JSON at line 1, column 2" in result.stderr


def test_a_reference_in_the_file_twice_is_refused(bring_in):
    result = bring_in(a_file(a_review(), a_review()))

    assert result.exit_code == 2
    assert "reviews[1].reference: is in this file twice" in result.stderr


def as_csv(*rows):
    written = io.StringIO()
    csv.writer(written).writerows(a_sheet(*rows))
    return written.getvalue().encode()


def as_workbook(*rows):
    book = openpyxl.Workbook()
    for row in a_sheet(*rows):
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_a_sheet_comes_in_as_the_same_reviews_a_file_of_json_would(bring_in, written):
    people = [a_person("p1"), a_person("p2")]
    bring_in(a_file(a_review(people=people)))

    result = bring_in(written(a_row(key="p1"), a_row(key="p2")), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["unchanged"] == 1


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_every_fault_of_a_sheet_is_told_with_its_row(bring_in, database, written):
    content = written(a_row(), a_row("H-2", sms="12", group="aunt"))

    result = bring_in(content)

    assert result.exit_code == 2
    assert count(database, ReviewRow) == 0
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:2]] == [
        "row 3, group",
        "row 3, sms",
    ]


def test_partial_takes_the_sound_reviews_of_a_sheet(bring_in, database):
    content = as_csv(a_row(), a_row("H-2", sms="12"))

    result = bring_in(content, "--partial", "--json")

    assert json.loads(result.stdout)["reviews"] == 1
    assert count(database, ReviewRow) == 1


@pytest.mark.parametrize("written", [as_csv, as_workbook])
def test_partial_leaves_out_only_the_review_whose_rows_contradict_each_other(
    bring_in, database, written
):
    other = a_row("H-2", key="p2", closes_at="2027-01-01")
    content = written(a_row(), a_row("H-2"), other, a_row("H-3"))

    result = bring_in(content, "--partial", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["reviews"] == 2
    assert result.stderr.splitlines() == [
        "row 4, closes_at: differs from the first row of H-2"
    ]
    with database.reading() as session:
        taken = session.scalars(select(ReviewRow.reference)).all()
    assert sorted(taken) == ["H-000001", "H-3"]


def test_without_partial_one_row_that_contradicts_stores_nothing(bring_in, database):
    other = a_row("H-2", key="p2", closes_at="2027-01-01")

    result = bring_in(as_csv(a_row(), a_row("H-2"), other))

    assert result.exit_code == 2
    assert count(database, ReviewRow) == 0


class TestProgress:
    @pytest.fixture
    def terminal(self, monkeypatch):
        monkeypatch.setattr(_NamedTextIOWrapper, "isatty", lambda _: True)

    @pytest.mark.usefixtures("terminal")
    def test_a_person_at_a_terminal_sees_how_far_it_has_come(self, bring_in):
        result = bring_in(a_file(a_review(), a_review("H-2")), "--json")

        assert json.loads(result.stdout)["reviews"] == 2
        assert "Bringing reviews in" in result.stderr
        assert "100%" in result.stderr
        assert "Bringing" not in result.stdout

    @pytest.mark.usefixtures("terminal")
    def test_faults_stand_on_lines_of_their_own_beneath_it(self, bring_in):
        content = a_file(a_review(), a_review("H-2", closes_at=None))

        result = bring_in(content, "--partial")

        assert "\nreviews[1].closes_at: " in result.stderr

    def test_a_pipe_or_a_log_sees_nothing_of_it(self, bring_in):
        result = bring_in(a_file(a_review()))

        assert result.exit_code == 0
        assert result.stderr == ""

    @pytest.mark.usefixtures("on_duty")
    def test_it_goes_step_by_step_and_comes_to_its_end(
        self, database, settings, now, monkeypatch
    ):
        monkeypatch.setattr(services_bring_in, "INVITED_AT_ONCE", 2)
        seen = Noted()
        given = services_bring_in.load(
            json.dumps(a_file(*(a_review(f"H-{n}") for n in range(5)))).encode()
        )

        with database.transaction() as session:
            services_bring_in.bring_in(
                session,
                given,
                services_bring_in.Terms(rules=invite.rules(settings)),
                by=audit.OPERATOR,
                now=now,
                progress=seen,
            )

        assert seen.steps == [1, 1, 1, 1, 1, 2, 2, 1]
        assert seen.total == sum(seen.steps)


@pytest.mark.usefixtures("on_duty")
def test_the_hourly_cap_of_a_member_of_staff_holds_for_a_whole_file(
    database, settings, now, monkeypatch
):
    monkeypatch.setattr(services_bring_in, "INVITED_AT_ONCE", 2)
    rules = replace(invite.rules(settings), cap_per_staff_per_hour=5)
    with database.transaction() as session:
        by = audit.staff(a_staff_member(session, Role.COORDINATOR, now=now))

    def brought(how_many):
        files = a_file(*(a_review(f"H-{n}") for n in range(how_many)))
        given = services_bring_in.load(json.dumps(files).encode())
        terms = services_bring_in.Terms(rules=rules)
        with database.transaction() as session:
            return services_bring_in.bring_in(session, given, terms, by=by, now=now)

    with pytest.raises(invite.InviteCapError):
        brought(6)
    # Nothing of the refused file stayed: the same reviews come in anew.
    assert brought(5).messages == 5


class Noted:
    def __init__(self):
        self.steps = []

    def begin(self, steps):
        self.total = steps

    def step(self, steps):
        self.steps.append(steps)


def test_what_is_neither_json_nor_a_sheet_is_told_in_one_line(bring_in):
    result = bring_in(b"Dear colleague, please find attached")

    assert result.exit_code == 2
    assert "neither JSON nor a sheet" in result.stderr


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_the_template_is_a_sheet_without_people(app, tmp_path, name):
    path = tmp_path / name

    result = app.test_cli_runner().invoke(args=["review", "template", str(path)])

    assert result.exit_code == 0
    assert sheet.rows_of(path.read_bytes()) == a_sheet()


def test_the_template_overwrites_nothing(app, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("mine")

    result = app.test_cli_runner().invoke(args=["review", "template", str(path)])

    assert result.exit_code == 1
    assert "exists" in result.stderr
    assert path.read_text() == "mine"


def test_the_template_has_one_of_two_endings(app, tmp_path):
    result = app.test_cli_runner().invoke(
        args=["review", "template", str(tmp_path / "people.doc")]
    )

    assert result.exit_code == 2
    assert ".csv or .xlsx" in result.stderr
