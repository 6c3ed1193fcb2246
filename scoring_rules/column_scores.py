"""The arithmetic of a standard over planes: tenths of a point as arrays, in the order of ``arithmetic.py``.

Planes that cost alike are added up as binary digits before any number is made, and a rule that costs its
whole whichever limb breaks needs one plane; so most of a score is a few operations a rule.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import gcd
from typing import Any, NamedTuple

import numpy as np

from .language.column_forms import Array, unpack
from .language.planes import ONE, ZERO, Lines
from .standard import PENDING, Group, Price
from .tariff import Spot, Tariff

_UNBOUNDED = 1 << 24
_STEPS = 8  # occurrences up to which each has a plane of its own
_FEW = 64  # operations on planes that are sooner done than sums of arrays


class Amount(NamedTuple):
    """What falls: tenths by plane, and arrays of tenths; never more than ``limit``."""

    planes: tuple[tuple[int, str], ...]
    arrays: tuple[str, ...] = ()
    limit: int | None = None


class Scene(NamedTuple):
    """One reading of the open verdicts: the source of the score, and the plane of the vetoes."""

    score: str
    veto: str


class Verdicts(NamedTuple):
    """The planes of one check: it applies, is met, is breached; open where it applies and is neither."""

    applies: str
    met: str
    breached: str


class Scores:
    """Writes the scores under a tariff. ``counts`` writes the array of a check's occurrences."""

    def __init__(
        self, lines: Lines, tariff: Tariff, checks: Sequence[Verdicts], counts: Callable[[int], str]
    ) -> None:
        self.lines, self.tariff, self.checks, self.counts = lines, tariff, checks, counts
        self._most: dict[str, int] = {"0": 0}

    def scenes(self) -> tuple[Scene, Scene]:
        """The high end, with every open verdict met, and the low end, with every open verdict breached."""
        breached = [check.breached for check in self.checks]
        open_too = [self.lines.all_of(c.applies, self.lines.invert(c.met)) for c in self.checks]
        return self._scene(breached), self._scene(open_too)

    def _scene(self, planes: Sequence[str]) -> Scene:
        tariff, every, some = self.tariff, self.lines.all_of, self.lines.any_of
        live = [ZERO if price is None else plane for plane, price in zip(planes, tariff.prices, strict=True)]
        veto = some(*(live[at] for at in self._units(tariff.veto)))
        for source, targets in tariff.groups:
            gone = some(*(live[at] for at in self._units(source)))
            for at in self._units(targets):
                live[at] = every(live[at], self.lines.invert(gone))
        amounts = {index: self._rule(index, live) for index in range(len(tariff.whole))}
        return Scene(self._total(amounts), veto)

    def _units(self, mask: int) -> list[int]:
        return [at for at in self.tariff.range if mask >> at & 1]

    def _rule(self, index: int, live: Sequence[str]) -> Amount:
        tariff = self.tariff
        planes, arrays = [], []
        for at, (owner, _) in enumerate(tariff.names):
            price = tariff.prices[at]
            if owner != index or live[at] == ZERO or price is None:
                continue
            planes.append((tariff.plain[at], live[at]))
            if at in tariff.many:
                sure = self.lines.all_of(live[at], self.checks[at].breached)
                more, most = self._more(at, sure, price)
                planes += more
                arrays += most
        limit = tariff.whole[index].whole(_UNBOUNDED)
        held = [(cost, plane) for points, plane in planes if plane != ZERO and (cost := min(points, limit))]
        if arrays or sum(points for points, _ in held) <= limit:
            return Amount(tuple(held), tuple(arrays), limit if arrays else None)
        return self._bounded(held, limit)

    def _more(self, at: int, sure: str, price: Price) -> tuple[list[tuple[int, str]], list[str]]:
        """What a check costs from its second occurrence on: a plane each up to the price's bound, or an array
        where that is far."""
        first, most = self.tariff.plain[at], price.bounded(_UNBOUNDED)
        if sure == ZERO or first == most:
            return [], []
        last = -(-most // price.points)
        if last > _STEPS:
            source = f"times({sure}, {self.counts(at)} - 1, {price.points}, {most - first}, {_kind(most)})"
            array = self.lines.keep(source)
            self._most[array] = most - first
            return [], [array]
        costs = [price.bounded(price.points * count) for count in range(1, last + 1)]
        return [
            (cost - before, self.lines.all_of(sure, self.lines.keep(f"pack({self.counts(at)} >= {count})")))
            for count, (before, cost) in enumerate(pairwise(costs), 2)
        ], []

    def _bounded(self, planes: Sequence[tuple[int, str]], limit: int) -> Amount:
        """A sum that never passes ``limit``: a plane for each step it reaches, while these are few."""
        step = gcd(limit, *(points for points, _ in planes))
        if limit // step * len(planes) > _FEW:
            return Amount(tuple(planes), (), limit)
        reached = [ONE] + [ZERO] * (limit // step)
        for points, plane in planes:
            for at in range(limit // step, 0, -1):
                below = reached[max(0, at - points // step)]
                reached[at] = self.lines.any_of(reached[at], self.lines.all_of(plane, below))
        alike = Counter(reached[1:])
        return Amount(tuple((step * count, plane) for plane, count in alike.items() if plane != ZERO))

    def _sum(self, amounts: Iterable[Amount], limit: int | None = None) -> str:
        """The source of the sum of amounts."""
        alike: dict[int, list[str]] = {}
        arrays: list[str] = []
        always = 0
        for amount in amounts:
            if amount.limit is not None:
                bounded = self._sum([amount._replace(limit=None)], amount.limit)
                always += int(bounded) if bounded.isdigit() else 0
                arrays += [] if bounded.isdigit() else [bounded]
                continue
            arrays += amount.arrays
            for points, plane in amount.planes:
                if plane == ONE:
                    always += points
                elif plane != ZERO:
                    alike.setdefault(points, []).append(plane)
        if not alike and not arrays:
            least = str(always if limit is None else min(always, limit))
            self._most[least] = int(least)
            return least
        most = (
            always
            + sum(points * len(held) for points, held in alike.items())
            + sum(self._most[name] for name in arrays)
        )
        planes = "".join(f"({points}, ({', '.join(held)},)), " for points, held in alike.items())
        given = "".join(f"{name}, " for name in arrays)
        name = self.lines.keep(f"summed({_kind(most)}, ({planes}), ({given}), {always}, {limit})")
        self._most[name] = most if limit is None else min(most, limit)
        return name

    def _total(self, amounts: Mapping[int, Amount]) -> str:
        full, parts = self.tariff.standard.full, self.tariff.parts
        lost = self._sum(amount for index, amount in amounts.items() if not self.tariff.place_of[index])
        kept = " + ".join(self._group(*part, amounts) for part in parts) if parts else f"i32({full})"
        return self.lines.keep(f"np.maximum({kept} - {lost}, 0)")

    def _group(self, group: Group, items: Sequence[Spot], deductions: Sequence[Spot],
               amounts: Mapping[int, Amount]) -> str:  # fmt: skip
        marks = f"i32({sum(spot.full for spot in items)})"
        if group.rescale:
            out = tuple((spot.full, self.lines.invert(self._applies(spot.members))) for spot in items)
            marks = self.lines.keep(f"{marks} - {self._sum([Amount(out)])}")

        def lost(spots: Sequence[Spot]) -> str:
            return "".join(f" - {self._sum([amounts[at] for at in s.members], s.full)}" for s in spots)

        kept = self.lines.keep(f"{marks}{lost(items)}")
        got = self.lines.keep(f"rebased({group.full}, {kept}, {marks})")
        return self.lines.keep(f"np.maximum({got}{lost(deductions)}, 0)")

    def _applies(self, members: Sequence[int]) -> str:
        names = self.tariff.names
        return self.lines.any_of(
            *(self.checks[at].applies for at, (index, _) in enumerate(names) if index in members)
        )


def _kind(most: int) -> str:
    """The narrowest type for sums up to ``most``."""
    return "np.uint8" if most <= 255 else "np.int16" if most < 1 << 15 else "np.int32"


def summed(
    kind: Any,
    planes: Sequence[tuple[int, Sequence[Array]]],
    arrays: Sequence[Array],
    always: int,
    limit: int | None,
) -> Array:
    """The sum of tenths by plane, of arrays and of what falls on every line, bounded by a limit."""
    terms: list[Array] = [
        np.multiply(unpack(digit).view(np.uint8), kind(points << power), dtype=kind)
        for points, alike in planes
        for power, digit in enumerate(_binary(alike))
        if points << power <= np.iinfo(kind).max
    ]
    terms += arrays
    total: Array = terms[0].astype(kind)
    for term in terms[1:]:
        np.add(total, term, out=total)
    if always:
        np.add(total, kind(always), out=total)
    if limit is not None:
        np.minimum(total, kind(limit), out=total)
    return total


def _binary(planes: Sequence[Array]) -> list[Array]:
    """How many of the planes are set, as binary digits from the lowest: three of one weight become one of it
    and one of the next."""
    digits, level = [], list(planes)
    while level:
        carried = []
        while len(level) > 1:
            one, two = level.pop(), level.pop()
            odd, both = one ^ two, one & two
            if level:
                three = level.pop()
                odd, both = odd ^ three, both | (odd & three)
            level.insert(0, odd)
            carried.append(both)
        digits.append(level[0])
        level = carried
    return digits


def times(breached: Array, count: Array, points: int, most: int, kind: Any) -> Array:
    """The tenths of what costs points each time it occurs, up to ``most``."""
    return np.where(unpack(breached), np.minimum(np.multiply(count, points, dtype=np.int64), most), 0).astype(
        kind
    )


def rebased(full: int, kept: Any, marks: Any) -> Any:
    """``kept`` of ``marks`` as a share of ``full``, half a tenth upwards; all of it where nothing could be lost."""
    safe = np.maximum(marks, 1)
    return np.where(marks > 0, (2 * full * np.asarray(kept, np.int64) + safe) // (2 * safe), full)


def graded(tariff: Tariff, high: Array, low: Array, veto: Array, open_veto: Array) -> tuple[Array, Array]:
    """The grades' numbers in ``grades_of``, and which cases are flagged."""
    standard = tariff.standard
    names = [name for name, _ in reversed(standard.grades)]
    lines = np.array([line for _, line in reversed(standard.grades)])
    worst = names.index(standard.veto_grade) if standard.veto_grade in names else len(names) + 1
    best = np.where(veto, worst, np.searchsorted(lines, high, side="right") - 1)
    least = np.where(open_veto, worst, np.searchsorted(lines, low, side="right") - 1)
    return np.where(best == least, best, len(names)).astype(np.uint8), veto | (high < standard.pass_line)


def grades_of(tariff: Tariff) -> tuple[str, ...]:
    """The grades from the lowest up, 待核, and the grade of a veto where it is none of them."""
    standard = tariff.standard
    return (*(name for name, _ in reversed(standard.grades)), PENDING, standard.veto_grade)


SCORING: dict[str, Any] = {"i32": np.int32, "summed": summed, "times": times, "rebased": rebased}
