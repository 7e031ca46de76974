"""Whom can a person call now, and on which number?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.domain.document import Node
from feedback.domain.errors import FeedbackError


class HelpLineError(FeedbackError):
    """Help lines that cannot be shown; `faults` names each place."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A number with whose it is and when to use it, in one language."""

    code: str
    number: str
    name: str
    when: str


def parse_help_lines(
    document: Mapping[str, object], *, codes: Iterable[str], language: str
) -> tuple[HelpLine, ...]:
    """Take the named lines, in the order of the names.

    Raises:
        HelpLineError: If one is missing, or not worded in the language.
    """
    root = Node(value=document, path="", faults=[])
    wanted = tuple(codes)
    lines = tuple(
        _line(code, entry, language)
        for code, entry in root.fields(
            required=wanted, optional=tuple(document)
        ).items()
        if code in wanted
    )
    if root.faults:
        raise HelpLineError(root.faults)
    return lines


def _line(code: str, node: Node, language: str) -> HelpLine:
    fields = node.fields(required=("number", "texts"))
    words = fields["texts"].entries().get(language)
    if words is None:
        node.fault(f"is not worded in {language}")
        return HelpLine(code=code, number="", name="", when="")
    wording = words.fields(required=("name", "when"))
    return HelpLine(
        code=code,
        number=fields["number"].text(),
        name=wording["name"].text(),
        when=wording["when"].text(),
    )
