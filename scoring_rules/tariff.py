"""A standard over a set of rules, prepared for many cases: the arithmetic of ``arithmetic.py`` on
verdict numbers, without its explanation. The two are tested to agree on every case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

from .arithmetic import rebased
from .rules import Rule
from .standard import PENDING, Item, Standard
from .to_python import BREACHED, NA, OPEN

Counter = Callable[[int], int]
_BREACHED = bytes(code == BREACHED for code in range(256))
_OPEN = bytes(code in (OPEN, BREACHED) for code in range(256))


class Total(NamedTuple):
    """A score interval in tenths, the grade and whether the case is a machine candidate."""

    low: int
    high: int
    grade: str
    flagged: bool


class Tariff:
    """Scores cases by the numbers of their checks (``to_python``); ``count(check)`` gives the occurrences
    of a breached check and is asked only where each one costs points."""

    def __init__(self, standard: Standard, rules: Sequence[Rule]) -> None:
        self.standard = standard
        self.names = [(index, check.id) for index, rule in enumerate(rules) for check in rule.checks]
        self.whole = [standard.price(rule.id) for rule in rules]
        self.prices = [self.whole[index].of(limb) for index, limb in self.names]
        self.plain = [0 if price is None else price.bounded(price.points) for price in self.prices]
        self.many = {
            at for at, price in enumerate(self.prices) if price is not None and price.per == "occurrence"
        }
        self.veto = self.mask(at for at, price in enumerate(self.prices) if price is not None and price.veto)
        priced = self.mask(at for at, price in enumerate(self.prices) if price is not None)
        telling = self.veto | self.mask(at for at, points in enumerate(self.plain) if points)
        ids = [rule.id for rule in rules]
        self.groups = [
            (self._units(ids, (source,)) & telling, self._units(ids, targets))
            for source, targets in standard.suppresses.items()
        ]
        self.priced = priced
        at_of = {id: index for index, id in enumerate(ids)}

        def placed(items: Iterable[Item]) -> list[tuple[int, list[int]]]:
            return [(item.full, [at_of[id] for id in item.rules if id in at_of]) for item in items]

        self.parts = [(group, placed(group.items), placed(group.deductions)) for group in standard.groups]
        self.placed = {
            index for _, *both in self.parts for items in both for _, members in items for index in members
        }
        self.range = range(len(self.names))

    @staticmethod
    def mask(units: Iterable[int]) -> int:
        """Units as bits."""
        return sum(1 << at for at in units)

    def _units(self, ids: Sequence[str], names: Sequence[str]) -> int:
        pairs = [name.partition(".")[::2] for name in names]
        return self.mask(
            at for at, (index, limb) in enumerate(self.names)
            if any(rule == ids[index] and part in ("", limb) for rule, part in pairs)
        )  # fmt: skip

    def score(self, codes: bytes | bytearray, count: Counter) -> Total:
        """The score of one case."""
        breached = list(compress(self.range, codes.translate(_BREACHED)))
        open_too = list(compress(self.range, codes.translate(_OPEN)))
        times = {at: count(at) for at in breached if at in self.many}
        high, veto = self._scene(breached, times, codes)
        low, open_veto = self._scene(open_too, times, codes)
        standard = self.standard
        best = standard.veto_grade if veto else standard.grade_of(high)
        least = standard.veto_grade if open_veto else standard.grade_of(low)
        return Total(low, high, best if best == least else PENDING, veto or high < standard.pass_line)

    def _scene(
        self, units: Sequence[int], times: Mapping[int, int], codes: Sequence[int]
    ) -> tuple[int, bool]:
        live = self.mask(units) & self.priced
        veto = bool(live & self.veto)
        for source, targets in self.groups:
            if live & source:
                live &= ~targets
        sums: dict[int, int] = {}
        for at in units:
            if live >> at & 1:
                amount = self.plain[at]
                price = self.prices[at]
                if at in times and price is not None:
                    amount = price.bounded(price.points * times[at])
                index = self.names[at][0]
                sums[index] = sums.get(index, 0) + amount
        return self._total(
            {index: self.whole[index].whole(amount) for index, amount in sums.items()}, codes
        ), veto

    def _total(self, amounts: Mapping[int, int], codes: Sequence[int]) -> int:
        if not self.parts:
            return max(0, self.standard.full - sum(amounts.values()))
        lost = sum(amount for index, amount in amounts.items() if index not in self.placed)
        applicable = {self.names[at][0] for at, code in enumerate(codes) if code != NA}
        whole = 0
        for group, items, deductions in self.parts:
            marks = kept = 0
            for full, members in items:
                if not (group.rescale and applicable.isdisjoint(members)):
                    marks += full
                    kept += full - min(full, sum(amounts.get(index, 0) for index in members))
            got = rebased(group.full, kept, marks)
            for full, members in deductions:
                got -= min(full, sum(amounts.get(index, 0) for index in members))
            whole += max(0, got)
        return max(0, whole - lost)
