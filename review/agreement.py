"""How far two blind reviewers agree: per cent, Cohen's kappa, Krippendorff's alpha, Gwet's AC1 side by side.

One figure misleads: with 30 files of which each reviewer flags a different one, 93 % agree while kappa is
-0.03 and AC1 0.93. So all four are given with bootstrap intervals and a minimum number of compared items.

A unit is one judged item (a rule in a file): the labels given to it by the seats, None where there is none.
Units of one file hang together, so the bootstrap draws whole files (clusters) with replacement.
Sources: Cohen 1960; Krippendorff 2011 (nominal alpha); Gwet 2008 (AC1, missing ratings after Gwet 2014).
"""

import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Unit = Sequence[Hashable | None]
MINIMUM_ITEMS = 20
REPLICATES = 600
NAMES = {"percent": "一致率", "kappa": "Cohen κ", "alpha": "Krippendorff α", "ac1": "Gwet AC1"}


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95 % interval; `value` None if undefined, `enough` False below the minimum n."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    enough: bool
    note: str = ""


class _Sums:
    """Additive sufficient statistics of a set of units, so that a replicate only adds vectors."""

    def __init__(self, labels: Sequence[Hashable]) -> None:
        self.place = {label: n for n, label in enumerate(labels)}
        q = len(labels)
        self.q = q
        self.size = (
            4 + 5 * q
        )  # n pairable, agreement, n rated, n both | shares | coincidences: diag, margin | pair

    def of(self, units: Sequence[Unit]) -> list[float]:
        q, total = self.q, [0.0] * (self.size + 1)
        for unit in units:
            given = [self.place[label] for label in unit if label is not None]
            if not given:
                continue
            counts, rated = Counter(given), len(given)
            total[2] += 1
            for label, count in counts.items():
                total[4 + label] += count / rated
            if rated < 2:
                continue
            total[0] += 1
            for label, count in counts.items():
                same = count * (count - 1) / (rated - 1)
                total[1] += same / rated
                total[4 + q + label] += same
                total[4 + 2 * q + label] += count
            first, second = unit[0], unit[1]
            if first is not None and second is not None:
                total[3] += 1
                total[4 + 3 * q + self.place[first]] += 1
                total[4 + 4 * q + self.place[second]] += 1
                total[self.size] += first == second
        return total

    def percent(self, s: Sequence[float]) -> float | None:
        return s[1] / s[0] if s[0] else None

    def kappa(self, s: Sequence[float]) -> float | None:
        q, n = self.q, s[3]
        if not n:
            return None
        chance = sum(s[4 + 3 * q + k] * s[4 + 4 * q + k] for k in range(q)) / (n * n)
        return None if chance > 1 - 1e-12 else (s[self.size] / n - chance) / (1 - chance)

    def alpha(self, s: Sequence[float]) -> float | None:
        q = self.q
        margins = s[4 + 2 * q : 4 + 3 * q]
        n = sum(margins)
        expected = n * n - sum(m * m for m in margins)
        if n < 2 or expected < 1e-9:
            return None
        return 1 - (n - 1) * (n - sum(s[4 + q : 4 + 2 * q])) / expected

    def ac1(self, s: Sequence[float]) -> float | None:
        if not s[0]:
            return None
        if self.q < 2:
            return 1.0
        shares = [share / s[2] for share in s[4 : 4 + self.q]]
        chance = sum(p * (1 - p) for p in shares) / (self.q - 1)
        return (s[1] / s[0] - chance) / (1 - chance)


def agreement(
    clusters: Sequence[Sequence[Unit]],
    *,
    labels: Sequence[Hashable] | None = None,
    minimum: int = MINIMUM_ITEMS,
    replicates: int = REPLICATES,
) -> dict[str, Estimate]:
    """The four estimates for units grouped by file; deterministic, figures rounded to four places.

    `labels` fixes the scale (default: the labels that occur; AC1 depends on their number).
    """
    found = {label for cluster in clusters for unit in cluster for label in unit if label is not None}
    sums = _Sums(labels if labels is not None else sorted(found, key=str))
    vectors = [sums.of(cluster) for cluster in clusters]
    whole = _add(vectors, sums.size + 1)
    draws = _bootstrap(vectors, sums.size + 1, replicates)
    items = int(whole[0])
    results = {}
    for name in NAMES:
        figure = getattr(sums, name)
        value = figure(whole)
        low, high = _interval([figure(draw) for draw in draws]) if value is not None else (None, None)
        enough = items >= minimum and value is not None
        note = _note(value, items, minimum)
        results[name] = Estimate(_round(value), _round(low), _round(high), items, enough, note)
    return results


def _note(value: float | None, items: int, minimum: int) -> str:
    if value is None:
        return "全部同一结论，机会一致为 1，此系数无定义" if items else "没有可比的项目"
    return f"可比项目 {items} 个，不足 {minimum} 个，仅供参考" if items < minimum else ""


def _add(vectors: Sequence[Sequence[float]], size: int) -> list[float]:
    return [sum(column) for column in zip(*vectors, strict=True)] if vectors else [0.0] * size


def _bootstrap(vectors: Sequence[list[float]], size: int, replicates: int) -> list[list[float]]:
    """Sums over clusters drawn with replacement; equal clusters are drawn together, so few are quick."""
    kinds = Counter(map(tuple, vectors))
    patterns = sorted(kinds)
    weights = [kinds[pattern] for pattern in patterns]
    dice = random.Random(20260101)  # noqa: S311  # a fixed stream: same sheets, same interval
    draws = []
    for _ in range(replicates if len(vectors) > 1 else 0):
        times = Counter(dice.choices(range(len(patterns)), weights, k=len(vectors)))
        draws.append([sum(times[n] * patterns[n][i] for n in times) for i in range(size)])
    return draws


def _interval(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    known = sorted(value for value in values if value is not None)
    if len(known) < 40:
        return None, None
    cut = len(known) // 40  # 2.5 % on either side
    return known[cut], known[-cut - 1]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value + 0.0, 4)


@dataclass(frozen=True)
class Severity:
    """A reviewer's mean difference in tenths of a point to colleagues on the same files (+ = stricter)."""

    reviewer: str
    files: int
    difference: float


def severity(scores: Sequence[Mapping[str, int]]) -> list[Severity]:
    """`scores`: per file, deducted tenths by reviewer id. Shown to the leader, never used to correct."""
    gaps: dict[str, list[int]] = {}
    for file in scores:
        for one, other in combinations(sorted(file), 2):
            gaps.setdefault(one, []).append(file[one] - file[other])
            gaps.setdefault(other, []).append(file[other] - file[one])
    return [Severity(who, len(all_), round(sum(all_) / len(all_), 2)) for who, all_ in sorted(gaps.items())]
