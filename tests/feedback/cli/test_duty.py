"""`duty set` and `duty show`: who is told when somebody may be unsafe."""

import json

import pytest

OPTIONS = {
    "name": "Dana Duty",
    "phone": "07700 900990",
    "email": "Duty@council.example",
    "hours": "every day, 24 hours",
    "backup-name": "Ben",
    "backup-phone": "+447700900991",
    "backup-email": "backup@council.example",
}


def args(**given):
    parts = OPTIONS | {name.replace("_", "-"): text for name, text in given.items()}
    return ["duty", "set", *(f"--{name}={text}" for name, text in parts.items())]


def test_the_route_that_was_set_last_is_shown(app):
    runner = app.test_cli_runner()
    runner.invoke(args=args(name="Old"))
    runner.invoke(args=args())

    shown = json.loads(runner.invoke(args=["duty", "show", "--json"]).stdout)

    assert shown == {
        "name": "Dana Duty",
        "phone": "+447700900990",
        "email": "Duty@council.example",
        "hours": "every day, 24 hours",
        "backup_name": "Ben",
        "backup_phone": "+447700900991",
        "backup_email": "backup@council.example",
    }


def test_no_route_is_one_clear_line_and_a_failure(app):
    result = app.test_cli_runner().invoke(args=["duty", "show"])

    assert result.exit_code == 1
    assert "no duty contact is set; see duty set" in result.stderr


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("phone", "0207 946 0000"),
        ("backup_email", "nobody"),
        ("hours", "  "),
        ("name", "two\nlines"),
    ],
)
def test_a_part_that_cannot_be_used_is_told_by_its_option(app, part, text):
    result = app.test_cli_runner().invoke(args=args(**{part: text}))

    assert result.exit_code == 1
    assert f"--{part.replace('_', '-')}: " in result.stderr


def test_a_backup_with_the_same_phone_is_warned_about(app):
    result = app.test_cli_runner().invoke(args=args(backup_phone="07700900990"))

    assert result.exit_code == 0
    assert "nobody else would ring" in result.stderr
