"""The worker: claims jobs, keeps their leases alive, runs task functions with checkpoints."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from foundation.clock import now
from foundation.db import session_scope
from foundation.jobs.table import Job, claim, fenced, find_task, settle
from foundation.settings import Settings

log = logging.getLogger("anheng.jobs")
POLL_SECONDS = 0.5


class LeaseLost(BaseException):
    """Another worker holds the job now (lease lapsed or time-out): this run must stop without effect."""


class Cancelled(BaseException):
    """The user asked for a stop; raised between two steps."""


class Context:
    """What a task function gets: sessions, progress for the page, checkpoints."""

    def __init__(self, engine: Engine, settings: Settings, job: Job) -> None:
        self.engine = engine
        self.settings = settings
        self.job_id = job.id
        self.attempt = job.attempts
        self.created_by = job.created_by
        self.owner = job.owner or ""
        self.lost = threading.Event()
        self._steps: dict[str, Any] = dict(job.steps)

    def session(self, *, reading: bool = False) -> AbstractContextManager[Session]:
        """A unit of work of its own: ``with context.session() as session`` commits at its end."""
        return session_scope(self.engine, reading=reading)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Show how far the job is; raises when it was cancelled or taken over."""
        self._write(done=done, total=total, text=text)
        self._stop_if_asked()

    def step(self, key: str, function: Callable[[], Any]) -> Any:
        """Run ``function`` once per job: its JSON result is kept, a repeated run returns it at once."""
        self._stop_if_asked()
        if key in self._steps:
            return self._steps[key]
        result = function()
        self._steps = {**self._steps, key: result}
        self._write(steps=self._steps)
        return result

    def _write(self, **values: Any) -> None:
        with session_scope(self.engine) as session:
            if self.lost.is_set() or not fenced(session, self.job_id, self.owner, **values):
                raise LeaseLost()

    def _stop_if_asked(self) -> None:
        with session_scope(self.engine, reading=True) as session:
            job = session.get(Job, self.job_id)
            if job is None or job.owner != self.owner or job.state != "running":
                raise LeaseLost()
            if job.cancel_asked:
                raise Cancelled()


def work(engine: Engine, settings: Settings, once: bool = False, stop: threading.Event | None = None) -> int:
    """Run jobs until ``stop``; with ``once``, until none is due. Returns how many runs ended here."""
    stop = stop or threading.Event()
    finished = 0
    pool = ThreadPoolExecutor(max_workers=1 if once else settings.workers, thread_name_prefix="job")
    running: set[Future[None]] = set()
    with pool:
        while not stop.is_set():
            over = {item for item in running if item.done()}
            finished += len(over)
            running -= over
            job = _claim(engine, settings) if len(running) < (1 if once else settings.workers) else None
            if job is not None:
                running.add(pool.submit(run_job, engine, settings, job))
            elif once and not running:
                break
            else:
                stop.wait(0.02 if once else POLL_SECONDS)
    return finished + len(running)


def _claim(engine: Engine, settings: Settings) -> Job | None:
    try:
        with session_scope(engine) as session:
            return claim(session, settings.lease_seconds)
    except Exception:
        log.exception("claiming a job failed; trying again")
        time.sleep(1)
        return None


def run_job(engine: Engine, settings: Settings, job: Job) -> None:
    """Run one claimed job to its end and record the outcome; never raises."""
    context = Context(engine, settings, job)
    ended = threading.Event()
    beat = threading.Thread(target=_heartbeat, args=(context, job.name, ended), daemon=True)
    beat.start()
    error: BaseException | None = None
    result: Any = None
    try:
        function, _timeout = find_task(job.name)
        result = function(context, **job.payload)
    except LeaseLost:
        log.warning("job %s (%s) was taken over; this run stops", job.id, job.name)
        return
    except Cancelled:
        _write_end(context, state="cancelled", finished_at=now(), text="已取消")
        return
    except Exception as caught:
        log.exception("job %s (%s) failed on attempt %d", job.id, job.name, job.attempts)
        error = caught
    finally:
        ended.set()
    try:
        with session_scope(engine) as session:
            settle(session, job.id, context.owner, error, result)
    except Exception:
        log.exception("recording the end of job %s failed; its lease will lapse", job.id)


def _write_end(context: Context, **values: Any) -> None:
    with session_scope(context.engine) as session:
        fenced(session, context.job_id, context.owner, **values)


def _heartbeat(context: Context, name: str, ended: threading.Event) -> None:
    """Renew the lease every quarter of its length until the job ends or its time-out passes."""
    lease = context.settings.lease_seconds
    give_up = time.monotonic() + find_task(name)[1]
    while not ended.wait(lease / 4):
        if time.monotonic() > give_up:
            log.error("job %s (%s) passed its time-out; its lease lapses", context.job_id, name)
            context.lost.set()
            return
        try:
            with session_scope(context.engine) as session:
                until = now() + timedelta(seconds=lease)
                if not fenced(session, context.job_id, context.owner, leased_until=until):
                    context.lost.set()
                    return
        except Exception:
            log.exception("renewing the lease of job %s failed; trying again", context.job_id)
