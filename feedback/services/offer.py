"""Which forms, in which languages, can people be given now?"""

from typing import Final

from sqlalchemy.orm import Session

from feedback import questionnaires as bundled
from feedback.db.queries import review as queries
from feedback.domain.questionnaire import Questionnaire
from feedback.services.publish import parsed

_ORDER: Final = {form: place for place, form in enumerate(bundled.FORMS)}


def offered(session: Session) -> tuple[Questionnaire, ...]:
    """Read the newest published version of every form, in a steady order."""
    forms = (parsed(row) for row in queries.newest_forms(session))
    return tuple(
        sorted(forms, key=lambda form: (_ORDER.get(form.form, len(_ORDER)), form.form))
    )
