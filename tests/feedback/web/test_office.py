"""A coordinator commissions a review, adds people and invites them."""

import csv
import io
import json
import re
from io import BytesIO

import builders
import pytest
from builders import a_participant, a_staff_member, an_invitation, post_form, sign_in
from intake_files import a_file, a_review, a_row, a_sheet
from sqlalchemy import event, func, select

from feedback.db.ids import new_opaque_id
from feedback.db.models import (
    InvitationRow,
    MessageRow,
    ParticipantRow,
    QuestionnaireRow,
    ResponseRow,
    ReviewRow,
    StaffSessionRow,
)
from feedback.documents import sheet
from feedback.domain.access import Role
from feedback.domain.duty import DutyRoute
from feedback.services import audit, duty, inbound, publish
from feedback.web.office.stages import PAGES

DUTY = DutyRoute(
    name="Dana",
    phone="07700900990",
    email="duty@council.example",
    hours="every day, 24 hours",
    backup_name="Ben",
    backup_phone="07700900991",
    backup_email="backup@council.example",
)
REVIEW = {
    "reference": "H-000123",
    "service": "early_help",
    "opens_on": ["24", "11", "2026"],
    "closes_on": ["14", "12", "2026"],
    "moderation_on": ["18", "12", "2026"],
    "reviewer": "",
    "head_csc": "",
    "ad_people": "",
}
MOTHER = {
    "name": "Alex",
    "group": "family",
    "age_band": "",
    "form": "",
    "language": "en",
    "language_route": "none",
    "consented_on": ["23", "11", "2026"],
}
SAFE_PHONE = {
    "channel": "sms",
    "value": "07700 900555",
    "safe": "yes",
    "verified_on": ["23", "11", "2026"],
}


@pytest.fixture(autouse=True)
def forms(database, now):
    with database.transaction() as session:
        publish.publish_bundled(session, now=now)


@pytest.fixture
def hire(database, clock):
    """Give a role its account, once; tell its id."""
    ids = {}

    def make(role):
        if role not in ids:
            with database.transaction() as session:
                email = f"{role}@council.example"
                ids[role] = a_staff_member(session, role, now=clock.at, email=email)
        return ids[role]

    return make


@pytest.fixture
def become(client, clock, hire):
    """Sign in as whoever holds a role; tell the client."""

    def change(role):
        hire(role)
        # A code works once: whoever signs in again waits for the next.
        clock.forward(seconds=30)
        sign_in(client, f"{role}@council.example", now=clock.at)
        return client

    return change


@pytest.fixture
def coordinator(become):
    return become(Role.COORDINATOR)


def commission(client, **given):
    return post_form(client, "/staff/reviews/new", {**REVIEW, **given})


def add(client, fields=MOTHER, contact=None, **given):
    """Add a person and one contact through the pages; returns the person's path."""
    path = "/staff/reviews/H-000123/people/new"
    person = post_form(client, path, {**fields, **given}).headers["Location"]
    if contact:
        post_form(client, f"{person}/contacts/new", contact)
    return person


def press(client, path, page):
    """Press the one button that posts to a path."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    return client.post(path, data={"csrf_token": token[1]})


def test_a_review_is_commissioned_with_days_of_the_london_calendar(
    coordinator, database
):
    answer = commission(coordinator)

    assert answer.status_code == 303
    with database.reading() as session:
        row = session.scalars(select(ReviewRow)).one()
        assert row.opens_at.isoformat() == "2026-11-24T00:00:00+00:00"
        assert row.closes_at.isoformat() == "2026-12-14T23:59:59+00:00"
        assert row.state == "commissioned"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("reference", "Jane Smith", "use letters, digits"),
        ("reference", "Smith", "reads like a name"),
        ("reference", "", "Enter the case reference"),
        ("closes_on", ["1", "11", "2026"], "must not come before the first"),
        ("closes_on", ["31", "2", "2026"], "Enter a real date"),
        ("opens_on", ["", "", ""], "Enter the day from which"),
        ("service", "", "Choose the service"),
    ],
)
def test_a_bad_field_is_told_beside_it_and_nothing_is_lost(
    coordinator, field, value, sentence
):
    answer = commission(coordinator, **{field: value})

    assert answer.status_code == 422
    assert sentence.lower() in answer.text.lower()
    assert "<title>Error:" in answer.text
    assert 'value="18"' in answer.text


def test_a_reference_works_once(coordinator):
    commission(coordinator)

    answer = commission(coordinator)

    assert answer.status_code == 422
    assert "There is a review of this reference already" in answer.text


def test_a_declared_conflict_of_interest_refuses_the_reviewer(coordinator, hire):
    answer = commission(
        coordinator,
        reviewer=str(hire(Role.REVIEWER)),
        conflicts=["own_child_as_iro"],
    )

    assert answer.status_code == 422
    assert "own Independent Reviewing Officer" in answer.text


def test_one_person_cannot_fill_two_seats(coordinator, hire):
    same = str(hire(Role.MODERATOR))

    answer = commission(coordinator, head_csc=same, ad_people=same)

    assert answer.status_code == 422
    assert "Choose two different people" in answer.text


def test_a_reviewer_who_is_somebodys_contact_is_refused(coordinator, hire):
    commission(coordinator)
    email = {**SAFE_PHONE, "channel": "email", "value": "Reviewer@council.example"}
    add(coordinator, contact=email)

    answer = post_form(
        coordinator,
        "/staff/reviews/H-000123/team",
        {"reviewer": str(hire(Role.REVIEWER)), "head_csc": "", "ad_people": ""},
    )

    assert answer.status_code == 422
    assert "contact of somebody at this review" in answer.text


def test_what_will_happen_is_told_beside_each_person(coordinator):
    commission(coordinator)
    add(coordinator, contact=SAFE_PHONE)
    add(coordinator, contact={**SAFE_PHONE, "safe": "unknown"}, name="Bo")
    add(coordinator, name="Cleo", group="child", age_band="9-12")
    add(coordinator, name="Dee", not_invited_reason="New placement")

    page = coordinator.get("/staff/reviews/H-000123/people").text

    assert "A text goes now." in page
    assert "Nobody has said whether this contact is safe" in page
    assert "Will be asked in person: children under 13 are not messaged." in page
    assert "Will not be asked." in page


def test_invite_makes_messages_once_however_often_it_is_pressed(coordinator, database):
    commission(coordinator)
    add(coordinator, contact=SAFE_PHONE)
    check = "/staff/reviews/H-000123/invite"
    assert "A text goes now." in coordinator.get(check).text
    token = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', coordinator.get(check).text
    )

    answers = [coordinator.post(check, data={"csrf_token": token[1]}) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(MessageRow)) == 1
        assert session.scalars(select(ReviewRow.state)).one() == "invited"
    assert "Everybody is invited" in coordinator.get(check).text


def test_a_child_is_not_asked_while_no_duty_contact_is_set(coordinator, database):
    commission(coordinator)
    add(coordinator, name="Cleo", group="child", age_band="9-12")

    answer = press(
        coordinator, "/staff/reviews/H-000123/invite", "/staff/reviews/H-000123/invite"
    )

    assert answer.status_code == 422
    assert "no duty contact is set" in answer.text
    with database.reading() as session:
        assert session.scalars(select(InvitationRow)).all() == []


def test_open_on_this_device_signs_the_member_of_staff_out(coordinator, database, now):
    with database.transaction() as session:
        duty.set_route(session, DUTY, by=audit.OPERATOR, now=now)
    commission(coordinator)
    child = add(coordinator, name="Cleo", group="child", age_band="9-12")

    answer = press(coordinator, f"{child}/open", child)

    assert answer.status_code == 303
    assert re.fullmatch(r"/r/[1-9A-HJ-NP-Za-km-z]{22}", answer.headers["Location"])
    assert coordinator.get("/staff/").headers["Location"] == "/staff/login"
    with database.reading() as session:
        assert all(session.scalars(select(StaffSessionRow.ended_at)))


def test_stopping_messages_can_be_undone(coordinator, database):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)
    press(coordinator, "/staff/reviews/H-000123/invite", mother)

    press(coordinator, f"{mother}/stop", mother)
    stopped = coordinator.get(mother).text
    press(coordinator, f"{mother}/resume", mother)
    resumed = coordinator.get(mother).text

    assert "Messages to them are stopped." in stopped
    assert "Messages to them are stopped." not in resumed


def test_a_number_that_texted_stop_stays_stopped_and_staff_are_told(
    coordinator, database, now
):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)
    press(coordinator, "/staff/reviews/H-000123/invite", mother)
    press(coordinator, f"{mother}/stop", mother)
    with database.transaction() as session:
        text = inbound.Inbound(
            provider="twilio", sid="SM1", sender="+447700900555", body="STOP"
        )
        inbound.record_inbound(session, text, now=now)

    press(coordinator, f"{mother}/resume", mother)

    page = coordinator.get(mother).text
    assert "stays stopped: STOP was sent from it" in page
    assert "Messages may go to them again" not in page


def test_a_closed_link_is_asked_about_once_and_then_closed(coordinator, database):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)
    press(coordinator, "/staff/reviews/H-000123/invite", mother)

    answer = press(coordinator, f"{mother}/close", f"{mother}/close")

    assert answer.status_code == 303
    with database.reading() as session:
        assert session.scalars(select(InvitationRow.status)).one() == "revoked"
        assert session.scalars(select(MessageRow.state)).one() == "cancelled"


def test_a_person_leaves_only_before_an_invitation_was_made(coordinator, database):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)
    other = add(coordinator, name="Bo", contact=SAFE_PHONE)
    press(coordinator, f"{other}/remove", other)
    press(coordinator, "/staff/reviews/H-000123/invite", mother)

    press(coordinator, f"{mother}/remove", mother)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ParticipantRow)) == 1


def test_a_contact_keeps_everything_that_was_said_about_it(coordinator):
    commission(coordinator)
    mother = add(
        coordinator,
        contact={
            **SAFE_PHONE,
            "is_shared_device": "y",
            "safe_days": ["1"],
            "safe_from": "10:00",
            "safe_until": "12",
            "blocked_dates": "1/12/2026",
            "code_word": "kestrel",
        },
    )
    edit = re.search(
        r'href="([^"]+/contacts/[0-9a-f-]+)"', coordinator.get(mother).text
    )

    page = coordinator.get(edit[1]).text

    assert "Tuesday, from 10am until midday; never on 1 December 2026" in (
        coordinator.get(mother).text
    )
    for value in ("+447700900555", "10:00", "12:00", "1/12/2026", "kestrel"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("value", "020 7946 0000", "cannot receive texts"),
        ("value", "", "Enter a mobile number"),
        ("safe", "", "Choose what they said"),
        ("verified_on", ["1", "12", "2026"], "Enter today, or a day before"),
        ("safe_from", "noon", "Write a time like"),
        ("safe_until", "00:00", "first safe hour"),
        ("blocked_dates", "tomorrow", "Write dates like"),
    ],
)
def test_a_contact_that_cannot_be_is_told_beside_the_field(
    coordinator, field, value, sentence
):
    commission(coordinator)
    mother = add(coordinator)

    answer = post_form(
        coordinator, f"{mother}/contacts/new", {**SAFE_PHONE, field: value}
    )

    assert answer.status_code == 422
    assert sentence in answer.text


def test_somebody_who_would_rather_answer_by_text_is_recorded_and_shown(
    coordinator,
):
    commission(coordinator)
    mother = add(coordinator, contact={**SAFE_PHONE, "answers_by_text": "y"})

    assert "Yes, they would rather" in coordinator.get(mother).text
    post_form(coordinator, "/staff/reviews/H-000123/invite", {})

    page = coordinator.get(mother).text
    assert "They may answer by text, and have not begun." in page


@pytest.mark.parametrize(
    ("given", "person", "sentence"),
    [
        ({"is_shared_device": "y"}, {}, "Somebody else can read"),
        ({"code_word": "kestrel"}, {}, "a text cannot ask for it"),
        ({"safe": "unknown"}, {}, "a number they said is safe"),
        ({}, {"group": "child", "age_band": "9-12"}, "Under 13"),
        ({}, {"group": "practitioner"}, "no short form"),
        (
            {"channel": "email", "value": "someone@example.org"},
            {},
            "needs a mobile number",
        ),
    ],
)
def test_answering_by_text_is_refused_where_it_would_not_be_offered(
    coordinator, given, person, sentence
):
    commission(coordinator)
    who = add(coordinator, **person)

    answer = post_form(
        coordinator,
        f"{who}/contacts/new",
        {**SAFE_PHONE, "answers_by_text": "y", **given},
    )

    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_head_sees_people_without_contact_details(coordinator, become):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)
    seen = coordinator.get(mother).text

    hidden = become(Role.HEAD_SQA).get(mother).text

    assert "+447700900555" in seen
    assert "900555" not in hidden
    assert "1 contact is recorded" in hidden


def test_the_head_can_correct_a_contact_without_seeing_it(coordinator, become):
    commission(coordinator)
    mother = add(coordinator, contact={**SAFE_PHONE, "code_word": "kestrel"})
    edit = re.search(
        r'href="([^"]+/contacts/[0-9a-f-]+)"', coordinator.get(mother).text
    )
    head = become(Role.HEAD_SQA)
    assert "900555" not in head.get(edit[1]).text
    assert "kestrel" not in head.get(edit[1]).text

    post_form(head, edit[1], {**SAFE_PHONE, "value": "", "safe": "no"})

    page = become(Role.COORDINATOR).get(mother).text
    assert "+447700900555" in page
    assert "No, never use it" in page


@pytest.mark.parametrize(
    "role", [Role.DUTY, Role.COMMITTEE, Role.AUDITOR, Role.ADMIN, Role.REVIEWER]
)
def test_whoever_has_no_part_in_a_review_finds_nothing(coordinator, become, role):
    commission(coordinator)
    mother = add(coordinator, contact=SAFE_PHONE)

    other = become(role)

    for path in ("/staff/reviews/H-000123", "/staff/reviews/H-000123/people", mother):
        assert other.get(path).status_code == 404


def test_a_reviewer_sees_counts_and_no_names(coordinator, become, hire):
    commission(coordinator, reviewer=str(hire(Role.REVIEWER)))
    add(coordinator, contact=SAFE_PHONE, name="Zebedee")

    reviewer = become(Role.REVIEWER)
    page = reviewer.get("/staff/reviews/H-000123").text

    assert "0 of 1" in page
    assert "Zebedee" not in page
    assert reviewer.get("/staff/reviews/H-000123/people").status_code == 404
    assert "H-000123" in reviewer.get("/staff/reviews").text


def test_a_list_holds_only_the_reviews_a_reviewer_has_a_seat_at(
    coordinator, become, hire
):
    commission(coordinator)

    page = become(Role.REVIEWER).get("/staff/reviews").text

    assert "H-000123" not in page
    assert "No reviews yet" in page


def test_reviews_are_found_by_a_part_of_their_reference(coordinator):
    commission(coordinator)
    commission(coordinator, reference="H-000999")

    page = coordinator.get("/staff/reviews?reference=999").text

    assert "H-000999" in page
    assert "H-000123" not in page


def test_another_reviews_person_is_not_found_here(coordinator):
    commission(coordinator)
    commission(coordinator, reference="H-000999")
    mother = add(coordinator)

    answer = coordinator.get(mother.replace("H-000123", "H-000999"))

    assert answer.status_code == 404


def test_easy_read_can_be_chosen_for_a_child_of_any_age(coordinator, database):
    commission(coordinator)

    add(coordinator, group="child", age_band="13-17", form="easy_read")

    with database.reading() as session:
        assert session.scalars(select(ParticipantRow.form)).one() == "easy_read"


def test_a_child_needs_an_age_and_an_adult_has_none(coordinator):
    commission(coordinator)
    path = "/staff/reviews/H-000123/people/new"

    child = post_form(coordinator, path, {**MOTHER, "group": "child"})
    adult = post_form(coordinator, path, {**MOTHER, "age_band": "9-12"})

    assert "A child needs one of" in child.text
    assert "Only a child or young person has one" in adult.text


def test_names_and_numbers_are_sealed_in_the_table(coordinator, database):
    commission(coordinator)
    add(coordinator, contact=SAFE_PHONE, name="Zebedee")

    with database.reading() as session:
        row = session.scalars(select(ParticipantRow)).one()

    assert b"Zebedee" not in row.name_sealed


def test_home_tells_the_coordinator_what_waits(coordinator):
    commission(coordinator)

    page = coordinator.get("/staff/").text

    assert "Add people to H-000123" in page
    assert "Choose a reviewer for H-000123" in page


@pytest.mark.parametrize("role", list(Role))
def test_an_empty_desk_teaches_what_will_come(become, role):
    page = become(role).get("/staff/").text

    assert "Nothing is waiting for you" in page


def upload(client, content, **given):
    raw = json.dumps(content).encode()
    return upload_raw(client, raw, "reviews.json", **given)


def upload_raw(client, raw, name, **given):
    page = client.get("/staff/reviews/import").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return client.post(
        "/staff/reviews/import",
        data={"csrf_token": token[1], "file": (BytesIO(raw), name), **given},
        content_type="multipart/form-data",
    )


def test_a_file_comes_in_by_the_page_as_by_the_command(coordinator, database):
    answer = upload(coordinator, a_file(a_review()))

    assert answer.status_code == 303
    page = coordinator.get("/staff/reviews").text
    assert "1 review is in, with 1 person. 1 message waits for safe hours." in page
    assert "H-000001" in page


def test_a_file_may_come_in_without_inviting_anybody_yet(coordinator, database):
    answer = upload(coordinator, a_file(a_review()), is_held="y")

    assert answer.status_code == 303
    assert "Nobody is invited yet" in coordinator.get("/staff/reviews").text
    with database.reading() as session:
        assert session.scalars(select(MessageRow)).all() == []
    assert (
        post_form(coordinator, "/staff/reviews/H-000001/invite", {}).status_code == 303
    )
    with database.reading() as session:
        assert len(session.scalars(select(MessageRow)).all()) == 1


def test_a_sheet_tells_every_fault_by_its_row_and_column(coordinator):
    rows = a_sheet(
        a_row(key="p1", sms_safe="maybe"),
        a_row(key="p2", closes_at="2027-01-01", sms_safe="maybe"),
    )
    written = io.StringIO()
    csv.writer(written).writerows(rows)

    answer = upload_raw(coordinator, written.getvalue().encode(), "people.csv")

    page = re.sub(r"<[^>]+>|\s+", " ", answer.text)
    assert answer.status_code == 422
    assert re.search(r"2, 3\s+sms_safe\s+Must be yes or no", page)
    assert re.search(r"3\s+closes_at\s+Differs from the first row", page)


def test_a_pdf_is_told_what_would_help(coordinator):
    answer = upload_raw(coordinator, b"%PDF-1.7\n\xe2\xe3", "people.pdf")

    assert answer.status_code == 422
    assert "The file is a PDF, and rows cannot be read from one" in answer.text


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_an_empty_sheet_to_fill_in_can_be_kept(coordinator, name):
    page = coordinator.get("/staff/reviews/import").text
    answer = coordinator.get(f"/staff/reviews/import/{name}")

    assert f'href="/staff/reviews/import/{name}"' in page
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert sheet.rows_of(answer.data)[0][0] == "reference"


def test_the_page_lists_every_fault_of_a_file_and_stores_nothing(coordinator, database):
    answer = upload(coordinator, a_file(a_review(), a_review("H-2", closes_at=None)))

    assert answer.status_code == 422
    assert "reviews[1].closes_at: must be a time like" in answer.text
    assert "One thing in this file needs a correction" in answer.text
    with database.reading() as session:
        assert session.scalars(select(ReviewRow)).all() == []


def test_the_page_takes_the_sound_reviews_where_asked_to(coordinator, database):
    content = a_file(a_review(), a_review("H-2", closes_at=None))

    answer = upload(coordinator, content, is_partial="y")

    assert "These reviews were left out" in answer.text
    with database.reading() as session:
        assert session.scalars(select(ReviewRow.reference)).all() == ["H-000001"]


@pytest.mark.parametrize("fields", [{}, {"file": "words, not a file"}])
def test_no_file_is_told_beside_the_field(coordinator, fields):
    answer = post_form(coordinator, "/staff/reviews/import", fields)

    assert answer.status_code == 422
    assert "Choose a file that is not empty" in answer.text


def test_statements_do_not_grow_with_the_reviews_of_a_list(
    coordinator, app, database, now
):
    engine = app.extensions["trigpoint"].database.engine

    def statements():
        seen = []

        def note(*given):
            seen.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        coordinator.get("/staff/reviews")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    commission(coordinator)
    few = statements()
    with database.transaction() as session:
        for _ in range(10):
            a_participant(session, builders.a_review(session, now=now), now=now)

    assert statements() == few


def test_a_form_that_was_sent_very_fast_counts_once_somebody_says_so(
    coordinator, database, now
):
    with database.transaction() as session:
        review = builders.a_review(session, now=now, reference="H-000123")
        person = a_participant(session, review, now=now)
        form = session.scalars(
            select(QuestionnaireRow).where(QuestionnaireRow.form == "family")
        ).one()
        invitation, _ = an_invitation(session, person, form, now=now, status="started")
        session.add(
            ResponseRow(
                id=new_opaque_id(),
                review_id=review.id,
                invitation_id=invitation.id,
                questionnaire_id=form.id,
                submission_no=1,
                state="quarantined",
                language="en",
                helped_by="unknown",
                started_at=now,
                submitted_at=now,
            )
        )
    hub = "/staff/reviews/H-000123"
    page = coordinator.get(hub).text
    release = re.search(r'formaction="([^"]+/release)"', page)

    answer = press(coordinator, release[1], hub)

    assert answer.status_code == 303
    with database.reading() as session:
        assert session.scalars(select(ResponseRow.state)).one() == "submitted"
        assert session.scalars(select(InvitationRow.status)).one() == "answered"


def test_answers_leave_the_view_when_the_person_asks_for_it(coordinator, database, now):
    with database.transaction() as session:
        review = builders.a_review(session, now=now, reference="H-000123")
        person = a_participant(session, review, now=now)
        form = session.scalars(
            select(QuestionnaireRow).where(QuestionnaireRow.form == "family")
        ).one()
        an_invitation(session, person, form, now=now, status="answered")
    path = f"/staff/reviews/H-000123/people/{person.id}/withdraw"

    answer = press(coordinator, path, path)

    assert answer.status_code == 303
    with database.reading() as session:
        assert session.scalars(select(InvitationRow.status)).one() == "withdrawn"


def test_every_task_of_a_review_leads_to_a_page_that_exists(app):
    office = {place for place, _ in PAGES.values() if place.startswith("office.")}

    assert office <= app.view_functions.keys()
