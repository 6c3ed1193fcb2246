"""Verdicts and score of a case by generated Python: one function for every kind of case.

The facts that tell kinds of case apart are settled first (``language/settle.py``), so that each kind has a
function without the rules of the others; a verdict adds its points where it is recorded. What several rules
may deduct for one fault is kept as bits and worked out at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from .language import Expr
from .language import nodes as n
from .language.settle import settle
from .rule_writer import BREACHED, MET, OPEN, Writer
from .rules import Check, Rule
from .tariff import Tariff, Total
from .to_python import Compiled

KINDS = ("case_kind", "procedure")
_MOST = 50_000  # combinations of faults remembered

Row = tuple[Any, ...]


class Grader:
    """Grades cases in machine form: verdict numbers by rule, and the score."""

    def __init__(self, compiled: Compiled, tariff: Tariff) -> None:
        self.compiled, self.tariff = compiled, tariff
        facts = compiled.plan.facts
        self.kinds = [name for name in KINDS if name in facts]
        self.key = itemgetter(*(facts.index(name) for name in self.kinds), -2)
        self.functions: dict[Any, Callable[[Row], tuple[bytearray, Total]]] = {}

    def grade(self, row: Row) -> tuple[bytes, Total]:
        """The verdicts and the score of a case."""
        key = self.key(row)
        function = self.functions.get(key)
        if function is None:
            function = self.functions[key] = self._function(key)
        codes, total = function(row)
        return bytes(codes), total

    def _function(self, key: tuple[Any, ...]) -> Callable[[Row], tuple[bytearray, Total]]:
        *values, signed = key
        facts = {name: value for name, value in zip(self.kinds, values, strict=True) if value is not None}
        rules = [_settled(rule, facts) for rule in self.compiled.rules]
        writer = _GradeWriter(self.compiled, rules, self.tariff)
        writer.emitter.signed = signed
        source = writer.source()
        space: dict[str, Any] = {
            "date_of": date.fromordinal, "total": self.tariff.total, "late": self.tariff.late,
            **{f"times_{at}": counter for at, counter in self.compiled.counters.items()},
            **writer.emitter.constants,
        }  # fmt: skip
        exec(compile(source, "<grade>", "exec"), space)  # noqa: S102 - source generated from the checked tree
        function: Callable[[Row], tuple[bytearray, Total]] = space["grade"]
        return function


def _settled(rule: Rule, facts: Mapping[str, Any]) -> Rule:
    def put(expr: Expr | None) -> Expr | None:
        return None if expr is None else Expr(expr.source, settle(expr.root, facts))

    def check_of(check: Check) -> Check:
        return check._replace(when=_unless_true(put(check.when)), require=put(check.require))

    return rule._replace(when=put(rule.when), checks=tuple(map(check_of, rule.checks)))


def _unless_true(expr: Expr | None) -> Expr | None:
    return None if expr is not None and isinstance(expr.root, n.Lit) and expr.root.value else expr


class _GradeWriter(Writer):
    """Writes the function: ``out`` are the verdicts by rule; ``high`` and ``low`` lists of tenths that fall
    in each place of the standard; ``sure`` and ``open_`` bits of checks that share a fault with others."""

    def __init__(self, compiled: Compiled, rules: Sequence[Rule], tariff: Tariff) -> None:
        super().__init__(compiled.plan, rules)
        self.compiled, self.tariff = compiled, tariff
        self.capped = False

    def begin(self) -> None:
        self.add(1, f"out = bytearray({len(self.rules)})")
        places = ", ".join(["0"] * self.tariff.places)
        self.add(1, f"high = [{places}]; low = [{places}]")
        self.add(1, "sure = open_ = 0; veto = risk = False; often = {}")

    def end(self) -> None:
        self.add(1, "if open_: late(sure, open_, often, high, low)")
        self.add(1, "return out, total(out, high, low, veto, risk)")

    def counter(self, at: int, check: Check, columns: list[str]) -> None:
        """Occurrences are counted by the functions of the compiled rules."""

    def rule(self, at: int, depth: int, level: int, gate: str) -> None:
        first, end = self.compiled.spans[at]
        units = [place for place in range(first, end) if not self.tariff.shares >> place & 1]
        limit = self.tariff.whole[at].whole(1 << 30)
        self.capped = sum(self._most(place) for place in units) > limit
        if self.capped:
            self.add(depth, "h = l = 0")
        super().rule(at, depth, level, gate)
        if self.capped:
            place = self.tariff.place_of[at]
            self.add(depth, f"if l: low[{place}] += l if l < {limit} else {limit}")
            self.add(depth, f"if h: high[{place}] += h if h < {limit} else {limit}")

    def _most(self, place: int) -> int:
        price = self.tariff.prices[place]
        if price is None:
            return 0
        return price.bounded(1 << 30) if place in self.tariff.many else self.tariff.plain[place]

    def settle(self, place: int, result: str, depth: int, sure: bool = False) -> None:
        index = self.tariff.names[place][0]
        first, end = self.compiled.spans[index]
        alone = end - first == 1
        opens = [f"out[{index}] = {OPEN}" if alone else f"if out[{index}] < {OPEN}: out[{index}] = {OPEN}"]
        opens += self._fall(place, index, False)
        if result == "None":
            self.block("", opens, depth)
            return
        met = f"out[{index}] = {MET}"
        self.block(f"if {result}:", [met if place == first else f"out[{index}] = out[{index}] or {MET}"], depth)
        if not sure:
            self.block(f"elif {result} is None:", opens, depth)
        self.block("else:", [f"out[{index}] = {BREACHED}", *self._fall(place, index, True)], depth)

    def block(self, head: str, lines: Sequence[str], depth: int) -> None:
        """Lines under a head, or at its depth where there is none."""
        if head:
            self.add(depth, head)
        for line in lines:
            self.add(depth + bool(head), line)

    def _fall(self, place: int, index: int, sure: bool) -> list[str]:
        """The lines by which a breach, or an open verdict, costs points."""
        tariff = self.tariff
        price, plain, lines = tariff.prices[place], tariff.plain[place], []
        if price is None:
            return []
        if price.veto:
            lines.append("veto = risk = True" if sure else "risk = True")
        if tariff.shares >> place & 1:
            lines.append(f"open_ |= {1 << place}" + (f"; sure |= {1 << place}" if sure else ""))
            if place in tariff.many and sure:
                lines.append(f"often[{place}] = times_{place}(row)" if place in self.compiled.counters else "")
            return [line for line in lines if line]
        amount = str(plain)
        if sure and place in tariff.many and place in self.compiled.counters:
            lines.append(f"t = times_{place}(row) * {price.points}")
            amount = f"(t if t < {price.cap} else {price.cap})" if price.cap is not None else "t"
        elif not plain:
            return lines
        low, high = ("l", "h") if self.capped else (f"low[{tariff.place_of[index]}]", f"high[{tariff.place_of[index]}]")
        lines.append(f"{low} += {amount}")
        if sure:
            lines.append(f"{high} += {amount}")
        return lines


__all__ = ["Grader", "Row"]
