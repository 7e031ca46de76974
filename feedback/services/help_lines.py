"""Whom can a respondent call now?"""

from collections.abc import Collection
from functools import cache
from typing import Final

from feedback import questionnaires as bundled
from feedback.domain.help_line import HelpLine, HelpLineError, parse_help_lines

# What may be shown to anybody, whoever holds the phone.
NEUTRAL: Final = ("emergency", "samaritans")
SPOKEN_EVERYWHERE: Final = "en"


@cache
def help_lines(codes: tuple[str, ...], language: str) -> tuple[HelpLine, ...]:
    """Give the named numbers in a language, or in English where it lacks them."""
    document = bundled.help_lines()
    try:
        return parse_help_lines(document, codes=codes, language=language)
    except HelpLineError:
        if language == SPOKEN_EVERYWHERE:
            raise
        return help_lines(codes, SPOKEN_EVERYWHERE)


def neutral_lines(language: str) -> tuple[HelpLine, ...]:
    """Give the numbers that tell nothing about why somebody is here."""
    return help_lines(NEUTRAL, language)


def named(codes: Collection[str], language: str) -> tuple[HelpLine, ...]:
    """Give a form's own numbers, in the order of its file."""
    return help_lines(tuple(codes), language)
