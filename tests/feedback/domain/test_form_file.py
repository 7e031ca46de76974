"""A document becomes a form only when it is whole, in every language it names."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import questionnaires
from feedback.domain.form_file import (
    QuestionnaireError,
    as_document,
    parse_questionnaire,
)
from feedback.domain.form_text import PARAGRAPHS, label_sets

CHILD = questionnaires.document("child_9_12")
ADULT = questionnaires.document("practitioner")
FAMILY = questionnaires.document("family")


def faults_of(document) -> tuple[str, ...]:
    with pytest.raises(QuestionnaireError) as refused:
        parse_questionnaire(document)
    return refused.value.faults


def changed(document, change):
    copy = deepcopy(document)
    change(copy)
    return copy


def question(document, code):
    return next(one for one in document["questions"] if one["code"] == code)


def test_everything_that_is_missing_from_an_empty_document_is_told_at_once() -> None:
    faults = faults_of({})

    assert {f"{key}: is missing" for key in CHILD} <= set(faults)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda doc: doc.update(form="Child!"), "form: must be lower-case letters"),
        (lambda doc: doc.update(version=0), "version: must be a whole number of 1"),
        (lambda doc: doc.update(version=True), "version: must be a whole number"),
        (lambda doc: doc.update(group="cousin"), "group: must be one of child, fam"),
        (lambda doc: doc.update(scale="S7"), "scale: must be one of F3, W4C, W4"),
        (lambda doc: doc.update(age_bands=["3-4"]), "age_bands[0]: must be one of"),
        (
            lambda doc: doc.update(age_bands=["9-12", "9-12"]),
            "age_bands: must not say anything twice",
        ),
        (lambda doc: doc.update(score=3), "score: is not known here"),
        (lambda doc: doc["reading"].pop("age"), "reading.age: is missing"),
        (lambda doc: doc.update(questions={}), "questions: must be a list"),
        (
            lambda doc: doc["questions"][0].update(kind="matrix"),
            "questions[0].kind: must be one of",
        ),
        (
            lambda doc: doc["questions"][0].pop("dimension"),
            "questions[0]: dimension is missing",
        ),
        (
            lambda doc: doc["questions"][0].update(dimension="D6"),
            "questions[0].dimension: must be one of D1, D2, D3, D4, D5, D7",
        ),
        (
            lambda doc: question(doc, "home_safe").update(dimension="D9"),
            "questions[9].dimension: stands on a scale question only",
        ),
        (
            lambda doc: question(doc, "helped_most").update(reverse=True),
            "questions[10].reverse: stands on a scale question only",
        ),
        (
            lambda doc: doc["questions"][0].update(offer_on=["completely"]),
            "questions[0].offer_on[0]: must be one of always, mostly",
        ),
        (
            lambda doc: doc["questions"][0].update(section="ratings"),
            "questions[0].section: stands on a one-page form only",
        ),
        (
            lambda doc: doc["questions"][0].update(options=["always"]),
            "questions[0].options: only helped_by may choose its options",
        ),
        (
            lambda doc: question(doc, "helped_by").update(options=["dog"]),
            "questions[13].options[0]: must be one of nobody",
        ),
        (
            lambda doc: doc["questions"][0].update(code="listens_safe"),
            "questions[0].code: ends in _safe on a safety question",
        ),
        (
            lambda doc: question(doc, "home_safe").update(code="home"),
            "questions[9].code: ends in _safe on a safety question",
        ),
        (
            lambda doc: question(doc, "contact").update(code="call_me"),
            "questions[12].code: must be contact for this kind",
        ),
        (
            lambda doc: doc["questions"][0].update(code="safe_now"),
            "questions[0].code: is the name of another kind of question",
        ),
        (
            lambda doc: doc["questions"][0].update(code="skip"),
            "questions[0].code: is the name of another control",
        ),
        (
            lambda doc: doc["questions"][0].update(code="changes_things"),
            "questions: changes_things is asked 2 times",
        ),
        (
            lambda doc: doc["questions"].remove(question(doc, "home_safe")),
            "questions: a child form must ask a safety question",
        ),
        (
            lambda doc: doc.update(questions=doc["questions"][9:]),
            "questions: must hold at least one scale question",
        ),
        (
            lambda doc: doc["questions"][0].update(block="Not A Code"),
            "questions[0].block: must be lower-case letters",
        ),
        (lambda doc: doc.update(texts={}), "texts: must hold at least one language"),
        (lambda doc: doc["texts"]["en"].pop("title"), "texts.en.title: is missing"),
        (
            lambda doc: doc["texts"]["en"].update(not_safe_now=["Stop"]),
            "texts.en.not_safe_now: is not known here",
        ),
        (
            lambda doc: doc["texts"]["en"]["intro"].append("  "),
            "texts.en.intro[4]: must be a text that is not empty",
        ),
        (
            lambda doc: doc["texts"]["en"]["questions"].pop("listens"),
            "texts.en.questions.listens: is missing",
        ),
        (
            lambda doc: doc["texts"]["en"]["questions"].update(old={"ask": "Old?"}),
            "texts.en.questions.old: is not known here",
        ),
        (
            lambda doc: doc["texts"]["en"]["questions"]["listens"].update(offer="Talk"),
            "texts.en.questions.listens.offer: is not known here",
        ),
        (
            lambda doc: doc["texts"]["en"]["options"]["scale"].pop("never"),
            "texts.en.options.scale.never: is missing",
        ),
        (
            lambda doc: doc["texts"]["en"]["options"]["scale"].update(
                does_not_apply="No"
            ),
            "texts.en.options.scale.does_not_apply: is not known here",
        ),
        (
            lambda doc: doc["texts"].update(English=doc["texts"]["en"]),
            "texts.English: is not a language tag such as en or ckb",
        ),
    ],
)
def test_a_form_that_does_not_fit_is_refused_with_the_place(change, fault) -> None:
    faults = faults_of(changed(CHILD, change))

    assert any(told.startswith(fault) for told in faults), faults


def test_a_second_language_must_have_every_word_that_the_first_has() -> None:
    document = deepcopy(CHILD)
    document["texts"]["cy"] = deepcopy(document["texts"]["en"])
    del document["texts"]["cy"]["questions"]["home_safe"]
    document["texts"]["cy"]["options"]["contact"]["yes"] = ""

    faults = faults_of(document)

    assert set(faults) == {
        "texts.cy.options.contact.yes: must be a text that is not empty",
        "texts.cy.questions.home_safe: is missing",
    }


def test_a_second_language_that_is_whole_is_offered() -> None:
    document = deepcopy(CHILD)
    document["texts"]["cy"] = deepcopy(document["texts"]["en"])
    document["texts"]["cy"]["questions"]["listens"]["ask"] = "Mae rhywun yn gwrando."

    form = parse_questionnaire(document)

    assert form.languages == ("en", "cy")
    asked = form.question("listens")
    assert asked is not None
    assert asked.wording("cy") == "Mae rhywun yn gwrando."


def test_a_family_is_asked_whether_it_is_safe_before_anything_else() -> None:
    faults = faults_of(changed(FAMILY, lambda doc: doc["questions"].reverse()))

    assert "questions: safe_now must come first" in faults


def test_a_form_that_asks_whether_it_is_safe_must_say_what_happens_if_not() -> None:
    faults = faults_of(
        changed(FAMILY, lambda doc: doc["texts"]["en"].pop("not_safe_now"))
    )

    assert faults == ("texts.en.not_safe_now: is missing",)


def test_a_section_that_is_opened_must_be_worded() -> None:
    faults = faults_of(
        changed(ADULT, lambda doc: doc["texts"]["en"]["sections"].pop("reflection"))
    )

    assert faults == ("texts.en.sections.reflection: is missing",)


def test_an_offer_to_talk_may_not_be_left_out_of_a_language() -> None:
    young = questionnaires.document("young_person")
    faults = faults_of(
        changed(
            young,
            lambda doc: doc["texts"]["en"]["questions"]["treated_unfairly"].pop(
                "offer"
            ),
        )
    )

    assert faults == ("texts.en.questions.treated_unfairly.offer: is missing",)


def test_yaml_that_turned_yes_into_true_is_told_and_not_guessed() -> None:
    document = deepcopy(CHILD)
    document["texts"]["en"]["options"]["contact"] = {True: "Yes", "not_now": "Not now"}

    faults = faults_of(document)

    assert faults == (
        "texts.en.options.contact.True: is not known here",
        "texts.en.options.contact.yes: is missing",
    )


def test_the_error_reads_as_all_its_faults() -> None:
    error = QuestionnaireError(["a: is missing", "b: is missing"])

    assert str(error) == "a: is missing; b: is missing"


def test_parts_chosen_for_one_person_are_not_published() -> None:
    form = parse_questionnaire(questionnaires.document("young_person"))

    assert as_document(form.with_blocks({"uasc"})) == as_document(form)


said = st.text(min_size=1, max_size=40).filter(str.strip)
several = st.lists(said, min_size=1, max_size=3)
code = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(
    lambda name: (
        not name.endswith("_safe")
        and name
        not in {
            "contact",
            "helped_by",
            "safe_now",
            "skip",
            "csrf_token",
            "code_word",
            "language",
            "token",
        }
    )
)


@st.composite
def documents(draw):
    """Write a document that is whole, with any words in it."""
    one_page = draw(st.booleans())
    scale = draw(st.sampled_from(["F3", "W4C", "W4"]))
    top = {"F3": "yes", "W4C": "always", "W4": "completely"}[scale]
    asked = []
    for name in draw(st.lists(code, min_size=1, max_size=4, unique=True)):
        one = {"code": name, "kind": "scale"}
        one["dimension"] = draw(st.sampled_from(["D1", "D6", "D9"]))
        one |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "reverse": st.booleans(),
                    "about_self": st.booleans(),
                    "offer_on": st.just([top]),
                    "picture": st.just("home"),
                    "block": st.just("extra"),
                    **({"section": code} if one_page else {}),
                },
            )
        )
        asked.append(one)
    asked += [
        {"code": "at_home_safe", "kind": "safety"},
        {"code": "anything_at_all", "kind": "words"},
        {"code": "contact", "kind": "contact"},
        {"code": "helped_by", "kind": "helped_by", "options": ["worker", "nobody"]},
    ]
    points = {
        "F3": ["yes", "a_bit", "no"],
        "W4C": ["always", "mostly", "sometimes", "never"],
        "W4": ["completely", "mostly", "a_little", "not_at_all", "does_not_apply"],
    }[scale]
    sets = {
        "scale": [*points, "dont_know", "rather_not_say"],
        "contact": ["yes", "not_now"],
        "helped_by": ["worker", "nobody"],
    }
    sections = {one["section"] for one in asked if "section" in one}
    texts = {}
    for language in draw(st.sampled_from([["en"], ["en", "ar"], ["ckb", "zh-Hant"]])):
        texts[language] = {
            "title": draw(said),
            **{name: draw(several) for name in PARAGRAPHS},
            "options": {
                name: {option: draw(said) for option in options}
                for name, options in sets.items()
            },
            "questions": {
                one["code"]: {
                    "ask": draw(said),
                    **({"offer": draw(said)} if one.get("offer_on") else {}),
                    **draw(st.fixed_dictionaries({}, optional={"hint": said})),
                }
                for one in asked
            },
        }
        if sections:
            texts[language]["sections"] = {
                name: {"heading": draw(said), "body": draw(several)}
                for name in sections
            }
    return {
        "form": "made_up",
        "version": draw(st.integers(min_value=1, max_value=99)),
        "group": "practitioner",
        "age_bands": [],
        "scale": scale,
        "layout": "one_page" if one_page else "one_question",
        "reading": {"age": 9, "longest_question": 20},
        "help_lines": ["emergency"],
        "questions": asked,
        "texts": texts,
    }


@given(documents())
def test_any_whole_form_survives_storage_as_json(document) -> None:
    form = parse_questionnaire(document)

    stored = json.loads(json.dumps(as_document(form)))

    assert parse_questionnaire(stored) == form


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(sorted(CHILD)), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(CHILD)), json_values)
def test_nonsense_in_any_place_is_a_refusal_and_never_a_crash(key, nonsense) -> None:
    document = {**CHILD, key: nonsense}

    try:
        form = parse_questionnaire(document)
    except QuestionnaireError:
        return

    assert parse_questionnaire(as_document(form)) == form


def test_options_that_questions_share_are_worded_once() -> None:
    form = parse_questionnaire(questionnaires.document("young_person"))

    sets = label_sets(form.questions)

    assert list(sets) == ["scale", "contact", "helped_by"]
    assert sets["scale"][-1] == "does_not_apply"
