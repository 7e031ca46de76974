"""How is a review commissioned, and who is asked? Pages for coordinators."""

from typing import Final

from flask import Blueprint

from feedback.web.office import (
    contacts,
    importing,
    inviting,
    people,
    rehearsing,
    reviews,
    runs,
    team,
)
from feedback.web.office.blueprint import blueprint

__all__ = [
    "BLUEPRINTS",
    "contacts",
    "importing",
    "inviting",
    "people",
    "rehearsing",
    "reviews",
    "runs",
    "team",
]

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (blueprint,)
