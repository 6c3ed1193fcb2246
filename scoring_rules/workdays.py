"""Working days by the State Council's notices.

``calendar/*.yaml`` holds, per year, the number of the notice, the weekdays that are off and the
weekend days worked in exchange. A year without a notice is unknown: it is never guessed from the
weekday. Counts are cumulative, so that a number of working days is one subtraction.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from .home import ROOT
from .source import PackError, load_plain

FOLDER = ROOT / "calendar"


class WorkCalendar:
    """Working days of an unbroken run of years."""

    def __init__(self, years: Mapping[int, tuple[Iterable[date], Iterable[date]]]) -> None:
        self.years = tuple(sorted(years))
        self.first = date(self.years[0], 1, 1) if self.years else date.max
        last = self.years[0] if self.years else 0
        while last + 1 in years:
            last += 1
        self.last = date(last, 12, 31) if self.years else date.min
        off = {day for pair in years.values() for day in pair[0]}
        worked = {day for pair in years.values() for day in pair[1]}
        self.days: list[date] = []
        day = self.first
        while day <= self.last:
            if day in worked or (day.weekday() < 5 and day not in off):
                self.days.append(day)
            day += timedelta(days=1)
        self.base = self.first.toordinal()
        self.counts: list[int] = []
        total, index = 0, 0
        for ordinal in range(self.base, self.last.toordinal() + 1) if self.years else ():
            if index < len(self.days) and self.days[index].toordinal() == ordinal:
                total, index = total + 1, index + 1
            self.counts.append(total)

    def covers(self, day: date) -> bool:
        """Whether the notice for the day's year is on record."""
        return self.first <= day <= self.last

    def is_working(self, day: date) -> bool | None:
        if not self.covers(day):
            return None
        at = bisect_left(self.days, day)
        return at < len(self.days) and self.days[at] == day

    def between(self, start: date, end: date) -> int | None:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if not (self.covers(start) and self.covers(end)):
            return None
        return self.counts[end.toordinal() - self.base] - self.counts[start.toordinal() - self.base]

    def add(self, start: date, count: int) -> date | None:
        """The ``count``-th working day after ``start``; ``start`` itself for 0."""
        if not self.covers(start) or count < 0:
            return None
        if count == 0:
            return start
        at = self.counts[start.toordinal() - self.base] + count - 1
        return self.days[at] if at < len(self.days) else None

    def roll(self, day: date) -> date | None:
        if not self.covers(day):
            return None
        at = bisect_left(self.days, day)
        return self.days[at] if at < len(self.days) else None


def _years(where: str, data: Any) -> Iterable[tuple[int, tuple[list[date], list[date]]]]:
    entries = [data] if "year" in data else [dict(entry, year=year) for year, entry in data.items()]
    for entry in entries:
        if not {"year", "notice", "off", "work"} <= set(entry):
            raise PackError(
                where, f"日历条目缺键（有 {list(entry)}）", '写 year、notice、"off"、work，off 要加引号'
            )
        yield int(entry["year"]), (list(entry["off"] or ()), list(entry["work"] or ()))


@cache
def work_calendar() -> WorkCalendar:
    """The calendar of the repository. A file is one year (``year, notice, off, work``) or a mapping
    year → (``notice, off, work``)."""
    years: dict[int, tuple[list[date], list[date]]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        years.update(_years(path.name, load_plain(path) or {}))
    return WorkCalendar(years)
