"""What came in twice: the same bytes under two names, pages that say nearly the same (second scans, copies)."""

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import TypeVar

from .model import Problem, ReadFile

K = TypeVar("K", bound=Hashable)

_LENGTH = 4
_LEAST = 40
"""Characters below which pages are too short to be told apart."""
_ALIKE = 0.95
_REMEDY = "请核对；如是重复装入，移出一份"


def doubles(files: Sequence[ReadFile]) -> Iterator[Problem]:
    """Files and pages that came in twice, each with the place of the other. Forms filled in for two days differ in
    their figures and are no doubles."""
    first: dict[str, ReadFile] = {}
    for file in files:
        if file.sha256 and first.setdefault(file.sha256, file) is not file:
            yield Problem(file.name, f"与“{first[file.sha256].name}”完全相同", _REMEDY)
    pages = {
        (at, page.number or 0): page.text for at, file in enumerate(first.values()) for page in file.pages
    }
    names = [file.name for file in first.values()]
    told: set[tuple[int, int]] = set()
    for earlier, later, share in near_duplicates([*pages.items()], _ALIKE):
        if later not in told and _figures(pages[earlier]) == _figures(pages[later]):
            told.add(later)
            what = f"{_place(later)}与“{names[earlier[0]]}”{_place(earlier)}内容几乎相同（{share:.0%}）"
            yield Problem(names[later[0]], what, _REMEDY)


def _place(page: tuple[int, int]) -> str:
    return f"第{page[1]}页" if page[1] else ""


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
    for later, (key, mine) in enumerate(sets):
        for earlier_key, theirs in sets[:later]:
            if not least <= len(mine) / max(1, len(theirs)) <= 1 / least:
                continue
            share = len(mine & theirs) / max(1, len(mine | theirs))
            if share >= least:
                found.append((earlier_key, key, round(share, 4)))
    return found
