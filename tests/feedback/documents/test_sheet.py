"""Sheets are read cell by cell, and what cannot be read is told."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from feedback.documents import sheet, unpacked
from feedback.documents.sheet import SheetError, rows_of
from feedback.domain.intake_columns import COLUMNS


def a_workbook(*rows):
    packed = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(packed, options) as book:
        people = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                people.write(number, place, cell)
    return packed.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_whatever_parts_its_cells(delimiter):
    raw = f"\ufeffname{delimiter}group\r\nZoë{delimiter}child\r\n".encode()

    assert rows_of(raw) == [("name", "group"), ("Zoë", "child")]


def test_a_csv_cell_may_hold_the_delimiter_and_a_new_line():
    assert rows_of(b'a,b\n"x, y","two\nlines"\n') == [
        ("a", "b"),
        ("x, y", "two\nlines"),
    ]


def test_an_empty_row_keeps_its_number():
    assert rows_of(b"a,b\n,\n1,2\n") == [("a", "b"), (), ("1", "2")]


def test_a_csv_file_that_is_not_utf8_says_how_to_save_it():
    with pytest.raises(SheetError, match=r"line 2 that cannot be read .* save it as"):
        rows_of(b"name\nZo\xe9")


def test_what_excel_calls_unicode_text_is_read():
    assert rows_of("name\tkey\nZoë\tp1\n".encode("utf-16"))[1] == ("Zoë", "p1")


def test_the_sheet_called_people_is_read_wherever_it_stands():
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active["A1"] = "read me"
    book.create_sheet("People").append(["reference"])
    packed = io.BytesIO()
    book.save(packed)

    assert rows_of(packed.getvalue()) == [("reference",)]


def test_a_broken_csv_file_says_where():
    with pytest.raises(SheetError, match="breaks at line 2"):
        rows_of(b'a,b\n"x"y,1\n')


def test_a_workbook_is_read_with_its_numbers_days_and_empty_cells(now):
    day = now.replace(tzinfo=None)
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    raw = a_workbook(("a", "b", "c"), (1, None, True), (midnight, day, " "))

    assert rows_of(raw) == [
        ("a", "b", "c"),
        (1, None, True),
        ("2026-11-24", "2026-11-24 10:00:00"),
    ]


def test_a_formula_is_refused_and_named():
    with pytest.raises(SheetError, match="formula in cell B2"):
        rows_of(a_workbook(("a", "b"), ("x", "=1+1")))


def test_what_is_no_workbook_is_told_so():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hello.txt", "hello")

    with pytest.raises(SheetError, match="is a packed folder"):
        rows_of(packed.getvalue())


def test_a_workbook_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(unpacked, "MOST_UNPACKED", 100)

    with pytest.raises(SheetError, match="far more than it seems"):
        rows_of(a_workbook(("a", "b")))


SHEET = "xl/worksheets/sheet1.xml"
ROOT = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'


def with_part(name, content):
    """A workbook in which one part is another."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_workbook(("a", "b")))) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in {*old.namelist(), name}:
            new.writestr(one, content if one == name else old.read(one))
    return packed.getvalue()


@pytest.mark.parametrize(
    "part",
    [
        (SHEET, ROOT + b"<a>" * 200_000),
        (SHEET, ROOT + b"<sheetData>" + b"<a/>" * 200_000),
        (SHEET, ROOT + b"<sheetData><row>" + b"<c/>" * 20_000),
        (SHEET, ENTITIES + ROOT + b"<sheetData>&b;</sheetData></worksheet>"),
        ("xl/styles.xml", b"<styleSheet><cellXfs>" + b"<xf/>" * 200_000),
        ("xl/media/image1.png", b"<a>" * 2_000_000),
        (SHEET, ROOT + b'<a b="' + b"x" * 2_000_000 + b'"/></worksheet>'),
        (SHEET, ROOT + b"<!--" + b"x" * 2_000_000 + b"--></worksheet>"),
    ],
    ids=["deep", "long", "wide", "entities", "styles", "beside", "tag", "comment"],
)
def test_a_workbook_that_would_fill_the_memory_is_refused_unread(part):
    with pytest.raises(SheetError, match="far more than it seems"):
        rows_of(with_part(*part))


def test_rows_that_reach_to_the_end_of_the_sheet_and_hold_nothing_are_counted(
    monkeypatch,
):
    monkeypatch.setattr(sheet, "MOST_CELLS", 20_000)
    rows = b"".join(
        b'<row r="%d"><c r="XFD%d"/></row>' % (number, number) for number in (1, 2)
    )
    whole = ROOT + b"<sheetData>" + rows + b"</sheetData></worksheet>"

    with pytest.raises(SheetError, match="far more than it seems"):
        rows_of(with_part(SHEET, whole))


@pytest.mark.parametrize(
    "part",
    [
        (SHEET, b""),
        (SHEET, ROOT + b"<sheetData>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/styles.xml", b"<styleSheet>"),
        ("[Content_Types].xml", b"<Types/>"),
    ],
)
def test_a_workbook_whose_parts_are_broken_is_told_as_such(part):
    with pytest.raises(SheetError, match="is not an Excel workbook"):
        rows_of(with_part(*part))


def test_a_workbook_whose_packing_is_broken_is_told_as_such():
    raw = a_workbook(("a", "b"))

    for place in range(4, len(raw), 37):
        broken = raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]
        try:
            rows_of(broken)
        except SheetError as error:
            assert "\n" not in str(error)  # noqa: PT017 - many files may be sound


def test_a_sheet_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_ROWS", 2)

    with pytest.raises(SheetError, match="more than 2 rows"):
        rows_of(b"a\nb\nc\n")


def test_a_sheet_of_too_many_columns_is_refused():
    with pytest.raises(SheetError, match="more than 60 columns in row 1"):
        rows_of(b"," * 60)


def test_the_empty_sheets_hold_every_column_and_the_workbook_explains_each():
    names = tuple(column.name for column in COLUMNS)

    book = openpyxl.load_workbook(io.BytesIO(sheet.empty_workbook(COLUMNS)))

    explained = [cell.value for cell in book["How to fill it in"]["A"]][1:]
    assert rows_of(sheet.empty_csv(COLUMNS)) == [names]
    assert rows_of(sheet.empty_workbook(COLUMNS)) == [names]
    assert explained == list(names)


def test_a_number_typed_into_the_empty_workbook_keeps_its_first_digit():
    book = openpyxl.load_workbook(io.BytesIO(sheet.empty_workbook(COLUMNS)))

    column = book["People"].column_dimensions["L"]

    assert book["People"]["L1"].value == "sms"
    assert column.number_format == "@"
