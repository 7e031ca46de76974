"""How does a reviewer read a synthesis in a terminal?

Every status is a word and a mark, never a mark alone, so that nothing is lost
where a terminal cannot draw the marks. The matrix is 80 columns wide.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from triangulation.cell import Cell, CellStatus, PlacedAnswer, Silence
from triangulation.convergence import DimensionFinding, DimensionStatus
from triangulation.errors import plain
from triangulation.evidence import GRADES, Dimension, Group, Labelled
from triangulation.synthesis import ModerationPoint, PointKind, Synthesis

_DASH: Final = "\N{EN DASH}"
_LEFT: Final = 6
_COLUMN: Final = 15
_WIDTH: Final = 80

_MEANINGS: Final = {
    CellStatus.AGREEMENT: "the grade lies in the stance, no answer contradicts it",
    CellStatus.PARTIAL: "same side of good but another band, or on both sides",
    CellStatus.DISSONANCE: "the stance lies on the other side of good (2 against 3)",
    CellStatus.SILENCE: "nobody gave an answer that can be placed",
    CellStatus.NOT_ASKED: "the dimension is not this source's to judge",
    CellStatus.UNGRADED: "a stance, but no grade to hold it against",
}


def as_text(synthesis: Synthesis) -> str:
    """Write a synthesis as a matrix, its details, what to discuss and a legend."""
    lines = [
        *_matrix(synthesis),
        *_details(synthesis),
        *_moderation(synthesis),
        *_legend(),
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _matrix(synthesis: Synthesis) -> Iterator[str]:
    yield f"Triangulation by rules {synthesis.rules}: the locked grade and each source"
    yield ""
    yield _row("Grade", (f"{group.mark} {group.label}" for group in Group))
    yield "-" * _WIDTH
    for finding in synthesis.findings:
        grade = _DASH if finding.grade is None else str(finding.grade)
        left = f"{finding.dimension} {grade}"
        yield _row(left, (_sign(cell.status) for cell in finding.cells))
        yield _row("", (_measure(cell) for cell in finding.cells))
        yield f"{'':{_LEFT}}Together: {_verdict(finding)}"


def _row(left: str, cells: Iterable[str]) -> str:
    return f"{left:{_LEFT}}" + "".join(f"{cell:{_COLUMN}}" for cell in cells)


def _sign(word: Labelled) -> str:
    return f"{word.mark} {word.label.lower()}"


def _measure(cell: Cell) -> str:
    if cell.silence is not None:
        return cell.silence.label.lower()
    if cell.interval is None:
        return ""
    bands = f"{cell.interval.lo}{_DASH}{cell.interval.hi}"
    return bands if cell.gap is None else f"{bands} gap {_signed(cell.gap)}"


def _signed(gap: int) -> str:
    return f"{gap:+d}" if gap else "0"


def _verdict(finding: DimensionFinding) -> str:
    words = f"{finding.status.mark} {finding.status.label}"
    if finding.status is DimensionStatus.DISSONANT:
        words += f", {finding.dissonant_sources} of {finding.speaking_sources} sources"
    if finding.sources_differ:
        words += "; sources differ from each other"
    return words


def _details(synthesis: Synthesis) -> Iterator[str]:
    for finding in synthesis.findings:
        yield ""
        yield f"{finding.dimension} {finding.dimension.title}"
        yield f"  Grade: {_grade(finding)}. Together: {_verdict(finding)}"
        for reason in finding.reasons:
            yield f"    - {reason.label}"
        for cell in finding.cells:
            if _has_details(cell):
                yield from _cell(cell)
        yield from _bare_silences(finding)


def _grade(finding: DimensionFinding) -> str:
    if finding.grade is not None:
        return f"{finding.grade} {GRADES[finding.grade]}"
    if finding.not_graded is not None:
        return f"not graded ({plain(finding.not_graded)})"
    return "not graded"


def _has_details(cell: Cell) -> bool:
    comments = cell.strengths + cell.concerns
    return bool(cell.answers or cell.not_invited or comments)


def _bare_silences(finding: DimensionFinding) -> Iterator[str]:
    for silence in Silence:
        groups = [
            cell.group.label
            for cell in finding.cells
            if cell.silence is silence and not _has_details(cell)
        ]
        if groups:
            mark = CellStatus.SILENCE.mark
            yield f"  {mark} silence, {silence.label.lower()}: {', '.join(groups)}"


def _cell(cell: Cell) -> Iterator[str]:
    replies = f"{cell.replied} of {cell.invited} replied"
    yield f"  {cell.group.mark} {cell.group.label} ({replies}): {_stance(cell)}"
    for note in cell.notes:
        yield f"      - {note.label}"
    for answer in cell.answers:
        yield f"      {_answer(answer)}"
    for absent in cell.not_invited:
        yield f"      {plain(absent.person)} not invited: {plain(absent.reason)}"
    if cell.strengths or cell.concerns:
        yield f"      comments: strength {cell.strengths}, concern {cell.concerns}"


def _stance(cell: Cell) -> str:
    words = cell.status.label.lower()
    if cell.silence is not None:
        words += f", {cell.silence.label.lower()}"
    if cell.interval is not None:
        words += f"; stance {cell.interval.words}"
    if cell.direction is not None and cell.gap:
        words += f"; {cell.direction.label.lower()}, {_signed(cell.gap)}"
    return words


def _answer(answer: PlacedAnswer) -> str:
    given = str(answer.value).replace("_", " ")
    stance = "no stance" if answer.interval is None else answer.interval.words
    return f"{plain(answer.person)} {plain(answer.question)}: {given} ({stance})"


def _moderation(synthesis: Synthesis) -> Iterator[str]:
    yield ""
    yield "To take to moderation"
    points = synthesis.to_moderation
    if not points:
        yield "  Nothing by these rules."
    for point in points:
        if point.kind is not PointKind.SILENCE:
            yield f"  - {_point(point)}"
    yield from _silences(points)


def _point(point: ModerationPoint) -> str:
    title = f"{point.dimension} {point.dimension.title}"
    if point.group is None or point.gap is None:
        return f"{title}: {point.kind.label.lower()}"
    which = "more" if point.gap > 0 else "less"
    return (
        f"{title}: {point.group.label.lower()} dissonant,"
        f" reviewer {which} favourable, {_signed(point.gap)}"
    )


def _silences(points: Sequence[ModerationPoint]) -> Iterator[str]:
    # One line a group and reason: nine lines that say the same hide the rest.
    together: dict[tuple[Group, Silence], list[Dimension]] = {}
    for point in points:
        if point.group is not None and point.silence is not None:
            dimensions = together.setdefault((point.group, point.silence), [])
            dimensions.append(point.dimension)
    for (group, silence), dimensions in together.items():
        codes = ", ".join(dimensions)
        yield f"  - {group.label} silent on {codes}: {silence.label.lower()}"


def _legend() -> Iterator[str]:
    yield ""
    yield "Legend"
    yield f"  Grades   {', '.join(f'{n} {name}' for n, name in GRADES.items())}"
    yield "  Sources  1 negative, 2 mixed, 3 positive, 4 very positive: stances, not"
    yield f"           grades; 3{_DASH}4 means that the answers leave both open"
    yield "  Gap      bands from a source to the grade: + reviewer more favourable,"
    yield "           - reviewer less favourable, 0 the grade lies inside"
    for status, meaning in _MEANINGS.items():
        yield f"  {_sign(status):13} {meaning}"
    yield "  One dissonant source makes a dimension dissonant; nothing is averaged."
