"""How is a frozen report given as a file?"""

import csv
import io
import json
from enum import StrEnum

from feedback.domain.report_findings import csv_rows
from feedback.services.report import BuiltReport


class FileKind(StrEnum):
    """As what a report can be had; the value ends the file's name."""

    JSON = "json"
    CSV = "csv"
    DOCX = "docx"


def as_file(report: BuiltReport, kind: FileKind) -> bytes:
    """Write a report as a file: the same bytes for the same report."""
    match kind:
        case FileKind.JSON:
            text = json.dumps(report.findings, indent=2, ensure_ascii=False)
            return f"{text}\n".encode()
        case FileKind.CSV:
            written = io.StringIO(newline="")
            csv.writer(written).writerows(csv_rows(report.findings))
            return written.getvalue().encode()
        case FileKind.DOCX:
            return _as_word(report)


def _as_word(report: BuiltReport) -> bytes:
    # Here, for they weigh as much as the rest of the web server does.
    from feedback.documents.drawing import png  # noqa: PLC0415
    from feedback.documents.word import Made, word  # noqa: PLC0415

    mark = report.input_digest[:16]
    made = Made(at=report.built_at, version=report.version, mark=mark)
    return word(report.paper, made, png)
