"""Background jobs: declare with ``task``, add with ``enqueue``, run with ``work``."""

from foundation.jobs.table import Job, Task, cancel, enqueue, find_task, retry, task
from foundation.jobs.worker import Context, work

__all__ = ["Context", "Job", "Task", "cancel", "enqueue", "find_task", "retry", "task", "work"]
