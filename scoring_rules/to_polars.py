"""All rules over columns: generated straight-line code over bit planes, a chunk of cases at a time.

Polars holds what comes in and numpy works it: conditions are bit planes, 64 cases to a machine word, so
that a chunk stays in the cache and a rule costs a few operations on a few kilobytes. The code is generated
from the same tree as the generated Python and is tested against the reference in the same way.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .chunks import Chunk, Loader
from .language.column_forms import RUNTIME, Array, unpack
from .language.columns import Columns
from .language.planes import ONE, ZERO, Lines, Pair
from .rules import Basis, Check, Param, Rule
from .to_python import Compiled

Row = tuple[Any, ...]
_TODAY = ("as_of",)  # the day that selects where a rule names none


class Planes:
    """The planes of one check: it applies, is met, is breached; open where it applies and is neither."""

    def __init__(self, applies: str, met: str, breached: str) -> None:
        self.applies, self.met, self.breached = applies, met, breached


class ColumnEngine:
    """Rules compiled for chunks of cases; with ``checks`` it gives one number a check instead of a rule."""

    def __init__(self, compiled: Compiled, *, checks: bool = False) -> None:
        self.compiled = compiled
        self.lines = Lines()
        self.columns = Columns(self.lines)
        parts = [self._rule(rule) for rule in compiled.rules]
        wholes = [[part] for limbs in parts for part in limbs] if checks else parts
        self.width = len(wholes)
        halves = [half for whole in wholes for half in self._number(whole)]
        body = "\n    ".join(self.lines.body(halves))
        space = {**RUNTIME, **self.columns.constants}
        source = f"def judge(c):\n    {body}\n    return ({', '.join(halves)},)"
        space |= {"ONE": None, "ZERO": None}
        exec(compile(source, "<columns>", "exec"), space)  # noqa: S102 - source generated from the checked tree
        self.source, self._judge = source, space["judge"]
        self.loader = Loader(compiled.plan, self.lines.inputs, self.columns.seeds)

    def load(self, rows: Sequence[Row]) -> list[Chunk]:
        """Cases in machine form as chunks."""
        return self.loader.load(rows)

    def judge(self, chunk: Chunk) -> Array:
        """The numbers of a chunk's verdicts, a line a rule or check and a column a case."""
        halves = self._judge(chunk)
        out = np.empty((self.width, -(-chunk.size // 64) * 64), np.uint8)
        for at in range(self.width):
            low, high = halves[2 * at], halves[2 * at + 1]
            out[at] = 0 if high is None else unpack(high)
            out[at] += out[at]
            if low is not None:
                out[at] += unpack(low)
        return out[:, : chunk.size]

    def run(self, rows: Sequence[Row]) -> Array:
        """All cases at once."""
        return np.concatenate([self.judge(chunk) for chunk in self.load(rows)], axis=1)

    def _number(self, whole: Sequence[Planes]) -> tuple[str, str]:
        """The two bits of the verdict number: breached 3, open 2, met 1, else 0, the worst of the parts."""
        lines = self.lines
        breached = lines.any_of(*(part.breached for part in whole))
        high = lines.any_of(*(lines.all_of(part.applies, lines.invert(part.met)) for part in whole))
        met = lines.any_of(*(part.met for part in whole))
        return lines.any_of(breached, lines.all_of(met, lines.invert(high))), high

    def _rule(self, rule: Rule) -> list[Planes]:
        gate = Pair(ONE, ZERO)
        if rule.when is not None:
            select_by = rule.select_by or _TODAY
            self._bind(rule.checks[0], select_by)
            found = self.columns.pair(rule.when.root)
            spans = [b for check in rule.checks for b in check.basis]
            outside = self._inside(spans, select_by).no
            gate = Pair(
                self.lines.all_of(found.yes, self.lines.invert(outside)), self.lines.any_of(found.no, outside)
            )
        return [self._check(check, gate) for check in rule.checks]

    def _check(self, check: Check, gate: Pair) -> Planes:
        select_by = check.select_by or _TODAY
        self._bind(check, select_by)
        every, some = self.lines.all_of, self.lines.any_of
        inside = self._inside(check.basis, select_by)
        when = self.columns.pair(check.when.root) if check.when is not None else Pair(ONE, ZERO)
        result = self.columns.pair(check.require.root) if check.require is not None else Pair(ZERO, ZERO)
        sure = every(gate.yes, inside.yes, when.yes)
        off = some(gate.no, inside.no, when.no)
        return Planes(self.lines.invert(off), every(sure, result.yes), every(sure, result.no))

    def _known(self, select_by: tuple[str, ...]) -> str:
        """The plane of the cases whose day is known."""
        known = (ONE if name == "as_of" else self.lines.column(f"{name}?") for name in select_by)
        return self.lines.any_of(*known)

    def _since(self, select_by: tuple[str, ...], day: int) -> str:
        """The plane of the cases whose day, the first known of those named, is ``day`` or later."""
        plane = ZERO
        for name in reversed(select_by):
            own = self._known((name,))
            later = self.lines.keep(f"pack({self.lines.column(name)} >= {day})")
            rest = self.lines.all_of(plane, self.lines.invert(own))
            plane = self.lines.any_of(self.lines.all_of(own, later), rest)
        return plane

    def _inside(self, basis: Sequence[Basis], select_by: tuple[str, ...]) -> Pair:
        """Whether the day lies in any clause's span."""
        known = self._known(select_by)
        spans = []
        for start, end in dict.fromkeys((b.start, b.end) for b in basis):
            if start is None and end is None:
                return Pair(ONE, ZERO)
            begun = self._since(select_by, start.toordinal()) if start is not None else known
            ended = self._since(select_by, end.toordinal() + 1) if end is not None else ZERO
            spans.append(self.lines.all_of(begun, self.lines.invert(ended)))
        yes = self.lines.any_of(*spans)
        return Pair(yes, self.lines.rest(known, yes))

    def _bind(self, check: Check, select_by: tuple[str, ...]) -> None:
        self.columns.bind({
            name: self._cases(param, param.select_by or select_by) for name, param in check.params.items()
        })  # fmt: skip

    def _cases(self, param: Param, select_by: tuple[str, ...]) -> list[tuple[str, Any]]:
        """The values of a parameter, each with the plane of the days on which it holds."""
        values = [param._replace(values=(value._replace(since=None),)).bind(None) for value in param.values]
        starts = [value.since for value in param.values]
        if starts == [None]:
            return [(ONE, values[0])]
        begun = [
            self._known(select_by) if start is None else self._since(select_by, start.toordinal())
            for start in starts
        ]
        return [
            (self.lines.all_of(plane, self.lines.invert(after)), value)
            for plane, after, value in zip(begun, [*begun[1:], ZERO], values, strict=True)
        ]


__all__ = ["ColumnEngine", "Row"]
