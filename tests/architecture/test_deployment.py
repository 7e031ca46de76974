"""Does what operators are told to type, set and build exist in the program?"""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from feedback.app import MOST_BYTES
from feedback.config import Settings
from feedback.environment import SettingError

ROOT = Path(__file__).resolve().parents[2]
INSTALL = (ROOT / "docs" / "install.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SETTINGS = set(
    re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
)
# A file that the page tells to write: its path on a line, then its text.
FILES = dict(
    re.findall(
        r"^`(/[^`\n]+)`[^\n]*\n\n```\w+\n(.*?)^```", INSTALL, re.MULTILINE | re.DOTALL
    )
)
# What stands in for what only the operator has.
FILLED = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "MASTER_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}


def commands_of(text):
    """What is typed after `trigpoint` in blocks, or after the program in units."""
    joined = text.replace("\\\n", " ")
    typed = re.findall(
        r"(?:^    |&& |^`|`)trigpoint ([a-z][^`\n#]*)", joined, re.MULTILINE
    )
    started = re.findall(r"--app wsgi ([a-z][^\"\n]*)", joined)
    return [shlex.split(one.split("&&")[0]) for one in (*typed, *started)]


def refusal_of(app, words):
    """Why the program would not know these words; None where it would."""
    command = app.cli
    context = click.Context(command)
    while isinstance(command, click.Group):
        name = words.pop(0) if words else ""
        command = command.get_command(context, name)
        if command is None:
            return f"no command {name!r}"
        context = click.Context(command, parent=context)
    known = {option for one in command.params for option in one.opts}
    unknown = [one for one in words if one.startswith("--") and one not in known]
    return f"no option {unknown}" if unknown else None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_command_that_operators_are_told_is_a_command(app):
    told = [
        *commands_of(INSTALL),
        *(one["command"] for one in COMPOSE["services"].values() if "command" in one),
        *map(ast.literal_eval, re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)),
    ]
    refused = {
        " ".join(words): why for words in told if (why := refusal_of(app, [*words]))
    }

    assert len(told) > 10
    assert refused == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_invented_command_would_be_noticed(app):
    assert refusal_of(app, ["keys", "rotate-by-hand"])
    assert refusal_of(app, ["staff", "create", "--colour"])


def test_the_settings_of_the_page_start_production_once_the_blanks_are_filled():
    written = dict(
        re.findall(r"^([A-Z_]+)='(.*)'$", FILES["/etc/trigpoint/env"], re.MULTILINE)
    )
    filled = {name: value or FILLED.get(name, "x") for name, value in written.items()}

    settings = Settings.from_env(filled)

    assert not settings.is_demo
    assert settings.staff_base_url != settings.public_base_url
    with pytest.raises(SettingError):
        Settings.from_env(written)


def test_every_setting_that_is_named_is_a_setting():
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", INSTALL))
    not_ours = {"AF_INET", "AF_UNIX"}  # systemd's

    assert named - SETTINGS - not_ours == set()
    assert COMPOSE["x-program"]["env_file"] == ".env"


def test_every_path_that_the_image_takes_is_there_and_all_that_it_needs_is_taken():
    taken = {
        word
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    }
    ignored = (ROOT / ".dockerignore").read_text("utf-8")
    let_in = set(re.findall(r"^!(.+)$", ignored, re.MULTILINE))

    assert taken == let_in
    assert all((ROOT / path).exists() for path in taken)
    assert {"feedback", "triangulation", "templates", "migrations"} <= taken
    # Alembic's settings stand in it.
    assert {"wsgi.py", "pyproject.toml", "requirements.txt"} <= taken


def test_the_image_installs_by_hash_and_runs_as_nobody():
    final = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "--require-hashes -r" in DOCKERFILE
    assert "pip" not in final
    assert re.search(r"^USER trigpoint$", final, re.MULTILINE)
    assert "/healthz" in final


def test_the_parts_of_compose_start_in_order_and_write_nowhere():
    parts = COMPOSE["services"]
    mine = {name: one for name, one in parts.items() if name != "database"}

    assert mine.keys() == {"migrate", "web", "scheduler"}
    assert all(one["read_only"] and one["cap_drop"] == ["ALL"] for one in mine.values())
    for name in ("web", "scheduler"):
        waits = parts[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
    # The one port that is open is open to this machine.
    assert parts["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert [name for name, one in parts.items() if "ports" in one] == ["web"]
    subnet = COMPOSE["networks"]["trigpoint"]["ipam"]["config"][0]["subnet"]
    assert subnet in INSTALL


def test_nginx_takes_as_much_as_the_application_and_logs_no_token():
    edge = FILES["/etc/nginx/trigpoint/edge"]
    site = FILES["/etc/nginx/conf.d/trigpoint.conf"]

    assert MOST_BYTES == 1024 * 1024
    assert re.search(r"^client_max_body_size +1m;", edge, re.MULTILINE)
    assert re.search(r"^client_body_buffer_size +1m;", edge, re.MULTILINE)
    log_format = re.search(r"^log_format.*?;$", site, re.MULTILINE | re.DOTALL)[0]
    assert "$shown_uri" in log_format
    assert not re.search(
        r"\$(request|request_uri|uri|args|remote_addr|http_\w+)\b", log_format
    )
    # At any other level it would quote requests.
    assert re.findall(r"^error_log +\S+ (\w+);", edge, re.MULTILINE) == ["emerg"]


def test_the_order_of_imports_and_a_reason_for_each_rule_are_written_down():
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    contracts = rules["importlinter"]["contracts"]
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", ARCHITECTURE, re.MULTILINE
    )
    layers = next(one for one in contracts if one["id"] == "feedback-layers")["layers"]
    line = " → ".join(re.sub(r"[()]", "", layer) for layer in layers)

    assert [name for name, _, _ in rows] == [one["id"] for one in contracts]
    assert all(what.strip() and why.strip() for _, what, why in rows)
    as_sets = [frozenset(one.split(" | ")) for one in line.split(" → ")]
    drawn = re.search(r"^    wsgi → (.+)$", ARCHITECTURE, re.MULTILINE)[1]
    assert [frozenset(one.split(" | ")) for one in drawn.split(" → ")] == as_sets


def test_pre_commit_runs_the_projects_own_tools():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))

    (repo,) = hooks["repos"]
    assert repo["repo"] == "local"
    tools = [one["entry"].split()[0] for one in repo["hooks"]]
    assert set(tools) <= {
        f".venv/bin/{one}" for one in ("ruff", "mypy", "lint-imports", "python")
    }
