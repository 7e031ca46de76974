"""Does this object hold ratings, and what does their agreement read like?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from triangulation.agreement import (
    PREVALENCE_NOTE,
    Agreement,
    Gate,
    falls_in_two_categories,
    gate,
)
from triangulation.errors import RatingsError, shown
from triangulation.jsontext import is_number, members
from triangulation.tallies import (
    Tally,
    tally_counts,
    tally_table,
    tally_units,
)

Matrix = Sequence[Sequence[float]]

_SHAPES: Final = ("ratings", "table", "counts")


def read_ratings(raw: object) -> tuple[Tally, Matrix | None]:
    """Read ratings from parsed JSON, strictly.

    Args:
        raw: An object with `categories` and one of `ratings` (units by raters,
            null where one is missing), `table` (two raters, rater 1 in rows) or
            `counts` (units by categories), and optionally `weights`.

    Returns:
        The tally, and the weights where they are given.

    Raises:
        RatingsError: At the first fault; its `path` says where it stands.
    """
    given = members(
        raw,
        required=("categories",),
        optional=(*_SHAPES, "weights"),
        error=RatingsError,
    )
    shapes = [shape for shape in _SHAPES if shape in given]
    if len(shapes) != 1:
        fault = "exactly one of ratings, table and counts is required"
        raise RatingsError(shapes[1] if shapes else "", fault)
    categories = _list(given["categories"], "categories")
    tally = _tally(shapes[0], given, categories)
    if "weights" not in given:
        return tally, None
    return tally, _weights(given["weights"], len(categories))


def as_text(tally: Tally, found: Agreement) -> str:
    """Write counts first, then coefficients as far as the gates let them.

    With fewer than ten pairs there are counts only. Coefficients always stand
    together, with what pulls them apart.
    """
    return "".join(f"{line}\n" for line in _lines(tally, found))


def _lines(tally: Tally, found: Agreement) -> Iterator[str]:
    yield f"Agreement over {found.units} units, {found.pairs} pairs of ratings"
    yield f"  identical    {found.exact} of {found.pairs}"
    if found.within_one is not None:
        yield f"  within one   {found.within_one} of {found.pairs}"
    passed = gate(found.pairs)
    if passed is Gate.COUNTS_ONLY:
        yield "  Under 10 pairs: counts only, no coefficient."
        return
    if passed is Gate.INDICATIVE:
        yield "  Under 30 pairs: every coefficient below is indicative only."
    if falls_in_two_categories(tally):
        yield f"  {PREVALENCE_NOTE}"
    yield ""
    yield "  mean over units  " + _figure(found.percent_agreement)
    yield "  Fleiss kappa     " + _figure(found.fleiss_kappa)
    yield "  Brennan-Prediger " + _figure(found.brennan_prediger)
    yield from _family("Cohen kappa", found.cohen_kappa)
    yield from _family("Krippendorff alpha", found.krippendorff_alpha)
    yield from _family("Gwet AC", found.gwet_ac)
    if found.undefined:
        yield ""
        yield "  Not calculable"
        for name, reason in found.undefined.items():
            yield f"    {name}: {reason}"


def _family(name: str, figures: Mapping[str, float | None]) -> Iterator[str]:
    yield f"  {name}"
    for kind, value in figures.items():
        yield f"    {kind:14} {_figure(value)}"


def _figure(value: float | None) -> str:
    return "not calculable" if value is None else f"{value:.4f}"


def _tally(
    shape: str, given: Mapping[str, object], categories: Sequence[object]
) -> Tally:
    rows = _rows(given[shape], shape)
    if shape == "ratings":
        return tally_units(rows, categories)
    if shape == "table":
        return tally_table(rows, categories)
    return tally_counts(rows, categories)


def _weights(raw: object, width: int) -> Matrix:
    rows = _rows(raw, "weights")
    if len(rows) != width or any(len(row) != width for row in rows):
        fault = f"must be {width} rows of {width} numbers"
        raise RatingsError("weights", fault)
    return [
        [_weight(value, f"weights[{n}][{m}]") for m, value in enumerate(row)]
        for n, row in enumerate(rows)
    ]


def _weight(value: object, path: str) -> float:
    if is_number(value):
        return value
    raise RatingsError(path, f"{shown(value)} is not a number")


def _rows(raw: object, name: str) -> list[Sequence[object]]:
    return [_list(row, f"{name}[{n}]") for n, row in enumerate(_list(raw, name))]


def _list(raw: object, path: str) -> Sequence[object]:
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise RatingsError(path, f"must be a list, not {shown(raw)}")
    return raw
