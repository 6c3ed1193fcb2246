"""A Word document as the page shows it: paragraphs and tables with the words in question lit."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casefiles.grams import Passage, plain
from casefiles.masking import mask
from casefiles.reading import Line, ReadFile


@dataclass(slots=True)
class Block:
    """A paragraph (``lines`` has one entry) or a table (``rows`` of cells, each a list of passages)."""

    kind: str
    at: str = ""
    passages: list[Passage] = field(default_factory=list)
    rows: list[list[tuple[str, list[Passage]]]] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Cells in the widest row; the last cell of a shorter row spans the rest."""
        return max((len(row) for row in self.rows), default=1)


def blocks(read: ReadFile, *, at: str = "", quote: str = "") -> list[Block]:
    """The content in order; the place ``at`` is lit, its ``quote`` alone where the words are found in it."""
    found: list[Block] = []
    for page in read.pages:
        table: tuple[int | None, int | None] = (None, None)
        for line in page.lines:
            if line.kind == "cell" and line.table is not None:
                _cell(found, line, table, at, quote)
                table = (line.table, line.row)
            else:
                found.append(Block(line.kind, line.at or "", lit(line, at, quote)))
                table = (None, None)
    return found


def masked(found: list[Block]) -> list[Block]:
    """The same content with personal numbers struck out, for readers of other offices."""
    for block in found:
        block.passages = [Passage(mask(part.text), part.hit) for part in block.passages]
        block.rows = [
            [(at, [Passage(mask(part.text), part.hit) for part in parts]) for at, parts in row]
            for row in block.rows
        ]
    return found


def _cell(found: list[Block], line: Line, before: tuple[int | None, int | None], at: str, quote: str) -> None:
    if before[0] != line.table:
        found.append(Block("table", f"表{line.table}"))
    if before != (line.table, line.row):
        found[-1].rows.append([])
    found[-1].rows[-1].append((line.at or "", lit(line, at, quote)))


def lit(line: Line, at: str, quote: str) -> list[Passage]:
    """The line cut into passages: the quoted words, or all of it when only its place is known."""
    if at and line.at != at:
        return [Passage(line.text, False)]
    if quote and (span := _span(line.text, quote)):
        left, right = span
        parts = [(line.text[:left], False), (line.text[left:right], True), (line.text[right:], False)]
        return [Passage(text, hit) for text, hit in parts if text]
    return [Passage(line.text, bool(at))]


def _span(text: str, quote: str) -> tuple[int, int] | None:
    """Where the quote stands in the text when spaces and punctuation are left aside."""
    wanted = plain(quote)
    run, places = [], []
    for place, char in enumerate(text):
        for part in plain(char):
            run.append(part)
            places.append(place)
    start = "".join(run).find(wanted) if wanted else -1
    return (places[start], places[start + len(wanted) - 1] + 1) if start >= 0 else None


def hit_boxes(read: ReadFile, number: int, searched: list[str]) -> list[list[float]]:
    """The boxes of the searched words (as ``grams.words`` gives them) on one page."""
    found: list[list[float]] = []
    for page in read.pages:
        for line in page.lines if page.number == number else ():
            for word in searched:
                span = _span(line.text, word)
                box = line.box_of(*span) if span else None
                if box:
                    found.append(list(box))
    return found


def plain_pages(read: ReadFile) -> Iterable[tuple[int | None, str]]:
    """Page numbers and texts for the search index; a workbook is one page of its cells."""
    for page in read.pages:
        yield page.number, page.text
    for name, rows in read.sheets.items():
        yield None, name + "\n" + "\n".join("　".join(row) for row in rows[:500])
