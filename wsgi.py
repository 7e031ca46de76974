"""The server's entry: `wsgi:app`."""

import sys

from feedback.app import create_app
from feedback.config import Settings
from feedback.environment import SettingError

try:
    app = create_app(Settings.from_env())
except SettingError as error:
    sys.exit(f"Trigpoint cannot start. {error}")
