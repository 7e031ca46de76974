"""Does the number of calls on record follow how quickly they are settled?"""

import pytest

from feedback.services.dispatch import Pacer
from feedback.services.pace import AT_LEAST, AT_MOST, MOMENT_SECONDS, Pace

QUICKLY = MOMENT_SECONDS / 10
SLOWLY = MOMENT_SECONDS * 2


def a_pace(*, rate=1000, threads=1):
    return Pace(Pacer(rate), threads)


def test_it_begins_with_few_and_with_enough_for_every_thread():
    assert a_pace(threads=4).most == AT_LEAST
    assert a_pace(threads=16).most == 32


def test_it_doubles_while_calls_are_settled_quickly_and_only_so_far():
    pace = a_pace()

    pace.settled(QUICKLY)
    assert pace.most == 2 * AT_LEAST

    for _ in range(20):
        pace.settled(QUICKLY)
    assert pace.most == AT_MOST


def test_it_halves_while_calls_are_settled_slowly_down_to_what_the_threads_need():
    pace = a_pace(threads=16)
    pace.settled(QUICKLY)

    pace.settled(SLOWLY)
    pace.settled(SLOWLY)

    assert pace.most == 32


def test_it_stays_where_all_on_record_is_settled_in_about_a_moment():
    pace = a_pace()

    pace.settled(MOMENT_SECONDS * 0.75)

    assert pace.most == AT_LEAST


@pytest.mark.parametrize(
    ("rate", "most"), [(0.5, 1), (5, 5), (30, 30), (1000, AT_MOST)]
)
def test_no_more_are_on_record_than_pass_in_a_second_at_the_rate(rate, most):
    pace = a_pace(rate=rate)
    for _ in range(20):
        pace.settled(QUICKLY)

    assert pace.most == most


def test_a_provider_that_asks_us_to_slow_down_has_fewer_on_record():
    pacer = Pacer(20)
    pace = Pace(pacer, threads=16)
    assert pace.most == 20

    pacer.slow_down()

    assert pace.most == 10
