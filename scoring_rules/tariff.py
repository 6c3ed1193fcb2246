"""A standard over a set of rules, prepared for many cases: the arithmetic of ``arithmetic.py`` on
verdict numbers, without its explanation. The two are tested to agree on every case."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from .rules import Rule
from .standard import PENDING, Price, Standard
from .to_python import BREACHED, NA, OPEN

Counter = Callable[[int], int]


class Total(NamedTuple):
    """A score interval in tenths, the grade and whether the case is a machine candidate."""

    low: int
    high: int
    grade: str
    flagged: bool


class _Priced(NamedTuple):
    id: str
    first: int
    last: int
    price: Price
    limbs: tuple[Price | None, ...]


class Tariff:
    """Scores cases by the numbers of their checks (``to_python``); ``count(check)`` gives the occurrences
    of a breached check and is asked only where each one costs points."""

    def __init__(self, standard: Standard, rules: Sequence[Rule]) -> None:
        self.standard = standard
        self.rules: list[_Priced] = []
        at = 0
        for rule in rules:
            price, size = standard.price(rule.id), len(rule.checks)
            limbs = tuple(
                price.limbs.get(c.id) if price.limbs is not None and c.id else price for c in rule.checks
            )
            self.rules.append(_Priced(rule.id, at, at + size, price, limbs))
            at += size
        self.of_check = [index for index, entry in enumerate(self.rules) for _ in entry.limbs]
        self.by_id = {entry.id: index for index, entry in enumerate(self.rules)}
        self.groups = [
            (self.by_id[rule], [self.by_id[target] for target in targets if target in self.by_id])
            for rule, targets in standard.suppresses.items() if rule in self.by_id
        ]  # fmt: skip
        self.items = [
            (item.full, [self.by_id[r] for r in item.rules if r in self.by_id]) for item in standard.items
        ]
        self.placed = {index for _, members in self.items for index in members}
        self.line = standard.grades[-2][1] if len(standard.grades) > 1 else 0
        # What a rule costs with one check, by verdict number: (sure, worst, veto, open veto).
        self.plain = [_plain(entry) for entry in self.rules]

    def score(self, codes: Sequence[int], count: Counter) -> Total:
        """The score of one case."""
        sure: dict[int, int] = {}
        worst: dict[int, int] = {}
        veto: set[int] = set()
        open_veto: set[int] = set()
        for index in dict.fromkeys(self.of_check[at] for at, code in enumerate(codes) if code >= OPEN):
            plain = self.plain[index]
            entry = self.rules[index]
            code = codes[entry.first]
            cost = plain[code - OPEN] if plain is not None else self._cost(entry, codes, count)
            sure[index], worst[index] = cost[0], cost[1]
            if cost[2]:
                veto.add(index)
            if cost[3]:
                open_veto.add(index)
        self._once(sure, worst, veto, open_veto)
        high, low = self._total(sure, codes), self._total(worst, codes)
        return self._grade(low, high, bool(veto), bool(open_veto))

    def _cost(self, entry: _Priced, codes: Sequence[int], count: Counter) -> tuple[int, int, bool, bool]:
        sure = worst = 0
        veto = open_veto = False
        for at, own in zip(range(entry.first, entry.last), entry.limbs, strict=True):
            code = codes[at]
            if own is None or code < OPEN:
                continue
            times = count(at) if own.per == "occurrence" and code == BREACHED else 1
            amount = own.points * times if own.cap is None else min(own.points * times, own.cap)
            worst += amount
            if code == BREACHED:
                sure += amount
                veto = veto or own.veto
            open_veto = open_veto or own.veto
        price = entry.price
        if price.limbs is None and price.per == "rule":
            sure, worst = min(sure, price.points), min(worst, price.points)
        if price.cap is not None:
            sure, worst = min(sure, price.cap), min(worst, price.cap)
        return sure, worst, veto, open_veto

    def _once(self, sure: dict[int, int], worst: dict[int, int], veto: set[int], open_veto: set[int]) -> None:
        gone: set[int] = set()
        for rule, targets in self.groups:
            if rule not in gone and (sure.get(rule) or rule in veto):
                gone.update(targets)
        opens = dict(worst)
        for target in gone:
            if target in sure:
                sure[target] = worst[target] = 0
        for rule, targets in self.groups:
            if rule in gone or (sure.get(rule) or rule in veto) or not (opens.get(rule) or rule in open_veto):
                continue
            group = [target for target in targets if target in worst and target not in gone]
            certain = sum(sure[target] for target in group)
            if opens[rule] >= sum(worst[target] for target in group):
                worst.update(dict.fromkeys(group, 0))
            else:
                worst[rule] = 0
            if opens[rule] < certain:
                sure.update(dict.fromkeys(group, 0))
                sure[rule] = opens[rule]

    def _total(self, amounts: dict[int, int], codes: Sequence[int]) -> int:
        standard = self.standard
        if not self.items:
            return max(0, standard.full - sum(amounts.values()))
        lost = sum(amount for index, amount in amounts.items() if index not in self.placed)
        out = 0
        for full, members in self.items:
            if all(codes[at] == NA for i in members for at in range(self.rules[i].first, self.rules[i].last)):
                out += full
            else:
                lost += min(full, sum(amounts.get(index, 0) for index in members))
        left = standard.full - out if standard.rescale else standard.full
        got = max(0, left - lost)
        if left == standard.full or left <= 0:
            return got if left > 0 else standard.full
        return int(Fraction(got * standard.full, left) + Fraction(1, 2))

    def _grade(self, low: int, high: int, veto: bool, open_veto: bool) -> Total:
        standard = self.standard
        best = standard.veto_grade if veto else standard.grade_of(high)
        least = standard.veto_grade if veto or open_veto else standard.grade_of(low)
        return Total(low, high, best if best == least else PENDING, veto or high < self.line)


def _plain(entry: _Priced) -> tuple[tuple[int, int, bool, bool], tuple[int, int, bool, bool]] | None:
    """The costs of a rule of one check, open and breached, where no occurrences are counted."""
    own = entry.limbs[0]
    if len(entry.limbs) != 1 or own is None or own.per == "occurrence":
        return None
    points = min(own.points, own.cap) if own.cap is not None else own.points
    return (0, points, False, own.veto), (points, points, own.veto, own.veto)
