"""The labels of a paper and what stands behind them: table cells, and lines 标签：值.

Word files, PDF and scans give cells alike (see ``reading``); this layer makes one list of label and value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from casefiles.extract.flat import Flat, Slice, fold
from casefiles.extract.labels import asks_signature, heads_of, is_label, label_key, names_a_field
from casefiles.extract.misread import known_label
from casefiles.extract.people import is_name
from casefiles.reading.model import Line


@dataclass(frozen=True, slots=True)
class Field:
    """One label with its value. ``label`` is without blanks and without （签名）, which sets ``signed``.

    ``inside`` is the label of the cell that the line stands in, ``row`` its (table, row).
    """

    label: str
    value: Flat
    signed: bool = False
    inside: str = ""
    row: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.value.text.strip()


_END = Field("", Flat.of("", []))
"""A line of prose, which ends what stands under a label."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head row: its labels and its rows by label."""

    head: tuple[str, ...]
    rows: tuple[dict[str, Flat], ...]


def _known(key: str, line: Line) -> str:
    """A label of a scan brought back to the known one that it is a character away from."""
    return known_label(key) if line.confidence < 1.0 else key


def read_fields(file: str, lines: Sequence[Line]) -> tuple[list[Field], list[Grid]]:
    """All labels with their values, in the order of the paper, and the tables that have a head row."""
    fields: list[Field] = []
    grids: list[Grid] = []
    for is_cell, group in groupby(
        lines, key=lambda line: (line.table, line.page) if line.kind == "cell" else None
    ):
        part = list(group)
        if is_cell is None:
            fields.extend(_text_fields(file, part))
            continue
        rows = [list(cells) for _, cells in groupby(part, key=lambda line: line.row)]
        grid = _grid(file, rows, grids)
        if grid:
            grids.append(grid)
        else:
            fields.extend(_table_fields(file, rows))
    return fields, grids


def _table_fields(file: str, rows: Sequence[list[Line]]) -> Iterator[Field]:
    """Labels before their values, or in a row above the row of their values."""
    left = iter(zip(rows, [*rows[1:], []], strict=True))
    for row, below in left:
        if _stands_above(row, below):
            yield from _column_fields(file, row, below)
            next(left)
        else:
            yield from _row_fields(file, row)


def _stands_above(row: Sequence[Line], below: Sequence[Line]) -> bool:
    columns = {cell.column for cell in row}
    return (
        (len(row) > 1 or len(below) == 1)
        and all(names_a_field(cell.text) for cell in row)
        and bool(below)
        and all(cell.column in columns and not names_a_field(cell.text) for cell in below)
    )


def _column_fields(file: str, row: Sequence[Line], below: Sequence[Line]) -> Iterator[Field]:
    values = {cell.column: cell for cell in below}
    place = (below[0].table or 0, below[0].row or 0)
    for label in row:
        value = values.get(label.column)
        slices = [Slice(value, 0, len(value.text))] if value is not None else []
        key = _known(label_key(label.text), label)
        yield Field(key, Flat.of(file, slices), asks_signature(label.text), row=place)
        for part in slices:
            yield from line_fields(file, part.line, 0, len(part.line.text), inside=key, row=place)


def _text_fields(file: str, lines: Sequence[Line]) -> Iterator[Field]:
    """Labels of running text; signatures that went on into a line of their own belong to the label before."""
    found: list[tuple[Field, list[Slice]]] = []
    for line in lines:
        here = list(_with_slices(file, line))
        if not here and found and _goes_on(found[-1][0], line):
            found[-1][1].append(Slice(line, 0, len(line.text)))
            continue
        if not here and found:
            found.append((_END, []))
        found += [(item, [part]) for item, part in here]
    for index, (item, slices) in enumerate(found):
        if item is _END:
            continue
        if OPINION.search(item.label) and not SIGN.fullmatch(item.label):
            for follower, more in found[index + 1 :]:
                if not SIGN.fullmatch(follower.label):
                    break
                slices = [*slices, *more]
        yield _extended(file, item, slices)


def _extended(file: str, item: Field, slices: list[Slice]) -> Field:
    return item if len(slices) == 1 else replace(item, value=Flat.of(file, slices))


OPINION = re.compile("意见|审批|批示|结论")
SIGN = re.compile(
    "签名|签字|签章|签署|盖章|日期|时间|(?:签名|签字|审批|审核|批准)(?:日期|时间)|(?:审批|批准|审核|审查)人"
)
_NAMES_DATE = re.compile(
    r"^[一-鿿·、，]{0,20}(?:[12][0-9]{3}[年.\-/][0-9]{1,2}[月.\-/][0-9]{1,2}日?|[二〇零一][^，。]{6,12}日)$"
)


def _goes_on(item: Field, line: Line) -> bool:
    """Whether a line without a label belongs to the label before: more signatures, or names with the date under
    an opinion."""
    bare = re.sub(r"[\s、，]", "", line.text)
    if item.signed and line.hand and len(bare) <= 16:
        return re.sub(r"[\s、，]", "", "".join(line.hand)) == bare
    if not (OPINION.search(item.label) or SIGN.fullmatch(item.label)):
        return False
    if len(bare) <= 36 and _NAMES_DATE.match(fold(line.text)):
        return True
    names = [part for part in re.split(r"[\s、，]+", line.text.strip()) if part]
    return len(bare) <= 16 and all(is_name(name) for name in names)


def _with_slices(file: str, line: Line) -> Iterator[tuple[Field, Slice]]:
    heads = [
        head
        for begin, stop in _paragraphs(line.text, 0, len(line.text))
        for head in heads_of(line.text, begin, stop)
    ]
    for number, (_, last, key, signed) in enumerate(heads):
        part = Slice(line, last, heads[number + 1][0] if number + 1 < len(heads) else len(line.text))
        yield Field(_known(key, line), Flat.of(file, [part]), signed), part


def _row_fields(file: str, row: list[Line]) -> Iterator[Field]:
    cells = list(row)
    place = (row[0].table or 0, row[0].row or 0)
    if len(cells) == 1:
        yield from line_fields(file, cells[0], 0, len(cells[0].text), row=place)
        return
    if len(cells) % 2 and len(cells) > 2 and is_label(cells[0].text) and is_label(cells[1].text):
        cells = cells[1:]  # a section name stands left of the pairs
    index = 0
    while index < len(cells):
        label = cells[index]
        if not is_label(label.text):
            yield from line_fields(file, label, 0, len(label.text), row=place)
            index += 1
            continue
        value = cells[index + 1] if index + 1 < len(cells) else None
        if (
            value is not None
            and index + 2 < len(cells)
            and (len(cells) - index) % 2
            and not is_label(cells[index + 2].text)
        ):
            slices = [Slice(cell, 0, len(cell.text)) for cell in cells[index + 1 :]]
            index = len(cells)
        else:
            slices = [Slice(value, 0, len(value.text))] if value is not None else []
            index += 2
        key = _known(label_key(label.text), label)
        yield Field(key, Flat.of(file, slices), asks_signature(label.text), row=place)
        for part in slices:
            yield from line_fields(file, part.line, 0, len(part.line.text), inside=key, row=place)


def line_fields(
    file: str, line: Line, start: int, end: int, inside: str = "", row: tuple[int, int] | None = None
) -> Iterator[Field]:
    """Labels within one line: 被检查人：甲　统一社会信用代码：乙 gives two; cells are read paragraph by paragraph."""
    for begin, stop in _paragraphs(line.text, start, end):
        heads = list(heads_of(line.text, begin, stop))
        for number, (_, last, key, signed) in enumerate(heads):
            until = heads[number + 1][0] if number + 1 < len(heads) else stop
            yield Field(key, Flat.of(file, [Slice(line, last, until)]), signed, inside, row)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    while begin < end:
        stop = text.find("\n", begin, end)
        stop = end if stop < 0 else stop
        if stop > begin:
            yield begin, stop
        begin = stop + 1


def _grid(file: str, rows: list[list[Line]], before: list[Grid]) -> Grid | None:
    """The table as a grid when its first row is all labels and the rows below hold other things."""
    head = tuple(label_key(cell.text) for cell in rows[0])
    columns = [cell.column for cell in rows[0]]
    if not (len(head) >= 3 and all(1 <= len(word) <= 10 for word in head) and _has_head(head)):
        earlier = before[-1] if before else None
        widest = max(rows, key=len)
        if (
            not earlier
            or len(widest) < 3
            or any((cell.column or 0) > len(earlier.head) for row in rows for cell in row)
        ):
            return None
        if is_label(widest[0].text) and len(widest) != len(earlier.head):
            return None
        head, columns, body = earlier.head, list(range(1, len(earlier.head) + 1)), rows
    else:
        body = rows[1:]
    by_column = dict(zip(columns, head, strict=True))
    found = tuple(
        {
            by_column[cell.column]: Flat.of_lines(file, [cell])
            for cell in row
            if cell.column in by_column and cell.text.strip()
        }
        for row in body
    )
    return Grid(head, tuple(row for row in found if row))


def _has_head(head: tuple[str, ...]) -> bool:
    return (
        any(word in ("序号", "编号", "顺序号", "件号", "号") for word in head[:2])
        or {"文件名", "名称"} & set(head) != set()
    )
