"""Whether every command is found by the name it is typed by."""

from pathlib import Path

import click
import pytest

from feedback import cli


@pytest.mark.parametrize("name", sorted(cli.MODULES))
def test_a_command_is_read_when_it_is_typed(app, name):
    with click.Context(app.cli) as context:
        found = app.cli.get_command(context, name)

    assert found is not None
    assert found.name == name


def test_every_module_with_commands_is_named(app):
    folder = Path(cli.__file__).parent
    with_commands = {
        path.stem
        for path in folder.glob("*.py")
        if "def register(app: Flask)" in path.read_text(encoding="utf-8")
    } - {"__init__"}

    assert {module for some in cli.MODULES.values() for module in some} == with_commands


def test_a_word_that_is_no_command_is_none(app):
    with click.Context(app.cli) as context:
        assert app.cli.get_command(context, "everything") is None
