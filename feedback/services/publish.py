"""Which forms are published? A published version never changes."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import questionnaires as bundled
from feedback.db.ids import new_id
from feedback.db.models import QuestionnaireRow
from feedback.domain.errors import FeedbackError
from feedback.domain.form_file import as_document, parse_questionnaire
from feedback.domain.questionnaire import Questionnaire
from feedback.services import audit

# Eight forms in a few versions; a parsed form is small, but not for ever.
MOST_PARSED: Final = 64


class PublishedFormChangedError(FeedbackError):
    """A form's words changed under a version that is published already."""

    def __init__(self, form: str, version: int) -> None:
        super().__init__(
            f"{form}: version {version} is published and never changes; "
            "give the changed form a new version"
        )
        self.form = form
        self.version = version


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published form, and the id to which invitations are pinned."""

    id: UUID
    questionnaire: Questionnaire


def publish_bundled(session: Session, *, now: datetime) -> int:
    """Publish the bundled forms that are not published yet; tell how many.

    Raises:
        PublishedFormChangedError: If a form changed under a published version.
        QuestionnaireError: If a bundled form has faults.
    """
    there = {
        (form, version): digest
        for form, version, digest in session.execute(
            select(
                QuestionnaireRow.form,
                QuestionnaireRow.version,
                QuestionnaireRow.digest,
            )
        )
    }
    forms = [parse_questionnaire(document) for document in bundled.documents()]
    return sum(_publish(session, form, there, now=now) for form in forms)


def newest_published(session: Session, form: str) -> Published | None:
    """Find the newest published version of a form; None where there is none."""
    found = session.scalar(
        select(QuestionnaireRow.id)
        .where(QuestionnaireRow.form == form)
        .order_by(QuestionnaireRow.version.desc())
        .limit(1)
    )
    if found is None:
        return None
    return Published(id=found, questionnaire=questionnaire_of(session, found))


def questionnaire_of(session: Session, questionnaire: UUID) -> Questionnaire:
    """Give a published form, parsed once in the life of a process."""
    digest = session.scalars(
        select(QuestionnaireRow.digest).where(QuestionnaireRow.id == questionnaire)
    ).one()
    return form_of_digest(session, questionnaire, digest)


def form_of_digest(session: Session, questionnaire: UUID, digest: str) -> Questionnaire:
    """Give a published form whose digest another query brought along."""
    known = _PARSED.get(digest)
    if known is not None:
        return known
    return parsed(session.get_one(QuestionnaireRow, questionnaire))


def forms_of_digests(
    session: Session, digests: Collection[str]
) -> Mapping[str, Questionnaire]:
    """Give published forms by their digest; those not met yet in one statement."""
    known = {one: form for one in digests if (form := _PARSED.get(one)) is not None}
    unknown = frozenset(digests) - known.keys()
    if unknown:
        rows = session.scalars(
            select(QuestionnaireRow).where(QuestionnaireRow.digest.in_(unknown))
        )
        known |= {row.digest: parsed(row) for row in rows}
    return known


def parsed(row: QuestionnaireRow) -> Questionnaire:
    """Parse a published form, once in the life of a process."""
    known = _PARSED.get(row.digest)
    if known is not None:
        return known
    form = parse_questionnaire(row.document)
    _PARSED.keep(row.digest, form)
    return form


def _publish(
    session: Session,
    form: Questionnaire,
    there: dict[tuple[str, int], str],
    *,
    now: datetime,
) -> bool:
    document = as_document(form)
    digest = _digest(document)
    known = there.get((form.form, form.version))
    if known == digest:
        return False
    if known is not None:
        raise PublishedFormChangedError(form.form, form.version)
    row = QuestionnaireRow(
        id=new_id(),
        form=form.form,
        version=form.version,
        document=document,
        digest=digest,
        published_at=now,
    )
    session.add(row)
    session.flush()
    deed = audit.Deed(
        action="questionnaire_published",
        subject=row.id,
        facts={"form": form.form, "version": form.version},
    )
    audit.record(session, deed, by=audit.SYSTEM, now=now)
    return True


def _digest(document: dict[str, object]) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Parsed:
    """The forms that were parsed last, by their digest; the oldest goes first."""

    def __init__(self) -> None:
        self._forms: OrderedDict[str, Questionnaire] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Questionnaire | None:
        with self._lock:
            return self._forms.get(digest)

    def keep(self, digest: str, form: Questionnaire) -> None:
        with self._lock:
            self._forms[digest] = form
            while len(self._forms) > MOST_PARSED:
                self._forms.popitem(last=False)


_PARSED: Final = _Parsed()
