"""What came in twice: the same bytes under two names, pages that say nearly the same (second scans, copies)."""

import re
from collections.abc import Hashable, Iterator, Sequence
from math import ceil
from typing import TypeVar

from .model import Page, Problem, ReadFile

K = TypeVar("K", bound=Hashable)

_LENGTH = 4
_LEAST = 40
"""Characters below which pages are too short to be told apart."""
_ALIKE = 0.95
_CLEARER = 0.01
"""By so much surer is the reading of the clearer of two scans of one page."""


def doubles(files: Sequence[ReadFile]) -> Iterator[Problem]:
    """Files and pages that came in twice, each with the place of the other and which of both to take out. Forms filled
    in for two days differ in their figures and are no doubles."""
    first: dict[str, ReadFile] = {}
    for file in files:
        if file.sha256 and (twin := first.setdefault(file.sha256, file)) is not file:
            what, remedy = f"与“{twin.name}”完全相同", f"请核对；如是重复装入，请移出“{file.name}”"
            yield Problem(file.name, what, remedy, ((file.name, 0), (twin.name, 0)))
    pages = {(file.name, page.number or 0): page for file in first.values() for page in file.pages}
    told: set[tuple[str, int]] = set()
    alike = near_duplicates([(place, page.text) for place, page in pages.items()], _ALIKE)
    for earlier, later, share in alike:
        if later not in told and _figures(pages[earlier].text) == _figures(pages[later].text):
            told.add(later)
            what = f"{_place(later, later)}与{_place(earlier, later)}内容几乎相同（{share:.0%}）"
            better = _sureness(pages[later]) > _sureness(pages[earlier]) + _CLEARER
            out, kept = (earlier, later) if better else (later, earlier)
            remedy = f"请核对；如是重复装入，请移出{_named(out, later)}，保留{_named(kept, later)}"
            yield Problem(later[0], what, remedy + "（字迹更清楚）" * better, (later, earlier))


def _place(page: tuple[str, int], seen_from: tuple[str, int]) -> str:
    """A page as it is called in the remark on a file: its own by number alone."""
    number = f"第{page[1]}页" if page[1] else ""
    return number if page[0] == seen_from[0] else f"“{page[0]}”{number}"


def _named(page: tuple[str, int], seen_from: tuple[str, int]) -> str:
    return _place(page, seen_from) or f"“{page[0]}”"


def _sureness(page: Page) -> float:
    """How surely a page was read: the mean of its lines."""
    return sum(line.confidence for line in page.lines) / max(1, len(page.lines))


def _figures(text: str) -> list[str]:
    return sorted(re.findall("[0-9]+", text))


def shingles(text: str) -> frozenset[int]:
    """Hashes of all runs of four characters, blanks left out. Stable within a process."""
    plain = "".join(text.split())
    return frozenset(hash(plain[i : i + _LENGTH]) for i in range(len(plain) - _LENGTH + 1))


def near_duplicates(pages: Sequence[tuple[K, str]], least: float = 0.9) -> list[tuple[K, K, float]]:
    """Pairs of pages whose texts share at least ``least`` of their runs, with the share, in order of appearance."""
    sets = [(key, shingles(text)) for key, text in pages if len("".join(text.split())) >= _LEAST]
    found: list[tuple[K, K, float]] = []
    seen: dict[int, list[int]] = {}
    for later, (key, mine) in enumerate(sets):
        # Of pages that share so much, one of the first runs in any fixed order is shared too: no other pair is compared.
        first = sorted(mine)[: len(mine) - ceil(least * len(mine)) + 1]
        for earlier in sorted({place for run in first for place in seen.get(run, ())}):
            earlier_key, theirs = sets[earlier]
            share = len(mine & theirs) / len(mine | theirs)
            if share >= least:
                found.append((earlier_key, key, round(share, 4)))
        for run in first:
            seen.setdefault(run, []).append(later)
    return found
