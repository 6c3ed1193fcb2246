"""Grading one case: every rule's finding, the score interval and the grade."""

from dataclasses import replace
from typing import Any

from .arithmetic import Score, score
from .facts import CaseInput, Fact, vocabulary
from .finding import Finding, Grading
from .judge import judge, view_of
from .pack import Pack
from .standard import Standard

_TEN = 100


def grade_case(pack: Pack, standard: Standard, case: CaseInput) -> Grading:
    """Every rule's finding on a case and its score under a standard; rules of the result stage (差案
    conditions) follow once the score is known."""
    view = view_of(case)
    findings = [Finding(case, view, judge(rule, view)) for rule in pack.rules if rule.stage == "case"]
    total = score(standard, [finding.as_verdict() for finding in findings])
    lines = {line.rule: line for line in total.lines}
    for finding in findings:
        finding.cost(standard.price(finding.rule), lines.get(finding.rule))
    findings += result_findings(pack, standard, total, case)
    return Grading(
        tuple(findings), total.low, total.high, total.grade, total.flagged, total.pending, total.vetoes,
        total.lines, total.totals, pack.id, standard.full_id,
    )  # fmt: skip


def result_findings(pack: Pack, standard: Standard, total: Score, case: CaseInput) -> list[Finding]:
    """The findings of the result stage (D rules) on a case with a given score: the machine's, or the
    panel's from ``regrade``. They cost no points."""
    filled = with_result(case, standard, total)
    view = view_of(filled)
    return [Finding(filled, view, judge(rule, view)) for rule in pack.rules if rule.stage == "result"]


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
