"""How the groups and the grade of a dimension are held together."""

import pytest
from evidence_builders import answer, evidence, finding, people_saying, person

from triangulation import (
    RULES_VERSION,
    CellNote,
    CellStatus,
    Dimension,
    DimensionStatus,
    Direction,
    Evidence,
    Group,
    ModerationPoint,
    PersonStatus,
    PointKind,
    Scale,
    Silence,
    synthesise,
)

CHILD, FAMILY, PARTNER, PRACTITIONER, MANAGER = Group


def codes(found):
    return [reason.code for reason in found.reasons]


def test_two_sources_with_lived_experience_that_agree_converge():
    found = finding(*people_saying(CHILD, "mostly"), *people_saying(PARTNER, "mostly"))

    assert found.status is DimensionStatus.CONVERGENT
    assert found.reasons == ()


def test_a_dimension_heard_from_one_source_only_is_never_convergent():
    found = finding(*people_saying(CHILD, "mostly"))

    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert codes(found) == ["one_source_only"]


def test_professionals_alone_never_make_a_dimension_convergent():
    found = finding(
        *people_saying(PARTNER, "mostly"),
        *people_saying(PRACTITIONER, "mostly"),
        *people_saying(MANAGER, "mostly"),
    )

    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert codes(found) == ["lived_experience_silent"]
    assert found.reasons[0].label == "Neither child nor family is heard"


def test_family_alone_stands_for_lived_experience_too():
    found = finding(*people_saying(FAMILY, "mostly"), *people_saying(PARTNER, "mostly"))

    assert found.status is DimensionStatus.CONVERGENT


def test_management_oversight_converges_on_its_two_sources():
    found = finding(
        *people_saying(PRACTITIONER, "mostly", dimension=Dimension.D6),
        *people_saying(MANAGER, "mostly", dimension=Dimension.D6),
        dimension=Dimension.D6,
    )

    assert found.status is DimensionStatus.CONVERGENT


def test_management_oversight_from_one_source_lacks_a_source_and_no_more():
    found = finding(
        *people_saying(MANAGER, "mostly", dimension=Dimension.D6),
        dimension=Dimension.D6,
    )

    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert codes(found) == ["one_source_only"]


def test_every_reason_is_given_in_order_also_where_a_source_is_dissonant():
    found = finding(
        *people_saying(PARTNER, "completely"),
        *people_saying(PRACTITIONER, "a_little"),
        *people_saying(MANAGER, "not_at_all"),
    )

    assert found.status is DimensionStatus.DISSONANT
    assert codes(found) == [
        "practitioner_dissonant",
        "manager_dissonant",
        "partner_partial",
        "lived_experience_silent",
    ]
    assert found.reasons[0].label == "Practitioner dissonant"


def test_nobody_speaking_is_silent_with_a_grade_and_without_one():
    assert finding(grade=4).status is DimensionStatus.SILENT
    assert finding(grade=None).status is DimensionStatus.SILENT
    assert finding(grade=4).reasons == ()


def test_a_voice_without_a_grade_is_ungraded_and_may_still_differ_from_another():
    found = finding(
        *people_saying(CHILD, "not_at_all"),
        *people_saying(PARTNER, "completely"),
        grade=None,
    )

    assert found.status is DimensionStatus.UNGRADED
    assert found.reasons == ()
    assert found.sources_differ
    assert (found.dissonant_sources, found.speaking_sources) == (0, 2)


def test_sources_differ_also_where_every_group_speaks():
    low, *high = Group

    found = finding(
        *people_saying(low, "a_little"),
        *(person for group in high for person in people_saying(group, "mostly")),
    )

    assert found.speaking_sources == 5
    assert found.sources_differ


def test_sources_do_not_differ_while_one_of_them_straddles():
    found = finding(
        *people_saying(CHILD, "mostly", "a_little"),
        *people_saying(PARTNER, "completely"),
    )

    assert not found.sources_differ


def test_a_child_outnumbered_by_professionals_is_not_outvoted():
    found = finding(
        *people_saying(CHILD, "sometimes", scale=Scale.W4C),
        *people_saying(PARTNER, "completely"),
        *people_saying(PRACTITIONER, "completely"),
        *people_saying(MANAGER, "completely"),
        grade=4,
    )

    assert found.status is DimensionStatus.DISSONANT
    assert (found.dissonant_sources, found.speaking_sources) == (1, 4)
    assert found.cell(CHILD).direction is Direction.MORE_FAVOURABLE
    assert found.cell(CHILD).gap == 2
    assert found.grade == 4


def test_a_small_childs_yes_cannot_tell_good_from_outstanding():
    child = people_saying(CHILD, "yes", scale=Scale.F3)

    found = finding(*child, grade=4).cell(CHILD)

    assert found.status is CellStatus.AGREEMENT
    assert found.coarse
    assert CellNote.COARSE.label == "coarse: cannot tell Good from Outstanding"
    assert CellNote.COARSE in found.notes


def test_silence_is_not_praise():
    child = person(
        CHILD, status=PersonStatus.NOT_INVITED, reason="new placement", key="c"
    )
    family = person(FAMILY, status=PersonStatus.NO_REPLY, key="f")
    professionals = [
        *people_saying(PARTNER, "mostly"),
        *people_saying(PRACTITIONER, "mostly"),
    ]

    found = finding(child, family, *professionals)

    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert codes(found) == ["lived_experience_silent"]
    assert found.cell(CHILD).silence is Silence.NOT_INVITED
    assert found.cell(CHILD).not_invited[0].reason == "new placement"
    assert found.cell(FAMILY).silence is Silence.NO_REPLY


def test_split_parents_keep_both_answers_and_no_average():
    parents = people_saying(FAMILY, "completely", "not_at_all")

    found = finding(*parents, *people_saying(PARTNER, "mostly"))

    family = found.cell(FAMILY)
    assert found.status is DimensionStatus.PARTIALLY_CONVERGENT
    assert family.split
    assert [each.interval.as_json() for each in family.answers] == [[4, 4], [1, 1]]


def test_practice_and_outcomes_stand_apart():
    both = person(
        CHILD,
        answer("mostly", dimension=Dimension.D3),
        answer("a_little", dimension=Dimension.D9),
    )

    found = synthesise(
        Evidence(people=(both,), grades={Dimension.D3: 3, Dimension.D9: 2})
    )

    assert found.finding(Dimension.D3).cell(CHILD).status is CellStatus.AGREEMENT
    assert found.finding(Dimension.D9).cell(CHILD).status is CellStatus.AGREEMENT
    assert found.finding(Dimension.D3).grade == 3
    assert found.finding(Dimension.D9).grade == 2
    assert found.as_json().keys() == {"rules", "dimensions"}


def test_all_dimensions_and_groups_appear_in_order():
    found = synthesise(evidence())

    assert found.rules == RULES_VERSION == "1"
    assert [each.dimension for each in found.findings] == list(Dimension)
    for each in found.findings:
        assert [cell.group for cell in each.cells] == list(Group)


def test_dissonances_silences_and_thin_evidence_go_to_moderation_in_that_order():
    found = synthesise(
        evidence(
            *people_saying(CHILD, "a_little"),
            person(FAMILY, status=PersonStatus.DECLINED),
            grade=4,
        )
    )

    points = found.to_moderation

    assert points[0] == ModerationPoint(
        kind=PointKind.DISSONANCE, dimension=Dimension.D3, group=CHILD, gap=2
    )
    assert points[-1] == ModerationPoint(
        kind=PointKind.THIN_EVIDENCE, dimension=Dimension.D3
    )
    silences = points[1:-1]
    assert {each.kind for each in silences} == {PointKind.SILENCE}
    assert {each.group for each in silences} == {CHILD, FAMILY}
    assert silences[0] == ModerationPoint(
        kind=PointKind.SILENCE,
        dimension=Dimension.D1,
        group=CHILD,
        silence=Silence.NOTHING_SCORED,
    )


def test_an_extreme_grade_that_two_sources_speak_to_is_not_thin():
    found = synthesise(
        evidence(
            *people_saying(CHILD, "not_at_all"),
            *people_saying(FAMILY, "not_at_all"),
            grade=1,
        )
    )

    kinds = {point.kind for point in found.to_moderation}
    assert kinds == {PointKind.SILENCE}


@pytest.mark.parametrize(("grade", "value"), [(1, "not_at_all"), (4, "completely")])
def test_either_extreme_grade_with_one_source_is_thin(grade, value):
    found = synthesise(evidence(*people_saying(CHILD, value), grade=grade))

    assert found.to_moderation[-1].kind is PointKind.THIN_EVIDENCE


def test_a_grade_in_the_middle_is_not_called_thin():
    found = synthesise(evidence(*people_saying(CHILD, "mostly"), grade=3))

    kinds = {point.kind for point in found.to_moderation}
    assert kinds == {PointKind.SILENCE}
