"""What must hold for any evidence at all."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from triangulation import (
    SPEAKERS,
    Answer,
    CellStatus,
    Comment,
    CommentStance,
    Dimension,
    DimensionStatus,
    Evidence,
    Group,
    HelpedBy,
    LanguageRoute,
    Person,
    PersonStatus,
    Scale,
    allowed_values,
    synthesise,
)

DIMENSIONS = (Dimension.D3, Dimension.D6, Dimension.D7)


@st.composite
def answers(draw, group):
    spoken = [each for each in DIMENSIONS if group in SPEAKERS[each]]
    found = []
    for n in range(draw(st.integers(0, 3))):
        scale = draw(st.sampled_from(Scale))
        found.append(
            Answer(
                question=f"Q{n}",
                dimension=draw(st.sampled_from(spoken)),
                scale=scale,
                value=draw(st.sampled_from(allowed_values(scale))),
                reverse=draw(st.booleans()),
            )
        )
    return tuple(found)


comments = st.lists(
    st.builds(
        Comment,
        dimension=st.sampled_from(DIMENSIONS),
        stance=st.sampled_from(CommentStance),
    ),
    max_size=2,
).map(tuple)


@st.composite
def persons(draw, key):
    group = draw(st.sampled_from(Group))
    status = draw(st.sampled_from(PersonStatus))
    has_answered = status is PersonStatus.ANSWERED
    return Person(
        key=key,
        group=group,
        status=status,
        reason="unsafe" if status is PersonStatus.NOT_INVITED else None,
        helped_by=draw(st.sampled_from(HelpedBy)),
        language_route=draw(st.sampled_from(LanguageRoute)),
        answers=draw(answers(group)) if has_answered else (),
        comments=draw(comments) if has_answered else (),
    )


@st.composite
def evidences(draw):
    count = draw(st.integers(0, 6))
    return Evidence(
        people=tuple(draw(persons(f"p{n}")) for n in range(count)),
        grades=draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(1, 4))),
    )


def renamed(evidence, name):
    people = tuple(
        dataclasses.replace(person, key=name(person.key)) for person in evidence.people
    )
    return dataclasses.replace(evidence, people=people)


def facts(synthesis):
    """Everything but who said it and in which order."""
    found = synthesis.as_json()
    for dimension in found["dimensions"]:
        for cell in dimension["cells"]:
            for answer in cell["answers"]:
                del answer["person"]
            for absent in cell["not_invited"]:
                del absent["person"]
            cell["answers"].sort(key=repr)
            cell["not_invited"].sort(key=repr)
    return found


def without_counts(synthesis):
    found = facts(synthesis)
    for dimension in found["dimensions"]:
        for cell in dimension["cells"]:
            del cell["invited"], cell["replied"], cell["not_invited"]
    return found


@given(evidences())
def test_renaming_people_changes_nothing_else(evidence):
    other = renamed(evidence, lambda key: f"{key}-other")

    assert facts(synthesise(other)) == facts(synthesise(evidence))


@given(evidences(), st.randoms(use_true_random=False))
def test_reordering_people_changes_nothing_but_the_listing(evidence, random):
    people = list(evidence.people)
    random.shuffle(people)
    other = dataclasses.replace(evidence, people=tuple(people))

    assert facts(synthesise(other)) == facts(synthesise(evidence))


@given(evidences(), st.sampled_from(Group))
def test_somebody_who_was_not_invited_changes_only_the_listing(evidence, group):
    absent = Person(
        key="absent", group=group, status=PersonStatus.NOT_INVITED, reason="unsafe"
    )
    other = dataclasses.replace(evidence, people=(*evidence.people, absent))

    before, after = synthesise(evidence), synthesise(other)

    assert without_counts(after) == without_counts(before)
    for old, new in zip(before.findings, after.findings, strict=True):
        for was, now in zip(old.cells, new.cells, strict=True):
            assert (now.invited, now.replied) == (was.invited, was.replied)
            joins = now.group is group
            assert len(now.not_invited) == len(was.not_invited) + joins


@given(evidences())
def test_a_stance_never_holds_a_band_that_nobody_touched(evidence):
    for finding in synthesise(evidence).findings:
        for cell in finding.cells:
            bands = [each.interval for each in cell.answers if each.interval]
            assert (cell.interval is None) == (not bands)
            if cell.interval is not None:
                assert cell.interval.lo in {band.lo for band in bands}
                assert cell.interval.hi in {band.hi for band in bands}


@given(evidences())
def test_one_dissonant_group_is_never_outvoted(evidence):
    for finding in synthesise(evidence).findings:
        is_dissonant = any(
            cell.status is CellStatus.DISSONANCE for cell in finding.cells
        )
        assert is_dissonant == (finding.status is DimensionStatus.DISSONANT)


@given(st.integers(1, 4), st.integers(1, 9))
def test_more_voices_of_others_never_take_a_dissonance_away(grade, others):
    far = "not_at_all" if grade >= 3 else "completely"
    near = "completely" if grade >= 3 else "not_at_all"

    def says(key, group, value):
        answer = Answer(
            question="Q", dimension=Dimension.D3, scale=Scale.W4, value=value
        )
        return Person(
            key=key, group=group, status=PersonStatus.ANSWERED, answers=(answer,)
        )

    child = says("child", Group.CHILD, far)
    professionals = [
        says(f"{group}-{n}", group, near)
        for group in (Group.PARTNER, Group.PRACTITIONER, Group.MANAGER)
        for n in range(others)
    ]
    found = synthesise(
        Evidence(people=(child, *professionals), grades={Dimension.D3: grade})
    ).finding(Dimension.D3)

    assert found.status is DimensionStatus.DISSONANT
    assert found.reasons[0].code == "child_dissonant"


@given(evidences())
def test_convergence_needs_a_grade_two_voices_and_lived_experience(evidence):
    for finding in synthesise(evidence).findings:
        if finding.status is DimensionStatus.CONVERGENT:
            heard = {cell.group for cell in finding.cells if cell.speaks}
            assert finding.grade is not None
            assert len(heard) >= 2
            may_be_heard = {Group.CHILD, Group.FAMILY} & SPEAKERS[finding.dimension]
            assert not may_be_heard or heard & may_be_heard
            assert finding.reasons == ()


@given(evidences())
def test_the_grade_is_never_touched_and_every_number_is_whole(evidence):
    found = synthesise(evidence)

    def numbers(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return [number for each in value for number in numbers(each)]
        return [value] if isinstance(value, int | float) else []

    assert {type(number) for number in numbers(found.as_json())} <= {int, bool}
    for finding in found.findings:
        assert finding.grade == evidence.grades.get(finding.dimension)
