"""The story of one case: who, what, when. Papers are written from it, and the answer key is read off it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Office:
    name: str
    prefix: str
    government: str
    court: str
    bank: str
    payee: str
    head: str
    chief: str
    reviewer: str
    others: tuple[str, ...]
    officers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Party:
    name: str
    code: str
    person: str
    address: str
    kind: str = "organisation"
    post: str = "法定代表人"


@dataclass
class Penalty:
    """An ordinary penalty. ``days`` hold the date of each step; a missing step is left out of the file."""

    office: Office
    party: Party
    title: str
    serial: int
    year: int
    act: str
    found: str
    evidence: tuple[str, ...]
    violated: str
    penal: str
    order: str
    law: str
    fine: int
    words: str
    days: dict[str, date]
    place: str
    circumstances: str
    statement: str = "waived"
    hearing: bool = False
    interview_officers: int = 2
    witness: str = "现场负责人"
    decision_words: str = ""
    decision_party: Party | None = None
    style: str = "cells"
    bracket: str = "〔{}〕{}号"
    chinese_dates: bool = False
    recordings: tuple[tuple[str, str, int], ...] = ()
    faults: dict[str, str] = field(default_factory=dict)

    def number(self, word: str, serial: int | None = None) -> str:
        return self.office.prefix + word + self.bracket.format(self.year, serial or self.serial)


_DIGITS = "〇一二三四五六七八九"


def han_date(on: date) -> str:
    """二〇二三年五月十二日"""

    def small(value: int) -> str:
        tens, ones = divmod(value, 10)
        return ("十" if tens == 1 else _DIGITS[tens] + "十" if tens else "") + (_DIGITS[ones] if ones else "")

    year = "".join(_DIGITS[int(c)] for c in str(on.year))
    return f"{year}年{small(on.month)}月{small(on.day)}日"


def cn_date(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


_UPPER = "零壹贰叁肆伍陆柒捌玖"


def upper(yuan: int) -> str:
    """20000 → 贰万元整 (integers below 100 million)."""

    def group(value: int) -> str:
        out, zero = "", False
        for unit, base in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
            digit, value = divmod(value, base)
            if digit:
                out += ("零" if zero and out else "") + _UPPER[digit] + unit
                zero = False
            else:
                zero = True
        return out

    high, low = divmod(yuan, 10_000)
    text = group(high) + "万" if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + group(low)
    return text + "元整"
