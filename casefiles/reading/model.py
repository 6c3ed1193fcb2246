"""What reading a file yields: lines of text with their places, marks on the page, and an outcome.

Reading never decides what a document is or what a fact means; it says what stands where.
"""

import struct
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in page fractions 0-1 from the top left."""

UNIT = 65535
"""Places of single characters are kept as 1/65535 of the page's width or height."""


def pack_boxes(boxes: list[Box]) -> bytes:
    """Boxes of single characters as four unsigned shorts each."""
    flat = list(map(int, [edge * UNIT + 0.5 for box in boxes for edge in box]))
    if flat and (min(flat) < 0 or max(flat) > UNIT):  # ink beyond the page's edge
        flat = [min(UNIT, max(0, edge)) for edge in flat]
    return struct.pack(f"<{len(flat)}H", *flat)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, paragraph or table cell as it stands.

    ``kind``: line (PDF text or OCR) | paragraph | cell | header | footer | textbox | footnote.
    ``page`` counts from 1 within the file, ``None`` where the format has no pages. ``at`` names paragraph
    or cell (``段12``, ``表1行3列2``) where there is no page; ``table``, ``row``, ``column`` count from 1 for
    cells, ``column`` by the table's grid, a merged cell once, at its first place. Lines that the page broke
    are joined again; paragraphs inside a cell are parted by a line feed.
    """

    text: str
    page: int | None = None
    box: Box | None = None
    confidence: float = 1.0
    kind: str = "line"
    at: str | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    script: bool = False
    """Holds words in a script face or by hand: a signature rather than print."""
    hand: tuple[str, ...] = ()
    """Those words, piece by piece, as they stand in ``text``."""
    spans: bytes = b""
    """Boxes of the single characters of ``text`` (see ``pack_boxes``); empty where not known."""
    doubts: tuple[tuple[int, float], ...] = ()
    """Characters that recognition was unsure of: place in ``text`` and confidence. One digit makes another date."""

    @property
    def words(self) -> tuple[tuple[str, Box], ...]:
        """Every character with its box."""
        return tuple((char, self._char_box(i)) for i, char in enumerate(self.text) if self.spans)

    def _char_box(self, index: int) -> Box:
        x0, y0, x1, y1 = struct.unpack_from("<4H", self.spans, index * 8)
        return (x0 / UNIT, y0 / UNIT, x1 / UNIT, y1 / UNIT)

    def sureness(self, start: int, end: int) -> float:
        """Confidence of ``text[start:end]``: that of the line, or of its least sure character."""
        return min([self.confidence, *(sure for at, sure in self.doubts if start <= at < end)])

    def box_of(self, start: int, end: int) -> Box | None:
        """The box around ``text[start:end]``, or of the whole line where single places are not known."""
        if not self.spans or start >= end:
            return self.box
        boxes = [self._char_box(i) for i in range(start, end) if not self.text[i].isspace()]
        if not boxes:
            return self.box
        x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
        return (round(min(x0s), 4), round(min(y0s), 4), round(max(x1s), 4), round(max(y1s), 4))


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that is not text: ``seal`` (红色印章) | ``signature`` (手写签名) | ``picture``.

    ``text`` is what the mark says where it can be read (the body named on a seal), ``certainty`` 0-1.
    """

    kind: str
    page: int | None = None
    box: Box | None = None
    text: str = ""
    certainty: float = 1.0
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a file (a DOCX without layout is one page with ``number`` ``None``).

    ``width`` and ``height`` in points of the upright page; ``rotation`` is the turn in degrees, clockwise,
    that makes the page as stored upright; boxes are those of the upright page. ``source``: text | ocr | none.
    """

    number: int | None
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    width: float = 0.0
    height: float = 0.0
    rotation: int = 0
    source: str = "text"
    blank: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be done with a file, or that is amiss in it: what happened and the remedy, in Chinese.

    ``places`` are the pages to look at, as (file name, page); page 0 is a file without pages.
    """

    file: str
    what: str
    remedy: str
    places: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One member of a case file after reading.

    ``name`` is the path inside the archive or folder; ``media`` is docx | doc | xlsx | pdf | image | ofd |
    recording | text | other; ``outcome`` is read | kept (stored, not readable as text) | ignored (junk) |
    refused | quarantined. ``properties`` hold what the container says: ``seconds``, ``started_at`` (local
    clock, ISO) for recordings; ``page_count`` for DOCX by its own break marks and the length of its text.
    ``sheets`` are the rows of a workbook by sheet name.
    """

    name: str
    sha256: str
    size: int
    media: str
    outcome: str
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    properties: dict[str, object] = field(default_factory=dict)
    sheets: dict[str, list[list[str]]] = field(default_factory=dict)
