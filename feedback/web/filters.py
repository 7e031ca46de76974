"""How do times, words and files look in a page?"""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import category

from flask import Flask, url_for
from markupsafe import Markup, escape

from feedback.domain.calendar import LONDON, london_day

KEPT_CONTROLS: Final = frozenset("\n\t")


def day(value: date) -> str:
    """Write a date: 3 March 2027; an instant shows its day in London."""
    local = london_day(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def moment(value: datetime) -> str:
    """Write an instant in London: 9:05am on 3 March 2027."""
    local = value.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{hour}:{local:%M}{half} on {day(local)}"


def visible(text: str) -> Markup:
    """Show a person's words safely: controls made visible, direction isolated."""
    shown = "".join(_shown(one) for one in text)
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(shown))


def asset(name: str) -> str:
    """Give the address of a static file, with a fingerprint of what is in it."""
    return url_for("static", filename=name, v=_fingerprint(name))


def register_filters(app: Flask) -> None:
    """Give templates the filters `day`, `moment`, `visible`, and `asset`."""
    app.add_template_filter(day)
    app.add_template_filter(moment)
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
