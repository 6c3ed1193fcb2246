"""Grading one case: every rule's finding, the score interval and the grade.

Nothing is deducted without evidence: a finding shows the facts it rests on with their places or, for
a document that is absent, where it was looked for; a breach that can show neither is left open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .arithmetic import Line, Part, Score, Verdict, score
from .citation import cite
from .facts import PLACE, CaseInput, Fact, FactSpec, document_kinds, encode, vocabulary
from .finding import Evidence, Finding, Grading, LimbFinding
from .judge import Judgement, Limb, judge, view_of, worst
from .language import Step, Trace, View, render, show, slots
from .language import nodes as n
from .pack import Pack
from .rule_file import scope_facts
from .rules import Rule
from .standard import Standard

_TEN = 100
# What kind of case it is decides which rules apply; it proves nothing.
_CONTEXT = ("case_kind", "procedure")
_MONEY = FactSpec("", "money", "")


def grade_case(pack: Pack, standard: Standard, case: CaseInput) -> Grading:
    """Every rule's finding on a case and its score under a standard; rules of the result stage (差案
    conditions) follow once the score is known."""
    view = view_of(case)
    judged = [judge(rule, view) for rule in pack.rules if rule.stage == "case"]
    drafts = [_Draft(case, view, judgement) for judgement in judged]
    total = score(standard, [draft.as_verdict() for draft in drafts])
    lines = {line.rule: line for line in total.lines}
    findings = [draft.finding(standard, lines.get(draft.rule.id)) for draft in drafts]
    findings += result_findings(pack, standard, total, case)
    return Grading(
        tuple(findings), total.low, total.high, total.grade, total.flagged, total.pending, total.vetoes,
        total.lines, total.totals, pack.id, standard.full_id,
    )  # fmt: skip


def result_findings(pack: Pack, standard: Standard, total: Score, case: CaseInput) -> list[Finding]:
    """The findings of the result stage (D rules) on a case with a given score: the machine's, or the
    panel's from ``regrade``. They cost no points."""
    facts = {
        **case.facts,
        **{name: Fact(value=value) for name, value in result_facts(standard, total).items()},
    }
    filled = CaseInput(case.case, facts, case.documents, case.inventory_signed_off, case.as_of)
    view = view_of(filled)
    rules = [rule for rule in pack.rules if rule.stage == "result"]
    return [_Draft(filled, view, judge(rule, view)).finding(standard, None) for rule in rules]


def with_result(case: CaseInput, standard: Standard, total: Score | Grading) -> CaseInput:
    """The case with the facts that its score hands to the result stage."""
    given = {name: Fact(value=value) for name, value in result_facts(standard, total).items()}
    return replace(case, facts={**case.facts, **given})


def result_facts(standard: Standard, total: Score | Grading) -> dict[str, Any]:
    """The facts that a score hands to the result stage; only those the vocabulary has."""
    breached = [line for line in total.lines if line.deducted or line.veto]
    facts = {
        "breached_vetoes": len(total.vetoes),
        "score_low": total.low,
        "score_high": total.high,
        "ten_point_findings": sum(line.deducted >= _TEN or line.points >= _TEN for line in breached),
        "breached_count": len(breached),
        "minor_only": bool(breached) and all(not line.veto and line.points <= 20 for line in breached),
    }
    return {name: value for name, value in facts.items() if name in vocabulary()}


class _Draft:
    """A judgement on its way to a finding: verdicts first, since the score needs those of all rules."""

    def __init__(self, case: CaseInput, view: View, judgement: Judgement) -> None:
        self.case, self.view, self.rule = case, view, judgement.rule
        self.gate = judgement.traces
        self.limbs = tuple(_shown(limb, case) for limb in judgement.limbs)
        self.verdict = worst([limb.verdict for limb in self.limbs])
        self.telling = tuple(limb for limb in self.limbs if limb.verdict == self.verdict)

    def as_verdict(self) -> Verdict:
        parts = {limb.check.id: Part(limb.verdict, limb.occurrences) for limb in self.limbs if limb.check.id}
        return Verdict(self.rule.id, self.verdict, max(limb.occurrences for limb in self.limbs), parts)

    def finding(self, standard: Standard, line: Line | None) -> Finding:
        rule, verdict = self.rule, self.verdict
        price = standard.price(rule.id)
        applies = verdict != "not_applicable"
        check = self.telling[0].check
        questions = [limb.check.ask for limb in self.telling if limb.asked and limb.check.ask]
        undecided = verdict == "undetermined"
        missing = self._missing() if undecided else ()
        open_or_bad = verdict in ("breached", "undetermined")
        return Finding(
            rule=rule.id, title=rule.title, system=rule.system, verdict=verdict,
            severity=line.at_stake if line else price.points if applies else 0,
            veto=line.veto if line else False,
            message=self._message(missing), basis=self._basis() if applies else (),
            evidence=self._evidence(rule) if applies else (),
            fix=check.fix if open_or_bad else "", curable=check.curable if open_or_bad else None,
            question="；".join(dict.fromkeys(questions)) or None if undecided else None,
            where=check.where or rule.kinds, missing=missing, limbs=self._limb_findings(),
            deducted=line.deducted if line else 0,
            occurrences=max(limb.occurrences for limb in self.limbs),
            confirmed=rule.confirmed, stage=rule.stage,
        )  # fmt: skip

    def _basis(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cite(b) for limb in self.telling for b in limb.basis or limb.check.basis))

    def _limb_findings(self) -> tuple[LimbFinding, ...]:
        return tuple(
            LimbFinding(
                limb.check.id, limb.check.title, limb.verdict, limb.occurrences,
                message_of(limb, self.view) if limb.verdict == "breached" else "",
                tuple(cite(b) for b in limb.basis), limb.check.ask if limb.asked else None,
            )
            for limb in self.limbs if limb.check.id
        )  # fmt: skip

    def _message(self, missing: tuple[str, ...]) -> str:
        if self.verdict == "breached":
            return "；".join(dict.fromkeys(message_of(limb, self.view) for limb in self.telling))
        if self.verdict == "undetermined" and missing:
            names = [vocabulary()[name].label if name in vocabulary() else name for name in missing]
            return f"尚缺 {'、'.join(names)}，不能判断"
        return "需人工判断" if self.verdict == "undetermined" else ""

    def _traces(self) -> Iterable[Trace]:
        if self.verdict == "undetermined":
            yield from self.gate
        for limb in self.telling:
            yield from limb.traces

    def _missing(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for limb in self.telling:
            if limb.day is None:
                found.update(dict.fromkeys(limb.check.select_by))
        for trace in self._traces():
            for step in trace.steps if trace.result is None else ():
                if step.result is None:
                    found.update(dict.fromkeys(self._unknown(step)))
        return tuple(found)

    def _unknown(self, step: Step) -> Iterable[str]:
        """The facts whose absence left a comparison open; of a row, the fact that holds it."""
        for node in n.walk(step.node):
            if (
                isinstance(node, n.FactRef)
                and node.name != "as_of"
                and self.view.values.get(node.name) is None
            ):
                yield node.name
            elif isinstance(node, n.Rows) and self.view.values.get(node.fact) is None:
                yield node.fact
        yield from (fact for fact, _ in step.rows)

    def _evidence(self, rule: Rule) -> tuple[Evidence, ...]:
        found: dict[Any, Evidence] = {}
        for trace in self._traces():
            failed = {(entry.fact, at) for entry in trace.failed.values() for at in entry.rows}
            for name in trace.facts:
                if name not in _CONTEXT:
                    found.update(_fact_evidence(self.case, name, failed))
            for kind in trace.kinds:
                if kind not in self.view.documents and self.view.signed_off:
                    label = document_kinds().get(kind, kind)
                    looked = f"在全部 {len(self.view.documents)} 种卷内文书中未见{label}"
                    found["absent", kind] = Evidence(None, label, looked, None, kind)
        for name in self._named():
            found.update(_fact_evidence(self.case, name, set()))
        return tuple(found.values())

    def _named(self) -> Iterable[str]:
        if self.verdict == "breached":
            for limb in self.telling:
                yield from (name for name in slots(limb.check.message) if name in self.case.facts)


def _shown(limb: Limb, case: CaseInput) -> Limb:
    """A limb whose breach can show nothing for itself is left open."""
    if limb.verdict != "breached":
        return limb
    for trace in limb.traces:
        states = (case.facts[name].state for name in trace.facts if name in case.facts)
        if trace.kinds or any(state != "unrecorded" for state in states):
            return limb
    return limb._replace(verdict="undetermined", occurrences=0)


def _confirmed(limb: Limb) -> bool:
    """Whether the limb and the clauses it rests on were checked against the official texts."""
    return limb.check.confirmed and all(b.confirmed for b in limb.basis)


def _fact_evidence(case: CaseInput, name: str, failed: set[tuple[str, int]]) -> Mapping[Any, Evidence]:
    """The evidence of a fact: its place, or the places of the rows that failed where rows carry them."""
    fact = case.facts.get(name)
    if fact is None or fact.state == "unrecorded":
        return {}
    spec = scope_facts()[name]
    rows: dict[Any, Evidence] = {}
    if spec.type == "rows" and fact.value:
        for at, row in enumerate(fact.value):
            if isinstance(row.get(PLACE), Fact) and (not failed or (name, at) in failed):
                listed = encode(spec, (row,))
                bare = listed if spec.keyed else listed[0]
                rows[name, at] = Evidence(name, spec.label, bare, row[PLACE])
    if rows:
        return rows
    return {name: Evidence(name, spec.label, encode(spec, fact.value), fact)}


def message_of(limb: Limb, view: View) -> str:
    """The limb's message with its values filled in."""

    def value(name: str) -> str:
        extra = limb.check.show.get(name)
        if extra is not None:
            return show(
                Trace(extra, view, limb.params).result, _MONEY if extra.root.type == "money" else None
            )
        if name in limb.check.params:
            return show(limb.params.get(name), _MONEY if limb.check.params[name].unit == "yuan" else None)
        spec = scope_facts()[name]
        known = view.as_of if name == "as_of" else view.values.get(name)
        return show(known, spec, view.states.get(name))

    return render(limb.check.message, value)
