"""Page images for the viewer, drawn in a limited child process that is kept for the next page."""

import atexit
import base64
import contextlib
import threading
from pathlib import Path

from . import cache, pool
from .outcome import Unreadable
from .runner import ReadLimits

_KEPT = 2
_idle: list[pool.Child] = []
_lock = threading.Lock()


def render_page(path: Path, name: str, page: int, *, dpi: int = 110, rotation: int | None = None) -> bytes:
    """PNG of a page of a PDF or picture, upright, so that the boxes of its lines lie right on it.

    ``rotation`` is clockwise in degrees; without it the turn found when the file was read is used. Raises ``Unreadable`` (a
    ``ValueError``) with reason and remedy.
    """
    if not 10 <= dpi <= 400:
        raise Unreadable("图像分辨率不在 10–400 dpi 之内", "请选择其他分辨率")
    if rotation is None:
        kept = cache.load(cache.digest(path), name)
        rotation = next((p.rotation for p in kept.pages if p.number == page), 0) if kept else 0
    limits = ReadLimits()
    job = pool.Job(0, path, name, limits.ocr_memory, 30.0, limits.cpu, render=(page, dpi, rotation % 360))
    child = _take()
    try:
        event = next(child.events(job))
    except pool.Died as death:
        child.stop(at_once=True)
        raise Unreadable("这一页无法显示（文件损坏或过大）", "请下载原件，用原软件打开查看") from death
    _give(child)
    if "error" in event:
        raise Unreadable(*event["error"])
    return base64.b64decode(event["done"])


def _take() -> pool.Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.process.poll() is None:
                return child
            child.stop()
    return pool.Child.start()


def _give(child: pool.Child) -> None:
    with _lock:
        if len(_idle) < _KEPT:
            _idle.append(child)
            return
    with contextlib.suppress(OSError):
        child.stop()


def close_renderers() -> None:
    """End the children that wait for the next page."""
    with _lock:
        while _idle:
            _idle.pop().stop(at_once=True)


atexit.register(close_renderers)
