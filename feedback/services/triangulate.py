"""What do people's answers say beside the locked grades?"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import SynthesisRow
from feedback.db.queries import synthesis as queries
from feedback.db.vault import vault_of
from feedback.domain.grading import Judgement
from feedback.services import audit
from feedback.services.gather import gather
from feedback.services.portrait import TriangulatedView
from feedback.services.portray import portray
from feedback.services.shuffle import order_for
from triangulation import (
    DimensionStatus,
    Synthesis,
    read_evidence,
    synthesise,
)


def triangulated_view(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> TriangulatedView:
    """Hold every voice against the locked grades, and keep what was found.

    The synthesis is kept once for one input; every reading is noted.

    Raises:
        NotLockedError: If the reviewer has not locked the grades.
    """
    gathered = gather(session, review)
    found = synthesise(read_evidence(gathered.evidence))
    digest = _digest(gathered.evidence)
    row_id = new_id()
    place = Where(
        table="synthesis", column="findings_sealed", row=row_id, review=review
    )
    row = SynthesisRow(
        id=row_id,
        review_id=review,
        rules=found.rules,
        input_digest=digest,
        findings_sealed=vault_of(session).seal(place, json.dumps(found.as_json())),
        computed_at=now,
    )
    queries.keep(session, row)
    facts = {"rules": found.rules, "input": digest.hex()}
    deed = audit.Deed(action="triangulated_view_read", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)
    order = order_for(session, by, review, gathered.participants)
    return portray(gathered, found, digest.hex(), order)


def current_synthesis(session: Session, review: UUID) -> Synthesis:
    """Hold every voice against the locked grades, as they stand now.

    Nothing is kept or noted: no one's words come with it.

    Raises:
        NotLockedError: If the reviewer has not locked the grades.
    """
    return synthesise(read_evidence(gather(session, review).evidence))


def dissonant_dimensions(session: Session, review: UUID) -> frozenset[Judgement]:
    """List the dimensions in which a voice disagrees with the reviewer's grade.

    Raises:
        NotLockedError: If the reviewer has not locked the grades.
    """
    return frozenset(
        Judgement(one.dimension.value)
        for one in current_synthesis(session, review).findings
        if one.status is DimensionStatus.DISSONANT
    )


def _digest(evidence: Mapping[str, object]) -> bytes:
    canonical = json.dumps(
        evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).digest()
