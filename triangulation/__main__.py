"""What does a file of evidence say, at the command line?"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from triangulation import ratings
from triangulation.agreement import agreement_of
from triangulation.errors import InputError, TriangulationError, plain
from triangulation.jsontext import NotJsonError, parse
from triangulation.matrix import as_text
from triangulation.reading import read_evidence
from triangulation.synthesis import synthesise

_BAD_INPUT: Final = 2
_NOBODY_READS: Final = 1


class UnreadableError(TriangulationError):
    """A file that cannot be read, with its name and the cause on one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    # A file called "agreement" can still be given as ./agreement.
    is_agreement = words[:1] == ["agreement"]
    options = (
        _agreement_parser().parse_args(words[1:])
        if is_agreement
        else _evidence_parser().parse_args(words)
    )
    answer = _agreement if is_agreement else _evidence
    try:
        output = answer(options.file, as_json=options.json)
    except (InputError, UnreadableError) as fault:
        sys.stderr.write(f"{fault}\n")
        return _BAD_INPUT
    return _write(output)


def _evidence_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m triangulation",
        description="Hold what each source said against the locked grades.",
        epilog="python -m triangulation agreement --help tells about ratings.",
    )
    return _with_file(parser, "evidence as JSON")


def _agreement_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m triangulation agreement",
        description="Measure how far ratings agree over many units.",
    )
    return _with_file(parser, "ratings as JSON")


def _with_file(parser: argparse.ArgumentParser, holds: str) -> argparse.ArgumentParser:
    parser.add_argument("file", help=f"{holds}; - reads standard input")
    parser.add_argument("--json", action="store_true", help="write JSON, not text")
    return parser


def _evidence(file: str, *, as_json: bool) -> str:
    raw, name = _load(file)
    with _named(name):
        synthesis = synthesise(read_evidence(raw))
    return _json(synthesis.as_json()) if as_json else as_text(synthesis)


def _agreement(file: str, *, as_json: bool) -> str:
    raw, name = _load(file)
    with _named(name):
        tally, weights = ratings.read_ratings(raw)
    found = agreement_of(tally, weights)
    return _json(found.as_json()) if as_json else ratings.as_text(tally, found)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2) + "\n"


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Name the file where a fault concerns the whole of it."""
    try:
        yield
    except InputError as fault:
        raise fault if fault.path else fault.under(name) from None


def _load(file: str) -> tuple[object, str]:
    name = "standard input" if file == "-" else plain(file, longest=len(file))
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as fault:  # ValueError: no file can have that name
        cause = getattr(fault, "strerror", None) or plain(str(fault))
        raise UnreadableError(f"{name}: cannot be read: {cause}") from None
    try:
        return parse(content), name
    except NotJsonError as fault:
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
