"""What is a file that was chosen for a sheet and is none, and what would help?"""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

AS_WORKBOOK: Final = "save it as “Excel Workbook (.xlsx)”"
# How files begin, with the sentence that goes on after “The file”.
BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"%PDF": "is a PDF, and rows cannot be read from one; fill in the empty sheet",
    b"\xd0\xcf\x11\xe0": (
        "is of an old kind of Office, or has a password; open it in Excel, take any "
        f"password off and {AS_WORKBOOK}"
    ),
    b"\x89PNG": "is a picture, and rows cannot be read from one",
    b"\xff\xd8\xff": "is a picture, and rows cannot be read from one",
    b"GIF8": "is a picture, and rows cannot be read from one",
    b"{\\rtf": "is a text document; copy its rows into the empty sheet",
}
# What a zip of another kind holds.
WITHIN: Final[Mapping[str, str]] = {
    "word/": "is a Word document; copy its rows into the empty sheet",
    "ppt/": "is a presentation; copy its rows into the empty sheet",
    "xl/workbook.bin": f"is a binary workbook (.xlsb); {AS_WORKBOOK}",
    "content.xml": f"is an OpenDocument file; {AS_WORKBOOK}",
    "Index/": f"is a Numbers or Pages file; {AS_WORKBOOK}",
}
WEB_PAGES: Final = (b"<!doctype html", b"<html")
_SEEN_FIRST: Final = 1024


def what_it_is(raw: bytes) -> str | None:
    """Say what a file is that is certainly no sheet; None where it may be one.

    Returns:
        What goes on after “The file”.
    """
    for beginning, sentence in BEGINNINGS.items():
        if raw.startswith(beginning):
            return sentence
    if raw[:_SEEN_FIRST].lstrip().lower().startswith(WEB_PAGES):
        return f"is a web page; open it in Excel and {AS_WORKBOOK}"
    if zipfile.is_zipfile(io.BytesIO(raw)):
        return _what_is_packed(raw)
    return None


def _what_is_packed(raw: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    for part, sentence in WITHIN.items():
        if any(name.startswith(part) for name in names):
            return sentence
    if "xl/workbook.xml" not in names:
        return f"is a packed folder; take the sheet out of it and {AS_WORKBOOK}"
    return None
