"""The site under gunicorn, whose threads suit short pages beside slow uploads. Imported where it runs only:
gunicorn knows no Windows."""

import mmap
import time
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

PAUSE, PATIENCE = 0.001, 30
"""How often, and how many seconds each time, a process leaves a new connection to one that has fewer."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that leaves a new connection to the one with fewer: browsers keep theirs, so whoever takes all
    of them when they come at once serves them alone, while the other processor idles."""

    left = 0

    def notify(self) -> None:
        """Tell the other processes, too, at every turn how many connections this one has."""
        self.app.held[self.age % len(self.app.held)] = self.nr_conns
        super().notify()

    def accept(self, listener: Any) -> None:
        """Take a connection, unless a process with fewer may still take it."""
        if self.nr_conns > min(self.app.held) and self.left < PATIENCE:
            self.left += 1
            time.sleep(PAUSE)
            return
        self.left = 0
        super().accept(listener)
        self.notify()


class Site(BaseApplication):  # type: ignore[misc]
    """The application that ``factory`` makes, in some processes of some threads each."""

    def __init__(self, factory: Callable[[], Any], bind: str, processes: int, threads: int) -> None:
        self.factory = factory
        self.held = memoryview(mmap.mmap(-1, 4 * processes)).cast("I")
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
