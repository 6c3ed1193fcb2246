"""What was read is kept by the file's SHA-256 and the reader's version; nothing is read twice."""

import base64
import contextlib
import gzip
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from .model import Box, Line, Mark, Page, Problem, ReadFile

READER_VERSION = "9"
"""Goes up whenever the same bytes would be read differently."""


def folder() -> Path:
    """``cache/reading`` under ANHENG_VAR, or under ./var."""
    return Path(os.environ.get("ANHENG_VAR") or "var") / "cache" / "reading"


def set_folder() -> Path:
    """Where Word files stand that were set as PDF."""
    return folder().parent / "set"


def digest(path: Path) -> str:
    """SHA-256 of a file; worked out once while the file stays as it is."""
    state = path.stat()
    return _digest(path.resolve(), state.st_size, state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=4096)
def _digest(path: Path, *_: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _box(value: list[float] | None) -> Box | None:
    return (value[0], value[1], value[2], value[3]) if value else None


def page_to_json(page: Page) -> dict[str, Any]:
    """A page as JSON values; what has its default is left out."""
    lines = []
    for line in page.lines:
        item: dict[str, Any] = {"t": line.text, "k": line.kind}
        if line.box:
            item["b"] = line.box
        if line.confidence != 1.0:
            item["c"] = line.confidence
        if line.at:
            item["at"] = line.at
        if line.table:
            item["cell"] = (line.table, line.row, line.column)
        if line.script:
            item["h"] = line.hand
        if line.doubts:
            item["d"] = line.doubts
        if line.spans:
            item["s"] = base64.b64encode(line.spans).decode()
        lines.append(item)
    return {
        "n": page.number, "w": page.width, "h": page.height, "r": page.rotation, "source": page.source,
        "blank": page.blank, "lines": lines, "marks": [asdict(mark) for mark in page.marks],
    }  # fmt: skip


def page_from_json(data: dict[str, Any]) -> Page:
    number = data["n"]
    lines = []
    for item in data["lines"]:
        table, row, column = item.get("cell", (None, None, None))
        spans = base64.b64decode(item["s"]) if "s" in item else b""
        hand = tuple(item.get("h", ()))
        lines.append(
            Line(item["t"], number, _box(item.get("b")), item.get("c", 1.0), item["k"], item.get("at"),
                 table, row, column, "h" in item, hand, spans, tuple((at, sure) for at, sure in item.get("d", ())))
        )  # fmt: skip
    marks = [Mark(**{**mark, "box": _box(mark["box"])}) for mark in data["marks"]]
    return Page(
        number, tuple(lines), tuple(marks), data["w"], data["h"], data["r"], data["source"], data["blank"]
    )


def to_json(file: ReadFile) -> dict[str, Any]:
    """A file that was read as JSON values."""
    return {
        "name": file.name, "sha256": file.sha256, "size": file.size, "media": file.media, "outcome": file.outcome,
        "pages": [page_to_json(page) for page in file.pages], "problems": [(p.file, p.what, p.remedy) for p in file.problems],
        "properties": file.properties, "sheets": file.sheets,
    }  # fmt: skip


def from_json(data: dict[str, Any]) -> ReadFile:
    """The inverse of ``to_json``."""
    return ReadFile(
        data["name"], data["sha256"], data["size"], data["media"], data["outcome"],
        tuple(page_from_json(page) for page in data["pages"]), tuple(Problem(*p) for p in data["problems"]),
        data["properties"], data["sheets"],
    )  # fmt: skip


def _path(sha256: str, part: str = "") -> Path:
    return folder() / f"{sha256}-{READER_VERSION}{part}.json.gz"


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 3, mtime=0)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as stream:
        stream.write(packed)
    Path(stream.name).replace(path)


def _read(path: Path) -> Any:
    """The stored value, or None where there is none or it is damaged (it is then read afresh)."""
    try:
        return json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, ValueError, EOFError, gzip.BadGzipFile):
        return None


def load(sha256: str, name: str) -> ReadFile | None:
    """What is kept for these bytes, under the given name; ``waiting`` in its properties names pages without OCR."""
    data = _read(_path(sha256))
    if data is None:
        return None
    try:
        file = from_json(data)
    except (KeyError, TypeError, ValueError):
        return None
    problems = tuple(replace(problem, file=name) for problem in file.problems)
    return replace(file, name=name, problems=problems)


def store(file: ReadFile) -> None:
    """Keep a file's reading. Failures that another try might not repeat are not kept."""
    if not file.properties.get("passing"):
        _write(_path(file.sha256), to_json(file))


def load_pages(sha256: str) -> dict[int, Page]:
    """Pages of a scan that were finished before a crash, by number."""
    found = (_read(path) for path in folder().glob(f"{sha256}-{READER_VERSION}-p*.json.gz"))
    return {data["n"]: page_from_json(data) for data in found if data}


def store_page(sha256: str, page: Page) -> None:
    if page.number is not None:
        _write(_path(sha256, f"-p{page.number:04d}"), page_to_json(page))


def drop_pages(sha256: str) -> None:
    """Single pages are of no use once the whole file is kept."""
    for path in folder().glob(f"{sha256}-{READER_VERSION}-p*.json.gz"):
        with contextlib.suppress(OSError):
            path.unlink()
