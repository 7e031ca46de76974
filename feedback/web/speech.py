"""In which language do a page's fixed words stand? Looked up once a page, not a word.

A page asks for some hundreds of phrases; to find the catalogue anew for each takes
longer than to find the phrase.
"""

from gettext import NullTranslations
from typing import Final, cast

from flask import Flask, g
from flask_babel import get_translations

KEPT: Final = "catalogue"


def register_speech(app: Flask) -> None:
    """Let templates find their phrases in the catalogue of the page's language."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # put there by its extension
        _phrase, _phrase_for, newstyle=True
    )


def _phrase(words: str) -> str:
    return _catalogue().gettext(words)


def _phrase_for(one: str, many: str, number: int) -> str:
    return _catalogue().ngettext(one, many, number)


def _catalogue() -> NullTranslations:
    """Find the catalogue; again where the page has learned who reads it."""
    language = g.get("language")
    kept = g.get(KEPT)
    if kept is None or kept[0] != language:
        kept = (language, get_translations())
        setattr(g, KEPT, kept)
    return cast("NullTranslations", kept[1])  # the library has no types
