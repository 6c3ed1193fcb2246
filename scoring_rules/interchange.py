"""Cases as lines of JSON: ``{"case", "facts", "documents", "inventory_signed_off", "as_of"}``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from .facts import CaseInput, Fact, FactError, decode, encode, vocabulary
from .rules import RuleTest

NO_DATE = date(2026, 1, 1)


def case_from(data: Mapping[str, Any]) -> CaseInput:
    """A case from its interchange form. A fact is its plain value, or an envelope with ``state``; facts the
    vocabulary does not know are refused. Without ``as_of`` the latest date in the facts counts."""
    facts = {name: _fact(name, value) for name, value in data.get("facts", {}).items()}
    as_of = data.get("as_of")
    return CaseInput(
        case=str(data.get("case", "")),
        facts=facts,
        documents=frozenset(data.get("documents", ())),
        inventory_signed_off=bool(data.get("inventory_signed_off", False)),
        as_of=date.fromisoformat(as_of) if as_of else latest_date(fact.value for fact in facts.values()),
    )


def _fact(name: str, value: Any) -> Fact:
    spec = vocabulary().get(name)
    if spec is None:
        raise FactError(f"事实 {name} 不在事实词表中")
    if type(value) is dict and "state" in value:
        return Fact(value=decode(spec, value.get("value")), state=value["state"])
    return Fact(value=decode(spec, value)) if value is not None else Fact(state="unrecorded")


def case_to(case: CaseInput) -> dict[str, Any]:
    """The interchange form of a case; the inverse of ``case_from``."""
    facts: dict[str, Any] = {}
    for name, fact in case.facts.items():
        value = encode(vocabulary()[name], fact.value)
        facts[name] = value if fact.state == "recorded" else {"state": fact.state, "value": value}
    return {"case": case.case, "facts": facts, "documents": sorted(case.documents),
            "inventory_signed_off": case.inventory_signed_off, "as_of": case.as_of.isoformat()}  # fmt: skip


def latest_date(values: Iterable[Any]) -> date:
    """The latest date among values, in rows too; a fixed day where there is none."""
    return max(_dates(values), default=NO_DATE)


def _dates(values: Iterable[Any]) -> Iterator[date]:
    for value in values:
        if isinstance(value, datetime):
            yield value.date()
        elif isinstance(value, date):
            yield value
        elif isinstance(value, tuple):
            for row in value:
                yield from _dates(row.values()) if isinstance(row, dict) else ()


def case_of_line(line: str, place: str) -> CaseInput | None:
    """The case of a line of JSON, ``None`` for an empty line; an error names the place."""
    if not line.strip():
        return None
    try:
        return case_from(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise FactError(f"{place}：{error}") from error


def case_of(test: RuleTest) -> CaseInput:
    """The case a rule test states; its day for open terms defaults to the latest date in it."""
    facts = {name: Fact(value=value) for name, value in test.facts.items()}
    for name, state in test.states.items():
        facts[name] = Fact(state=state)
    as_of = test.as_of or latest_date(test.facts.values())
    return CaseInput(test.name, facts, frozenset(test.documents), test.signed_off, as_of)
