"""Dates and times as papers write them.

2025年4月15日 (also to the minute, also with spaces), 2024.7.31, 2021-12-07, 2023/11/01, 二〇二三年五月十二日,
二0一五年 with an ASCII 0; what only names a month or a year is no date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from casefiles.extract.numbers import parse_number

_ZERO = "〇零○◯0OoＯΟCＣ"
"""What stands for a zero in years written out; the last ones are what scans make of 〇."""
_YEAR = rf"[{_ZERO}一二三四五六七八九][{_ZERO}一二三四五六七八九0-9]{{2,3}}"
_SMALL = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_CLOCK = (
    rf"(?:[T ]?(上午|下午|晚上?|中午|凌晨)?(?:({_SMALL})[时点](?:({_SMALL})分|整|(?=[^0-9半])|$)"
    rf"|([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?))"
)
_LONG = re.compile(
    rf"(?<![0-9{_ZERO[:-2]}])([12][0-9]{{3}}|{_YEAR})年({_SMALL})月(?:份)?({_SMALL})[日号](?:{_CLOCK})?"
)
_SHORT = re.compile(
    rf"(?<![0-9.\-/A-Za-z])([12][0-9]{{3}})([.\-/])([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9])(?:日)?(?:{_CLOCK})?"
)
_UNTIL = re.compile(
    rf"^(?:至|到|-|—|~|～)(?:当日|当天|同日|本日|次日)?(?:(?:([12][0-9]{{3}}|{_YEAR})年)?(?:({_SMALL})月)?({_SMALL})[日号])?(?:{_CLOCK})?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in a text with its clock time where one is given, and where it stands."""

    start: int
    end: int
    day: date
    clock: time | None = None
    certain: bool = True

    @property
    def when(self) -> datetime | None:
        return datetime.combine(self.day, self.clock) if self.clock else None


def find_dates(text: str) -> list[Moment]:
    """Every full date of ``text`` in order of place; impossible ones (2月30日) are left out."""
    found = [moment for match in _LONG.finditer(text) if (moment := _long(match))]
    found += [moment for match in _SHORT.finditer(text) if (moment := _short(match))]
    return sorted(found, key=lambda moment: moment.start)


def parse_date(text: str) -> date | None:
    """The one date ``text`` gives first, or ``None``."""
    found = find_dates(text)
    return found[0].day if found else None


def find_periods(text: str) -> Iterator[tuple[Moment, Moment]]:
    """Pairs from–to: 2024年3月18日9时30分至10时40分, 2019年9月10日至12日; the second may leave parts out."""
    for first in find_dates(text):
        match = _UNTIL.match(text[first.end :])
        if not match or not (match[3] or match[5] or match[7]):
            continue
        year = _year(match[1]) if match[1] else first.day.year
        month = parse_number(match[2]) if match[2] else first.day.month
        day = parse_number(match[3]) if match[3] else first.day.day
        whole = _day(year, month, day)
        if whole:
            clock = _clock(match.groups()[3:])
            yield first, Moment(first.end + 1, first.end + match.end(), whole, clock)


def _long(match: re.Match[str]) -> Moment | None:
    day = _day(_year(match[1]), parse_number(match[2]), parse_number(match[3]))
    certain = match[1].isdigit() or len(match[1]) == 4
    return Moment(match.start(), match.end(), day, _clock(match.groups()[3:]), certain) if day else None


def _short(match: re.Match[str]) -> Moment | None:
    day = _day(int(match[1]), int(match[3]), int(match[4]))
    return Moment(match.start(), match.end(), day, _clock(match.groups()[4:])) if day else None


def _year(text: str) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text)
    for zero in _ZERO:
        text = text.replace(zero, "〇")
    if len(text) == 3:  # 二二三年: the round zero was not read
        text = text[0] + "〇" + text[1:]
    year = parse_number(
        "".join("〇一二三四五六七八九"[int(char)] if char in "123456789" else char for char in text)
    )
    return year if year and 1900 <= year <= 2199 else None


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    if not year or not month or not day:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(groups: tuple[str | None, ...]) -> time | None:
    half, hour, minute, hour24, minute24, second = groups[:6]
    try:
        if hour is None and hour24 is None:
            return None
        value = int(hour24) if hour24 else parse_number(hour or "") or 0
        late = half in ("下午", "晚", "晚上") and value < 12
        minutes = int(minute24 or 0) if hour24 else parse_number(minute or "0") or 0
        return time(value + 12 * late, minutes, int(second or 0))
    except ValueError:
        return None


_BLANK = re.compile(r"(?<![0-9〇零○一二三四五六七八九])[\s_　]*年[\s_　]*(?:[0-9]{1,2})?[\s_　]*月[\s_　]*日")


def blank_date(raw: str) -> bool:
    """Whether ``raw`` is a date line left blank (　　年　　月　　日)."""
    return bool(_BLANK.search(raw)) and not find_dates("".join(raw.split()))


_TERM = re.compile(
    r"(?<![第0-9])([0-9]{1,4}|[一二三四五六七八九十百两]{1,5})(?:个)?(工作日|日|天|个月|月|年)(?:之?内|以内|前)?"
)


def find_terms(text: str) -> list[tuple[int, str, int]]:
    """Terms such as 十五日内 or 六个月内: (number, unit 日|工作日|月|年, place)."""
    terms = []
    for match in _TERM.finditer(text):
        number = parse_number(match[1])
        if number:
            unit = {"天": "日", "个月": "月"}.get(match[2], match[2])
            terms.append((number, unit, match.start()))
    return terms
