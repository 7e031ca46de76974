"""Which aspects of identity did the work pay attention to?

This is a question about the work under review, asked of its reviewer. It is never a
list of what a child or a family is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from feedback.domain.errors import FeedbackError


class SocialGracesError(FeedbackError):
    """A list of aspects that cannot be used."""


class Aspect(StrEnum):
    """One of the Social GRACES, in the order in which pages show them."""

    GENDER = "gender"
    GEOGRAPHY = "geography"
    RACE = "race"
    RELIGION = "religion"
    AGE = "age"
    DISABILITY = "disability"
    APPEARANCE = "appearance"
    CLASS = "class"
    CULTURE = "culture"
    ETHNICITY = "ethnicity"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    SEXUALITY = "sexuality"
    SPIRITUALITY = "spirituality"

    @property
    def label(self) -> str:
        """The aspect in words."""
        return {
            Aspect.DISABILITY: "Ability and disability",
            Aspect.SEXUALITY: "Sexual orientation",
        }.get(self, self.value.capitalize())


ALL: Final = tuple(Aspect)
# Lists of this kind have left it out: here it is always asked.
ALWAYS: Final = Aspect.DISABILITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What a reviewer says of the work; no aspect at all is an answer as well.

    Args:
        aspects: What the work paid attention to.
        offered: What there was to choose from.

    Raises:
        SocialGracesError: If something was chosen that was not offered.
    """

    aspects: frozenset[Aspect]
    offered: tuple[Aspect, ...] = ALL

    def __post_init__(self) -> None:
        if not self.aspects <= frozenset(self.offered):
            raise SocialGracesError("Choose from the aspects that are listed")

    @property
    def is_none(self) -> bool:
        """Whether the reviewer says: none of these."""
        return not self.aspects

    @property
    def paid(self) -> tuple[Aspect, ...]:
        """What the work paid attention to, in order."""
        return tuple(one for one in self.offered if one in self.aspects)

    @property
    def not_paid(self) -> tuple[Aspect, ...]:
        """What it paid no attention to, in order."""
        return tuple(one for one in self.offered if one not in self.aspects)


def parse_aspects(text: str) -> tuple[Aspect, ...]:
    """Read the list that a deployment offers: codes, by commas.

    Raises:
        SocialGracesError: If a code is unknown, or disability is missing.
    """
    codes = frozenset(part.strip() for part in text.split(",") if part.strip())
    for code in sorted(codes - frozenset(ALL)):
        raise SocialGracesError(f"{code} is none of {', '.join(ALL)}")
    if ALWAYS not in codes:
        raise SocialGracesError(f"{ALWAYS} is missing: it is always asked")
    return tuple(one for one in ALL if one in codes)
