"""How is a report said in sentences that are true of none, one and many?

Counts come first, then per cent, and always over the stated reviews.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from feedback.domain.report import MARK, Cell, Figures, Period, Row, Table, percent
from feedback.domain.report_figures import ACTION_COLUMNS
from feedback.domain.review import ReviewerKind
from feedback.domain.spoken_time import day_words
from triangulation import PersonStatus

WITHHELD: Final = f"withheld ({MARK})"
RULE: Final = (
    "A review counts on the London day on which the last seat signed its "
    "moderation record."
)
SUPPRESSION: Final = (
    f"{MARK}: withheld. Counts of 1 to 5 are not published where they could be "
    "somebody's, and neither are the counts from which they could be worked out."
)


class Topic(StrEnum):
    """What a sentence is about; a paper puts each where its readers look for it."""

    REVIEWS = "reviews"
    GRADES = "grades"
    MOVED = "moved"
    PEOPLE = "people"
    DIFFERED = "differed"
    ALERTS = "alerts"
    CONCERNS = "concerns"
    RECOMMENDED = "recommended"
    ACTIONS = "actions"
    ATTENTION = "attention"


def sentences(found: Figures) -> tuple[str, ...]:
    """Say what a report found, headline first."""
    if not found.reviews:
        return (nothing(found.period),)
    return tuple(one for said in by_topic(found).values() for one in said)


def in_pairs(inside: Figures, shown: Figures) -> tuple[tuple[str, str], ...]:
    """Say the same topic twice: as it is, and as it may be read."""
    if not inside.reviews:
        return ()
    there, here = by_topic(inside), by_topic(shown)
    return tuple(
        (" ".join(said), " ".join(here[topic])) for topic, said in there.items() if said
    )


def nothing(period: Period) -> str:
    """Say that there is nothing to count."""
    return f"No review was agreed {span(period)}, so there is nothing to count."


def by_topic(found: Figures) -> Mapping[Topic, tuple[str, ...]]:
    """Say what a report found, sorted by what it is about; there are reviews."""
    return {
        Topic.REVIEWS: (_reviews(found),),
        Topic.GRADES: tuple(_grades(found.grades, row) for row in found.grades.rows),
        Topic.ALERTS: (_alerts(found),),
        Topic.CONCERNS: (_concerns(found),),
        Topic.PEOPLE: _people(found),
        Topic.DIFFERED: (_differed(found),),
        Topic.MOVED: (_moved(found),),
        Topic.ATTENTION: (_attention(found),),
        Topic.RECOMMENDED: (_recommended(found),),
        Topic.ACTIONS: _actions(found),
    }


def span(period: Period) -> str:
    """Say the period: from 1 September 2026 to 28 February 2027."""
    first, last = map(day_words, (period.first, period.last))
    return f"on {first}" if first == last else f"from {first} to {last}"


def share_words(count: Cell, of: Cell) -> str:
    """Say a share, count first: 8 of 10 (80%)."""
    if count is None or of is None:
        return MARK
    whole = percent(count, of)
    return f"{count} of {of}" if whole is None else f"{count} of {of} ({whole}%)"


def these(reviews: int) -> str:
    """Say which reviews are spoken of, and never others."""
    return "this one review" if reviews == 1 else f"these {reviews} reviews"


def many(count: int, one: str, more: str) -> str:
    """Say a number of things."""
    return f"{count} {one if count == 1 else more}"


def _reviews(found: Figures) -> str:
    independent = share_words(found.by_kind[ReviewerKind.INDEPENDENT], found.reviews)
    internal = share_words(found.by_kind[ReviewerKind.INTERNAL], found.reviews)
    verb = "was" if found.reviews == 1 else "were"
    return (
        f"{many(found.reviews, 'review', 'reviews')} {verb} agreed "
        f"{span(found.period)}: {independent} by an independent reviewer, "
        f"{internal} internal."
    )


def _grades(table: Table, row: Row) -> str:
    if not row.is_told:
        return f"{row.label}: the grades are {WITHHELD}."
    told = [
        f"{label} {share_words(count, row.total)}"
        for (_, label), count in zip(table.columns, row.cells, strict=True)
        if count
    ]
    return f"{row.label}: {', '.join(told)}."


def _alerts(found: Figures) -> str:
    where = these(found.reviews)
    if found.alerts is None or found.reviews_with_alerts is None:
        return f"Alerts in {where}: {WITHHELD}."
    if not found.alerts:
        return f"No alert was raised in {where}."
    number = many(found.alerts, "alert was raised", "alerts were raised")
    return f"{number}{_in(found.reviews_with_alerts, found.reviews)}."


def _concerns(found: Figures) -> str:
    where = these(found.reviews)
    if found.concerns is None or found.reviews_with_concerns is None:
        return f"Areas of significant concern in {where}: {WITHHELD}."
    if not found.concerns:
        return f"No area of significant concern in {where}."
    number = many(
        found.concerns, "area of significant concern", "areas of significant concern"
    )
    return f"{number}{_in(found.reviews_with_concerns, found.reviews)}."


def _in(some: int, reviews: int) -> str:
    where = these(reviews)
    return f" in {where}" if reviews == 1 else f", in {some} of {where}"


def _people(found: Figures) -> tuple[str, ...]:
    sums = found.people.sums
    where = these(found.reviews)
    answered = found.people.sum_of(PersonStatus.ANSWERED.value)
    if sums is None or answered is None or sums.total is None:
        return (f"How many of the people at {where} answered is {WITHHELD}.",)
    if not sums.total:
        return (f"Nobody is on record as part of {where}.",)
    if not sums.is_told:
        return (f"{share_words(answered, sums.total)} people at {where} answered.",)
    return _asked(found.people, sums.total, where)


def _asked(people: Table, total: int, where: str) -> tuple[str, ...]:
    cells = {one: people.sum_of(one.value) or 0 for one in PersonStatus}
    not_asked = cells[PersonStatus.NOT_INVITED]
    asked = total - not_asked
    answered = share_words(cells[PersonStatus.ANSWERED], asked)
    silent = (
        f"{cells[PersonStatus.NO_REPLY]} did not reply",
        f"{cells[PersonStatus.DECLINED]} did not want to answer",
        f"{cells[PersonStatus.WITHDRAWN]} took their answers out",
        f"{not_asked} {'was' if not_asked == 1 else 'were'} not asked",
    )
    said = share_words(asked, total)
    return (
        f"{said} people at {where} were asked; {answered} of those answered.",
        f"Of the silent, {', '.join(silent[:-1])} and {silent[-1]}.",
    )


def _differed(found: Figures) -> str:
    sums = found.statuses.sums
    if found.dissonances is None or sums is None or sums.total is None:
        return f"How often a voice disagreed with the reviewer's grade is {WITHHELD}."
    if not found.dissonances:
        return (
            f"In no dimension of {these(found.reviews)} did a voice disagree with "
            "the reviewer's grade."
        )
    told = (
        f"In {share_words(found.dissonances, sums.total)} dimensions a voice "
        "disagreed with the reviewer's grade."
    )
    if found.dissonant_moved is None:
        return f"{told} What moderation did there is {WITHHELD}."
    kept = found.dissonances - found.dissonant_moved
    return (
        f"{told} There moderation moved the grade in {found.dissonant_moved} and "
        f"kept it, having considered why, in {kept}."
    )


def _moved(found: Figures) -> str:
    row = found.movement
    if not row.is_told or row.total is None:
        return f"How many grades moved between first and agreed is {WITHHELD}."
    raised, lowered, kept, other = row.cells
    told = (
        f"Between the reviewer's first grade and the agreed one, {raised} of "
        f"{row.total} rose, {lowered} fell and {kept} stayed"
    )
    return f"{told}; {other} were graded only once." if other else f"{told}."


def _attention(found: Figures) -> str:
    where = these(found.reviews)
    if found.attention_said is None:
        return (
            "In how many reviews it is on record which aspects of identity the work "
            f"paid attention to is {WITHHELD}."
        )
    if not found.attention_said:
        return (
            f"In none of {where} is it on record which aspects of identity "
            "(Social GRACES) the work paid attention to."
        )
    return (
        f"In {share_words(found.attention_said, found.reviews)} reviews it is on "
        "record which aspects of identity (Social GRACES) the work paid attention to."
    )


def _recommended(found: Figures) -> str:
    total = found.recommendations.total
    if total is None:
        return (
            "How many recommendations were made in "
            f"{these(found.reviews)} is {WITHHELD}."
        )
    if not total:
        return f"No recommendation was made in {these(found.reviews)}."
    number = many(total, "recommendation was", "recommendations were")
    return f"{number} made in {these(found.reviews)}."


def _actions(found: Figures) -> tuple[str, ...]:
    """Say how far actions have come; nothing where there is none."""
    sums = found.actions.sums
    if sums is None or sums.total == 0:
        return ()
    if sums.total is None:
        return (f"How many actions follow, and how far they came, is {WITHHELD}.",)
    cells = dict(zip((code for code, _ in ACTION_COLUMNS), sums.cells, strict=True))
    told = [
        f"{share_words(cells[code], sums.total)} {words}"
        for code, words in (
            ("confirmed", "confirmed done by a second person"),
            ("overdue", "overdue"),
        )
        if cells[code] is not None
    ]
    if None in sums.cells:
        others = "how the others stand" if told else "how they stand"
        told.append(f"{others} is {WITHHELD}")
    follow = many(sums.total, "action follows", "actions follow")
    return (f"{follow} from these reviews: {', '.join(told)}.",)
