"""The source of the column engine: rules, and a standard, as straight-line code over bit planes."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from .column_scores import SCORING, Scores, Verdicts
from .judge import counted
from .language.column_forms import RUNTIME
from .language.columns import Columns
from .language.planes import ONE, ZERO, Lines, Pair
from .rules import ALWAYS, Basis, Check, Param, Rule, in_force
from .tariff import Tariff

_TODAY = ("as_of",)  # the day that selects where a rule names none
Seeds = dict[str, dict[str, int]]


class ColumnWriter:
    """Writes rules as a function of a chunk: two planes a rule (without a tariff: a check) that number its
    verdict, then the scores and vetoes of the high and the low end. ``seeds`` are the numbers of texts in
    columns, of which it may add more; ``inputs`` the columns it reads."""

    def __init__(self, rules: Sequence[Rule], tariff: Tariff | None, seeds: Seeds) -> None:
        self.lines = Lines()
        self.columns = Columns(self.lines, seeds)
        self.checks = [check for rule in rules for check in rule.checks]
        parts = [self._rule(rule) for rule in rules]
        flat = [part for limbs in parts for part in limbs]
        wholes = parts if tariff is not None else [[part] for part in flat]
        results = [name for whole in wholes for name in self._number(whole)]
        self.width, self.inputs = len(wholes), self.lines.inputs
        if tariff is not None:
            high, low = Scores(self.lines, tariff, flat, self._occurrences).scenes()
            results += [high.score, low.score, high.veto, low.veto]
        self.body = self.lines.body(results)
        self.source = "\n    ".join(["def judge(c):", *self.body, f"return {', '.join(results)}"])

    def space(self) -> dict[str, Any]:
        """The names that the code uses."""
        return {**RUNTIME, **SCORING, **self.columns.constants, "ONE": None, "ZERO": None}

    def function(self) -> Callable[[Any], tuple[Any, ...]]:
        """The code, compiled."""
        space = self.space()
        exec(compile(self.source, "<columns>", "exec"), space)  # noqa: S102 - source from the checked tree
        judge: Callable[[Any], tuple[Any, ...]] = space["judge"]
        return judge

    def _occurrences(self, at: int) -> str:
        """The array of the occurrences of a breached check."""
        check = self.checks[at]
        self._bind(check, check.select_by or _TODAY)
        if check.occurrences is not None:
            value = self.columns.value(check.occurrences.root)
            counts = [
                f"np.where(unpack({value.known}), {value.array}, 1)" if value.known != ONE else value.array
            ]
        else:
            counts = [self.columns.failing(node) for node in counted(check)]
        source = "1"
        for count in counts:
            source = self.lines.keep(f"np.maximum({source}, {count})")
        return source

    def _number(self, whole: Sequence[Verdicts]) -> tuple[str, str]:
        """The two bits of the verdict number: breached 3, open 2, met 1, else 0, the worst of the parts."""
        lines = self.lines
        breached = lines.any_of(*(part.breached for part in whole))
        high = lines.any_of(*(lines.all_of(part.applies, lines.invert(part.met)) for part in whole))
        met = lines.any_of(*(part.met for part in whole))
        return lines.any_of(breached, lines.all_of(met, lines.invert(high))), high

    def _rule(self, rule: Rule) -> list[Verdicts]:
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

    def _check(self, check: Check, gate: Pair) -> Verdicts:
        select_by = check.select_by or _TODAY
        self._bind(check, select_by)
        every, some = self.lines.all_of, self.lines.any_of
        inside = self._inside(check.basis, select_by)
        when = self.columns.pair(check.when.root) if check.when is not None else Pair(ONE, ZERO)
        result = self.columns.pair(check.require.root) if check.require is not None else Pair(ZERO, ZERO)
        sure = every(gate.yes, inside.yes, when.yes)
        off = some(gate.no, inside.no, when.no)
        return Verdicts(self.lines.invert(off), every(sure, result.yes), every(sure, result.no))

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
        if (valid := in_force(basis)) == ALWAYS:
            return Pair(ONE, ZERO)
        for start, end in valid:
            begun = self._since(select_by, start.toordinal()) if start > date.min else known
            ended = self._since(select_by, end.toordinal() + 1) if end < date.max else ZERO
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


__all__ = ["ColumnWriter", "Seeds"]
