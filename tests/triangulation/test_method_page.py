"""What the page about the method shows is what the program says."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from triangulation import (
    PREVALENCE_NOTE,
    Weighting,
    coefficients_of,
    cohen_kappa,
    gwet_ac,
    tally_table,
    wilson,
)
from triangulation.__main__ import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method.md"
EIGHT_OF_TEN = ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 7))


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text("utf-8")


def block(page, kind):
    return re.search(rf"```{kind}\n(.*?)\n```", page, re.DOTALL)[1]


def test_the_worked_example_is_what_the_program_prints(page, monkeypatch, tmp_path):
    example = tmp_path / "evidence.json"
    example.write_text(block(page, "json"), "utf-8")
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", printed)

    assert main([str(example)]) == 0

    printed.seek(0)
    assert printed.read().rstrip() == block(page, "text")


def test_the_worked_example_holds_no_real_person(page):
    keys = {one["key"] for one in json.loads(block(page, "json"))["people"]}

    assert keys == {"girl", "mother", "father", "school", "worker", "manager"}


def test_the_figures_of_the_paradox_are_computed(page):
    found = coefficients_of(EIGHT_OF_TEN)
    used = gwet_ac(tally_table([[1, 1], [1, 7]], [3, 4]), Weighting.LINEAR)
    kappa = cohen_kappa(tally_table(EIGHT_OF_TEN, [1, 2, 3, 4]), Weighting.LINEAR)

    for figure in (found.ac2.value, used, found.alpha.value, kappa):
        assert f"| {float(figure):.4f} |" in page
    assert PREVALENCE_NOTE in page


def test_the_intervals_are_those_of_the_program(page):
    found = coefficients_of(EIGHT_OF_TEN)
    ends = [
        f"{end:.2f}".replace("-", "\N{MINUS SIGN}")
        for drawn in (found.alpha.interval, found.ac2.interval)
        for end in (drawn.low, drawn.high)
    ]
    low, high = (round(100 * end) for end in wilson(8, 10))

    said = "from {} to {} for alpha and from {} to {} for AC2".format(*ends)
    assert said in page
    assert f"In {found.alpha.interval.undefined_share:.0%}".replace("%", " %") in page
    assert f"{low} % to {high} %" in page
