"""Why a rule came out as it did: law, dates, parameters, comparisons, facts, and what would change it.

The explanation is plain data (JSON-able): the case page, the review sheet and the circular print from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from .arithmetic import Line
from .citation import cite
from .facts import CaseInput, Fact, FactSpec, document_kinds, encode, vocabulary
from .finding import Grading, message_of
from .grade import grade_case, with_result
from .judge import Judgement, Limb, day_of, judge, view_of
from .language import Period, Step, Trace, View, show
from .language import nodes as n
from .pack import Pack
from .rule_file import scope_facts
from .rules import UNITS, Param, Rule
from .standard import Standard

VERDICT_LABELS = {"met": "符合", "breached": "不符合", "undetermined": "证据缺失", "not_applicable": "不适用"}
_RESULTS = {True: "成立", False: "不成立", None: "未知"}
_MOST = 60
_MONEY = FactSpec("", "money", "")


def explain(
    pack: Pack, standard: Standard, case: CaseInput, rule_id: str, grading: Grading | None = None
) -> dict[str, Any]:
    """Everything that led to the verdict of one rule on a case; raises ``KeyError`` for an unknown id.

    ``grading`` spares grading the case again where it is at hand.
    """
    rule = pack.rule(rule_id)
    done = grading or grade_case(pack, standard, case)
    if rule.stage == "result":
        case = with_result(case, standard, done)
    view = view_of(case)
    judgement = judge(rule, view)
    finding = next(entry for entry in done.findings if entry.rule == rule_id)
    line = next((entry for entry in done.lines if entry.rule == rule_id), None)
    return {
        "rule": rule.id, "title": rule.title, "system": rule.system, "file": rule.file,
        "verdict": finding.verdict, "verdict_label": VERDICT_LABELS[finding.verdict],
        "confirmed": finding.confirmed, "pack": pack.id, "standard": standard.full_id,
        "as_of": case.as_of.isoformat(), "message": finding.message, "question": finding.question,
        "fix": finding.fix, "curable": finding.curable,
        "when": [_step(step) for trace in judgement.traces for step in trace.steps],
        "limbs": [_limb(limb, view) for limb in judgement.limbs],
        "facts": list(_facts(judgement, case)),
        "documents": list(_documents(judgement, view)),
        "would_change": list(would_change(rule, case, judgement)),
        "deduction": _deduction(standard, rule, line, done),
    }  # fmt: skip


def _limb(limb: Limb, view: View) -> dict[str, Any]:
    check = limb.check
    day = day_of(check.select_by, view) if check.select_by else view.as_of
    return {
        "id": check.id, "title": check.title, "verdict": limb.verdict,
        "verdict_label": VERDICT_LABELS[limb.verdict], "occurrences": limb.occurrences,
        "clauses": [
            {"text": cite(b), "from": _iso(b.start), "to": _iso(b.end), "source": b.source,
             "confirmed": b.confirmed, "in_force": day is not None and b.holds(day)}
            for b in check.basis
        ],
        "selected": {"by": list(check.select_by) or ["as_of"], "label": _names(check.select_by), "date": _iso(day)},
        "params": [_param(check.params[name], value, limb, view) for name, value in limb.params.items()],
        "when": check.when.source if check.when else None,
        "require": check.require.source if check.require else None,
        "steps": [_step(step) for trace in limb.traces for step in trace.steps],
        "message": message_of(limb, view), "question": check.ask if limb.asked else None,
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _names(select_by: Iterable[str]) -> str:
    return "、".join(scope_facts()[name].label for name in select_by) or scope_facts()["as_of"].label


def _param(param: Param, value: Any, limb: Limb, view: View) -> dict[str, Any]:
    """The chosen value with its first day and where it stands: in a source of its own, or in the clauses."""
    day = day_of(param.select_by, view) if param.select_by else limb.day
    chosen = param.values[0] if day is None else param.on(day)
    unit = chosen.unit if chosen else param.unit
    if isinstance(value, Period):
        value = value.value
    money = _MONEY if unit == "yuan" else None
    return {
        "name": param.name, "value": list(value) if isinstance(value, tuple) else value, "unit": unit,
        "shown": "未设定" if value is None else show(value, money) + UNITS.get(unit, ""),
        "from": _iso(chosen.since) if chosen and value is not None else None,
        "selected": {"label": _names(param.select_by or limb.check.select_by), "date": _iso(day)},
        "source": chosen.source if chosen and chosen.source else "；".join(map(cite, limb.basis)),
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    return {
        "text": step.text,
        "operands": [
            {
                "text": text,
                "value": _plain(value),
                "shown": show(value, _MONEY if part.type == "money" else None),
            }
            for part, (text, value) in zip(n.children(step.node), step.operands, strict=False)
        ],
        "result": step.result,
        "shown": _RESULTS[step.result],
        "rows": [{"fact": fact, "row": at + 1} for fact, at in step.rows],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(cell) for key, cell in value.items() if not isinstance(cell, Fact)}
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(cell) for cell in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _traces(judgement: Judgement) -> Iterable[Trace]:
    yield from judgement.traces
    for limb in judgement.limbs:
        yield from limb.traces


def _touched(judgement: Judgement) -> list[str]:
    names: dict[str, None] = {}
    for limb in judgement.limbs:
        names.update(dict.fromkeys(name for name in limb.check.select_by if name != "as_of"))
    for trace in _traces(judgement):
        names.update(trace.facts)
    return list(names)


def _facts(judgement: Judgement, case: CaseInput) -> Iterable[dict[str, Any]]:
    for name in _touched(judgement):
        spec = vocabulary().get(name)
        fact = case.facts.get(name, Fact(state="unrecorded"))
        if spec is not None:
            yield {
                "name": name, "label": spec.label, "unit": spec.unit, "value": encode(spec, fact.value),
                "shown": show(fact.value, spec, fact.state), "state": fact.state, "document": fact.document,
                "file": fact.file, "page": fact.page, "at": fact.at, "quote": fact.quote,
                "box": list(fact.box) if fact.box else None,
                "alternatives": [{"value": encode(spec, other.value), "file": other.file, "page": other.page,
                                  "quote": other.quote} for other in fact.alternatives],
            }  # fmt: skip


def _documents(judgement: Judgement, view: View) -> Iterable[dict[str, Any]]:
    for kind in dict.fromkeys(kind for trace in _traces(judgement) for kind in trace.kinds):
        present = True if kind in view.documents else False if view.signed_off else None
        yield {"kind": kind, "label": document_kinds().get(kind, kind), "present": present}


def _deduction(standard: Standard, rule: Rule, line: Line | None, grading: Grading) -> dict[str, Any]:
    price = standard.price(rule.id)
    return {
        "points": price.points / 10, "cap": None if price.cap is None else price.cap / 10, "per": price.per,
        "veto": price.veto, "line": line.to_json() if line else None, "totals": list(grading.totals),
        "score": {"low": grading.low / 10, "high": grading.high / 10}, "grade": grading.grade,
    }  # fmt: skip


def would_change(rule: Rule, case: CaseInput, judgement: Judgement) -> Iterable[dict[str, Any]]:
    """The missing facts that alone would decide an open verdict, with the verdicts they could lead to
    and a value for each."""
    if judgement.verdict != "undetermined":
        return
    params = [value for limb in judgement.limbs for value in limb.params.values()]
    for name in _touched(judgement):
        spec = vocabulary().get(name)
        if spec is None or (name in case.facts and case.facts[name].state == "recorded"):
            continue
        outcomes: dict[str, Any] = {}
        for value in _candidates(spec, case, params):
            tried = replace(case, facts={**case.facts, name: Fact(value=value)})
            outcomes.setdefault(judge(rule, view_of(tried)).verdict, show(value, spec))
        if set(outcomes) - {"undetermined"}:
            yield {"fact": name, "label": spec.label, "documents": list(spec.documents), "outcomes": outcomes}
    yield from _missing_documents(rule, case, judgement)


def _missing_documents(rule: Rule, case: CaseInput, judgement: Judgement) -> Iterable[dict[str, Any]]:
    if case.inventory_signed_off:
        return
    present = {kind for trace in _traces(judgement) for kind in trace.kinds} - case.documents
    signed = replace(case, inventory_signed_off=True)
    for kind in sorted(present):
        there = judge(rule, view_of(replace(case, documents=case.documents | {kind}))).verdict
        outcomes = {there: "有此文书", judge(rule, view_of(signed)).verdict: "目录核定后仍无"}
        if set(outcomes) - {"undetermined"}:
            yield {"document": kind, "label": document_kinds().get(kind, kind), "outcomes": outcomes}


def _candidates(spec: FactSpec, case: CaseInput, params: Iterable[Any]) -> list[Any]:
    if spec.type == "bool":
        return [True, False]
    if spec.type == "enum":
        return list(spec.values)
    if spec.type == "set":
        return [frozenset(), frozenset(spec.values), *(frozenset({code}) for code in spec.values)]
    known = [f.value for n, f in case.facts.items() if f.state == "recorded" and _type(n) == spec.type]
    if spec.type in ("int", "money"):
        return [0, 1, *known, *(p for p in params if isinstance(p, int)), 10**9]
    if spec.type == "date":
        spans = [p.value for p in params if isinstance(p, Period)][:3]
        dates = {
            d + timedelta(days=n) for d in (known or [case.as_of]) for n in (0, -1, 1, *spans, 400, -400)
        }
        return sorted(dates, key=lambda d: abs((d - case.as_of).days))[:_MOST]
    return [()] if spec.type == "rows" else []


def _type(name: str) -> str | None:
    spec = vocabulary().get(name)
    return spec.type if spec is not None else None
