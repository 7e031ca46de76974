"""What the agreement command reads, prints and refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import triangulation
from triangulation.__main__ import main

HOME = Path(triangulation.__file__).parents[1]
REPORT = {
    "ratings": [[4, 4]] * 7 + [[4, 3], [3, 4], [3, 3]],
    "categories": [1, 2, 3, 4],
}
KEYS = [
    "units",
    "pairs",
    "exact",
    "within_one",
    "percent_agreement",
    "fleiss_kappa",
    "brennan_prediger",
    "cohen_kappa",
    "krippendorff_alpha",
    "gwet_ac",
    "undefined",
]


@pytest.fixture
def write(tmp_path):
    def write(raw):
        path = tmp_path / "ratings.json"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return str(path)

    return write


def printed(capsys, *arguments):
    assert main(["agreement", *arguments]) == 0
    return capsys.readouterr().out


def test_json_is_written_as_the_contract_says(write):
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "-m", "triangulation", "agreement", write(REPORT), "--json"],
        capture_output=True,
        check=False,
        cwd=HOME,
    )

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(found) == KEYS
    assert list(found["cohen_kappa"]) == [
        "identity",
        "linear",
        "quadratic",
        "gwet_ordinal",
        "custom",
    ]
    assert list(found["krippendorff_alpha"]) == [
        "nominal",
        "ordinal",
        "interval",
        "ratio",
    ]
    assert list(found["gwet_ac"]) == ["identity", "linear", "quadratic", "gwet_ordinal"]
    assert (found["units"], found["pairs"], found["exact"]) == (10, 10, 8)
    assert found["within_one"] == 10
    assert found["gwet_ac"]["linear"] == pytest.approx(0.9112, abs=5e-5)
    assert found["krippendorff_alpha"]["ordinal"] == pytest.approx(0.40625)
    assert found["undefined"] == {"cohen_kappa.custom": "no weights are given"}


def test_every_shape_of_ratings_is_read(write, capsys):
    table = {"table": [[3, 1], [2, 4]], "categories": ["a", "b"]}
    counts = {"counts": [[2, 0], [1, 1]], "categories": [1, 2]}
    weighted = {**table, "categories": [1, 2], "weights": [[1, 0.5], [0, 1]]}

    assert json.loads(printed(capsys, write(table), "--json"))["units"] == 10
    assert json.loads(printed(capsys, write(counts), "--json"))["units"] == 2
    custom = json.loads(printed(capsys, write(weighted), "--json"))["cohen_kappa"]
    assert custom["custom"] == pytest.approx(0.375)


def test_text_gives_counts_first_and_the_note_with_the_figures(write, capsys):
    text = printed(capsys, write(REPORT))

    lines = text.splitlines()
    assert lines[0] == "Agreement over 10 units, 10 pairs of ratings"
    assert lines[1:3] == ["  identical    8 of 10", "  within one   10 of 10"]
    assert "every coefficient below is indicative only" in lines[3]
    assert "alpha is pulled down and AC2 up" in lines[4]
    assert "    ordinal        0.4062" in text
    assert "    linear         0.9112" in text
    assert "    cohen_kappa.custom: no weights are given" in text


def test_under_ten_pairs_there_are_counts_only(write, capsys):
    text = printed(capsys, write({**REPORT, "ratings": [[4, 4]] * 9}))

    assert "counts only" in text
    assert "kappa" not in text


def test_from_thirty_pairs_on_figures_stand_without_a_warning(write, capsys):
    rows = [[1 + n % 4, 1 + n % 3] for n in range(30)]
    raw = {"ratings": rows, "categories": [1, 2, 3, 4], "weights": [[1] * 4] * 4}

    text = printed(capsys, write(raw))

    assert "indicative" not in text
    assert "pulled down" not in text


def test_where_everything_can_be_calculated_nothing_is_listed(write, capsys):
    rows = [[1 + n % 4, 1 + n % 3] for n in range(30)]
    weights = [[float(i == j) for i in range(4)] for j in range(4)]
    raw = {"ratings": rows, "categories": [1, 2, 3, 4], "weights": weights}

    assert "Not calculable" not in printed(capsys, write(raw))


def test_strings_have_no_within_one(write, capsys):
    raw = {"ratings": [["a", "b"], ["a", "a"]] * 5, "categories": ["a", "b"]}

    text = printed(capsys, write(raw))

    assert "within one" not in text.split("Not calculable")[0]
    assert "within_one: strings have no order or distance" in text


REFUSED = [
    ([], "ratings.json: must be an object, not a list"),
    ({"categories": [1]}, "ratings.json: exactly one of ratings, table and counts"),
    ({"ratings": [], "table": [], "categories": [1]}, "table: exactly one of"),
    ({"ratings": []}, "categories: is required"),
    ({**REPORT, "raters": 2}, "raters: is not a known key"),
    ({**REPORT, "categories": "abc"}, "categories: must be a list, not 'abc'"),
    ({**REPORT, "ratings": {}}, "ratings: must be a list, not an object"),
    ({**REPORT, "ratings": [[1], 2]}, "ratings[1]: must be a list, not 2"),
    ({**REPORT, "ratings": [[1], []]}, "ratings[1]: has 0 ratings where the first"),
    ({**REPORT, "ratings": [[1, "x\ny"]]}, "ratings[0][1]: 'x\\ny' is not one of"),
    ({**REPORT, "categories": [1, 2, 3, 3]}, "categories[3]: 3 is given twice"),
    ({**REPORT, "weights": [[1]]}, "weights: must be 4 rows of 4 numbers"),
    ({**REPORT, "weights": [[1] * 4] * 3 + [[1]]}, "weights: must be 4 rows of 4"),
    ({**REPORT, "weights": [[True] * 4] * 4}, "weights[0][0]: true is not a number"),
    ({**REPORT, "weights": None}, "weights: must be a list, not null"),
]


@pytest.mark.parametrize(("raw", "problem"), REFUSED)
def test_bad_ratings_are_one_line_and_nothing_on_standard_output(
    write, capsys, raw, problem
):
    assert main(["agreement", write(raw)]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert problem in told.err
    assert told.err[:-1].isprintable()


def test_a_missing_file_is_told_by_name(capsys):
    assert main(["agreement", "missing.json", "--json"]) == 2

    assert "missing.json: cannot be read" in capsys.readouterr().err
