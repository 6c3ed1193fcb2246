"""The drawn course of a case: its steps by date, terms kept or overrun, wrong order and gaps.

Pure: dates in, a picture's numbers out. The terms come from the rule pack (the law is written once, there).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from casefiles.course import NEEDED, ORDER, STEPS

IDLE_DAYS = 60
"""A stretch without any recorded step that is worth a question."""


@dataclass(frozen=True, slots=True)
class Term:
    """A period the law sets from one step to another: ``count`` of ``unit`` (calendar_day | working_day |
    month | year). ``at_least``: the second step must not come sooner. ``early``: it is the party's and may come
    before the first."""

    rule: str
    label: str
    start: str
    end: str
    count: int
    unit: str
    basis: str = ""
    at_least: bool = False
    early: bool = False

    @property
    def words(self) -> str:
        """How the term is said."""
        unit = {"calendar_day": "日", "working_day": "个工作日", "month": "个月", "year": "年"}[self.unit]
        return f"{'不少于' if self.at_least else '不超过'} {self.count} {unit}"

    def spent(self, used: int) -> str:
        """How a number of days used is said."""
        return f"{used} {'个工作日' if self.unit == 'working_day' else '日'}"


@dataclass(frozen=True, slots=True)
class Step:
    """A dated step; ``problems`` are the sentences shown in red beside it; ``x`` is 0–1000 on the axis."""

    fact: str
    label: str
    on: date
    x: int = 0
    problems: tuple[str, ...] = ()
    idle_before: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A term laid over the dates. ``late`` is ``None`` while it cannot be told (open or unknown calendar)."""

    term: Term
    start: date
    end: date | None
    due: date | None
    used: int | None
    late: bool | None
    x: int = 0
    x_due: int | None = None
    x_end: int | None = None

    @property
    def fault(self) -> str:
        """What is wrong with it, in a word; empty while nothing is."""
        if self.reversed:
            return "先后颠倒"
        return "" if not self.late else "间隔不足" if self.term.at_least else "超期"

    @property
    def spent(self) -> str:
        """How long the second step took, in words."""
        if self.end is None:
            return "尚未完成"
        if self.end < self.start:
            return f"早 {(self.start - self.end).days} 日"
        return f"用 {self.term.spent(self.used)}" if self.used is not None else "用时未定"

    @property
    def reversed(self) -> bool:
        """Whether the second step stands before the first where it may not."""
        return self.end is not None and self.end < self.start and not self.term.early


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the page draws; ``missing`` are labels of needed steps without a date."""

    steps: tuple[Step, ...] = ()
    spans: tuple[Span, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    first: date | None = None
    last: date | None = None
    ticks: tuple[tuple[int, str], ...] = field(default=())

    @property
    def red(self) -> int:
        """How many things are wrong: order, overruns and missing steps."""
        wrong = sum(len(step.problems) for step in self.steps)
        return wrong + sum(bool(span.fault) for span in self.spans) + len(self.missing)


class Calendar:
    """The two day counts a term needs; ``work`` gives ``None`` where the year has no notice yet."""

    def __init__(
        self,
        work: Callable[[date, date], int | None],
        add_work: Callable[[date, int], date | None],
    ) -> None:
        self.work = work
        self.add_work = add_work

    def used(self, term: Term, start: date, end: date) -> int | None:
        """Days from ``start`` (not counted) to ``end``: working days for such a term, else calendar days."""
        return self.work(start, end) if term.unit == "working_day" else (end - start).days

    def due(self, term: Term, start: date) -> date | None:
        """The last day of the term."""
        if term.unit == "working_day":
            return self.add_work(start, term.count)
        if term.unit == "calendar_day":
            return start + timedelta(days=term.count)
        return _add_months(start, term.count * (12 if term.unit == "year" else 1))


def _add_months(start: date, count: int) -> date:
    """The corresponding day of a later month, or that month's last day."""
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))


def build(
    case_kind: str,
    procedure: str | None,
    dates: Mapping[str, date],
    labels: Mapping[str, str],
    terms: Iterable[Term],
    calendar: Calendar,
    *,
    excluded: frozenset[str] = frozenset(),
    today: date | None = None,
) -> Timeline:
    """Lay the recorded dates out. ``excluded`` are facts known to be absent or not yet due (no gap)."""
    known = {name: dates[name] for name in STEPS.get(case_kind, STEPS["penalty"]) if name in dates}
    steps = _steps(known, labels)
    spans = [_span(term, known, calendar, today) for term in terms if term.start in known]
    missing = _missing(case_kind, procedure, known, excluded)
    if not steps:
        return Timeline(missing=tuple((name, labels.get(name, name)) for name in missing))
    ends = [span.due for span in spans if span.due] + [span.end for span in spans if span.end]
    first, last = steps[0].on, max([steps[-1].on, *ends])
    scale = _scale(first, last)
    return Timeline(
        steps=tuple(replace(step, x=scale(step.on)) for step in steps),
        spans=tuple(_placed(span, scale) for span in spans),
        missing=tuple((name, labels.get(name, name)) for name in missing),
        first=first,
        last=last,
        ticks=_ticks(first, last, scale),
    )


def wrong_order(dates: Mapping[str, date]) -> list[tuple[str, str, str, str]]:
    """The pairs of ``ORDER`` that stand the wrong way round: (earlier, later, rule, sentence)."""
    return [
        pair for pair in ORDER if pair[0] in dates and pair[1] in dates and dates[pair[0]] > dates[pair[1]]
    ]


def _steps(known: Mapping[str, date], labels: Mapping[str, str]) -> list[Step]:
    problems: dict[str, list[str]] = {}
    for earlier, later, rule, sentence in wrong_order(known):
        text = f"{sentence}（{known[later].isoformat()} 早于 {known[earlier].isoformat()}，规则 {rule}）"
        problems.setdefault(later, []).append(text)
    names = list(known)
    order = sorted(names, key=lambda name: (known[name], names.index(name)))
    steps: list[Step] = []
    for name in order:
        idle = (known[name] - steps[-1].on).days if steps else 0
        steps.append(
            Step(
                fact=name,
                label=labels.get(name, name),
                on=known[name],
                problems=tuple(problems.get(name, ())),
                idle_before=idle if idle > IDLE_DAYS else 0,
            )
        )
    return steps


def _span(term: Term, known: Mapping[str, date], calendar: Calendar, today: date | None) -> Span:
    start, end = known[term.start], known.get(term.end)
    due = calendar.due(term, start)
    until = end or today
    used = calendar.used(term, start, until) if until else None
    late: bool | None = None
    if term.at_least:
        late = used < term.count if used is not None and end else None
    elif until is not None and due is not None and (end is not None or until > due):
        late = until > due
    return Span(term=term, start=start, end=end, due=due, used=used, late=late)


def _placed(span: Span, scale: Callable[[date], int]) -> Span:
    return replace(
        span,
        x=scale(span.start),
        x_due=scale(span.due) if span.due else None,
        x_end=scale(span.end) if span.end else None,
    )


def _missing(
    case_kind: str, procedure: str | None, known: Mapping[str, date], excluded: frozenset[str]
) -> list[str]:
    needed = NEEDED.get(f"{case_kind}/{procedure}") or NEEDED.get(case_kind) or ()
    present = [place for place, name in enumerate(needed) if name in known]
    last = max(present, default=0)
    return [name for name in needed[:last] if name not in known and name not in excluded]


def _scale(first: date, last: date) -> Callable[[date], int]:
    width = max((last - first).days, 1)
    return lambda day: max(0, min(1000, round((day - first).days * 1000 / width)))


def _ticks(first: date, last: date, scale: Callable[[date], int]) -> tuple[tuple[int, str], ...]:
    """Month marks, thinned to at most nine."""
    months: list[date] = []
    month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while month <= last:
        months.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    every = max(1, -(-len(months) // 9))
    return tuple((scale(day), f"{day.year}年{day.month}月") for day in months[::every])
