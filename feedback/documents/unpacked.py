"""Is a workbook what it seems? Its parts are looked through before anything keeps them.

A workbook is a zip of XML: small outside, and without end inside if nobody looks. A
parser that builds a tree of it would take all of a machine's memory; this one keeps
nothing.
"""

import io
import zipfile
from typing import IO, Final
from xml.parsers import expat

MOST_UNPACKED: Final = 128 * 1024 * 1024
# Three a cell, for the most rows that a sheet may have, and half its columns.
MOST_OF_CELLS: Final = 5_000_000
OF_CELLS: Final = frozenset({"row", "c", "v", "is", "t", "si", "r"})
# Styles, names, relations: a library makes an object of each, and keeps it.
MOST_OTHERS: Final = 100_000
# As wide as a sheet can be: cells are kept until their row ends.
WIDEST: Final = 16_384
# Sheets and their styles are flat; a tree this deep is none of theirs.
DEEPEST: Final = 64
# No tag or comment of a sheet is so long, and a parser reads an unfinished one anew
# with every piece.
LONGEST_TAG: Final = 1024 * 1024
# Pictures and settings of printers, which nobody here reads.
MOST_BESIDE: Final = 4 * 1024 * 1024
XML: Final = (".xml", ".rels", ".vml")
_PIECE: Final = 64 * 1024


class NotWhatItSeemsError(Exception):
    """A workbook that nobody made with a program for sheets."""


def look_through(raw: bytes) -> None:
    """Refuse a workbook that unpacks to far more than a sheet needs.

    Raises:
        NotWhatItSeemsError: If it does, or defines entities.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        parts = packed.infolist()
        beside = [one for one in parts if not one.filename.lower().endswith(XML)]
        if (
            sum(one.file_size for one in parts) > MOST_UNPACKED
            or sum(one.file_size for one in beside) > MOST_BESIDE
        ):
            raise NotWhatItSeemsError
        counter = _Counter()
        for part in parts:
            if part not in beside:
                with packed.open(part) as content:
                    counter.read(content)


class _Counter:
    """Counts the elements of all parts, how deep they lie, and how wide a row is."""

    def __init__(self) -> None:
        self._of_cells = 0
        self._others = 0
        self._depth = 0
        self._in_row = 0

    def read(self, content: IO[bytes]) -> None:
        """Read one part, piece by piece."""
        self._depth = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        parser.StartDoctypeDeclHandler = self._refuse_entities
        given = 0
        while piece := content.read(_PIECE):
            parser.Parse(piece, False)  # noqa: FBT003 - takes it by place only
            given += len(piece)
            if given - parser.CurrentByteIndex > LONGEST_TAG:
                raise NotWhatItSeemsError
        parser.Parse(b"", True)  # noqa: FBT003 - takes it by place only

    def _begins(self, name: str, _attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._depth += 1
        if name in OF_CELLS:
            self._of_cells += 1
        else:
            self._others += 1
        if name == "row":
            self._in_row = 0
        elif name == "c":
            self._in_row += 1
        if (
            self._depth > DEEPEST
            or self._of_cells > MOST_OF_CELLS
            or self._others > MOST_OTHERS
            or self._in_row > WIDEST
        ):
            raise NotWhatItSeemsError

    def _ends(self, _name: str) -> None:
        self._depth -= 1

    def _refuse_entities(self, *_: object) -> None:
        raise NotWhatItSeemsError
