"""How are the faults of a file told to whoever has to correct it?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_ROWS_NAMED: Final = 12
_IN_A_ROW: Final = re.compile(r"row (\d+)(?:, (\w+))?: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One thing that is to be corrected, in however many rows it stands.

    Args:
        rows: The numbers of the rows, as the sheet counts them.
        column: The column; None where the whole row is meant.
    """

    rows: tuple[int, ...]
    column: str | None
    sentence: str

    @property
    def where(self) -> str:
        """Name the rows, the first ones where they are many."""
        named = ", ".join(map(str, self.rows[:MOST_ROWS_NAMED]))
        others = len(self.rows) - MOST_ROWS_NAMED
        return named if others <= 0 else f"{named} and {others} more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The faults of a file.

    Args:
        of_rows: Those of a sheet, the same one told once for all its rows.
        others: Those that name no row, as they came.
    """

    of_rows: tuple[RowFault, ...] = ()
    others: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.others) + sum(len(one.rows) for one in self.of_rows)


def gathered(faults: Iterable[str]) -> Faults:
    """Gather the faults of a file: what is the same in many rows is told once."""
    rows: dict[tuple[str | None, str], list[int]] = {}
    others = []
    for fault in faults:
        found = _IN_A_ROW.fullmatch(fault)
        if found is None:
            others.append(fault)
            continue
        number, column, sentence = found.groups()
        rows.setdefault((column, sentence), []).append(int(number))
    of_rows = [
        RowFault(rows=tuple(sorted(numbers)), column=column, sentence=sentence)
        for (column, sentence), numbers in rows.items()
    ]
    of_rows.sort(key=lambda one: one.rows[0])
    return Faults(of_rows=tuple(of_rows), others=tuple(others))
