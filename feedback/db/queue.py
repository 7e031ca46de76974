"""What waits for a worker? One queue for many machines, kept by PostgreSQL itself.

A job carries the lease that was taken for it in the same transaction: one that comes
late, or twice, finds that the message has moved on and does nothing.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.jobs import DeleteJobCondition, Job
from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.db.session import DATABASE_FAULTS, Database

log = logging.getLogger(__name__)

Arguments = Mapping[str, str | int | bool]
"""What a job is told: ids and flags, never a name, a number or a word."""

QUEUE: Final = "delivery"
TASK: Final = "deliver"
# Between looks of a worker that was not woken.
POLL_SECONDS: Final = 2.0
# A worker that was silent for so long is dead, and what it held is free again.
SILENT_SECONDS: Final = 30.0
EVERY_MINUTE: Final = "* * * * *"
# The queue's own connections, beside those of the threads; how long to wait for one.
MOST_CONNECTIONS: Final = 4
CONNECTION_SECONDS: Final = 5.0
# Between looks whether a database that went away is back.
AWAY_SECONDS: Final = 1.0

_deferring = App(connector=SyncPsycopgConnector())


def enqueue(session: Session, jobs: Sequence[Arguments]) -> None:
    """Hand jobs to the workers when the session commits, and not before."""
    if not jobs:
        return
    driver = session.connection().connection.driver_connection
    _deferring.job_manager.batch_defer_jobs(
        jobs=[
            Job(
                queue=QUEUE,
                task_name=TASK,
                lock=None,
                queueing_lock=None,
                task_kwargs=dict(arguments),
            )
            for arguments in jobs
        ],
        connection=driver,
    )


def waiting(session: Session) -> int:
    """Count the jobs that no worker has taken yet."""
    question = text(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE queue_name = :queue AND status = 'todo'"
    )
    return int(session.execute(question, {"queue": QUEUE}).scalar_one())


def unfinished(session: Session) -> int:
    """Count the jobs that wait, and those that a worker has in hand."""
    question = text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = :queue")
    return int(session.execute(question, {"queue": QUEUE}).scalar_one())


def work(
    database: Database, handle: Callable[..., object], *, threads: int, name: str
) -> None:
    """Take jobs and handle them, many at once, until a signal says to stop.

    What is being handled when the signal comes is handled to its end. Where the
    database goes away, this waits until it is back.

    Args:
        database: Where the queue is kept; PostgreSQL.
        handle: Called with a job's arguments, in one of the threads.
        threads: How many jobs are handled at a time.
        name: What this worker is called in the log.
    """
    asyncio.run(_work_on(database, handle, threads, name))


def drain(database: Database, handle: Callable[..., object], *, threads: int) -> None:
    """Handle what waits now, and return."""
    app = worker_app(database, handle)
    asyncio.run(_drain(app, threads))


def worker_app(database: Database, handle: Callable[..., object]) -> App:
    """Make what a worker runs: the one task, and the recovery of lost jobs."""
    connector = PsycopgConnector(
        conninfo=_conninfo(database),
        min_size=1,
        max_size=MOST_CONNECTIONS,
        timeout=CONNECTION_SECONDS,
    )
    app = App(connector=connector)
    app.task(name=TASK, queue=QUEUE)(handle)

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="recover", queue=QUEUE, queueing_lock="recover")
    async def recover(timestamp: int) -> None:
        del timestamp
        await give_back(app)

    return app


async def give_back(app: App) -> int:
    """Free the jobs of workers that died; return how many those were."""
    manager = app.job_manager
    stalled = list(
        await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS)
    )
    for job in stalled:
        await manager.retry_job(job)
    await manager.prune_stalled_workers(SILENT_SECONDS)
    return len(stalled)


async def _work_on(
    database: Database, handle: Callable[..., object], threads: int, name: str
) -> None:
    """Work, and begin anew whenever the queue was lost, until a signal says to stop."""
    _use_threads(threads)
    asked = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, asked.set)
    stop = asyncio.create_task(asked.wait())
    while not asked.is_set():
        if await asyncio.to_thread(_is_there, database):
            app = worker_app(database, handle)
            work = asyncio.create_task(_work(app, threads, name, wait=True))
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            # Where it still works, that ends what is in hand, and takes no more.
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            if not asked.is_set():
                log.error("the queue was lost, and is looked for again")
        with suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), AWAY_SECONDS)


def _is_there(database: Database) -> bool:
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except DATABASE_FAULTS:
        return False
    return True


async def _drain(app: App, threads: int) -> None:
    _use_threads(threads)
    await _work(app, threads, "drain", wait=False)


async def _work(app: App, threads: int, name: str, *, wait: bool) -> None:
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE],
            name=name,
            concurrency=threads,
            wait=wait,
            fetch_job_polling_interval=POLL_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
        )


def _use_threads(threads: int) -> None:
    """Sending waits for a provider: each job that is handled needs a thread."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="deliver")
    asyncio.get_running_loop().set_default_executor(pool)


def _conninfo(database: Database) -> str:
    """Say where the database is, as its driver wants to hear it."""
    engine = database.engine
    _, given = engine.dialect.create_connect_args(engine.url)
    said = {key: value for key, value in given.items() if isinstance(value, str | int)}
    return make_conninfo("", **said)
