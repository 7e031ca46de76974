"""How does the sending stand, for a machine that watches? Prometheus' plain text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.queries import delivery as queries
from feedback.db.queries.desk import open_alerts
from feedback.services import clocks, delivery_health, pulse, tick_log
from feedback.services.delivery_health import Halt
from feedback.services.tick_log import TickTimes

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
HALTS: Final = ("provider", "channel", "template")
# What is done with is counted for so long, so that counting takes no longer each year.
WINDOW: Final = timedelta(hours=24)

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One name with its values by labels."""

    name: str
    help: str
    values: tuple[tuple[Labels, float], ...]
    # Counts of rows may shrink when a review is erased, so that all are gauges.
    kind: str = "gauge"


def metrics(session: Session, *, now: datetime) -> str:
    """Write what a watching machine may want, in a fixed number of questions.

    No name, number or word is among it.
    """
    return "".join(_written(_gathered(session, now)))


def _gathered(session: Session, now: datetime) -> Iterator[Metric]:
    yield from _of_pulse(session, now)
    yield from _of_ticks(tick_log.read(session, now=now), now)
    yield from _of_traffic(session, now - WINDOW)
    yield _single(
        "trigpoint_inbound_unmatched",
        "Waiting texts from numbers that nobody is known by.",
        queries.unmatched_inbound(session),
    )
    yield _single(
        "trigpoint_orphan_receipts",
        "Receipts that no message belongs to.",
        queries.orphans(session),
    )
    yield _of_halts(delivery_health.halts(session))
    yield _single(
        "trigpoint_alerts_open",
        "Alerts that are not closed.",
        open_alerts(session),
    )
    yield _of_clocks(clocks.skew(session))


def _of_traffic(session: Session, since: datetime) -> Iterator[Metric]:
    yield Metric(
        name="trigpoint_messages",
        help="Messages by channel and state: all that are under way or wait for a "
        "decision, and what ended of the last 24 hours.",
        values=_by(
            ("channel", "state"), queries.messages_by_state(session, since=since)
        ),
    )
    yield Metric(
        name="trigpoint_attempts",
        help="Attempts to send of the last 24 hours, by provider and state.",
        values=_by(
            ("provider", "state"), queries.attempts_by_state(session, since=since)
        ),
    )
    yield Metric(
        name="trigpoint_inbound_texts",
        help="Texts that people sent, by kind and by who dealt with them: all that "
        "wait for a person, and what was read in the last 24 hours.",
        values=_by(("kind", "triage"), queries.inbound_by_kind(session, since=since)),
    )


def _of_pulse(session: Session, now: datetime) -> Iterator[Metric]:
    found = pulse.pulse(session, now=now)
    beat, oldest = found.heartbeat_at, found.oldest_due_at
    yield _single(
        "trigpoint_scheduler_heartbeat_age_seconds",
        "How long ago the scheduler was last alive; absent where it never was.",
        None if beat is None else (now - beat).total_seconds(),
    )
    yield _single(
        "trigpoint_oldest_due_age_seconds",
        "How long the longest-waiting message could have gone; 0 where none waits.",
        0 if oldest is None else (now - oldest).total_seconds(),
    )
    yield _single(
        "trigpoint_messages_due", "Messages that could go now.", found.backlog
    )


def _of_ticks(ticks: tuple[TickTimes, ...], now: datetime) -> Iterator[Metric]:
    yield Metric(
        name="trigpoint_tick_running_seconds",
        help="How long what happens by itself has been running; 0 where it does not, "
        "and while the scheduler is away.",
        values=tuple(
            ({"tick": one.name}, _since(one.running_since or now, now)) for one in ticks
        ),
    )
    yield Metric(
        name="trigpoint_tick_ended_age_seconds",
        help="How long ago it ended last; absent where it never did.",
        values=tuple(
            ({"tick": one.name}, _since(one.ended_at, now))
            for one in ticks
            if one.ended_at is not None
        ),
    )


def _since(then: datetime, now: datetime) -> float:
    return (now - then).total_seconds()


def _of_halts(halts: tuple[Halt, ...]) -> Metric:
    counted = {what: sum(one.what == what for one in halts) for what in HALTS}
    return Metric(
        name="trigpoint_halts",
        help="Providers, channels and templates that stand still.",
        values=tuple(({"what": what}, count) for what, count in counted.items()),
    )


def _of_clocks(skew: clocks.Skew) -> Metric:
    shown = {"database": skew.database, "provider": skew.provider}
    return Metric(
        name="trigpoint_clock_skew_seconds",
        help="By how much another clock is ahead of the program's.",
        values=tuple(
            ({"clock": name}, ahead.total_seconds())
            for name, ahead in shown.items()
            if ahead is not None
        ),
    )


def _single(name: str, about: str, value: float | None) -> Metric:
    values: tuple[tuple[Labels, float], ...] = ()
    if value is not None:
        values = (({}, value),)
    return Metric(name=name, help=about, values=values)


def _by(
    names: tuple[str, str], counted: Mapping[tuple[str, str], int]
) -> tuple[tuple[Labels, float], ...]:
    first, second = names
    return tuple(
        ({first: one, second: other}, count)
        for (one, other), count in sorted(counted.items())
    )


def _written(all_metrics: Iterable[Metric]) -> Iterator[str]:
    for metric in all_metrics:
        yield f"# HELP {metric.name} {metric.help}\n"
        yield f"# TYPE {metric.name} {metric.kind}\n"
        for labels, value in metric.values:
            yield f"{metric.name}{_labels(labels)} {_number(value)}\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{','.join(pairs)}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
