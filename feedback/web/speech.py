"""In which language do a page's fixed words stand? Looked up once a page, not a word.

A page asks for some hundreds of phrases; to find the catalogue anew for each takes
longer than to find the phrase. And a mark that stands on a page a hundred times, a
status or a voice, is drawn once.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import Final, cast

from flask import Flask, g
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

KEPT: Final = "spoken"


@dataclass(slots=True)
class _Spoken:
    """What one page found and drew so far, in one language."""

    language: str | None
    catalogue: NullTranslations
    drawn: dict[Hashable, str] = field(default_factory=dict)


def register_speech(app: Flask) -> None:
    """Let templates find their phrases in the catalogue of the page's language."""
    app.jinja_env.globals.update(
        _=_phrase, gettext=_phrase, ngettext=_phrase_for, once_a_page=once_a_page
    )
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # put there by its extension


def once_a_page(macro: Callable[..., str]) -> Callable[..., str]:
    """Draw the same from the same but once while one request is answered.

    Only for macros that look at nothing but what they are given, and at what stays
    the same on a page: its language and its token.
    """

    def drawn(*given: Hashable) -> str:
        kept = _spoken().drawn
        key = (macro, given)
        found = kept.get(key)
        if found is None:
            found = kept[key] = macro(*given)
        return found

    return drawn


@pass_eval_context
def _phrase(context: EvalContext, words: str, /, **given: object) -> str:
    return _filled(context, _spoken().catalogue.gettext(words), given)


@pass_eval_context
def _phrase_for(
    context: EvalContext, one: str, many: str, number: int, /, **given: object
) -> str:
    spoken = _spoken().catalogue.ngettext(one, many, number)
    return _filled(context, spoken, {"num": number, **given})


def _filled(context: EvalContext, spoken: str, given: dict[str, object]) -> str:
    """Put values into a phrase; in a page they are escaped, and it itself is not."""
    shown = Markup(spoken) if context.autoescape else spoken  # noqa: S704 - the program's own words
    return shown % given if given or "%" in spoken else shown


def _spoken() -> _Spoken:
    """Find what this page has; anew where it has learned who reads it."""
    # Asked for each phrase: through the proxy that would cost as much as finding it.
    here = g._get_current_object()  # noqa: SLF001 - how Flask's proxies are opened
    language = here.get("language")
    kept = here.get(KEPT)
    if kept is None or kept.language != language:
        kept = _Spoken(language, get_translations())
        setattr(here, KEPT, kept)
    return cast("_Spoken", kept)
