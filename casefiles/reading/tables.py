"""Cells of ruled tables from their ruling lines, the same for PDF and for scans.

Coordinates are points (or pixels) from the top left.
"""

from dataclasses import dataclass

Rule = tuple[float, float, float]
"""A horizontal rule as (y, x0, x1), a vertical one as (x, y0, y1)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with table, row and column counted from 1; a merged cell stands at its first place."""

    table: int
    row: int
    column: int
    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def find_cells(across: list[Rule], down: list[Rule], near: float = 3.0) -> list[Cell]:
    """All cells of all tables on a page, table by table, row by row. ``near``: how far rules may miss."""
    across, down = _joined(across, near), _joined(down, near)
    cells: list[Cell] = []
    tables = [_Table(a, d, near) for a, d in _groups(across, down, near) if len(a) > 1 and len(d) > 1]
    tables.sort(key=lambda t: (t.ys[0], t.xs[0]))
    number = 0
    for table in tables:
        found = table.cells(number + 1)
        if len(found) > 1:
            number += 1
            cells += found
    return cells


def _joined(rules: list[Rule], near: float) -> list[Rule]:
    """Rules on one line that touch, as one; double strokes as one."""
    done: list[Rule] = []
    for at, start, end in sorted(rules):
        for i in range(len(done) - 1, -1, -1):
            place, first, last = done[i]
            if at - place > near:
                continue
            if start <= last + near and end >= first - near:
                done[i] = (place, min(first, start), max(last, end))
                break
        else:
            done.append((at, start, end))
    return done


def _groups(across: list[Rule], down: list[Rule], near: float) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(down):
            if x0 - near <= x <= x1 + near and y0 - near <= y <= y1 + near:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(rule)
    return list(groups.values())


def _stops(values: list[float], near: float) -> list[float]:
    stops: list[float] = []
    for value in sorted(values):
        if not stops or value - stops[-1] > near:
            stops.append(value)
    return stops


class _Table:
    def __init__(self, across: list[Rule], down: list[Rule], near: float) -> None:
        self.across, self.down, self.near = across, down, near
        self.ys = _stops([rule[0] for rule in across], near * 1.5)
        self.xs = _stops([rule[0] for rule in down], near * 1.5)

    def _covered(self, rules: list[Rule], at: float, start: float, end: float) -> bool:
        length = sum(
            max(0.0, min(last, end) - max(first, start))
            for place, first, last in rules
            if abs(place - at) <= self.near * 1.5
        )
        return length >= 0.6 * (end - start)

    def cells(self, number: int) -> list[Cell]:
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        if rows < 1 or columns < 1 or rows * columns > 20_000:
            return []
        owner = {(i, j): (i, j) for i in range(rows) for j in range(columns)}

        def root(unit: tuple[int, int]) -> tuple[int, int]:
            while owner[unit] != unit:
                unit = owner[unit]
            return unit

        for i in range(rows):
            for j in range(columns):
                x0, x1, y0, y1 = self.xs[j], self.xs[j + 1], self.ys[i], self.ys[i + 1]
                if j + 1 < columns and not self._covered(self.down, x1, y0, y1):
                    owner[root((i, j + 1))] = root((i, j))
                if i + 1 < rows and not self._covered(self.across, y1, x0, x1):
                    owner[root((i + 1, j))] = root((i, j))
        merged: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for unit in owner:
            merged.setdefault(root(unit), []).append(unit)
        cells = []
        for units in merged.values():
            top, left = min(i for i, _ in units), min(j for _, j in units)
            bottom, right = max(i for i, _ in units), max(j for _, j in units)
            cells.append(
                Cell(
                    number,
                    top + 1,
                    left + 1,
                    self.xs[left],
                    self.ys[top],
                    self.xs[right + 1],
                    self.ys[bottom + 1],
                )
            )
        return sorted(cells, key=lambda c: (c.row, c.column))
