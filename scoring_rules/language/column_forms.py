"""Column forms of dates, periods and aggregates, in polars."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from ..workdays import work_calendar

_EPOCH = 719_163


class _Polars:
    """The polars module: an extra (``anheng[bulk]``), imported when columns are first used."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(importlib.import_module("polars"), name)
        setattr(self, name, value)
        return value


pl: Any = _Polars()


def dtype_of(kind: str) -> Any:
    """The column type of a language type in machine form."""
    return {"bool": pl.Boolean, "text": pl.String, "date": pl.Int32}.get(kind, pl.Int64)


def _gather(values: Sequence[int], at: Any) -> Any:
    """``values[at]``, null where ``at`` lies outside."""
    inside = (at >= 0) & (at < len(values))
    return pl.when(inside).then(pl.lit(pl.Series(values, dtype=pl.Int32)).gather(at.clip(0, len(values) - 1)))


def _wdays(start: Any, end: Any) -> Any:
    calendar = work_calendar()
    return _gather(calendar.counts, end - calendar.base) - _gather(calendar.counts, start - calendar.base)


def _add_wdays(start: Any, count: Any) -> Any:
    calendar = work_calendar()
    ordinals = [day.toordinal() for day in calendar.days]
    last = _gather(ordinals, _gather(calendar.counts, start - calendar.base) + count - 1)
    known = start.is_between(calendar.base, calendar.base + len(calendar.counts) - 1)
    return pl.when(known & (count == 0)).then(start).when(count > 0).then(last)


def calendar_days(name: str, args: Sequence[Any], value: int) -> Any:
    if name == "term_end":
        return args[0] + value
    days = args[1] - args[0]
    return {"elapsed": days, "within": days <= value, "past": days > value, "at_least": days >= value}[name]


def working_days(name: str, args: Sequence[Any], value: int) -> Any:
    if name == "term_end":
        return _add_wdays(args[0], pl.lit(value))
    days, count = args[1] - args[0], _wdays(*args)
    if name == "elapsed":
        return count
    if name == "within":
        return (days <= value) | (count <= value)
    if name == "at_least":
        return (days >= value) & (count >= value)
    return (days > value) & (args[1] > _add_wdays(args[0], pl.lit(value)))


def _day_number(expr: Any) -> Any:
    return (expr - _EPOCH).cast(pl.Date)


NATIVE: dict[str, Callable[..., Any]] = {
    "days": lambda a, b: b - a,
    "wdays": lambda a, b: _wdays(a, b),
    "add_days": lambda a, count: a + count,
    "add_wdays": lambda a, count: _add_wdays(a, count),
    "year": lambda a: _day_number(a).dt.year(),
    "weekday": lambda a: (a - 1) % 7 + 1,
    "day": lambda a: a // 86_400,
    "minutes": lambda a, b: (b - a) // 60,
    "add_hours": lambda a, count: a + count * 3600,
    "at": lambda a, h, m: a.cast(pl.Int64) * 86_400 + h * 3600 + m * 60,
    "abs": lambda a: a.abs(),
    "milli": lambda a: a,
    "size": lambda a: a.bitwise_count_ones().cast(pl.Int64),
}


def aggregates(name: str) -> list[Any]:
    test, value = pl.col("test"), pl.col("value")
    if name in ("all", "any", "failing_all", "failing_any"):
        wanted = name.endswith("any")
        hit = (value == wanted).fill_null(False)
        sure = test.fill_null(False)
        return [
            (sure & hit).sum().alias("bad"),
            (value.is_null() | (test.is_null() & hit)).any().alias("open"),
        ]
    last = {"first": value.first(), "earliest": value.min(), "latest": value.max(), "total": value.sum(),
            "distinct": value.n_unique(), "count": pl.len()}[name]  # fmt: skip
    opens = test.first().is_null() if name == "first" else test.is_null().any()
    if name not in ("first", "count"):
        opens = opens | value.is_null().any()
    if name in ("count", "distinct"):
        last = last.cast(pl.Int64)
    return [last.alias("last"), opens.alias("open")]


def result_of(name: str) -> Any:
    opens = pl.col("open").fill_null(False)
    if name in ("all", "any"):
        wanted = name == "any"
        return pl.when(pl.col("bad").fill_null(0) > 0).then(wanted).when(~opens).then(not wanted)
    if name.startswith("failing"):
        return pl.col("bad").fill_null(0)
    empty = pl.col("last").fill_null(0) if name in ("count", "total", "distinct") else pl.col("last")
    return pl.when(~opens).then(empty)
