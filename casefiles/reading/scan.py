"""Pages that are pictures: rendered, turned upright, straightened, read, and their marks found."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from . import inkmarks, ocr
from .inkmarks import Spot
from .layout import PEN, Frame, Glyph, lines_of
from .model import Line, Mark, Page
from .outcome import Unreadable
from .paper import Flat, Picture, flatten, rules
from .pdf import open_pdf
from .picture import load_picture
from .tables import find_cells

DPI = 150


def read_scans(path: Path, media: str, wanted: list[int]) -> Iterator[Page]:
    """Read the given pages of a PDF or picture file one by one; one that fails comes back without text."""
    if media == "image":
        for number in wanted:
            yield _careful(lambda n: read_page(load_picture(path, n - 1), n), number)
        return
    with closing(open_pdf(path)) as document:
        for number in wanted:
            yield _careful(lambda n: _pdf_page(document, n), number)


def _careful(read: Callable[[int], Page], number: int) -> Page:
    try:
        return read(number)
    except (MemoryError, Unreadable):
        raise
    except (
        Exception
    ) as error:  # one odd page must not cost the others; the parent tells of pages without a source
        print(f"page {number} failed: {type(error).__name__}: {error}", file=sys.stderr)
        return Page(number, source="none")


def _pdf_page(document: Any, number: int) -> Page:
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(DPI / 72, 4000 / max(width, height, 1.0))
    picture = page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3]
    page.close()
    done = read_page(np.ascontiguousarray(picture), number)
    turned = done.rotation in (90, 270)
    return replace(done, width=height if turned else width, height=width if turned else height)


def read_page(picture: Picture, number: int) -> Page:
    """Read one page image; boxes are fractions of the upright page."""
    upright, turn, flat = picture, 0, flatten(picture)
    size = {"width": picture.shape[1] * 72 / DPI, "height": picture.shape[0] * 72 / DPI}
    if inkmarks.is_blank(flat.picture):
        return Page(number, source="ocr", blank=True, **size)
    found = _look(flat.picture)
    if not _reads_well(found.glyphs):
        turn = _turn(flat.picture, ocr.boxes(_small(flat.picture)))
        if turn:
            upright = np.ascontiguousarray(np.rot90(picture, -turn // 90 % 4))
            flat = flatten(upright)
            found = _look(flat.picture)
    height, width = upright.shape[:2]
    frame = _ScanFrame(number, float(width), float(height), flat)
    across, down = rules(inkmarks.covered(flat.picture, found.photographs))
    lines = lines_of(found.glyphs, find_cells(across, down, near=6.0), frame)
    marks = [*_seals(flat.picture, found, frame), *_signatures(lines)]
    marks += [Mark("signature", number, frame.box(*spot.place), certainty=0.6) for spot in found.unread]
    marks += [
        Mark("picture", number, frame.box(*spot.place), certainty=spot.certainty)
        for spot in found.photographs
    ]
    return Page(number, tuple(lines), tuple(marks), width * 72 / DPI, height * 72 / DPI, turn, "ocr")


@dataclass(slots=True)
class _Found:
    """What one look at a straightened page gives."""

    glyphs: list[Glyph]
    unread: list[Spot]
    """Pen strokes that could not be read."""
    photographs: list[Spot]
    red: Any


def _look(picture: Picture) -> _Found:
    red = inkmarks.red(picture)
    photographs = inkmarks.photographs(picture)
    glyphs, unread = _characters(picture, red, photographs)
    return _Found(_outside(glyphs, photographs), unread, photographs, red)


def _reads_well(glyphs: list[Glyph]) -> bool:
    """Whether a page read as it lies is upright: sure characters, in pieces that lie rather than stand."""
    pieces: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        pieces.setdefault(glyph.piece, []).append(glyph)
    long = [piece for piece in pieces.values() if len(piece) > 2]
    standing = sum(
        max(g.y1 for g in piece) - min(g.y0 for g in piece)
        > max(g.x1 for g in piece) - min(g.x0 for g in piece)
        for piece in long
    )
    sure = sum(glyph.confidence for glyph in glyphs) / max(1, len(glyphs))
    return len(glyphs) > 15 and sure > 0.85 and standing < 0.3 * len(long)


def _outside(glyphs: list[Glyph], photographs: list[Spot]) -> list[Glyph]:
    """Without the crumbs that recognition finds in the tones of a photograph; a stamped date stays."""
    inside: dict[int, int] = {}
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        if any(p.x0 <= x <= p.x1 and p.y0 <= y <= p.y1 for p in photographs):
            inside[glyph.piece] = inside.get(glyph.piece, 0) + 1
    return [glyph for glyph in glyphs if not 0 < inside.get(glyph.piece, 0) < 4]


def _characters(picture: Picture, mask: Any, photographs: list[Spot]) -> tuple[list[Glyph], list[Spot]]:
    """Characters of print and of the pen, read apart; and pen strokes that could not be read."""
    clean = inkmarks.without_red(picture, mask)
    sure, perhaps = inkmarks.pen(picture)
    for photo in photographs:
        sure[photo.y0 : photo.y1, photo.x0 : photo.x1] = 0
    words = [] if (sure > 0).mean() > 0.02 else inkmarks.pen_words(sure)
    only = np.zeros_like(sure)
    for word in words:
        area = (slice(max(0, word.y0 - 3), word.y1 + 3), slice(max(0, word.x0 - 3), word.x1 + 3))
        only[area] = sure[area] | perhaps[area]
    printed, written = inkmarks.layers(clean, only) if words else (clean, clean)
    glyphs = ocr.recognise(printed)
    piece = max((glyph.piece for glyph in glyphs), default=0)
    unread = []
    for word in words:
        piece += 1
        text, score = _read_word(word, (written, clean))
        if score < 0.5 or not text:
            unread.append(word)
            continue
        step = (word.x1 - word.x0) / len(text)
        for i, char in enumerate(text):
            x = word.x0 + i * step
            glyphs.append(Glyph(char, x, word.y0, x + step, word.y1, PEN, score, piece))
    return glyphs, unread


def _read_word(word: Spot, pictures: tuple[Picture, Picture]) -> tuple[str, float]:
    """A written word, read from the pen strokes alone and from the page; the surer reading counts."""
    best = ("", 0.0)
    for picture, margin in zip(pictures, (8, 4), strict=True):
        rows = slice(max(0, word.y0 - margin), word.y1 + margin)
        text, score = ocr.read_strip(picture[rows, max(0, word.x0 - margin) : word.x1 + margin])
        text = text.strip("、，。.,:：_ ")
        best = max(best, (text, score), key=lambda item: item[1]) if text else best
    return best


class _ScanFrame(Frame):
    """A frame whose coordinates are those of the straightened page."""

    __slots__ = ("flat",)

    def __init__(self, number: int, width: float, height: float, flat: Flat) -> None:
        super().__init__(number, width, height)
        object.__setattr__(self, "flat", flat)

    def exact(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        flat: Flat = self.flat  # type: ignore[attr-defined]
        return super().exact(*flat.place(x0, y0, x1, y1))


def _small(picture: Picture) -> Picture:
    """A reduced page, enough to see which way lines run."""
    scale = 736 / max(picture.shape[:2])
    return (
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )


def _turn(picture: Picture, boxes: Any) -> int:
    """Degrees clockwise that make the page upright, from how well a few of its lines read each way."""
    scale = max(1.0, max(picture.shape[:2]) / 736)
    sizes = []
    for box in boxes * scale:
        (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
        sizes.append((int(x0), int(y0), int(x1) + 1, int(y1) + 1))
    long = [b for b in sizes if max(b[2] - b[0], b[3] - b[1]) > 2.2 * min(b[2] - b[0], b[3] - b[1])]
    standing = sum(1 for x0, y0, x1, y1 in long if y1 - y0 > x1 - x0)
    sample = sorted(long, key=lambda b: -(b[2] - b[0]) * (b[3] - b[1]))[:5]
    if not sample:
        return 0
    ways = (90, 270) if standing > 0.6 * len(long) else (0, 180)
    scores = {}
    for way in ways:
        total = 0.0
        for x0, y0, x1, y1 in sample:
            crop = np.ascontiguousarray(np.rot90(picture[max(0, y0) : y1, max(0, x0) : x1], -way // 90 % 4))
            text, score = ocr.read_strip(crop)
            total += score * min(1.0, len(text) / 4)
        scores[way] = total / len(sample)
        if way == 0 and scores[way] > 0.9:
            break
    best = max(scores, key=lambda way: scores[way])
    return best if best == 0 or scores[best] > 0.55 else 0


def _seals(picture: Picture, found: _Found, frame: Frame) -> Iterator[Mark]:
    for seal in inkmarks.seals(found.red, picture.shape[1]):
        if any(
            p.x0 <= seal.x0 and p.y0 <= seal.y0 and p.x1 >= seal.x1 and p.y1 >= seal.y1
            for p in found.photographs
        ):
            continue
        text, score = ocr.read_strip(inkmarks.unrolled(picture, seal))
        chinese = "".join(char for char in text if "\u3400" <= char <= "\u9fff")
        said = chinese if score > 0.6 and len(chinese) >= 4 else ""
        yield Mark("seal", frame.number, frame.box(*seal.place), said, seal.certainty)


def _signatures(lines: list[Line]) -> Iterator[Mark]:
    for line in lines:
        start = 0
        for name in line.hand:
            start = line.text.find(name, start)
            box = line.box_of(start, start + len(name))
            yield Mark("signature", line.page, box, name, 0.9)
            start += len(name)
