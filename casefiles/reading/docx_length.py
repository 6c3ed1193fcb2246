"""How many pages a DOCX fills: its own break marks where it has them, else the length of its text.

The answer is that of no layout engine; one page either way is to be expected.
"""

import math
import unicodedata

from .ooxml import WP, Element, W

_TWIP = 20.0
_LINE = 1.3
"""Height of a line of Chinese type by its size, single-spaced."""


def estimate_pages(body: Element) -> int:
    rendered = sum(1 for _ in body.iter(f"{W}lastRenderedPageBreak"))
    if rendered:
        return rendered + 1
    width, height = _area(body)
    pages, used = 1, 0.0
    for child in body:
        if child.tag not in (f"{W}p", f"{W}tbl"):
            continue
        for need in _heights(child, width):
            if used and used + need > height:
                pages, used = pages + 1, 0.0
            while need > height:
                pages, need = pages + 1, need - height
            used += need
        if _breaks(child):
            pages, used = pages + _breaks(child), 0.0
    return pages


def _area(body: Element) -> tuple[float, float]:
    """Width and height of the text area in points."""
    section = body.find(f"{W}sectPr")
    size = section.find(f"{W}pgSz") if section is not None else None
    margin = section.find(f"{W}pgMar") if section is not None else None

    def points(element: Element | None, key: str, otherwise: float) -> float:
        value = element.get(f"{W}{key}") if element is not None else None
        return abs(float(value)) / _TWIP if value and value.lstrip("-").isdigit() else otherwise

    width = points(size, "w", 595.3) - points(margin, "left", 79.4) - points(margin, "right", 73.7)
    height = points(size, "h", 841.9) - points(margin, "top", 104.9) - points(margin, "bottom", 99.2)
    return max(100.0, width), max(100.0, height)


def _breaks(element: Element) -> int:
    return sum(1 for mark in element.iter(f"{W}br") if mark.get(f"{W}type") == "page")


def _heights(element: Element, width: float) -> list[float]:
    """Heights of the pieces of a block that stay together: lines of a paragraph, rows of a table."""
    if element.tag == f"{W}p":
        lines, each, around = _paragraph(element, width)
        heights = [each] * lines
        heights[0] += around
        return heights
    return [max([0.0, *(_cell(cell) for cell in row.iter(f"{W}tc"))]) + 1 for row in element.iter(f"{W}tr")]


def _cell(cell: Element) -> float:
    size = cell.find(f"{W}tcPr/{W}tcW")
    value = size.get(f"{W}w", "") if size is not None else ""
    width = float(value) / _TWIP - 11 if value.isdigit() and float(value) > 400 else 200.0
    return sum(
        lines * each + around for lines, each, around in (_paragraph(p, width) for p in cell.iter(f"{W}p"))
    )


def _paragraph(element: Element, width: float) -> tuple[int, float, float]:
    """Number of lines, height of one, and space around the paragraph."""
    size = 10.5
    length = 0.0
    for run in element.iter(f"{W}r"):
        mark = run.find(f"{W}rPr/{W}sz")
        size = float(mark.get(f"{W}val", 21)) / 2 if mark is not None else size
        for text in run.iter(f"{W}t"):
            length += sum(
                size if unicodedata.east_asian_width(c) in "WFA" else size * 0.52 for c in text.text or ""
            )
    picture = max(
        [
            0.0,
            *(
                float(e.get("cy", 0)) / 12700
                for i in element.iter(f"{WP}inline")
                for e in i.iter(f"{WP}extent")
            ),
        ]
    )
    spacing = element.find(f"{W}pPr/{W}spacing")
    each, around = size * _LINE, 0.0
    if spacing is not None:
        line = float(spacing.get(f"{W}line", 0) or 0)
        if line:
            exact = spacing.get(f"{W}lineRule") in ("exact", "atLeast")
            each = line / _TWIP if exact else each * line / 240
        around = (float(spacing.get(f"{W}before", 0) or 0) + float(spacing.get(f"{W}after", 0) or 0)) / _TWIP
    indent = element.find(f"{W}pPr/{W}ind")
    length += float(indent.get(f"{W}firstLine", 0) or 0) / _TWIP if indent is not None else 0.0
    lines = max(1, math.ceil(length / max(20.0, width) - 0.001))
    return lines, max(each, picture), around
