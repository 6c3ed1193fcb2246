"""One paper as the readers see it: searchable text, labels, seals, signatures, its own date."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from casefiles.extract.dates import Moment, find_dates
from casefiles.extract.fields import OPINION, SIGN, Field, Grid, read_fields
from casefiles.extract.flat import Flat, Place, fold
from casefiles.hints import FOLIO
from casefiles.kinds import Piece
from casefiles.reading.model import Line, Mark


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one fact, in the interchange form of the vocabulary, as one paper shows it.

    ``state`` is recorded, or confirmed_absent where the paper says 无 or leaves the named place empty.
    """

    fact: str
    value: Any
    place: Place
    document: str
    certainty: float = 0.98
    state: str = "recorded"
    step: str = ""


class Doc:
    """A piece of the case file with its text, labels and marks; ``n`` counts its kind by date, ``of`` all."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.kind = piece.kind
        self.n = 1
        self.of = 1
        self.body: list[Line] = [
            line
            for line in piece.lines
            if line.kind not in ("header", "footer")
            and (line.kind == "cell" or not FOLIO.match(fold(line.text)))
        ]

    @property
    def step(self) -> str:
        """How the contract names it: the kind, with its number where there are several."""
        return self.kind if self.of == 1 else f"{self.kind}#{self.n}"

    @cached_property
    def flat(self) -> Flat:
        return Flat.of_lines(self.piece.file, self.body)

    @property
    def text(self) -> str:
        return self.flat.text

    @cached_property
    def _labels(self) -> tuple[list[Field], list[Grid]]:
        fields, grids = read_fields(self.piece.file, self.body)
        return _with_signers(fields), grids

    @property
    def fields(self) -> list[Field]:
        return self._labels[0]

    @property
    def grids(self) -> list[Grid]:
        return self._labels[1]

    def field(self, *patterns: str, filled: bool = True) -> Field | None:
        """The first label that one of ``patterns`` fits whole, the patterns in order of preference."""
        return next(iter(self.fields_like(*patterns, filled=filled)), None)

    def fields_like(self, *patterns: str, filled: bool = True) -> list[Field]:
        found = []
        for pattern in patterns:
            found += [
                item
                for item in self.fields
                if re.fullmatch(pattern, item.label) and (item.text or not filled)
            ]
        return found

    def read(
        self, fact: str, value: Any, where: Flat, certainty: float = 0.98, state: str = "recorded"
    ) -> Reading:
        return Reading(fact, value, where.place(), self.kind, certainty, state, self.step)

    @cached_property
    def seals(self) -> list[Mark]:
        return [mark for mark in self.piece.marks if mark.kind == "seal"]

    @cached_property
    def closing(self) -> tuple[date, Flat] | None:
        """The paper's own date (落款): the last line that is little but a date, or a signature and a date."""
        for line in reversed(self.flat.lines()):
            moment = _date_line(line.text, line.hand())
            if moment:
                return moment.day, line.cut(moment.start, moment.end)
        return None

    @cached_property
    def dated(self) -> date | None:
        """The day of the paper: its closing date, else the last date in it."""
        if self.closing:
            return self.closing[0]
        found = find_dates(self.text)
        return found[-1].day if found else None

    @cached_property
    def head(self) -> list[Flat]:
        """The lines above the first label or sentence: letterhead, title, number."""
        lines = []
        for line in self.flat.lines()[:6]:
            if len(line.text) > 48 or re.search("。", line.text):
                break
            lines.append(line)
        return lines

    @cached_property
    def title(self) -> Flat:
        """The line with the paper's title, or its first words: a place for what the whole paper shows."""
        words = fold(self.piece.title).replace("\n", "")
        for line in self.flat.lines()[:8]:
            if line.text == words or (len(line.text) > 3 and words.endswith(line.text)):
                return line
        return self.flat.cut(0, min(40, len(self.text)))


def _with_signers(fields: list[Field]) -> list[Field]:
    """Opinions in cells together with the cells 签名 and 日期 that follow them."""
    found = []
    for index, item in enumerate(fields):
        if item.row is not None and not item.inside and OPINION.search(item.label):
            behind = itertools.takewhile(
                lambda other: other.inside or SIGN.fullmatch(other.label), fields[index + 1 :]
            )
            more = [other.value for other in behind if not other.inside]
            item = replace(item, value=item.value.plus(more)) if more else item
        found.append(item)
    return found


_OTHER_DATE = re.compile(
    "送审|成立|出生|登记|受理|期限|检查|公示|决定|立案|结案|承诺|缴款|有效|发证|签发|归档|提交"
)


def _date_line(text: str, hand: list[str]) -> Moment | None:
    found = find_dates(text)
    if not found:
        return None
    last = found[-1]
    rest = text[: last.start] + text[last.end :]
    label = re.match(r"^([^：，。]{1,16})：", rest)
    if label and _OTHER_DATE.search(label[1]):
        return None
    bare = rest[label.end() :] if label else rest
    for piece in hand:
        bare = bare.replace(fold(piece), "")
    bare = re.sub(r"第[0-9]+页|共[0-9]+页|[：，、。（） ]", "", bare)
    return last if len(bare) <= 2 or (_office(bare) and len(bare) <= 26) else None


def _office(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[一-鿿（）]{4,26}(?:办公室|局|委员会|政府|支队|大队|厅|公司|中心|银行|支行|分行|所)(?:（[^）]*）)?",
            text,
        )
    )


def number(docs: Sequence[Doc]) -> None:
    """Give every document its number among those of its kind, by date where all are dated, else as they stand."""
    by_kind: dict[str, list[Doc]] = {}
    for doc in docs:
        by_kind.setdefault(doc.kind, []).append(doc)
    for group in by_kind.values():
        ordered = group
        if all(order_day(doc) for doc in group):
            ordered = sorted(group, key=lambda doc: order_day(doc) or date.min)
        for index, doc in enumerate(ordered, 1):
            doc.n, doc.of = index, len(group)


def order_day(doc: Doc) -> date | None:
    """The day by which papers of one kind are put in order: the first date of a record or receipt, else its own."""
    item = doc.field(
        "时间", "(?:询问|检查|复查|勘验|讨论|听证|送达|核查|会议)(?:起止)?时间", "送达日期", "日期"
    )
    found = find_dates(item.text) if item else []
    return found[0].day if found else doc.dated


def first_date(item: Field | None) -> tuple[Moment, Flat] | None:
    """The first date of a field's value with its place."""
    if item is None:
        return None
    found = find_dates(item.value.text)
    return (found[0], item.value.cut(found[0].start, found[0].end)) if found else None


def last_date(item: Field | None) -> tuple[Moment, Flat] | None:
    if item is None:
        return None
    found = find_dates(item.value.text)
    return (found[-1], item.value.cut(found[-1].start, found[-1].end)) if found else None


def dated_field(doc: Doc, *patterns: str) -> tuple[Moment, Flat] | None:
    """The last date of the first such label that has one."""
    return next((found for item in doc.fields_like(*patterns) if (found := last_date(item))), None)
