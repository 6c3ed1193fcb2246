"""Procrastinate as dispatcher on PostgreSQL: many workers on many hosts, woken by LISTEN/NOTIFY.

Our job row stays the truth (state, lease, checkpoints, progress); Procrastinate only carries its id to a
worker, deferred on our own connection and so inside our transaction. A loop beside the worker carries ids
again whose worker died. Chosen with ``ANHENG_JOBS=procrastinate``.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import Engine, and_, or_
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from foundation.clock import now
from foundation.db import session_scope
from foundation.jobs import worker
from foundation.jobs.table import Job, claim, set_announcer
from foundation.jobs.worker import Context, run_job
from foundation.settings import Settings

log = logging.getLogger("anheng.jobs")
TASK = "anheng.run"
RECOVER_SECONDS = 10
FULL_QUEUE_SECONDS = 2


def use(settings: Settings) -> None:
    """Let ``enqueue`` tell Procrastinate of every job, or (the default) nobody: workers then look by themselves."""
    set_announcer(announce if settings.jobs_backend == "procrastinate" else None)


def announce(session: Session, job: Job) -> None:
    """Carry a job's id to some worker, inside the caller's transaction, when it is due."""
    raw = session.connection().connection.driver_connection
    later = job.due_at if job.due_at > now() else None
    _sender().configure_task(TASK, queue=job.queue, schedule_at=later, connection=raw).defer(job_id=job.id)


@cache
def _sender() -> App:
    """An application without connections of its own: it only writes on those it is given."""
    return App(connector=SyncPsycopgConnector())


def apply_schema(url: str) -> None:
    """Create Procrastinate's tables if they are not there."""
    app = App(connector=SyncPsycopgConnector(conninfo=_conninfo(url)))
    with app.open():
        there = app.connector.get_sync_connector().execute_query_one(
            "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there"
        )["there"]
        if not there:
            app.schema_manager.apply_schema()


def work_scaled(engine: Engine, settings: Settings, once: bool, stop: threading.Event) -> int:
    """Run jobs as Procrastinate brings them until ``stop``; with ``once``, until none is due."""
    return asyncio.run(_Worker(engine, settings, stop).run(once))


class _Worker:
    def __init__(self, engine: Engine, settings: Settings, stop: threading.Event) -> None:
        self.engine, self.settings, self.stop = engine, settings, stop
        self.finished = 0
        self.running: set[Context] = set()
        self.pool = ThreadPoolExecutor(max_workers=settings.workers, thread_name_prefix="job")
        self.app = App(connector=PsycopgConnector(conninfo=_conninfo(settings.database_url)))
        self.app.task(name=TASK)(self.take)

    async def run(self, once: bool) -> int:
        try:
            async with self.app.open_async():
                await (self._run_due() if once else self._run_until_stopped())
        finally:
            self.pool.shutdown(wait=False)
        return self.finished

    async def _run_due(self) -> None:
        while await asyncio.to_thread(self._due):
            await self.recover()
            await self._worker(wait=False)
            await asyncio.sleep(0.1)

    async def _run_until_stopped(self) -> None:
        bringing = asyncio.create_task(self._worker(wait=True))
        waited = 0.0
        while not self.stop.is_set() and not bringing.done():
            if waited % RECOVER_SECONDS == 0:
                await self.recover()
            await asyncio.sleep(0.5)
            waited += 0.5
        bringing.cancel()
        await asyncio.gather(bringing, return_exceptions=True)
        for context in list(self.running):
            log.warning(
                "job %s did not reach a checkpoint in time; it goes back to its queue", context.job_id
            )
            context.release()

    async def _worker(self, wait: bool) -> None:
        await self.app.run_worker_async(
            concurrency=self.settings.workers,
            wait=wait,
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=float(worker.GRACE_SECONDS),
            install_signal_handlers=False,
            delete_jobs="always",
        )

    async def take(self, job_id: str) -> None:
        """What Procrastinate calls: run the job in a thread of ours, which a stop does not wait for."""
        await asyncio.get_running_loop().run_in_executor(self.pool, self._take, job_id)

    def _take(self, job_id: str) -> None:
        """Run one job if it is still due and its queue has a free slot."""
        with session_scope(self.engine) as session:
            job = claim(session, self.settings.lease_seconds, only=job_id)
            waiting = None if job else session.get(Job, job_id)
            if waiting and waiting.state == "queued" and waiting.due_at <= now():
                waiting.due_at = now() + timedelta(seconds=FULL_QUEUE_SECONDS)
                session.add(waiting)
                announce(session, waiting)
        if job is not None:
            context = Context(self.engine, self.settings, job, self.stop)
            self.running.add(context)
            run_job(context, job)
            self.running.discard(context)
            self.finished += 1

    async def recover(self) -> None:
        """Carry again the ids of jobs whose worker died (lease lapsed) or whose message was lost."""
        for job_id, queue in await asyncio.to_thread(self._stranded):
            task = self.app.configure_task(TASK, queue=queue, queueing_lock=job_id)
            try:
                await task.defer_async(job_id=job_id)
            except AlreadyEnqueued:
                log.debug("job %s is on its way already", job_id)

    def _stranded(self) -> list[tuple[str, str]]:
        lapsed = and_(col(Job.state) == "running", col(Job.leased_until) <= now())
        lost = and_(col(Job.state) == "queued", col(Job.due_at) <= now() - timedelta(seconds=RECOVER_SECONDS))
        with session_scope(self.engine, reading=True) as session:
            return [(job.id, job.queue) for job in session.exec(select(Job).where(or_(lapsed, lost)))]

    def _due(self) -> bool:
        soon = now() + timedelta(seconds=FULL_QUEUE_SECONDS)
        with session_scope(self.engine, reading=True) as session:
            due = select(Job.id).where(col(Job.state) == "queued", col(Job.due_at) <= soon)
            return session.exec(due.limit(1)).first() is not None


def _conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
