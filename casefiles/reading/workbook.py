"""Workbooks: the rows of every sheet as text, read cell by cell without formulas run."""

import importlib
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .model import Line, Page
from .ooxml import Package
from .outcome import Parsed, Unreadable

MAX_ROWS = 20_000
MAX_COLUMNS = 200


def cell_text(value: object) -> str:
    """A cell as a person would write it: dates ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def read_xlsx(path: Path) -> Parsed:
    """All sheets, and their filled cells as lines whose place is sheet and cell (Sheet1!B3)."""
    package = Package(path)
    for name in package.names:
        if name.startswith("xl/") and name.endswith(".xml") and name.count("/") == 1:
            package.xml(name)
    openpyxl: Any = importlib.import_module("openpyxl")  # 140 ms, only for workbooks
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(path.read_bytes()), read_only=True, data_only=True, keep_links=False
        )
        parsed = Parsed("xlsx")
        lines: list[Line] = []
        for table, sheet in enumerate(book.worksheets, 1):
            rows = _rows(sheet, parsed)
            parsed.sheets[sheet.title] = rows
            lines += _lines(sheet.title, table, rows)
        book.close()
    except (KeyError, ValueError, TypeError, AttributeError, OSError, IndexError) as error:
        raise Unreadable("Excel 文件内部结构损坏", "请用 Excel 或 WPS 打开原件，另存后重新上传") from error
    parsed.pages.append(Page(None, tuple(lines), blank=not lines))
    return parsed


def _rows(sheet: Any, parsed: Parsed) -> list[list[str]]:
    rows: list[list[str]] = []
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
        if number > MAX_ROWS:
            parsed.notes.append(
                (f"工作表“{sheet.title}”超过 {MAX_ROWS} 行，其余未读", "请拆分工作表后重新上传")
            )
            break
        values = [cell_text(value) for value in row]
        while values and not values[-1]:
            values.pop()
        rows.append(values)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _lines(title: str, table: int, rows: list[list[str]]) -> list[Line]:
    return [
        Line(value, kind="cell", at=f"{title}!{_letters(j)}{i}", table=table, row=i, column=j)
        for i, row in enumerate(rows[:2000], 1)
        for j, value in enumerate(row, 1)
        if value
    ]


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
