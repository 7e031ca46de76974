"""Did Twilio send this? Asked of every callback, without what sends texts."""

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.request_validator import RequestValidator


def verify_signature(
    url: str, params: Mapping[str, Any], signature: str, tokens: Sequence[str]
) -> bool:
    """Tell whether a webhook was signed with one of our secrets (HMAC-SHA1).

    Args:
        url: The public address it was sent to, as configured: never taken from
            the request's own headers.
        params: The form as it came, nothing trimmed; several values a name are
            welcome.
        signature: The X-Twilio-Signature header.
        tokens: The auth token, and during a rotation the one before.
    """
    # Every token is tried, so that the time taken tells nothing.
    verdicts = [
        RequestValidator(token).validate(url, params, signature)
        for token in tokens
        if token
    ]
    return any(verdicts)
