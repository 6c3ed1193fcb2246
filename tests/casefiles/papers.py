"""Small papers written out in a test: lines, table rows ``| 标签 | 值``, hand in braces ``{张三}``, ``[印]`` a seal."""

import re

from casefiles.extract.doc import Doc
from casefiles.extract.registry import read_case, read_doc
from casefiles.kinds import Piece, split
from casefiles.reading import Line, Mark, Page, ReadFile


def lines_of(text: str) -> tuple[list[Line], list[Mark]]:
    """Lines and marks of a paper as a DOCX reader would give them."""
    lines: list[Line] = []
    marks: list[Mark] = []
    table = row = number = 0
    inside = False
    for raw in text.strip("\n").split("\n"):
        raw = raw.strip()
        if not raw:
            continue
        if raw.startswith("["):
            marks.append(Mark("seal", text=raw.strip("[]").removeprefix("印："), at=f"段{number}"))
            continue
        if raw.startswith("|"):
            table, row = (table, row + 1) if inside else (table + 1, 1)
            inside = True
            for column, cell in enumerate(raw.strip("|").split("|"), 1):
                lines.append(
                    _line(
                        cell.strip().replace("//", "\n"),
                        "cell",
                        f"表{table}行{row}列{column}",
                        table,
                        row,
                        column,
                    )
                )
            continue
        inside = False
        number += 1
        lines.append(_line(raw, "paragraph", f"段{number}"))
    return lines, marks


def _line(
    text: str, kind: str, at: str, table: int | None = None, row: int | None = None, column: int | None = None
) -> Line:
    hand = tuple(re.findall(r"\{([^}]*)\}", text))
    return Line(
        re.sub(r"[{}]", "", text),
        kind=kind,
        at=at,
        table=table,
        row=row,
        column=column,
        script=bool(hand),
        hand=hand,
    )


def file_of(text: str, name: str = "文书.docx") -> ReadFile:
    """A read Word file."""
    lines, marks = lines_of(text)
    page = Page(None, tuple(lines), tuple(marks))
    return ReadFile(name, "0" * 64, 1, "docx", "read", (page,), properties={"page_count": 1})


def piece_of(text: str, name: str = "文书.docx") -> Piece:
    return split([file_of(text, name)])[0]


def readings(text: str, name: str = "文书.docx") -> dict[str, object]:
    """What the readers of a paper's kind read: fact → first value; rows in a list."""
    found: dict[str, object] = {}
    for reading in read_doc(Doc(piece_of(text, name))):
        if isinstance(reading.value, dict):
            rows = found.setdefault(reading.fact, [])
            assert isinstance(rows, list)
            rows.append(reading.value)
        else:
            found.setdefault(reading.fact, reading.value if reading.state == "recorded" else reading.state)
    return found


def case_of(*texts: str) -> dict[str, object]:
    """Facts of a case of several papers: fact → value of the document that it belongs to."""
    case = read_case([piece_of(text, f"{number:02d}.docx") for number, text in enumerate(texts, 1)])
    return {fact: best.value for fact in case.facts() if (best := case.best(fact)) is not None}
