"""The named functions and periods over machine values (dates as day numbers)."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any

from ..lawbook import law_register
from ..workdays import work_calendar
from .functions import FUNCTIONS
from .terms import TERMS, Period

# Days, law names and headings recur from case to case; what was worked out lately is kept.
_remembered = lru_cache(maxsize=1 << 16)


@cache
def adapted(name: str) -> Callable[..., Any]:
    """A named function that takes and gives day numbers for dates."""
    if name == "wdays":
        return wdays
    function = FUNCTIONS[name]
    takes = tuple(kind == "date" for kind in function.args)
    if not any(takes) and function.result != "date":
        return _remembered(function.call)

    def call(*args: Any) -> Any:
        given = [date.fromordinal(arg) if is_date else arg for arg, is_date in zip(args, takes, strict=True)]
        result = function.call(*given)
        return result.toordinal() if function.result == "date" and result is not None else result

    return _remembered(call)


def wdays(start: int, end: int) -> int | None:
    """Working days between two day numbers; unknown outside the calendar."""
    calendar = work_calendar()
    base, counts = calendar.base, calendar.counts
    one, two, size = start - base, end - base, len(counts)
    if not (0 <= one < size and 0 <= two < size):
        return None
    return counts[two] - counts[one]


def worked(day: int) -> int | None:
    """Working days from the calendar's first day up to a day; unknown outside the calendar."""
    calendar = work_calendar()
    at = day - calendar.base
    return calendar.counts[at] if 0 <= at < len(calendar.counts) else None


class _LawTurns:
    """The days on which a registered law changed its text; between two of them, what is asked of laws has one
    answer. ``values`` holds them after a day before all."""

    @cached_property
    def values(self) -> tuple[int, ...]:
        texts = [text for law in law_register().laws for text in law.texts]
        days = {text.start.toordinal() for text in texts if text.start}
        return (1, *sorted(days | {text.end.toordinal() + 1 for text in texts if text.end}))


LAW_TURNS = _LawTurns()


def law_turn(day: int) -> int:
    """The place among the turns of the last one that a day does not precede."""
    return bisect_right(LAW_TURNS.values, day) - 1


@cache
def adapted_term(name: str) -> Callable[..., Any]:
    """A period function over day numbers."""
    term: Callable[..., Any] = TERMS[name]  # type: ignore[assignment]

    def call(*args: Any) -> Any:
        *days, period = args
        if period.unit == "working_day" and name in ("within", "at_least"):
            return _count(name, days[0], days[1], period)
        result = term(*(date.fromordinal(day) for day in days), period)
        return result.toordinal() if name == "term_end" and result is not None else result

    return _remembered(call)


def _count(name: str, start: int, end: int, period: Period) -> bool | None:
    if name == "within" and end - start <= period.value:
        return True
    if name == "at_least" and end - start < period.value:
        return False
    count = wdays(start, end)
    if count is None:
        return None
    return count <= period.value if name == "within" else count >= period.value
