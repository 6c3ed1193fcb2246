"""What a rule is, once its file has been read: plain immutable records.

One rule stands in one file (``packs/<subject>/rules/*.yaml``): the clause of law it checks and when
that was in force, the facts it asks, what to tell the office, and its own tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from .language import Expr, Period

VERDICTS = ("met", "breached", "undetermined", "not_applicable")
SYSTEMS = {
    "disclosure": "行政执法公示",
    "recording": "执法全过程记录",
    "legal_review": "重大执法决定法制审核",
    "substance": "实体",
    "procedure": "程序",
    "documents": "文书",
    "archive": "归档",
}
PERIOD_UNITS = ("calendar_day", "working_day", "month", "year")
UNITS = {
    "calendar_day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
    "yuan": "元",
    "count": "",
    "permille": "‰",
    "codes": "",
    "flag": "",
    "text": "",
}


class Basis(NamedTuple):
    """A clause in one text of a law, with the days on which it was in force (ends included)."""

    law: str
    text: str
    article: int | None
    paragraph: int | None
    item: int | None
    start: date | None
    end: date | None
    source: str = ""
    confirmed: bool = True

    def holds(self, day: date) -> bool:
        """Whether the clause was in force on a day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


Spans = tuple[tuple[date, date], ...]
ALWAYS: Spans = ((date.min, date.max),)


def in_force(basis: Iterable[Basis]) -> Spans:
    """The days on which any of the clauses is in force, as few spans as cover them: successive versions of a
    law are one."""
    spans: list[tuple[date, date]] = []
    for start, end in sorted((b.start or date.min, b.end or date.max) for b in basis):
        if spans and start.toordinal() <= spans[-1][1].toordinal() + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return tuple(spans)


class Value(NamedTuple):
    """One dated value of a parameter; ``value`` in computing form, ``None`` where none is set."""

    since: date | None
    value: Any
    unit: str
    source: str


class Param(NamedTuple):
    """A parameter with its values by date; ``select_by`` overrides the rule's own."""

    name: str
    unit: str
    values: tuple[Value, ...]
    select_by: tuple[str, ...] = ()

    def on(self, day: date) -> Value | None:
        """The value in force on a day."""
        best = None
        for entry in self.values:
            if entry.since is None or entry.since <= day:
                best = entry
        return best

    def bind(self, day: date | None) -> Any:
        """The value as expressions read it: a ``Period`` for terms, a plain value otherwise."""
        if day is None:
            only = self.values[0] if len(self.values) == 1 and self.values[0].since is None else None
        else:
            only = self.on(day)
        if only is None or only.value is None:
            return None
        if only.unit in PERIOD_UNITS:
            return Period(only.value, only.unit, only.since, only.source)
        return only.value


class Check(NamedTuple):
    """One thing asked: a whole rule, or one limb of it (``id`` empty for a rule without limbs).

    ``basis`` and ``select_by`` are those that apply to it, its own or the rule's; ``confirmed``: its
    reading of the law was checked against the official text.
    """

    id: str
    title: str
    basis: tuple[Basis, ...]
    select_by: tuple[str, ...]
    params: Mapping[str, Param]
    when: Expr | None
    require: Expr | None
    ask: str | None
    where: tuple[str, ...]
    message: str
    show: Mapping[str, Expr]
    fix: str
    curable: bool | None
    occurrences: Expr | None
    confirmed: bool = True


class RuleTest(NamedTuple):
    """A case stated in the rule file and the verdicts it must give, by limb (``rule`` for the whole)."""

    name: str
    facts: Mapping[str, Any]
    states: Mapping[str, str]
    documents: tuple[str, ...]
    signed_off: bool
    as_of: date | None
    expect: Mapping[str, str]
    occurrences: int | None
    says: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """A rule: ``when`` and in-force dates gate its checks. ``kinds`` are the documents where it looks.
    Each is itself and equal to no other, so that what is made of it can be kept by it.

    ``history`` tells what changed in which version of the pack. ``stage`` is ``case`` or ``result``
    (evaluated after scoring, on facts the grading fills in).
    """

    id: str
    title: str
    pack: str
    version: str
    system: str
    status: str
    confirmed: bool
    stage: str
    basis: tuple[Basis, ...]
    select_by: tuple[str, ...]
    when: Expr | None
    checks: tuple[Check, ...]
    kinds: tuple[str, ...]
    tests: Sequence[RuleTest]
    file: str
    note: str = ""
    history: tuple[tuple[str, str], ...] = ()
