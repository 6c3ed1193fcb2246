"""The labels of a paper and what stands behind them: table cells, and lines 标签：值.

Word files, PDF and scans give cells alike (see ``reading``); this layer makes one list of label and value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from casefiles.extract.flat import Flat, Slice, fold
from casefiles.extract.misread import known_label
from casefiles.extract.people import is_name
from casefiles.reading.model import Line

_SIGNED = re.compile(r"（(?=[^）]*(?:签名|签字|盖章|签收|公章|捺印|手印|签章|章）))[^（）]{1,14}）")
_SIGNED_END = re.compile(r"(?<=[一-鿿]{2})(?:签名|签字|签章|盖章|或者?|、|及)+$")
_NUMBERING = re.compile(
    r"^(?:[0-9]{1,2}[.、]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十0-9]{1,3}）)"
)
_LABEL = re.compile(r"^[一-鿿（）、/／·]{2,18}$")
_FIELD_NAME = re.compile(
    "[一-鿿（）、/或]{0,10}(?:案由|案源|来源|时间|日期|期限|地点|地址|住所|处所|人|人员|单位|名称|文书|姓名|事项|方式|情况|内容|摘要|案情"
    "|代码|证号|编号|文号|依据|理由|意见|结论|结果|金额|大写|小写|签收|签名|签章|户名|银行|平台|备注|职务|电话|面积|造价|机关|部门|机构|类型|种类|类别|数量|件数|页数|页码)(?:（[^（）]{1,10}）)?"
)
_UNMARKED = re.compile(r"((?:[一-鿿][ 　]{1,4}[一-鿿]|[一-鿿（）、/]{2,18}))[ 　]+(?=[^ 　])")
"""A label at the head of a paragraph that only a gap parts from its value."""
_COLON = re.compile(r"(?<![0-9])[：:](?!//)|[：:](?![0-9])|(?<=[）)])[_|;；]")
_NO_LABELS = frozenset({"问", "答", "如下"})


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


def label_key(text: str) -> str:
    """A label without blanks, numbering, colon and （签名）."""
    return _SIGNED_END.sub("", _bare(text)) or _bare(text)


def _bare(text: str) -> str:
    text = re.sub(r"[\s　]", "", fold(text)).rstrip("：:")
    return _NUMBERING.sub("", _SIGNED.sub("", text))


def _known(key: str, line: Line) -> str:
    """A label of a scan brought back to the known one that it is a character away from."""
    return known_label(key) if line.confidence < 1.0 else key


def asks_signature(text: str) -> bool:
    """Whether a label asks for a signature: 询问人（签名）, 执法人员签名."""
    return bool(_SIGNED.search(fold(text)) or re.search(r"签名|签字|签章", _bare(text)))


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
        len(row) > 1
        and all(_names_a_field(cell.text) for cell in row)
        and bool(below)
        and all(cell.column in columns and not _names_a_field(cell.text) for cell in below)
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
        for head in _heads(line.text, begin, stop)
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
    if len(cells) % 2 and len(cells) > 2 and _is_label(cells[0].text) and _is_label(cells[1].text):
        cells = cells[1:]  # a section name stands left of the pairs
    index = 0
    while index < len(cells):
        label = cells[index]
        if not _is_label(label.text):
            yield from line_fields(file, label, 0, len(label.text), row=place)
            index += 1
            continue
        value = cells[index + 1] if index + 1 < len(cells) else None
        if (
            value is not None
            and index + 2 < len(cells)
            and (len(cells) - index) % 2
            and not _is_label(cells[index + 2].text)
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


def _names_a_field(text: str) -> bool:
    """Whether the words are those of a label by themselves, not only by where they stand."""
    return bool(_FIELD_NAME.fullmatch(label_key(text)))


def _is_label(text: str) -> bool:
    key = label_key(text)
    return 1 < len(key) <= 20 and bool(re.match(r"^[一-鿿（）、/／·及和]+$", key))


def line_fields(
    file: str, line: Line, start: int, end: int, inside: str = "", row: tuple[int, int] | None = None
) -> Iterator[Field]:
    """Labels within one line: 被检查人：甲　统一社会信用代码：乙 gives two; cells are read paragraph by paragraph."""
    for begin, stop in _paragraphs(line.text, start, end):
        heads = list(_heads(line.text, begin, stop))
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


def _heads(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    """Labels of a paragraph: start, end of the colon, key, and whether it asks for a signature."""
    heads = list(_marked_heads(text, begin, end))
    gap = _UNMARKED.match(text, begin, heads[0][0] if heads else end)
    if gap and _names_a_field(gap[1]):
        yield begin, gap.end(), label_key(gap[1]), asks_signature(gap[1])
    yield from heads


def _marked_heads(text: str, begin: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    previous = begin
    for colon in _COLON.finditer(text, begin, end):
        segment = text[previous : colon.start()]
        if re.search(r"[（(][^）)]*$", segment):
            continue
        start = previous + _label_start(segment, previous == begin)
        label = text[start : colon.start()]
        key = label_key(label)
        if _LABEL.match(key) and key not in _NO_LABELS and not key.endswith("如下"):
            yield start, colon.end(), key, asks_signature(label)
            previous = colon.end()
        elif previous == begin and len(segment) > 20:
            return  # a colon inside a sentence: what follows is prose


_RUN_IN = re.compile(
    r"[^\s：:（(及和与或、](性别|年龄|职务|职业|民族|联系电话|电话|身份证号码?|公民身份号码|统一社会信用代码|法定代表人|住所|住址|地址"
    r"|(?:检查|询问|勘验|讨论|听证|送达|拍摄|处罚|复查)?地点|(?:列席|出席|参加|参会|汇报)人员|记录人|主持人|听证员|书记员|笔录制作人"
    r"|收件人|联系人|出生日期|工作单位|(?<=日)(?:检查|询问|执法|调查|复查|勘验|核查)人员?)(?:（[^（）]{0,8}）)?$"
)


def _label_start(segment: str, first: bool) -> int:
    """Where the label begins that ends ``segment``: its last word, or its last run of single characters."""
    words = [(match.start(), match.end()) for match in re.finditer(r"[^\s　；;。]+", segment)]
    if not words:
        return len(segment)
    index = len(words) - 1
    last = segment[words[index][0] : words[index][1]]
    bare = re.sub(r"（.*", "", fold(last))
    while index and last.count("）") + last.count(")") > last.count("（") + last.count("("):
        index -= 1  # a blank inside brackets
        last = segment[words[index][0] : words[-1][1]]
        bare = re.sub(r"（.*", "", fold(last))
    joined = len(bare) == 1
    while joined and index:
        before = words[index - 1][1] - words[index - 1][0]
        if before > 3 or (before > 1 and len(bare) > 1):
            break
        index, bare = index - 1, bare + "　"
    begin = words[index][0] if not first or words[index][0] else 0
    run_in = _RUN_IN.search(segment, begin)
    return run_in.start(1) if run_in else begin


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
        if _is_label(widest[0].text) and len(widest) != len(earlier.head):
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
