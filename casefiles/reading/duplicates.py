"""Pages that say nearly the same: second scans, copies in two places."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

_LENGTH = 4
_LEAST = 40
"""Characters below which pages are too short to be told apart."""


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
