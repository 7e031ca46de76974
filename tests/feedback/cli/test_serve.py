"""What keeps the service from starting?"""

import dataclasses

import pytest

from feedback.app import create_app
from feedback.config import Mode
from feedback.services import demonstrate


@pytest.mark.parametrize("command", ["web", "scheduler"])
def test_production_does_not_run_on_the_demonstrations_data(
    ready, settings, now, command
):
    with ready.transaction() as session:
        demonstrate.load(session, settings, now=now)
    app = create_app(dataclasses.replace(settings, mode=Mode.PRODUCTION))

    answer = app.test_cli_runner().invoke(args=[command])

    assert answer.exit_code == 1
    assert "DATABASE_URL: this database holds the demonstration" in answer.stderr
    app.extensions["trigpoint"].database.dispose()
