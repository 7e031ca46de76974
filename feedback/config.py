"""Which settings does this deployment run with? The only reader of the environment.

A missing or weak setting stops the start with its name and what to set.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from feedback.environment import Network, Reader, SettingError
from feedback.instance import USUAL_ADDRESS, demo_keys, last_address

CHECKOUT: Final = Path(__file__).resolve().parent.parent
INSTANCE: Final = CHECKOUT / "instance"
SECRET_KEY_CHARACTERS: Final = 32
DATABASE_DRIVERS: Final = frozenset(
    {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}
)
MOST_THREADS: Final = 64
LEASE_FLOOR: Final = timedelta(seconds=30)
# The invented council of the demonstration, which no respondent may be told of.
DEMO_COUNCIL: Final = "Stonebridge Council"
DEMO_SENDER: Final = "your-feedback@forms.example"


class Mode(StrEnum):
    """What kind of deployment this is."""

    DEMO = "demo"
    PRODUCTION = "production"


class SmsProvider(StrEnum):
    """Who carries texts."""

    CONSOLE = "console"
    TWILIO = "twilio"


class EmailProvider(StrEnum):
    """Who carries emails."""

    CONSOLE = "console"
    SMTP = "smtp"


class SmtpTls(StrEnum):
    """How the line to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class DispatchEngine(StrEnum):
    """What runs the dispatch of due messages."""

    LOCAL = "local"
    PROCRASTINATE = "procrastinate"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """How to reach Twilio."""

    account_sid: str
    auth_token: str
    auth_token_previous: str | None
    sender: str | None
    messaging_service_sid: str | None
    api_base_url: str | None
    long_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """How to reach the mail server."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: SmtpTls


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every choice an operator makes; frozen for the life of the process."""

    mode: Mode
    database_url: str
    public_base_url: str
    staff_base_url: str
    secret_key: str
    master_key: bytes
    master_key_previous: bytes | None
    service_name: str
    council_name: str
    dispatch_engine: DispatchEngine
    sms_provider: SmsProvider
    twilio: TwilioSettings | None
    email_provider: EmailProvider
    smtp: SmtpSettings | None
    email_from: str
    sms_rate_per_second: float
    sms_pence_per_part: Decimal
    dispatch_threads: int
    trusted_proxies: tuple[Network, ...]
    cap_per_person_per_week: int
    cap_per_staff_per_hour: int
    cap_sms_per_day: int
    school_breaks: str | None
    social_graces: str | None
    leave_url: str
    metrics_token: str | None
    lease: timedelta
    reconcile_after: timedelta
    quarantine: timedelta
    demo_now: datetime | None

    @property
    def is_demo(self) -> bool:
        """Whether this is the demonstration."""
        return self.mode is Mode.DEMO

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over TLS."""
        return urlsplit(self.public_base_url).scheme == "https"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment once.

        Raises:
            SettingError: If a setting is missing, weak or cannot be read.
        """
        return _read(Reader(os.environ if environ is None else environ))


def _read(reader: Reader) -> Settings:
    mode = reader.choice("MODE", Mode, Mode.DEMO)
    is_demo = mode is Mode.DEMO
    keys = demo_keys(INSTANCE) if is_demo else {}
    usual = last_address(INSTANCE) if is_demo else USUAL_ADDRESS
    public = reader.url("PUBLIC_BASE_URL", usual)
    sms = reader.choice("SMS_PROVIDER", SmsProvider, SmsProvider.CONSOLE)
    email = reader.choice("EMAIL_PROVIDER", EmailProvider, EmailProvider.CONSOLE)
    settings = Settings(
        mode=mode,
        database_url=_database_url(reader, mode),
        public_base_url=public,
        staff_base_url=reader.url("STAFF_BASE_URL", public),
        secret_key=_secret_key(reader, keys),
        master_key=_master_key(reader, keys),
        master_key_previous=_previous_master_key(reader),
        service_name=reader.text("SERVICE_NAME", "Your feedback"),
        council_name=reader.text("COUNCIL_NAME", DEMO_COUNCIL),
        dispatch_engine=_dispatch_engine(reader, _database_url(reader, mode)),
        sms_provider=sms,
        twilio=_twilio(reader) if sms is SmsProvider.TWILIO else None,
        email_provider=email,
        smtp=_smtp(reader) if email is EmailProvider.SMTP else None,
        email_from=reader.text("EMAIL_FROM", DEMO_SENDER),
        sms_rate_per_second=reader.number("SMS_RATE_PER_SECOND", 10, at_least=0.01),
        dispatch_threads=_threads(reader),
        sms_pence_per_part=Decimal(str(reader.number("SMS_PENCE_PER_PART", 4))),
        trusted_proxies=reader.networks("TRUSTED_PROXIES"),
        cap_per_person_per_week=reader.whole("CAP_PER_PERSON_PER_WEEK", 3, at_least=1),
        cap_per_staff_per_hour=reader.whole("CAP_PER_STAFF_PER_HOUR", 200, at_least=1),
        cap_sms_per_day=reader.whole("CAP_SMS_PER_DAY", 5000, at_least=1),
        school_breaks=reader.optional("SCHOOL_BREAKS"),
        social_graces=reader.optional("SOCIAL_GRACES"),
        leave_url=reader.url("LEAVE_URL", "https://www.bbc.co.uk/weather"),
        metrics_token=reader.optional("METRICS_TOKEN"),
        lease=reader.seconds("LEASE_SECONDS", 60, at_least=0.1),
        reconcile_after=reader.seconds("RECONCILE_AFTER", 60),
        quarantine=reader.seconds("QUARANTINE_SECONDS", 3),
        demo_now=reader.instant("DEMO_NOW"),
    )
    if mode is Mode.PRODUCTION:
        _refuse_unsafe_production(settings, reader)
    return settings


def _threads(reader: Reader) -> int:
    threads = reader.whole("DISPATCH_THREADS", 4, at_least=1)
    if threads > MOST_THREADS:
        raise SettingError("DISPATCH_THREADS", f"set {MOST_THREADS} or less")
    return threads


def _dispatch_engine(reader: Reader, database_url: str) -> DispatchEngine:
    engine = reader.choice("DISPATCH_ENGINE", DispatchEngine, DispatchEngine.LOCAL)
    if engine is DispatchEngine.PROCRASTINATE and database_url.startswith("sqlite"):
        raise SettingError(
            "DISPATCH_ENGINE",
            "procrastinate runs as jobs over PostgreSQL: set a PostgreSQL "
            "DATABASE_URL, or local",
        )
    return engine


def _database_url(reader: Reader, mode: Mode) -> str:
    advice = "set it as SQLAlchemy writes it, postgresql+psycopg://…"
    if mode is Mode.PRODUCTION:
        value = reader.required("DATABASE_URL", advice)
    else:
        default = f"sqlite:///{INSTANCE / 'trigpoint.sqlite3'}"
        value = reader.text("DATABASE_URL", default)
    driver, separator, _ = value.partition("://")
    if driver not in DATABASE_DRIVERS or not separator:
        raise SettingError("DATABASE_URL", advice)
    return value


def _secret_key(reader: Reader, keys: Mapping[str, str]) -> str:
    value = reader.optional("SECRET_KEY") or keys.get("SECRET_KEY", "")
    if len(value) < SECRET_KEY_CHARACTERS:
        raise SettingError("SECRET_KEY", "set at least 32 random characters")
    return value


def _master_key(reader: Reader, keys: Mapping[str, str]) -> bytes:
    value = reader.optional("MASTER_KEY") or keys.get("MASTER_KEY", "")
    return reader.master_key("MASTER_KEY", value)


def _previous_master_key(reader: Reader) -> bytes | None:
    value = reader.optional("MASTER_KEY_PREVIOUS")
    return None if value is None else reader.master_key("MASTER_KEY_PREVIOUS", value)


# What networks show as the sender: a number, a short code, or a name.
_SENDER: Final = re.compile(
    r"\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", re.ASCII
)


def _twilio(reader: Reader) -> TwilioSettings:
    base = reader.optional("TWILIO_API_BASE_URL")
    if base is not None:
        parts = urlsplit(reader.url("TWILIO_API_BASE_URL", base))
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise SettingError("TWILIO_API_BASE_URL", "use https unless loopback")
    sender = reader.optional("TWILIO_FROM")
    service = reader.optional("TWILIO_MESSAGING_SERVICE_SID")
    if (sender is None) == (service is None):
        raise SettingError(
            "TWILIO_FROM", "set either this or TWILIO_MESSAGING_SERVICE_SID"
        )
    if sender is not None and not _SENDER.fullmatch(sender):
        raise SettingError(
            "TWILIO_FROM",
            "a number, or a name of at most 11 letters and digits, one a letter",
        )
    return TwilioSettings(
        account_sid=reader.required("TWILIO_ACCOUNT_SID", "set the account's SID"),
        auth_token=reader.required("TWILIO_AUTH_TOKEN", "set the account's token"),
        auth_token_previous=reader.optional("TWILIO_AUTH_TOKEN_PREVIOUS"),
        sender=sender,
        messaging_service_sid=service,
        api_base_url=base and base.rstrip("/"),
        long_code=reader.optional("TWILIO_LONG_CODE"),
    )


def _smtp(reader: Reader) -> SmtpSettings:
    return SmtpSettings(
        host=reader.required("SMTP_HOST", "set the mail server's name"),
        port=reader.port("SMTP_PORT", 587),
        username=reader.optional("SMTP_USERNAME"),
        password=reader.optional("SMTP_PASSWORD"),
        tls=reader.choice("SMTP_TLS", SmtpTls, SmtpTls.STARTTLS),
    )


def _refuse_unsafe_production(settings: Settings, reader: Reader) -> None:
    if not settings.is_https:
        raise SettingError("PUBLIC_BASE_URL", "production needs an https:// address")
    if urlsplit(settings.staff_base_url).scheme != "https":
        raise SettingError("STAFF_BASE_URL", "production needs an https:// address")
    if settings.sms_provider is SmsProvider.CONSOLE:
        raise SettingError("SMS_PROVIDER", "production needs twilio")
    if settings.email_provider is EmailProvider.CONSOLE:
        raise SettingError("EMAIL_PROVIDER", "production needs smtp")
    if reader.text("FLASK_DEBUG", "0").casefold() not in {"0", "false", "no"}:
        raise SettingError("FLASK_DEBUG", "production does not run in debug; unset it")
    _refuse_weak_keys(settings)
    _refuse_invention(settings)
    _refuse_impatience(settings)


def _refuse_weak_keys(settings: Settings) -> None:
    if len(set(settings.secret_key)) < SECRET_KEY_CHARACTERS // 4:
        raise SettingError("SECRET_KEY", "is not random; make a new one")
    previous = settings.master_key_previous
    if len(set(settings.master_key)) == 1:
        raise SettingError("MASTER_KEY", "is not random; make a new one")
    if previous is not None and len(set(previous)) == 1:
        raise SettingError("MASTER_KEY_PREVIOUS", "is not random; make a new one")


def _refuse_invention(settings: Settings) -> None:
    if settings.council_name == DEMO_COUNCIL:
        raise SettingError("COUNCIL_NAME", f"set it: {DEMO_COUNCIL} is invented")
    if settings.email_from == DEMO_SENDER:
        raise SettingError("EMAIL_FROM", "set the address that emails come from")
    if settings.demo_now is not None:
        raise SettingError("DEMO_NOW", "works in demo mode only; unset it")


def _refuse_impatience(settings: Settings) -> None:
    if settings.lease < LEASE_FLOOR:
        raise SettingError("LEASE_SECONDS", "production needs 30 seconds or more")
    if settings.reconcile_after < LEASE_FLOOR:
        raise SettingError("RECONCILE_AFTER", "production needs 30 seconds or more")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
