"""A questionnaire shows one person what that person is asked."""

import pytest

import triangulation
from feedback import questionnaires
from feedback.domain.form_file import parse_questionnaire
from feedback.domain.question import (
    CHOICE_OPTIONS,
    SCALE_OPTIONS,
    SCALE_POINTS,
    SPEAKS_TO,
    Choice,
    QuestionKind,
    Scale,
)
from feedback.domain.questionnaire import WHOLE_FORM

CHILD = parse_questionnaire(questionnaires.document("child_9_12"))
YOUNG_PERSON = parse_questionnaire(questionnaires.document("young_person"))
PRACTITIONER = parse_questionnaire(questionnaires.document("practitioner"))


def test_a_question_speaks_the_language_it_is_asked_in() -> None:
    question = CHILD.question("knows_plan")

    assert question is not None
    assert question.wording("en") == "I know what my plan is and why."
    assert question.hint("en").startswith("Your plan says")
    assert question.offer("en") == ""
    with pytest.raises(KeyError):
        question.wording("cy")


def test_choices_come_in_the_order_of_the_scale_with_their_labels() -> None:
    question = CHILD.question("contact")

    assert question is not None
    assert question.choices("en") == (
        Choice(id="yes", label="Yes, I would like that"),
        Choice(id="not_now", label="Not now"),
    )


def test_a_words_question_offers_no_choice() -> None:
    question = CHILD.question("helped_most")

    assert question is not None
    assert question.choices("en") == ()


def test_one_question_stands_on_each_page_of_a_childs_form() -> None:
    assert [page.code for page in CHILD.pages] == [one.code for one in CHILD.asked]
    page = CHILD.page("home_safe")
    assert page is not None
    assert [one.code for one in page.questions] == ["home_safe"]


def test_a_professionals_questions_stand_together_on_one_page() -> None:
    (page,) = PRACTITIONER.pages

    assert page.code == WHOLE_FORM
    assert page.questions == PRACTITIONER.asked


def test_a_page_or_question_that_this_person_has_not_is_not_found() -> None:
    assert CHILD.page("nowhere") is None
    assert CHILD.question("nothing") is None
    assert YOUNG_PERSON.question("interpreter_right") is None
    assert YOUNG_PERSON.with_blocks({"uasc"}).page("interpreter_right") is not None


def test_a_part_that_the_form_does_not_have_cannot_be_chosen() -> None:
    with pytest.raises(KeyError, match="pets"):
        YOUNG_PERSON.with_blocks({"pets"})


def test_the_languages_are_those_the_form_is_worded_in() -> None:
    assert CHILD.languages == ("en",)
    assert CHILD.text("en").title == "What is the help like for you?"


@pytest.mark.parametrize("scale", Scale)
def test_every_scale_keeps_the_unscored_answers_apart_from_its_points(
    scale: Scale,
) -> None:
    points = SCALE_POINTS[scale]

    assert SCALE_OPTIONS[scale][: len(points)] == points
    assert set(SCALE_OPTIONS[scale][len(points) :]) >= {"dont_know", "rather_not_say"}


def test_the_scales_are_those_that_triangulation_reads() -> None:
    for scale in Scale:
        assert SCALE_POINTS[scale] == triangulation.CHOICES[triangulation.Scale(scale)]


def test_a_group_is_asked_only_what_triangulation_lets_it_speak_to() -> None:
    for group in triangulation.Group:
        assert SPEAKS_TO[group.value] == {
            dimension.value
            for dimension in triangulation.Dimension
            if triangulation.may_speak(group, dimension)
        }


def test_whoever_helped_is_known_to_triangulation() -> None:
    for helper in CHOICE_OPTIONS[QuestionKind.HELPED_BY]:
        assert triangulation.HelpedBy(helper)
