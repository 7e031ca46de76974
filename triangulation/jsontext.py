"""Is this text JSON, strictly, and does each object hold the keys it should?"""

import json
from collections.abc import Collection, Mapping
from math import inf, isfinite
from typing import Final, NoReturn, TypeGuard

from triangulation.errors import InputError, TriangulationError, plain, shown

_LONGEST_INTEGER: Final = 300


class NotJsonError(TriangulationError):
    """A text that is not JSON as RFC 8259 defines it."""


class RepeatedKey(dict[str, object]):
    """Stands for an object in which a key is repeated, until its path is known."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def parse(content: bytes) -> object:
    """Parse UTF-8 JSON, refusing what Python would let pass.

    An object with a repeated key comes back as a `RepeatedKey`, so that
    `members` can name its path; a number beyond all bounds comes back as an
    infinity, which nothing takes.

    Raises:
        NotJsonError: If the content is not UTF-8, not JSON, nested too deeply,
            or holds NaN or Infinity.
    """
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as fault:
        raise NotJsonError(f"is not UTF-8 at byte {fault.start}") from None
    except json.JSONDecodeError as fault:
        raise NotJsonError(
            f"is not JSON: {fault.msg} at line {fault.lineno} column {fault.colno}"
        ) from None
    except RecursionError:
        raise NotJsonError("is nested too deeply") from None


def members(
    value: object,
    *,
    required: Collection[str],
    optional: Collection[str] = (),
    error: type[InputError],
) -> Mapping[str, object]:
    """Return a value as an object that holds these keys and no other.

    Raises:
        InputError: As `error`, with the path as seen from this object: if it is
            no object, repeats a key, has an unknown key or lacks a required one.
    """
    if isinstance(value, RepeatedKey):
        raise error(plain(value.key), "this key is given twice")
    if not isinstance(value, Mapping):
        raise error("", f"must be an object, not {shown(value)}")
    known = (*required, *optional)
    for key in value:
        if key not in known:
            fault = f"is not a known key; known are {', '.join(known)}"
            raise error(plain(str(key)) or "''", fault)
    for key in required:
        if key not in value:
            raise error(key, "is required")
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a finite number; true and false are not."""
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            return RepeatedKey(key)
        found[key] = value
    return found


def _integer(digits: str) -> int | float:
    # Python refuses to read very long integers; no scale or count needs them.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else inf


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"is not JSON: {name} is not a JSON number")
