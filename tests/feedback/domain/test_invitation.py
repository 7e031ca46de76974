from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from feedback.domain.calendar import LONDON, Audience, ContactWindow
from feedback.domain.errors import IllegalMoveError
from feedback.domain.invitation import (
    MOVES,
    OPEN_STATUSES,
    InvitationStatus,
    expires_at,
    is_open,
    may_move,
    move,
    next_reminder,
)

S = InvitationStatus
OPENS = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 14, 16, 0, tzinfo=UTC)
PAIRS = list(product(S, S))


@pytest.mark.parametrize(("status", "to"), [p for p in PAIRS if p[1] in MOVES[p[0]]])
def test_a_legal_step_leads_where_the_table_says(status, to):
    assert move(status, to) is to


@pytest.mark.parametrize(
    ("status", "to"), [p for p in PAIRS if p[1] not in MOVES[p[0]]]
)
def test_any_other_step_is_refused_and_tells_both_ends(status, to):
    with pytest.raises(IllegalMoveError) as refused:
        move(status, to)

    assert (refused.value.source, refused.value.target) == (status, to)


def test_the_table_knows_every_status():
    assert set(MOVES) == set(S)


def test_answers_come_in_only_before_an_end():
    assert sorted(OPEN_STATUSES) == ["invited", "not_invited", "started"]


def test_an_answer_can_be_withdrawn_and_nothing_else():
    assert MOVES[S.ANSWERED] == {S.WITHDRAWN}


def test_a_form_opened_in_person_starts_without_an_invitation():
    assert may_move(S.NOT_INVITED, S.STARTED)


@pytest.mark.parametrize("end", [S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.REVOKED])
def test_an_end_is_an_end(end):
    assert MOVES[end] == frozenset()


@pytest.mark.parametrize(
    ("closes", "now", "ends"),
    [
        (CLOSES, OPENS, CLOSES),
        (CLOSES, OPENS - timedelta(days=40), CLOSES),
        (OPENS + timedelta(days=60), OPENS, OPENS + timedelta(days=30)),
        (
            OPENS + timedelta(days=60),
            OPENS - timedelta(days=5),
            OPENS + timedelta(days=30),
        ),
        (
            OPENS + timedelta(days=60),
            OPENS + timedelta(days=10),
            OPENS + timedelta(days=40),
        ),
    ],
)
def test_a_link_lasts_for_its_window_and_thirty_days_at_most(closes, now, ends):
    assert expires_at(OPENS, closes, now) == ends


@pytest.mark.parametrize("status", S)
def test_answers_come_in_only_while_the_invitation_is_open(status):
    inside = is_open(status, opens_at=OPENS, expires_at=CLOSES, now=OPENS)

    assert inside is (status in OPEN_STATUSES)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - timedelta(microseconds=1), False),
        (OPENS, True),
        (CLOSES - timedelta(microseconds=1), True),
        (CLOSES, False),
    ],
)
def test_the_window_opens_at_its_first_instant_and_is_shut_at_its_last(now, expected):
    assert is_open(S.STARTED, opens_at=OPENS, expires_at=CLOSES, now=now) is expected


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def remind(**changes):
    given = {
        "status": S.INVITED,
        "reminders_sent": 0,
        "last_sent_at": london("2026-11-24 10:15"),
        "expires_at": CLOSES,
        "audience": Audience.ADULT,
    }
    return next_reminder(**(given | changes))


@pytest.mark.parametrize("sent", [0, 1])
def test_a_reminder_comes_three_days_later_at_the_same_time_on_the_clock(sent):
    assert remind(reminders_sent=sent) == london("2026-11-27 10:15")


def test_a_reminder_keeps_its_time_over_the_clock_change():
    due = remind(
        last_sent_at=london("2027-03-25 10:15"), expires_at=london("2027-04-20 10:00")
    )

    # The 28th, a Sunday, on summer time.
    assert due == london("2027-03-28 10:15")
    assert due - london("2027-03-25 10:15") == timedelta(days=3, hours=-1)


def test_a_reminder_waits_for_the_next_permitted_time():
    due = remind(
        last_sent_at=london("2026-12-22 10:15"), expires_at=london("2027-01-20 10:00")
    )

    assert due == london("2026-12-27 09:00")


def test_a_reminder_keeps_to_the_persons_own_days():
    window = ContactWindow(blocked_dates=frozenset({date(2026, 11, 27)}))

    assert remind(window=window) == london("2026-11-28 09:00")


def test_there_are_two_reminders_at_most():
    assert remind(reminders_sent=2) is None


@pytest.mark.parametrize("status", sorted(set(S) - {S.INVITED}))
def test_any_sign_of_life_ends_the_reminders(status):
    assert remind(status=status) is None


def test_no_reminder_goes_out_when_the_link_is_gone():
    assert remind(expires_at=london("2026-11-27 10:15")) is None


def test_no_reminder_is_due_where_no_hour_is_permitted():
    evenings = ContactWindow(safe_from=datetime(2026, 1, 1, 21, tzinfo=UTC).time())

    assert remind(window=evenings) is None
