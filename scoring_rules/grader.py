"""Verdicts and score of a case by generated Python: one function for every kind of case.

The facts that tell kinds of case apart are settled first (``language/settle.py``), so that each kind has a
function without the rules of the others. What a verdict costs is one addition to a ledger.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from .rule_writer import BREACHED, MET, OPEN, Writer
from .rules import Check, Rule
from .settled import settled
from .tariff import Tariff, Total
from .to_python import Compiled

GENERATED = "<grade>"  # the file name of the functions in tracebacks
KINDS = ("case_kind", "procedure")
_MOST = 100_000  # combinations of faults remembered
_FIELD = 24
_MASK = (1 << _FIELD) - 1

Row = tuple[Any, ...]


class Grader:
    """Grades cases in machine form: verdict numbers by rule, and the score."""

    def __init__(self, compiled: Compiled, tariff: Tariff) -> None:
        self.compiled, self.tariff = compiled, tariff
        facts = compiled.plan.facts
        self.kinds = [name for name in KINDS if name in facts]
        self.key = itemgetter(*(facts.index(name) for name in self.kinds), -2)
        self.ledger = Ledger(tariff)
        self.outcomes = {f"rule_{at}": _Rule(self.ledger, at) for at in range(len(self.ledger.limbs))}
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
        rules = [settled(rule, facts) for rule in self.compiled.rules]
        writer = _GradeWriter(self.compiled, rules, self.ledger)
        writer.emitter.signed = signed
        source = writer.source()
        space: dict[str, Any] = {
            "date_of": date.fromordinal, "total": self.ledger.total, **self.outcomes,
            **{f"times_{at}": counter for at, counter in self.compiled.counters.items()},
            **writer.emitter.constants,
        }  # fmt: skip
        exec(compile(source, GENERATED, "exec"), space)  # noqa: S102 - source generated from the checked tree
        function: Callable[[Row], tuple[bytearray, Total]] = space["grade"]
        return function


class _Rule(dict[int, tuple[int, int]]):
    """What a rule's limbs come to, two bits for each that is open or breached: the rule's verdict and its
    entry in the ledger; worked out when first met."""

    def __init__(self, ledger: "Ledger", index: int) -> None:
        super().__init__()
        self.ledger, self.index = ledger, index

    def __missing__(self, faults: int) -> tuple[int, int]:
        codes = [faults >> 2 * at & 3 for at in range(len(self.ledger.limbs[self.index]))]
        found = self[faults] = max(codes), self.ledger.entry(self.index, codes)
        return found


class Ledger:
    """What verdicts cost, as one whole number that is added up: tenths at the low and the high end by place
    of the standard, open and breached vetoes, and a bit for every unit that shares a fault or is counted by
    occurrences, once if it is open or breached and once more if it is breached."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.limbs: list[list[int]] = [[] for _ in tariff.whole]
        for at, (index, _) in enumerate(tariff.names):
            self.limbs[index].append(at)
        counted = {tariff.names[at][0] for at in tariff.many}
        self.later = [at for at in tariff.range if tariff.shares >> at & 1 or tariff.names[at][0] in counted]
        self.bit = {at: 1 << number for number, at in enumerate(self.later)}
        self.vetoes = 2 * _FIELD * tariff.places
        self.bits = self.vetoes + 2 * _FIELD
        self._known: dict[int, tuple[tuple[int, int], ...]] = {}

    def entry(self, index: int, codes: Sequence[int]) -> int:
        """The entry of a rule with the verdicts of its limbs."""
        tariff, entry = self.tariff, 0
        low = high = 0
        for at, code in zip(self.limbs[index], codes, strict=True):
            price, sure = tariff.prices[at], code == BREACHED
            if price is None or code < OPEN:
                continue
            if price.veto:
                entry += (1 + (sure << _FIELD)) << self.vetoes
            if at in self.bit:
                entry += self.bit[at] << self.bits
                entry += self.bit[at] << self.bits + len(self.later) if sure else 0
            else:
                low += tariff.plain[at]
                high += tariff.plain[at] * sure
        whole, shift = tariff.whole[index], 2 * _FIELD * tariff.place_of[index]
        return entry + ((whole.whole(low) + (whole.whole(high) << _FIELD)) << shift)

    def total(self, codes: bytearray, entries: int, times: Mapping[int, int]) -> Total:
        """The score from the sum of the entries; ``times`` are occurrences of breached checks."""
        low, high = [], []
        for _ in range(self.tariff.places):
            low.append(entries & _MASK)
            high.append(entries >> _FIELD & _MASK)
            entries >>= 2 * _FIELD
        risk, veto = entries & _MASK, entries >> _FIELD & _MASK
        entries >>= 2 * _FIELD
        if entries:
            sure = entries >> len(self.later)
            self._fall(sure, times, high)
            self._fall(entries - (sure << len(self.later)), times, low)
        return self.tariff.total(codes, high, low, veto > 0, risk > 0)

    def _fall(self, bits: int, times: Mapping[int, int], fallen: list[int]) -> None:
        found = None if times else self._known.get(bits)
        if found is None:
            units = [at for number, at in enumerate(self.later) if bits >> number & 1]
            found = tuple(self.tariff.amounts(self.tariff.mask(units), times))
            if not times:
                if len(self._known) > _MOST:
                    self._known.clear()
                self._known[bits] = found
        for place, amount in found:
            fallen[place] += amount


class _GradeWriter(Writer):
    """Writes the function: ``out`` are the verdicts by rule, ``entries`` the ledger, ``times`` occurrences
    and ``m`` the limbs of the rule at hand that are open or breached. Most are met: the way of those is short."""

    def __init__(self, compiled: Compiled, rules: Sequence[Rule], ledger: Ledger) -> None:
        super().__init__(compiled.plan, rules)
        self.compiled, self.ledger = compiled, ledger
        self.met = False

    def begin(self) -> None:
        self.add(1, f"out = bytearray({len(self.rules)})")
        self.add(1, "entries = m = 0; times = {}")

    def end(self) -> None:
        self.add(1, "return out, total(out, entries, times)")

    def counter(self, at: int, check: Check, columns: list[str]) -> None:
        """Occurrences are counted by the functions of the compiled rules."""

    def rule(self, at: int, depth: int, level: int, gate: str) -> None:
        super().rule(at, depth, level, gate)
        self.add(depth, f"if m: out[{at}], e = rule_{at}[m]; entries += e; m = 0")

    def applies(self, at: int, always: bool, depth: int) -> None:
        self.met = always
        if always:
            self.add(depth, f"out[{at}] = {MET}")

    def settle(self, place: int, result: str, depth: int, sure: bool = False) -> None:
        index = self.ledger.tariff.names[place][0]
        shift = 2 * (place - self.compiled.spans[index][0])
        open_, breached = OPEN << shift, BREACHED << shift
        if not self.met:
            self.add(depth, f"out[{index}] = {MET}")
        if result == "None":
            self.add(depth, f"m |= {open_}")
            return
        self.add(depth, f"if not (r := {result}):")
        self.add(depth + 1, f"m |= {breached}" if sure else f"m |= {open_} if r is None else {breached}")
        if place in self.ledger.tariff.many and place in self.compiled.counters:
            self.add(depth + 1, f"if r is False: times[{place}] = times_{place}(row)")


__all__ = ["GENERATED", "Grader", "Row"]
