"""Staff sign in with password and code, and sessions end when they should."""

import pyotp
import pytest
from builders import PASSWORD, TOTP, a_staff_member, post_form, sign_in
from sqlalchemy import func, select

from feedback.db.models import FailureRow
from feedback.services import audit
from feedback.services import staff as accounts


def _account(database, now, **given):
    with database.transaction() as session:
        return a_staff_member(session, now=now, email="ann@council.example", **given)


@pytest.mark.parametrize("email", ["ann", "jörg@council.example", "a b@x.example"])
def test_an_account_has_an_address_that_mail_can_reach(database, now, email):
    account = accounts.NewAccount(
        email=email, name="Ann", job_title="Officer", roles=frozenset()
    )

    with database.transaction() as session, pytest.raises(accounts.StaffError):
        accounts.create(
            session, account, accounts.new_secrets(), by=audit.OPERATOR, now=now
        )


def test_password_and_code_lead_to_the_home_page(client, database, now):
    _account(database, now)

    answer = sign_in(client, "ann@council.example", now=now)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_the_password_alone_opens_nothing(client, database, now):
    _account(database, now)

    post_form(
        client, "/staff/login", {"email": "ann@council.example", "password": PASSWORD}
    )

    assert client.get("/staff/").headers["Location"] == "/staff/login"


def test_email_in_capitals_is_the_same_account(client, database, now):
    _account(database, now)

    answer = sign_in(client, " Ann@Council.Example ", now=now)

    assert answer.headers["Location"] == "/staff/"


def test_a_wrong_password_and_an_unknown_email_read_the_same(client, database, now):
    _account(database, now)

    wrong = post_form(
        client, "/staff/login", {"email": "ann@council.example", "password": "x" * 15}
    )
    unknown = post_form(
        client, "/staff/login", {"email": "eve@council.example", "password": "x" * 15}
    )

    assert wrong.status_code == unknown.status_code == 422
    assert "is not right" in wrong.text
    assert wrong.text.count("is not right") == unknown.text.count("is not right")
    assert "x" * 15 not in wrong.text


def test_a_code_works_once(client, database, now, app):
    _account(database, now)
    sign_in(client, "ann@council.example", now=now)

    second = sign_in(app.test_client(), "ann@council.example", now=now)

    assert second.status_code == 422


def test_the_code_before_a_used_one_does_not_work(client, database, clock, app):
    _account(database, clock.at)
    earlier = pyotp.TOTP(TOTP).at(clock.at)
    clock.forward(seconds=30)
    sign_in(client, "ann@council.example", now=clock.at)
    other = app.test_client()

    post_form(
        other, "/staff/login", {"email": "ann@council.example", "password": PASSWORD}
    )
    answer = post_form(other, "/staff/login/code", {"code": earlier})

    assert answer.status_code == 422


def test_ten_failures_shut_the_door_for_ten_minutes(client, database, clock):
    _account(database, clock.at)
    wrong = {"email": "ann@council.example", "password": "not-the-password"}
    for _ in range(10):
        post_form(client, "/staff/login", wrong)

    refused = post_form(client, "/staff/login", {**wrong, "password": PASSWORD})
    clock.forward(minutes=11)
    answer = sign_in(client, "ann@council.example", now=clock.at)

    assert refused.status_code == 429
    assert answer.headers["Location"] == "/staff/"


def test_a_failure_is_forgotten_once_it_no_longer_counts(client, database, clock):
    wrong = {"email": "ann@council.example", "password": "wrong"}
    for _ in range(2):
        post_form(client, "/staff/login", wrong)
        clock.forward(minutes=11)

    with database.reading() as session:
        # One failure, noted at two doors: this place's and the account's.
        assert session.scalar(select(func.count()).select_from(FailureRow)) == 2


def test_a_session_ends_after_fifteen_idle_minutes(client, database, clock):
    _account(database, clock.at)
    sign_in(client, "ann@council.example", now=clock.at)
    clock.forward(minutes=14)
    still = client.get("/staff/").status_code
    clock.forward(minutes=16)

    assert still == 200
    assert client.get("/staff/").status_code == 303


def test_a_session_ends_after_ten_hours_however_busy(client, database, clock):
    _account(database, clock.at)
    sign_in(client, "ann@council.example", now=clock.at)

    statuses = []
    for _ in range(61):
        clock.forward(minutes=10)
        statuses.append(client.get("/staff/").status_code)

    assert statuses[58] == 200
    assert statuses[60] == 303


def test_signing_out_ends_the_session_on_the_server_too(client, database, now):
    _account(database, now)
    sign_in(client, "ann@council.example", now=now)
    cookie = client.get_cookie("staff").value

    answer = post_form(client, "/staff/logout", {}, page="/staff/")
    client.set_cookie("staff", cookie)

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/staff/").status_code == 303


def test_a_disabled_account_is_out_at_once(client, database, now):
    _account(database, now)
    sign_in(client, "ann@council.example", now=now)

    with database.transaction() as session:
        accounts.disable(session, "ann@council.example", by=audit.OPERATOR, now=now)

    assert client.get("/staff/").status_code == 303


def test_sign_in_starts_a_fresh_cookie(client, database, now):
    _account(database, now)
    client.get("/staff/login")
    before = client.get_cookie("staff").value

    sign_in(client, "ann@council.example", now=now)

    assert client.get_cookie("staff").value != before
    assert client.get_cookie("respond") is None


def test_a_form_without_its_token_is_refused(client, database, now):
    _account(database, now)

    answer = client.post(
        "/staff/login", data={"email": "ann@council.example", "password": PASSWORD}
    )

    assert answer.status_code == 400


def test_a_post_from_another_site_is_refused(client, database, now):
    _account(database, now)

    answer = post_form(
        client,
        "/staff/login",
        {"email": "a@b.example", "password": PASSWORD},
        headers={"Origin": "https://elsewhere.example"},
    )
    from_null = post_form(
        client,
        "/staff/login",
        {"email": "a@b.example", "password": PASSWORD},
        headers={"Origin": "null"},
    )

    assert answer.status_code == 403
    assert from_null.status_code == 422


def test_failures_from_elsewhere_do_not_shut_a_person_out(client, app, database, clock):
    _account(database, clock.at)
    stranger = app.test_client()
    stranger.environ_base = {**stranger.environ_base, "REMOTE_ADDR": "203.0.113.9"}
    wrong = {"email": "ann@council.example", "password": "not-the-password"}
    for _ in range(10):
        post_form(stranger, "/staff/login", wrong)

    refused = post_form(stranger, "/staff/login", wrong)
    answer = sign_in(client, "ann@council.example", now=clock.at)

    assert refused.status_code == 429
    assert answer.headers["Location"] == "/staff/"


def test_ten_wrong_codes_shut_the_door_of_the_code(client, database, clock):
    _account(database, clock.at)
    post_form(
        client, "/staff/login", {"email": "ann@council.example", "password": PASSWORD}
    )
    for _ in range(10):
        post_form(client, "/staff/login/code", {"code": "000000"})

    right = pyotp.TOTP(TOTP).at(clock.at)

    assert post_form(client, "/staff/login/code", {"code": right}).status_code == 429
