"""What does an administrator have to do now about the sending?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.services.delivery_health import DeliveryHealth
from feedback.services.tick_log import CARRY_ALERTS
from feedback.web.delivery.wording import age, all_halted, running

# A message that could have gone this long ago waits for something that is broken.
LONG: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something to do.

    Args:
        url: Where on the page it is shown.
    """

    title: str
    detail: str
    url: str
    urgent: bool = True


def needs(health: DeliveryHealth, now: datetime) -> tuple[Need, ...]:
    """List what there is to do, what presses most first."""
    urgent = tuple(_urgent(health, now))
    # What stands still, or whatever holds the scheduler up, tells already why it waits.
    waiting = () if urgent else tuple(_waiting(health, now))
    return (*urgent, *waiting, *_given_up(health))


def _urgent(health: DeliveryHealth, now: datetime) -> Iterator[Need]:
    heartbeat = health.pulse.heartbeat_at
    if not health.pulse.is_beating(now):
        seen = f"last alive {age(heartbeat, now)} ago" if heartbeat else "never seen"
        yield Need(
            title="Nothing is sent, alerts neither: the scheduler is away",
            detail=f"It was {seen}. Start it again; what is due goes out by itself "
            "then.",
            url="#figures",
        )
    if health.held_up:
        stops_alerts = any(one.name in CARRY_ALERTS for one in health.held_up)
        yield Need(
            title="Something holds the scheduler up"
            + (": alerts may not go out" if stops_alerts else ""),
            detail=f"At work without an end: {running(health, now)}. Look whether the "
            "provider answers; then start the scheduler again.",
            url="#figures",
        )
    if health.halts:
        count = len(health.halts)
        yield Need(
            title="Something stands still"
            if count == 1
            else f"{count} things stand still",
            detail=all_halted(health.halts),
            url="#halts",
        )
    is_told = any(one.waits_for_clocks for one in health.halts)
    if health.skew.is_too_much and not is_told:
        yield Need(
            title="The clocks disagree by more than two minutes",
            detail="Somebody might be written to at night. Set the clock right.",
            url="#figures",
        )


def _waiting(health: DeliveryHealth, now: datetime) -> Iterator[Need]:
    oldest = health.pulse.oldest_due_at
    if oldest is None or now - oldest < LONG:
        return
    if health.is_cap_reached:
        yield Need(
            title="The cap of texts for a day is reached: only alerts go by text",
            detail="The rest goes by itself from midnight on, in safe hours. If so "
            "many are meant to go in a day, an operator raises CAP_SMS_PER_DAY.",
            url="#figures",
            urgent=False,
        )
    else:
        yield Need(
            title=f"A message has waited {age(oldest, now)} although it could go",
            detail="Look whether the scheduler or the workers keep up.",
            url="#figures",
            urgent=False,
        )


def _given_up(health: DeliveryHealth) -> Iterator[Need]:
    count = health.pulse.dead_letters
    if count:
        yield Need(
            title="Decide about a message that was given up"
            if count == 1
            else f"Decide about {count} messages that were given up",
            detail="Each says why. Nobody hears anything until you decide.",
            url="#given-up",
            urgent=False,
        )
