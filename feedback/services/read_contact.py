"""What did a person say about one way of reaching them?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow
from feedback.domain.intake import NewContact
from feedback.services import audit
from feedback.services.enrol import NoSuchPersonError
from feedback.services.open_person import contact_of


def contact(
    session: Session,
    review: UUID,
    person: UUID,
    contact_id: UUID,
    *,
    by: audit.Actor,
    now: datetime,
) -> NewContact:
    """Open one contact of a person; that it was read goes on record.

    Raises:
        NoSuchPersonError: If it is not a contact of that person at that review.
    """
    row = session.get(ContactRow, contact_id)
    if row is None or (row.review_id, row.participant_id) != (review, person):
        raise NoSuchPersonError(str(contact_id))
    deed = audit.Deed(action="contact_read", review=review, subject=person)
    audit.record(session, deed, by=by, now=now)
    return contact_of(session, row)
