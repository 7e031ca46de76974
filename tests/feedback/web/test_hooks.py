"""Are callbacks believed only when signed, and stored before the answer?"""

import dataclasses

import pytest
from conftest import MASTER_TEXT
from fakes_twilio import AUTH_TOKEN
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from feedback.app import create_app
from feedback.config import Settings
from feedback.db.models import InboundRow, ProviderEventRow

BASE = "https://forms.example"


@pytest.fixture
def settings(database_url):
    return Settings.from_env(
        {
            "MODE": "demo",
            "DATABASE_URL": database_url,
            "PUBLIC_BASE_URL": BASE,
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": MASTER_TEXT,
            "SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_AUTH_TOKEN_PREVIOUS": "the-token-before",
            "TWILIO_FROM": "+447700900999",
        }
    )


def signed(client, path, fields, token=AUTH_TOKEN):
    signature = RequestValidator(token).compute_signature(f"{BASE}{path}", fields)
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered"}
INBOUND = {"MessageSid": "SM2", "From": "+447700900111", "Body": "  Help me ü\n"}


def test_a_genuine_receipt_is_stored_even_for_an_unknown_message(client, database):
    answer = signed(client, "/hooks/twilio/status?attempt=x", STATUS)

    assert answer.status_code == 204
    with database.reading() as session:
        assert session.scalars(select(ProviderEventRow)).one().status == "delivered"


def test_a_callback_about_another_account_is_refused(client, database):
    ours, other = "AC" + "0" * 32, "AC" + "1" * 32

    answers = [
        signed(client, "/hooks/twilio/inbound", INBOUND | {"AccountSid": sid})
        for sid in (other, ours)
    ]

    assert [answer.status_code for answer in answers] == [403, 200]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboundRow)) == 1


def test_a_receipt_told_twice_is_stored_once(client, database):
    for _ in range(2):
        assert signed(client, "/hooks/twilio/status", STATUS).status_code == 204

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProviderEventRow)) == 1


@pytest.mark.parametrize(
    ("told", "kind"), [("STOP", "opt_out"), ("HELP", "words"), ("?", "words")]
)
def test_what_the_provider_took_a_text_for_is_believed_where_it_stops(
    client, database, told, kind
):
    signed(client, "/hooks/twilio/inbound", INBOUND | {"OptOutType": told})

    with database.reading() as session:
        assert session.scalars(select(InboundRow)).one().kind == kind


@pytest.mark.parametrize(
    ("token", "is_logged"), [("7d9f-22", True), ("x" * 65, False), ("a b=c", False)]
)
def test_the_name_of_a_try_is_logged_where_it_is_one(client, caplog, token, is_logged):
    path = "/hooks/twilio/status"
    signature = RequestValidator(AUTH_TOKEN).compute_signature(BASE + path, STATUS)
    headers = {"X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": token}

    with caplog.at_level("INFO"):
        assert client.post(path, data=STATUS, headers=headers).status_code == 204

    assert (f"callback {token}" in caplog.text) is is_logged


def test_a_text_is_answered_with_silence_once_it_is_stored(client, database):
    answer = signed(client, "/hooks/twilio/inbound", INBOUND)

    assert answer.status_code == 200
    assert answer.text.endswith("<Response></Response>")
    with database.reading() as session:
        assert session.scalars(select(InboundRow)).one().kind == "words"


def test_the_token_before_a_rotation_still_counts(client):
    answer = signed(client, "/hooks/twilio/inbound", INBOUND, "the-token-before")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/hooks/twilio/status", "/hooks/twilio/inbound"])
@pytest.mark.parametrize("token", ["another", ""])
def test_a_forged_callback_is_refused_and_not_stored(client, database, path, token):
    assert signed(client, path, INBOUND | STATUS, token).status_code == 403
    assert client.post(path, data=INBOUND).status_code == 403

    with database.reading() as session:
        assert session.scalars(select(InboundRow)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/hooks/twilio/status", "/hooks/twilio/inbound"])
def test_while_the_database_is_away_the_provider_is_asked_to_come_again(
    settings, clock, tmp_path, path
):
    empty = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    app = create_app(dataclasses.replace(settings, database_url=empty), clock)

    answer = signed(app.test_client(), path, INBOUND | STATUS)

    assert answer.status_code == 503
    app.extensions["trigpoint"].database.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_callback_is_believed_where_no_provider_is_set(settings, clock, database):
    app = create_app(dataclasses.replace(settings, twilio=None), clock)

    answer = signed(app.test_client(), "/hooks/twilio/inbound", INBOUND, "")

    assert answer.status_code == 403
    app.extensions["trigpoint"].database.dispose()
