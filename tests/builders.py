"""Rows with sensible defaults: a test names only what matters to it."""

import itertools
import re
import secrets
from datetime import timedelta

import pyotp
from argon2 import PasswordHasher

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import (
    AccountRoleRow,
    AccountRow,
    ContactRow,
    InvitationRow,
    MemberRow,
    ParticipantRow,
    QuestionnaireRow,
    ReviewRow,
)
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import Role
from feedback.domain.token import new_token, token_digest
from feedback.services.sign_in import totp_place

PASSWORD = "a-long-enough-password"
# Cheap on purpose: the cost of a hash is not what these tests are about.
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD_HASH = CHEAP_HASHER.hash(PASSWORD)
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
count = itertools.count(1)


def a_staff_member(session, *roles, now, **given):
    """An account that signs in with PASSWORD and TOTP; returns its id."""
    number = next(count)
    row = AccountRow(
        id=new_id(),
        email=given.get("email", f"person{number}@council.example"),
        name=given.get("name", f"Person {number}"),
        job_title=given.get("job_title", "Officer"),
        password_hash=PASSWORD_HASH,
        totp_sealed=b"",
        is_independent=given.get("is_independent", False),
        created_at=now,
    )
    row.totp_sealed = vault_of(session).seal(totp_place(row.id), TOTP)
    session.add(row)
    session.flush()
    held = roles or (Role.COORDINATOR,)
    session.add_all(AccountRoleRow(account_id=row.id, role=role) for role in held)
    session.flush()
    return row.id


def a_review(session, *, now, reviewer=None, moderators=(), **given):
    """A review with its key, open from yesterday for three weeks; returns the row."""
    row = ReviewRow(
        id=new_id(),
        reference=given.get("reference", f"H-9{next(count):05d}"),
        service=given.get("service", "childrens_social_care"),
        state=given.get("state", "invited"),
        reviewer_kind=given.get("reviewer_kind", "independent"),
        opens_at=given.get("opens_at", now - timedelta(days=1)),
        closes_at=given.get("closes_at", now + timedelta(days=20)),
        moderation_on=given.get("moderation_on", (now + timedelta(days=25)).date()),
        created_at=now,
        locked_at=given.get("locked_at"),
        agreed_at=given.get("agreed_at"),
    )
    session.add(row)
    session.flush()
    vault_of(session).make_review_key(row.id, now)
    seats = [(reviewer, "reviewer")] if reviewer else []
    seats += [(one, "moderator") for one in moderators]
    for account, capacity in seats:
        session.add(
            MemberRow(
                id=new_id(),
                review_id=row.id,
                account_id=account,
                capacity=capacity,
                since=now - timedelta(days=1),
            )
        )
    session.flush()
    return row


def a_participant(session, review, *, now, group="family", **given):
    """A person at a review with one safe mobile; returns the participant's row."""
    number = next(count)
    forms = {
        "child": "child_9_12",
        "family": "family",
        "partner": "partner",
        "practitioner": "practitioner",
        "manager": "manager",
    }
    row = ParticipantRow(
        id=new_id(),
        review_id=review.id,
        position=number,
        key=given.get("key", f"p{number}"),
        group=group,
        age_band=given.get("age_band", "9-12" if group == "child" else None),
        form=given.get("form", forms[group]),
        language=given.get("language", "en"),
        name_sealed=b"",
        consented_at=given.get("consented_at", now - timedelta(days=2)),
        language_route="none",
        created_at=now,
    )
    row.name_sealed = _seal(session, row, "name_sealed", given.get("name", "Pat"))
    session.add(row)
    session.flush()
    if given.get("contact", True):
        a_contact(session, row, now=now, **given.get("contact_given", {}))
    return row


def a_contact(session, participant, *, now, **given):
    """A way to reach a participant; returns the row."""
    value = given.get("value", f"+447700900{next(count) % 1000:03d}")
    row = ContactRow(
        id=new_id(),
        review_id=participant.review_id,
        participant_id=participant.id,
        position=given.get("position", 0),
        channel=given.get("channel", "sms"),
        value_sealed=b"",
        value_index=vault_of(session).fingerprint(KeyName.BLIND_INDEX, value),
        is_safe=given.get("is_safe", True),
        verified_at=given.get("verified_at", now - timedelta(days=2)),
        is_shared_device=given.get("is_shared_device", False),
        is_high_risk=given.get("is_high_risk", False),
        safe_days=given.get("safe_days", ""),
        safe_from=given.get("safe_from"),
        safe_until=given.get("safe_until"),
        blocked_dates=given.get("blocked_dates", ""),
        answers_by_text=given.get("answers_by_text", False),
    )
    row.value_sealed = _seal(session, row, "value_sealed", value)
    session.add(row)
    session.flush()
    return row


def an_invitation(
    session, participant, questionnaire: QuestionnaireRow, *, now, **given
):
    """An invitation with a live link; returns (row, token)."""
    token = new_token(secrets.token_bytes)
    vault = vault_of(session)
    row = InvitationRow(
        id=new_id(),
        review_id=participant.review_id,
        participant_id=participant.id,
        questionnaire_id=questionnaire.id,
        wave=given.get("wave", 0),
        status=given.get("status", "invited"),
        channel=given.get("channel", "link"),
        token_digest=token_digest(vault.secret(KeyName.TOKEN_PEPPER), token),
        code_word_tries=0,
        created_at=now,
        expires_at=given.get("expires_at", now + timedelta(days=20)),
    )
    row.token_sealed = _seal(session, row, "token_sealed", token)
    session.add(row)
    session.flush()
    return row, token


def sign_in(client, email, *, now, totp=TOTP, password=PASSWORD):
    """Sign a test client in through the pages, as a person would."""
    post_form(client, "/staff/login", {"email": email, "password": password})
    code = pyotp.TOTP(totp).at(now)
    return post_form(client, "/staff/login/code", {"code": code})


def post_form(client, path, fields, *, page=None, **given):
    """Open a page, take its CSRF token, and post fields as its form would."""
    opened = client.get(page or path)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened.text)
    assert found, f"{page or path} ({opened.status_code}) has no form"
    return client.post(path, data={"csrf_token": found[1], **fields}, **given)


def _seal(session, row, column, value):
    place = Where(
        table=row.__tablename__, column=column, row=row.id, review=row.review_id
    )
    return vault_of(session).seal(place, value)
