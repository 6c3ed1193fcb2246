"""The site under gunicorn, whose threads suit short pages beside slow uploads. Imported where it runs only:
gunicorn knows no Windows."""

import time
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

PAUSE = 0.0005
"""Seconds that a process waits before a further connection, for each one it has."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that leaves a new connection to the one with fewer: browsers keep theirs, so whoever takes all
    of them when they come at once serves them alone, while the other processor idles."""

    def accept(self, listener: Any) -> None:
        """Take a connection, unless a process with less to do has taken it meanwhile."""
        time.sleep(min(self.nr_conns, 20) * PAUSE)
        super().accept(listener)


class Site(BaseApplication):  # type: ignore[misc]
    """The application that ``factory`` makes, in some processes of some threads each."""

    def __init__(self, factory: Callable[[], Any], bind: str, processes: int, threads: int) -> None:
        self.factory = factory
        self.chosen = {
            "bind": bind,
            "workers": processes,
            "threads": threads,
            "worker_class": Worker,
            "timeout": 120,
            "graceful_timeout": 3,
            "keepalive": 5,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn our choices; one that its version does not know is left out."""
        for key, value in self.chosen.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Any:
        """Make the application, in each process anew."""
        return self.factory()
