"""Who is told at once when somebody may be unsafe, and who next?"""

from dataclasses import dataclass, field, fields, replace

from feedback.domain.address import ContactError, parse_email, parse_mobile
from feedback.domain.errors import FeedbackError

LONGEST = 200


class DutyRouteError(FeedbackError):
    """A part of the duty route that cannot be used.

    Args:
        part: Which attribute it is.
        sentence: What to write instead.
    """

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRoute:
    """The safeguarding duty contact and their backup, with hours as staff read them.

    Raises:
        DutyRouteError: If a part is empty or cannot be reached.
    """

    name: str
    phone: str = field(repr=False)
    email: str = field(repr=False)
    hours: str
    backup_name: str
    backup_phone: str = field(repr=False)
    backup_email: str = field(repr=False)

    def __post_init__(self) -> None:
        for one in fields(self):
            text = getattr(self, one.name)
            if not text.strip() or len(text) > LONGEST or not text.isprintable():
                raise DutyRouteError(
                    one.name, f"write one line of 1 to {LONGEST} characters"
                )
        for part in ("phone", "backup_phone", "email", "backup_email"):
            _written(part, getattr(self, part))

    @property
    def is_one_person(self) -> bool:
        """Whether the backup would ring the same phone: worth a warning."""
        return _written("phone", self.phone) == _written(
            "backup_phone", self.backup_phone
        )

    @property
    def canonical(self) -> "DutyRoute":
        """The same route with numbers and addresses as messages need them."""
        return replace(
            self,
            phone=_written("phone", self.phone),
            email=_written("email", self.email),
            backup_phone=_written("backup_phone", self.backup_phone),
            backup_email=_written("backup_email", self.backup_email),
        )


def _written(part: str, text: str) -> str:
    parse = parse_mobile if part.endswith("phone") else parse_email
    try:
        return parse(text).value
    except ContactError as error:
        raise DutyRouteError(part, str(error)) from None
