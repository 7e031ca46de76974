"""Which lists of Social GRACES can be used, and what does an answer say?"""

import pytest

from feedback.domain.attention import (
    ALL,
    Aspect,
    Attention,
    SocialGracesError,
    parse_aspects,
)


def test_the_list_is_read_in_the_programs_order_whatever_order_it_is_written_in():
    found = parse_aspects("race, disability ,gender,")

    assert found == (Aspect.GENDER, Aspect.RACE, Aspect.DISABILITY)


def test_a_code_that_is_none_is_refused_by_its_name():
    with pytest.raises(SocialGracesError, match="handedness"):
        parse_aspects("disability,handedness")


@pytest.mark.parametrize("text", ["race,gender", ",", "DISABILITY"])
def test_a_list_without_disability_is_refused(text):
    with pytest.raises(SocialGracesError, match=r"disability|DISABILITY"):
        parse_aspects(text)


def test_every_aspect_has_words_of_its_own():
    labels = {one.label for one in ALL}

    assert len(labels) == len(ALL) == 14
    assert Aspect.DISABILITY.label == "Ability and disability"


def test_what_was_offered_and_not_chosen_is_told_apart_from_what_was_never_asked():
    said = Attention(
        aspects=frozenset({Aspect.RACE}), offered=(Aspect.RACE, Aspect.DISABILITY)
    )

    assert said.paid == (Aspect.RACE,)
    assert said.not_paid == (Aspect.DISABILITY,)
    assert not said.is_none


def test_no_aspect_at_all_is_an_answer():
    assert Attention(aspects=frozenset()).is_none


def test_an_aspect_that_is_not_offered_cannot_be_chosen():
    with pytest.raises(SocialGracesError):
        Attention(aspects=frozenset({Aspect.AGE}), offered=(Aspect.DISABILITY,))
