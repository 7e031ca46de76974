"""What a browser sends for a page is either kept exactly or given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import questionnaires
from feedback.domain.answering import (
    LONGEST_WORDS,
    Fault,
    FaultReason,
    PageReading,
    ScoredAnswer,
    StoredAnswer,
    answered_codes,
    helped_by,
    is_real_submission,
    next_page,
    offers,
    read_page,
    scored,
)
from feedback.domain.form_file import parse_questionnaire

FORMS = {
    name: parse_questionnaire(questionnaires.document(name))
    for name in questionnaires.FORMS
}
CHILD = FORMS["child_9_12"]
FAMILY = FORMS["family"]
YOUNG_PERSON = FORMS["young_person"]
PRACTITIONER = FORMS["practitioner"]


def read(form, code, raw, *, skip=False) -> PageReading:
    page = form.page(code)
    assert page is not None
    return read_page(form, page, raw, skip=skip)


def chose(question: str, option: str) -> StoredAnswer:
    return StoredAnswer(question=question, option=option)


def wrote(question: str, words: str) -> StoredAnswer:
    return StoredAnswer(question=question, words=words)


def passed(question: str) -> StoredAnswer:
    return StoredAnswer(question=question, skipped=True)


def test_a_chosen_option_is_kept_by_its_id() -> None:
    reading = read(CHILD, "listens", {"listens": ["sometimes"]})

    assert reading.is_sound
    assert reading.answers == (chose("listens", "sometimes"),)


def test_names_of_other_controls_are_ignored() -> None:
    sent = {"listens": ["always"], "csrf_token": ["x"], "home_safe": ["never"]}

    reading = read(CHILD, "listens", sent)

    assert reading.answers == (chose("listens", "always"),)
    assert reading.raw == {"listens": "always"}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({}, FaultReason.MISSING),
        ({"listens": []}, FaultReason.MISSING),
        ({"listens": [""]}, FaultReason.MISSING),
        ({"listens": ["Always"]}, FaultReason.UNKNOWN_OPTION),
        ({"listens": ["does_not_apply"]}, FaultReason.UNKNOWN_OPTION),
        ({"listens": ["skipped"]}, FaultReason.UNKNOWN_OPTION),
        ({"listens": ["always\0"]}, FaultReason.UNKNOWN_OPTION),
        ({"listens": ["always", "never"]}, FaultReason.SEVERAL),
        ({"listens": ["always", "always"]}, FaultReason.SEVERAL),
    ],
)
def test_a_choice_that_cannot_be_kept_is_given_back_with_its_reason(
    raw, reason
) -> None:
    reading = read(CHILD, "listens", raw)

    assert not reading.is_sound
    assert reading.answers == ()
    assert reading.faults == (Fault(question="listens", reason=reason),)


def test_skip_passes_every_question_whatever_else_was_sent() -> None:
    reading = read(CHILD, "helped_most", {"helped_most": ["My nan"]}, skip=True)

    assert reading.answers == (passed("helped_most"),)


def test_skip_on_a_one_page_form_passes_all_of_it() -> None:
    reading = read(PRACTITIONER, "all", {"proud_of": ["\0"]}, skip=True)

    assert {answer.question for answer in reading.answers} == {
        question.code for question in PRACTITIONER.asked
    }
    assert all(answer.skipped for answer in reading.answers)


def test_what_is_blank_on_a_one_page_form_counts_as_skipped() -> None:
    reading = read(PRACTITIONER, "all", {"direct_work": ["mostly"], "proud_of": [""]})

    assert reading.is_sound
    kept = [answer for answer in reading.answers if not answer.skipped]
    assert kept == [chose("direct_work", "mostly")]
    assert len(reading.answers) == len(PRACTITIONER.asked)


def test_one_fault_on_a_one_page_form_keeps_nothing_and_gives_all_back() -> None:
    sent = {
        "direct_work": ["mostly"],
        "proud_of": ["a" * (LONGEST_WORDS + 1)],
        "surprised_by": ["the\0 end"],
    }

    reading = read(PRACTITIONER, "all", sent)

    assert reading.answers == ()
    assert reading.faults == (
        Fault(question="proud_of", reason=FaultReason.TOO_LONG),
        Fault(question="surprised_by", reason=FaultReason.NUL),
    )
    assert reading.raw == {code: values[0] for code, values in sent.items()}


def test_an_empty_text_box_is_passed_by_but_a_lost_one_is_a_fault() -> None:
    empty = read(CHILD, "helped_most", {"helped_most": [""]})
    lost = read(CHILD, "helped_most", {})

    assert empty.answers == (passed("helped_most"),)
    assert lost.faults == (Fault(question="helped_most", reason=FaultReason.MISSING),)


@pytest.mark.parametrize(
    "text",
    [
        "  leading and trailing  \n",
        " ",
        "👩‍👧 family \U0001f3f4\U000e0067\U000e0062",
        "\u202eright to left\u202c مرحبا",
        "e\u0301 is not é",
        "\u0301alone",
        "ﷺ ½ Å",
        "<script>alert('x')</script>",
        "tab\tand\x0bcontrol\x07",
        "a lone \r stays",
        "\ufeffmark",
    ],
)
def test_words_are_kept_exactly_as_sent(text: str) -> None:
    reading = read(CHILD, "helped_most", {"helped_most": [text]})

    assert reading.answers == (wrote("helped_most", text),)


def test_line_ends_that_browsers_send_become_plain_ones() -> None:
    reading = read(CHILD, "helped_most", {"helped_most": ["one\r\ntwo\r\n\r\nthree\r"]})

    assert reading.answers == (wrote("helped_most", "one\ntwo\n\nthree\r"),)


@pytest.mark.parametrize("letter", ["a", "é", "👍", "م", "\u0301"])
def test_ten_thousand_code_points_fit_and_one_more_does_not(letter: str) -> None:
    fits = read(CHILD, "helped_most", {"helped_most": [letter * LONGEST_WORDS]})
    over = read(CHILD, "helped_most", {"helped_most": [letter * (LONGEST_WORDS + 1)]})

    assert fits.is_sound
    assert over.faults == (Fault(question="helped_most", reason=FaultReason.TOO_LONG),)
    assert over.raw["helped_most"] == letter * (LONGEST_WORDS + 1)


def test_a_line_end_counts_once_however_it_was_sent() -> None:
    reading = read(CHILD, "helped_most", {"helped_most": ["\r\n" * LONGEST_WORDS]})

    assert reading.is_sound


@given(st.text())
def test_any_text_is_kept_or_given_back_and_never_changed(text: str) -> None:
    reading = read(CHILD, "helped_most", {"helped_most": [text]})

    if not text:
        assert reading.answers == (passed("helped_most"),)
    elif "\0" in text:
        assert reading.faults
        assert reading.raw == {"helped_most": text}
    else:
        assert reading.answers == (wrote("helped_most", text.replace("\r\n", "\n")),)


@given(
    st.sampled_from(sorted(FORMS)),
    st.dictionaries(
        st.sampled_from(
            sorted({one.code for form in FORMS.values() for one in form.asked})
        ),
        st.lists(
            st.text(max_size=5) | st.sampled_from(["yes", "no", "mostly", "never"]),
            max_size=2,
        ),
    ),
)
def test_every_page_read_gives_all_its_answers_or_at_least_one_fault(
    name: str, raw
) -> None:
    form = FORMS[name]
    for page in form.pages:
        reading = read_page(form, page, raw, skip=False)

        if reading.is_sound:
            assert [one.question for one in reading.answers] == [
                one.code for one in page.questions
            ]
        else:
            assert reading.answers == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"option": "yes", "words": "yes"},
        {"option": "yes", "skipped": True},
        {"words": "", "skipped": True},
    ],
)
def test_an_answer_cannot_be_two_things_or_nothing(wrong) -> None:
    with pytest.raises(ValueError, match="one of them"):
        StoredAnswer(question="listens", **wrong)


def test_the_next_page_is_the_first_that_has_something_left() -> None:
    answered = {"listens", "knows_plan"}

    page = next_page(CHILD, answered)

    assert page is not None
    assert page.code == "changes_things"


def test_no_page_is_next_when_everything_is_answered_or_skipped() -> None:
    answers = [passed(question.code) for question in CHILD.asked]

    assert next_page(CHILD, answered_codes(CHILD, answers)) is None


def test_a_one_page_form_is_next_until_all_of_it_was_sent() -> None:
    every = [question.code for question in PRACTITIONER.asked]

    assert next_page(PRACTITIONER, every[1:]) is not None
    assert next_page(PRACTITIONER, every) is None


def test_somebody_for_whom_it_was_not_safe_is_asked_that_again() -> None:
    answered = answered_codes(FAMILY, [chose("safe_now", "no")])

    page = next_page(FAMILY, answered)

    assert page is not None
    assert page.code == "safe_now"


def test_somebody_for_whom_it_is_safe_goes_on_to_the_questions() -> None:
    answered = answered_codes(FAMILY, [chose("safe_now", "yes")])

    page = next_page(FAMILY, answered)

    assert page is not None
    assert page.code == "understood_us"


def test_a_no_to_another_question_is_an_answer() -> None:
    small = FORMS["child_5_8"]

    assert answered_codes(small, [chose("listens", "no")]) == {"listens"}


@pytest.mark.parametrize(
    ("form", "answers", "real"),
    [
        (CHILD, [], False),
        (CHILD, [passed("listens")], False),
        (CHILD, [passed("listens"), chose("knows_plan", "dont_know")], True),
        (CHILD, [chose("home_safe", "rather_not_say")], True),
        (CHILD, [chose("contact", "yes")], True),
        (CHILD, [wrote("helped_most", "Nan")], True),
        (CHILD, [wrote("helped_most", " \n")], False),
        (CHILD, [chose("helped_by", "teacher")], False),
        (FAMILY, [chose("safe_now", "yes"), passed("contact")], False),
    ],
)
def test_a_run_in_which_nothing_was_said_is_no_submission(form, answers, real) -> None:
    assert is_real_submission(form, answers) is real


def test_scored_answers_leave_out_safety_contact_and_words() -> None:
    answers = [
        chose("listens", "sometimes"),
        passed("changes_things"),
        chose("home_safe", "never"),
        wrote("helped_most", "words"),
        chose("contact", "yes"),
    ]

    given_back = scored(CHILD, answers)

    assert given_back[0] == ScoredAnswer(
        question="listens",
        dimension="D3",
        scale="W4C",
        value="sometimes",
        reverse=False,
    )
    assert len(given_back) == 9
    assert {one.value for one in given_back[1:]} == {"skipped"}
    assert "home_safe" not in {one.question for one in given_back}


def test_a_reversed_question_keeps_its_own_value_and_says_that_it_is_reversed() -> None:
    found = {
        one.question: one
        for one in scored(YOUNG_PERSON, [chose("treated_unfairly", "completely")])
    }

    assert found["treated_unfairly"].value == "completely"
    assert found["treated_unfairly"].reverse
    assert not found["had_a_say"].reverse


def test_who_helped_is_unknown_until_somebody_says() -> None:
    assert helped_by(CHILD, [passed("helped_by"), chose("contact", "yes")]) == "unknown"
    assert helped_by(CHILD, [chose("helped_by", "advocate")]) == "advocate"


def test_being_treated_unfairly_opens_an_offer_to_talk() -> None:
    opened = offers(YOUNG_PERSON, [chose("treated_unfairly", "mostly")])

    assert [question.code for question in opened] == ["treated_unfairly"]


@pytest.mark.parametrize(
    "answer",
    [
        chose("treated_unfairly", "a_little"),
        chose("had_a_say", "completely"),
        passed("treated_unfairly"),
    ],
)
def test_no_other_answer_opens_an_offer(answer: StoredAnswer) -> None:
    assert offers(YOUNG_PERSON, [answer]) == ()
