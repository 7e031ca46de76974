"""The program's own processes, as an operator starts them, to be killed at any time."""

import base64
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM

ROOT = Path(__file__).parents[1]


class Machine:
    """One machine that runs commands of the program, with a clock that goes on."""

    def __init__(self, *, database_url, master_key, starts_at, log, **settings):
        self._starts_at = starts_at
        self._since = time.monotonic()
        self._log = log
        self._settings = {
            "MODE": "demo",
            "DATABASE_URL": database_url,
            "MASTER_KEY": base64.urlsafe_b64encode(master_key).decode(),
            "SECRET_KEY": "a secret key that only these tests use",
            "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
            "LEASE_SECONDS": "3",
            "RECONCILE_AFTER": "1",
            "CAP_SMS_PER_DAY": "100000",
            "SMS_RATE_PER_SECOND": "500",
            **settings,
        }

    def now(self):
        return self._starts_at + timedelta(seconds=time.monotonic() - self._since)

    def start(self, *command):
        # Killed and started again, a process must not see the time go backwards.
        environment = {
            **{name: os.environ[name] for name in ("PATH",) if name in os.environ},  # noqa: TID251 - the tests' own
            **self._settings,
            "DEMO_NOW": self.now().isoformat(),
            "PYTHONUNBUFFERED": "1",
        }
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    @contextmanager
    def running(self, *command):
        """Run a command until the block ends; it is killed then, and not asked."""
        process = self.start(*command)
        try:
            yield process
        finally:
            kill(process)


def kill(process):
    """End a process and its children as the kernel does when memory is short."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def by_twilio(fake):
    """The settings that send texts to a fake of the provider."""
    return {
        "SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": FROM,
        "TWILIO_API_BASE_URL": fake.url,
    }
