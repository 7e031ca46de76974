"""A review's task list tells what is next, and by whom."""

import pytest

from feedback.domain.journey import Facts, Progress, Stage, due_tasks, next_task, tasks
from feedback.domain.review import ReviewState


def facts(**given):
    return Facts(
        **{
            "state": ReviewState.INVITED,
            "has_reviewer": True,
            "has_moderators": True,
            "has_people": True,
            "uninvited": 0,
            "awaited": 3,
            "takes_answers": True,
            "is_head_the_reviewer": False,
        }
        | given
    )


def progress(stage, **given):
    return next(task for task in tasks(facts(**given)) if task.stage is stage).progress


@pytest.mark.parametrize(
    ("given", "stage"),
    [
        ({"state": ReviewState.COMMISSIONED, "has_reviewer": False}, Stage.TEAM),
        ({"state": ReviewState.COMMISSIONED, "has_people": False}, Stage.PEOPLE),
        ({"state": ReviewState.COMMISSIONED, "uninvited": 3}, Stage.INVITE),
        ({}, Stage.LISTEN),
        ({"takes_answers": False}, Stage.GRADE),
        ({"state": ReviewState.LOCKED}, Stage.COMMENT),
        ({"state": ReviewState.COMMENTED}, Stage.MEETING),
        ({"state": ReviewState.MODERATING, "awaited": 0}, Stage.MEETING),
    ],
)
def test_the_first_task_that_is_due_is_next(given, stage):
    assert next_task(facts(**given)).stage is stage


def test_whoever_cannot_comment_may_read_while_the_first_comment_waits():
    due = due_tasks(facts(state=ReviewState.LOCKED))

    assert [one.stage for one in due] == [Stage.COMMENT, Stage.LISTEN, Stage.VIEW]


def test_nothing_is_next_once_the_record_is_signed():
    assert next_task(facts(state=ReviewState.AGREED)) is None


def test_the_reviewer_may_grade_while_people_still_answer():
    assert progress(Stage.LISTEN) is Progress.NOW
    assert progress(Stage.GRADE) is Progress.NOW


def test_the_view_stays_shut_until_grades_are_locked():
    assert progress(Stage.VIEW) is Progress.LATER
    assert progress(Stage.VIEW, state=ReviewState.LOCKED) is Progress.NOW


def test_another_role_comments_first_where_the_head_is_the_reviewer():
    done = tasks(facts(state=ReviewState.LOCKED, is_head_the_reviewer=True))

    comment = next(task for task in done if task.stage is Stage.COMMENT)

    assert comment.whose == "A moderator"


def test_people_who_are_held_keep_inviting_open():
    assert progress(Stage.INVITE, uninvited=1) is Progress.NOW


def test_once_every_grade_is_given_the_task_is_to_lock_them():
    given = next(one for one in tasks(facts(is_graded=True)) if one.stage == "grade")
    locked = facts(is_graded=True, state=ReviewState.LOCKED)
    over = next(one for one in tasks(locked) if one.stage == "grade")

    assert given.title == "Lock the grades: every one is given"
    assert over.title.startswith("Grade nine dimensions")
