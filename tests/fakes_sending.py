"""What would a provider do with a message? Senders that remember and obey."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from builders import a_participant, a_review
from sqlalchemy import select

from feedback.db.models import AttemptRow, InvitationRow, MessageRow
from feedback.domain.contact import Channel
from feedback.messaging.build import composer
from feedback.messaging.lookup import Found, LookupFailedError
from feedback.messaging.sender import Accepted
from feedback.services import audit, invite
from feedback.services.dispatch import Dispatch, Pacer, rules

NUMBERS = count(1)


@dataclass
class FakeSender:
    """Takes what it is given, answers as planned, and never with a database open."""

    database: object = None
    provider: str = "fake"
    outcomes: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    before_answering: object = None

    def send(self, outgoing):
        if self.database is not None:
            assert self.database.engine.pool.checkedout() == 0
        self.sent.append(outgoing)
        if self.before_answering is not None:
            self.before_answering(outgoing)
        if self.outcomes:
            return self.outcomes.pop(0)
        return Accepted(provider_sid=f"SM{next(NUMBERS):08d}")


@dataclass
class RememberingSender(FakeSender):
    """Can be asked afterwards what became of a message."""

    known: list = field(default_factory=list)
    statuses: dict = field(default_factory=dict)
    asked: int = 0
    is_down: bool = False

    def find(self, to, sent_after, token):  # noqa: ARG002 - the protocol has it
        self.asked += 1
        assert self.database.engine.pool.checkedout() == 0
        if self.is_down:
            raise LookupFailedError("down")
        return [
            Found(provider_sid=sid, status="sent")
            for sid, body in self.known
            if token is None or token in body
        ]

    def status_of(self, provider_sid):
        self.asked += 1
        if self.is_down or provider_sid not in self.statuses:
            raise LookupFailedError("down")
        return Found(provider_sid=provider_sid, status=self.statuses[provider_sid])


def a_dispatch(database, settings, *, sms=None, email=None, **changes):
    """Everything sending needs, with fake senders and no waiting."""
    return Dispatch(
        database=database,
        senders={
            Channel.SMS: sms or FakeSender(database),
            Channel.EMAIL: email or FakeSender(database),
        },
        composer=composer(),
        rules=rules(settings),
        pacer=Pacer(1000, sleep=lambda _: None),
        **{"asking": Pacer(1000, sleep=lambda _: None)} | changes,
    )


@dataclass
class PostRoom:
    """Queues messages, and looks at what became of them."""

    database: object
    rules: invite.InviteRules

    def invite_one(self, now: datetime, **person):
        """Invite one adult at a review of their own."""
        with self.database.transaction() as session:
            review = a_review(session, now=now, **person.pop("review", {}))
            a_participant(session, review, now=now, **person)
            invite.invite(
                session, review.id, rules=self.rules, by=audit.OPERATOR, now=now
            )

    def messages(self):
        with self.database.reading() as session:
            return session.scalars(
                select(MessageRow).order_by(MessageRow.created_at, MessageRow.id)
            ).all()

    def message(self, purpose="invitation"):
        return next(one for one in self.messages() if one.purpose == purpose)

    def attempts(self):
        with self.database.reading() as session:
            return session.scalars(select(AttemptRow).order_by(AttemptRow.n)).all()

    def invitation(self):
        with self.database.reading() as session:
            return session.scalars(select(InvitationRow)).one()
