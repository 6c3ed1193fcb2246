"""The limited process that opens untrusted files: jobs as JSON lines in, events as JSON lines out.

A job is {"path", "name", "media", "pages", "render", "share", "memory", "seconds"}. Without ``pages`` the file is parsed,
of a PDF the given share; with
them those pages are read by OCR; with ``render`` a page is drawn. Events are {"page": …} for every page that OCR
finished, and at the end {"done": …} or {"error": …}.
"""

import base64
import contextlib
import importlib
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

from .cache import page_to_json
from .dispatch import parse
from .outcome import Parsed, Unreadable

resource = importlib.import_module("resource") if os.name == "posix" else None
"""Windows has no such limits; the parent's clock is then the only one."""


def _limit(memory: int, seconds: int) -> None:
    if resource is None:
        return
    wanted = {"RLIMIT_DATA": memory, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 256}
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted["RLIMIT_CPU"] = int(used.ru_utime + used.ru_stime) + seconds
    for name, value in wanted.items():
        which = getattr(resource, name)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (value, resource.getrlimit(which)[1]))


def _peak() -> int:
    """Bytes of memory held at most so far, where the system tells (VmHWM; ``ru_maxrss`` begins at the parent's)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    match = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    return int(match[1]) * 1024 if match else 0


def _send(event: dict[str, Any]) -> None:
    sys.__stdout__.write(json.dumps(event, ensure_ascii=True, separators=(",", ":")) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def _result(parsed: Parsed) -> dict[str, Any]:
    return {
        "media": parsed.media, "outcome": parsed.outcome, "notes": parsed.notes, "properties": parsed.properties,
        "sheets": parsed.sheets, "scans": parsed.scans, "pages": [page_to_json(page) for page in parsed.pages],
    }  # fmt: skip


def _work(job: dict[str, Any]) -> dict[str, Any] | str | None:
    path = Path(job["path"])
    if job["render"] is not None:
        drawing = importlib.import_module(".draw", __package__)  # NumPy and Pillow, only for images
        return base64.b64encode(drawing.draw(path, job["name"], *job["render"])).decode()
    if job["pages"] is None:
        return _result(parse(path, job["name"], job["share"]))
    # rapidocr and its models take a second and 300 MB: only for files that need them
    scan = importlib.import_module(".scan", __package__)
    for page in scan.read_scans(path, job["media"], job["pages"]):
        _send({"page": page_to_json(page)})
    return None


def main() -> None:
    """Serve jobs until the parent closes the pipe."""
    sys.stdout = sys.stderr  # libraries that print must not disturb the protocol
    for line in sys.stdin:
        job = json.loads(line)
        _limit(job["memory"], job["seconds"])
        try:
            _send({"done": _work(job), "peak": _peak()})
        except Unreadable as error:
            _send({"error": [error.what, error.remedy, error.outcome], "peak": _peak()})
        except MemoryError:
            _send(
                {
                    "error": [
                        "文件展开后超过内存上限，未能读完",
                        "请拆分文件或降低扫描分辨率后重新上传",
                        "refused",
                    ]
                }
            )
            os.kill(os.getpid(), signal.SIGKILL)  # the heap may be in pieces: the parent starts a fresh child
        except Exception as error:
            print(f"reading failed: {type(error).__name__}: {error}", file=sys.stderr)
            _send(
                {"error": ["文件结构异常，无法阅读", "请用原软件打开核对，另存或重新扫描后上传", "refused"]}
            )
