"""Straight-line code over bit planes, written once and shared.

A plane holds one truth value of many lines, a bit each. A condition is two planes, ``yes`` (surely true)
and ``no`` (surely false); neither bit set is unknown, so ``not`` is a swap and Kleene ``and`` and ``or``
are one machine operation on 64 lines. Every line of code is kept under its own text: what two rules ask
alike is worked out once.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

ONE, ZERO = "ONE", "ZERO"
_NAME = re.compile(r"\bv\d+\b")


class Pair(NamedTuple):
    """The names of a condition's two planes: surely true, surely false."""

    yes: str
    no: str


UNKNOWN = Pair(ZERO, ZERO)


class Value(NamedTuple):
    """Source of an array and the plane where it is known; ``words`` names the distinct values that a text
    or set array numbers, ``column`` the column it is; ``over_all``: the numbers are those over all columns;
    ``day``: it is a day."""

    array: str
    known: str
    words: str = ""
    column: str = ""
    over_all: bool = False
    day: bool = False


NOTHING = Value("0", ZERO)


def literal(value: Value) -> bool:
    """Whether the value is one number for every line."""
    return value.array.lstrip("-").isdigit()


class Lines:
    """Lines of code under names; equal text gets one name. ``inputs`` are the columns read."""

    def __init__(self) -> None:
        self.inputs: dict[str, None] = {}
        self._names: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._inverse: dict[str, str] = {ONE: ZERO, ZERO: ONE}

    def keep(self, source: str) -> str:
        """The name under which the value of a piece of source is held."""
        if source not in self._names:
            name = f"v{len(self._names)}"
            self._names[source] = name
            self._sources[name] = source
        return self._names[source]

    def column(self, key: str) -> str:
        """A column of the lines that are judged."""
        self.inputs[key] = None
        return self.keep(f"c[{key!r}]")

    def all_of(self, *planes: str) -> str:
        """The lines on which all planes are set."""
        return self._fold("&", planes, ONE, ZERO)

    def any_of(self, *planes: str) -> str:
        """The lines on which any plane is set."""
        return self._fold("|", planes, ZERO, ONE)

    def _fold(self, sign: str, planes: Sequence[str], neutral: str, decides: str) -> str:
        held = [plane for plane in dict.fromkeys(planes) if plane != neutral]
        if decides in held or any(self._inverse.get(plane) in held for plane in held):
            return decides
        if not held:
            return neutral
        result, *others = sorted(held, key=lambda name: int(name[1:]))
        for plane in others:
            result = self.keep(f"{result} {sign} {plane}")
        return result

    def invert(self, plane: str) -> str:
        """The lines on which the plane is not set."""
        if plane not in self._inverse:
            self._inverse[plane] = self.keep(f"~{plane}")
            self._inverse[self._inverse[plane]] = plane
        return self._inverse[plane]

    def rest(self, known: str, yes: str) -> str:
        """The known lines on which ``yes``, a part of them, is not set."""
        if yes == ZERO or known == ZERO:
            return known
        if known in (ONE, yes):
            return self.invert(yes) if known == ONE else ZERO
        return self.keep(f"{known} ^ {yes}")

    def body(self, results: Iterable[str]) -> list[str]:
        """The lines that the results need, in order; each value is dropped after its last use, so that a
        chunk stays in the cache."""
        needed = {name for name in results if name in self._sources}
        for name in reversed(self._sources):
            if name in needed:
                needed.update(_NAME.findall(self._sources[name]))
        kept = [name for name in self._sources if name in needed]
        last = {name: name for name in kept}
        for name in kept:
            last.update(dict.fromkeys(_NAME.findall(self._sources[name]), name))
        results = set(results)
        ends: dict[str, list[str]] = {}
        for name, end in last.items():
            if name not in results:
                ends.setdefault(end, []).append(name)
        lines = []
        for name in kept:
            drop = f"; del {', '.join(ends[name])}" if name in ends else ""
            lines.append(f"{name} = {self._sources[name]}{drop}")
        return lines


__all__ = ["NOTHING", "ONE", "UNKNOWN", "ZERO", "Lines", "Pair", "Value", "literal"]
