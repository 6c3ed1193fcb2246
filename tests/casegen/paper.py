"""A paper (文书) before it is DOCX, PDF or a scan. Names between ⟦ ⟧ are signatures: set in a script face."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

HAND = re.compile(r"⟦([^⟧]*)⟧")


@dataclass(frozen=True)
class Para:
    text: str
    align: str = "l"
    size: float = 14
    bold: bool = False
    indent: bool = False


@dataclass(frozen=True)
class Grid:
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    head: bool = False


@dataclass(frozen=True)
class Break:
    """A page break."""


@dataclass
class Paper:
    """One document: its contract kind, title, file stem, blocks, and the body whose seal presses the date."""

    kind: str
    title: str
    blocks: list[Para | Grid | Break]
    seal: str = ""
    number: str = ""
    date: str = ""
    pages: int = 1
    picture: bool = False
    facts: dict[str, object] = field(default_factory=dict)


def plain(text: str) -> str:
    return HAND.sub(r"\1", text)


def pieces(text: str) -> list[tuple[str, bool]]:
    """(text, by hand) stretches."""
    out: list[tuple[str, bool]] = []
    at = 0
    for match in HAND.finditer(text):
        if match.start() > at:
            out.append((text[at : match.start()], False))
        out.append((match.group(1), True))
        at = match.end()
    if at < len(text):
        out.append((text[at:], False))
    return out


def head(office: str, title: str, number: str = "") -> list[Para | Grid | Break]:
    blocks: list[Para | Grid | Break] = []
    if office:
        blocks.append(Para(office, "c", 18, True))
    blocks.append(Para(title, "c", 20, True))
    if number:
        blocks.append(Para(number, "r", 13))
    return blocks


def foot(office: str, date: str) -> list[Para | Grid | Break]:
    return [Para(""), Para(office, "r"), Para(date, "r")]
