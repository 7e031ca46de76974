"""How do times, words and files look in a page?"""

import hashlib
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import category

from flask import Flask, url_for
from markupsafe import Markup, escape

from feedback.domain.calendar import london_day
from feedback.domain.spoken_time import clock_words, day_words, moment_words

KEPT_CONTROLS: Final = frozenset("\n\t")
ISOLATED: Final = Markup('<bdi dir="auto">')
ENDED: Final = Markup("</bdi>")
WITHOUT_LINES: Final = dict.fromkeys(map(ord, KEPT_CONTROLS))


def day(value: date) -> str:
    """Write a date: 3 March 2027; an instant shows its day in London."""
    return day_words(london_day(value) if isinstance(value, datetime) else value)


def moment(value: datetime) -> str:
    """Write an instant in London: 9:05am on 3 March 2027."""
    return moment_words(value)


def clock(value: time) -> str:
    """Write an hour of the day: 4pm, 7:30pm."""
    return clock_words(value)


def visible(text: str) -> Markup:
    """Show a person's words safely: controls made visible, direction isolated."""
    is_plain = text.translate(WITHOUT_LINES).isprintable()
    shown = text if is_plain else "".join(_shown(one) for one in text)
    return ISOLATED + escape(shown) + ENDED


def asset(name: str) -> str:
    """Give the address of a static file, with a fingerprint of what is in it."""
    return url_for("static", filename=name, v=_fingerprint(name))


def register_filters(app: Flask) -> None:
    """Give templates the filters `day`, `moment`, `clock`, `visible`, and `asset`."""
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(clock)
    app.add_template_filter(visible)
    app.add_template_global(asset)


@cache
def _fingerprint(name: str) -> str:
    path = Path(__file__).parent.parent / "static" / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _shown(character: str) -> str:
    if character in KEPT_CONTROLS or category(character) not in {"Cc", "Cf"}:
        return character
    # Joiners belong to ordinary writing in several scripts and to emoji.
    if character in "\u200c\u200d":
        return character
    return f"\u2039U+{ord(character):04X}\u203a"
