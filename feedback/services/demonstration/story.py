"""What does a story of the demonstration tell? The shape of its file.

Times are written as the almanac reads them. Whatever comes later in a review's life
may be left out: the story then stops there, and a newcomer goes on with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Required, TypedDict, cast


class ToldContact(TypedDict, total=False):
    """A way to reach somebody, checked with them a day before they are asked.

    Its keys: the channel, the address, whether others read it too, and a code word.
    """

    channel: Required[str]
    address: Required[str]
    shared: str
    code_word: str


class ToldAlert(TypedDict):
    """What the duty manager did about what this person said."""

    taken: str
    closed: str
    outcome: str
    told: str


class ToldPerson(TypedDict, total=False):
    """Somebody whose voice is sought, and what came of it.

    They are there from the beginning, or from when they `joined`.
    `usually` answers every question of the scale that `answers` does not name.
    Of `answered`, `declined`, `opened` (with them, and nothing came) and
    `started` (some pages, not sent) one says when; `withdrew` may follow.
    `read_as` says what their words were read as, once the grades were locked.
    """

    key: Required[str]
    name: Required[str]
    group: Required[str]
    age_band: str
    form: str
    language_route: str
    must_not_be_told: str
    not_invited: str
    joined: str
    consented: str
    contacts: Sequence[ToldContact]
    answered: str
    declined: str
    opened: str
    started: str
    withdrew: str
    helped_by: str
    usually: str
    answers: Mapping[str, str]
    words: Mapping[str, str]
    read_as: Mapping[str, Mapping[str, str]]
    alert: ToldAlert


class ToldGrading(TypedDict, total=False):
    """What the reviewer judged, on which evidence, and what they looked at.

    An evidence item is a source, a day, what it says, and so what.
    """

    at: Required[str]
    grades: Required[Mapping[str, str]]
    not_graded: Mapping[str, str]
    notes: Mapping[str, str]
    evidence: Required[Mapping[str, Sequence[Sequence[str]]]]
    attention: Sequence[str]


class ToldLock(TypedDict):
    """When the grades were locked, and what the reviewer had heard by then."""

    at: str
    seen: str


class ToldMove(TypedDict, total=False):
    """A grade that moved, and why; with evidence where it brought some."""

    judgement: Required[str]
    grade: str
    reason: str
    considered: str
    evidence: Sequence[str]


class ToldRevision(TypedDict):
    """What the reviewer made of the voices, once they could hear them."""

    at: str
    moves: Sequence[ToldMove]


class ToldComment(TypedDict, total=False):
    """The first comment on the locked grades."""

    at: Required[str]
    by: Required[str]
    words: Required[str]
    proposed: Sequence[ToldMove]


class ToldDeputy(TypedDict):
    """Who sat in another's seat, and why."""

    who: str
    reason: str


class ToldStep(TypedDict, total=False):
    """One step in what became of a recommendation."""

    step: Required[str]
    at: Required[str]
    by: Required[str]
    words: str
    shown_by: str
    due: str
    to: str


class ToldRecommendation(TypedDict, total=False):
    """What is to be done, by whom and by when."""

    dimension: Required[str]
    words: Required[str]
    owner: Required[str]
    due: Required[str]
    action: Sequence[ToldStep]


class ToldMeeting(TypedDict, total=False):
    """The moderation meeting; what it does not name it agreed as it stood."""

    at: Required[str]
    deputies: Mapping[str, ToldDeputy]
    agreed: Sequence[ToldMove]
    recommendations: Sequence[ToldRecommendation]
    signed: str


class Story(TypedDict, total=False):
    """One review, from its commission as far as it came."""

    reference: Required[str]
    service: Required[str]
    reviewer: Required[str]
    commissioned: Required[str]
    opens: Required[str]
    closes: Required[str]
    meeting_on: Required[str]
    invited: Sequence[str]
    people: Required[Sequence[ToldPerson]]
    grading: ToldGrading
    locked: ToldLock
    revised: ToldRevision
    comment: ToldComment
    meeting: ToldMeeting


_HERE: Final[Traversable] = files(__name__.rpartition(".")[0])


def stories() -> Iterator[Story]:
    """Read every story, in the order of their files' names."""
    for entry in sorted((_HERE / "stories").iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml"):
            yield read_story(entry.read_text(encoding="utf-8"))


def read_story(text: str) -> Story:
    """Read one story; every value in it is text, so "yes" stays a word."""
    import yaml  # noqa: PLC0415 - what only asks for the demonstration needs it not

    # Written in C where that is there: it reads the same, many times faster.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    loaded = yaml.load(text, Loader=loader)  # noqa: S506 - it makes texts only
    return cast("Story", loaded)  # our own file; the tests tell every one
