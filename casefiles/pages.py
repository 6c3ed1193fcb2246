"""Pages as images: drawn once per original, page and turn, kept beside the readings."""

import io
import os
import tempfile
from pathlib import Path

from PIL import Image

from casefiles.models import StoredFile
from casefiles.reading import render_page
from casefiles.wordpages import paper_of
from foundation import blobs, errors, settings

DPI = {"thumb": 30, "page": 110}


def page_png(
    config: settings.Settings,
    store: blobs.BlobStore,
    stored: StoredFile,
    number: int,
    *,
    size: str,
    turn: int,
) -> Path:
    """The PNG file of a page; ``turn`` is the clerk's own rotation, clockwise. ``NotFound`` without an image (a Word
    file has one once LibreOffice has set it)."""
    word = stored.media in ("docx", "doc")
    paper = paper_of(stored.sha256) if word else store.path(stored.sha256)
    if paper is None or number < 1 or not (word or stored.media in ("pdf", "image")):
        raise errors.NotFound("这一页没有可显示的图像。", "请下载原件查看。")
    folder = config.var / "cache" / "pages" / stored.sha256[:2]
    path = folder / f"{stored.sha256}-{number}-{DPI[size]}-{turn % 360}.png"
    if not path.exists():
        try:
            drawn = render_page(paper, paper.name if word else stored.name, number, dpi=DPI[size])
        except (ValueError, OSError, RuntimeError) as error:
            raise errors.NotFound("这一页无法显示。", "请下载原件，用原软件打开查看。") from error
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, _turned(drawn, turn % 360))
    return path


def _turned(drawn: bytes, turn: int) -> bytes:
    if not turn:
        return drawn
    with Image.open(io.BytesIO(drawn)) as picture:
        target = io.BytesIO()
        picture.rotate(-turn, expand=True).save(target, "PNG")
    return target.getvalue()


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as target:
        target.write(content)
    Path(name).replace(path)


def turn_box(box: list[float] | None, turn: int) -> list[float] | None:
    """Where a box of the upright page lies after a clockwise turn."""
    if not box:
        return None
    x0, y0, x1, y1 = box
    if turn % 360 == 90:
        return [1 - y1, x0, 1 - y0, x1]
    if turn % 360 == 180:
        return [1 - x1, 1 - y1, 1 - x0, 1 - y0]
    if turn % 360 == 270:
        return [y0, 1 - x1, y1, 1 - x0]
    return list(box)
