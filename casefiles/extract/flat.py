"""Text to search in that still knows where every character stands.

A ``Flat`` joins lines into one string without the spaces that print puts between characters, with digits,
letters and brackets brought to one form; any stretch of it can be turned back into file, page, box and words.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from casefiles.reading.model import Box, Line

_FOLDS = {
    **{
        "(": "（",
        ")": "）",
        "¥": "¥",
        "￥": "¥",
        "＝": "=",
        "•": "·",
        "・": "·",
        "‧": "·",
        "∶": "：",
        "︰": "：",
    },
    **{
        "﹝": "〔",
        "﹞": "〕",
        "【": "〔",
        "】": "〕",
        "<": "〈",
        ">": "〉",
        "﹤": "〈",
        "﹥": "〉",
        "＜": "〈",
        "＞": "〉",
    },
    **{
        "—": "-",
        "–": "-",
        "－": "-",
        "―": "-",
        "‐": "-",
        "〜": "~",
        "～": "~",
        "㎡": "平方米",
        "×": "×",
        "✕": "×",
    },
}
_BETWEEN_DIGITS = {":": "：", ",": "，", ";": "；"}
_KEPT = set("（）：，；！？。、〇〔〕〈〉《》“”‘’…％")


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: ``quote`` as printed; ``page`` and ``box`` or, without pages, ``at``."""

    file: str
    page: int | None
    box: Box | None
    at: str | None
    quote: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Slice:
    """The characters ``start`` to ``end`` of a line."""

    line: Line
    start: int
    end: int


class Flat:
    """One searchable text over slices of lines; paragraphs are parted by a line feed."""

    __slots__ = ("_slices", "_source", "file", "text")

    def __init__(self, file: str, slices: Sequence[Slice], chars: str, source: list[tuple[int, int]]) -> None:
        self.file = file
        self.text = chars
        self._slices = slices
        self._source = source

    @classmethod
    def of(cls, file: str, slices: Iterable[Slice]) -> "Flat":
        """Join ``slices`` in order, each its own paragraph; a paragraph broken by the page's end is made whole."""
        parts = list(slices)
        chars: list[str] = []
        source: list[tuple[int, int]] = []
        for number, part in enumerate(parts):
            if chars and not (number and _runs_on(parts[number - 1], part)):
                chars.append("\n")
                source.append((number, -1))
            for index, text in _folded(part.line.text, part.start, part.end):
                chars.extend(text)
                source.extend([(number, index)] * len(text))
        return cls(file, parts, "".join(chars), source)

    @classmethod
    def of_lines(cls, file: str, lines: Iterable[Line]) -> "Flat":
        return cls.of(file, (Slice(line, 0, len(line.text)) for line in lines))

    def plus(self, others: Iterable["Flat"]) -> "Flat":
        """This and ``others`` as one, each with the whole of its slices."""
        return Flat.of(self.file, [*self._slices, *(part for other in others for part in other._slices)])

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def cut(self, start: int, end: int | None = None) -> "Flat":
        """The part from ``start`` to ``end`` of this text."""
        end = len(self.text) if end is None else end
        return Flat(self.file, self._slices, self.text[start:end], self._source[start:end])

    def search(self, pattern: str | re.Pattern[str]) -> "Found | None":
        match = re.search(pattern, self.text)
        return Found(self, match) if match else None

    def finditer(self, pattern: str | re.Pattern[str]) -> Iterator["Found"]:
        return (Found(self, match) for match in re.finditer(pattern, self.text))

    def lines(self) -> list["Flat"]:
        """The paragraphs."""
        found, start = [], 0
        for part in self.text.split("\n"):
            if part:
                found.append(self.cut(start, start + len(part)))
            start += len(part) + 1
        return found

    def hand(self) -> list[str]:
        """The handwritten or script-face pieces that stand in this stretch, in order."""
        pieces: list[str] = []
        for number in dict.fromkeys(number for number, index in self._source if index >= 0):
            line = self._slices[number].line
            first, last = self._span(number)
            cursor = 0
            for piece in line.hand:
                at = line.text.find(piece, cursor)
                cursor = at + len(piece) if at >= 0 else cursor
                if (at < 0 and piece in line.text[first:last]) or (
                    at >= 0 and at < last and at + len(piece) > first
                ):
                    pieces.append(piece)
        return pieces

    def raw(self) -> str:
        """The words as printed."""
        return self._words(list(dict.fromkeys(number for number, index in self._source if index >= 0)))

    def _words(self, numbers: Sequence[int]) -> str:
        parts = []
        for number in numbers:
            first, last = self._span(number)
            parts.append(self._slices[number].line.text[first:last])
        return "\n".join(parts)

    def place(self, limit: int = 200) -> Place:
        """Where this stretch stands; a stretch over two pages is placed on its first."""
        numbers = list(dict.fromkeys(number for number, index in self._source if index >= 0))
        if not numbers:
            return Place(self.file, None, None, None, "", 0.0)
        lines = [self._slices[number].line for number in numbers]
        page, box = lines[0].page, None
        for number, line in zip(numbers, lines, strict=True):
            if line.page == page and (one := line.box_of(*self._span(number))):
                box = one if box is None else _union(box, one)
        sure = min(line.sureness(*self._span(number)) for number, line in zip(numbers, lines, strict=True))
        here = [number for number, line in zip(numbers, lines, strict=True) if line.page == page]
        quote = self._words(here)
        quote = quote if len(quote) <= limit else quote[: limit - 1] + "…"
        return Place(self.file, page, box, lines[0].at, quote, round(sure, 3))

    def _span(self, number: int) -> tuple[int, int]:
        indexes = [index for owner, index in self._source if owner == number and index >= 0]
        return min(indexes), max(indexes) + 1


@dataclass(frozen=True, slots=True)
class Found:
    """A match in a ``Flat``; ``group`` gives its text, ``flat`` the stretch with its place."""

    whole: Flat
    match: re.Match[str]

    def group(self, number: int | str = 0) -> str:
        return self.match.group(number) or ""

    def flat(self, number: int | str = 0) -> Flat:
        return self.whole.cut(*self.match.span(number))

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def end(self) -> int:
        return self.match.end()


def fold(text: str) -> str:
    """``text`` in the form that ``Flat`` searches in."""
    return "".join(part for _, part in _folded(text, 0, len(text)))


def _folded(raw: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for index in range(start, end):
        char = raw[index]
        if char == "\n":
            yield index, "\n"
        elif char.isspace():
            if (
                char != "　"
                and _ascii(raw, index - 1, start, end, -1)
                and _ascii(raw, index + 1, start, end, 1)
            ):
                yield index, " "
        elif char in _BETWEEN_DIGITS or char in "：，":
            digits = _digit(raw, index - 1) and _digit(raw, index + 1)
            plain = {"：": ":", "，": ","}.get(char, char)
            yield index, plain if digits else _BETWEEN_DIGITS.get(char, char)
        elif char in _FOLDS:
            yield index, _FOLDS[char]
        elif char in _KEPT or "一" <= char <= "鿿":
            yield index, char
        elif unicodedata.category(char) not in ("Cf", "Cc"):
            yield index, unicodedata.normalize("NFKC", char)


_ENDED = tuple("。；：！？!?;:")


def _runs_on(before: Slice, after: Slice) -> bool:
    """Whether ``after`` goes on with the sentence that ``before`` left at the foot of its page."""
    one, two = before.line, after.line
    if (
        one.page is None
        or two.page != one.page + 1
        or "cell" in (one.kind, two.kind)
        or not one.box
        or not two.box
    ):
        return False
    long = one.box[2] - one.box[0] > 0.5 and one.box[3] > 0.6
    return long and not one.text.rstrip().endswith(_ENDED) and two.box[0] < one.box[0] + 0.06


def _digit(raw: str, index: int) -> bool:
    return 0 <= index < len(raw) and raw[index].isdigit()


def _ascii(raw: str, index: int, start: int, end: int, step: int) -> bool:
    while start <= index < end and raw[index].isspace() and raw[index] not in "　\n":
        index += step
    return start <= index < end and raw[index].isascii() and raw[index].isalnum()


def _union(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
