"""The worker: claims jobs, keeps their leases alive, runs task functions with checkpoints."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from foundation.clock import now
from foundation.db import session_scope
from foundation.jobs.table import Job, announce, claim, fenced, find_task, settle
from foundation.settings import Settings

log = logging.getLogger("anheng.jobs")
POLL_SECONDS = 0.5
GRACE_SECONDS = 4


class LeaseLost(BaseException):
    """Another worker holds the job now (lease lapsed or time-out): this run must stop without effect."""


class Cancelled(BaseException):
    """The user asked for a stop; raised between two steps."""


class Stopping(BaseException):
    """The worker is asked to end; raised between two steps, the job goes back to its queue."""


class Context:
    """What a task function gets: sessions, progress for the page, checkpoints."""

    def __init__(
        self, engine: Engine, settings: Settings, job: Job, stop: threading.Event | None = None
    ) -> None:
        self.stop = stop or threading.Event()
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

    def release(self) -> None:
        """Give the job back to its queue at once, this attempt not counted; later writes of this run do nothing."""
        with session_scope(self.engine) as session:
            again = {"state": "queued", "due_at": now(), "attempts": self.attempt - 1}
            if fenced(session, self.job_id, self.owner, **again):
                announce(session, session.get_one(Job, self.job_id))

    def _stop_if_asked(self) -> None:
        if self.stop.is_set():
            raise Stopping()
        with session_scope(self.engine, reading=True) as session:
            job = session.get(Job, self.job_id)
            if job is None or job.owner != self.owner or job.state != "running":
                raise LeaseLost()
            if job.cancel_asked:
                raise Cancelled()


def work_table(
    engine: Engine, settings: Settings, once: bool = False, stop: threading.Event | None = None
) -> int:
    """Run jobs until ``stop``; with ``once``, until none is due. Returns how many runs ended here.

    After ``stop`` running jobs have ``GRACE_SECONDS`` to reach a checkpoint; whatever still runs then is
    given back to its queue and its thread abandoned (the caller should end the process).
    """
    stop = stop or threading.Event()
    finished, slots = 0, 1 if once else settings.workers
    pool = ThreadPoolExecutor(max_workers=slots, thread_name_prefix="job")
    running: dict[Future[None], Context] = {}
    while not stop.is_set():
        over = [item for item in running if item.done()]
        finished += len(over)
        for item in over:
            del running[item]
        job = _claim(engine, settings) if len(running) < slots else None
        if job is not None:
            context = Context(engine, settings, job, stop)
            running[pool.submit(run_job, context, job)] = context
        elif once and not running:
            break
        elif running:
            wait(running, timeout=0.02 if once else POLL_SECONDS, return_when=FIRST_COMPLETED)
        else:
            stop.wait(POLL_SECONDS)
    _end(running)
    pool.shutdown(wait=False)
    return finished + len(running)


def _end(running: dict[Future[None], Context]) -> None:
    left = wait(running, timeout=GRACE_SECONDS).not_done
    for item in left:
        log.warning(
            "job %s did not reach a checkpoint in time; it goes back to its queue", running[item].job_id
        )
        running[item].release()


def _claim(engine: Engine, settings: Settings) -> Job | None:
    try:
        with session_scope(engine) as session:
            return claim(session, settings.lease_seconds)
    except Exception:
        log.exception("claiming a job failed; trying again")
        time.sleep(1)
        return None


def run_job(context: Context, job: Job) -> None:
    """Run one claimed job to its end and record the outcome; never raises."""
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
    except Stopping:
        context.release()
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
        with session_scope(context.engine) as session:
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
