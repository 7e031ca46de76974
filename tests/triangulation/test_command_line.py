"""What the command prints, and how it ends."""

import io
import json
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import triangulation.__main__
from triangulation.__main__ import main

HOME = Path(triangulation.__main__.__file__).parents[1]
EXAMPLE = {
    "grades": {"D3": 4},
    "not_graded": {"D5": "new case"},
    "people": [
        {
            "key": "p1",
            "group": "child",
            "age_band": "9-12",
            "status": "answered",
            "helped_by": "nobody",
            "language_route": "none",
            "reason": None,
            "answers": [
                {
                    "question": "Y1",
                    "dimension": "D3",
                    "scale": "W4C",
                    "value": "sometimes",
                    "reverse": False,
                }
            ],
            "comments": [{"dimension": "D3", "stance": "concern"}],
        }
    ],
}
CHILD_ON_D3 = {
    "group": "child",
    "status": "dissonance",
    "interval": [2, 2],
    "side": "low",
    "gap": 2,
    "direction": "reviewer_more_favourable",
    "silence": None,
    "invited": 1,
    "replied": 1,
    "not_invited": [],
    "coarse": False,
    "split": False,
    "contrary": True,
    "depends_on_reading": False,
    "may_be_constrained": False,
    "language_route": "none",
    "answers": [
        {"person": "p1", "question": "Y1", "value": "sometimes", "interval": [2, 2]}
    ],
    "comments": {"strength": 0, "concern": 1},
}


TOO_LARGE = (
    "grades.D1: a number beyond all bounds is not allowed; a grade takes 1, 2, 3, 4"
)


def run(*arguments, content=None):
    return subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "-m", "triangulation", *map(str, arguments)],
        input=content,
        capture_output=True,
        check=False,
        cwd=HOME,
    )


@pytest.fixture
def evidence_file(tmp_path):
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(EXAMPLE), encoding="utf-8")
    return path


def refused(capsys, *arguments):
    """Run in this process; return the one line of a refusal."""
    assert main([str(argument) for argument in arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith("\n")
    line = printed.err[:-1]
    assert line.isprintable()
    return line


def test_json_is_written_as_the_contract_says(evidence_file):
    done = run(evidence_file, "--json")

    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(found) == ["rules", "dimensions"]
    assert found["rules"] == "1"
    assert [each["code"] for each in found["dimensions"]] == [
        f"D{n}" for n in range(1, 10)
    ]
    third = found["dimensions"][2]
    cells = third.pop("cells")
    assert list(third.items()) == [
        ("code", "D3"),
        ("grade", 4),
        ("status", "dissonant"),
        ("reasons", ["child_dissonant", "one_source_only"]),
        ("dissonant_sources", 1),
        ("speaking_sources", 1),
        ("sources_differ", False),
    ]
    assert cells[0] == CHILD_ON_D3
    assert list(cells[0]) == list(CHILD_ON_D3)
    assert [cell["group"] for cell in cells] == [
        "child",
        "family",
        "partner",
        "practitioner",
        "manager",
    ]


def test_text_is_a_matrix_with_words_marks_and_a_legend(evidence_file):
    done = run(evidence_file)

    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "D3 4  ◇ dissonance   ○ silence" in text
    assert "Together: ◇ Dissonant, 1 of 1 sources" in text
    assert "reviewer more favourable, +2" in text
    assert "Grade: not graded (new case)" in text
    assert "To take to moderation" in text
    assert "Legend" in text


def test_standard_input_is_read_for_a_dash(evidence_file):
    done = run("-", "--json", content=evidence_file.read_bytes())

    assert done.stdout == run(evidence_file, "--json").stdout


def test_a_fault_in_a_value_ends_with_2_and_its_path_alone(tmp_path):
    path = tmp_path / "evidence.json"
    path.write_text('{"people": [{"key": "a\\nb"}]}', encoding="utf-8")

    done = run(path)

    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr == b"people[0].group: is required\n"


def test_without_a_file_the_usage_is_told():
    done = run()

    assert done.returncode == 2
    assert done.stdout == b""
    assert b"usage: python -m triangulation" in done.stderr


def test_help_tells_what_the_command_does():
    done = run("--help")

    assert done.returncode == 0
    assert b"locked grades" in done.stdout


def test_a_reader_that_stops_early_leaves_no_complaint(evidence_file):
    with subprocess.Popen(  # noqa: S603 - the command under test
        [sys.executable, "-X", "dev", "-m", "triangulation", str(evidence_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=HOME,
    ) as process:
        process.stdout.close()
        complaint = process.stderr.read()

    assert process.returncode == 1
    assert complaint == b""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not JSON: Expecting value at line 1 column 1"),
        (b"{", "is not JSON: "),
        (b"\xff\xfe", "is not UTF-8 at byte 0"),
        (b'{"people": NaN}', "is not JSON: NaN is not a JSON number"),
        (b'{"people": -Infinity}', "is not JSON: -Infinity is not a JSON number"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "must be an object, not a list"),
        (b'"a text"', "must be an object, not 'a text'"),
    ],
)
def test_a_file_that_is_not_an_object_is_told_by_its_name(
    tmp_path, capsys, content, problem
):
    path = tmp_path / "evidence.json"
    path.write_bytes(content)

    line = refused(capsys, path)

    assert "evidence.json: " in line
    assert problem in line


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'{"people": [], "people": []}', "people: this key is given twice"),
        (
            b'{"people": [{"key": "a", "key": "b"}]}',
            "people[0].key: this key is given twice",
        ),
        (
            b'{"people": [], "grades": {"D1": 1, "D1": 2}}',
            "grades.D1: this key is given twice",
        ),
        (
            b'{"people": {"a": 1, "a": 2}}',
            "people: must be a list, not an object",
        ),
        (
            b'{"people": [], "grades": {"D1": ' + b"9" * 5000 + b"}}",
            TOO_LARGE,
        ),
        (
            b'{"people": [], "grades": {"D1": 1e999}}',
            TOO_LARGE,
        ),
    ],
)
def test_what_python_would_let_pass_is_refused_with_its_path(
    tmp_path, capsys, content, line
):
    path = tmp_path / "evidence.json"
    path.write_bytes(content)

    assert refused(capsys, path) == line


def test_a_byte_order_mark_is_no_fault(tmp_path, capsys):
    path = tmp_path / "evidence.json"
    path.write_bytes(b'\xef\xbb\xbf{"people": []}')

    assert main([str(path)]) == 0
    assert capsys.readouterr().err == ""


def test_a_missing_file_and_a_directory_are_told_by_name(tmp_path, capsys):
    missing = refused(capsys, tmp_path / "missing.json")
    directory = refused(capsys, tmp_path)

    assert "cannot be read: No such file or directory" in missing
    assert "cannot be read: Is a directory" in directory


def test_a_file_name_cannot_break_the_line(capsys):
    line = refused(capsys, "no\nsuch\x1b[2Jfile")

    assert line.startswith("no\\nsuch\\x1b[2Jfile: cannot be read")


def test_a_name_that_no_file_can_have_is_told_too(capsys):
    assert "cannot be read" in refused(capsys, "a\x00b")


def test_broken_standard_input_is_called_so(monkeypatch, capsys):
    fake = SimpleNamespace(buffer=io.BytesIO(b"{"))
    monkeypatch.setattr(sys, "stdin", fake)

    assert refused(capsys, "-").startswith("standard input: is not JSON")


def test_a_terminal_that_cannot_draw_marks_still_gets_the_words(
    evidence_file, monkeypatch
):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)

    assert main([str(evidence_file)]) == 0

    assert b"D3 4  ? dissonance" in narrow.buffer.getvalue()


def test_a_closed_pipe_is_no_crash(evidence_file, monkeypatch):
    def write(content):
        raise BrokenPipeError

    fake = SimpleNamespace(buffer=SimpleNamespace(write=write), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", fake)

    assert main([str(evidence_file)]) == 1


def test_the_module_ends_the_process_with_its_status(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["triangulation", "missing.json"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(triangulation.__main__.__file__, run_name="__main__")

    assert ended.value.code == 2
    assert "missing.json: cannot be read" in capsys.readouterr().err


def test_half_a_surrogate_in_a_key_can_be_printed_both_ways(tmp_path, capsys):
    path = tmp_path / "evidence.json"
    content = json.dumps(EXAMPLE).replace('"p1"', '"\\ud800"')
    path.write_text(content, encoding="utf-8")

    assert main([str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main([str(path)]) == 0
    text = capsys.readouterr().out

    assert found["dimensions"][2]["cells"][0]["answers"][0]["person"] == "\ud800"
    assert "\\ud800 Y1: sometimes" in text
