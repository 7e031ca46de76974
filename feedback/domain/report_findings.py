"""What is frozen in a report, in a shape that machines read and pages print?"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from feedback.domain.report import (
    ALL,
    MARK,
    SUPPRESSED,
    VERSION,
    Cell,
    Figures,
    Row,
    Table,
    percent,
)
from feedback.domain.report_figures import MOVEMENT_COLUMNS, RECOMMENDATION_COLUMNS
from feedback.domain.report_words import RULE, SUPPRESSION, sentences

CSV_COLUMNS: Final = ("section", "item", "measure", "count", "of", "percent")


def findings(found: Figures, *, grades_opened: bool) -> dict[str, Any]:
    """Write a report's findings as JSON: figures for machines, words for people."""
    return {
        "version": VERSION,
        "period": {
            "from": found.period.first.isoformat(),
            "to": found.period.last.isoformat(),
            "rule": RULE,
        },
        "thresholds": {
            "suppressed_from": SUPPRESSED.start,
            "suppressed_to": SUPPRESSED.stop - 1,
            "mark": MARK,
            "words": SUPPRESSION,
            "grades_opened": grades_opened,
        },
        "reviews": found.reviews,
        "sentences": list(sentences(found)),
        "figures": _sections(found),
    }


def _sections(found: Figures) -> dict[str, Any]:
    kinds = found.by_kind.items()
    return {
        "reviewers": {
            ALL: {kind.value: _share(count, found.reviews) for kind, count in kinds}
        },
        "grades": _figures(found.grades),
        "movement": {ALL: _line(MOVEMENT_COLUMNS, found.movement)},
        "alerts": {
            ALL: {
                "alerts": _share(found.alerts, None),
                "reviews": _share(found.reviews_with_alerts, found.reviews),
            }
        },
        "concerns": {
            ALL: {
                "concerns": _share(found.concerns, None),
                "reviews": _share(found.reviews_with_concerns, found.reviews),
            }
        },
        "people": _figures(found.people),
        "voices": _figures(found.statuses),
        "dissonances": {
            ALL: {
                "dimensions": _share(found.dissonances, None),
                "moved": _share(found.dissonant_moved, found.dissonances),
            }
        },
        "attention": {
            ALL: {"said": _share(found.attention_said, found.reviews)},
            **_figures(found.attention),
        },
        "recommendations": _recommended(found.recommendations),
        "actions": _figures(found.actions),
    }


def _recommended(found: Row) -> dict[str, Any]:
    counts = zip(RECOMMENDATION_COLUMNS, found.cells, strict=True)
    return {
        **{code: {"made": _share(count, None)} for (code, _), count in counts},
        ALL: {"made": _share(found.total, None)},
    }


def csv_rows(written: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Give a report's figures line by line; the columns never change."""
    yield CSV_COLUMNS
    yield "reviews", ALL, "agreed", written["reviews"], "", ""
    for section, items in written["figures"].items():
        for item, measures in items.items():
            for measure, share in measures.items():
                numbers = (share[name] for name in ("count", "of", "percent"))
                yield section, item, measure, *(_plain(one) for one in numbers)


def _plain(value: object) -> object:
    return "" if value is None else value


def _share(count: Cell, of: Cell) -> dict[str, object]:
    if count is None:
        return {"count": MARK, "of": of, "percent": MARK}
    return {
        "count": count,
        "of": of,
        "percent": None if of is None else percent(count, of),
    }


def _line(columns: tuple[tuple[str, str], ...], row: Row) -> dict[str, object]:
    total = MARK if row.total is None else row.total
    shares: dict[str, object] = {
        code: _share(cell, row.total)
        for (code, _), cell in zip(columns, row.cells, strict=True)
    }
    return {**shares, "total": {"count": total, "of": None, "percent": None}}


def _figures(table: Table) -> dict[str, object]:
    rows = table.rows if table.sums is None else (*table.rows, table.sums)
    return {row.code: _line(table.columns, row) for row in rows}
