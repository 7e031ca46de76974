"""Which parts of the content policy do browsers say were broken, and how often?

Anybody may post reports, and one broken page sends many: a directive is told once
in a while, the rest is counted, and past a limit nothing is read at all.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

log = logging.getLogger(__name__)
WHILE: Final = timedelta(minutes=10)
MOST_READ: Final = 100
# Every name that a browser can report; what is none of them is not written down.
DIRECTIVES: Final = frozenset(
    {
        "base-uri",
        "child-src",
        "connect-src",
        "default-src",
        "font-src",
        "form-action",
        "frame-ancestors",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "object-src",
        "require-trusted-types-for",
        "script-src",
        "script-src-attr",
        "script-src-elem",
        "style-src",
        "style-src-attr",
        "style-src-elem",
        "trusted-types",
        "worker-src",
    }
)


class PolicyReports:
    """Counts one process's reports; threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: datetime | None = None
        self._came = 0
        self._told: Counter[str] = Counter()

    def admits(self, now: datetime) -> bool:
        """Tell whether one more report is read; the first after a while sums up."""
        with self._lock:
            if self._since is None or not 0 <= (now - self._since) / WHILE < 1:
                self._sum_up()
                self._since = now
            self._came += 1
            return self._came <= MOST_READ

    def note(self, report: object) -> None:
        """Note a report that was read, without its address."""
        directive = directive_of(report)
        if directive is None:
            return
        with self._lock:
            self._told[directive] += 1
            is_first = self._told[directive] == 1
        if is_first:
            log.warning("content policy broken: %s", directive)

    def _sum_up(self) -> None:
        if self._came > 1:
            log.warning(
                "%d reports of a broken content policy in %d minutes: %s",
                self._came,
                WHILE // timedelta(minutes=1),
                _counts(self._told) or "none readable",
            )
        self._came = 0
        self._told.clear()


def directive_of(report: object) -> str | None:
    """Find which directive was broken, in either of the two shapes of reports."""
    first = report[0] if isinstance(report, list) and report else report
    body = None
    if isinstance(first, dict):
        body = first.get("csp-report") or first.get("body")
    if not isinstance(body, dict):
        return None
    found = body.get("effective-directive") or body.get("effectiveDirective")
    return found if isinstance(found, str) and found in DIRECTIVES else None


def _counts(told: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(told.items()))
