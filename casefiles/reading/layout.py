"""From single characters with places to lines, paragraphs and table cells in reading order."""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import accumulate, groupby, islice, pairwise
from math import inf
from operator import attrgetter
from statistics import median

from .hand import hand_pieces, join_runs
from .model import Box, Line, pack_boxes
from .tables import Cell

_LABEL = re.compile(
    r"[^，。；：:（）()《》\s\d]{2,9}(?:[（(][^（）()]{2,8}[）)])?\s?[：:](?=.)|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|[问答][：:]"
)
_OPENING = "（〔［【《〈“‘(["
_CLOSING = "，。；：、？！）〕］】》〉”’…,.;:?!)]%％"
_HALVES = _OPENING + _CLOSING
_HANGING = "，。、；：！？）》”,.;:!?)"  # stops that may hang over the edge
_ENDED = re.compile(r"[。；：！？:;]$")


DOUBT = 0.8
"""Characters read with less confidence are named in their line."""
PEN = "手写"
"""The face of characters written by hand."""


@dataclass(slots=True)
class Glyph:
    """A character with its place in points from the top left of the upright page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    font: str | None = None
    confidence: float = 1.0
    piece: int = 0
    """Which run or text box it came from; characters of one keep their order."""


@dataclass(slots=True)
class Row:
    """A physical line."""

    glyphs: list[Glyph]
    size: float = field(init=False)
    x0: float = field(init=False)
    x1: float = field(init=False)
    middle: float = field(init=False)

    def __post_init__(self) -> None:
        inked = [g for g in self.glyphs if not g.text.isspace()] or self.glyphs
        self.size = median(g.y1 - g.y0 for g in inked)
        self.x0, self.x1 = min(g.x0 for g in inked), max(g.x1 for g in inked)
        self.middle = median((g.y0 + g.y1) / 2 for g in inked)

    @property
    def text(self) -> str:
        return "".join(g.text for g in self.glyphs).strip()


def rows_of(glyphs: list[Glyph]) -> list[Row]:
    """Characters gathered into physical lines, top to bottom, each from left to right."""
    groups: list[list[Glyph]] = []
    levels: list[tuple[float, float]] = []
    for glyph in sorted(glyphs, key=lambda g: g.y0 + g.y1):
        middle, height = (glyph.y0 + glyph.y1) / 2, max(1.0, glyph.y1 - glyph.y0)
        best = -1
        for i in range(len(groups) - 1, max(-1, len(groups) - 4), -1):
            level, tall = levels[i]
            low, high = (tall, height) if tall < height else (height, tall)
            if -0.42 * high < level - middle < 0.42 * high and -0.8 * low < level - middle < 0.8 * low:
                best = i
                break
        if best < 0:
            groups.append([glyph])
            levels.append((middle, height))
        else:
            groups[best].append(glyph)
            count = len(groups[best])
            level, tall = levels[best]
            levels[best] = (level + (middle - level) / count, max(tall, height))
    rows = []
    for group in groups:
        _order(group)
        if spaced := _spaced(group):
            rows.append(Row(spaced))
    return sorted(rows, key=lambda r: r.middle)


def _order(group: list[Glyph]) -> None:
    """Left to right; the characters of one recognised piece stay together, their boxes are estimates."""
    if not any(glyph.piece for glyph in group):
        group.sort(key=lambda g: g.x0)
        return
    starts: dict[int, float] = {}
    for glyph in group:
        starts[glyph.piece] = min(starts.get(glyph.piece, glyph.x0), glyph.x0)
    group.sort(key=lambda g: (starts[g.piece], g.piece, g.x0) if g.piece else (g.x0, 0, g.x0))


def _spaced(glyphs: list[Glyph]) -> list[Glyph]:
    """Blanks put in where the page leaves a gap wider than type does; blanks at the ends dropped."""
    size = median(g.y1 - g.y0 for g in glyphs)
    wide = (g.x1 - g.x0 for g in glyphs if unicodedata.east_asian_width(g.text[0]) == "W")
    em = max(0.6 * size, *islice(wide, 39), 0.0)
    standing_out = _standing_out(glyphs, size) if glyphs[0].piece else inf
    done: list[Glyph] = []
    for glyph in glyphs:
        if done and (gap := glyph.x0 - done[-1].x1) > min(0.75 * em, standing_out):
            inked = not glyph.text.isspace() and not done[-1].text.isspace()
            if inked and gap > _least_gap(done[-1], glyph, em, standing_out):
                blank = "\u3000" if gap > 1.6 * em else " "
                done.append(
                    Glyph(blank, done[-1].x1, glyph.y0, glyph.x0, glyph.y1, done[-1].font, 1.0, glyph.piece)
                )
        done.append(glyph)
    while done and done[-1].text.isspace():
        done.pop()
    while done and done[0].text.isspace():
        done.pop(0)
    return done


def _standing_out(glyphs: list[Glyph], size: float) -> float:
    """The distance that stands out in a recognised line from the usual one between its characters; those of digits and
    stops, which are narrow, say nothing of it."""
    full = [unicodedata.east_asian_width(g.text[0]) == "W" and g.text not in _HALVES for g in glyphs]
    gaps = [
        b.x0 - a.x1 for (a, b), whole in zip(pairwise(glyphs), map(all, pairwise(full)), strict=True) if whole
    ]
    low = sorted(gaps)[len(gaps) // 4] if gaps else 0.0  # places are known in steps of a fifth of a character
    return max(0.0, low) + 0.3 * size


def _least_gap(left: Glyph, right: Glyph, em: float, standing_out: float) -> float:
    """From which distance a blank stands between two characters. Recognition reads no blanks: within one of its pieces
    a gap counts that stands out in its line, but for the blank half of a bracket or stop."""
    if not left.piece or left.piece != right.piece:
        return 0.75 * em
    return 1.3 * em if left.text in _HALVES or right.text in _HALVES else standing_out


def _joins(above: Row, below: Row, left: float, right: float) -> bool:
    """Whether a line runs on into the next: it fills the measure and the next starts at its left edge."""
    em = max(above.size, below.size) * 0.8
    if right - above.x1 > _head_width(below) + 0.45 * em or above.x0 > left + 3.2 * em:
        return False
    inset = abs(above.x0 - left - (right - above.x1)) < 2.5 * em
    centred = inset and abs(above.x0 + above.x1 - below.x0 - below.x1) < 1.6 * em
    if below.x0 > left + 0.7 * em and not centred:
        return False
    typed = above.glyphs[0].font not in (None, PEN) and below.glyphs[0].font not in (None, PEN)
    most = 1.2 if typed else 1.5  # a scan shows sizes only roughly
    if not 1 / most < above.size / max(below.size, 0.1) < most or below.middle - above.middle > 2.7 * max(
        above.size, below.size
    ):
        return False
    if above.text.count("（") > above.text.count("）"):
        return True  # inside brackets
    return not (
        _LABEL.match(below.text)
        and (
            _ENDED.search(above.text)
            or below.text[0] in "问答"
            or (_field(below.text) and "，" not in above.text)
        )
    )


def _head_width(row: Row) -> float:
    """Width of the first unit of a line that a page cannot break: a character, a number, a bracketed word."""
    end = 1
    glyphs = row.glyphs
    while end < min(len(glyphs), 30) and _unbroken(glyphs[end - 1], glyphs[end]):
        end += 1
    return glyphs[end - 1].x1 - glyphs[0].x0


def _unbroken(before: Glyph, after: Glyph) -> bool:
    if after.text.isspace():
        return False
    narrow = before.text.isascii() and after.text.isascii()
    written = before.font is not None and before.font == after.font == PEN
    return narrow or written or before.text in _OPENING or after.text in _CLOSING


def _field(text: str) -> bool:
    """A label at the head of a short line, such as 统一社会信用代码：…"""
    match = _LABEL.match(text)
    return bool(match and match[0][-1] in "：:")


def _blocks(rows: list[Row], left: float, right: float) -> list[list[Row]]:
    blocks: list[list[Row]] = []
    for row in rows:
        if blocks and _joins(blocks[-1][-1], row, left, right):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


@dataclass(frozen=True)
class Frame:
    """The page that lines are put on: its number and its size in points."""

    number: int
    width: float
    height: float

    def exact(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of the working page as fractions of the page."""
        return (x0 / self.width, y0 / self.height, x1 / self.width, y1 / self.height)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The same, inside the page and rounded."""
        a, b, c, d = (round(min(1.0, max(0.0, edge)), 4) for edge in self.exact(x0, y0, x1, y1))
        return (a, b, c, d)


def _line(frame: Frame, blocks: list[list[Row]], kind: str, cell: Cell | None = None) -> Line:
    """One line of one or more blocks; blocks are parted by a line feed."""
    glyphs: list[Glyph] = []
    for block in blocks:
        if glyphs:
            last = glyphs[-1]
            glyphs.append(Glyph("\n", last.x1, last.y0, last.x1, last.y1, last.font))
        for row in block:
            latin = (
                glyphs
                and glyphs[-1].text.isascii()
                and glyphs[-1].text.isalpha()
                and row.glyphs[0].text.isalpha()
            )
            if latin and row.glyphs[0].text.isascii():
                last = glyphs[-1]
                glyphs.append(Glyph(" ", last.x1, last.y0, last.x1, last.y1, last.font))
            glyphs += row.glyphs
    text = "".join(g.text for g in glyphs)
    boxes = [frame.exact(g.x0, g.y0, g.x1, g.y1) for g in glyphs for _ in g.text]
    inked = [g for g in glyphs if not g.text.isspace()]
    box = frame.box(
        min(g.x0 for g in inked), min(g.y0 for g in inked), max(g.x1 for g in inked), max(g.y1 for g in inked)
    )
    runs = [("".join(g.text for g in run), font) for font, run in groupby(glyphs, attrgetter("font"))]
    hand = hand_pieces(join_runs(runs))
    confidence = round(sum(g.confidence for g in inked) / len(inked), 4)
    starts = accumulate((len(g.text) for g in glyphs), initial=0)
    doubts = tuple(
        (at, round(g.confidence, 2))
        for at, g in zip(starts, glyphs, strict=False)
        if g.confidence < DOUBT and not g.text.isspace()
    )
    return Line(
        text, frame.number, box, confidence, kind,
        table=cell.table if cell else None, row=cell.row if cell else None, column=cell.column if cell else None,
        script=bool(hand), hand=hand, spans=pack_boxes(boxes), doubts=doubts,
    )  # fmt: skip


def lines_of(glyphs: list[Glyph], cells: list[Cell], frame: Frame) -> list[Line]:
    """Lines and cells of a page from top to bottom; a table stands where its first cell stands."""
    inside: dict[int, list[Glyph]] = {}
    outside: list[Glyph] = []
    top, bottom = min((cell.y0 for cell in cells), default=0.0), max((cell.y1 for cell in cells), default=0.0)
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        index = None
        if top <= y <= bottom:
            index = next((i for i, cell in enumerate(cells) if cell.holds(x, y)), None)
        (outside if index is None else inside.setdefault(index, [])).append(glyph)
    placed: list[tuple[float, int, Line]] = []
    tops = {cell.table: min(c.y0 for c in cells if c.table == cell.table) for cell in cells}
    for index, cell in enumerate(cells):
        rows = rows_of(inside.get(index, []))
        if rows:
            left, right = min(r.x0 for r in rows), max(max(r.x1 for r in rows), cell.x1 - 0.8 * rows[0].size)
            blocks = _blocks(rows, left, right)
            placed.append((tops[cell.table], index, _line(frame, blocks, "cell", cell)))
    rows = rows_of(outside)
    left, right = _measure(rows, cells, frame)
    for block in _blocks(rows, left, right):
        kind = "paragraph" if len(block) > 1 else "line"
        placed.append((block[0].middle, -1, _line(frame, [block], kind)))
    placed.sort(key=lambda item: (item[0], item[1]))
    return [line for _, _, line in placed]


def _measure(rows: list[Row], cells: list[Cell], frame: Frame) -> tuple[float, float]:
    """Left and right edge of the text: where the longest lines and the tables begin and end."""
    long = [row for row in rows if row.x1 - row.x0 > 0.5 * frame.width]
    if not long:
        return frame.width, frame.width
    left = min(row.x0 for row in long)
    inside = [row for row in long if row.text.rstrip()[-1:] not in _HANGING]
    rights = sorted(row.x1 for row in (inside or long))
    right = rights[int(len(rights) * 0.8)]
    if len(long) < 4:
        right = max([right, frame.width - left - 6.0, *(cell.x1 - 6.0 for cell in cells)])
    return left, right
