"""How does what somebody wrote read, and what must be known before leaning on it?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from babel import Locale, UnknownLocaleError

from feedback.domain.questionnaire import HOME_LANGUAGE
from feedback.services.gather import Written
from feedback.services.portrait import CodingView, WordsView
from triangulation import Group, HelpedBy, LanguageRoute

HELPED: Final[Mapping[str, str]] = {
    HelpedBy.CARER: "helped by a carer or family member",
    HelpedBy.TEACHER: "helped by a teacher",
    HelpedBy.ADVOCATE: "helped by an advocate",
    HelpedBy.WORKER: "helped by the worker",
    HelpedBy.OTHER: "helped by someone else",
}


def words_views(written: Iterable[Written]) -> tuple[WordsView, ...]:
    """Put what people wrote beside its questions, group by group."""
    views = [
        WordsView(
            answer=one.answer,
            group=one.group.value,
            question=one.question,
            text=one.text,
            notes=tuple(_notes(one)),
            codings=tuple(
                CodingView(
                    id=each.id,
                    dimension=each.dimension.value,
                    name=each.dimension.label,
                    stance=each.stance.value,
                )
                for each in one.coded
            ),
        )
        for one in written
    ]
    order = [group.value for group in Group]
    return tuple(sorted(views, key=lambda view: order.index(view.group)))


def _notes(one: Written) -> Iterator[str]:
    is_foreign = one.language != HOME_LANGUAGE
    if is_foreign:
        yield f"written in {_language(one.language)}"
    if one.route is LanguageRoute.INTERPRETED:
        yield "interpreted"
    elif one.route is LanguageRoute.TRANSLATED:
        # Words stand as they were written: what was translated for them is the form.
        yield "on a translated form" if is_foreign else "translated"
    if one.helped_by in HELPED:
        yield HELPED[one.helped_by]


def _language(code: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_language_name(HOME_LANGUAGE)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code
