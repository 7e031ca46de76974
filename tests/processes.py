"""The program's own processes, as an operator starts them, to be killed at any time."""

import base64
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import requests
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


def direct():
    """Give what asks this machine itself, whatever proxy its user goes through."""
    session = requests.Session()
    session.trust_env = False
    return session


def by_twilio(fake):
    """The settings that send texts to a fake of the provider."""
    return {
        "SMS_PROVIDER": "twilio",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": FROM,
        "TWILIO_API_BASE_URL": fake.url,
    }


class Web:
    """The web server as an operator starts it; it can be killed and started again.

    `recoveries` are the seconds from each kill to the first answer after it, and
    `efforts` the processor's seconds of them: those a busy machine cannot stretch.
    """

    def __init__(self, machine, *, threads=4):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.recoveries = []
        self.efforts = []
        self._machine = machine
        self._threads = threads
        self._process = None

    def __enter__(self):
        self._start()
        self.waits_until_it_answers()
        return self

    def __exit__(self, *_):
        kill(self._process)

    def is_killed(self):
        """Kill all of it, and start it again as an operator's machine does."""
        since = time.monotonic()
        kill(self._process)
        self._start()
        self.waits_until_it_answers()
        self.recoveries.append(time.monotonic() - since)
        self.efforts.append(_processor_seconds(self._process.pid))

    def loses_a_worker(self, chance):
        """Kill one of the processes that answer; the server starts another."""
        children = psutil.Process(self._process.pid).children()
        if children:
            children[chance.randrange(len(children))].kill()

    def asks(self, path):
        """Give the status of an answer; None where there was none."""
        with direct() as http:
            try:
                return http.get(self.url + path, timeout=15).status_code
            except requests.RequestException:
                return None

    def waits_until_it_answers(self, path="/healthz", *, seconds=60):
        """Wait for an answer that all is well; tell how long that took."""
        since = time.monotonic()
        while self.asks(path) != 200:
            waited = time.monotonic() - since
            assert waited < seconds, f"{path} was not well after {waited:.0f} s"
            time.sleep(0.05)
        return time.monotonic() - since

    def _start(self):
        self._process = self._machine.start(
            "web", "--port", str(self._port), "--threads", str(self._threads)
        )


def _processor_seconds(pid):
    process = psutil.Process(pid)
    spent = [one.cpu_times() for one in (process, *process.children())]
    return sum(one.user + one.system for one in spent)


def killed_while(web, crowd, count, *, most, between, seconds):
    """Kill the server, or a part of it, whenever some more was acknowledged.

    Args:
        web: What is killed.
        crowd: What goes on meanwhile, until it is over.
        count: Tells how much was acknowledged.
        most: How often all of it is killed at most: each time costs a start.
        between: The least and the most that is acknowledged between two kills.
        seconds: When to stop waiting for the crowd.

    Returns:
        How often all of it was killed, and how often only a worker.
    """
    chance = random.Random(7)  # noqa: S311 - when to kill, not what to guess
    deadline = time.monotonic() + seconds
    kills = losses = 0
    while kills < most and not crowd.is_over():
        wanted = count() + chance.randint(*between)
        while count() < wanted and not crowd.is_over():
            assert time.monotonic() < deadline, f"only {count()} were acknowledged"
            time.sleep(chance.uniform(0.001, 0.03))
        if crowd.is_over():
            break
        if chance.random() < 0.25:
            web.loses_a_worker(chance)
            losses += 1
        else:
            web.is_killed()
            kills += 1
    crowd.ends(max(1, deadline - time.monotonic()))
    return kills, losses
