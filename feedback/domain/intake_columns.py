"""Which columns has a sheet with a row a person?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from feedback.domain.contact import Channel
from feedback.domain.review import Service
from triangulation import AgeBand, Group

_YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the sheet.

    Args:
        name: What stands in its first row.
        meaning: What to write below it.
        choices: The words that may stand below it; empty where any may.
        example: A value as it may look.
    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()
    example: str = ""


def _contact_columns(channel: Channel, what: str, example: str) -> tuple[Column, ...]:
    name = channel.value
    return (
        Column(name=name, meaning=f"Their {what}; empty if none.", example=example),
        Column(
            name=f"{name}_safe",
            meaning=f"Did they say that a message to this {what} is safe? "
            "Empty if nobody has asked: then nothing is sent.",
            choices=_YES_NO,
            example="yes",
        ),
        Column(
            name=f"{name}_verified_at",
            meaning="When this was last checked with them. Older than 30 days counts "
            "as not checked.",
            example="2026-11-23 16:05",
        ),
        Column(
            name=f"{name}_shared_device",
            meaning="Does anybody else read this phone or mailbox?",
            choices=_YES_NO,
            example="no",
        ),
        Column(
            name=f"{name}_high_risk",
            meaning="Would it be dangerous if somebody else read it? Then nothing is "
            "sent: the person is asked in person.",
            choices=_YES_NO,
            example="no",
        ),
    )


REVIEW_COLUMNS: Final = (
    Column(
        name="reference",
        meaning="The review's case number, the same in the row of each of its people. "
        "Never a name.",
        example="H-000123",
    ),
    Column(
        name="service",
        meaning="Empty for children's social care.",
        choices=tuple(one.value for one in Service),
        example=Service.CHILDRENS_SOCIAL_CARE.value,
    ),
    Column(
        name="opens_at",
        meaning="From when people may answer. A day, or a day and a time; London's.",
        example="2026-11-24",
    ),
    Column(
        name="closes_at",
        meaning="Until when. A day alone is meant to its end.",
        example="2026-12-14",
    ),
    Column(
        name="invite_at",
        meaning="Before when nobody is invited; empty for as soon as hours allow.",
        example="2026-11-25 10:00",
    ),
)
PERSON_COLUMNS: Final = (
    Column(
        name="key",
        meaning="What this review calls the person; each once in a review.",
        example="mother",
    ),
    Column(
        name="group",
        meaning="Whose voice it is.",
        choices=tuple(one.value for one in Group),
        example="family",
    ),
    Column(name="name", meaning="The name to use.", example="Sam Example"),
    Column(
        name="age_band",
        meaning="For a child or young person; empty for everybody else.",
        choices=tuple(one.value for one in AgeBand),
        example="",
    ),
    Column(name="language", meaning="The language of their form.", example="en"),
    Column(
        name="consented_at",
        meaning="When somebody they trust told them what will come. Empty if nobody "
        "has: then nothing is sent.",
        example="2026-11-23 16:05",
    ),
)
CONTACT_COLUMNS: Final[Mapping[Channel, tuple[Column, ...]]] = {
    Channel.SMS: _contact_columns(Channel.SMS, "mobile number", "07700 900123"),
    Channel.EMAIL: _contact_columns(Channel.EMAIL, "email address", "sam@example.org"),
}
COLUMNS: Final = (
    *REVIEW_COLUMNS,
    *PERSON_COLUMNS,
    *(column for columns in CONTACT_COLUMNS.values() for column in columns),
)
