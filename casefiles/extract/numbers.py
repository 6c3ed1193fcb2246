"""Chinese numerals and amounts of money.

Papers write 47,200元, 1万元, 172.46万元, 叁万圆整, 肆万柒仟贰佰元, 一万伍仟元, 二〇二三; a bound such as
170余万 is no amount. Money is integer fen.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DIGITS = {
    **dict(zip("零〇○一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    **{"弌": 1, "貳": 2, "两": 2, "兩": 2, "參": 3, "叄": 3, "陸": 6, "◯": 0, "Ｏ": 0, "O": 0},
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
NUMERAL = "".join([*_DIGITS, *_UNITS, *_GROUPS])
_BIG = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL = "零〇壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟万萬亿億"


def parse_number(text: str) -> int | None:
    """The whole number that ``text`` writes in Arabic, small or capital Chinese numerals; else ``None``."""
    text = text.strip().replace(",", "").replace("，", "")
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _UNITS and char not in _GROUPS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return _weighted(text)


def _weighted(text: str) -> int | None:
    total = section = 0
    digit: int | None = None
    last = 10**9
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            unit = _UNITS[char]
            if unit >= last:
                return None
            section += (1 if digit in (None, 0) else digit) * unit
            digit, last = None, unit
        else:
            section += digit or 0
            if not section and not total:
                return None
            total = (total + section) * _GROUPS[char] if char in "亿億" else total + section * _GROUPS[char]
            section, digit, last = 0, None, 10**9
    return total + section + (digit or 0)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a text: where it stands, its fen, and whether it is written in words (大写)."""

    start: int
    end: int
    fen: int
    words: bool


_FIGURES = re.compile(
    r"(?<![0-9.,A-Za-z])([0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(余|多|几)?(万|亿)?(余|多)?(?:人民币)?[元圆](?!/)"
)
_YEN = re.compile(
    r"[¥￥]([0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,2})?)(?![0-9万亿])"
)
_WORDS = re.compile(
    rf"(?<![第{NUMERAL}])([{NUMERAL}]+)(余|多)?(?:元|圆)(?:(?:零)?([{NUMERAL}])角)?(?:(?:零)?([{NUMERAL}])分)?(整|正)?(?!/)"
)


def find_money(text: str) -> list[Money]:
    """All amounts of ``text`` in order of place; rates (元/平方米) and bounds (170余万元) are left out."""
    found: list[Money] = []
    for match in _FIGURES.finditer(text):
        if match[2] or match[4]:
            continue
        fen = _decimal_fen(match[1], match[3])
        start = match.start() - (match.start() > 0 and text[match.start() - 1] in "¥￥")
        if fen is not None:
            found.append(Money(start, match.end(), fen, False))
    taken = {money.end for money in found} | {money.end - 1 for money in found}
    for match in _YEN.finditer(text):
        fen = _decimal_fen(match[1], None)
        if fen is not None and match.end() not in taken:
            found.append(Money(match.start(), match.end(), fen, False))
    for match in _WORDS.finditer(text):
        number = None if match[2] else parse_number(match[1])
        if number is not None and (number or len(match[1]) == 1):
            cents = (parse_number(match[3] or "零") or 0) * 10 + (parse_number(match[4] or "零") or 0)
            found.append(Money(match.start(), match.end(), number * 100 + cents, True))
    return sorted(found, key=lambda money: money.start)


def _decimal_fen(digits: str, group: str | None) -> int | None:
    try:
        value = Decimal(digits.replace(",", "").replace("，", "")) * (_GROUPS[group] if group else 1) * 100
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else None


def capital_words(fen: int) -> str:
    """``fen`` in the capital words of receipts: 4720000 → 肆万柒仟贰佰元整."""
    yuan, cents = divmod(fen, 100)
    text = (_integer_words(yuan) + "元") if yuan or not cents else ""
    if not cents:
        return text + "整"
    jiao, rest = divmod(cents, 10)
    text += (_BIG[jiao] + "角") if jiao else ("零" if text else "")
    return text + (_BIG[rest] + "分" if rest else "整")


def _integer_words(number: int) -> str:
    if number == 0:
        return "零"
    parts: list[str] = []
    groups = ["", "万", "亿", "万亿"]
    index, pending_zero = 0, False
    while number:
        number, section = divmod(number, 10000)
        if section:
            words = _section_words(section) + groups[index]
            if pending_zero and parts:
                words += "零"
            parts.append(words)
            pending_zero = section < 1000
        else:
            pending_zero = bool(parts)
        index += 1
    return "".join(reversed(parts))


def _section_words(section: int) -> str:
    text, zero = "", False
    for unit, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, section = divmod(section, unit)
        if digit:
            text += ("零" if zero and text else "") + _BIG[digit] + name
            zero = False
        else:
            zero = True
    return text


def is_capital(text: str) -> bool:
    """Whether the numerals of ``text`` are capital ones (大写), which small ones such as 三万 are not."""
    numerals = [char for char in text if char in _DIGITS or char in _UNITS or char in _GROUPS]
    return bool(numerals) and all(char in _CAPITAL for char in numerals)
