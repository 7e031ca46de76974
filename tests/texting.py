"""Somebody with a phone who texts back: signed webhooks in, what was sent out."""

from dataclasses import dataclass, field
from itertools import count

from builders import a_participant, a_review
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, running_twilio
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from feedback.db.models import (
    AlertRow,
    AnswerRow,
    ConversationRow,
    InboundRow,
    InvitationRow,
    MessageRow,
    ResponseRow,
    ReviewRow,
    SuppressionRow,
)
from feedback.db.vault import vault_of
from feedback.messaging.build import composer, senders
from feedback.services import audit, converse, invite
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import Dispatch, Pacer, rules

BASE = "http://localhost"
NUMBER = "+447700900555"
SIDS = count(1)

__all__ = ["BASE", "NUMBER", "Texting", "running_twilio", "twilio_settings"]


def twilio_settings(**changes):
    """The settings that make texts two-way; their values over a test's own."""
    return {
        "PUBLIC_BASE_URL": BASE,
        "SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": FROM,
    } | changes


@dataclass
class Texting:
    """A council that texts, the people it asks, and what is kept of it all."""

    database: object
    settings: object
    clock: object
    client: object
    fake: object
    dispatch: Dispatch = field(init=False)

    def __post_init__(self):
        self.dispatch = Dispatch(
            database=self.database,
            senders=senders(self.settings),
            composer=composer(),
            rules=rules(self.settings),
            pacer=Pacer(1000, sleep=lambda _: None),
        )

    def invites(self, number=NUMBER, *, group="family", **given):
        """Invite one person who would rather answer by text; the opening goes out."""
        contact = {"value": number, "answers_by_text": True}
        contact |= given.pop("contact_given", {})
        with self.database.transaction() as session:
            review = a_review(session, now=self.clock.now(), **given.pop("review", {}))
            person = a_participant(
                session,
                review,
                now=self.clock.now(),
                group=group,
                contact_given=contact,
                **given,
            )
            invite.invite(
                session,
                review.id,
                rules=self.dispatch.rules.invite,
                by=audit.OPERATOR,
                now=self.clock.now(),
            )
            self.review, self.participant = review.id, person.id
        self.delivers()
        return self

    def delivers(self):
        self.clock.forward(seconds=2)
        deliver_due(self.dispatch, read_now=self.clock.now)

    def texts(self, body, *, number=NUMBER, sid=None):
        """Somebody sends a text; the provider tells us of it."""
        self.clock.forward(seconds=5)
        return self.posts(body, number=number, sid=sid or f"SI{next(SIDS)}")

    def posts(self, body, *, number, sid, token=AUTH_TOKEN):
        fields = {"MessageSid": sid, "From": number, "To": FROM, "Body": body}
        url = f"{BASE}/hooks/twilio/inbound"
        signature = RequestValidator(token).compute_signature(url, fields)
        return self.client.post(
            "/hooks/twilio/inbound",
            data=fields,
            headers={"X-Twilio-Signature": signature},
            base_url=BASE,
        )

    def reads(self):
        """The program reads what came, and sends what follows."""
        self.clock.forward(seconds=1)
        converse.work(self.database, self.dispatch.rules, read_now=self.clock.now)
        self.delivers()

    def says(self, *bodies, number=NUMBER):
        """Somebody texts, one after the other, each when we have answered."""
        for body in bodies:
            self.texts(body, number=number)
            self.reads()
        return self

    def sent(self, number=NUMBER):
        """What arrived on a number, in order."""
        return [one["body"] for one in self.fake.messages if one["to"] == number]

    @property
    def last(self):
        return self.sent()[-1]

    def conversation(self):
        with self.database.reading() as session:
            return session.scalars(select(ConversationRow)).one()

    @property
    def state(self):
        return self.conversation().state

    def inbound(self):
        with self.database.reading() as session:
            return session.scalars(
                select(InboundRow).order_by(InboundRow.received_at, InboundRow.id)
            ).all()

    def triage(self):
        return [row.triage_state for row in self.inbound()]

    def alerts(self):
        with self.database.reading() as session:
            return session.scalars(select(AlertRow)).all()

    def invitation(self):
        with self.database.reading() as session:
            return session.scalars(
                select(InvitationRow).where(
                    InvitationRow.participant_id == self.participant
                )
            ).one()

    def messages(self, purpose=None):
        with self.database.reading() as session:
            rows = session.scalars(select(MessageRow).order_by(MessageRow.id)).all()
        return [row for row in rows if purpose in (None, row.purpose)]

    def suppressed(self):
        with self.database.reading() as session:
            return session.scalars(
                select(SuppressionRow.channel)
                .distinct()
                .order_by(SuppressionRow.channel)
            ).all()

    def responses(self):
        with self.database.reading() as session:
            return session.scalars(select(ResponseRow)).all()

    def answers(self):
        """What is stored, by question: an option, or None for one left out."""
        with self.database.reading() as session:
            return {
                row.question: row.option for row in session.scalars(select(AnswerRow))
            }

    def changes_review(self, **given):
        with self.database.transaction() as session:
            row = session.get_one(ReviewRow, self.review)
            for name, value in given.items():
                setattr(row, name, value)

    def opened(self, place, sealed):
        with self.database.reading() as session:
            return vault_of(session).unseal(place, sealed)
