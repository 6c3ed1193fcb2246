"""Background jobs: declare with ``task``, add with ``enqueue``, run with ``work``."""

import threading

from sqlalchemy import Engine

from foundation.jobs.scale import apply_schema, use, work_scaled
from foundation.jobs.table import Job, Task, cancel, clear_old, enqueue, find_task, retry, task
from foundation.jobs.worker import Context, work_table
from foundation.settings import Settings

__all__ = [
    "Context",
    "Job",
    "Task",
    "apply_schema",
    "cancel",
    "clear_old",
    "enqueue",
    "find_task",
    "retry",
    "task",
    "use",
    "work",
]


def work(engine: Engine, settings: Settings, once: bool = False, stop: threading.Event | None = None) -> int:
    """Run jobs until ``stop`` (with ``once``, until none is due) by the configured back end.

    Returns how many runs ended here.
    """
    if settings.jobs_backend == "procrastinate":
        use(settings)
        return work_scaled(engine, settings, once, stop or threading.Event())
    return work_table(engine, settings, once, stop)
