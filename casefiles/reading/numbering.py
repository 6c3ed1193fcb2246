"""Automatic list numbers of Word, which are not in the text: 一、 （一） 1. and the like."""

import re

from .ooxml import Element, W

_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A counting number below 100 in Chinese numerals."""
    if number <= 0 or number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def _letter(number: int, first: str) -> str:
    return chr(ord(first) + (number - 1) % 26)


def _written(number: int, style: str) -> str:
    if style.startswith(("chinese", "japaneseCounting", "ideographDigital", "taiwaneseCounting")):
        return chinese(number)
    if style == "upperLetter":
        return _letter(number, "A")
    if style == "lowerLetter":
        return _letter(number, "a")
    if style == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


class Numbering:
    """Counts list paragraphs as they come and gives their labels."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._abstract: dict[str, str] = {}
        if root is None:
            return
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {int(item.get(f"{W}ilvl", 0)): _level(item) for item in abstract.iter(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for number in root.iter(f"{W}num"):
            link = number.find(f"{W}abstractNumId")
            if link is not None:
                self._abstract[number.get(f"{W}numId", "")] = link.get(f"{W}val", "")

    def label(self, paragraph: Element) -> str:
        """The label of a paragraph, empty where it is in no list of its own."""
        properties = paragraph.find(f"{W}pPr/{W}numPr")
        if properties is None:
            return ""
        number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        abstract = self._abstract.get(number.get(f"{W}val", "") if number is not None else "", "")
        depth = int(level.get(f"{W}val", 0)) if level is not None else 0
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]

        def fill(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            return _written(counts.get(at, 1), levels[at][0] if at in levels else "decimal")

        return "" if levels[depth][0] in ("bullet", "none") else re.sub(r"%([1-9])", fill, levels[depth][1])


def _level(item: Element) -> tuple[str, str, int]:
    def value(tag: str, otherwise: str) -> str:
        found = item.find(f"{W}{tag}")
        return str(found.get(f"{W}val", otherwise)) if found is not None else otherwise

    start = value("start", "1")
    return value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1
