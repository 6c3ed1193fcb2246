"""Registers as Excel workbooks: out without live formulas, in with limits and row numbers."""

import importlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO

from foundation import errors
from registers.entries import FROM, SOURCE, TO
from registers.kinds import Kind
from registers.models import RegisterEntry
from registers.values import show_value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_UNPACKED, MOST_ROWS = 10 * 1024 * 1024, 200 * 1024 * 1024, 20_000
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def _openpyxl() -> Any:
    """openpyxl takes a tenth of a second to load and only these pages need it."""
    return importlib.import_module("openpyxl")


def headings(kind: Kind) -> list[str]:
    """The column headings of a register's workbook, in order."""
    return [kind.key, kind.name, *(column.label for column in kind.columns), FROM, TO, SOURCE]


def write_workbook(kind: Kind, entries: Iterable[RegisterEntry]) -> bytes:
    """A register as XLSX bytes; every cell is text, so nothing in it can run."""
    book = _openpyxl().Workbook(write_only=False)
    sheet = book.active
    sheet.title = kind.label[:31]
    bold = importlib.import_module("openpyxl.styles").Font(bold=True)
    for place, heading in enumerate(headings(kind), 1):
        cell = sheet.cell(1, place, heading)
        cell.font = bold
        sheet.column_dimensions[cell.column_letter].width = max(12, min(40, len(heading) * 2 + 6))
    sheet.freeze_panes = "C2"
    for number, entry in enumerate(entries, 2):
        for place, text in enumerate(_texts(kind, entry), 1):
            put_text(sheet.cell(number, place), text)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def put_text(cell: Any, text: str) -> None:
    """Write ``text`` as text: never a formula, and marked so where a program might take it for one."""
    clean = "".join(char for char in text if char >= " " or char in "\t\n")
    cell.value = clean
    cell.data_type = "s"
    if clean.startswith(RISKY):
        cell.quotePrefix = True
    cell.number_format = "@"


def read_workbook(kind: Kind, stream: BinaryIO) -> list[tuple[int, Mapping[str, Any]]]:
    """The rows of an uploaded workbook by heading, with their row numbers; refuses what is no such workbook."""
    raw = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise errors.TooLarge("表格超过 10 MiB，没有导入。", "请拆成几个文件分别导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MOST_UNPACKED:
                raise errors.TooLarge(
                    "表格解压后超过 200 MiB，没有导入。", "请删除多余的工作表和图片后重试。"
                )
        book = _openpyxl().load_workbook(io.BytesIO(raw), read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise errors.AnhengError(
            "文件不是可读的 .xlsx 表格。", "请用“导出”得到的表格填写，另存为 .xlsx 后导入。"
        ) from error
    rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 2)
    first = next(rows, ())
    titles = [str(cell.value or "").strip() for cell in first]
    missing = [heading for heading in (kind.key, kind.name, FROM) if heading not in titles]
    if missing:
        raise errors.AnhengError(f"表头缺少：{'、'.join(missing)}。", "请先“导出”一份，在其中填写后导入。")
    return [(number, dict(row)) for number, row in _filled(rows, titles)]


def _filled(rows: Iterable[Any], titles: list[str]) -> Iterable[tuple[int, dict[str, Any]]]:
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise errors.TooLarge(f"表格超过 {MOST_ROWS} 行，没有导入。", "请拆成几个文件分别导入。")
        if any(cell.data_type == "f" for cell in row):
            raise errors.AnhengError(f"第 {number} 行含公式，没有导入。", "请把公式粘贴为数值后再导入。")
        values = {title: cell.value for title, cell in zip(titles, row, strict=False) if title}
        if any(value not in (None, "") for value in values.values()):
            yield number, values


def _texts(kind: Kind, entry: RegisterEntry) -> list[str]:
    own = [show_value(column, entry.data.get(column.name)) for column in kind.columns]
    return [entry.key, entry.name, *own, _day(entry.valid_from), _day(entry.valid_to), entry.source]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
