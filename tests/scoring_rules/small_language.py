"""What the tests of the criteria share: a small vocabulary of their own and short ways to evaluate."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from scoring_rules.facts import FactSpec
from scoring_rules.language import Scope, Trace, View, parse
from scoring_rules.pack import Pack, load_pack
from scoring_rules.standard import Standard, load_standard

ROW = {
    "kind": FactSpec("records.kind", "text", "种类"),
    "date": FactSpec("records.date", "date", "日期"),
    "from": FactSpec("records.from", "datetime", "起"),
    "to": FactSpec("records.to", "datetime", "止"),
    "officers": FactSpec("records.officers", "int", "人数"),
    "signed": FactSpec("records.signed", "bool", "签名"),
    "paid": FactSpec("records.paid", "money", "金额"),
}
FACTS = {
    **{name: FactSpec(name, "bool", name) for name in ("p", "q", "s")},
    **{name: FactSpec(name, "date", name) for name in ("a", "b", "c")},
    **{name: FactSpec(name, "int", name) for name in ("i", "j")},
    "fine": FactSpec("fine", "money", "罚款"),
    "name": FactSpec("name", "text", "名称"),
    "other": FactSpec("other", "text", "另一名称"),
    "moment": FactSpec("moment", "datetime", "时刻"),
    "area": FactSpec("area", "decimal", "面积"),
    "step": FactSpec("step", "enum", "环节", values={"x": "甲", "y": "乙"}),
    "kinds": FactSpec("kinds", "set", "种类", values={"warning": "警告", "fine": "罚款"}),
    "records": FactSpec("records", "rows", "笔录", fields=ROW),
}
PARAMS = {
    "term": frozenset({"working_day"}),
    "span": frozenset({"calendar_day"}),
    "months_": frozenset({"month"}),
    "top": frozenset({"yuan"}),
}
SCOPE = Scope(
    {**FACTS, "as_of": FactSpec("as_of", "date", "基准日")}, PARAMS, frozenset({"decision", "notice"})
)


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The released rules."""
    return load_pack()


@pytest.fixture(scope="session")
def standard() -> Standard:
    """The default standard."""
    return load_standard()


@pytest.fixture(scope="session")
def value() -> Callable[..., Any]:
    """``value(source, facts, …)``: what an expression comes to."""

    def evaluate(source: str, facts: Mapping[str, Any] | None = None, **options: Any) -> Any:
        return traced(source, facts, **options).result

    return evaluate


def traced(source: str, facts: Mapping[str, Any] | None = None, *, documents: frozenset[str] = frozenset(),
           signed_off: bool = True, states: Mapping[str, str] | None = None, params: Mapping[str, Any] | None = None,
           expect: str | None = None) -> Trace:  # fmt: skip
    """The trace of an expression over the small vocabulary."""
    view = View(facts or {}, states or {}, documents, signed_off, date(2024, 6, 3))
    return Trace(parse(source, SCOPE, expect), view, params or {})
