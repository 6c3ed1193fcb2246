"""Tables inside the 版心: ruled, the head repeated on every page, a tall row cut between lines and never lost."""

from collections.abc import Sequence

from notices.document import Table
from notices.lines import SetLine
from notices.sheet import HEIGHT, LEFT, PAGE, PITCH, SMALL, TOP, WIDTH, Sheet

SIZE, LINE = 10.5, 15.5
_PADDING = 3.0
Cells = list[list[SetLine]]


def draw_table(sheet: Sheet, table: Table) -> None:
    """Draw ``table`` from the current line on."""
    if table.caption:
        sheet.need(PITCH + 3 * LINE)
        sheet.centred(table.caption, "heiti", SMALL, PITCH)
    total = sum(table.widths)
    widths = [WIDTH * share / total for share in table.widths]
    align = table.align or "c" * len(widths)
    head = _cells(sheet, table.head, widths, "heiti")
    rows = [_cells(sheet, row, widths, "songti") for row in table.rows]
    sheet.need(_height(head) + (min(_height(rows[0]), HEIGHT / 3) if rows else 0.0))
    _row(sheet, head, widths, "c" * len(widths))
    for row in rows:
        if sheet.y + min(_height(row), HEIGHT / 3) > HEIGHT and sheet.y > _height(head):
            sheet.new_page()
            _row(sheet, head, widths, "c" * len(widths))
        _row(sheet, row, widths, align, head)
    sheet.y += PITCH / 2


def _cells(sheet: Sheet, texts: Sequence[str], widths: Sequence[float], role: str) -> Cells:
    empty = [SetLine((), 0.0, None)]
    return [
        [
            line
            for part in str(text).split("\n")
            for line in (sheet.broken([(part, role)], SIZE, width - 2 * _PADDING) or empty)
        ]
        for text, width in zip(texts, widths, strict=True)
    ]


def _height(cells: Cells) -> float:
    return max((len(lines) for lines in cells), default=1) * LINE + 2 * _PADDING


def _row(sheet: Sheet, cells: Cells, widths: Sequence[float], align: str, head: Cells | None = None) -> None:
    while cells:
        room = max(1, int((HEIGHT - sheet.y - 2 * _PADDING) / LINE))
        now, later = [lines[:room] for lines in cells], [lines[room:] for lines in cells]
        _draw_row(sheet, now, widths, align)
        cells = later if any(later) else []
        if cells:
            sheet.new_page()
            if head:
                _draw_row(sheet, head, widths, "c" * len(widths))


def _draw_row(sheet: Sheet, cells: Cells, widths: Sequence[float], align: str) -> None:
    height = _height(cells)
    top, x = PAGE[1] - TOP - sheet.y, LEFT
    sheet.canvas.setLineWidth(0.5)
    for lines, width, side in zip(cells, widths, align, strict=True):
        sheet.canvas.rect(x, top - height, width, height)
        y = top - (height - len(lines) * LINE) / 2 - (LINE - SIZE) / 2 - SIZE * 0.88
        for line in lines:
            natural = sum(atom.width for atom in line.atoms)
            shift = {"l": _PADDING, "c": (width - natural) / 2, "r": width - natural - _PADDING}[side]
            for atom, offset in SetLine(line.atoms, 0.0, None).positions():
                sheet.draw(atom.text, atom.role, SIZE, x + shift + offset, y)
            y -= LINE
        x += width
    sheet.pages[-1].append(" | ".join("".join(line.text for line in lines) for lines in cells))
    sheet.y += height
