"""The verdict of one rule on one case, with the trace that led to it."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from .facts import CaseInput, vocabulary
from .language import Trace, View
from .language import nodes as n
from .rules import ALWAYS, Basis, Check, Rule, Spans, in_force


class Limb(NamedTuple):
    """The verdict of one check. ``day`` is the date that selected text and parameters (``None`` too where
    the rule as a whole does not apply); ``traces`` hold what was compared, in order; ``asked``: the verdict
    waits for a person's answer to the question."""

    check: Check
    verdict: str
    day: date | None
    params: Mapping[str, Any]
    traces: tuple[Trace, ...]
    occurrences: int
    asked: bool

    @property
    def basis(self) -> tuple[Basis, ...]:
        """The clauses in force on the day; without a day all of them."""
        return tuple(b for b in self.check.basis if self.day is None or b.holds(self.day))


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
    return _ready(rule).judge(view)


@lru_cache(maxsize=4096)
def _ready(rule: Rule) -> "_Rule":
    return _Rule(rule)


class _Rule:
    """A rule with what does not depend on the case worked out once."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.spans = in_force(b for check in rule.checks for b in check.basis)
        self.checks = tuple(_Check(check) for check in rule.checks)
        self.idle = tuple(Limb(check, "not_applicable", None, {}, (), 0, False) for check in rule.checks)

    def judge(self, view: View) -> Judgement:
        rule = self.rule
        gate: bool | None = True
        traces: tuple[Trace, ...] = ()
        if rule.when is not None:
            day = day_of(rule.select_by, view)
            if day is not None and not _inside(self.spans, day):
                return Judgement(rule, "not_applicable", self.idle, ())
            traces = (Trace(rule.when, view, self.checks[0].bind(day, view)),)
            gate = traces[0].result
            if gate is False:
                return Judgement(rule, "not_applicable", self.idle, traces)
        limbs = tuple([check.judge(gate, view) for check in self.checks])
        return Judgement(rule, worst([limb.verdict for limb in limbs]), limbs, traces)


def worst(verdicts: list[str]) -> str:
    """The verdict of a whole from those of its parts."""
    for verdict in ("breached", "undetermined", "met"):
        if verdict in verdicts:
            return verdict
    return "not_applicable"


def day_of(select_by: tuple[str, ...], view: View) -> date | None:
    """The first known date of those that select text and parameters."""
    for name in select_by:
        day: date | None = view.as_of if name == "as_of" else view.values.get(name)
        if day is not None:
            return day
    return None


def _inside(spans: Spans, day: date) -> bool:
    first, last = spans[0]
    return first <= day <= last or (len(spans) > 1 and any(start <= day <= end for start, end in spans))


class _Check:
    """A check with what does not depend on the case worked out once; ``always``: its clauses hold on every
    day, ``constants``: the values of its parameters where no day selects them."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.spans = in_force(check.basis)
        self.always = self.spans == ALWAYS
        dated = any(param.values[-1].since is not None for param in check.params.values())
        self.constants = None if dated else {name: param.bind(None) for name, param in check.params.items()}
        source = check.require.source if check.require is not None else ""
        self.counted = tuple(n.Expr(source, node) for node in counted(check))

    def bind(self, day: date | None, view: View) -> Mapping[str, Any]:
        """The values of the parameters on the day."""
        if self.constants is not None:
            return self.constants
        return {
            name: param.bind(day_of(param.select_by, view) if param.select_by else day)
            for name, param in self.check.params.items()
        }

    def judge(self, gate: bool | None, view: View) -> Limb:
        check = self.check
        day = day_of(check.select_by, view) if check.select_by else view.as_of
        # Without a day the clause is known to apply only where every day would give that answer.
        valid = _inside(self.spans, day) if day is not None else True if self.always else None
        if valid is False:
            return Limb(check, "not_applicable", day, {}, (), 0, False)
        params = self.bind(day, view)
        traces: list[Trace] = []
        if check.when is not None:
            traces.append(Trace(check.when, view, params))
            if traces[-1].result is False:
                return Limb(check, "not_applicable", day, params, tuple(traces), 0, False)
            gate = None if traces[-1].result is None else gate
        result: bool | None = None
        if check.require is not None:
            traces.append(Trace(check.require, view, params))
            result = traces[-1].result
        known = gate is not None and valid is not None and result is not None
        verdict = ("met" if result else "breached") if known else "undetermined"
        asked = check.ask is not None and result is None
        count = self.occurrences(traces, view, params) if verdict == "breached" else 0
        return Limb(check, verdict, day, params, tuple(traces), count, asked)

    def occurrences(self, traces: list[Trace], view: View, params: Mapping[str, Any]) -> int:
        if self.check.occurrences is not None:
            trace = Trace(self.check.occurrences, view, params)
            traces.append(trace)
            return max(1, trace.result or 1)
        return max([1, *(_failed(expr, view, params) for expr in self.counted)])


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


def _failed(expr: n.Expr, view: View, params: Mapping[str, Any]) -> int:
    failed = Trace(expr, view, params).failed.get(expr.root.start)
    return len(failed.rows) if failed else 0
