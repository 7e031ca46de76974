"""What does the provider tell us by itself? Signed callbacks, stored before the answer.

A genuine callback is answered once it is stored; while the database is away the
answer is 503, so that the provider comes again.
"""

import logging
import re
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, abort, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from feedback.db.session import DATABASE_FAULTS
from feedback.domain.sms import told_kind
from feedback.messaging.twilio_signature import verify_signature
from feedback.services import inbound as inbound_texts
from feedback.services import receive
from feedback.services.dispatch import rules
from feedback.services.inbound import Inbound
from feedback.services.receive import Receipt
from feedback.web.context import database, now, settings

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks/twilio")
BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)

TWILIO: Final = "twilio"
_OPAQUE: Final = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
log = logging.getLogger(__name__)
NO_REPLY: Final = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    # The signature stands where a form would carry a token.
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.before_request
def refuse_forged() -> None:
    """Let nothing pass that was not signed with one of our secrets."""
    found = settings().twilio
    tokens = [] if found is None else [found.auth_token, found.auth_token_previous]
    query = request.query_string.decode("latin-1")
    url = f"{settings().public_base_url}{request.path}{'?' if query else ''}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not verify_signature(
        url, request.form, signature, [one for one in tokens if one]
    ):
        abort(403)
    account = request.form.get("AccountSid")
    if found is not None and account not in {None, found.account_sid}:
        abort(403)
    # Which try of the provider's this is; a text is known by its sid all the same.
    token = request.headers.get("I-Twilio-Idempotency-Token", "")
    if _OPAQUE.fullmatch(token):
        log.info("callback %s", token)


@blueprint.post("/status")
def status() -> ResponseReturnValue:
    """Store what became of a text."""
    receipt = Receipt(
        provider_sid=request.form.get("MessageSid", ""),
        status=request.form.get("MessageStatus", ""),
        code=request.form.get("ErrorCode") or None,
        attempt=_uuid(request.args.get("attempt", "")),
    )
    try:
        with database().transaction() as work:
            receive.record_receipt(work, receipt, rules=rules(settings()), now=now())
    except DATABASE_FAULTS:
        abort(503)
    return Response(status=204)


@blueprint.post("/inbound")
def inbound() -> ResponseReturnValue:
    """Store a text that somebody sent us."""
    text = Inbound(
        provider=TWILIO,
        sid=request.form.get("MessageSid", ""),
        sender=request.form.get("From", ""),
        body=request.form.get("Body", ""),
        told_as=told_kind(request.form.get("OptOutType")),
    )
    try:
        with database().transaction() as work:
            inbound_texts.record_inbound(work, text, now=now())
    except DATABASE_FAULTS:
        abort(503)
    return Response(NO_REPLY, mimetype="text/xml")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
