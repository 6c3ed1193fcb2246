"""What the inventory tells of pages that show no title: which paper stands at which page number."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casefiles.extract.fields import read_fields
from casefiles.extract.flat import fold
from casefiles.extract.labels import label_key
from casefiles.extract.titles import kind_of_title

if TYPE_CHECKING:
    from casefiles.kinds import Piece

FOLIO = re.compile(r"^[-·.]*(?:第?[0-9]{1,4}页?(?:[，/]?共?[0-9]{1,4}页)?)[-·.]*$")
_HEAD, _FOOT = 0.14, 0.86


def folio_of(piece: "Piece") -> int | None:
    """The page number stamped or printed on the first page of a paper."""
    first = piece.pages[0] if piece.pages else None
    for line in piece.lines:
        text = fold(line.text)
        edge = not line.box or line.box[3] < _HEAD or line.box[1] > _FOOT
        if line.page == first and line.kind != "cell" and edge and FOLIO.match(text) and "共" not in text:
            found = re.search("[0-9]+", text)
            if found:
                return int(found[0])
    return None


def fill_from_inventory(pieces: list["Piece"]) -> list["Piece"]:
    """Give papers without a title, and pages that could not be read, the kind that the inventory names for them."""
    rows = [row for piece in pieces if piece.kind == "inventory" for row in _rows(piece)]
    if not rows:
        return pieces
    return [
        _hinted(piece, pieces, rows) if piece.kind in ("other", "unreadable") else piece for piece in pieces
    ]


def _rows(piece: "Piece") -> list[tuple[str, int]]:
    """Title and first page of every row."""
    body = [line for line in piece.lines if line.kind == "cell"]
    found = []
    for grid in read_fields(piece.file, body)[1]:
        for row in grid.rows:
            cells = {label_key(label): cell.text.replace("\n", "") for label, cell in row.items()}
            title = next((text for label, text in cells.items() if re.search("名称|题名|标题", label)), "")
            page = next((text for label, text in cells.items() if re.search("页", label)), "")
            number = re.match("[0-9]+", page)
            if title and number:
                found.append((title, int(number[0])))
    return found


def _hinted(piece: "Piece", pieces: Sequence["Piece"], rows: Sequence[tuple[str, int]]) -> "Piece":
    page = folio_of(piece) or _counted(piece, pieces)
    named = [title for title, first in rows if first == page]
    kind = kind_of_title(fold(named[0])) if len(named) == 1 else None
    if kind is None or piece.pages is None:
        return piece
    return replace(piece, kind=kind[0], title=piece.title or named[0], by="inventory", certainty=0.7)


def _counted(piece: "Piece", pieces: Sequence["Piece"]) -> int | None:
    """The number that the page should bear: on from the numbered paper before it in the same file, or, where no page
    is numbered, by counting papers without cover and inventory."""
    if piece.pages is None:
        return None
    before = [other for other in pieces[: pieces.index(piece)] if other.file == piece.file and other.pages]
    for other in reversed(before):
        number = folio_of(other)
        if number is not None and other.pages is not None:
            return number + piece.pages[0] - other.pages[0]
    front = [other for other in before if other.kind in ("cover", "inventory")]
    skipped = sum(other.pages[1] - other.pages[0] + 1 for other in front if other.pages)
    return piece.pages[0] - skipped if len(before) > 1 else None
