"""Can a newcomer with nothing but Python start and check the program?"""

import ast
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev.py"
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own file with our own words
        [sys.executable, str(DEV), *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def imported_by(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_the_bootstrap_imports_the_standard_library_only():
    assert imported_by(DEV) <= sys.stdlib_module_names


def test_the_bootstrap_can_be_read_by_an_older_python_to_tell_what_is_needed():
    ast.parse(DEV.read_text("utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(
    "verb", ["run", "test", "format", "styles", "lock", "migration"]
)
def test_help_names_every_verb_and_each_verb_explains_itself(verb):
    overview, own = dev("--help"), dev(verb, "--help")

    assert overview.returncode == own.returncode == 0
    assert re.search(rf"^    {verb}\b", overview.stdout, re.MULTILINE)
    assert f"dev.py {verb}" in own.stdout


def test_an_unknown_option_of_run_is_refused():
    done = dev("run", "--prot", "8001")

    assert done.returncode == 2
    assert "--prot" in done.stderr


def test_a_busy_port_is_told_before_anything_starts():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        done = dev("run", "--port", str(port))

    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_address(lock):
    assert "://" not in lock.read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_every_package_exactly_and_by_hash(lock):
    joined = lock.read_text("utf-8").replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if line and line[0] != "#"]

    loose = [
        entry
        for entry in entries
        if not re.match(r"[A-Za-z0-9._\[\],-]+==[^\s;]+", entry)
        or "--hash=sha256:" not in entry
    ]

    assert entries
    assert loose == []


def test_the_development_lock_holds_what_the_running_lock_holds():
    def pins(path: Path) -> set[str]:
        return set(re.findall(r"^\S+==[^\s;]+", path.read_text("utf-8"), re.MULTILINE))

    assert pins(LOCKS[0]) <= pins(LOCKS[1])


def test_ci_calls_the_command_that_the_readme_gives():
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "python3 dev.py test --require-browser" in ci
    assert "python3 dev.py test" in readme
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
