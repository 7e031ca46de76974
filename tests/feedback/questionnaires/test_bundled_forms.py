"""Are the forms that come with the program whole, and do they keep their promises?"""

import pytest

from feedback import questionnaires
from feedback.domain.alarm_words import WordList
from feedback.domain.form_file import as_document, parse_questionnaire
from feedback.domain.help_line import parse_help_lines
from feedback.domain.question import QuestionKind
from feedback.domain.questionnaire import Layout, Questionnaire, default_form

FORMS = {
    name: parse_questionnaire(questionnaires.document(name))
    for name in questionnaires.FORMS
}
EACH = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
CHILDRENS = ("child_5_8", "child_9_12", "young_person", "easy_read")
PROFESSIONALS = ("partner", "practitioner", "manager")


def dimensions(form: Questionnaire) -> list[str | None]:
    return [question.dimension for question in form.asked if question.dimension]


def test_every_bundled_document_carries_its_own_name() -> None:
    assert [found["form"] for found in questionnaires.documents()] == list(
        questionnaires.FORMS
    )


@EACH
def test_a_form_stored_and_read_again_is_the_same_form(form: Questionnaire) -> None:
    assert parse_questionnaire(as_document(form)) == form


@EACH
def test_every_form_names_help_that_exists(form: Questionnaire) -> None:
    for language in form.languages:
        lines = parse_help_lines(
            questionnaires.help_lines(), codes=form.help_lines, language=language
        )

        assert lines[0].number == "999"


@EACH
def test_every_form_says_what_it_is_who_reads_it_and_that_it_is_no_emergency_line(
    form: Questionnaire,
) -> None:
    text = form.text("en")

    assert "999" in " ".join(text.emergency)
    assert "guess" in " ".join(text.who_sees)
    assert "not safe" in " ".join(text.private)
    assert "promise" not in " ".join(text.private)
    assert text.skipping
    assert text.receipt


@pytest.mark.parametrize("name", CHILDRENS)
def test_every_childs_form_asks_about_safety_contact_and_who_helped(name: str) -> None:
    kinds = [question.kind for question in FORMS[name].asked]

    assert kinds.count(QuestionKind.SAFETY) == 1
    assert kinds[-2:] == [QuestionKind.CONTACT, QuestionKind.HELPED_BY]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("child_5_8", "D3 D2 D5 D3 D1 D4 D8 D9"),
        ("child_9_12", "D3 D3 D2 D5 D5 D1 D4 D8 D9"),
        ("young_person", "D1 D1 D2 D3 D4 D5 D7 D8 D8 D9"),
        ("easy_read", "D3 D2 D5 D1 D4 D8 D7 D9"),
        ("family", "D1 D2 D3 D4 D4 D5 D7 D8 D4 D9"),
        ("partner", "D1 D2 D3 D4 D7 D7 D7 D8 D9"),
        ("practitioner", "D1 D2 D3 D4 D5 D6 D7 D8 D9"),
        ("manager", "D1 D2 D3 D5 D6 D6 D7 D8 D9"),
    ],
)
def test_each_scored_question_stands_for_one_dimension(
    name: str, expected: str
) -> None:
    assert dimensions(FORMS[name]) == expected.split()


@EACH
def test_professionals_see_one_page_and_everybody_else_one_question(
    form: Questionnaire,
) -> None:
    expected = Layout.ONE_PAGE if form.form in PROFESSIONALS else Layout.ONE_QUESTION

    assert form.layout is expected


@EACH
def test_only_adults_and_teenagers_may_say_that_it_does_not_apply(
    form: Questionnaire,
) -> None:
    younger = form.form in {"child_5_8", "child_9_12", "easy_read"}
    scored = [question for question in form.asked if question.dimension]

    assert all(("does_not_apply" in one.options) is not younger for one in scored)
    assert all({"dont_know", "rather_not_say"} <= {*one.options} for one in scored)


def test_a_familys_first_page_asks_whether_it_is_safe_now() -> None:
    assert FORMS["family"].pages[0].code == "safe_now"
    assert FORMS["family"].text("en").not_safe_now


def test_being_treated_unfairly_is_read_the_other_way_round_and_offers_a_talk() -> None:
    question = FORMS["young_person"].question("treated_unfairly")

    assert question is not None
    assert question.reverse
    assert question.offer_on == ("completely", "mostly")
    assert "say yes" in question.offer("en")


def test_a_partners_own_agency_is_marked_as_judged_by_itself() -> None:
    own = [one.code for one in FORMS["partner"].asked if one.about_self]

    assert own == ["own_agency_delivered"]


def test_the_asylum_questions_are_asked_only_where_they_were_chosen() -> None:
    plain = FORMS["young_person"]

    chosen = plain.with_blocks({"uasc"})

    added = {one.code for one in chosen.asked} - {one.code for one in plain.asked}
    assert added == {"interpreter_right", "steps_understood"}


@pytest.mark.parametrize("name", ["practitioner", "manager"])
def test_staff_are_told_that_it_is_never_used_for_performance_management(
    name: str,
) -> None:
    bodies = [
        body
        for section in FORMS[name].text("en").sections.values()
        for body in section.body
    ]

    assert any("never used for performance management" in body for body in bodies)


@pytest.mark.parametrize("name", ["child_5_8", "easy_read"])
def test_every_question_for_the_youngest_and_in_easy_read_has_a_picture(
    name: str,
) -> None:
    assert all(question.picture for question in FORMS[name].questions)


@pytest.mark.parametrize(
    ("group", "age_band", "expected"),
    [
        ("child", "5-8", "child_5_8"),
        ("child", "9-12", "child_9_12"),
        ("child", "13-17", "young_person"),
        ("child", "18-25", "young_person"),
        ("child", None, None),
        ("family", None, "family"),
        ("partner", None, "partner"),
        ("practitioner", None, "practitioner"),
        ("manager", None, "manager"),
        ("neighbour", None, None),
    ],
)
def test_group_and_age_band_choose_the_form_offered_first(
    group: str, age_band: str | None, expected: str | None
) -> None:
    form = default_form(FORMS.values(), group=group, age_band=age_band)

    assert (form.form if form else None) == expected


def test_the_english_alarm_words_hear_a_child_and_leave_an_ordinary_day_alone() -> None:
    words = WordList.of(questionnaires.alarm_words()["en"])

    assert words.is_in("my uncle hits me when mum is out")
    assert not words.is_in("She comes on Tuesdays and we play football. I like it!")


@pytest.mark.parametrize("name", questionnaires.FORMS)
def test_no_sentence_of_a_form_would_itself_raise_an_alert(name: str) -> None:
    words = WordList.of(*questionnaires.alarm_words().values())
    form = FORMS[name]

    alarming = [
        question.code
        for question in form.questions
        if question.kind is QuestionKind.WORDS
        and words.is_in(f"{question.wording('en')} {question.hint('en')}")
    ]

    assert alarming == []


def test_a_bundled_file_that_is_no_mapping_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    (tmp_path / "list.yaml").write_text("- one\n", encoding="utf-8")
    monkeypatch.setattr(questionnaires, "_HERE", tmp_path)

    with pytest.raises(TypeError, match=r"list\.yaml must hold a mapping"):
        questionnaires.document("list")
