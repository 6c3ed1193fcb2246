"""OFD (GB/T 33190): the text it has, with places; a picture OFD is kept as an attachment and said so."""

import importlib
from pathlib import Path
from typing import Any

from .layout import Frame, Glyph, lines_of
from .model import Page
from .ooxml import Package
from .outcome import Parsed, Unreadable

_POINTS = 72 / 25.4
_REMEDY = "请用 OFD 阅读器导出为 PDF 后一并上传"


def read_ofd(path: Path) -> Parsed:
    """Lines of an OFD by its text objects; sizes of the parts are checked first."""
    Package(path)
    ofdkit: Any = importlib.import_module("ofdkit")
    parsed = Parsed("ofd")
    try:
        with ofdkit.open(path) as document:
            for number, page in enumerate(document.pages[:1000], 1):
                parsed.pages.append(_page(page, number))
    except (MemoryError, Unreadable):
        raise
    except Exception as error:
        raise Unreadable("OFD 文件结构异常，无法阅读，仅作附件保存", _REMEDY, "kept") from error
    parsed.properties["page_count"] = len(parsed.pages)
    if not any(page.lines for page in parsed.pages):
        parsed.outcome = "kept"
        parsed.notes.append(("OFD 内只有图像、没有文字，仅作附件保存，不参与检查", _REMEDY))
    return parsed


def _page(page: Any, number: int) -> Page:
    width, height = float(page.width) * _POINTS, float(page.height) * _POINTS
    frame = Frame(number, max(1.0, width), max(1.0, height))
    glyphs: list[Glyph] = []
    for piece, run in enumerate(page.runs, 1):
        size = float(run.size) * _POINTS
        step = float(run.width) * _POINTS / max(1, len(run.text))
        x, base = float(run.x) * _POINTS, float(run.y) * _POINTS
        for i, char in enumerate(run.text):
            glyphs.append(
                Glyph(
                    char,
                    x + i * step,
                    base - 0.88 * size,
                    x + (i + 1) * step,
                    base + 0.12 * size,
                    None,
                    1.0,
                    piece,
                )
            )
    lines = tuple(lines_of(glyphs, [], frame)) if any(not g.text.isspace() for g in glyphs) else ()
    return Page(number, lines, (), frame.width, frame.height, source="text" if lines else "none")
