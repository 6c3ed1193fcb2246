"""Rules as the rule book shows them: the list of the contract, and one page per rule."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from .citation import cite
from .facts import FactSpec, document_kinds, encode, vocabulary
from .interchange import case_of
from .judge import judge, view_of
from .language import show
from .language.nodes import FactRef, Has, Node, Rows, walk
from .rule_file import scope_facts
from .rules import PERIOD_UNITS, SYSTEMS, VERDICTS, Basis, Check, Param, Rule, RuleTest
from .standard import Price, Standard
from .wording import code_label, expression_words, marks, message_words, value_words


def rule_entry(rule: Rule, standard: Standard | None = None) -> dict[str, Any]:
    """One entry of ``anheng rules list --json``; with a standard also its points, cap and veto."""
    entry: dict[str, Any] = {
        "id": rule.id,
        "title": rule.title,
        "pack": rule.pack,
        "version": rule.version,
        "basis": [_basis(b) for b in _all_basis(rule)],
        "system": rule.system,
        "status": rule.status,
        "stage": rule.stage,
        "confirmed": confirmed(rule),
        "tests": {v: verdicts_of(rule).count(v) for v in VERDICTS},
        "limbs": [
            {"id": check.id, "title": check.title, "confirmed": confirmed_check(check)}
            for check in rule.checks
            if check.id
        ],
    }
    if standard is not None:
        entry.update(price_entry(standard.price(rule.id)))
    return entry


@lru_cache(maxsize=1024)
def verdicts_of(rule: Rule) -> tuple[str, ...]:
    """The verdict of the whole rule in each of its tests, also where a test states only that of a limb."""
    return tuple(
        test.expect.get("rule") or judge(rule, view_of(case_of(test))).verdict for test in rule.tests
    )


def confirmed(rule: Rule) -> bool:
    """Whether the rule, its limbs and all its clauses were checked against official texts."""
    return rule.confirmed and all(confirmed_check(check) for check in rule.checks)


def confirmed_check(check: Check) -> bool:
    """Whether a limb and all its clauses were."""
    return check.confirmed and all(b.confirmed for b in check.basis)


def price_entry(price: Price) -> dict[str, Any]:
    """A price in points."""
    entry: dict[str, Any] = {
        "points": price.points / 10,
        "cap": None if price.cap is None else price.cap / 10,
        "per": price.per,
        "veto": price.veto,
    }
    if price.limbs is not None:
        entry["limb_points"] = {limb: price_entry(own) for limb, own in price.limbs.items()}
    return entry


def _all_basis(rule: Rule) -> tuple[Basis, ...]:
    return tuple(dict.fromkeys([*rule.basis, *(b for check in rule.checks for b in check.basis)]))


def _basis(basis: Basis) -> dict[str, Any]:
    span = [None if day is None else day.isoformat() for day in (basis.start, basis.end)]
    return {"law": basis.law, "text": basis.text, "article": basis.article, "paragraph": basis.paragraph,
            "item": basis.item, "in_force": span, "clause": cite(basis), "source": basis.source,
            "confirmed": basis.confirmed}  # fmt: skip


def rule_page(rule: Rule, standard: Standard | None = None) -> dict[str, Any]:
    """All of a rule for its page: clauses, parameters with their dates, what it asks, and its tests as
    worked examples."""
    return {
        **rule_entry(rule, standard),
        "system_label": SYSTEMS[rule.system],
        "note": rule.note,
        "file": rule.file,
        "when": rule.when.source if rule.when else None,
        "when_words": expression_words(rule.when, rule.checks[0].params),
        "checks": [_check(check) for check in rule.checks],
        "facts": [_fact(name) for name in facts_of(rule)],
        "documents": [{"kind": kind, "label": document_kinds().get(kind, kind)} for kind in kinds_of(rule)],
        "examples": [
            _example(test, verdict) for test, verdict in zip(rule.tests, verdicts_of(rule), strict=True)
        ],
        "versions": _versions(rule),
        "history": [{"version": version, "what": what} for version, what in rule.history],
    }


def _versions(rule: Rule) -> list[dict[str, Any]]:
    """Day by day what came to apply and what ceased: clauses, values of parameters."""
    days: dict[date, dict[str, None]] = {}
    for basis in _all_basis(rule):
        if basis.start:
            days.setdefault(basis.start, {})[f"适用{cite(basis)}"] = None
        if basis.end:
            days.setdefault(basis.end + timedelta(days=1), {})[f"不再适用{cite(basis)}"] = None
    for check in rule.checks:
        names = marks(check.params)
        for param in check.params.values():
            for value in param.values:
                if value.since:
                    words = f"{names.get(param.name, param.name)} 为 {value_words(value.value, value.unit)}"
                    days.setdefault(value.since, {})[words] = None
    return [{"on": day.isoformat(), "what": list(days[day])} for day in sorted(days)]


def _nodes(rule: Rule) -> list[Node]:
    found: list[Node] = []
    for check in rule.checks:
        for expr in (rule.when, check.when, check.require):
            found.extend(walk(expr.root) if expr is not None else ())
    return found


def facts_of(rule: Rule) -> tuple[str, ...]:
    """The facts a rule reads, the dates that select its version first."""
    names = {name: None for check in rule.checks for name in check.select_by}
    for node in _nodes(rule):
        if isinstance(node, FactRef):
            names[node.name] = None
        elif isinstance(node, Rows):
            names[node.fact] = None
    return tuple(name for name in names if name != "as_of")


def kinds_of(rule: Rule) -> tuple[str, ...]:
    """The kinds of document a rule looks for or names as its evidence."""
    kinds = dict.fromkeys(rule.kinds)
    for node in _nodes(rule):
        if isinstance(node, Has):
            kinds.update(dict.fromkeys(node.kinds))
    return tuple(kinds)


def _check(check: Check) -> dict[str, Any]:
    return {
        "id": check.id, "title": check.title, "select_by": list(check.select_by),
        "select_words": [scope_facts()[name].label for name in check.select_by or ("as_of",)],
        "clauses": [_basis(b) for b in check.basis],
        "params": [_param(param, marks(check.params).get(name, "")) for name, param in check.params.items()],
        "when": check.when.source if check.when else None,
        "when_words": expression_words(check.when, check.params),
        "require": check.require.source if check.require else None,
        "require_words": expression_words(check.require, check.params),
        "where": [{"kind": kind, "label": document_kinds().get(kind, kind)} for kind in check.where],
        "question": check.ask, "message": check.message, "message_words": message_words(check),
        "fix": check.fix, "curable": check.curable,
        "confirmed": confirmed_check(check),
    }  # fmt: skip


def _param(param: Param, mark: str) -> dict[str, Any]:
    values = []
    for value in param.values:
        number = value.value // 100 if value.unit == "yuan" and value.value is not None else value.value
        shown = value_words(value.value, value.unit)
        values.append({
            "from": value.since.isoformat() if value.since else None, "value": number, "unit": value.unit,
            "shown": shown, "source": value.source,
        })  # fmt: skip
    return {"name": param.name, "mark": mark, "period": param.unit in PERIOD_UNITS, "values": values}


def _fact(name: str) -> dict[str, Any]:
    spec = vocabulary()[name]
    return {"name": name, "label": spec.label, "type": spec.type, "unit": spec.unit, "note": spec.note,
            "documents": list(spec.documents)}  # fmt: skip


def _example(test: RuleTest, verdict: str) -> dict[str, Any]:
    facts = {}
    for name, value in test.facts.items():
        spec = vocabulary()[name]
        facts[name] = {"label": spec.label, "value": encode(spec, value), "shown": _shown(value, spec)}
    return {
        "name": test.name, "title": _example_title(test), "facts": facts,
        "states": dict(test.states), "documents": list(test.documents),
        "as_of": test.as_of.isoformat() if test.as_of else None,
        "signed_off": test.signed_off, "expect": dict(test.expect), "verdict": verdict,
    }  # fmt: skip


def _example_title(test: RuleTest) -> str:
    """The name of a test with codes by their labels, those of the facts it states first."""
    own: dict[str, str] = {}
    for spec in (vocabulary()[name] for name in test.facts):
        for values in (spec.values, *(column.values for column in spec.fields.values())):
            own.update({code: label for code, label in values.items() if code not in own})
    return re.sub("[a-z]+(?:_[a-z]+)*", lambda found: own.get(found[0]) or code_label(found[0]), test.name)


def _shown(value: Any, spec: FactSpec) -> str:
    """A value of an example; rows written out, one after the other."""
    if spec.type == "text":
        return code_label(value) if isinstance(value, str) else show(value, spec)
    if spec.type != "rows" or not isinstance(value, tuple):
        return show(value, spec) + (spec.unit if value is not None else "")
    rows = (
        "，".join(
            f"{spec.fields[n].label}：{_shown(v, spec.fields[n])}" for n, v in row.items() if n in spec.fields
        )
        for row in value
    )
    return "；".join(rows) or "无"
