"""Who reviews what: every file gets `seats` reviewers, none from the unit the file comes from.

异体评查 is a hard constraint: a unit is a city's whole subtree (its office and the county offices under it),
so a county reviewer never meets a file of the own city and the reverse. Declared 回避 counts the same.
Within that the load is as even as it can be (least-loaded reachable reviewer along alternating paths, which
is optimal for every convex cost), and the outcome follows from the seed alone, not from the input's order.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


class AssignError(ValueError):
    """No lawful assignment exists; the message (Chinese) names the files and, per reviewer, why not."""


@dataclass(frozen=True)
class Reviewable:
    """A drawn file: id, the label the leader knows, the unit (root of the office subtree) it is from."""

    id: str
    label: str
    unit: str


@dataclass(frozen=True)
class Reviewer:
    """`cap` files at most (0 = no limit); `recused_units`, `recused_files` map an id to the reason given."""

    id: str
    name: str
    unit: str
    cap: int = 0
    recused_units: Mapping[str, str] = field(default_factory=dict)
    recused_files: Mapping[str, str] = field(default_factory=dict)


def barred(file: Reviewable, reviewer: Reviewer) -> str:
    """Why this reviewer may not see this file ('' when nothing stands against it)."""
    if file.unit == reviewer.unit:
        return "本单位案卷"
    reason = reviewer.recused_units.get(file.unit, reviewer.recused_files.get(file.id))
    return "" if reason is None else f"回避：{reason}" if reason else "回避"


class _Bench:
    """The state of one assignment: who holds what, and who could."""

    def __init__(self, files: Sequence[Reviewable], reviewers: Sequence[Reviewer], seed: str) -> None:
        def order(item: str) -> str:
            return hashlib.sha256(f"anheng-assign-1\n{seed}\n{item}".encode()).hexdigest()

        self.files = {f.id: f for f in sorted(files, key=lambda f: order(f.id))}
        self.reviewers = {r.id: r for r in sorted(reviewers, key=lambda r: order(r.id))}
        self.turn = {r: n for n, r in enumerate(self.reviewers)}
        self.fit = {
            f.id: [r.id for r in self.reviewers.values() if not barred(f, r)] for f in self.files.values()
        }
        self.held: dict[str, list[str]] = {f: [] for f in self.files}
        self.fixed: set[tuple[str, str]] = set()
        self.load = dict.fromkeys(self.reviewers, 0)

    def give(self, file: str, reviewer: str) -> None:
        self.held[file].append(reviewer)
        self.load[reviewer] += 1

    def room(self, reviewer: str) -> bool:
        cap = self.reviewers[reviewer].cap
        return not cap or self.load[reviewer] < cap

    def seat(self, file: str) -> bool:
        """Give the file one more reviewer, moving others' files along where that evens the load."""
        came: dict[str, tuple[str, str | None]] = {}  # reviewer <- (file that would come, reviewer giving it)
        queue: deque[str] = deque()
        for reviewer in self._by_load(r for r in self.fit[file] if r not in self.held[file]):
            came[reviewer] = (file, None)
            queue.append(reviewer)
        lowest = min((self.load[r] for r in self.reviewers if self.room(r)), default=0)
        best: str | None = None
        while queue:
            reviewer = queue.popleft()
            if self.room(reviewer) and (best is None or self._worth(reviewer) < self._worth(best)):
                best = reviewer
                if self.load[best] == lowest:
                    break
            for other in self._movable(reviewer):
                for heir in self.fit[other]:
                    if heir not in came and heir not in self.held[other]:
                        came[heir] = (other, reviewer)
                        queue.append(heir)
        if best is None:
            return False
        self._apply(came, best)
        return True

    def _worth(self, reviewer: str) -> tuple[int, int]:
        return self.load[reviewer], self.turn[reviewer]

    def _by_load(self, reviewers: Iterable[str]) -> list[str]:
        return sorted(reviewers, key=self._worth)

    def _movable(self, reviewer: str) -> list[str]:
        return [f for f, held in self.held.items() if reviewer in held and (f, reviewer) not in self.fixed]

    def _apply(self, came: Mapping[str, tuple[str, str | None]], end: str) -> None:
        reviewer: str | None = end
        while reviewer is not None:
            file, giver = came[reviewer]
            self.give(file, reviewer)
            if giver is not None:
                self.held[file].remove(giver)
                self.load[giver] -= 1
            reviewer = giver


def assign(
    files: Sequence[Reviewable],
    reviewers: Sequence[Reviewer],
    *,
    seed: str,
    seats: int = 2,
    keep: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Reviewer ids per file id. `keep` holds reviewers already at work on a file, who are not moved.

    Raises AssignError naming every file that cannot be given `seats` reviewers, and why each reviewer is out.
    """
    bench = _Bench(files, reviewers, seed)
    for file, holders in (keep or {}).items():
        for reviewer in holders:
            if file in bench.held and reviewer in bench.reviewers:
                bench.give(file, reviewer)
                bench.fixed.add((file, reviewer))
    short = [f for f in bench.files if len(set(bench.fit[f]) | set(bench.held[f])) < seats]
    if not short:
        short = [f for f in bench.files if not _fill(bench, f, seats)]
    if short:
        raise AssignError("\n".join(_why(bench, f, seats) for f in sorted(short)))
    return {f: tuple(sorted(bench.held[f], key=lambda r: bench.turn[r])) for f in sorted(bench.files)}


def _fill(bench: _Bench, file: str, seats: int) -> bool:
    return all(bench.seat(file) for _ in range(seats - len(bench.held[file])))


def _why(bench: _Bench, file: str, seats: int) -> str:
    subject = bench.files[file]
    free = [r for r in bench.reviewers.values() if not barred(subject, r)]
    out = [f"{r.name}（{barred(subject, r)}）" for r in bench.reviewers.values() if barred(subject, r)]
    out += [f"{r.name}（已满 {r.cap} 卷）" for r in free if not bench.room(r.id)]
    able = [r.name for r in free if bench.room(r.id)]
    return (
        f"案卷 {subject.label} 须由 {seats} 名外单位评查员评查，可分派的只有 {len(able)} 名"
        f"{'（' + '、'.join(able) + '）' if able else ''}；不能分派：{'、'.join(sorted(out)) or '无'}。"
        "请增派其他市（州）的评查员，或调高上限后重新分派。"
    )
