"""The named functions of the rule language, in scalar form.

Each takes known values and returns a value or ``None`` (unknown): the evaluators call it only when
every argument is known. A function is part of the language version; changing what one returns means
raising ``LANGUAGE`` in ``language/__init__``.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from ..lawbook import law_register
from ..workdays import work_calendar


@dataclass(frozen=True, slots=True)
class Function:
    """Signature and scalar form: ``args`` are accepted types (``number`` = int or money, ``any``)."""

    name: str
    args: tuple[str, ...]
    result: str
    call: Callable[..., Any]
    help: str


def plain(text: str) -> str:
    """Text as the language compares it: NFKC, trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


_BRACKETS = str.maketrans("〔〕［］【】﹝﹞（）「」『』《》〈〉", '[][][][]()""""<><>')


def same_form(text: str) -> str:
    """Text for ``same``: NFKC, no blanks, every bracket in one form."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split()).translate(_BRACKETS)


def days(start: date, end: date) -> int:
    """Calendar days from ``start`` to ``end``; the first day is not counted."""
    return (end - start).days


def wdays(start: date, end: date) -> int | None:
    """Working days from ``start`` to ``end``, the first not counted; unknown outside the calendar."""
    return work_calendar().between(start, end)


def add_days(start: date, count: int) -> date | None:
    try:
        return start + timedelta(days=count)
    except OverflowError:
        return None


def add_wdays(start: date, count: int) -> date | None:
    """The day on which the ``count``-th working day after ``start`` falls."""
    return work_calendar().add(start, count)


def add_months(start: date, count: int) -> date | None:
    """The corresponding day ``count`` months on; the month's last day where there is none."""
    month = start.year * 12 + start.month - 1 + count
    year, index = divmod(month, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, index + 1, min(start.day, monthrange(year, index + 1)[1]))


def add_years(start: date, count: int) -> date | None:
    return add_months(start, count * 12)


def months(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end`` (0 when ``end`` is earlier)."""
    count = max(0, (end.year - start.year) * 12 + end.month - start.month)
    while count and (add_months(start, count) or date.max) > end:
        count -= 1
    return count


def roll(day: date) -> date | None:
    """The day itself, or the next working day when it is a day of rest."""
    return work_calendar().roll(day)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(unicodedata.normalize("NFKC", pattern))


def matches(text: str, pattern: str) -> bool:
    return _pattern(pattern).search(plain(text)) is not None


def law_is(name: str, wanted: str) -> bool:
    """Whether a law's name as cited means the law ``wanted`` (full name, short name, alias or id)."""
    return law_register().same(name, wanted)


def law_text(name: str, day: date) -> str | None:
    """The text version of a law in force on a day (``"2021"``); unknown for a law not registered."""
    return law_register().text_on(name, day)


def article_exists(name: str, article: int, day: date) -> bool | None:
    """Whether the text in force on ``day`` has that article; unknown for a law not registered."""
    return law_register().has_article(name, article, day)


def law_known(name: str) -> bool:
    return law_register().find(name) is not None


_ALL = (
    Function("days", ("date", "date"), "int", days, "a 到 b 的自然日数（首日不计）"),
    Function("wdays", ("date", "date"), "int", wdays, "a 到 b 的工作日数（首日不计）；无日历年份为未知"),
    Function("months", ("date", "date"), "int", months, "a 到 b 的整月数"),
    Function("add_days", ("date", "int"), "date", add_days, "d 之后第 n 个自然日"),
    Function("add_wdays", ("date", "int"), "date", add_wdays, "d 之后第 n 个工作日"),
    Function("add_months", ("date", "int"), "date", add_months, "d 之后第 n 个月的对应日"),
    Function("add_years", ("date", "int"), "date", add_years, "d 之后第 n 年的对应日"),
    Function("roll", ("date",), "date", roll, "逢休息日顺延到下一工作日"),
    Function("day", ("datetime",), "date", lambda t: t.date(), "时刻所在日"),
    Function(
        "minutes",
        ("datetime", "datetime"),
        "int",
        lambda a, b: int((b - a).total_seconds() // 60),
        "两个时刻相隔的分钟数（可为负）",
    ),
    Function(
        "add_hours", ("datetime", "int"), "datetime", lambda t, n: t + timedelta(hours=n), "时刻之后 n 小时"
    ),
    Function(
        "at",
        ("date", "int", "int"),
        "datetime",
        lambda d, h, m: datetime.combine(d, time(h, m)),
        "某日某时某分",
    ),
    Function("year", ("date",), "int", lambda d: d.year, "年份"),
    Function("weekday", ("date",), "int", lambda d: d.isoweekday(), "星期几（1–7）"),
    Function("workday", ("date",), "bool", lambda d: work_calendar().is_working(d), "是否工作日"),
    Function("abs", ("number",), "int", abs, "绝对值"),
    Function("milli", ("decimal",), "int", lambda v: int(v * 1000), "小数乘以一千后取整（面积、比率）"),
    Function("size", ("set",), "int", len, "集合的个数"),
    Function("length", ("text",), "int", lambda t: len(plain(t)), "字数"),
    Function("matches", ("text", "pattern"), "bool", matches, "文字符合正则（受限写法）"),
    Function("contains", ("text", "text"), "bool", lambda t, p: plain(p) in plain(t), "文字含有"),
    Function("starts", ("text", "text"), "bool", lambda t, p: plain(t).startswith(plain(p)), "文字以…开头"),
    Function("ends", ("text", "text"), "bool", lambda t, p: plain(t).endswith(plain(p)), "文字以…结尾"),
    Function(
        "same",
        ("text", "text"),
        "bool",
        lambda a, b: same_form(a) == same_form(b),
        "同一文字（不计空格、全半角、括号形式）",
    ),
    Function("law_is", ("text", "text"), "bool", law_is, "引用的法名即某法"),
    Function("law_known", ("text",), "bool", law_known, "法律登记簿中有此法"),
    Function("law_text", ("text", "date"), "text", law_text, "某日有效的文本版本"),
    Function("article_exists", ("text", "int", "date"), "bool", article_exists, "某日有效文本中有该条"),
)

FUNCTIONS = {function.name: function for function in _ALL}
