"""Two-character tokens of Chinese text, and the passages around a hit.

Chinese has no spaces, and the words of the field (听证, 罚款, 回证) are two characters long, so a text is
indexed by every pair of neighbouring characters. Punctuation and spaces leave no gap: 陈述、申辩 is found
by 陈述申辩. A phrase is a run of such pairs.
"""

import unicodedata
from dataclasses import dataclass

MAX_QUERY = 200
"""Longest query looked at, in characters; the rest is dropped."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the original text; ``hit`` when it is what was searched."""

    text: str
    hit: bool


def plain(text: str) -> str:
    """The letters, digits and characters of ``text`` in one run: NFKC, lower case, nothing else."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def grams(run: str) -> list[str]:
    """All pairs of neighbouring characters of a run made by ``plain``; a single character is itself."""
    if len(run) < 2:
        return [run] if run else []
    return [run[at : at + 2] for at in range(len(run) - 1)]


def words(query: str) -> list[str]:
    """The words of a query, each to be found as a phrase; empty when nothing searchable was typed."""
    found = (plain(part) for part in query[:MAX_QUERY].replace("\u3000", " ").split())
    return list(dict.fromkeys(word for word in found if word))


def _mapped(text: str) -> tuple[str, list[int]]:
    """The plain run of ``text`` and, for each of its characters, where it stands in ``text``."""
    run: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in plain(char):
            run.append(part)
            places.append(place)
    return "".join(run), places


def snippet(text: str, searched: list[str], *, width: int = 60) -> list[Passage]:
    """The passage of ``text`` about its first hit, cut into hit and not hit; empty without a hit."""
    run, places = _mapped(text)
    spans: list[tuple[int, int]] = []
    for word in searched:
        at = run.find(word)
        while at >= 0:
            spans.append((places[at], places[at + len(word) - 1] + 1))
            at = run.find(word, at + len(word))
    if not spans:
        return []
    spans.sort()
    first = spans[0][0]
    start, end = max(0, first - width // 3), min(len(text), first + width)
    return _cut(text, spans, start, end)


def _cut(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Passage]:
    parts: list[Passage] = [Passage("…", False)] if start else []
    at = start
    for left, right in spans:
        if left >= end or right <= at:
            continue
        if left > at:
            parts.append(Passage(text[at:left], False))
        parts.append(Passage(text[max(left, at) : right], True))
        at = right
    if at < end:
        parts.append(Passage(text[at:end], False))
    if max(at, end) < len(text):
        parts.append(Passage("…", False))
    return parts
