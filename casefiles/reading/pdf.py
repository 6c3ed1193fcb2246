"""PDF: characters with places, ruling lines, seals and pictures, by pypdfium2; scanned pages wait for OCR."""

import contextlib
import ctypes
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from .layout import Frame, Glyph, lines_of
from .model import Mark, Page
from .outcome import Parsed, Unreadable
from .redness import is_red_picture
from .tables import Rule, find_cells

MAX_PAGES = 1_000
_PASSWORD = 4
_THIN = 2.5
_ODD = re.compile(r"[\ue000-\uf8ff\ufffd\x00-\x08]")


def open_pdf(path: Path) -> Any:
    """An open document; encrypted, broken and over-long ones are refused."""
    try:
        document = pdfium.PdfDocument(path)
        count = len(document)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
            raise Unreadable(
                "PDF 设有打开密码，无法阅读", "请去除密码（另存为无密码 PDF）后重新上传"
            ) from error
        raise Unreadable("PDF 已损坏，无法打开", "请重新扫描或重新导出 PDF 后上传") from error
    if count > MAX_PAGES:
        document.close()
        raise Unreadable(f"PDF 共 {count} 页，超过每份 {MAX_PAGES} 页的上限", "请按文书拆分成几个文件后上传")
    return document


def read_pdf(path: Path, share: tuple[int, int] = (0, 1)) -> Parsed:
    """Read the text layer of a share of the pages (which of how many); those that are pictures are named in ``scans``."""
    document = open_pdf(path)
    count = len(document)
    parsed = Parsed("pdf", properties={"page_count": count})
    if not count:
        document.close()
        raise Unreadable("PDF 没有任何页面", "请重新扫描或重新导出 PDF 后上传")
    part, parts = share
    with contextlib.closing(document):
        for index in range(count * part // parts, count * (part + 1) // parts):
            try:
                page, scan = _page(document, index)
            except pdfium.PdfiumError:
                page, scan = Page(index + 1, source="none"), False
                parsed.notes.append((f"第{index + 1}页已损坏，无法阅读", "请重新扫描该页后补传"))
            parsed.pages.append(page)
            if scan:
                parsed.scans.append(index + 1)
    return parsed


def _page(document: Any, index: int) -> tuple[Page, bool]:
    page = document[index]
    try:
        text_page = page.get_textpage()
        turn = _turn(text_page, page.get_rotation())
        x0, y0, x1, y1 = page.get_bbox()
        width, height = max(1.0, x1 - x0), max(1.0, y1 - y0)
        frame = Frame(index + 1, height, width) if turn in (90, 270) else Frame(index + 1, width, height)
        to_page = _upright((x0, y0, x1, y1), turn)
        glyphs = list(_glyphs(text_page, to_page))
        across, down, pictures = _objects(page, to_page)
        area = sum((x1 - x0) * (y1 - y0) for (x0, y0, x1, y1), _ in pictures) / (frame.width * frame.height)
        odd = sum(1 for g in glyphs if _ODD.match(g.text))
        inked = sum(1 for g in glyphs if not g.text.isspace())
        scan = (
            (area > 0.3 and inked < 30) or (area > 0.7 and inked < 80) or (inked > 20 and odd > 0.3 * inked)
        )
        if scan:
            return Page(index + 1, width=frame.width, height=frame.height, source="none"), True
        lines = tuple(lines_of(glyphs, find_cells(across, down), frame))
        marks = tuple(_mark(item, index + 1, place, frame) for place, item in pictures)
        blank = not lines and not marks
        rotation = (turn - page.get_rotation()) % 360
        return Page(index + 1, lines, marks, frame.width, frame.height, rotation, blank=blank), False
    finally:
        page.close()


def _turn(text_page: Any, stored: int) -> int:
    """The turn in degrees, clockwise from the page's own coordinates, at which most of its text stands upright."""
    count = raw.FPDFText_CountChars(text_page.raw)
    angles: dict[int, int] = {}
    for i in range(0, count, max(1, count // 60)):
        if raw.FPDFText_IsGenerated(text_page.raw, i) != 1:
            angle = round(math.degrees(raw.FPDFText_GetCharAngle(text_page.raw, i)) / 90) * 90 % 360
            angles[angle] = angles.get(angle, 0) + 1
    return max(angles, key=lambda angle: angles[angle]) if angles else stored


def _upright(bounds: tuple[float, float, float, float], turn: int) -> Any:
    """A function from the page's own coordinates to points from the top left of the upright page."""
    x0, y0, x1, y1 = bounds

    def convert(left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        if turn == 90:
            return bottom - y0, left - x0, top - y0, right - x0
        if turn == 180:
            return x1 - right, bottom - y0, x1 - left, top - y0
        if turn == 270:
            return y1 - top, x1 - right, y1 - bottom, x1 - left
        return left - x0, y1 - top, right - x0, y1 - bottom

    return convert


def _glyphs(text_page: Any, to_page: Any) -> Iterator[Glyph]:
    """Every character that stands on the page; a page has a thousand, so each call into the library counts."""
    handle, fonts = text_page.raw, dict[int, str | None]()
    unicode_of, box_of, owner_of = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_GetTextObject,
    )
    box = raw.FS_RECTF()
    place = ctypes.byref(box)
    last = 0
    for i in range(raw.FPDFText_CountChars(handle)):
        code = unicode_of(handle, i)
        if 0xD800 <= code < 0xDC00:
            last = code
            continue
        if 0xDC00 <= code < 0xE000 and last:
            code = 0x10000 + ((last - 0xD800) << 10) + (code - 0xDC00)
        if code < 32 or code == 0xFFFE or (code == 32 and raw.FPDFText_IsGenerated(handle, i) == 1):
            continue  # of what stands on no page only blanks have a code like print
        if not box_of(handle, i, place):
            continue
        owner = owner_of(handle, i)
        key = ctypes.addressof(owner.contents) if owner else 0
        if key not in fonts:
            fonts[key] = _font(owner)
        x0, y0, x1, y1 = to_page(box.left, box.bottom, box.right, box.top)
        if code > 0x2E7F:  # fonts without a height of their own give a stop the height of its dot
            y0 = min(y0, y1 - 0.9 * (x1 - x0))
        yield Glyph(chr(code), x0, y0, x1, y1, fonts[key])
    text_page.close()


def _font(text_object: Any) -> str | None:
    font = raw.FPDFTextObj_GetFont(text_object) if text_object else None
    if not font:
        return None
    buffer = ctypes.create_string_buffer(256)
    size = raw.FPDFFont_GetBaseFontName(font, buffer, 256)
    return buffer.raw[: max(0, min(size, 256) - 1)].decode("utf-8", "replace")


def _objects(page: Any, to_page: Any) -> tuple[list[Rule], list[Rule], list[tuple[tuple[float, ...], Any]]]:
    """Horizontal and vertical rules, and pictures with their places."""
    across: list[Rule] = []
    down: list[Rule] = []
    pictures: list[tuple[tuple[float, ...], Any]] = []
    kinds = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)
    for item in page.get_objects(filter=kinds, max_depth=3):
        try:
            place = to_page(*item.get_bounds())
        except pdfium.PdfiumError:
            continue
        x0, y0, x1, y1 = place
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures.append((place, item))
        elif y1 - y0 <= _THIN < x1 - x0:
            across.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN < y1 - y0:
            down.append(((x0 + x1) / 2, y0, y1))
        elif x1 - x0 > 8 and y1 - y0 > 8 and _is_frame(item):
            across += [(y0, x0, x1), (y1, x0, x1)]
            down += [(x0, y0, y1), (x1, y0, y1)]
    return across, down, pictures


def _is_frame(item: Any) -> bool:
    """A stroked rectangle: a cell drawn as one path."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(item.raw, ctypes.byref(fill), ctypes.byref(stroke)) or not stroke.value:
        return False
    return bool(4 <= raw.FPDFPath_CountSegments(item.raw) <= 6)


def _mark(item: Any, number: int, place: tuple[float, ...], frame: Frame) -> Mark:
    x0, y0, x1, y1 = place
    box = frame.box(x0, y0, x1, y1)
    round_enough = 0.4 < (x1 - x0) / max(1.0, y1 - y0) < 2.5 and 40 < x1 - x0 < 260
    if round_enough:
        try:
            if is_red_picture(item.get_bitmap(render=True).to_pil()):
                return Mark("seal", number, box, certainty=0.9)
        except (pdfium.PdfiumError, ValueError, MemoryError):
            return Mark("picture", number, box, certainty=0.5)
    return Mark("picture", number, box)
