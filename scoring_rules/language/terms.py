"""Dated periods: a number of calendar days, working days, months or years counted from a day.

The first day is never counted. A period of working days outside the calendar is unknown, but a
limit already kept in calendar days is kept, since working days are never more.
"""

from datetime import date
from typing import NamedTuple

from . import functions as f


class Period(NamedTuple):
    """A period in force on some day, with the date its value took effect and where that stands."""

    value: int
    unit: str
    since: date | None = None
    source: str = ""


def elapsed(start: date, end: date, term: Period) -> int | None:
    """Whole units of the term from ``start`` to ``end``."""
    if term.unit == "calendar_day":
        return f.days(start, end)
    if term.unit == "working_day":
        return f.wdays(start, end)
    return f.months(start, end) // (12 if term.unit == "year" else 1)


def term_end(start: date, term: Period) -> date | None:
    """The last day of the period."""
    if term.unit == "calendar_day":
        return f.add_days(start, term.value)
    if term.unit == "working_day":
        return f.add_wdays(start, term.value)
    return f.add_months(start, term.value * (12 if term.unit == "year" else 1))


def within(start: date, end: date, term: Period) -> bool | None:
    """``end`` comes before more units than the term's value have passed."""
    if term.unit == "working_day":
        if f.days(start, end) <= term.value:
            return True
        count = f.wdays(start, end)
        return None if count is None else count <= term.value
    last = term_end(start, term)
    return None if last is None else end <= last


def past(start: date, end: date, term: Period) -> bool | None:
    """``end`` is after the last day of the period that began on ``start``."""
    if term.unit == "working_day" and f.days(start, end) <= term.value:
        return False
    last = term_end(start, term)
    return None if last is None else end > last


def at_least(start: date, end: date, term: Period) -> bool | None:
    """At least the term's value of whole units lie between ``start`` and ``end``."""
    if term.unit == "working_day":
        if f.days(start, end) < term.value:
            return False
        count = f.wdays(start, end)
        return None if count is None else count >= term.value
    last = term_end(start, term)
    return None if last is None else end >= last


TERMS = {"elapsed": elapsed, "term_end": term_end, "within": within, "past": past, "at_least": at_least}
