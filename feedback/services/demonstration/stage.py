"""Who and what is there while stories are told?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.domain.access import AccountId
from feedback.services import audit, dispatch
from feedback.services.demonstration.almanac import Almanac
from feedback.services.dispatch import DeliveryRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every scene may use; who came to a review is written down as they come.

    Attributes:
        staff: Accounts by what stories call them.
        reviews: The reviews that were commissioned so far, by reference.
        people: The people who joined so far, by reference and key.
        tokens: Their links, where a form was opened with them.
    """

    session: Session
    settings: Settings
    rules: DeliveryRules
    almanac: Almanac
    staff: Mapping[str, AccountId]
    reviews: dict[str, UUID] = field(default_factory=dict)
    people: dict[tuple[str, str], UUID] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        session: Session,
        settings: Settings,
        staff: Mapping[str, AccountId],
        *,
        now: datetime,
    ) -> "Stage":
        """Set a stage on which days are counted from now."""
        return cls(
            session=session,
            settings=settings,
            rules=dispatch.rules(settings),
            almanac=Almanac(now=now),
            staff=staff,
        )

    def actor(self, who: str) -> audit.Actor:
        """Name a member of staff as the one who acts."""
        return audit.staff(self.staff[who])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something that happens at an instant.

    Args:
        ends: What can be said once it has happened; None where it goes on.
    """

    at: datetime
    act: Callable[[Stage, datetime], None]
    ends: str | None = None
