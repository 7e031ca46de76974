"""Which forms, alarm words and help lines come with the program? As plain data."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

FORMS: Final = (
    "child_5_8",
    "child_9_12",
    "young_person",
    "easy_read",
    "family",
    "partner",
    "practitioner",
    "manager",
)

_HERE: Final[Traversable] = files(__name__)


def document(form: str) -> dict[str, object]:
    """Read one bundled form as it stands in its file, not yet checked."""
    return _mapping(f"{form}.yaml")


def documents() -> tuple[dict[str, object], ...]:
    """Read every bundled form."""
    return tuple(document(form) for form in FORMS)


def by_text() -> dict[str, object]:
    """Read which questions of which forms are asked by text, in which words."""
    return _mapping("by_text.yaml")


def help_lines() -> dict[str, object]:
    """Read the help lines with their numbers; numbers are checked once a year."""
    return _mapping("help_lines.yaml")


def alarm_words() -> dict[str, str]:
    """Read the list of alarm words of each language that has one."""
    return {
        entry.name.removesuffix(".txt"): entry.read_text(encoding="utf-8")
        for entry in sorted((_HERE / "words").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".txt")
    }


def _mapping(name: str) -> dict[str, object]:
    # Here: what answers pages reads published forms, and these but when they are sent.
    import yaml  # noqa: PLC0415

    # The same rules in C where the library has it: ten times as fast.
    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_HERE / name).read_text(encoding="utf-8")
    parsed = yaml.load(text, Loader=safe)  # noqa: S506 - it is the safe one
    if not isinstance(parsed, dict):
        raise TypeError(f"{name} must hold a mapping")
    return parsed
