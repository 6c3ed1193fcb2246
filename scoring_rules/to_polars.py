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
            self._bind(rule.checks[0], rule.select_by)
            found = self.columns.pair(rule.when.root)
            spans = [b for check in rule.checks for b in check.basis]
            outside = self._inside(spans, rule.select_by).no
            gate = Pair(
                self.lines.all_of(found.yes, self.lines.invert(outside)), self.lines.any_of(found.no, outside)
            )
        return [self._check(check, gate) for check in rule.checks]

    def _check(self, check: Check, gate: Pair) -> Planes:
        self._bind(check, check.select_by)
        every, some = self.lines.all_of, self.lines.any_of
        inside = self._inside(check.basis, check.select_by)
        when = self.columns.pair(check.when.root) if check.when is not None else Pair(ONE, ZERO)
        result = self.columns.pair(check.require.root) if check.require is not None else Pair(ZERO, ZERO)
        sure = every(gate.yes, inside.yes, when.yes)
        off = some(gate.no, inside.no, when.no)
        return Planes(self.lines.invert(off), every(sure, result.yes), every(sure, result.no))

    def _day(self, select_by: tuple[str, ...]) -> tuple[str, str]:
        """The array of the days that select versions, and the plane where they are known."""
        names = select_by or ("as_of",)
        array, known = self.lines.column(names[-1]), self._known(names[-1])
        for name in reversed(names[:-1]):
            own = self._known(name)
            array = self.lines.keep(f"np.where(unpack({own}), {self.lines.column(name)}, {array})")
            known = self.lines.any_of(own, known)
        return array, known

    def _known(self, name: str) -> str:
        return ONE if name == "as_of" else self.lines.column(f"{name}?")

    def _after(self, day: tuple[str, str], start: Any) -> str:
        """The plane of the days from ``start`` on."""
        array, known = day
        return self.lines.all_of(known, self.lines.keep(f"pack({array} >= {start.toordinal()})"))

    def _inside(self, basis: Sequence[Basis], select_by: tuple[str, ...]) -> Pair:
        """Whether the day lies in any clause's span."""
        day = self._day(select_by)
        spans = []
        for start, end in dict.fromkeys((b.start, b.end) for b in basis):
            if start is None and end is None:
                return Pair(ONE, ZERO)
            begun = self._after(day, start) if start is not None else day[1]
            ended = self.lines.keep(f"pack({day[0]} > {end.toordinal()})") if end is not None else ZERO
            spans.append(self.lines.all_of(begun, self.lines.invert(ended)))
        yes = self.lines.any_of(*spans)
        return Pair(yes, self.lines.rest(day[1], yes))

    def _bind(self, check: Check, select_by: tuple[str, ...]) -> None:
        self.columns.bind({
            name: self._cases(param, self._day(param.select_by or select_by)) for name, param in check.params.items()
        })  # fmt: skip

    def _cases(self, param: Param, day: tuple[str, str]) -> list[tuple[str, Any]]:
        """The values of a parameter, each with the plane of the days on which it holds."""
        held = [value._replace(since=None) for value in param.values]
        values = [param._replace(values=(value,)).bind(None) for value in held]
        if len(values) == 1 and param.values[0].since is None:
            return [(ONE, values[0])]
        begun = [day[1] if value.since is None else self._after(day, value.since) for value in param.values]
        later = [*begun[1:], ZERO]
        return [
            (self.lines.all_of(plane, self.lines.invert(after)), value)
            for plane, after, value in zip(begun, later, values, strict=True)
        ]


__all__ = ["ColumnEngine", "Row"]
