"""What do coordinators work with? Reviews, people, invitations."""

from typing import Final

from flask import Blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = ()
