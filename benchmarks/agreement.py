"""How long do all coefficients of agreement over very many units take?

Two reviewers, four grades, some units that one of them left out; every statistic is
computed, standard library only. Beside it stands the time in which a bare loop counts
the same pairs, with nothing computed from them.

    .venv/bin/python benchmarks/agreement.py [--units 100000]
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from ground import ROOT, median

sys.path[:0] = [str(ROOT)]

from triangulation import agreement_of, tally_units  # noqa: E402

GRADES: Final = (1, 2, 3, 4)
Unit = tuple[int | None, int | None]


def two_reviewers(units: int) -> list[Unit]:
    """Grade units twice: mostly alike, now and then by one only."""
    chance = random.Random(1)  # noqa: S311 - the same data each time
    found: list[Unit] = []
    for _ in range(units):
        first = chance.choice(GRADES)
        second = min(4, max(1, first + chance.choice((0, 0, 0, 1, -1))))
        found.append((first, None if chance.random() < 1 / 20 else second))
    return found


def bare(units: Sequence[Unit]) -> float:
    """Count the pairs; return seconds."""
    began = time.perf_counter()
    Counter(units)
    return time.perf_counter() - began


def ours(units: Sequence[Unit]) -> float:
    """Compute every statistic; return seconds."""
    began = time.perf_counter()
    agreement_of(tally_units(units, GRADES))
    return time.perf_counter() - began


def main() -> None:
    """Take turns, and print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    units = two_reviewers(given.units)
    turns = [(ours(units), bare(units)) for _ in range(given.times)]
    mine, plain = median([one for one, _ in turns]), median([one for _, one in turns])
    print(
        f"{given.units} units: {mine:.3f} s, {mine / plain:.1f} times bare counting "
        f"({plain:.3f} s)"
    )


if __name__ == "__main__":
    main()
