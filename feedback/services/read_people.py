"""Who takes part in a review, and what happens to each of them next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.models import ContactRow, MessageRow, ParticipantRow, ReviewRow
from feedback.db.queries import invitation as invitations
from feedback.db.queries import review as queries
from feedback.db.queries.invitation import Person
from feedback.db.vault import ErasedError, vault_of
from feedback.domain.calendar import Calendar, waits_until
from feedback.domain.contact import Channel, SafeContact, may_be_messaged
from feedback.domain.delivery import MessageState, Purpose
from feedback.domain.intake import NewContact, NewPerson, forms_for
from feedback.domain.invitation import OPEN_STATUSES, InvitationStatus
from feedback.domain.outlook import MESSAGE_WORDS, Asked, Outlook, OutlookKind, outlook
from feedback.domain.review import ReviewState
