"""What grading says: findings with their evidence, and the whole of a case's grading."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .arithmetic import Line, Part, Verdict
from .citation import cite
from .evidence import Evidence, fact_evidence, shown_or_open
from .facts import CaseInput, FactSpec, document_kinds, vocabulary
from .judge import Judgement, Limb, worst
from .language import Step, Trace, View, render, show, slots
from .language import nodes as n
from .rule_file import scope_facts
from .rules import Basis
from .standard import Price

# What kind of case it is decides which rules apply; it proves nothing.
_CONTEXT = ("case_kind", "procedure")
_MONEY = FactSpec("", "money", "")


@dataclass(frozen=True, slots=True)
class LimbFinding:
    """The verdict of a limb with what it says."""

    id: str
    title: str
    verdict: str
    occurrences: int
    message: str
    basis: tuple[str, ...]
    question: str | None


class Finding:
    """The finding of one rule. ``severity`` in tenths: what the breach costs or would cost before other
    rules are looked at; ``deducted`` what really fell; ``missing``: facts whose absence left it open.

    Verdicts stand at once, since the score needs those of all rules; what the breach costs follows
    (``cost``); words and evidence are made when they are asked for.
    """

    def __init__(self, case: CaseInput, view: View, judgement: Judgement) -> None:
        rule = judgement.rule
        self.case, self.view, self.gate, self.of = case, view, judgement.traces, rule
        self.rule, self.title, self.system, self.stage = rule.id, rule.title, rule.system, rule.stage
        self.parts, self.verdict = judgement.limbs, judgement.verdict
        if self.verdict == "breached":
            self.parts = tuple(shown_or_open(limb, case) for limb in judgement.limbs)
            self.verdict = worst([limb.verdict for limb in self.parts])
        breached = self.verdict == "breached"
        self.occurrences = max([limb.occurrences for limb in self.parts]) if breached else 0
        self.severity, self.deducted, self.veto = 0, 0, False

    def as_verdict(self) -> Verdict:
        """The finding as the arithmetic reads it."""
        if self.verdict == "not_applicable":
            return Verdict(self.rule, self.verdict, 0, {})
        parts = {limb.check.id: Part(limb.verdict, limb.occurrences) for limb in self.parts if limb.check.id}
        return Verdict(self.rule, self.verdict, self.occurrences, parts)

    def cost(self, price: Price, line: Line | None) -> "Finding":
        """The finding with what the arithmetic says it costs."""
        if line is not None:
            self.severity, self.deducted, self.veto = line.at_stake, line.deducted, line.veto
        elif self.verdict != "not_applicable":
            self.severity = price.points
        return self

    @cached_property
    def telling(self) -> tuple[Limb, ...]:
        """The limbs that decided the verdict."""
        return tuple(limb for limb in self.parts if limb.verdict == self.verdict)

    @property
    def clauses(self) -> tuple[Basis, ...]:
        """The clauses in force that the finding rests on."""
        if self.verdict == "not_applicable":
            return ()
        return tuple(dict.fromkeys(b for limb in self.telling for b in limb.basis or limb.check.basis))

    @property
    def basis(self) -> tuple[str, ...]:
        """Those clauses as they are cited."""
        return tuple(dict.fromkeys(map(cite, self.clauses)))

    @property
    def confirmed(self) -> bool:
        """Whether the rule, the limbs that tell and the clauses they rest on were checked against the
        official texts."""
        checked = all(limb.check.confirmed for limb in self.telling)
        return self.of.confirmed and checked and all(b.confirmed for b in self.clauses)

    @property
    def fix(self) -> str:
        """What would cure it, where there is something to cure."""
        return self.telling[0].check.fix if self.verdict in ("breached", "undetermined") else ""

    @property
    def curable(self) -> bool | None:
        """Whether it can be made good at all."""
        return self.telling[0].check.curable if self.verdict in ("breached", "undetermined") else None

    @property
    def question(self) -> str | None:
        """What a person is asked."""
        if self.verdict != "undetermined":
            return None
        asked = [limb.check.ask for limb in self.telling if limb.asked and limb.check.ask]
        return "；".join(dict.fromkeys(asked)) or None

    @property
    def where(self) -> tuple[str, ...]:
        """The kinds of document where it looks, or where a person should."""
        return self.telling[0].check.where or self.of.kinds

    @property
    def limbs(self) -> tuple[LimbFinding, ...]:
        """The findings of the limbs; none for a rule without."""
        return tuple(
            LimbFinding(
                limb.check.id, limb.check.title, limb.verdict, limb.occurrences,
                message_of(limb, self.view) if limb.verdict == "breached" else "",
                tuple(cite(b) for b in limb.basis) if limb.verdict != "not_applicable" else (),
                limb.check.ask if limb.asked else None,
            )
            for limb in self.parts if limb.check.id
        )  # fmt: skip

    @property
    def message(self) -> str:
        """What is told the office: the breach, what is missing, or that a person must judge."""
        if self.verdict == "breached":
            return "；".join(dict.fromkeys(message_of(limb, self.view) for limb in self.telling))
        if self.missing:
            names = [vocabulary()[name].label if name in vocabulary() else name for name in self.missing]
            return f"尚缺 {'、'.join(names)}，不能判断"
        return "需人工判断" if self.verdict == "undetermined" else ""

    def _traces(self) -> Iterable[Trace]:
        if self.verdict == "undetermined":
            yield from self.gate
        for limb in self.telling:
            yield from limb.traces

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The facts that are not recorded and without which the verdict stays open."""
        if self.verdict != "undetermined":
            return ()
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

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The facts it rests on, and the documents that were looked for and are not there."""
        if self.verdict == "not_applicable":
            return ()
        found: dict[Any, Evidence] = {}
        for trace in self._traces():
            failed = {(entry.fact, at) for entry in trace.failed.values() for at in entry.rows}
            for name in trace.facts:
                if name not in _CONTEXT:
                    found.update(fact_evidence(self.case, name, failed))
            for kind in trace.kinds:
                if kind not in self.view.documents and self.view.signed_off:
                    label = document_kinds().get(kind, kind)
                    looked = f"在全部 {len(self.view.documents)} 种卷内文书中未见{label}"
                    found["absent", kind] = Evidence(None, label, looked, None, kind)
        for name in self._named():
            found.update(fact_evidence(self.case, name, set()))
        return tuple(found.values())

    def _named(self) -> Iterable[str]:
        if self.verdict == "breached":
            for limb in self.telling:
                yield from (name for name in slots(limb.check.message) if name in self.case.facts)

    def to_json(self) -> dict[str, Any]:
        """The finding as the contract prints it; amounts in tenths."""
        data: dict[str, Any] = {
            "rule": self.rule, "title": self.title, "system": self.system, "verdict": self.verdict,
            "severity": self.severity, "veto": self.veto, "message": self.message, "basis": list(self.basis),
            "evidence": [entry.to_json() for entry in self.evidence], "fix": self.fix, "curable": self.curable,
            "deducted": self.deducted, "occurrences": self.occurrences, "confirmed": self.confirmed,
            "stage": self.stage, "where": list(self.where), "missing": list(self.missing),
        }  # fmt: skip
        if self.question is not None:
            data["question"] = self.question
        if self.limbs:
            data["limbs"] = {
                limb.id: {"title": limb.title, "verdict": limb.verdict, "occurrences": limb.occurrences,
                          "message": limb.message, "basis": list(limb.basis), "question": limb.question}
                for limb in self.limbs
            }  # fmt: skip
        return data


@dataclass(frozen=True, slots=True)
class Grading:
    """Every finding with the score interval in tenths, the grade (待核 while open) and the arithmetic."""

    findings: tuple[Finding, ...]
    low: int
    high: int
    grade: str
    flagged: bool
    pending: tuple[str, ...]
    vetoes: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[str, ...]
    pack: str
    standard: str

    def to_json(self) -> dict[str, Any]:
        """The part of the contract's answer that grading fills."""
        return {
            "pack": self.pack,
            "standard": self.standard,
            "findings": [finding.to_json() for finding in self.findings],
            "score": {"low": self.low / 10, "high": self.high / 10},
            "grade": self.grade,
            "flagged": self.flagged,
            "pending": list(self.pending),
            "vetoes": list(self.vetoes),
            "arithmetic": {"lines": [line.to_json() for line in self.lines], "totals": list(self.totals)},
        }


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
