"""What an operator sees and what the file holds."""

import csv
import json

import docx
import pytest
from builders import a_staff_member
from meeting_builders import an_agreed_review

from feedback.db.models import ReportRow
from feedback.domain.access import Role

OUTCOMES = [4, 4, 4, 4, 4, 4, 3, 3, 2, 2]
PERIOD = ["--from", "2026-09-01", "--to", "2027-02-28"]


@pytest.fixture
def ten(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        for n, outcomes in enumerate(OUTCOMES):
            an_agreed_review(
                session,
                now=now,
                by=head,
                practice=3 if n < 2 else 4,
                outcomes=outcomes,
                kind="internal" if n < 2 else "independent",
            )


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["report", "build", *arguments])


def test_the_operator_reads_the_headline_and_the_file_withholds_small_counts(
    app, ten, tmp_path
):
    out = tmp_path / "report.json"

    result = run(app, *PERIOD, "--out", str(out))

    assert result.exit_code == 0, result.output
    for figure in ("8 of 10 (80%)", "2 of 10 (20%)", "6 of 10 (60%)"):
        assert figure in result.output
    found = json.loads(out.read_text())
    assert found["reviews"] == 10
    assert found["figures"]["reviewers"]["all"]["independent"]["count"] == 8
    assert found["figures"]["grades"]["practice"]["3"]["count"] == "c"


def test_the_recorded_decision_opens_the_grades_in_the_file(app, ten, tmp_path):
    out = tmp_path / "report.csv"

    result = run(
        app,
        *PERIOD,
        *("--format", "csv", "--out", str(out)),
        *("--open-grades-reason", "Agreed with the chair"),
    )

    assert result.exit_code == 0, result.output
    lines = list(csv.reader(out.read_text().splitlines()))
    assert lines[0] == ["section", "item", "measure", "count", "of", "percent"]
    assert ["grades", "practice", "4", "8", "10", "80"] in lines
    assert ["grades", "outcomes", "2", "2", "10", "20"] in lines


def test_a_file_that_cannot_be_written_leaves_no_report(app, database, ten, tmp_path):
    out = tmp_path / "absent" / "report.json"

    result = run(app, *PERIOD, "--out", str(out))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    with database.reading() as session:
        assert session.query(ReportRow).count() == 0


def test_a_period_that_ends_before_it_begins_is_one_clear_line(app, tmp_path):
    result = run(
        app,
        *("--from", "2027-02-28", "--to", "2026-09-01"),
        *("--out", str(tmp_path / "report.json")),
    )

    assert result.exit_code == 1
    assert result.output == "Error: The last day comes before the first\n"


def test_the_paper_for_word_is_built_with_drafted_words(app, ten, tmp_path):
    out = tmp_path / "report.docx"

    result = run(app, *PERIOD, "--format", "docx", "--out", str(out))

    assert result.exit_code == 0, result.output
    paper = docx.Document(str(out))
    headings = [one.text for one in paper.paragraphs if one.style.name == "Heading 2"]
    assert headings[:2] == ["Background", "Current Position"]
    assert paper.tables[0].rows[0].cells[0].text == "Committee"
    texts = " ".join(one.text for one in paper.paragraphs)
    assert "independent of Stonebridge Council" in texts
    assert "Practice: the grades are withheld (c)." in texts


def test_words_are_printed_edited_and_given_back(app, ten, tmp_path):
    drafted = app.test_cli_runner().invoke(args=["report", "words", *PERIOD])
    words = json.loads(drafted.output)
    text, out = tmp_path / "words.json", tmp_path / "report.json"
    text.write_text(json.dumps({**words, "committee": "Our own", "options": ""}))

    result = run(app, *PERIOD, "--text", str(text), "--out", str(out))

    assert result.exit_code == 0, result.output
    found = json.loads(out.read_text())
    assert found["paper"]["head"][0] == {"label": "Committee", "words": "Our own"}
    titles = [one["title"] for one in found["paper"]["sections"]]
    assert "Options" not in titles


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "one JSON object"),
        ("{", "Expecting"),
        ('{"sumary": "x"}', "is no box"),
        ('{"subject": " "}', "Subject must not be empty"),
        ('{"subject": "\\ud800"}', "cannot be kept"),
    ],
)
def test_words_that_cannot_be_used_are_one_clear_line_and_no_report(
    app, database, ten, tmp_path, text, sentence
):
    path = tmp_path / "words.json"
    path.write_text(text)

    result = run(app, *PERIOD, "--text", str(path), "--out", str(tmp_path / "x.json"))

    assert result.exit_code == 1
    assert sentence in result.output
    assert result.output.count("\n") == 1
    with database.reading() as session:
        assert session.query(ReportRow).count() == 0


def test_the_help_names_the_boxes(app):
    result = run(app, "--help")

    assert "recommendation" in result.output
    assert "docx" in result.output
