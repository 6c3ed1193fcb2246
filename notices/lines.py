"""Break Chinese text into lines as mainland typesetting wants them (避头尾).

A mark that closes may not begin a line, one that opens may not end it; numbers, Latin words, 文号 and the
two-em dashes stay whole. A line that would break a rule first tries to take the mark in by squeezing
its full-width punctuation (to half an em each), else hands its last characters to the next line; full
lines are spread so that both margins stand straight.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

NOT_FIRST = frozenset("、。，；：？！…》”’）】」』〉〕％%,.;:?!)]}°℃·～")
NOT_LAST = frozenset("《“‘（【「『〈〔([{￥¥")
SQUEEZABLE = frozenset("、。，；：》”’）】」』〉〕《“‘（【「『〈〔")
_UNIT = re.compile(r"〔[0-9]{4}〕[0-9]+号|[A-Za-z0-9][A-Za-z0-9.,%/@_+-]*[A-Za-z0-9%]|……|——|[\s\S]")

Measure = Callable[[str, str], float]
"""Width in points of a text in a role."""


@dataclass(frozen=True, slots=True)
class Atom:
    """What may not be parted: one character or one whole number, word or 文号."""

    text: str
    role: str
    width: float

    @property
    def slack(self) -> float:
        """How far it can be squeezed."""
        return self.width / 2 if self.text in SQUEEZABLE else 0.0


@dataclass(frozen=True, slots=True)
class SetLine:
    """A broken line: its atoms, its indent, and the width it must fill (``None``: ragged)."""

    atoms: tuple[Atom, ...]
    indent: float
    fill: float | None

    @property
    def text(self) -> str:
        return "".join(atom.text for atom in self.atoms)

    def positions(self) -> Iterator[tuple[Atom, float]]:
        """Each atom with its offset from the left margin, squeezed or spread to ``fill``."""
        natural = sum(atom.width for atom in self.atoms)
        spare = 0.0 if self.fill is None else self.fill - natural
        squeezed = sum(atom.slack for atom in self.atoms)
        gaps = max(1, len(self.atoms) - 1)
        x = self.indent
        for atom in self.atoms:
            if spare < 0 and atom.slack:
                give = -spare * atom.slack / squeezed
                opening = atom.text in NOT_LAST
                yield atom, x - (give if opening else 0.0)
                x += atom.width - give
            else:
                yield atom, x
                x += atom.width + (spare / gaps if spare > 0 else 0.0)


def atoms(stretches: Sequence[tuple[str, str]], measure: Measure) -> list[Atom]:
    """Cut (text, role) stretches into atoms."""
    return [
        Atom(piece, role, measure(piece, role)) for text, role in stretches for piece in _UNIT.findall(text)
    ]


def break_lines(pieces: Sequence[Atom], width: float, *, first_indent: float = 0.0) -> list[SetLine]:
    """Lines no wider than ``width`` points; every line but the last is filled."""
    lines: list[SetLine] = []
    rest = list(_split_wide(pieces, width))
    indent = first_indent
    while rest:
        room = width - indent
        count = _fit(rest, room)
        line, rest = rest[:count], rest[count:]
        lines.append(SetLine(tuple(line), indent, room if rest else _last_fill(line, room)))
        indent = 0.0
    return lines


def _last_fill(line: Sequence[Atom], room: float) -> float | None:
    return room if sum(atom.width for atom in line) > room else None


def _fit(pieces: Sequence[Atom], room: float) -> int:
    used = slack = 0.0
    count = 0
    for atom in pieces:
        if used + atom.width > room + 0.01:
            break
        used, slack, count = used + atom.width, slack + atom.slack, count + 1
    if count == len(pieces):
        return count
    taken = count
    while taken < len(pieces) and pieces[taken].text in NOT_FIRST:
        used, slack, taken = used + pieces[taken].width, slack + pieces[taken].slack, taken + 1
    if (
        taken > count
        and used - slack <= room
        and (taken == len(pieces) or pieces[taken - 1].text not in NOT_LAST)
    ):
        return taken
    while count > 1 and (pieces[count].text in NOT_FIRST or pieces[count - 1].text in NOT_LAST):
        count -= 1
    return max(1, count)


def _split_wide(pieces: Sequence[Atom], width: float) -> Iterator[Atom]:
    """A single atom wider than the line (a long web address) is parted by characters."""
    for atom in pieces:
        if atom.width <= width:
            yield atom
        else:
            each = atom.width / len(atom.text)
            yield from (Atom(c, atom.role, each) for c in atom.text)
