"""Background work: jobs enqueued with the business rows, claimed under a lease, safe to kill.

A job is a task name, JSON and an optional key. Running one is at least once: a step that finished before a
crash is not run again, a step that was under way is, so steps must be idempotent. Every write of a worker
is fenced on its lease; a worker that lost it stops without effect.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Index, and_, delete, func, or_, text, update
from sqlmodel import Field, Session, col, select

from foundation.clock import now
from foundation.db import Record, json_field
from foundation.errors import AnhengError
from foundation.ids import new_id

log = logging.getLogger("anheng.jobs")

ATTEMPTS = 5
BACKOFF_SECONDS = (5, 30, 120, 600)
QUEUE_SLOTS = {"default": 4, "reading": 2}
"""Jobs of one queue that may run at once over all workers; an unnamed queue has 4."""

KEPT_DAYS = 30
OPEN_STATES = ("queued", "running")
Task = Callable[..., Any]
F = TypeVar("F", bound=Task)

_tasks: dict[str, Task] = {}
_timeouts: dict[str, int] = {}
_announcer: "Callable[[Session, Job], None] | None" = None


class Job(Record, table=True):
    """One piece of background work and how far it is (``done`` of ``total``, with a sentence)."""

    __table_args__ = (Index("ix_job_due", "state", "queue", "due_at"),)

    name: str = Field(max_length=64, index=True)
    queue: str = Field(default="default", max_length=32)
    key: str | None = Field(default=None, max_length=128, index=True)
    payload: dict[str, Any] = json_field(default_factory=dict)
    state: str = Field(default="queued", max_length=16)
    due_at: datetime = Field(default_factory=now)
    attempts: int = 0
    owner: str | None = Field(default=None, max_length=26)
    leased_until: datetime | None = Field(default=None)
    cancel_asked: bool = False
    steps: dict[str, Any] = json_field(default_factory=dict)
    done: int = 0
    total: int = 0
    text: str = ""
    result: Any = json_field(default=None)
    error: str = ""
    remedy: str = ""
    office_id: str | None = Field(default=None, max_length=26, index=True)
    created_by: str | None = Field(default=None, max_length=26)
    finished_at: datetime | None = Field(default=None)


def task(name: str, *, timeout: int = 3600) -> Callable[[F], F]:
    """Declare a task: ``@task("casefiles.read") def read(context, **payload)``; ``timeout`` in seconds.

    A task past its time-out loses its lease, so a hung run does not block the queue.
    """

    def declare(function: F) -> F:
        _tasks[name] = function
        _timeouts[name] = timeout
        return function

    return declare


def set_announcer(tell: "Callable[[Session, Job], None] | None") -> None:
    """Tell ``tell`` of every job that becomes due, inside the transaction that makes it so; ``None``: nobody."""
    global _announcer
    _announcer = tell


def announce(session: Session, job: Job) -> None:
    """A job is queued (again): tell whoever dispatches."""
    if _announcer is not None:
        _announcer(session, job)


def find_task(name: str) -> tuple[Task, int]:
    """The function and time-out of a task; an unknown name is an error for the operator."""
    if name not in _tasks:
        raise AnhengError(f"后台任务“{name}”在此程序版本中不存在。", "请确认网页与后台程序为同一版本。")
    return _tasks[name], _timeouts[name]


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any],
    key: str | None = None,
    queue: str = "default",
    *,
    office_id: str | None = None,
    created_by: str | None = None,
    delay: float = 0,
) -> Job:
    """Add a job inside the caller's transaction: rolled back with it, visible to workers after its commit.

    With a ``key``, an open job of the same name and key is returned instead of a second one.
    """
    find_task(name)
    if key is not None:
        same = select(Job).where(Job.name == name, Job.key == key, col(Job.state).in_(OPEN_STATES))
        if found := session.exec(same).first():
            return found
    job = Job(
        name=name,
        payload=payload,
        key=key,
        queue=queue,
        office_id=office_id,
        created_by=created_by,
        due_at=now() + timedelta(seconds=delay),
    )
    session.add(job)
    session.flush()
    announce(session, job)
    return job


def cancel(session: Session, job: Job) -> None:
    """Ask for a stop: a queued job ends at once, a running one between two steps, what is done stays."""
    query = update(Job).where(col(Job.id) == job.id)
    session.exec(query.where(col(Job.state) == "running").values(cancel_asked=True))
    ended = {"state": "cancelled", "finished_at": now(), "text": "已取消"}
    session.exec(query.where(col(Job.state) == "queued").values(**ended))
    session.expire(job)


def retry(session: Session, job: Job) -> None:
    """Put a failed or cancelled job back in the queue; its finished steps are kept."""
    fresh = {
        "state": "queued",
        "attempts": 0,
        "due_at": now(),
        "error": "",
        "remedy": "",
        "cancel_asked": False,
    }
    ended = col(Job.state).in_(("failed", "cancelled"))
    session.exec(update(Job).where(col(Job.id) == job.id, ended).values(**fresh))
    session.expire(job)
    announce(session, job)


def claim(
    session: Session, lease_seconds: int, queues: dict[str, int] | None = None, only: str | None = None
) -> Job | None:
    """Take the next due job (or ``only`` that one) under a new lease, or ``None`` when none is free.

    Call in a writing transaction of its own."""
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(4210073)"))
    moment = now()
    alive = (Job.state == "running", col(Job.leased_until) > moment)
    counts = select(Job.queue, func.count()).where(*alive).group_by(Job.queue)
    running = {queue: count for queue, count in session.exec(counts)}  # noqa: C416
    slots = queues or QUEUE_SLOTS
    full = [name for name, count in running.items() if count >= slots.get(name, 4)]
    lapsed = and_(col(Job.state) == "running", col(Job.leased_until) <= moment)
    waiting = and_(col(Job.state) == "queued", col(Job.due_at) <= moment)
    query = select(Job).where(or_(waiting, lapsed), col(Job.queue).not_in(full))
    if only is not None:
        query = query.where(Job.id == only)
    job = session.exec(query.order_by(col(Job.due_at), col(Job.id)).limit(1)).first()
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:
        _give_up(job, "任务多次中断，已停止重试。", "请查看日志，排除原因后在任务页重试。")
        session.add(job)
        return None
    job.state, job.owner = "running", new_id()
    job.attempts += 1
    job.leased_until = moment + timedelta(seconds=lease_seconds)
    session.add(job)
    session.flush()
    return job


def clear_old(session: Session) -> int:
    """Remove jobs that ended well more than ``KEPT_DAYS`` ago; failed ones stay until someone looks."""
    old = now() - timedelta(days=KEPT_DAYS)
    gone = col(Job.state).in_(("done", "cancelled")) & (col(Job.finished_at) < old)
    return int(session.exec(delete(Job).where(gone)).rowcount)


def fenced(session: Session, job_id: str, owner: str, **values: Any) -> bool:
    """Write to a running job only while ``owner`` still holds it; tells whether it did."""
    held = (col(Job.id) == job_id, col(Job.owner) == owner, col(Job.state) == "running")
    result = session.exec(update(Job).where(*held).values(**values))
    return bool(result.rowcount == 1)


def settle(
    session: Session, job_id: str, owner: str, error: BaseException | None, result: Any = None
) -> bool:
    """Record how a run ended: done, tried again after a pause, or failed after the last attempt."""
    job = session.get_one(Job, job_id)
    if error is None:
        ended = {"state": "done", "result": result, "finished_at": now(), "error": "", "remedy": ""}
        return fenced(session, job_id, owner, **ended)
    what, remedy = _explain(error)
    if isinstance(error, AnhengError) or job.attempts >= ATTEMPTS:
        ended = {"state": "failed", "error": what, "remedy": remedy, "finished_at": now()}
        return fenced(session, job_id, owner, **ended)
    pause = BACKOFF_SECONDS[min(job.attempts, len(BACKOFF_SECONDS)) - 1]
    again = {"state": "queued", "due_at": now() + timedelta(seconds=pause), "error": what, "remedy": remedy}
    held = fenced(session, job_id, owner, **again)
    if held:
        session.refresh(job)
        announce(session, job)
    return held


def _give_up(job: Job, what: str, remedy: str) -> None:
    job.state, job.error, job.remedy, job.finished_at = "failed", what, remedy, now()


def _explain(error: BaseException) -> tuple[str, str]:
    if isinstance(error, AnhengError):
        return error.what, error.remedy
    return (
        f"后台任务出错（{type(error).__name__}）。",
        "系统会自动重试；若仍失败，请把任务编号告知系统管理员。",
    )
