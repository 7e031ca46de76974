"""How do people come into a story? They are enrolled, invited, or seen in person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from feedback.domain.contact import Channel, parse_address
from feedback.domain.intake import NewContact, NewPerson, NewReview
from feedback.domain.review import Service
from feedback.services import commission, enrol, expire, invite
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.answering import answering
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import Story, ToldContact, ToldPerson
from triangulation import AgeBand, Group, LanguageRoute

COORDINATOR: Final = "coordinator"
MODERATORS: Final = ("headcsc", "director")
# Somebody they trust told them, and asked how to reach them safely.
BEFOREHAND: Final = timedelta(days=1)


def gathering(story: Story, almanac: Almanac) -> Iterator[Scene]:
    """Tell how a review is commissioned and how its people come to be heard."""
    yield Scene(at=almanac.at(story["commissioned"]), act=partial(_commission, story))
    for at in story.get("invited", ()):
        yield Scene(at=almanac.at(at), act=partial(_invite, story))
    for person in story["people"]:
        if "joined" in person:
            at = person["joined"]
            yield Scene(at=almanac.at(at), act=partial(_join, story, person))
        yield from answering(story["reference"], person, almanac)
    yield Scene(at=almanac.at(story["closes"]), act=_close)


def _commission(story: Story, stage: Stage, now: datetime) -> None:
    almanac, by = stage.almanac, stage.actor(COORDINATOR)
    new = NewReview(
        reference=story["reference"],
        service=Service(story["service"]),
        opens_at=almanac.at(story["opens"]),
        closes_at=almanac.at(story["closes"]),
        moderation_on=almanac.day(story["meeting_on"]),
    )
    team = commission.Team(
        reviewer=stage.staff[story["reviewer"]],
        moderators=tuple(stage.staff[who] for who in MODERATORS),
    )
    review = commission.commission(stage.session, new, team, by=by, now=now)
    stage.reviews[new.reference] = review
    for told in story["people"]:
        if "joined" not in told:
            _join(story, told, stage, now)


def _join(story: Story, told: ToldPerson, stage: Stage, now: datetime) -> None:
    reference = story["reference"]
    stage.people[reference, told["key"]] = enrol.enrol(
        stage.session,
        stage.reviews[reference],
        _person(told, stage.almanac, now),
        by=stage.actor(COORDINATOR),
        now=now,
    )


def _person(told: ToldPerson, almanac: Almanac, now: datetime) -> NewPerson:
    band = told.get("age_band")
    is_asked = "not_invited" not in told
    checked_at = almanac.at(told["consented"]) if "consented" in told else None
    if checked_at is None and is_asked:
        checked_at = now - BEFOREHAND
    return NewPerson(
        group=Group(told["group"]),
        name=told["name"],
        key=told["key"],
        age_band=None if band is None else AgeBand(band),
        form=told.get("form"),
        consented_at=checked_at,
        must_not_be_told=told.get("must_not_be_told"),
        language_route=LanguageRoute(told.get("language_route", "none")),
        not_invited_reason=told.get("not_invited"),
        contacts=tuple(_contact(one, checked_at) for one in told.get("contacts", ())),
    )


def _contact(told: ToldContact, checked_at: datetime | None) -> NewContact:
    return NewContact(
        address=parse_address(Channel(told["channel"]), told["address"]),
        safe=True,
        verified_at=checked_at,
        shared_device=told.get("shared") == "yes",
        code_word=told.get("code_word"),
    )


def _invite(story: Story, stage: Stage, now: datetime) -> None:
    invite.invite(
        stage.session,
        stage.reviews[story["reference"]],
        rules=stage.rules.invite,
        by=stage.actor(COORDINATOR),
        now=now,
    )


def _close(stage: Stage, now: datetime) -> None:
    expire.expire(stage.session, now=now)
