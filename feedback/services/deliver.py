"""What is due, is it still right to send, and what did the provider say?

Each message goes through three steps: a lease is taken, an attempt is put on record,
and its outcome is written. Between the last two the provider is called, with no
connection to the database held. Ordinary messages go in waves, which share their
transactions; an alert goes alone, and waits for no other.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from feedback.domain.contact import Channel
from feedback.services.begin import UNWRITABLE, begin, take_back
from feedback.services.claim import Claim, ReadNow, claims
from feedback.services.dispatch import Dispatch
from feedback.services.record import PROBE, record
from feedback.services.run import SendingRun, good_for

__all__ = ["PROBE", "UNWRITABLE", "Tally", "deliver_due", "deliver_one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of a round of sending."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    held: int = 0


def deliver_due(
    dispatch: Dispatch,
    *,
    read_now: ReadNow,
    limit: int | None = None,
    urgent_only: bool = False,
) -> Tally:
    """Send what is due, alerts first.

    Args:
        dispatch: What sending needs.
        read_now: Tells the time, which passes while messages are sent.
        limit: The most messages to take; None for all that are due.
        urgent_only: Whether to take alerts and escalations only.
    """
    if urgent_only:
        taken = claims(dispatch, read_now, limit, urgent_only=True)
        told = _deliver_each(dispatch, taken, read_now)
    else:
        run = SendingRun(
            dispatch,
            read_now,
            limit,
            lambda claim: deliver_one(dispatch, claim, read_now),
        )
        told = run.in_turn() if dispatch.threads == 1 else run.at_once()
    counted = Counter(told)
    return Tally(
        sent=counted["sent"],
        refused=counted["refused"],
        unknown=counted["unknown"],
        held=counted["held"],
    )


def _deliver_each(
    dispatch: Dispatch, taken: Iterator[Claim], read_now: ReadNow
) -> Iterator[str]:
    """Send each; one that breaks holds up no other, and is told of at the end."""
    faults: list[Exception] = []

    def told(claim: Claim) -> str | None:
        try:
            return deliver_one(dispatch, claim, read_now)
        except Exception as error:  # noqa: BLE001 - raised again below
            faults.append(error)
            return None

    all_told = (
        map(told, taken)
        if dispatch.threads == 1
        else _several_at_a_time(dispatch.threads, told, taken)
    )
    yield from (one for one in all_told if one is not None)
    if faults:
        raise faults[0]


def _several_at_a_time(
    threads: int, do: Callable[[Claim], str | None], taken: Iterator[Claim]
) -> Iterator[str | None]:
    """Do several; no lease is taken before a thread is nearly free."""
    with ThreadPoolExecutor(threads, "deliver") as pool:
        on_the_way: set[Future[str | None]] = set()
        for claim in taken:
            on_the_way.add(pool.submit(do, claim))
            while len(on_the_way) > threads:
                done, on_the_way = wait(on_the_way, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        yield from (one.result() for one in on_the_way)


def deliver_one(dispatch: Dispatch, claim: Claim, read_now: ReadNow) -> str:
    """Judge, send and settle one message that was claimed; tell how it went."""
    if claim.channel is Channel.SMS and not claim.is_urgent:
        dispatch.pacer.wait()
    with dispatch.database.transaction() as session:
        call = begin(session, dispatch, claim, read_now())
    if call is None:
        return "held"
    if not call.is_fresh(good_for(dispatch.rules)):
        # We stood still for so long that somebody else may have sent it.
        with dispatch.database.transaction() as session:
            take_back(session, [call])
        return "held"
    outcome = dispatch.senders[claim.channel].send(call.outgoing)
    with dispatch.database.transaction() as session:
        return record(session, dispatch, (call, outcome), now=read_now())
