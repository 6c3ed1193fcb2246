"""Reads files in limited child processes: a crash, a hang or a memory hog costs its own file only."""

import hashlib
import json
import os
import queue
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import cache
from .media import sniff, suffix
from .model import Page, Problem, ReadFile
from .outcome import Unreadable

Progress = Callable[[int, int, str], None]
"""Called with files done, files in all, and a Chinese line about the current step."""

_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits of one child: bytes of memory, seconds without a sign of life, seconds of CPU."""

    memory: int = 640 * 1024 * 1024
    ocr_memory: int = 2 * 1024 * 1024 * 1024
    silence: float = 60.0
    cpu: int = 600
    file_size: int = 512 * 1024 * 1024
    recording_size: int = 8 * 1024 * 1024 * 1024


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    pending: bytes = b""


@dataclass(slots=True)
class _Job:
    path: Path
    name: str
    sha256: str
    size: int
    ocr: bool
    pages: dict[int, Page] = field(default_factory=dict)
    """Pages that OCR has finished."""
    tries: int = 0


class _Died(Exception):
    def __init__(self, silent: bool) -> None:
        super().__init__()
        self.silent = silent


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _start() -> _Child:
    environment = {
        key: os.environ[key] for key in ("PATH", "LANG", "SYSTEMROOT", "ANHENG_OFFICE") if key in os.environ
    }
    environment |= {
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "HOME": tempfile.gettempdir(),
    }
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-P", str(_LAUNCH)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    return _Child(process)


def _stop(child: _Child) -> None:
    process = child.process
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # the child is gone and the pipe with it
                continue
    try:
        process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _event(child: _Child, seconds: float) -> dict[str, Any]:
    """The next event from a child; raises ``_Died`` if it ends or falls silent."""
    stdout = child.process.stdout
    assert stdout is not None
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while b"\n" not in child.pending:
            left = until - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise _Died(silent=True)
            data = os.read(stdout.fileno(), 1 << 20)
            if not data:
                raise _Died(silent=False)
            child.pending += data
    line, _, child.pending = child.pending.partition(b"\n")
    return dict(json.loads(line))


def _serve(child: _Child, job: _Job, limits: ReadLimits, tell: Callable[[str], None]) -> ReadFile:
    """Send one job and gather its events."""
    picture = suffix(job.name) in ("jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic", "heif", "pdf")
    order = {
        "path": str(job.path.resolve()), "name": job.name, "ocr": job.ocr, "skip": sorted(job.pages), "seconds": limits.cpu,
        "memory": limits.ocr_memory if job.ocr and picture else limits.memory,
    }  # fmt: skip
    stdin = child.process.stdin
    assert stdin is not None
    try:
        stdin.write(json.dumps(order).encode() + b"\n")
        stdin.flush()
    except OSError as error:
        raise _Died(silent=False) from error
    while True:
        event = _event(child, limits.silence)
        if "page" in event:
            page = cache.page_from_json(event["page"])
            job.pages[page.number or 0] = page
            cache.store_page(job.sha256, page)
            tell(f"{job.name}：已识别 {event['step'][0]}/{event['step'][1]} 页")
        elif "error" in event:
            what, remedy, outcome = event["error"]
            return failed(job.name, job.sha256, job.size, Unreadable(what, remedy, outcome))
        else:
            return _assemble(job, event["done"])


def _assemble(job: _Job, data: dict[str, Any]) -> ReadFile:
    pages = [cache.page_from_json(page) for page in data["pages"]]
    pages = [job.pages.get(page.number or 0, page) for page in pages]
    waiting = [number for number in data["scans"] if number not in job.pages]
    properties = dict(data["properties"])
    notes = [Problem(job.name, what, remedy) for what, remedy in data["notes"]]
    if waiting and not job.ocr:
        properties["waiting"] = waiting
    return ReadFile(
        job.name,
        job.sha256,
        job.size,
        data["media"],
        data["outcome"],
        tuple(pages),
        tuple(notes),
        properties,
        data["sheets"],
    )


def failed(name: str, sha256: str, size: int, error: Unreadable) -> ReadFile:
    """A file that could not be read, with its reason and remedy."""
    problem = Problem(name, error.what, error.remedy)
    return ReadFile(name, sha256, size, "other", error.outcome, problems=(problem,))


def _refusal(path: Path, name: str, limits: ReadLimits) -> Unreadable | None:
    """What can be refused by size and first bytes alone, before any hashing or parsing."""
    size = path.stat().st_size
    try:
        media = sniff(path, name)
    except Unreadable as error:
        return error
    limit = limits.recording_size if media == "recording" else limits.file_size
    if size > limit:
        return Unreadable(
            f"文件大小 {size / 1048576:.0f} MB，超过上限 {limit / 1048576:.0f} MB",
            "请压缩或拆分后重新上传；录像可按时段分段",
        )
    return None


def _worker(jobs: "queue.SimpleQueue[tuple[int, _Job] | None]", done: Callable[[int, ReadFile], None], limits: ReadLimits,
            tell: Callable[[str], None]) -> None:  # fmt: skip
    child: _Child | None = None
    while (item := jobs.get()) is not None:
        index, job = item
        result: ReadFile | None = None
        while result is None:
            child = child or _start()
            before = len(job.pages)
            try:
                result = _serve(child, job, limits, tell)
            except (_Died, ValueError) as error:
                child.process.kill()
                _stop(child)
                child = None
                job.tries += 1
                if len(job.pages) == before and job.tries > 1:
                    silent = isinstance(error, _Died) and error.silent
                    what = (
                        "文件阅读超时，已中止"
                        if silent
                        else "阅读该文件的进程异常退出（可能超过内存上限或文件损坏）"
                    )
                    result = failed(
                        job.name, job.sha256, job.size, Unreadable(what, "请另存、拆分或重新扫描后上传")
                    )
                    result = replace(result, properties={"passing": True})
        done(index, result)
    if child is not None:
        _stop(child)


def read_files(
    items: Sequence[tuple[Path, str]], *, ocr: bool = True, workers: int | None = None,
    limits: ReadLimits | None = None, progress: Progress | None = None,
) -> list[ReadFile]:  # fmt: skip
    """Read files given as (path, name), in order. Nothing raises for a bad file: its problem says why.

    Files are hashed first; what is in the cache is not read again. The rest goes to ``workers`` child
    processes (as many as there are processors, at most four).
    """
    limits = limits or ReadLimits()
    results: list[ReadFile | None] = [None] * len(items)
    waiting: queue.SimpleQueue[tuple[int, _Job] | None] = queue.SimpleQueue()
    count = 0
    finished = 0
    lock = threading.Lock()

    def tell(text: str) -> None:
        if progress is not None:
            with lock:
                progress(finished, len(items), text)

    def done(index: int, file: ReadFile) -> None:
        nonlocal finished
        with lock:
            results[index] = file
            finished += 1
        if file.properties.get("passing") is None:
            cache.store(file)
            if not file.properties.get("waiting"):
                cache.drop_pages(file.sha256)
        tell(f"{file.name}：已读")

    for index, (path, name) in enumerate(items):
        kept, job = _prepare(path, name, ocr, limits)
        if kept is not None:
            results[index] = kept
            finished += 1
        elif job is not None:
            waiting.put((index, job))
            count += 1
    threads = []
    for _ in range(min(workers or min(4, os.cpu_count() or 1), count)):
        threads.append(threading.Thread(target=_worker, args=(waiting, done, limits, tell), daemon=True))
    for thread in threads:
        waiting.put(None)
        thread.start()
    for thread in threads:
        thread.join()
    return [file for file in results if file is not None]


def _prepare(path: Path, name: str, ocr: bool, limits: ReadLimits) -> tuple[ReadFile | None, _Job | None]:
    """The finished file if it is refused at sight or in the cache, else a job."""
    size = path.stat().st_size
    refusal = _refusal(path, name, limits)
    if refusal is not None:
        sha256 = digest(path) if size <= limits.file_size else ""
        return failed(name, sha256, size, refusal), None
    sha256 = digest(path)
    kept = cache.load(sha256, name, ocr=ocr)
    if kept is not None:
        return kept, None
    job = _Job(path, name, sha256, size, ocr)
    if ocr:
        job.pages = cache.load_pages(sha256)
    return None, job


def read_file(path: Path, name: str, *, ocr: bool = True) -> ReadFile:
    """Read one file in a limited child process."""
    return read_files([(path, name)], ocr=ocr)[0]
