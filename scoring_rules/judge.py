"""The verdict of one rule on one case, with the trace that led to it."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from .facts import CaseInput, vocabulary
from .language import Trace, View
from .language import nodes as n
from .rules import Basis, Check, Rule


class Limb(NamedTuple):
    """The verdict of one check. ``day`` is the date that selected text and parameters; ``traces`` hold
    what was compared, in order; ``asked``: the verdict waits for a person's answer to the question."""

    check: Check
    verdict: str
    day: date | None
    basis: tuple[Basis, ...]
    params: Mapping[str, Any]
    traces: tuple[Trace, ...]
    occurrences: int
    asked: bool


class Judgement(NamedTuple):
    """The verdict of a rule with its limbs, and the trace of its own ``when``."""

    rule: Rule
    verdict: str
    limbs: tuple[Limb, ...]
    traces: tuple[Trace, ...]


@cache
def _empty() -> Mapping[str, Any]:
    """What a list or set is when it was searched for and there is none."""
    kinds: Mapping[str, Any] = {"rows": (), "set": frozenset()}
    return {name: kinds[spec.type] for name, spec in vocabulary().items() if spec.type in kinds}


def view_of(case: CaseInput) -> View:
    """A case as evaluators see it: a list or set searched for and not found is empty, any other fact
    that is not recorded is unknown."""
    empty = _empty()
    values: dict[str, Any] = {}
    states: dict[str, str] = {}
    for name, fact in case.facts.items():
        states[name] = fact.state
        if fact.state == "recorded":
            values[name] = fact.value
        elif fact.state == "confirmed_absent" and name in empty:
            values[name] = empty[name]
    return View(values, states, case.documents, case.inventory_signed_off, case.as_of)


def judge(rule: Rule, view: View) -> Judgement:
    """The verdict of a rule: its limbs' worst, ``breached`` before ``undetermined`` before ``met``."""
    day = _day(rule.select_by, view)
    gate: bool | None = True
    traces: tuple[Trace, ...] = ()
    if rule.when is not None:
        if day is not None and not any(b.holds(day) for check in rule.checks for b in check.basis):
            gate = False
        else:
            trace = Trace(rule.when, view, _bind(rule.checks[0], day, view))
            gate, traces = trace.result, (trace,)
    limbs = tuple(_limb(check, gate, view) for check in rule.checks)
    return Judgement(rule, worst([limb.verdict for limb in limbs]), limbs, traces)


def worst(verdicts: list[str]) -> str:
    """The verdict of a whole from those of its parts."""
    for verdict in ("breached", "undetermined", "met"):
        if verdict in verdicts:
            return verdict
    return "not_applicable"


def _day(select_by: tuple[str, ...], view: View) -> date | None:
    for name in select_by:
        day = view.as_of if name == "as_of" else view.values.get(name)
        if day is not None:
            return day
    return None


def _bind(check: Check, day: date | None, view: View) -> dict[str, Any]:
    return {
        name: param.bind(_day(param.select_by, view) if param.select_by else day)
        for name, param in check.params.items()
    }


def _limb(check: Check, gate: bool | None, view: View) -> Limb:
    day = _day(check.select_by, view) if check.select_by else view.as_of
    if gate is False:
        return Limb(check, "not_applicable", day, (), {}, (), 0, False)
    in_force = _in_force(check, day)
    basis = tuple(b for b in check.basis if day is None or b.holds(day))
    if in_force is False:
        return Limb(check, "not_applicable", day, basis, {}, (), 0, False)
    params = _bind(check, day, view)
    traces: list[Trace] = []
    if check.when is not None:
        traces.append(Trace(check.when, view, params))
        if traces[-1].result is False:
            return Limb(check, "not_applicable", day, basis, params, tuple(traces), 0, False)
        gate = None if traces[-1].result is None else gate
    result: bool | None = None
    if check.require is not None:
        traces.append(Trace(check.require, view, params))
        result = traces[-1].result
    known = gate is not None and in_force is not None and result is not None
    verdict = ("met" if result else "breached") if known else "undetermined"
    asked = check.ask is not None and result is None
    count = _occurrences(check, traces, view, params) if verdict == "breached" else 0
    return Limb(check, verdict, day, basis, params, tuple(traces), count, asked)


def _in_force(check: Check, day: date | None) -> bool | None:
    """Whether any clause was in force; known without a day when every day would give one answer."""
    if day is not None:
        return any(b.holds(day) for b in check.basis)
    return True if any(b.start is None and b.end is None for b in check.basis) else None


def _occurrences(check: Check, traces: list[Trace], view: View, params: Mapping[str, Any]) -> int:
    if check.occurrences is not None:
        trace = Trace(check.occurrences, view, params)
        traces.append(trace)
        return max(1, trace.result or 1)
    return max([1, *(_failed(node, check, view, params) for node in counted(check))])


def counted(check: Check) -> tuple[n.Rows, ...]:
    """The outermost ``all``/``any`` of what is required: their failing rows are the occurrences."""
    found: list[n.Rows] = []

    def visit(node: n.Node) -> None:
        if isinstance(node, n.Rows):
            if node.name in ("all", "any"):
                found.append(node)
        else:
            for child in n.children(node):
                visit(child)

    if check.require is not None:
        visit(check.require.root)
    return tuple(found)


def _failed(node: n.Rows, check: Check, view: View, params: Mapping[str, Any]) -> int:
    assert check.require is not None
    failed = Trace(n.Expr(check.require.source, node), view, params).failed.get(node.start)
    return len(failed.rows) if failed else 0
