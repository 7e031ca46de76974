"""How does a file leave a page?"""

from typing import Final

from flask import Response

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attachment(content: str | bytes, kind: str, name: str) -> Response:
    """Answer with a file to keep.

    Args:
        content: What is in it.
        kind: Its content type.
        name: What to call it; letters, digits, hyphens and full stops only.
    """
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
