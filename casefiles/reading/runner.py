"""Reads files in limited child processes: a crash, a hang or a memory hog costs its own file or page only."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import cache, pool
from .media import sniff
from .model import Page, Problem, ReadFile
from .outcome import Unreadable
from .remarks import remarks

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and a Chinese line about the last one. A step is a file or a scanned page."""

_MIB = 1024 * 1024
_PAGES_A_JOB = 3
_SHARED = 128 * 1024
"""Size in bytes from which a PDF is worth more than one child."""
_UNREAD = "未能识别文字"


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Limits of one child: bytes of memory, seconds without a sign of life, seconds of CPU; and sizes of files."""

    memory: int = 640 * _MIB
    ocr_memory: int = 2048 * _MIB
    silence: float = 60.0
    ocr_silence: float = 300.0
    """OCR on a busy machine may be slow for long; processor time is limited by itself."""
    cpu: int = 120
    file_size: int = 512 * _MIB
    recording_size: int = 8192 * _MIB


@dataclass(slots=True)
class _Reading:
    """One call of ``read_files``."""

    items: Sequence[tuple[Path, str]]
    limits: ReadLimits
    progress: Progress | None
    files: dict[int, ReadFile] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    parts: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    """What came of the shares of each file."""
    pages: dict[int, dict[int, Page]] = field(default_factory=dict)
    done: int = 0
    steps: int = 0

    def tell(self, text: str) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.steps, text)

    def expect(self, index: int, file: ReadFile) -> None:
        """Take a file in; its pages that wait for OCR are steps to come."""
        self.files[index] = file
        self.steps += len(_waiting(file))

    def size(self, index: int) -> int:
        return self.items[index][0].stat().st_size


def read_files(
    items: Sequence[tuple[Path, str]], *, ocr: bool = True, workers: int | None = None,
    limits: ReadLimits | None = None, progress: Progress | None = None,
) -> list[ReadFile]:  # fmt: skip
    """Read files given as (path, name), in order. Nothing raises for a bad file: its problem says why.

    Files are hashed first; what is in the cache is not read again. The rest is parsed in ``workers`` child processes
    (as many as processors may be used, at most four), a long PDF in shares where there are fewer files than children;
    pages that are pictures then go to OCR a few at a time, and each finished page is kept, so that a killed run resumes
    where it was.
    """
    reading = _Reading(items, limits or ReadLimits(), progress)
    count = workers or min(4, _processors())
    reading.steps = len(items)
    fresh = [index for index in range(len(items)) if not _known(reading, index)]
    reading.done = len(items) - len(fresh)
    jobs = [
        pool.Job(
            i,
            *items[i],
            reading.limits.memory,
            reading.limits.silence,
            reading.limits.cpu,
            share=(part, parts),
        )
        for i in fresh
        for parts in [_shares(items[i], count // len(fresh))]
        for part in range(parts)
    ]
    pool.run(
        jobs,
        count,
        lambda job, event: _parsed(reading, job, event),
        lambda job, silent: _lost(reading, job, silent),
    )
    if ocr:
        _read_scans(reading, count)
    for index in fresh:
        cache.store(reading.files[index])
    return [_remarked(reading.files[index]) for index in range(len(items))]


def _remarked(file: ReadFile) -> ReadFile:
    return replace(file, problems=(*file.problems, *remarks(file)))


def read_file(path: Path, name: str, *, ocr: bool = True) -> ReadFile:
    """Read one file in a limited child process."""
    return read_files([(path, name)], ocr=ocr)[0]


def failed(name: str, sha256: str, size: int, what: str, remedy: str, outcome: str) -> ReadFile:
    """A file that could not be read, with its reason and remedy in Chinese."""
    return ReadFile(name, sha256, size, "other", outcome, problems=(Problem(name, what, remedy),))


def _failed(reading: _Reading, index: int, error: Unreadable) -> ReadFile:
    name = reading.items[index][1]
    return failed(
        name, reading.digests.get(index, ""), reading.size(index), error.what, error.remedy, error.outcome
    )


def _known(reading: _Reading, index: int) -> bool:
    """Whether a file is refused at sight or in the cache; its result is then set. Pages may still wait for OCR."""
    path, name = reading.items[index]
    size = path.stat().st_size
    refusal = _refusal(path, name, reading.limits)
    if refusal is not None:
        reading.digests[index] = cache.digest(path) if size <= reading.limits.file_size else ""
        reading.files[index] = _failed(reading, index, refusal)
        return True
    reading.digests[index] = sha256 = cache.digest(path)
    kept = cache.load(sha256, name)
    if kept is None:
        return False
    reading.expect(index, kept)
    return True


def _refusal(path: Path, name: str, limits: ReadLimits) -> Unreadable | None:
    """What can be refused by size and first bytes alone, before any hashing or parsing."""
    size = path.stat().st_size
    try:
        media = sniff(path, name)
    except Unreadable as error:
        return error
    limit = limits.recording_size if media == "recording" else limits.file_size
    if size <= limit:
        return None
    what = f"文件大小 {size / _MIB:.0f} MB，超过上限 {limit / _MIB:.0f} MB"
    return Unreadable(what, "请压缩或拆分后重新上传；录像可按时段分段")


def _shares(item: tuple[Path, str], free: int) -> int:
    """In how many shares a file is parsed by as many children."""
    path, name = item
    return max(1, free) if path.stat().st_size >= _SHARED and sniff(path, name) == "pdf" else 1


def _parsed(reading: _Reading, job: pool.Job, event: dict[str, Any]) -> None:
    """Take the result of parsing one file, or one share of it."""
    parts = reading.parts.setdefault(job.index, {})
    parts[job.share[0]] = event
    if len(parts) < job.share[1]:
        return
    events = [parts[part] for part in sorted(parts)]
    failure = next((event for event in events if "error" in event), None)
    if failure is None:
        reading.expect(job.index, _joined(reading, job, [event["done"] for event in events]))
    else:
        file = _failed(reading, job.index, Unreadable(*failure["error"]))
        reading.files[job.index] = replace(file, properties=failure.get("properties", {}))
    reading.tell(f"{job.name}：{'已读' if failure is None or 'properties' not in failure else '未能阅读'}")


def _joined(reading: _Reading, job: pool.Job, parts: list[dict[str, Any]]) -> ReadFile:
    """The shares of a file put together; a file that is no PDF has one."""
    scans = [number for part in parts for number in part["scans"]]
    pages = tuple(cache.page_from_json(page) for part in parts for page in part["pages"])
    notes = tuple(Problem(job.name, what, remedy) for part in parts for what, remedy in part["notes"])
    first = parts[0]
    properties = dict(first["properties"]) | ({"waiting": scans} if scans else {})
    return ReadFile(
        job.name, reading.digests[job.index], reading.size(job.index), first["media"], first["outcome"],
        pages, notes, properties, first["sheets"],
    )  # fmt: skip


def _lost(reading: _Reading, job: pool.Job, silent: bool) -> pool.Job | None:
    """A child died over a file: once may be chance, twice is the file."""
    if job.tries == 0:
        return replace(job, tries=1)
    what = "文件阅读超时，已中止" if silent else "阅读该文件的进程异常退出（可能超过内存上限或文件损坏）"
    error = [what, "请另存、拆分或重新扫描后上传", "refused"]
    _parsed(reading, job, {"error": error, "properties": {"passing": True}})
    return None


def _read_scans(reading: _Reading, count: int) -> None:
    """Read the pages that wait for OCR, a few to a job, and put them into their files."""
    limits = reading.limits
    jobs: list[pool.Job] = []
    for index, file in reading.files.items():
        waiting = _waiting(file)
        if not waiting:
            continue
        kept = reading.pages[index] = cache.load_pages(file.sha256)
        left = [number for number in waiting if number not in kept]
        reading.done += len(waiting) - len(left)
        for start in range(0, len(left), _PAGES_A_JOB):
            part = left[start : start + _PAGES_A_JOB]
            path, name = reading.items[index]
            jobs.append(
                pool.Job(
                    index, path, name, limits.ocr_memory, limits.ocr_silence, limits.cpu, file.media, part
                )
            )
    pool.run(
        jobs,
        _fitting(count, limits),
        lambda job, event: _seen(reading, job, event),
        lambda job, silent: _page_lost(reading, job, silent),
    )
    for index in reading.pages:
        reading.files[index] = _complete(reading.files[index], reading.pages[index])
        cache.store(reading.files[index])
        cache.drop_pages(reading.files[index].sha256)


def _waiting(file: ReadFile) -> list[int]:
    """Numbers of the pages that wait for OCR."""
    waiting = file.properties.get("waiting")
    return waiting if isinstance(waiting, list) else []


def _processors() -> int:
    """Processors that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fitting(count: int, limits: ReadLimits) -> int:
    """As many children for OCR as the free memory holds, at least one; each takes up to about 1.2 GiB."""
    try:
        match = re.search(r"MemAvailable:\s+([0-9]+) kB", Path("/proc/meminfo").read_text())
    except OSError:
        return count
    return max(1, min(count, int(match[1]) * 1024 // (limits.ocr_memory * 6 // 10))) if match else count


def _seen(reading: _Reading, job: pool.Job, event: dict[str, Any]) -> None:
    if "page" in event:
        page = cache.page_from_json(event["page"])
        reading.pages[job.index][page.number or 0] = page
        cache.store_page(reading.files[job.index].sha256, page)
        reading.tell(f"{job.name}：已识别第 {page.number} 页")


def _page_lost(reading: _Reading, job: pool.Job, silent: bool) -> pool.Job | None:
    """A child died over a page: go on with the rest, and leave a page out that kills twice."""
    done = reading.pages[job.index]
    left = [number for number in job.pages or () if number not in done]
    if not left:
        return None
    if job.tries == 0 or len(left) < len(job.pages or ()):
        return replace(job, pages=left, tries=1)
    return replace(job, pages=left[1:], tries=0) if left[1:] else None


def _complete(file: ReadFile, pages: dict[int, Page]) -> ReadFile:
    """A file with its scanned pages in place. Pages that stayed unread are named; those that OCR did not come to the end
    of go on waiting, so that the next reading tries them again."""
    merged = tuple(_sized(pages.get(page.number or 0, page), page) for page in file.pages)
    properties = {key: value for key, value in file.properties.items() if key != "waiting"}
    waiting = [page.number for page in merged if page.source == "none" and page.number not in pages]
    lost = [page.number for page in merged if page.source == "none"]
    problems = [problem for problem in file.problems if not problem.what.endswith(_UNREAD)]
    if waiting:
        properties["waiting"] = waiting
    if lost:
        text = "、".join(str(number) for number in lost)
        problems.append(
            Problem(file.name, f"第{text}页{_UNREAD}", "请稍后重试；仍不行请重新扫描这些页后补传，或手工录入")
        )
    return replace(file, pages=merged, properties=properties, problems=tuple(problems))


def _sized(page: Page, before: Page) -> Page:
    return page if page.width else replace(page, width=before.width, height=before.height)
