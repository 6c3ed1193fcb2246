"""The file as an archive: its papers one by one, the inventory against them, recordings against their list."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from casefiles.extract.dates import blank_date, find_dates
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import Flat, fold
from casefiles.extract.labels import label_key
from casefiles.extract.read_common import doc_number, signing_office
from casefiles.extract.titles import kind_of_title
from casefiles.hints import folio_of

FRAME = frozenset({"cover", "inventory", "archive_note", "recording"})


def read_papers(docs: Sequence[Doc]) -> Iterator[Reading]:
    """One row of ``papers`` for every paper of the file."""
    for doc in docs:
        if doc.kind in FRAME or doc.piece.sheets:
            continue
        row: dict[str, Any] = {"kind": doc.kind, "n": doc.n, "title": doc.piece.title}
        number = doc_number(doc)
        if number:
            row["number"] = number.text
        spot = doc.title
        day = doc.closing[0] if doc.closing else _ends_dated(doc)
        if day:
            row |= {"date": day.isoformat(), "dated": True}
        elif undated := _undated(doc):
            row["dated"] = False
            spot = undated
        if doc.seals:
            row["sealed"] = True
        elif doc.piece.source == "text":
            row["sealed"] = False
        if doc.piece.source == "text" and doc.body:
            row |= {"blanks": blanks(doc), "unsealed_corrections": 0}
        yield doc.read("papers", row, spot, 0.95)


def _ends_dated(doc: Doc) -> date | None:
    """The date that one of the last lines ends with; one that a sentence tells of is not the paper's own."""
    found = [
        moment
        for line in doc.flat.lines()[-3:]
        for moment in find_dates(line.text)
        if not line.text[moment.end :].strip("）) ")
    ]
    return found[-1].day if found else None


def _undated(doc: Doc) -> Flat | None:
    """Where the date is wanting: a date line left blank, or the authority's name as the last line of all."""
    blank = next((line for line in doc.body if blank_date(line.text)), None)
    if blank is not None:
        return Flat.of_lines(doc.piece.file, [blank])
    signed = signing_office(doc)
    last = doc.flat.lines()[-1:]
    return signed if signed and len(doc.flat.lines()) > 3 and last[0].text.endswith(signed.text) else None


def blanks(doc: Doc) -> int:
    """Labels of a form or signature lines with nothing behind them; remarks need not be made."""
    empty = [
        item
        for item in doc.fields
        if not item.text
        and not item.value.hand()
        and (item.row is not None or item.signed)
        and not item.inside
        and 2 <= len(item.label) <= 12
        and item.label != "备注"
    ]
    return len(empty)


def read_inventory(docs: Sequence[Doc]) -> Iterator[Reading]:
    """The rows of every inventory, each looked for among the papers."""
    inventories = [doc for doc in docs if doc.kind == "inventory"]
    papers = [
        doc for doc in docs if doc.kind not in FRAME and doc.kind != "unreadable" and not doc.piece.sheets
    ]
    hidden = any(doc.kind == "unreadable" for doc in docs)
    taken: set[int] = set()
    total = 0
    for volume, inventory in enumerate(inventories, 1):
        rows = _rows(inventory)
        total += len(_own_rows(rows))
        inside = [
            doc for doc in papers if len(inventories) == 1 or doc.piece.file == inventory.piece.file
        ] or papers
        frame = [doc for doc in docs if doc.kind in ("cover", "archive_note", "recording")]
        found = match_rows([row[0] for row in rows], [*inside, *frame], taken)
        counted = _counted([doc for doc in docs if doc in inside or doc.kind == "unreadable"])
        previous: tuple[int, int, bool] | None = None
        for index, (title, cells) in enumerate(rows):
            entry: dict[str, Any] = {"volume": volume, "n": index + 1, "title": title}
            days = find_dates(cells["日期"].text) if "日期" in cells else []
            if days:
                entry["date"] = days[0].day.isoformat()
            span = _span(cells, rows, index)
            if span:
                entry |= {"page_from": span[0], "page_to": span[1]}
                entry["follows"] = (
                    span[0] == 1
                    if previous is None
                    else span[0] == previous[1] + 1
                    if previous[2]
                    else span[0] > previous[0]
                )
                previous = span
            paper = found[index]
            if paper is not None or not hidden:
                entry["found"] = paper is not None
            if paper is not None:
                actual = folio_of(paper.piece) or counted.get(id(paper))
                fixed = paper.piece.media in ("pdf", "image", "ofd") and actual is not None
                entry["fixed_pages"] = fixed
                if fixed:
                    entry["actual_from"] = actual
            place = next(iter(cells.values()))
            yield inventory.read(
                "inventory_rows",
                {key: value for key, value in entry.items() if value is not None},
                cells.get("文件名称", place),
            )
    if inventories:
        where = inventories[0].title
        yield inventories[0].read("inventory_items", total, where)
        yield inventories[0].read(
            "papers_not_in_inventory", len([doc for doc in papers if id(doc) not in taken]), where, 0.95
        )


def read_volumes(docs: Sequence[Doc]) -> Iterator[Reading]:
    """One row of ``volumes`` for every bound volume: what cover, inventory and closing note count."""
    groups: dict[str, list[Doc]] = {}
    for doc in docs:
        if doc.kind in ("cover", "inventory", "archive_note"):
            groups.setdefault(_volume_key(doc, docs), []).append(doc)
    for volume, group in enumerate(groups.values(), 1):
        row: dict[str, Any] = {"volume": volume, "has_cover": any(doc.kind == "cover" for doc in group)}
        listed = 0
        for doc in group:
            if doc.kind == "cover":
                row |= _counts(doc, "cover")
            elif doc.kind == "archive_note":
                row |= _counts(doc, "note")
            else:
                rows = _rows(doc)
                row["inventory_items"], listed = len(_own_rows(rows)), len(rows)
                span = _span(rows[-1][1], rows, len(rows) - 1) if rows else None
                if span:
                    row["last_page"] = span[1]
        if listed and row.get("note_items") == listed:
            row["inventory_items"] = listed  # this office counts the closing note too
        yield group[-1].read("volumes", row, group[-1].title)


def _volume_key(doc: Doc, docs: Sequence[Doc]) -> str:
    """A bound file is a volume; loose files of one folder are one."""
    bound = sum(other.piece.file == doc.piece.file for other in docs) > 1
    return doc.piece.file if bound else doc.piece.file.rpartition("/")[0]


def _counts(doc: Doc, side: str) -> dict[str, int]:
    found = {}
    for what, word, unit in (("items", "件数", "件"), ("pages", "页数", "页")):
        item = doc.field(f"(?:本卷|全卷|共)?(?:共计)?{word}")
        number = re.search("[0-9]+", item.text) if item else re.search(f"([0-9]{{1,4}}){unit}", doc.text)
        if number:
            found[f"{side}_{what}"] = int(number[number.lastindex or 0])
    return found


def _counted(papers: Sequence[Doc]) -> dict[int, int]:
    """First pages by counting, where no number is stamped; none where one inventory runs over several bound volumes,
    since nobody can tell which comes first."""
    files = [doc.piece.file for doc in papers]
    if len(set(files)) > 1 and len(files) > len(set(files)):
        return {}
    counted, page = {}, 1
    for doc in papers:
        counted[id(doc)] = page
        page += doc.piece.pages[1] - doc.piece.pages[0] + 1 if doc.piece.pages else 1
    return counted


_NAME = (
    "文件名称",
    "文书名称",
    "材料名称",
    "题名",
    "文件题名",
    "名称",
    "标题",
    "文件标题",
    "文书题名",
    "案卷内容",
)
_PAGE = ("页号", "页码", "页次", "起止页", "起止页码", "页数", "所在页号", "所在页码")


def _rows(inventory: Doc) -> list[tuple[str, dict[str, Flat]]]:
    rows: list[tuple[str, dict[str, Flat]]] = []
    for grid in inventory.grids:
        for row in grid.rows:
            cells = {_column(label): cell for label, cell in row.items()}
            name = cells.get("文件名称")
            if name is None:
                continue
            if "序号" not in cells and rows and "页号" not in cells and "日期" not in cells:
                last = rows.pop()  # the cell went on over the page
                rows.append((last[0] + name.text, last[1]))
            else:
                rows.append((name.text.replace("\n", ""), cells))
    return rows


def _own_rows(rows: Sequence[tuple[str, dict[str, Flat]]]) -> list[str]:
    """The titles that count as papers of the volume: cover, inventory and closing note do not."""
    return [
        title
        for title, _ in rows
        if (kind_of_title(fold(title)) or ("", 0))[0] not in ("cover", "inventory", "archive_note")
    ]


def _column(label: str) -> str:
    key = label_key(label)
    return (
        "文件名称"
        if key in _NAME
        else "页号"
        if key in _PAGE
        else "日期"
        if "日期" in key or key == "时间"
        else key
    )


def _span(
    cells: dict[str, Flat], rows: Sequence[tuple[str, dict[str, Flat]]], index: int
) -> tuple[int, int, bool] | None:
    """First and last page of a row, and whether the last was written."""
    numbers = [int(found) for found in re.findall("[0-9]+", cells["页号"].text)] if "页号" in cells else []
    if not numbers:
        return None
    if len(numbers) > 1:
        return numbers[0], numbers[1], True
    after = rows[index + 1][1].get("页号") if index + 1 < len(rows) else None
    following = re.search("[0-9]+", after.text) if after is not None else None
    last = max(numbers[0], int(following[0]) - 1) if following else numbers[0]
    return numbers[0], last, False


def match_rows(titles: Sequence[str], papers: Sequence[Doc], taken: set[int]) -> list[Doc | None]:
    """For every title of an inventory the paper meant: same title or file name first, then same kind in order."""
    found: list[Doc | None] = [None] * len(titles)
    for title in {title for title in titles if titles.count(title) > 1}:
        kind = kind_of_title(fold(title))
        rows = [index for index, other in enumerate(titles) if other == title]
        alike = [doc for doc in papers if kind and doc.kind == kind[0] and id(doc) not in taken]
        if len(alike) == len(rows):  # one title for several papers of one kind: as they stand
            for index, doc in zip(rows, alike, strict=True):
                found[index] = doc
                taken.add(id(doc))
    for same in (_same_title, _same_service, _same_kind):
        for index, title in enumerate(titles):
            if found[index] is None:
                paper = next((doc for doc in papers if id(doc) not in taken and same(title, doc)), None)
                if paper is not None:
                    found[index] = paper
                    taken.add(id(paper))
    return found


def _plain(text: str) -> str:
    return re.sub(r"[《》\s·、，（）()]|复印件|^[0-9]+", "", fold(text))


def _same_title(title: str, doc: Doc) -> bool:
    stem = doc.piece.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return _plain(title) in (_plain(doc.piece.title), _plain(stem))


def _same_service(title: str, doc: Doc) -> bool:
    named = re.search("回证（(.+)）$", fold(title))
    return doc.kind == "service_receipt" and named is not None and _plain(named[1]) in _plain(doc.text)


def _same_kind(title: str, doc: Doc) -> bool:
    kind = kind_of_title(fold(title))
    if kind and kind[0] == doc.kind and doc.kind not in ("evidence_item", "other"):
        return not re.search("回证（", fold(title)) or doc.kind != "service_receipt"
    short, long = sorted((_plain(title), _plain(doc.piece.title)), key=len)
    if len(short) < 4 or (kind and doc.kind not in ("evidence_item", "other") and kind[0] != doc.kind):
        return False
    return short in long or (len(short) >= 6 and (short[-5:] == long[-5:] or _within(short, long)))


def _within(short: str, long: str) -> bool:
    """Whether ``long`` is ``short`` with a few words put in."""
    rest = iter(long)
    return all(char in rest for char in short) and len(long) <= len(short) * 1.5
