"""A missing or weak setting stops the start with its name."""

import base64

import pytest

from feedback import config
from feedback.config import Mode, Settings
from feedback.environment import SettingError

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "MODE": "production",
    "DATABASE_URL": "postgresql+psycopg://trigpoint@localhost/trigpoint",
    "PUBLIC_BASE_URL": "https://forms.example",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "MASTER_KEY": KEY,
    "COUNCIL_NAME": "A Council",
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC0",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM": "+447700900000",
    "EMAIL_PROVIDER": "smtp",
    "SMTP_HOST": "mail.example",
    "EMAIL_FROM": "forms@council.example",
}


def test_production_starts_with_what_it_needs():
    settings = Settings.from_env(PRODUCTION)

    assert settings.mode is Mode.PRODUCTION
    assert settings.staff_base_url == "https://forms.example"
    assert settings.cap_per_person_per_week == 3


@pytest.mark.parametrize("sender", ["+447700900000", "60777", "Forms", "A Council 1"])
def test_texts_come_from_a_number_or_a_short_name(sender):
    settings = Settings.from_env(PRODUCTION | {"TWILIO_FROM": sender})

    assert settings.twilio.sender == sender


@pytest.mark.parametrize("sender", ["A long Council", "+4477x", "Fo_rms", "12"])
def test_a_sender_that_no_network_shows_stops_the_start(sender):
    with pytest.raises(SettingError, match="TWILIO_FROM"):
        Settings.from_env(PRODUCTION | {"TWILIO_FROM": sender})


def test_the_demonstration_needs_no_setting(tmp_path, monkeypatch):
    monkeypatch.setattr("feedback.config.INSTANCE", tmp_path / "instance")

    first = Settings.from_env({})
    second = Settings.from_env({})

    assert first == second
    assert first.is_demo
    assert len(first.master_key) == 32


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "staging"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "trigpoint.sqlite3"),
        ("DATABASE_URL", "mysql://trigpoint@localhost/trigpoint"),
        ("PUBLIC_BASE_URL", "http://forms.example"),
        ("PUBLIC_BASE_URL", "https://[::1"),
        ("LEAVE_URL", "https://forms.example:port"),
        ("LEAVE_URL", "javascript:history.back()"),
        ("PUBLIC_BASE_URL", "forms.example"),
        ("STAFF_BASE_URL", "http://staff.example"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("MASTER_KEY", ""),
        ("MASTER_KEY", "bm90LXRoaXJ0eS10d28="),
        ("MASTER_KEY", base64.urlsafe_b64encode(bytes(32)).decode()),
        ("MASTER_KEY", "not base64 at all"),
        ("MASTER_KEY_PREVIOUS", "x"),
        ("MASTER_KEY_PREVIOUS", base64.urlsafe_b64encode(bytes(32)).decode()),
        ("SMS_PROVIDER", "console"),
        ("SMS_PROVIDER", "pigeon"),
        ("EMAIL_PROVIDER", "console"),
        ("COUNCIL_NAME", ""),
        ("COUNCIL_NAME", "Stonebridge Council"),
        ("EMAIL_FROM", ""),
        ("EMAIL_FROM", "your-feedback@forms.example"),
        ("TWILIO_ACCOUNT_SID", ""),
        ("TWILIO_AUTH_TOKEN", ""),
        ("TWILIO_FROM", ""),
        ("TWILIO_API_BASE_URL", "http://sandbox.example"),
        ("SMTP_HOST", ""),
        ("SMTP_PORT", "many"),
        ("SMTP_PORT", "65536"),
        ("SMTP_TLS", "maybe"),
        ("SMS_RATE_PER_SECOND", "nan"),
        ("SMS_RATE_PER_SECOND", "0"),
        ("CAP_SMS_PER_DAY", "2.5"),
        ("TRUSTED_PROXIES", "everyone"),
        ("LEASE_SECONDS", "5"),
        ("LEASE_SECONDS", "1e300"),
        ("RECONCILE_AFTER", "5"),
        ("DEMO_NOW", "2026-11-24T09:00:00Z"),
        ("FLASK_DEBUG", "1"),
        ("DISPATCH_ENGINE", "cron"),
        ("DISPATCH_THREADS", "0"),
        ("DISPATCH_THREADS", "65"),
    ],
)
def test_production_refuses_and_names_the_setting(name, value):
    with pytest.raises(SettingError) as caught:
        Settings.from_env({**PRODUCTION, name: value})

    assert caught.value.name == name


def test_many_workers_need_postgresql():
    with pytest.raises(SettingError, match="PostgreSQL") as caught:
        Settings.from_env(
            {
                **PRODUCTION,
                "DATABASE_URL": "sqlite:///x.sqlite3",
                "DISPATCH_ENGINE": "procrastinate",
            }
        )

    assert caught.value.name == "DISPATCH_ENGINE"


def test_a_naive_start_of_the_demonstrations_clock_is_refused():
    demo = {"SECRET_KEY": PRODUCTION["SECRET_KEY"], "MASTER_KEY": KEY}

    with pytest.raises(SettingError, match="DEMO_NOW"):
        Settings.from_env({**demo, "DEMO_NOW": "2026-11-24T09:00"})


def test_keys_of_a_trial_need_be_long_only():
    settings = Settings.from_env(
        {
            "SECRET_KEY": "s" * 40,
            "MASTER_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
        }
    )

    assert (settings.secret_key, settings.master_key) == ("s" * 40, bytes(32))


def test_a_sandbox_on_this_machine_may_be_plain_http():
    settings = Settings.from_env(
        {**PRODUCTION, "TWILIO_API_BASE_URL": "http://127.0.0.1:4010/"}
    )

    assert settings.twilio is not None
    assert settings.twilio.api_base_url == "http://127.0.0.1:4010"


def test_links_of_the_demonstration_lead_to_where_it_was_started(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "INSTANCE", tmp_path)
    demo = {"SECRET_KEY": PRODUCTION["SECRET_KEY"], "MASTER_KEY": KEY}
    usual = Settings.from_env(demo).public_base_url

    (tmp_path / "address").write_text("http://localhost:8234\n")

    assert usual == "http://localhost:8000"
    assert Settings.from_env(demo).public_base_url == "http://localhost:8234"
