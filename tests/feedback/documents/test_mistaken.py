"""A file that is no sheet is called what it is, with what would help."""

import io
import zipfile

import pytest

from feedback.documents.mistaken import what_it_is
from feedback.documents.sheet import SheetError, rows_of


def a_zip(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "old kind of Office"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"\xff\xd8\xff\xe0", "is a picture"),
        (b"{\\rtf1 words}", "is a text document"),
        (b"\n<!DOCTYPE html><p>", "is a web page"),
        (a_zip("[Content_Types].xml", "word/document.xml"), "is a Word document"),
        (a_zip("mimetype", "content.xml"), "is an OpenDocument file"),
        (a_zip("xl/workbook.bin"), "is a binary workbook"),
        (a_zip("people.xlsx"), "is a packed folder"),
    ],
)
def test_what_is_no_sheet_is_called_by_its_kind(raw, told):
    assert told in what_it_is(raw)
    with pytest.raises(SheetError, match=told):
        rows_of(raw)


@pytest.mark.parametrize("raw", [b"reference,key\n", a_zip("xl/workbook.xml"), b""])
def test_what_may_be_a_sheet_is_left_to_be_read(raw):
    assert what_it_is(raw) is None
