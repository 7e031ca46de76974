"""How do style sheets reach an old phone on a slow line? Compressed.

Files only: a compressed page could give away the CSRF token that is in it.
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

COMPRESSIBLE: Final = frozenset({"text/css", "text/javascript", "image/svg+xml"})
OK: Final = 200


def register_compression(app: Flask) -> None:
    """Compress the application's static files for browsers that can read it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if request.endpoint != "static" or response.mimetype not in COMPRESSIBLE:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code == OK and request.accept_encodings["gzip"] > 0:
            response.direct_passthrough = False
            response.set_data(_gzipped(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            # It stands for the plain file: not for these bytes.
            response.headers.pop("ETag", None)
        return response


@lru_cache(maxsize=32)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
