"""What reading a file yields: lines of text with their places, marks on the page, and an outcome.

Reading never decides what a document is or what a fact means; it says what stands where.
"""

from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in page fractions 0-1 from the top left."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, paragraph or table cell as it stands.

    ``kind``: line (PDF text or OCR) | paragraph | cell | header | footer | textbox | footnote.
    ``page`` counts from 1 within the file, ``None`` where the format has no pages. ``words`` are the boxes
    of single words or characters where known, as (text, box). ``at`` names paragraph or cell (``段12``,
    ``表1行3列2``) where there is no page; ``table``, ``row``, ``column`` count from 1 for cells.
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
    """Written in a script face or by hand: a signature rather than print."""
    words: tuple[tuple[str, Box], ...] = ()


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

    ``width`` and ``height`` in points; ``rotation`` is the turn in degrees that makes the page upright;
    ``source``: text | ocr | none.
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
    """Something that could not be done with a file: what happened and the remedy, in Chinese."""

    file: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One member of a case file after reading.

    ``name`` is the path inside the archive or folder; ``media`` is docx | doc | xlsx | pdf | image | ofd |
    recording | text | other; ``outcome`` is read | kept (stored, not readable as text) | ignored (junk) |
    refused. ``properties`` hold what the container says: ``seconds``, ``started_at`` (local clock,
    ISO) for recordings; ``page_count`` for DOCX by its own break marks. ``sheets`` are the rows
    of a workbook by sheet name.
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
