"""Child processes that do the reading: started, fed one job at a time, and replaced when they crash or hang."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(slots=True)
class Job:
    """Work for a child: a file to parse, or ``pages`` of it to read by OCR. ``index`` is the caller's own."""

    index: int
    path: Path
    name: str
    memory: int
    silence: float
    """Seconds without a sign of life after which the child is ended."""
    cpu: int
    media: str = ""
    pages: list[int] | None = None
    tries: int = field(default=0, compare=False)
    render: tuple[int, int, int] | None = None
    """Page, dpi and turn of an image wanted instead of a reading."""
    share: tuple[int, int] = (0, 1)
    """Which part of how many to parse of a PDF; all of them make the file."""

    def order(self) -> bytes:
        order = {
            "path": str(self.path.resolve()), "name": self.name, "media": self.media, "pages": self.pages,
            "memory": self.memory, "seconds": self.cpu, "render": self.render,
            "share": self.share,
        }  # fmt: skip
        return json.dumps(order).encode() + b"\n"


class Died(Exception):
    """A child ended, or ``silent`` fell silent, in the midst of a job."""

    def __init__(self, silent: bool) -> None:
        super().__init__()
        self.silent = silent


@dataclass(slots=True)
class Child:
    """A running child; a thread of ours takes what it says off the pipe, on every system alike."""

    process: subprocess.Popen[bytes]
    said: "queue.SimpleQueue[bytes]" = field(default_factory=queue.SimpleQueue)
    listener: threading.Thread | None = None

    @classmethod
    def start(cls) -> "Child":
        environment = {
            key: os.environ[key]
            for key in ("PATH", "LANG", "SYSTEMROOT", "ANHENG_OFFICE")
            if key in os.environ
        }
        environment |= {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1", "HOME": tempfile.gettempdir()}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-P", str(_LAUNCH)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        child = cls(process)
        child.listener = threading.Thread(target=child._listen, daemon=True)
        child.listener.start()
        return child

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as pipe:
            for line in pipe:
                self.said.put(line)
        self.said.put(b"")

    def events(self, job: Job) -> Iterator[dict[str, Any]]:
        """Send a job and give its events, the last of which is ``done`` or ``error``."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(job.order())
            self.process.stdin.flush()
        except OSError as error:
            raise Died(silent=False) from error
        while True:
            event = self._next(job.silence)
            yield event
            if "page" not in event:
                return

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self.said.get(timeout=seconds)
        except queue.Empty:
            raise Died(silent=True) from None
        try:
            return dict(json.loads(line))
        except ValueError as error:
            raise Died(silent=False) from error

    def stop(self, *, at_once: bool = False) -> None:
        """Let a child end by itself, or end it."""
        if at_once:
            self.process.kill()
        if self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except OSError:  # the child is gone and the pipe with it
                self.process.kill()
        try:
            self.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.listener is not None:
            self.listener.join(timeout=1.0)


Handler = Callable[[Job, dict[str, Any]], None]
Failure = Callable[[Job, bool], Job | None]
"""Called with a job whose child died and whether it was silent; gives the job to try again, if any."""


def run(jobs: Sequence[Job], workers: int, handle: Handler, fail: Failure) -> None:
    """Do all jobs in up to ``workers`` children. ``handle`` and ``fail`` are called under one lock."""
    waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    count = max(1, min(workers, len(jobs)))
    lock = threading.Lock()
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            _work(waiting, lock, handle, fail)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, daemon=True) for _ in range(count)] if jobs else []
    for thread in threads:
        waiting.put(None)
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _work(
    waiting: "queue.SimpleQueue[Job | None]", lock: threading.Lock, handle: Handler, fail: Failure
) -> None:
    child: Child | None = None
    try:
        while (item := waiting.get()) is not None:
            job: Job | None = item
            while job is not None:
                child = child or Child.start()
                job, child = _attempt(child, job, lock, handle, fail)
    finally:
        if child is not None:
            child.stop()


def _attempt(
    child: Child, job: Job, lock: threading.Lock, handle: Handler, fail: Failure
) -> tuple[Job | None, Child | None]:
    """Do a job; gives what is to be tried again after a death, and the child if it lives."""
    try:
        for event in child.events(job):
            with lock:
                handle(job, event)
    except Died as death:
        child.stop(at_once=True)
        with lock:
            return fail(job, death.silent), None
    return None, child
