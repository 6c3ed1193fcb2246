"""A standard over a set of rules, prepared for many cases: the arithmetic of ``arithmetic.py`` on
verdict numbers, without its explanation. The two are tested to agree on every case.

Every check is a unit with a price, a bit in masks of units. Rules lose points in places: the items of the
standard, and one for rules that stand in none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .arithmetic import rebased
from .rules import Rule
from .standard import PENDING, Group, Item, Standard


class Total(NamedTuple):
    """A score interval in tenths, the grade and whether the case is a machine candidate."""

    low: int
    high: int
    grade: str
    flagged: bool


class Spot(NamedTuple):
    """A place of the standard where points fall: its number, its full mark, and the rules that stand there."""

    number: int
    full: int
    members: tuple[int, ...]


class Tariff:
    """The prices of checks under a standard. ``shares``: units that may be one fault with another, so that
    what they cost depends on the others (``suppresses``)."""

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
        self.priced = self.mask(at for at, price in enumerate(self.prices) if price is not None)
        telling = self.veto | self.mask(at for at, points in enumerate(self.plain) if points)
        ids = [rule.id for rule in rules]
        self.groups = [
            (self._units(ids, (source,)) & telling, self._units(ids, targets))
            for source, targets in standard.suppresses.items()
        ]
        self._place(ids)
        self.range = range(len(self.names))
        self.shares = self._sharing()

    def _place(self, ids: Sequence[str]) -> None:
        """Give every item of the standard a place, after the first for rules that stand in none."""
        at_of = {id: index for index, id in enumerate(ids)}
        self.places = 1
        self.place_of = [0] * len(ids)

        def spots(items: Iterable[Item]) -> list[Spot]:
            found = []
            for item in items:
                members = tuple(at_of[id] for id in item.rules if id in at_of)
                found.append(Spot(self.places, item.full, members))
                for index in members:
                    self.place_of[index] = self.places
                self.places += 1
            return found

        self.parts = [(group, spots(group.items), spots(group.deductions)) for group in self.standard.groups]

    def _sharing(self) -> int:
        """Units that suppress or are suppressed, and the other limbs of their rules, which share a cap."""
        found = {at for source, targets in self.groups for at in self.range if (source | targets) >> at & 1}
        rules = {self.names[at][0] for at in found}
        return self.mask(at for at in self.range if self.names[at][0] in rules) & self.priced

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

    def amounts(self, live: int, times: Mapping[int, int]) -> Iterable[tuple[int, int]]:
        """The tenths that fall for whole rules, each with its place, one fault once; ``times``: occurrences of
        breached units."""
        for source, targets in self.groups:
            if live & source:
                live &= ~targets
        sums: dict[int, int] = {}
        while live:
            at = (live & -live).bit_length() - 1
            live &= live - 1
            amount, price = self.plain[at], self.prices[at]
            if at in times and price is not None:
                amount = price.bounded(price.points * times[at])
            index = self.names[at][0]
            sums[index] = sums.get(index, 0) + amount
        for index, amount in sums.items():
            yield self.place_of[index], self.whole[index].whole(amount)

    def total(
        self, codes: bytes | bytearray, high: Sequence[int], low: Sequence[int], veto: bool, risk: bool
    ) -> Total:
        """The score of a case from its verdicts by rule and the tenths that fell in each place; ``veto``: one
        is breached, ``risk``: one is breached or open."""
        standard = self.standard
        if not self.parts:
            best, least = max(0, standard.full - high[0]), max(0, standard.full - low[0])
        else:
            best, least = self._parts(codes, high), self._parts(codes, low)
        grade = standard.veto_grade if veto else standard.grade_of(best)
        other = standard.veto_grade if risk else standard.grade_of(least)
        return Total(least, best, grade if grade == other else PENDING, veto or best < standard.pass_line)

    def _parts(self, codes: bytes | bytearray, fallen: Sequence[int]) -> int:
        whole = sum(self._part(group, items, below, codes, fallen) for group, items, below in self.parts)
        return max(0, whole - fallen[0])

    def _part(self, group: Group, items: Sequence[Spot], deductions: Sequence[Spot], codes: bytes | bytearray,
              fallen: Sequence[int]) -> int:  # fmt: skip
        marks = kept = 0
        for spot in items:
            if not group.rescale or any(codes[index] for index in spot.members):
                marks += spot.full
                kept += spot.full - min(spot.full, fallen[spot.number])
        got = rebased(group.full, kept, marks)
        return max(0, got - sum(min(spot.full, fallen[spot.number]) for spot in deductions))
