"""Is every message asked about soon, where no receipt of any came?"""

from dataclasses import replace

import pytest
from fakes_sending import RememberingSender, a_dispatch
from sqlalchemy import event, update

from feedback.db.ids import new_id
from feedback.db.models import MessageRow, ProviderEventRow
from feedback.messaging.sender import Unknown
from feedback.services import ask_about, ask_around, receive, settle, sweep
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import Pacer

MANY = 25


@pytest.fixture
def sms(post):
    return RememberingSender(post.database)


@pytest.fixture
def sent(post, settings, clock, sms, monkeypatch):
    """Texts that arrived, and no receipt told of it."""
    monkeypatch.setattr(ask_around, "ROUND", 10)

    def send(many=MANY, **changes):
        sending = a_dispatch(post.database, settings, sms=sms, **changes)
        for _ in range(many):
            post.invite_one(clock.now())
        deliver_due(replace(sending, threads=1), read_now=clock.now)
        sms.statuses = {one.provider_sid: "delivered" for one in post.attempts()}
        clock.forward(minutes=16)
        return sending

    return send


def states(post):
    found = [one.state for one in post.messages() if one.purpose == "invitation"]
    return {state: found.count(state) for state in found}


@pytest.mark.parametrize("threads", [1, 4])
def test_one_sweep_asks_about_all_of_them(post, sent, sms, clock, threads):
    sending = sent(threads=threads)

    assert sweep.sweep(sending, read_now=clock.now) == MANY

    assert states(post) == {"delivered": MANY}
    assert sms.asked == MANY


def test_when_the_time_is_up_the_others_wait_for_the_next_sweep(post, sent, sms, clock):
    sending = sent()
    shown = iter(range(1000))

    def five_seconds_a_look():
        return 5.0 * next(shown)

    asked = ask_around.ask_around(
        sending, read_now=clock.now, elapsed=five_seconds_a_look
    )

    assert asked == sms.asked == 4
    assert states(post) == {"delivered": 4, "accepted": MANY - 4}
    assert ask_around.ask_around(sending, read_now=clock.now) == MANY - 4


def test_a_provider_that_does_not_answer_is_asked_no_second_round(
    post, sent, sms, clock
):
    sending = sent()
    sms.is_down = True

    sweep.sweep(sending, read_now=clock.now)

    assert sms.asked == 10
    assert states(post) == {"accepted": MANY}


def test_a_few_that_the_provider_knows_no_more_hold_up_no_others(
    post, sent, sms, clock
):
    sending = sent()
    for sid in list(sms.statuses)[:4]:
        del sms.statuses[sid]

    sweep.sweep(sending, read_now=clock.now)

    assert states(post) == {"delivered": MANY - 4, "accepted": 4}


def test_questions_keep_the_rate_of_sending(sent, clock):
    waits = []
    sending = sent(asking=Pacer(2, sleep=waits.append, elapsed=lambda: 0.0))

    sweep.sweep(sending, read_now=clock.now)

    assert waits == [0.5 * n for n in range(1, MANY)]


def test_looking_for_a_text_without_a_name_takes_the_turns_of_two_questions(
    post, settings, clock, sms
):
    waits = []
    pacer = Pacer(2, sleep=waits.append, elapsed=lambda: 0.0)
    sending = a_dispatch(post.database, settings, sms=sms, asking=pacer)
    sms.outcomes = [Unknown(detail="timeout")] * 3
    for _ in range(3):
        post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=2)

    ask_around.ask_around(sending, read_now=clock.now)

    assert waits == [0.5 * n for n in range(1, 6)]


def test_whoever_waited_for_a_turn_until_the_time_was_up_does_not_ask(sent, sms, clock):
    seconds = [0.0]

    def sleeps(for_so_long):
        seconds[0] += for_so_long

    pacer = Pacer(1 / 30, sleep=sleeps, elapsed=lambda: seconds[0])
    sending = sent(asking=pacer)

    asked = ask_around.ask_around(
        sending, read_now=clock.now, elapsed=lambda: seconds[0]
    )

    # At once and after 30 seconds; the third turn came after a minute.
    assert asked == sms.asked == 2


def test_no_message_costs_a_question_of_its_own_to_the_database(
    post, settings, clock, sms
):
    sms.outcomes = [Unknown(detail="timeout")] * 9
    for _ in range(9):
        post.invite_one(clock.now())
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)
    clock.forward(minutes=16)
    asked = []
    event.listen(
        post.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2])
    )
    counts = {}
    for most in (4, 9):
        with post.database.reading() as session:
            waiting = ask_about.in_the_air(session, most=most, now=clock.now())
            asked.clear()
            assert len(ask_about.questions(session, waiting)) == most
            counts[most] = len(asked)

    assert counts[4] == counts[9]


def test_one_late_receipt_that_breaks_holds_up_no_other(
    post, sent, clock, monkeypatch, caplog
):
    sending = sent(3)
    clock.forward(minutes=-10)
    attempts = post.attempts()
    with post.database.transaction() as session:
        session.add_all(a_receipt(one.provider_sid, clock) for one in attempts)
    apply_waiting = receive.apply_waiting

    def breaks(session, a_try, **given):
        if a_try.attempt.id == attempts[1].id:
            raise ValueError("what somebody typed")
        apply_waiting(session, a_try, **given)

    monkeypatch.setattr(receive, "apply_waiting", breaks)
    sweep.sweep(sending, read_now=clock.now)

    assert states(post) == {"delivered": 2, "accepted": 1}
    assert "is not swept: ValueError" in caplog.text
    assert "typed" not in caplog.text


def a_receipt(sid, clock):
    return ProviderEventRow(
        id=new_id(),
        event_key=f"{sid}|delivered|",
        provider_sid=sid,
        status="delivered",
        received_at=clock.now(),
    )


def test_one_call_that_was_cut_off_and_breaks_holds_up_no_other(
    post, sent, clock, monkeypatch
):
    sending = sent(3)
    with post.database.transaction() as session:
        cut_off = update(MessageRow).where(MessageRow.purpose == "invitation")
        session.execute(cut_off.values(state="calling", lease_until=clock.now()))
    broken = post.message().id
    unknown = settle.unknown

    def breaks(session, a_try, *args, **given):
        if a_try.message.id == broken:
            raise ValueError
        a_try.attempt.state = "calling"
        unknown(session, a_try, *args, **given)

    monkeypatch.setattr(settle, "unknown", breaks)
    monkeypatch.setattr(sweep, "ask_around", lambda *_, **__: 0)

    assert sweep.sweep(sending, read_now=clock.now) == 2
    assert states(post) == {"unknown": 2, "calling": 1}
