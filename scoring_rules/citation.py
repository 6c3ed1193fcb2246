"""Clauses as a notice cites them: 行政处罚法(2021)第六十条第一款第（二）项."""

from functools import cache

from .lawbook import law_register
from .rules import Basis

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A whole number below ten thousand in Chinese, as articles are numbered (110 → 一百一十)."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number - 10] if number > 10 else "")
    text, pending = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if pending and text else "") + _DIGITS[digit] + name
        pending = digit == 0
    return text


def clause(
    law: str, text: str, article: int | None, paragraph: int | None = None, item: int | None = None
) -> str:
    """A clause with its text version, the law by its short name."""
    found = law_register().find(law)
    words = found.short if found else law
    words += f"({text})" if text and f"〔{text}〕" not in words else ""
    if article is not None:
        words += f"第{numeral(article)}条"
    if paragraph is not None:
        words += f"第{numeral(paragraph)}款"
    return words + (f"第（{numeral(item)}）项" if item is not None else "")


@cache
def cite(basis: Basis) -> str:
    """The clause of a rule's basis."""
    return clause(basis.law, basis.text, basis.article, basis.paragraph, basis.item)
