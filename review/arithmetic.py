"""Grading given verdicts by the round's frozen standard: the same arithmetic for machine, reviewer and panel."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from casefiles import CheckRun
from foundation import errors
from review.models import Round, RoundFile
from review.verdicts import Word, apply
from scoring_rules import Score, load_standard, regrade

KEPT = 4


def machine_check(session: Session, file: RoundFile) -> dict[str, Any]:
    """The contract object of the file's frozen check; the last few are kept in hand, since a check is long
    to parse, never changes, and whoever needs it needs it several times."""
    kept: OrderedDict[str, dict[str, Any]] = session.info.setdefault("review.checks", OrderedDict())
    key = file.check_id or ""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    check = session.get(CheckRun, file.check_id) if file.check_id else None
    if check is None:
        raise errors.Refused(f"{file.code} 还没有机器预检结果。", "请组长在“抽样”页重新运行预检。")
    kept[check.id] = check.result
    if len(kept) > KEPT:
        kept.popitem(last=False)
    return check.result


def machine_findings(session: Session, file: RoundFile) -> list[dict[str, Any]]:
    """Its findings on the case, without rules that do not apply and those of the result stage (D)."""
    findings = machine_check(session, file)["findings"]
    return [f for f in findings if f["verdict"] != "not_applicable" and f.get("stage", "case") == "case"]


def grade(round_: Round, findings: Sequence[Mapping[str, Any]]) -> Score:
    """Score interval (tenths), grade and lines of findings as they now stand."""
    standard = load_standard(round_.standard_id)
    if round_.standard_ref and standard.full_id != round_.standard_ref:
        raise errors.Refused(
            f"本活动冻结的评查标准是 {round_.standard_ref}，现装的是 {standard.full_id}，不能混用。",
            "请系统管理员装回冻结的标准版本。",
        )
    return regrade(standard, findings)


def can_veto(round_: Round, rule: str) -> bool:
    """Whether the standard calls a breach of this rule, or of one of its limbs, a veto (否决项)."""
    price = load_standard(round_.standard_id).price(rule)
    return price.veto or any(limb.veto for limb in (price.limbs or {}).values())


def grade_words(
    session: Session, round_: Round, file: RoundFile, words: Mapping[str, Word]
) -> tuple[list[dict[str, Any]], Score]:
    """The file's findings with someone's words laid over them, and what they come to."""
    findings = apply(machine_findings(session, file), words)
    return findings, grade(round_, findings)
