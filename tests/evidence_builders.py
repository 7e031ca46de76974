"""Evidence with sensible defaults, so that a test shows only what matters to it."""

from triangulation import (
    Answer,
    Cell,
    Comment,
    CommentStance,
    Dimension,
    DimensionFinding,
    Evidence,
    Group,
    Person,
    PersonStatus,
    Scale,
    synthesise,
)


def answer(value, *, scale=Scale.W4, dimension=Dimension.D3, **more):
    question = more.pop("question", f"{dimension}-{value}")
    return Answer(
        question=question, dimension=dimension, scale=scale, value=value, **more
    )


def comment(stance=CommentStance.CONCERN, dimension=Dimension.D3):
    return Comment(dimension=dimension, stance=stance)


def person(group=Group.FAMILY, *answers, key=None, **more):
    status = more.pop("status", PersonStatus.ANSWERED)
    return Person(
        key=key or f"{group}-1", group=group, status=status, answers=answers, **more
    )


def people_saying(group, *values, scale=Scale.W4, dimension=Dimension.D3):
    """One person for each value."""
    return [
        person(
            group, answer(value, scale=scale, dimension=dimension), key=f"{group}-{n}"
        )
        for n, value in enumerate(values)
    ]


def evidence(*people, grade=3, dimension=Dimension.D3):
    grades = {} if grade is None else {dimension: grade}
    return Evidence(people=tuple(people), grades=grades)


def finding(*people, grade=3, dimension=Dimension.D3) -> DimensionFinding:
    return synthesise(evidence(*people, grade=grade, dimension=dimension)).finding(
        dimension
    )


def cell(*people, group=Group.FAMILY, grade=3, dimension=Dimension.D3) -> Cell:
    return finding(*people, grade=grade, dimension=dimension).cell(group)
