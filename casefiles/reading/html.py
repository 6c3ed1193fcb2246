"""A document without pages as safe HTML: words, tables and the places that findings point to."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from .model import Line
from .runner import read_file

_BEFORE = {"header": "页眉", "footer": "页脚", "footnote": "脚注", "textbox": "文本框"}


def docx_html(path: Path, name: str | None = None) -> str:
    """HTML of a DOCX, DOC, text or workbook file: ``p`` and ``table`` only, every place with ``data-at``."""
    file = read_file(path, name or path.name, ocr=False)
    return "\n".join(lines_html(line for page in file.pages for line in page.lines))


def lines_html(lines: Iterator[Line]) -> Iterator[str]:
    """The same from lines; neighbouring cells of one table become a table."""
    for table, part in groupby(lines, key=lambda line: line.table if line.kind == "cell" else None):
        group = list(part)
        if table is None:
            yield from (_paragraph(line) for line in group)
        else:
            yield _table(group)


def _words(line: Line) -> str:
    """Escaped words; signatures in ``em``."""
    text, done = line.text, ""
    for name in line.hand:
        before, found, text = text.partition(name)
        done += escape(before) + (f"<em>{escape(found)}</em>" if found else "")
    return (done + escape(text)).replace("\n", "<br>")


def _paragraph(line: Line) -> str:
    label = f"<strong>{_BEFORE[line.kind]}</strong> " if line.kind in _BEFORE else ""
    return f'<p data-at="{escape(line.at or "")}">{label}{_words(line)}</p>'


def _table(cells: list[Line]) -> str:
    width = max(cell.column or 1 for cell in cells)
    rows = []
    for _, part in groupby(cells, key=lambda cell: cell.row):
        row = list(part)
        ends = [cell.column or 1 for cell in row[1:]] + [width + 1]
        lead = (row[0].column or 1) - 1
        html = f'<td colspan="{lead}"></td>' if lead else ""
        for cell, end in zip(row, ends, strict=True):
            span = max(1, end - (cell.column or 1))
            html += (
                f'<td data-at="{escape(cell.at or "")}"'
                + (f' colspan="{span}"' if span > 1 else "")
                + f">{_words(cell)}</td>"
            )
        rows.append(f"<tr>{html}</tr>")
    return "<table>" + "".join(rows) + "</table>"
