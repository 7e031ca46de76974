"""What is done at a review, what is next, and by whom?"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from feedback.domain.review import ReviewState


class Stage(StrEnum):
    """The tasks of a review's life, in order."""

    TEAM = "team"
    PEOPLE = "people"
    INVITE = "invite"
    LISTEN = "listen"
    GRADE = "grade"
    VIEW = "view"
    COMMENT = "comment"
    MEETING = "meeting"


class Progress(StrEnum):
    """How far a task is."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


TITLES: Final = {
    Stage.TEAM: "Choose the reviewer and the moderators",
    Stage.PEOPLE: "Add people, and how to reach each safely",
    Stage.INVITE: "Invite people",
    Stage.LISTEN: "Hear from people",
    Stage.GRADE: "Grade nine dimensions with evidence, and lock",
    Stage.VIEW: "Read where the voices agree and differ",
    Stage.COMMENT: "Make the first comment",
    Stage.MEETING: "Agree the grades in the moderation meeting, and sign",
}
LOCK_THEM: Final = "Lock the grades: every one is given"
HOLDS_UP_NOTHING: Final = frozenset({Stage.LISTEN, Stage.VIEW})
COORDINATOR: Final = "QA coordinator"
REVIEWER: Final = "Reviewer"
HEAD: Final = "Head of Safeguarding and QA"
MODERATOR: Final = "A moderator"
FOUR_SEATS: Final = "Reviewer, Head of Safeguarding and QA, and both moderators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides how far a review is.

    Args:
        uninvited: People who are to be asked and have no message or visit yet.
        awaited: People who were asked and may still answer.
        takes_answers: Whether the window is still open, or yet to open.
        is_graded: Whether every grade stands and only the lock is left.
    """

    state: ReviewState
    has_reviewer: bool
    has_moderators: bool
    has_people: bool
    uninvited: int
    awaited: int
    takes_answers: bool
    is_head_the_reviewer: bool
    is_graded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, how far it is, and whose it is."""

    stage: Stage
    title: str
    progress: Progress
    whose: str

    @property
    def is_next(self) -> bool:
        """Whether it is to be done now."""
        return self.progress is Progress.NOW


def tasks(facts: Facts) -> tuple[Task, ...]:
    """Lay out a review's life; several tasks may be next at the same time."""
    return tuple(
        Task(stage=stage, title=_title(stage, facts), progress=progress, whose=whose)
        for stage, progress, whose in _steps(facts)
    )


def _title(stage: Stage, facts: Facts) -> str:
    is_to_lock = facts.is_graded and not facts.state.is_locked
    return LOCK_THEM if stage is Stage.GRADE and is_to_lock else TITLES[stage]


def due_tasks(facts: Facts) -> tuple[Task, ...]:
    """List what is to be done now, what holds up the review before what does not."""
    due = [task for task in tasks(facts) if task.is_next]
    if facts.state.is_locked:
        # People may answer and read until the end: neither holds up the meeting.
        due.sort(key=lambda task: task.stage in HOLDS_UP_NOTHING)
    return tuple(due)


def next_task(facts: Facts) -> Task | None:
    """Find what is next; None once everything is done."""
    return next(iter(due_tasks(facts)), None)


def _steps(facts: Facts) -> Iterator[tuple[Stage, Progress, str]]:
    state = facts.state
    has_team = facts.has_reviewer and facts.has_moderators
    yield Stage.TEAM, _progress(is_done=has_team or _over(state)), COORDINATOR
    yield Stage.PEOPLE, _progress(is_done=facts.has_people), COORDINATOR
    yield Stage.INVITE, _inviting(facts), COORDINATOR
    yield Stage.LISTEN, _listening(facts), "Everyone who is asked"
    yield Stage.GRADE, _grading(facts), REVIEWER
    is_read = state in {ReviewState.MODERATING, ReviewState.AGREED}
    yield (
        Stage.VIEW,
        _progress(is_done=is_read, is_due=state.is_locked),
        "Reviewer, Head of Safeguarding and QA, and moderators",
    )
    yield (
        Stage.COMMENT,
        _progress(
            is_done=state.is_locked and state is not ReviewState.LOCKED,
            is_due=state is ReviewState.LOCKED,
        ),
        MODERATOR if facts.is_head_the_reviewer else HEAD,
    )
    yield (
        Stage.MEETING,
        _progress(
            is_done=state is ReviewState.AGREED,
            is_due=state in {ReviewState.COMMENTED, ReviewState.MODERATING},
        ),
        FOUR_SEATS,
    )


def _inviting(facts: Facts) -> Progress:
    if not facts.has_people:
        return Progress.LATER
    is_over = _over(facts.state) or not facts.takes_answers
    return _progress(is_done=not facts.uninvited or is_over)


def _listening(facts: Facts) -> Progress:
    if facts.state is ReviewState.COMMISSIONED:
        return Progress.LATER
    return _progress(
        is_done=not facts.awaited or not facts.takes_answers or _over(facts.state)
    )


def _grading(facts: Facts) -> Progress:
    return _progress(is_done=facts.state.is_locked, is_due=facts.has_reviewer)


def _over(state: ReviewState) -> bool:
    return not state.takes_feedback


def _progress(*, is_done: bool, is_due: bool = True) -> Progress:
    if is_done:
        return Progress.DONE
    return Progress.NOW if is_due else Progress.LATER
