"""A document's faults are all told, each with its place."""

import pytest

from feedback.domain.document import Node


def node(value: object) -> Node:
    return Node(value=value, path="here", faults=[])


def absent() -> Node:
    return node({}).fields(required=(), optional=("x",))["x"]


def test_an_unknown_key_and_a_missing_one_are_both_told() -> None:
    root = Node(value={"b": 1}, path="", faults=[])

    root.fields(required=("a",), optional=("c",))

    assert root.faults == ["b: is not known here", "a: is missing"]


def test_a_fault_of_the_whole_document_needs_no_path() -> None:
    root = Node(value=3, path="", faults=[])

    root.fields(required=("a",))

    assert root.faults == ["must be a mapping"]


@pytest.mark.parametrize(
    ("read", "value", "stand_in", "sentence"),
    [
        (Node.text, "  ", "", "must be a text that is not empty"),
        (Node.text, 4, "", "must be a text that is not empty"),
        (Node.paragraphs, [], (), "must hold at least one text"),
        (Node.paragraphs, "one", (), "must be a list"),
        (Node.flag, "yes", False, "must be true or false"),
        (Node.entries, [1], {}, "must be a mapping"),
        (lambda it: it.one_of(("a", "b")), "c", "a", "must be one of a, b"),
        (lambda it: it.one_of(("a", "b")), [], "a", "must be one of a, b"),
        (
            lambda it: it.some_of(("a", "b")),
            ["a", "a"],
            ("a", "a"),
            "must not say anything twice",
        ),
        (lambda it: it.some_of(("a",)), {"a": 1}, (), "must be a list"),
        (
            lambda it: it.whole_number(least=2),
            1,
            2,
            "must be a whole number of 2 or more",
        ),
        (
            lambda it: it.whole_number(least=0),
            True,
            0,
            "must be a whole number of 0 or more",
        ),
        (
            lambda it: it.whole_number(least=0),
            1.0,
            0,
            "must be a whole number of 0 or more",
        ),
    ],
)
def test_what_does_not_fit_is_told_and_reading_goes_on(
    read, value, stand_in, sentence
) -> None:
    place = node(value)

    assert read(place) == stand_in
    assert place.faults == [f"here: {sentence}"]


@pytest.mark.parametrize(
    "read",
    [
        Node.text,
        Node.paragraphs,
        Node.flag,
        Node.entries,
        lambda it: it.one_of(("a",)),
        lambda it: it.some_of(("a",)),
        lambda it: it.whole_number(least=1),
        lambda it: it.fields(required=("a",)),
    ],
)
def test_an_absent_value_is_a_fault_of_its_parent_only(read) -> None:
    place = absent()

    read(place)

    assert place.faults == []
    assert not place.is_given


def test_the_path_leads_through_lists_and_mappings() -> None:
    root = Node(value={"a": [{"b": ""}]}, path="", faults=[])

    for item in root.fields(required=("a",))["a"].items():
        item.entries()["b"].text()

    assert root.faults == ["a[0].b: must be a text that is not empty"]
