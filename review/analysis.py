"""Agreement of a round: the reviewers' first two seats, rule by rule and overall, and who is stricter."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from review.agreement import NAMES, Estimate, Severity, Unit, agreement, severity
from review.arithmetic import machine_findings
from review.models import Round
from review.rounds import files
from review.sheets import handed_in, lines, words_of
from review.verdicts import apply

LABELS = ("breached", "met", "not_applicable", "undetermined")


@dataclass(frozen=True)
class RuleAgreement:
    """One rule over all files: items compared, disagreements, how often each seat's and the machine's word fell."""

    rule: str
    title: str
    items: int
    differ: int
    overturned: int
    figures: Mapping[str, Estimate]


@dataclass(frozen=True)
class Analysis:
    """The page's figures; `judged` are the items at least one reviewer or the machine spoke on."""

    files: int
    figures: Mapping[str, Estimate]
    rules: list[RuleAgreement]
    severity: list[Severity]


def units(session: Session, round_: Round) -> list[dict[str, tuple[Unit, str, str]]]:
    """Per file with two sheets: {rule: ((seat 1, seat 2), machine verdict, title)}.

    Only rules the machine found breached or left open, or on which someone said otherwise, are compared:
    the hundred rules nobody doubts would drown every figure in agreement.
    """
    result: list[dict[str, tuple[Unit, str, str]]] = []
    for file in files(session, round_):
        sheets = handed_in(session, file)[:2]
        if len(sheets) < 2:
            continue
        findings = machine_findings(session, file)
        said = [words_of(lines(session, sheet)) for _, sheet in sheets]
        views = [{f["rule"]: f["verdict"] for f in apply(findings, words)} for words in said]
        result.append(
            {
                f["rule"]: (
                    tuple(view[f["rule"]] for view in views),
                    f["verdict"],
                    f.get("title", ""),
                )
                for f in findings
                if f["verdict"] in ("breached", "undetermined") or any(f["rule"] in words for words in said)
            }
        )
    return result


def analyse(session: Session, round_: Round) -> Analysis:
    """All figures of the page; the few rules with most disagreement first."""
    clusters = units(session, round_)
    per_rule: dict[str, list[tuple[Unit, str, str]]] = defaultdict(list)
    for cluster in clusters:
        for rule, item in cluster.items():
            per_rule[rule].append(item)
    rules = [_rule(rule, items) for rule, items in per_rule.items()]
    scores = []
    for file in files(session, round_):
        sheets = handed_in(session, file)
        if len(sheets) > 1:
            scores.append({sheet.reviewer_id: 1000 - sheet.high for _, sheet in sheets})
    return Analysis(
        len(clusters),
        agreement([[unit for unit, _, _ in cluster.values()] for cluster in clusters], labels=LABELS),
        sorted(rules, key=lambda r: (-r.differ, r.rule)),
        severity(scores),
    )


def _rule(rule: str, items: list[tuple[Unit, str, str]]) -> RuleAgreement:
    pairs = Counter(unit[0] == unit[1] for unit, _, _ in items)
    overturned = sum(
        1 for unit, machine, _ in items if machine in ("breached", "met") and any(v != machine for v in unit)
    )
    figures = agreement([[unit] for unit, _, _ in items], labels=LABELS, replicates=200)
    return RuleAgreement(rule, items[0][2], len(items), pairs[False], overturned, figures)


def round_agreement(session: Session, round_: Round) -> dict[str, Any]:
    """The overall figures as the frozen results carry them (per cent of 100, coefficients to two digits)."""
    clusters = units(session, round_)
    figures = agreement([[unit for unit, _, _ in cluster.values()] for cluster in clusters], labels=LABELS)
    shown = {
        name: "" if f.value is None else f"{f.value * 100:.1f}" if name == "percent" else f"{f.value:.2f}"
        for name, f in figures.items()
    }
    return {
        "files": len(clusters),
        "lines": figures["percent"].n,
        **shown,
        "intervals": {name: [figures[name].low, figures[name].high] for name in NAMES},
        "enough": figures["percent"].enough,
    }
