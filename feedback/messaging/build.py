"""Which way does each channel send? Chosen once, from the settings."""

from collections.abc import Mapping

from feedback.config import (
    CHECKOUT,
    Settings,
    SmtpSettings,
    TwilioSettings,
)
from feedback.domain.address import Channel
from feedback.messaging.compose import Composer
from feedback.messaging.console import ConsoleSender
from feedback.messaging.sender import Sender


def senders(settings: Settings) -> Mapping[Channel, Sender]:
    """Make the sender of each channel."""
    return {Channel.SMS: _sms(settings), Channel.EMAIL: _email(settings)}


def composer() -> Composer:
    """Make what writes messages from the program's own templates."""
    return Composer(CHECKOUT / "templates")


def _sms(settings: Settings) -> Sender:
    # The settings cannot be read without those of the provider they name.
    return ConsoleSender() if settings.twilio is None else _twilio(settings.twilio)


def _email(settings: Settings) -> Sender:
    if settings.smtp is None:
        return ConsoleSender()
    return _smtp(settings.smtp, settings)


def _twilio(found: TwilioSettings) -> Sender:
    # Here: what foresees messages without sending any needs none of the SDK.
    from feedback.messaging.twilio_sms import TwilioSms  # noqa: PLC0415

    return TwilioSms(
        account_sid=found.account_sid,
        auth_token=found.auth_token,
        from_number=found.sender,
        messaging_service_sid=found.messaging_service_sid,
        second_number=found.long_code,
        api_base_url=found.api_base_url,
    )


def _smtp(found: SmtpSettings, settings: Settings) -> Sender:
    from feedback.messaging.smtp_email import SmtpEmail  # noqa: PLC0415 - as above

    return SmtpEmail(
        host=found.host,
        port=found.port,
        sender=settings.email_from,
        sender_name=settings.service_name,
        username=found.username,
        password=found.password,
        tls=found.tls.value,
    )
