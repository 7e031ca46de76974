"""How often was what rated together with what: ratings, boiled down to counts?

A tally holds all that the agreement statistics need, so that a hundred thousand
units cost no more than the few patterns among them, and tallies can be added.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from triangulation.errors import RatingsError, at, shown
from triangulation.jsontext import is_number

Category = int | float | str
"""One declared value that a rating may take."""

Pair = tuple[int, int]
"""Two places in the declared order, the lower first."""

_LARGEST_COUNT: Final = 10**15
_TWO: Final = 2
_RATING_TYPES: Final = frozenset({int, float, str, type(None)})
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts over units; a category is known by its place in the declared order.

    Attributes:
        categories: The declared domain, in order, used or not.
        units: How many units there are, with or without ratings.
        sizes: For each number of ratings in a unit, how many units have it.
        singles: For each number of ratings, how often each place was used.
        pairs: For each number of ratings, how many unordered pairs of ratings
            within a unit fell on each two places.
        crossed: How many units rater 1 put in one place and rater 2 in another,
            over units rated by both; None unless there are exactly two raters.
    """

    categories: tuple[Category, ...]
    units: int
    sizes: Mapping[int, int]
    singles: Mapping[int, Mapping[int, int]]
    pairs: Mapping[int, Mapping[Pair, int]]
    crossed: Mapping[Pair, int] | None

    @property
    def is_numeric(self) -> bool:
        """Tell whether the categories are numbers, and so have an order."""
        return not isinstance(self.categories[0], str)


def tally_units(
    rows: Sequence[Sequence[object]], categories: Sequence[object]
) -> Tally:
    """Count ratings given unit by unit.

    Args:
        rows: Shape (n_units, n_raters); None where a rater did not rate.
        categories: The declared domain, in order: all numbers or all strings.

    Raises:
        RatingsError: If rows differ in length, a rating is not in the domain,
            or the domain is empty, repeats itself or is mixed.
    """
    places = _places(categories)
    for n, row in enumerate(rows):
        if len(row) != len(rows[0]):
            fault = f"has {len(row)} ratings where the first unit has {len(rows[0])}"
            raise RatingsError(f"ratings[{n}]", fault)
    patterns = _patterns(rows, places)
    profiles: Counter[tuple[Pair, ...]] = Counter()
    crossed: Counter[Pair] = Counter()
    for row, times in patterns.items():
        given = [places[rating] for rating in row if rating is not None]
        profiles[tuple(sorted(Counter(given).items()))] += times
        if len(given) == len(row) == _TWO:
            crossed[given[0], given[1]] += times
    has_two_raters = bool(rows) and len(rows[0]) == _TWO
    return _tally(places, profiles, crossed if has_two_raters else None)


def tally_table(
    table: Sequence[Sequence[object]], categories: Sequence[object]
) -> Tally:
    """Count a contingency table of two raters, rater 1 in the rows.

    Raises:
        RatingsError: If the table is not square over the categories, or a cell
            is not a whole number from 0 on.
    """
    places = _places(categories)
    if len(table) != len(places):
        fault = f"has {len(table)} rows for {len(places)} categories"
        raise RatingsError("table", fault)
    crossed = Counter(
        {
            (row, column): count
            for row, counts in enumerate(_counts(table, "table", len(places)))
            for column, count in enumerate(counts)
            if count
        }
    )
    profiles: Counter[tuple[Pair, ...]] = Counter()
    for (row, column), count in crossed.items():
        both = Counter((row, column))
        profiles[tuple(sorted(both.items()))] += count
    return _tally(places, profiles, crossed)


def tally_counts(
    counts: Sequence[Sequence[object]], categories: Sequence[object]
) -> Tally:
    """Count units of which only the number of raters for each category is known.

    Args:
        counts: Shape (n_units, n_categories), in the order of the categories.
        categories: The declared domain, in order.

    Raises:
        RatingsError: If a row does not fit the categories, or a count is not a
            whole number from 0 on.
    """
    places = _places(categories)
    profiles = Counter(
        tuple((place, count) for place, count in enumerate(row) if count)
        for row in _counts(counts, "counts", len(places))
    )
    return _tally(places, profiles, None)


def added(tallies: Iterable[tuple[Tally, int]], like: Tally) -> Tally:
    """Add tallies over the same categories and raters, each so many times."""
    sizes: Counter[int] = Counter()
    singles: dict[int, Counter[int]] = {}
    pairs: dict[int, Counter[Pair]] = {}
    crossed: Counter[Pair] = Counter()
    units = 0
    for tally, times in tallies:
        units += times * tally.units
        for size, count in tally.sizes.items():
            sizes[size] += times * count
            _add(singles.setdefault(size, Counter()), tally.singles[size], times)
            _add(pairs.setdefault(size, Counter()), tally.pairs[size], times)
        _add(crossed, tally.crossed or {}, times)
    return Tally(
        categories=like.categories,
        units=units,
        sizes=sizes,
        singles=singles,
        pairs=pairs,
        crossed=None if like.crossed is None else crossed,
    )


def _add(total: Counter[_Key], part: Mapping[_Key, int], times: int) -> None:
    for key, count in part.items():
        total[key] += times * count


def _tally(
    categories: Iterable[Category],
    profiles: Mapping[tuple[Pair, ...], int],
    crossed: Mapping[Pair, int] | None,
) -> Tally:
    sizes: Counter[int] = Counter()
    singles: dict[int, Counter[int]] = {}
    pairs: dict[int, Counter[Pair]] = {}
    for profile, times in profiles.items():
        size = sum(count for _, count in profile)
        sizes[size] += times
        used = singles.setdefault(size, Counter())
        met = pairs.setdefault(size, Counter())
        for n, (place, count) in enumerate(profile):
            used[place] += times * count
            if count > 1:
                met[place, place] += times * (count * (count - 1) // 2)
            for other, others in profile[n + 1 :]:
                met[place, other] += times * count * others
    return Tally(
        categories=tuple(categories),
        units=sum(sizes.values()),
        sizes=sizes,
        singles=singles,
        pairs=pairs,
        crossed=crossed,
    )


def _places(categories: Sequence[object]) -> dict[Category, int]:
    if not categories:
        raise RatingsError("categories", "must name at least one category")
    places: dict[Category, int] = {}
    for n, value in enumerate(categories):
        with at(f"categories[{n}]"):
            category = _category(value)
            if isinstance(category, str) is not isinstance(categories[0], str):
                raise RatingsError("", "numbers and strings cannot be mixed")
            if category in places:
                raise RatingsError("", f"{shown(category)} is given twice")
            places[category] = n
    return places


def _category(value: object) -> Category:
    if isinstance(value, str) or is_number(value):
        return value
    raise RatingsError("", f"must be a number or a string, not {shown(value)}")


def _patterns(
    rows: Sequence[Sequence[object]], places: Mapping[Category, int]
) -> Counter[tuple[Category | None, ...]]:
    """Count equal rows, whose ratings are all known to be categories."""
    known: dict[object, Category | None] = {place: place for place in places}
    known[None] = None
    # Types come first: True would pass for 1, and a list cannot be looked up.
    are_plain = {type(rating) for row in rows for rating in row} <= _RATING_TYPES
    if not are_plain or not {rating for row in rows for rating in row} <= known.keys():
        raise _stray(rows, known)
    patterns: Counter[tuple[Category | None, ...]] = Counter()
    for row, times in Counter(map(tuple, rows)).items():
        patterns[tuple(known[rating] for rating in row)] += times
    return patterns


def _stray(
    rows: Sequence[Sequence[object]], known: Mapping[object, object]
) -> RatingsError:
    n, m, rating = next(
        (n, m, rating)
        for n, row in enumerate(rows)
        for m, rating in enumerate(row)
        if type(rating) not in _RATING_TYPES or rating not in known
    )
    fault = f"{shown(rating)} is not one of the categories"
    return RatingsError(f"ratings[{n}][{m}]", fault)


def _counts(rows: Sequence[Sequence[object]], name: str, width: int) -> list[list[int]]:
    found: list[list[int]] = []
    for n, row in enumerate(rows):
        if len(row) != width:
            fault = f"has {len(row)} counts for {width} categories"
            raise RatingsError(f"{name}[{n}]", fault)
        found.append(
            [_count(count, f"{name}[{n}][{m}]") for m, count in enumerate(row)]
        )
    return found


def _count(value: object, path: str) -> int:
    if type(value) is int and 0 <= value <= _LARGEST_COUNT:
        return value
    raise RatingsError(path, f"{shown(value)} is not a count")
