"""How each scale's words become bands."""

import pytest
from evidence_builders import answer

from triangulation import CHOICES, Interval, NonAnswer, Scale
from triangulation.scales import IntervalError, Reading, interval

BANDS = {
    Scale.F3: {"yes": (3, 4), "a_bit": (2, 3), "no": (1, 1)},
    Scale.W4C: {
        "always": (3, 4),
        "mostly": (3, 3),
        "sometimes": (2, 2),
        "never": (1, 1),
    },
    Scale.W4: {
        "completely": (4, 4),
        "mostly": (3, 3),
        "a_little": (2, 2),
        "not_at_all": (1, 1),
    },
    Scale.S5: {1: (1, 1), 2: (2, 2), 3: (2, 3), 4: (3, 3), 5: (4, 4)},
}
MIRRORS = {
    Scale.F3: {"yes": "no", "a_bit": "a_bit", "no": "yes"},
    Scale.W4C: {
        "always": "never",
        "mostly": "sometimes",
        "sometimes": "mostly",
        "never": "always",
    },
    Scale.W4: {
        "completely": "not_at_all",
        "mostly": "a_little",
        "a_little": "mostly",
        "not_at_all": "completely",
    },
    Scale.S5: {1: 5, 2: 4, 3: 3, 4: 2, 5: 1},
}
CASES = [(scale, value) for scale in Scale for value in CHOICES[scale]]


@pytest.mark.parametrize(("scale", "value"), CASES)
def test_a_choice_is_read_as_its_band(scale, value):
    found = interval(answer(value, scale=scale))

    assert found.as_json() == list(BANDS[scale][value])


@pytest.mark.parametrize(("scale", "value"), CASES)
def test_a_reversed_item_is_read_as_its_mirror_answer(scale, value):
    found = interval(answer(value, scale=scale, reverse=True))

    assert found == interval(answer(MIRRORS[scale][value], scale=scale))


@pytest.mark.parametrize(
    ("value", "band"), [("no", [1, 1]), ("a_bit", [2, 2]), ("yes", [3, 3])]
)
def test_the_other_reading_takes_one_band_from_each_face(value, band):
    found = interval(answer(value, scale=Scale.F3), reading=Reading.SHARP)

    assert found.as_json() == band


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("value", NonAnswer)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_choice_without_a_stance_has_no_band(scale, value, reverse):
    assert interval(answer(value.value, scale=scale, reverse=reverse)) is None


@pytest.mark.parametrize(("lo", "hi"), [(0, 1), (3, 5), (3, 2)])
def test_an_interval_that_is_none_cannot_be_made(lo, hi):
    with pytest.raises(IntervalError, match=f"{lo} to {hi}"):
        Interval(lo, hi)


def test_a_stance_is_named_in_words_that_are_not_a_grades():
    assert Interval(3, 4).words == "positive to very positive"
    assert Interval(1, 1).words == "negative"
