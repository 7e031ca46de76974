"""What does the reviewer work with? Evidence, grades, the triangulated view."""

from typing import Final

from flask import Blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = ()
