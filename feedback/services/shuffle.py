"""In which order does one viewer meet the people of a review?

In another than every other viewer, so that two who compare their pages, or know the
order in which people were entered, cannot count along to who said what. In the same at
every look, so that nothing can be learned from looking again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.vault import KeyName, vault_of
from feedback.services.audit import Actor
from triangulation import Cell, DimensionFinding, Synthesis


class _Told(Protocol):
    """Something that one person said, or that is said of them."""

    @property
    def person(self) -> str: ...


Each = TypeVar("Each", bound=_Told)


@dataclass(frozen=True, slots=True)
class Order:
    """Where each person stands for one viewer, by their opaque key."""

    places: Mapping[str, bytes]

    def of(self, some: Iterable[Each]) -> tuple[Each, ...]:
        """Put what people said in order; what one person said stays together."""
        return tuple(sorted(some, key=lambda one: self.places[one.person]))

    def within(self, found: Synthesis) -> Synthesis:
        """Put people in order within every cell; groups keep the order of the rules."""
        return replace(found, findings=tuple(map(self._finding, found.findings)))

    def _finding(self, one: DimensionFinding) -> DimensionFinding:
        return replace(one, cells=tuple(map(self._cell, one.cells)))

    def _cell(self, one: Cell) -> Cell:
        answers, absent = self.of(one.answers), self.of(one.not_invited)
        if (answers, absent) == (one.answers, one.not_invited):
            return one  # as nearly always, where one person speaks for a group
        return replace(one, answers=answers, not_invited=absent)


def order_for(
    session: Session, viewer: Actor, review: UUID, people: Mapping[str, UUID]
) -> Order:
    """Draw the order in which somebody meets the people of a review.

    Drawn under a key of the program's own: it cannot be worked out from any ids. Who
    joins later finds a place among the others, and nobody else moves.

    Args:
        session: The session whose vault holds that key.
        viewer: Who looks.
        review: At which review.
        people: Its people by their opaque keys.
    """
    vault = vault_of(session)
    return Order(
        {
            key: vault.fingerprint(KeyName.SESSION, f"order|{viewer}|{review}|{person}")
            for key, person in people.items()
        }
    )
