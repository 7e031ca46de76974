"""What does a file of evidence say, at the command line?"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from triangulation.errors import InputError, plain
from triangulation.jsontext import NotJsonError, parse
from triangulation.matrix import as_text
from triangulation.reading import read_evidence
from triangulation.synthesis import synthesise

_BAD_INPUT: Final = 2
_NOBODY_READS: Final = 1


class UnreadableError(Exception):
    """A file that cannot be read, with its name and the cause on one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(words)
    try:
        output = _evidence(options.file, as_json=options.json)
    except (InputError, UnreadableError) as fault:
        sys.stderr.write(f"{fault}\n")
        return _BAD_INPUT
    return _write(output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m triangulation",
        description="Hold what each source said against the locked grades.",
    )
    parser.add_argument("file", help="evidence as JSON; - reads standard input")
    parser.add_argument(
        "--json", action="store_true", help="write JSON instead of a matrix"
    )
    return parser


def _evidence(file: str, *, as_json: bool) -> str:
    raw, name = _load(file)
    try:
        synthesis = synthesise(read_evidence(raw))
    except InputError as fault:
        raise fault if fault.path else fault.under(name) from None
    if as_json:
        return json.dumps(synthesis.as_json(), indent=2) + "\n"
    return as_text(synthesis)


def _load(file: str) -> tuple[object, str]:
    name = "standard input" if file == "-" else plain(file)
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return parse(content), name
    except OSError as fault:
        cause = fault.strerror or type(fault).__name__
        raise UnreadableError(f"{name}: cannot be read: {cause}") from None
    except (NotJsonError, ValueError) as fault:
        raise UnreadableError(f"{name}: {fault}") from None


def _write(output: str) -> int:
    # A terminal that cannot draw a mark shows "?" beside the word.
    content = output.encode(sys.stdout.encoding, "replace")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Otherwise Python complains once more when it flushes on its way out.
        sys.stdout = None
        return _NOBODY_READS
    return 0


if __name__ == "__main__":
    sys.exit(main())
