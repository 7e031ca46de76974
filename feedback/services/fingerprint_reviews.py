"""By which mark is it known that reviews still give the same figures?"""

import json
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.vault import KeyName, vault_of
from feedback.domain.report import VERSION, Counts
from feedback.domain.report_figures import figures
from feedback.domain.report_findings import findings


def fingerprint(session: Session, counts: Counts, reviews: Collection[UUID]) -> str:
    """Fingerprint what a report is made from; keyed, so that nobody guesses counts.

    Actions are left out: they move on, and reviews that were agreed do not.
    """
    standing = figures(replace(counts, actions={}))
    content = json.dumps(
        [
            VERSION,
            sorted(str(one) for one in reviews),
            findings(standing, grades_opened=True)["figures"],
            findings(standing, grades_opened=True)["period"],
        ],
        sort_keys=True,
        ensure_ascii=False,
    )
    return vault_of(session).fingerprint(KeyName.AUDIT, content).hex()
