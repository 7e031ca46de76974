"""What do the people who are asked see?"""

from typing import Final

from flask import Blueprint

from feedback.web.respond import check, entry, gate, questions, start, unsubscribe

gate.register_endings(entry.blueprint, stale=gate.stale_form)
gate.register_endings(start.blueprint, stale=gate.stale_form)
gate.register_endings(questions.blueprint, stale=gate.stale_form)
gate.register_endings(check.blueprint, stale=check.pressed_twice)

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    entry.blueprint,
    start.blueprint,
    questions.blueprint,
    check.blueprint,
    unsubscribe.blueprint,
)
