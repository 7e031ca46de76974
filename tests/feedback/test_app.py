"""What stops the start although each setting reads well by itself?"""

import dataclasses

import pytest

from feedback.app import create_app
from feedback.environment import SettingError

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_school_breaks_that_do_not_read_stop_the_start_by_their_name(settings):
    unreadable = dataclasses.replace(settings, school_breaks="the summer")

    with pytest.raises(SettingError, match=r"SCHOOL_BREAKS: .*the summer"):
        create_app(unreadable)


@pytest.mark.parametrize("listed", ["race,gender", "disability,handedness"])
def test_aspects_that_cannot_be_offered_stop_the_start_by_their_name(settings, listed):
    with pytest.raises(SettingError, match=r"SOCIAL_GRACES: "):
        create_app(dataclasses.replace(settings, social_graces=listed))
