"""Every form of the language over columns gives what the trace gives, on random cases."""

from datetime import date, datetime
from random import Random
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("polars")

from scoring_rules.chunks import Loader
from scoring_rules.facts import CaseInput, Fact
from scoring_rules.language import Period, parse
from scoring_rules.language.column_forms import RUNTIME, unpack
from scoring_rules.language.columns import Columns
from scoring_rules.language.machine import encode_case, layout
from scoring_rules.language.planes import ONE, ZERO, Lines

from .small_language import FACTS, SCOPE, traced

PARAMS = {
    "term": Period(5, "working_day"),
    "span": Period(5, "calendar_day"),
    "months_": Period(1, "month"),
    "top": 300,
}
EXPRESSIONS = [
    "p and not q or s", "p == q", "p != q", "p if q else s", "a < b", "a <= b", "a == b", "a != c", "b > a",
    "(a if p else b) < c", "(name if p else other) == 'x'", "fine * 2 - i <= top * j", "i in (1, 2)", "i not in (1, 2)",
    "name == other", "name != 'x'", "'x' == name", "same(name, other)", "same(name, 'X')", "matches(name, '^x')",
    "contains(name, other)", "starts(name, 'x')", "ends(other, 'y')", "length(name) > 1", "step == 'x'", "step in ('x', 'y')",
    "'fine' in kinds", "kinds <= {'fine'}", "{'fine'} <= kinds", "kinds == {'warning', 'fine'}", "size(kinds) > 1",
    "days(a, b) > 3", "wdays(a, b) > 2", "months(a, b) >= 1", "add_days(a, 3) <= b", "add_wdays(a, 3) <= b",
    "add_months(a, 1) <= b", "roll(a) == a", "workday(a)", "weekday(a) == 1", "year(a) == 2024", "min(a, b) < c",
    "max(i, j) == i", "abs(i - j) > 1", "day(moment) == a", "at(a, 9, 30) < moment", "add_hours(moment, 24) > at(b, 0, 0)",
    "milli(area) >= 1500", "within(a, b, term)", "past(a, b, term)", "at_least(a, b, term)", "elapsed(a, b, term) == 2",
    "term_end(a, term) < b", "within(a, b, span)", "past(a, b, span)", "at_least(a, b, span)", "elapsed(a, b, span) == 2",
    "within(a, b, months_)", "past(a, b, months_)", "at_least(a, b, months_)", "elapsed(a, b, months_) == 1",
    "has('decision')", "has_any('decision', 'notice')", "has_all('decision', 'notice')", "known(a)", "known(kinds)",
    "known(records)", "known(p)", "absent(a)", "reached(a)", "as_of > a",
    "all(r.signed for r in records)", "any(r.signed for r in records if r.kind == 'x')",
    "all(r.date <= b for r in records if r.officers > 1)", "count(r for r in records if r.signed) > 1",
    "first(r.date for r in records if r.signed) < b", "first(r.kind for r in records) == 'x'",
    "earliest(r.date for r in records) < a", "latest(r.date for r in records if r.signed) < b",
    "total(r.paid for r in records) > 200", "distinct(r.kind for r in records) == 2",
    "all(not any(o.kind == r.kind and o.date != r.date for o in records) for r in records)",
    "any(index(r) > 0 and r.signed for r in records)", "all(r.kind == name for r in records)",
]  # fmt: skip


def some(rng: Random, *values: Any) -> Any:
    return None if rng.random() < 0.2 else rng.choice(values)


def a_day(rng: Random) -> date | None:
    days = [date(2024, 5, day) for day in range(1, 13)]
    return some(rng, *days, date(2024, 6, 3), date(1999, 5, 4), date(2060, 1, 2))


def a_case(rng: Random) -> dict[str, Any]:
    def row() -> dict[str, Any]:
        return {
            "kind": some(rng, "x", "y"), "date": a_day(rng), "officers": some(rng, 1, 2), "signed": some(rng, True, False),
            "paid": some(rng, 100, 200),
        }  # fmt: skip

    values = {
        **{name: some(rng, True, False) for name in ("p", "q", "s")}, **{name: a_day(rng) for name in ("a", "b", "c")},
        "i": some(rng, 0, 1, 2, 300), "j": some(rng, 0, 1, 2), "fine": some(rng, 100, 300, 100_000_000),
        "name": some(rng, "x", "ｘ ", "xy", "〔y〕"), "other": some(rng, "x", "y", "[y]"), "step": some(rng, "x", "y"),
        "kinds": some(rng, frozenset(), frozenset({"fine"}), frozenset({"fine", "warning"})),
        "moment": some(rng, datetime(2024, 5, 3, 9, 30), datetime(2024, 5, 6, 9, 31)), "area": some(rng, 1, 2),
        "records": None if rng.random() < 0.1 else tuple(row() for _ in range(rng.randint(0, 4))),
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_columns_give_what_the_trace_gives(source):
    rng = Random(source)
    expr = parse(source, SCOPE)
    plan = layout([expr.root], [], FACTS)
    lines = Lines()
    columns = Columns(lines, {})
    columns.bind({name: [(ONE, value)] for name, value in PARAMS.items()})
    found = columns.pair(expr.root)
    body = "\n    ".join(lines.body(found))
    space: dict[str, Any] = {**RUNTIME, **columns.constants, "ONE": True, "ZERO": False}
    exec(f"def judge(c):\n    {body}\n    return {found.yes}, {found.no}", space)
    states = ("recorded", "confirmed_absent", "unrecorded", "not_yet")
    facts = [a_case(rng) for _ in range(300)]
    marks = [{"a": "recorded" if "a" in values else rng.choice(states[1:])} for values in facts]
    papers = [frozenset(rng.sample(("decision", "notice"), rng.randint(0, 2))) for _ in facts]
    signed = [rng.random() < 0.5 for _ in facts]
    cases = [
        CaseInput(
            "", {name: Fact(value=value) for name, value in values.items()}, kinds, done, date(2024, 6, 3)
        )
        for values, kinds, done in zip(facts, papers, signed, strict=True)
    ]
    rows = [
        encode_case(plan, case, values, own) for case, values, own in zip(cases, facts, marks, strict=True)
    ]
    (chunk,) = Loader(plan, lines.inputs, columns.seeds).load(rows)
    yes, no = (
        [False] * 300 if name == ZERO else [True] * 300 if name == ONE else unpack(plane)[:300].tolist()
        for name, plane in zip(found, space["judge"](chunk), strict=True)
    )
    got = [True if sure else False if never else None for sure, never in zip(yes, no, strict=True)]
    want = [
        traced(source, values, documents=kinds, signed_off=done, states=own, params=PARAMS).result
        for values, kinds, done, own in zip(facts, papers, signed, marks, strict=True)
    ]
    assert got == want
    assert not any(sure and never for sure, never in zip(yes, no, strict=True))
