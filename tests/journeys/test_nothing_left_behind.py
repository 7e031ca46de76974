"""Does a story leave words, numbers or tokens anywhere that they are not sealed?"""

import logging
from pathlib import Path

import pytest
import story
from person import Person
from sqlalchemy import make_url

SAID = (
    "They <b>heard</b> us.",
    "Less shouting",
    "Seen at school, safe today.",
    "Visits recorded.",
    "voice needs weight",
    "own words weigh more",
    "talked it through",
    "Plan direct work",
    "Six sessions are held",
    "own drawing of the plan",
)
# However a number is written, these digits stand in it.
NUMBERS = ("7700900123", "7700 900123", "7700900456", "7700 900456")
NAMES = ("Robin",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_was_said_stands_in_a_log_or_in_the_database_file(
    app, database, settings, clock, sent, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    someone = {name: Person(app, clock, name) for name in story.CAST}

    story.tell(someone, database=database, settings=settings, clock=clock, sent=sent)

    token = sent.link_to("+447700900123").rpartition("/")[2]
    path = Path(make_url(settings.database_url).database)
    kept = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    written = capfd.readouterr()
    logged = "".join((caplog.text, *map(str, written))).encode()
    canaries = [one.encode() for one in (*SAID, *NUMBERS, *NAMES, token)]
    assert len(kept) > 100_000
    assert [one for one in canaries if one in kept] == []
    assert [one for one in canaries if one in logged] == []
