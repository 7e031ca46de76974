"""What stands in the cells of a sheet, CSV or XLSX, and how does an empty one look?"""

import codecs
import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any, Final

from feedback.documents.mistaken import what_it_is
from feedback.documents.unpacked import NotWhatItSeemsError, look_through
from feedback.domain.errors import FeedbackError
from feedback.domain.intake_cells import Cell
from feedback.domain.intake_columns import Column
from feedback.domain.intake_sheet import Rows

MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 60
# Empty ones too: a row may reach to the end of the sheet and hold nothing.
MOST_CELLS: Final = 5_000_000
DELIMITERS: Final = ",;\t"
FORMULA: Final = "f"
# The sheet of the template; another program may have put a sheet before it.
PEOPLE: Final = "People"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP: Final = b"PK\x03\x04"
_LAST_ROW: Final = 1_000


class SheetError(FeedbackError):
    """A file that cannot be read as a sheet; the sentence goes on after its name."""


def is_workbook(raw: bytes) -> bool:
    """Tell whether bytes begin as an XLSX file does."""
    return raw.startswith(_ZIP)


def rows_of(raw: bytes) -> Rows:
    """Read the cells of a sheet, row by row; a row without any is left as ().

    Args:
        raw: A CSV file in UTF-8, or an XLSX file, of which the sheet that is called
            People is read, or else the first.

    Raises:
        SheetError: If it is neither, holds a formula, or is too large.
    """
    mistaken = what_it_is(raw)
    if mistaken is not None:
        raise SheetError(mistaken)
    found = _workbook_rows(raw) if is_workbook(raw) else _csv_rows(raw)
    rows = []
    for number, row in enumerate(found, start=1):
        if number > MOST_ROWS:
            raise SheetError(f"has more than {MOST_ROWS} rows; split it")
        if len(row) > MOST_COLUMNS:
            raise SheetError(f"has more than {MOST_COLUMNS} columns in row {number}")
        rows.append(row if any(cell is not None for cell in row) else ())
    return rows


def empty_csv(columns: Sequence[Column]) -> bytes:
    """Write the first row of a sheet to fill in, marked so that Excel sees UTF-8."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow(one.name for one in columns)
    return written.getvalue().encode("utf-8-sig")


def empty_workbook(columns: Sequence[Column]) -> bytes:
    """Write a workbook to fill in: the sheet, and another that explains its columns."""
    import xlsxwriter  # noqa: PLC0415 - as below

    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(packed, options) as book:
        # Text, so that no 0 at the front of a number is lost.
        as_text = book.add_format({"num_format": "@"})
        strong = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        people = book.add_worksheet(PEOPLE)
        people.freeze_panes(1, 0)
        for place, one in enumerate(columns):
            people.set_column(place, place, max(len(one.name) + 3, 14), as_text)
            people.write_string(0, place, one.name, strong)
            if one.choices:
                rule = {"validate": "list", "source": list(one.choices)}
                people.data_validation(1, place, _LAST_ROW, place, rule)
        help_sheet = book.add_worksheet("How to fill it in")
        for place, (title, width) in enumerate(
            (("Column", 24), ("What to write", 80), ("For example", 30))
        ):
            help_sheet.set_column(place, place, width)
            help_sheet.write_string(0, place, title, strong)
        for row, one in enumerate(columns, start=1):
            for place, text in enumerate((one.name, one.meaning, one.example)):
                help_sheet.write_string(row, place, text, wrapped)
    return packed.getvalue()


def _csv_rows(raw: bytes) -> Iterator[tuple[Cell, ...]]:
    text = _text(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield tuple(cell if cell.strip() else None for cell in row)
    except csv.Error as error:
        raise SheetError(f"breaks at line {reader.line_num}: {error}") from None


def _text(raw: bytes) -> str:
    # What Excel calls “Unicode Text”.
    coding = "utf-16" if raw.startswith(_WIDE) else "utf-8-sig"
    try:
        return raw.decode(coding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SheetError(
            f"has letters in line {line} that cannot be read for certain: it is not "
            "UTF-8; in Excel, save it as “CSV UTF-8” or as “Excel Workbook (.xlsx)”"
        ) from None


def _workbook_rows(raw: bytes) -> Iterator[tuple[Cell, ...]]:
    # Here: it takes some 10 MB that a web server without a workbook does not need.
    import openpyxl  # noqa: PLC0415

    try:
        look_through(raw)
        with warnings.catch_warnings():
            # What the library does not keep, nobody here needs.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
            yield from _cells(book)
    except SheetError:
        raise
    except NotWhatItSeemsError:
        raise SheetError("holds far more than it seems; save it anew") from None
    except Exception as error:
        raise SheetError("is not an Excel workbook that can be read") from error


def _cells(book: Any) -> Iterator[tuple[Cell, ...]]:  # noqa: ANN401 - the library has no types
    sheets = book.worksheets
    sheet = next((one for one in sheets if one.title == PEOPLE), sheets[0])
    # Some programs write a size that is not the sheet's.
    sheet.reset_dimensions()
    seen = 0
    for row in sheet.iter_rows():
        seen += len(row)
        if seen > MOST_CELLS:
            raise NotWhatItSeemsError
        found: list[Cell] = []
        for cell in row:
            if cell.data_type == FORMULA:
                raise SheetError(
                    f"holds a formula in cell {cell.coordinate}; paste its value there"
                )
            found.append(_value(cell.value))
        while found and found[-1] is None:
            found.pop()
        yield tuple(found)


def _value(value: object) -> Cell:
    match value:
        case str() if not value.strip():
            return None
        case str() | bool() | int() | float() | None:
            return value
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case _:
            return str(value)
