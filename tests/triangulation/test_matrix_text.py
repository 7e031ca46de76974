"""What a reviewer reads in a terminal."""

from evidence_builders import answer, comment, evidence, people_saying, person

from triangulation import (
    Dimension,
    Evidence,
    Group,
    NonAnswer,
    PersonStatus,
    Scale,
    as_text,
    read_evidence,
    synthesise,
)

CHILD, FAMILY, PARTNER, PRACTITIONER, MANAGER = Group


def text(*people, grade=3):
    return as_text(synthesise(evidence(*people, grade=grade)))


def section(whole, start):
    """The lines from one that starts so to the next empty one."""
    lines = whole.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(start))
    last = lines.index("", first)
    return lines[first:last]


def test_a_child_outnumbered_reads_as_the_meeting_needs_it():
    found = text(
        *people_saying(CHILD, "sometimes", scale=Scale.W4C),
        *people_saying(PARTNER, "completely"),
        *people_saying(PRACTITIONER, "completely"),
        *people_saying(MANAGER, "completely"),
        grade=4,
    )

    detail = section(found, "D3 Direct work")
    assert detail[1] == (
        "  Grade: 4 Outstanding. Together: ◇ Dissonant, 1 of 4 sources;"
        " sources differ from each other"
    )
    assert detail[2] == "    - Child dissonant"
    assert (
        "  ● Child (1 of 1 replied): dissonance; stance mixed;"
        " reviewer more favourable, +2" in detail
    )
    assert (
        "  - D3 Direct work and child's voice: child dissonant,"
        " reviewer more favourable, +2" in found.splitlines()
    )


def test_a_small_childs_yes_reads_coarse():
    found = text(*people_saying(CHILD, "yes", scale=Scale.F3), grade=4)

    detail = section(found, "D3 Direct work")
    assert any("agreement; stance positive to very positive" in line for line in detail)
    assert "      - coarse: cannot tell Good from Outstanding" in detail
    assert "      - depends on how we read this answer" in detail


def test_a_yes_below_good_is_read_with_the_known_positive_bias():
    found = text(*people_saying(CHILD, "yes", scale=Scale.F3), grade=2)

    assert "      - known positive bias of younger children" in found
    assert "reviewer less favourable, -1" in found


def test_partners_who_do_not_all_disagree_read_as_mixed():
    found = text(*people_saying(PARTNER, "mostly", "mostly", "a_little"), grade=2)

    assert "      - mixed: not every answer lies on that side" in found


def test_the_matrix_shows_bands_gaps_and_why_others_are_silent():
    child = person(CHILD, answer(NonAnswer.RATHER_NOT_SAY.value))
    found = text(
        child,
        *people_saying(FAMILY, "a_little"),
        person(PARTNER, status=PersonStatus.DECLINED),
    )

    row = found.splitlines()
    top = next(n for n, line in enumerate(row) if line.startswith("D3 3"))
    assert row[top] == (
        "D3 3  ○ silence      ◇ dissonance   ○ silence      ○ silence      ○ silence"
    )
    assert row[top + 1] == (
        "      rather not say 2\N{EN DASH}2 gap +1     declined       "
        "not invited    not invited"
    )


def test_no_line_of_the_matrix_is_wider_than_80_columns():
    found = text(*people_saying(FAMILY, "a_little"), *people_saying(CHILD, "mostly"))

    matrix = found.split("\n\nD1 Assessment", 1)[0]
    assert max(len(line) for line in matrix.splitlines()) == 80


def test_a_stance_without_a_grade_is_shown_without_a_gap():
    found = text(*people_saying(FAMILY, "a_little"), grade=None)

    assert "  Grade: not graded. Together: □ Ungraded" in found
    assert "  ■ Family (1 of 1 replied): ungraded; stance mixed" in found
    assert "gap" not in found.split("Legend")[0].split("Triangulation")[1]


def test_a_level_gap_is_a_plain_nought():
    assert "3\N{EN DASH}3 gap 0" in text(*people_saying(FAMILY, "mostly"))


def test_silences_with_words_to_show_are_spelled_out():
    found = text(
        person(CHILD, status=PersonStatus.NOT_INVITED, reason="new placement", key="c"),
        person(FAMILY, key="f", comments=(comment(),)),
        person(PARTNER, answer("dont_know", question="P1"), key="p"),
    )

    assert "      c not invited: new placement" in found
    assert "  ■ Family (1 of 1 replied): silence, comment only" in found
    assert "      comments: strength 0, concern 1" in found
    assert "      p P1: dont know (no stance)" in found
    assert "  ○ silence, not invited: Practitioner, Manager" in found


def test_silences_of_child_and_family_are_listed_for_moderation_once_a_reason():
    found = text(
        person(CHILD, answer("mostly", dimension=Dimension.D1)),
        person(FAMILY, status=PersonStatus.NO_REPLY),
    )

    assert "  - Child silent on D2, D3, D4, D5, D8, D9: nothing scored" in found
    assert "  - Family silent on D1, D2, D3, D4, D5, D7, D8, D9: no reply" in found
    assert "Partner silent" not in found


def test_an_extreme_grade_with_one_source_is_listed_as_thin():
    found = text(*people_saying(CHILD, "completely"), grade=4)

    assert (
        "  - D3 Direct work and child's voice:"
        " an extreme grade that fewer than two sources test" in found
    )


def test_nothing_to_discuss_says_so():
    everywhere = [
        person(
            group,
            *(
                answer("mostly", dimension=dimension)
                for dimension in Dimension
                if dimension is not Dimension.D6
                and not (group is CHILD and dimension is Dimension.D7)
            ),
        )
        for group in (CHILD, FAMILY)
    ]
    grades = dict.fromkeys(Dimension, 3)

    found = as_text(synthesise(Evidence(people=tuple(everywhere), grades=grades)))

    assert "  Nothing by these rules." in found


def test_hostile_keys_and_reasons_cannot_break_a_line():
    raw = {
        "not_graded": {"D1": "new\ncase"},
        "people": [
            {
                "key": "a\x1b[2J\nb",
                "group": "child",
                "status": "not_invited",
                "reason": "x\u202e\ny",
            }
        ],
    }

    found = as_text(synthesise(read_evidence(raw)))

    assert "not graded (new\\ncase)" in found
    assert "a\\x1b[2J\\nb not invited: x\\u202e\\ny" in found
    assert all(line.isprintable() for line in found.splitlines())
