"""Draws a page as PNG; runs in the child only."""

import io
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from .media import sniff
from .outcome import Unreadable
from .pdf import open_pdf
from .picture import load_picture

_A4_INCHES = 11.69
_MAX_SIDE = 5_000


def draw(path: Path, name: str, number: int, dpi: int, rotation: int) -> bytes:
    """PNG of page ``number`` turned clockwise by ``rotation``; a picture is drawn as if its long side were that of A4."""
    media = sniff(path, name)
    if media == "pdf":
        with closing(open_pdf(path)) as document:
            if not 1 <= number <= len(document):
                raise Unreadable(f"没有第 {number} 页", "请刷新页面后重试")
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(dpi / 72, _MAX_SIDE / max(width, height, 1.0))
            picture = np.ascontiguousarray(page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3])
            image = Image.fromarray(picture)
    elif media == "image":
        image = Image.fromarray(load_picture(path, number - 1))
        side = round(_A4_INCHES * dpi)
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    else:
        raise Unreadable("这种文件没有页面图像", "请下载原件查看")
    if rotation:
        image = image.rotate(-rotation, expand=True)
    target = io.BytesIO()
    image.save(target, "PNG", compress_level=3)
    return target.getvalue()
