#!/usr/bin/env python3
"""How does a person with nothing but Python run, check and tend Trigpoint?

`python3 dev.py run` and `python3 dev.py test` are all that most people need.
Only the standard library is used here: this file is what makes everything else.
"""

from __future__ import annotations

import sys

# Before anything that an older Python cannot read.
if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may well read this
    sys.exit(
        f"Trigpoint needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
        "Install it, then run: python3.11 dev.py"
    )

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent
VENV: Final = ROOT / ".venv"
BIN: Final = VENV / "bin"
PYTHON: Final = BIN / "python"
INSTANCE: Final = ROOT / "instance"
ADDRESS: Final = INSTANCE / "address"
STATIC: Final = ROOT / "feedback" / "static"
FLASK: Final = (str(PYTHON), "-m", "flask", "--app", "wsgi")
NO_CACHE: Final = ("-p", "no:cacheprovider")
DEFAULT_PORT: Final = 8000
READY_SECONDS: Final = 90
STOP_SECONDS: Final = 10
STYLE_TOOLS: Final = ("govuk-frontend@6.3.0", "sass@1.108.2", "rtlcss@4.3.0")

Environment = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read what was asked for and do it.

    Args:
        arguments: The words after `dev.py`; those of this process where absent.
    """
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    if rest and chosen.verb != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    chosen.pytest = rest
    signal.signal(signal.SIGTERM, _stop)
    try:
        work: Callable[[argparse.Namespace], int] = chosen.work
        return work(chosen)
    except KeyboardInterrupt:
        _say("Stopped.")
        return 0 if chosen.verb == "run" else 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def verb(
        name: str, work: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.set_defaults(work=work)
        return sub

    run = verb("run", _run, "Install, migrate, load the demonstration and start.")
    run.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: 8000")
    run.add_argument(
        "--fresh", action="store_true", help="remove instance/ first, data and keys"
    )
    test = verb(
        "test",
        _test,
        "Check everything: format, lint, types, import rules, tests. "
        "With further arguments, run pytest alone with them.",
    )
    test.usage = "dev.py test [--full] [--require-browser] [pytest arguments ...]"
    test.add_argument("--full", action="store_true", help="the whole browser matrix")
    test.add_argument(
        "--require-browser", action="store_true", help="fail where Chromium is absent"
    )
    verb("format", _format, "Format the code and mend what can be mended.")
    verb("styles", _styles, "Compile the style sheets (needs Node and npm).")
    verb("lock", _lock, "Compile requirements*.txt from requirements*.in (needs uv).")
    migration = verb("migration", _migration, "Make the next, empty migration.")
    migration.add_argument("title", help='what changes, as in "case events"')
    return parser


# ---- run ----


def _run(chosen: argparse.Namespace) -> int:
    _require_free(chosen.port)
    _install("requirements.txt")
    if chosen.fresh and INSTANCE.is_dir() and not INSTANCE.is_symlink():
        _say("Removing instance/ for a fresh start.")
        shutil.rmtree(INSTANCE)
    environment = _environment(chosen.port)
    for words in (["db", "upgrade"], ["demo", "load"]):
        if words[0] == "demo" and environment["MODE"] != "demo":
            continue
        done = subprocess.run([*FLASK, *words], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            _say(f"`flask --app wsgi {' '.join(words)}` failed; see above.")
            return done.returncode
    return _serve(chosen.port, environment)


def _environment(port: int) -> Environment:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.setdefault("MODE", "demo")
    if port != DEFAULT_PORT:
        environment.setdefault("PUBLIC_BASE_URL", f"http://localhost:{port}")
    return environment


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            _give_up(
                f"Port {port} cannot be used ({error}). Stop what uses it, "
                f"or choose another: python3 dev.py run --port {port + 1}"
            )


def _serve(port: int, environment: Environment) -> int:
    """Keep the web server and the scheduler running together, or not at all."""
    if "PUBLIC_BASE_URL" in environment or ADDRESS.exists():
        # Commands typed elsewhere write the same links, with nothing exported.
        base_url = environment.get("PUBLIC_BASE_URL", f"http://localhost:{port}")
        ADDRESS.write_text(base_url, encoding="utf-8")
    commands = {"web": ["web", "--port", str(port)], "scheduler": ["scheduler"]}
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, words in commands.items():
            children[name] = subprocess.Popen(
                [*FLASK, *words], cwd=ROOT, env=environment
            )
        if _wait_until_ready(port, children):
            _welcome(port, environment)
        elif not _dead(children):
            _say(f"No answer on port {port} after {READY_SECONDS} s; still waiting.")
        while not (dead := _dead(children)):
            time.sleep(0.2)
        name, code = dead
        _say(f"{name} ended (exit code {code}); stopping the rest.")
        return code if code > 0 else 1
    finally:
        _stop_all(children)


def _dead(children: dict[str, subprocess.Popen[bytes]]) -> tuple[str, int] | None:
    for name, child in children.items():
        code = child.poll()
        if code is not None:
            return name, code if code >= 0 else 128 - code
    return None


def _wait_until_ready(port: int, children: dict[str, subprocess.Popen[bytes]]) -> bool:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and not _dead(children):
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:  # noqa: PLR2004 - OK
                return True
        except (OSError, HTTPException):
            time.sleep(0.2)
        finally:
            connection.close()
    return False


def _welcome(port: int, environment: Environment) -> None:
    address = f"http://localhost:{port}"
    lines = ["", f"Trigpoint is running at {address}/staff/   (Ctrl-C stops it)"]
    if environment["MODE"] == "demo":
        lines += [
            f"  phones, mailbox and sign-in codes at {address}/dev/phones",
            "",
            *_sign_ins(environment),
        ]
    _say("\n".join([*lines, ""]))


def _sign_ins(environment: Environment) -> list[str]:
    done = subprocess.run(
        [*FLASK, "demo", "links", "--json"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        staff = json.loads(done.stdout)["staff"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return ["  The sign-ins are told by: flask --app wsgi demo links"]
    rows = [("email", "role", "password")]
    rows += [(one["email"], one["role"], one["password"]) for one in staff]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = [
        [word.ljust(width) for word, width in zip(row, widths, strict=True)]
        for row in rows
    ]
    return ["  " + "  ".join(row).rstrip() for row in padded]


def _stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    # A second Ctrl-C would leave children behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    end = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


# ---- test and format ----


def _test(chosen: argparse.Namespace) -> int:
    _install("requirements-dev.txt")
    options = [
        *(["--full"] if chosen.full else []),
        *(["--require-browser"] if chosen.require_browser else []),
    ]
    pytest = [str(PYTHON), "-m", "pytest", *NO_CACHE, *options]
    if chosen.pytest:
        return _step("tests", [*pytest, *chosen.pytest], tell_time=False)
    checks = {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [str(BIN / "mypy")],
        "import rules": [str(BIN / "lint-imports")],
    }
    codes = {name: _step(name, command) for name, command in checks.items()}
    failed = [name for name, code in codes.items() if code]
    _say(f"Failed so far: {', '.join(failed)}" if failed else "All four hold.")
    # Last, so that its closing line is the last one printed.
    together = ["-n", "2", "--dist", "loadgroup", "--durations", "10"]
    tests = _step("tests", [*pytest, *together], tell_time=False)
    return tests or next((code for code in codes.values() if code), 0)


def _step(name: str, command: Sequence[str], *, tell_time: bool = True) -> int:
    _say(" ".join([f"== {name}:", Path(command[0]).name, *command[1:]]))
    begin = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if tell_time:
        word = "ok" if code == 0 else f"FAILED ({code})"
        _say(f"-- {name}: {word}, {time.monotonic() - begin:.1f} s")
    return code


def _format(_chosen: argparse.Namespace) -> int:
    _install("requirements-dev.txt")
    ruff = str(BIN / "ruff")
    mended = _step("mend", [ruff, "check", "--fix", "."])
    return _step("format", [ruff, "format", "."]) or mended


# ---- the environment ----


def _install(lock_name: str) -> None:
    """Bring .venv to what the lock says; does nothing when it already is."""
    lock = ROOT / lock_name
    stamp = VENV / f"installed-{lock.stem}.sha256"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if PYTHON.exists() and stamp.is_file() and stamp.read_text() == digest:
        return
    if not PYTHON.exists():
        _make_venv()
    _say(f"Installing what {lock_name} names; the first time takes about a minute.")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [*pip, "install", "--require-hashes", "-r", str(lock)], cwd=ROOT, check=False
    )
    if done.returncode:
        _give_up(f"{lock_name} could not be installed; pip says why above.")
    stamp.write_text(digest)


def _make_venv() -> None:
    _say("Making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        _give_up(
            "This Python cannot make a virtual environment. On Debian and Ubuntu: "
            f"apt-get install python{version}-venv"
        )


def _lock(_chosen: argparse.Namespace) -> int:
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if uv is None:
        _give_up("uv is needed to compile the locks: pip install uv")
    for name in ("requirements", "requirements-dev"):
        flags = "--universal --python-version 3.11 --generate-hashes"
        quiet = "--no-header --no-annotate --quiet"
        command = [uv, "pip", "compile", f"{name}.in", *flags.split(), *quiet.split()]
        if code := _step(name, [*command, "-o", f"{name}.txt"]):
            return code
        if "://" in (ROOT / f"{name}.txt").read_text():
            _give_up(f"{name}.txt names an address; a lock holds names and hashes only")
    return 0


def _migration(chosen: argparse.Namespace) -> int:
    _install("requirements-dev.txt")
    made = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    number = int(made[-1].name[:4]) + 1 if made else 1
    alembic = [str(BIN / "alembic"), "revision", "--rev-id", f"{number:04}"]
    return _step("migration", [*alembic, "-m", chosen.title])


# ---- styles ----


def _styles(_chosen: argparse.Namespace) -> int:
    npm = shutil.which("npm")
    if npm is None:
        _give_up("npm is needed to compile the style sheets: apt-get install npm")
    with tempfile.TemporaryDirectory() as place:
        fetch = [npm, "install", "--no-audit", "--no-fund", "--prefix", place]
        if code := _step("tools", [*fetch, *STYLE_TOOLS]):
            return code
        modules = Path(place) / "node_modules"
        for sheet in ("respond", "staff"):
            css, mirrored = STATIC / f"{sheet}.css", STATIC / f"{sheet}.rtl.css"
            sass = [str(modules / ".bin" / "sass"), f"--load-path={modules}"]
            shape = ["--no-source-map", "--no-charset", "--style=compressed"]
            source = str(STATIC / "source" / f"{sheet}.scss")
            mirror = [str(modules / ".bin" / "rtlcss"), str(css), str(mirrored)]
            code = _step(sheet, [*sass, *shape, source, str(css)])
            code = code or _step(f"{sheet}, mirrored", mirror)
            if code:
                return code
        _vendor(modules / "govuk-frontend")
    return 0


def _vendor(package: Path) -> None:
    """Keep the components' script and its version beside its licence."""
    kept = STATIC / "govuk-frontend"
    script = (package / "dist" / "govuk" / "govuk-frontend.min.js").read_text("utf-8")
    code, _, _ = script.partition("//# sourceMappingURL")
    (kept / "govuk-frontend.min.js").write_text(code.rstrip() + "\n", "utf-8")
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    (kept / "VERSION").write_text(f"{version}\n", "utf-8")


def _say(text: str) -> None:
    print(text, flush=True)


def _give_up(text: str) -> NoReturn:
    sys.exit(text)


if __name__ == "__main__":
    sys.exit(main())
