"""What a rule file must have beyond its form: clauses that stand in the texts they name, on the days those
were in force, texts that follow each other without gap or overlap, and tests for every verdict and for
the first day of every version and the day before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from .lawbook import law_register
from .rules import Basis, Check, Rule, RuleTest

LABELS = {"met": "符合", "breached": "不符合", "undetermined": "证据缺失", "not_applicable": "不适用"}
_DAY = timedelta(days=1)
Span = tuple[date, date]


class Fault(NamedTuple):
    """What is wrong under ``keys`` of the file, with its remedy."""

    keys: tuple[Any, ...]
    what: str
    remedy: str


def clause_faults(keys: tuple[Any, ...], basis: Sequence[Basis]) -> Iterable[Fault]:
    """Clauses that do not stand in the register, or texts of one law that leave a gap or overlap."""
    for at, clause in enumerate(basis):
        law = law_register().find(clause.law)
        text = next((t for t in law.texts if t.text == clause.text), None) if law else None
        here = (*keys, at)
        if law is None or text is None:
            yield Fault(here, f"法律登记簿没有 {clause.law}（{clause.text}）", "核对法名和文本，或先登记")
            continue
        if clause.article and text.articles and not 1 <= clause.article <= text.articles:
            yield Fault(
                (*here, "article"), f"{clause.law}（{clause.text}）没有第 {clause.article} 条", "核对条号"
            )
        early = text.start and (clause.start is None or clause.start < text.start)
        late = text.end and (clause.end is None or clause.end > text.end)
        if early or late:
            span = f"{text.start or '始终'} 至 {text.end or '今'}"
            yield Fault(
                (*here, "in_force"), f"超出 {clause.law}（{clause.text}）的施行期间（{span}）", "改在其内"
            )
    by_law: dict[str, dict[str, list[tuple[Span, int]]]] = {}
    for at, clause in enumerate(basis):
        by_law.setdefault(clause.law, {}).setdefault(clause.text, []).append((_span(clause), at))
    for law_name, texts in by_law.items():
        runs = sorted(
            (min(s[0] for s, _ in held), max(s[1] for s, _ in held), held[0][1]) for held in texts.values()
        )
        for (_, end, _), (start, _, at) in pairwise(runs):
            if end == date.max or start > end + _DAY or start <= end:
                what = "重叠" if start <= end else "间断"
                yield Fault(
                    (*keys, at, "in_force"),
                    f"{law_name}两个文本的施行日期{what}",
                    "后一文本自前一文本止日的次日起",
                )


def _span(clause: Basis) -> Span:
    return (clause.start or date.min, clause.end or date.max)


def spans_of(basis: Iterable[Basis]) -> list[Span]:
    """The days on which any of the clauses is in force, as few spans as cover them."""
    spans: list[Span] = []
    for start, end in sorted(map(_span, basis)):
        if spans and (spans[-1][1] == date.max or start <= spans[-1][1] + _DAY):
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans


def rule_faults(rule: Rule) -> Iterable[Fault]:
    """Parameters without a value on the first days of a check; verdicts that no test shows; days on which
    a check begins or ends, or a parameter changes, that no test stands on."""
    for check in rule.checks:
        first = spans_of(check.basis)[0][0]
        for param in check.params.values():
            since = param.values[0].since
            if not param.select_by and since is not None and since > first:
                what = f"参数 {param.name} 自 {since} 起才有值，依据自 {first} 起施行，中间间断"
                yield Fault(("params", param.name), what, "补上此前的值，没有的写 value: null")
    shown = {verdict for test in rule.tests for verdict in test.expect.values()}
    wanted = ["undetermined", *(["not_applicable"] if rule.when is not None else [])]
    if any(check.require is not None for check in rule.checks):
        wanted += ["met", "breached"]
    for verdict in wanted:
        if verdict not in shown:
            yield Fault(
                ("tests",), f"缺少结论为“{LABELS[verdict]}”的测试", f"补一个 expect: {verdict} 的例子"
            )
    for (select_by, day), limb in boundaries(rule).items():
        days = {_day(select_by, test) for test in rule.tests}
        for wanted_day, name in ((day, "首日"), (day - _DAY, "前一日")):
            if wanted_day not in days:
                where = f"限肢 {limb} " if limb else ""
                names = "、".join(select_by)
                what = f"{where}自 {day} 起有变化，缺少{name}（{names} 为 {wanted_day}）的测试"
                yield Fault(("tests",), what, "补上这一天的例子")


def boundaries(rule: Rule) -> Mapping[tuple[tuple[str, ...], date], str]:
    """The first days on which a check comes to apply, ceases to, or has another parameter, by the dates
    that select them, with the limb."""
    found: dict[tuple[tuple[str, ...], date], str] = {}
    for check in rule.checks:
        for select_by, day in _changes(check):
            if select_by:  # what the day of review selects is no date of a case
                found.setdefault((select_by, day), check.id)
    return found


def _changes(check: Check) -> Iterable[tuple[tuple[str, ...], date]]:
    for start, end in spans_of(check.basis):
        if start != date.min:
            yield check.select_by, start
        if end != date.max:
            yield check.select_by, end + _DAY
    for param in check.params.values():
        for value in param.values:
            if value.since is not None:
                yield param.select_by or check.select_by, value.since


def _day(select_by: tuple[str, ...], test: RuleTest) -> date | None:
    for name in select_by:
        day: date | None = test.as_of if name == "as_of" else test.facts.get(name)
        if day is not None:
            return day
    return None
