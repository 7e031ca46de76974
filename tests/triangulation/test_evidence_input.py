"""What is refused, where the fault is said to be, and what is taken."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangulation import (
    AgeBand,
    Answer,
    Comment,
    CommentStance,
    Dimension,
    Evidence,
    EvidenceError,
    Group,
    HelpedBy,
    LanguageRoute,
    Person,
    PersonStatus,
    Scale,
    TriangulationError,
    allowed_values,
    may_speak,
    read_evidence,
)

FULL = {
    "grades": {"D3": 4},
    "not_graded": {"D5": "new case"},
    "people": [
        {
            "key": "p1",
            "group": "child",
            "age_band": "9-12",
            "status": "answered",
            "helped_by": "nobody",
            "language_route": "translated",
            "reason": None,
            "answers": [
                {
                    "question": "Y1",
                    "dimension": "D3",
                    "scale": "W4C",
                    "value": "sometimes",
                    "reverse": True,
                }
            ],
            "comments": [{"dimension": "D3", "stance": "concern"}],
        }
    ],
}
SILENT = {"key": "p2", "group": "family", "status": "no_reply"}
ABSENT = {"key": "p3", "group": "family", "status": "not_invited", "reason": "unsafe"}
ANSWER = FULL["people"][0]["answers"][0]


def with_answer(**changes):
    person = {**FULL["people"][0], "answers": [{**ANSWER, **changes}]}
    return {"people": [person]}


def with_person(base=SILENT, **changes):
    return {"people": [{**base, **changes}]}


def without(mapping, key):
    return {name: value for name, value in mapping.items() if name != key}


def test_every_key_is_read():
    found = read_evidence(copy.deepcopy(FULL))

    assert found == Evidence(
        grades={Dimension.D3: 4},
        not_graded={Dimension.D5: "new case"},
        people=(
            Person(
                key="p1",
                group=Group.CHILD,
                status=PersonStatus.ANSWERED,
                age_band=AgeBand.FROM_9,
                helped_by=HelpedBy.NOBODY,
                language_route=LanguageRoute.TRANSLATED,
                answers=(
                    Answer(
                        question="Y1",
                        dimension=Dimension.D3,
                        scale=Scale.W4C,
                        value="sometimes",
                        reverse=True,
                    ),
                ),
                comments=(
                    Comment(dimension=Dimension.D3, stance=CommentStance.CONCERN),
                ),
            ),
        ),
    )


def test_what_may_be_left_out_has_its_default():
    found = read_evidence({"people": [SILENT, ABSENT]})

    silent, absent = found.people
    assert (found.grades, found.not_graded) == ({}, {})
    assert (silent.age_band, silent.reason) == (None, None)
    assert silent.helped_by is HelpedBy.UNKNOWN
    assert silent.language_route is LanguageRoute.NONE
    assert (silent.answers, silent.comments) == ((), ())
    assert absent.reason == "unsafe"


def test_no_people_at_all_is_evidence_too():
    assert read_evidence({"people": []}).people == ()


def test_a_child_may_answer_about_the_network():
    raw = with_answer(dimension="D7")

    assert read_evidence(raw).people[0].answers[0].dimension is Dimension.D7
    assert may_speak(Group.CHILD, Dimension.D7)


@pytest.mark.parametrize("value", [*range(1, 6), "dont_know", "skipped"])
def test_the_five_points_and_the_other_choices_are_taken(value):
    raw = with_answer(scale="S5", value=value)

    assert read_evidence(raw).people[0].answers[0].value == value


REFUSED = [
    ([], "", "must be an object, not a list"),
    (None, "", "must be an object, not null"),
    ({}, "people", "is required"),
    ({"people": [], "colour": 1}, "colour", "is not a known key"),
    ({"people": {}}, "people", "must be a list, not an object"),
    ({"people": "p1"}, "people", "must be a list, not 'p1'"),
    ({"people": [SILENT, 7]}, "people[1]", "must be an object, not 7"),
    ({"people": [], "grades": []}, "grades", "must be an object, not a list"),
    ({"people": [], "grades": {"D10": 3}}, "grades.D10", "is not a known key"),
    ({"people": [], "grades": {"D1": 0}}, "grades.D1", "0 is not allowed; a grade"),
    ({"people": [], "grades": {"D1": 5}}, "grades.D1", "takes 1, 2, 3, 4"),
    ({"people": [], "grades": {"D1": True}}, "grades.D1", "true is not allowed"),
    ({"people": [], "grades": {"D1": 3.0}}, "grades.D1", "3.0 is not allowed"),
    ({"people": [], "grades": {"D1": "3"}}, "grades.D1", "'3' is not allowed"),
    ({"people": [], "grades": {"D1": None}}, "grades.D1", "null is not allowed"),
    ({"people": [], "not_graded": None}, "not_graded", "must be an object, not null"),
    ({"people": [], "not_graded": {"D1": 1}}, "not_graded.D1", "must be a text"),
    ({"people": [], "not_graded": {"D1": " "}}, "not_graded.D1", "must say why"),
    (
        {"people": [], "grades": {"D1": 1}, "not_graded": {"D1": "new"}},
        "not_graded.D1",
        "D1 has a grade as well",
    ),
    ({"people": [without(SILENT, "key")]}, "people[0].key", "is required"),
    ({"people": [without(SILENT, "group")]}, "people[0].group", "is required"),
    ({"people": [without(SILENT, "status")]}, "people[0].status", "is required"),
    ({"people": [SILENT, SILENT]}, "people[1].key", "'p2' is the key of two people"),
    (with_person(key=7), "people[0].key", "must be a text, not 7"),
    (with_person(name="x"), "people[0].name", "is not a known key; known are key"),
    (with_person(group="teacher"), "people[0].group", "'teacher' is not allowed"),
    (with_person(group=None), "people[0].group", "null is not allowed; group takes"),
    (with_person(status=[]), "people[0].status", "a list is not allowed"),
    (with_person(age_band="4"), "people[0].age_band", "takes 5-8, 9-12, 13-17, 18-25"),
    (with_person(helped_by=None), "people[0].helped_by", "null is not allowed"),
    (with_person(language_route="bsl"), "people[0].language_route", "takes none"),
    (with_person(reason=3), "people[0].reason", "must be a text, not 3"),
    (with_person(answers=None), "people[0].answers", "must be a list, not null"),
    (with_person(comments="x"), "people[0].comments", "must be a list, not 'x'"),
    (with_person(answers=[ANSWER]), "people[0].answers", "status is no_reply"),
    (
        with_person(comments=FULL["people"][0]["comments"]),
        "people[0].comments",
        "only an answered person has comments",
    ),
    (with_person(ABSENT, reason=None), "people[0].reason", "is required"),
    (with_person(ABSENT, reason=" "), "people[0].reason", "is required"),
    (
        with_person(FULL["people"][0], answers=[without(ANSWER, "value")]),
        "people[0].answers[0].value",
        "is required",
    ),
    (with_answer(note=1), "people[0].answers[0].note", "is not a known key"),
    (with_answer(question=1), "people[0].answers[0].question", "must be a text"),
    (with_answer(dimension="D0"), "people[0].answers[0].dimension", "'D0' is not"),
    (with_answer(scale="W5"), "people[0].answers[0].scale", "takes F3, W4C, W4, S5"),
    (with_answer(reverse=0), "people[0].answers[0].reverse", "true or false, not 0"),
    (with_answer(value=None), "people[0].answers[0].value", "null is not allowed"),
    (with_answer(value=[1]), "people[0].answers[0].value", "a list is not allowed"),
    (with_answer(value="Always"), "people[0].answers[0].value", "'Always' is not"),
    (with_answer(scale="S5", value=0), "people[0].answers[0].value", "0 is not"),
    (with_answer(scale="S5", value=6), "people[0].answers[0].value", "6 is not"),
    (with_answer(scale="S5", value="3"), "people[0].answers[0].value", "'3' is not"),
    (with_answer(scale="S5", value=3.0), "people[0].answers[0].value", "3.0 is not"),
    (with_answer(scale="S5", value=True), "people[0].answers[0].value", "true is"),
    (with_answer(scale="W4", value=4), "people[0].answers[0].value", "4 is not"),
    (
        with_answer(dimension="D6"),
        "people[0].answers[0].dimension",
        "a child may not speak to D6",
    ),
    (
        with_person(FULL["people"][0], answers=[ANSWER, ANSWER]),
        "people[0].answers[1].question",
        "'Y1' is answered twice",
    ),
    (
        with_person(FULL["people"][0], comments=[{"dimension": "D3"}]),
        "people[0].comments[0].stance",
        "is required",
    ),
    (
        with_person(
            FULL["people"][0], comments=[{"dimension": "D3", "stance": "neutral"}]
        ),
        "people[0].comments[0].stance",
        "'neutral' is not allowed; stance takes strength, concern",
    ),
]


@pytest.mark.parametrize(("raw", "path", "problem"), REFUSED)
def test_a_fault_is_told_with_its_path(raw, path, problem):
    with pytest.raises(EvidenceError) as caught:
        read_evidence(raw)

    assert caught.value.path == path
    assert problem in caught.value.problem
    assert str(caught.value) == (f"{path}: " if path else "") + caught.value.problem
    assert isinstance(caught.value, TriangulationError)


def test_a_refused_value_is_answered_with_all_that_the_scale_takes():
    with pytest.raises(EvidenceError) as caught:
        read_evidence(with_answer(scale="W4", value="x"))

    assert str(caught.value) == (
        "people[0].answers[0].value: 'x' is not allowed; W4 takes completely, mostly,"
        " a_little, not_at_all, dont_know, rather_not_say, does_not_apply, skipped"
    )


def test_the_first_fault_is_told_and_no_other():
    raw = {
        "people": [with_answer(value="x")["people"][0], {**SILENT, "group": "teacher"}]
    }

    with pytest.raises(EvidenceError) as caught:
        read_evidence(raw)

    assert caught.value.path == "people[0].answers[0].value"
    assert "teacher" not in str(caught.value)


HOSTILE = [
    "two\nlines",
    "a\r\x1b[2Jb",
    "\x00",
    "\u2028\u2029\x85",
    "\u202eright to left",
    "\ud800",
    "x" * 1_000_000,
    "'quoted'",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_still_makes_one_short_printable_line(value):
    for raw in (
        with_answer(value=value),
        with_person(**{value: 1}),
        {"people": [], "grades": {value: 1}},
        {"people": [{**SILENT, "key": value}] * 2},
    ):
        with pytest.raises(EvidenceError) as caught:
            read_evidence(raw)

        line = str(caught.value)
        assert line.isprintable()
        assert len(line) < 500


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e300, float("inf")])
def test_a_number_beyond_reason_is_refused_without_being_written_out(value):
    with pytest.raises(EvidenceError) as caught:
        read_evidence(with_answer(scale="S5", value=value))

    assert "a number " in caught.value.problem


def test_a_key_without_a_character_is_still_named():
    with pytest.raises(EvidenceError) as caught:
        read_evidence(with_person(**{"": 1}))

    assert caught.value.path == "people[0].''"


class Odd:
    """Not a thing that JSON can hold."""

    def __str__(self):
        return "odd"


def test_a_value_that_json_cannot_hold_is_refused_by_name():
    with pytest.raises(EvidenceError, match="must be an object, not odd"):
        read_evidence(Odd())


def test_values_made_in_code_follow_the_same_rules():
    with pytest.raises(EvidenceError) as caught:
        Evidence(people=(), grades={Dimension.D1: True})
    assert caught.value.path == "grades.D1"

    with pytest.raises(EvidenceError) as caught:
        Answer(question="Q", dimension=Dimension.D1, scale=Scale.S5, value=True)
    assert caught.value.path == "value"


def test_evidence_does_not_change_through_the_callers_dictionary():
    grades = {Dimension.D1: 3}
    found = Evidence(people=(), grades=grades)

    grades[Dimension.D1] = 1

    assert found.grades == {Dimension.D1: 3}


def test_every_scale_takes_the_choices_without_a_stance():
    for scale in Scale:
        assert allowed_values(scale)[-4:] == (
            "dont_know",
            "rather_not_say",
            "does_not_apply",
            "skipped",
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data(), value=JSON)
def test_any_value_in_any_place_is_taken_or_refused_in_one_line(data, value):
    raw = copy.deepcopy(FULL)
    person = raw["people"][0]
    place = data.draw(
        st.sampled_from(
            [raw, raw["grades"], person, person["answers"][0], person["comments"][0]]
        )
    )
    place[data.draw(st.sampled_from([*place, "stray"]))] = value

    line = ""
    try:
        read_evidence(raw)
    except EvidenceError as fault:
        line = str(fault)

    assert line.isprintable()
