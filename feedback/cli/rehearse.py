"""How does an operator see what a review would send, before it does?"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import click
from flask import Flask
from flask.cli import with_appcontext

from feedback.cli.review import review
from feedback.domain.rehearsal import PlannedMessage, Rehearsal, RehearsedPerson
from feedback.domain.spoken_time import moment_words
from feedback.services import audit
from feedback.services import rehearse as rehearsing
from feedback.web.context import runtime

NOT_SAFE: Final = 1
MARKS: Final = {True: "!!", False: " -"}


@click.command("rehearse")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
@with_appcontext
def rehearse(*, reference: str, as_json: bool) -> None:
    """Tell what each person at REFERENCE would receive, and when; send nothing.

    Every message is foreseen as if nobody answered; of whoever is invited already,
    what is still to come. People are told by their keys,
    and links without their tokens. What is not safe yet stands first, marked !!;
    then the exit status is 1.
    """
    work = runtime()
    with work.database.transaction() as session:
        found = rehearsing.find(session, reference)
        if found is None:
            raise click.ClickException(f"{reference}: there is no such review")
        played = rehearsing.rehearse(
            session,
            found,
            rehearsing.stage(work.settings),
            by=audit.OPERATOR,
            now=work.clock.now(),
        )
    if as_json:
        click.echo(json.dumps(_document(played), ensure_ascii=False))
    else:
        for line in _lines(played):
            click.echo(line)
    if not played.is_safe:
        click.get_current_context().exit(NOT_SAFE)


def register(app: Flask) -> None:
    """Add the command to the group of reviews."""
    del app
    review.add_command(rehearse)


def _lines(played: Rehearsal) -> Iterator[str]:
    for person, danger in played.all_dangers:
        who = "" if person is None else f"{person.key}: "
        yield f"{MARKS[danger.is_red]} {who}{danger.sentence}"
    for one in played.people:
        yield f"{one.key} ({one.group.label}, {one.language}): {one.outlook.sentence}"
        for message in one.messages:
            shown = moment_words(message.at)
            yield f"    {shown}, {_what(message)}: {message.words}"
    yield (
        f"At most {played.texts} texts in {played.parts} parts, "
        f"about £{played.pounds}, if nobody answers."
    )


def _what(message: PlannedMessage) -> str:
    cost = f", {message.parts} parts" if message.parts > 1 else ""
    return f"{message.purpose} by {message.channel}, {message.language}{cost}"


def _document(played: Rehearsal) -> Mapping[str, object]:
    return {
        "reference": played.reference,
        "safe": played.is_safe,
        "dangers": [
            {
                "person": None if person is None else person.key,
                "red": danger.is_red,
                "sentence": danger.sentence,
            }
            for person, danger in played.all_dangers
        ],
        "people": [_person(one) for one in played.people],
        "texts": played.texts,
        "parts": played.parts,
        "pounds": str(played.pounds),
    }


def _person(one: RehearsedPerson) -> Mapping[str, object]:
    return {
        "key": one.key,
        "group": one.group.value,
        "language": one.language,
        "invited": one.is_invited,
        "outlook": one.outlook.kind.value,
        "sentence": one.outlook.sentence,
        "messages": [
            {
                "purpose": message.purpose.value,
                "channel": message.channel.value,
                "at": message.at.isoformat(),
                "language": message.language,
                "subject": message.subject,
                "words": message.words,
                "parts": message.parts,
                "encoding": None
                if message.segments is None
                else message.segments.encoding.value,
            }
            for message in one.messages
        ],
    }
