"""One file's row of the results: what the panel found, where it stands, and why; also the printed 一卷一表."""

from typing import Any

from sqlmodel import Session

from accounts import Office
from casefiles import CaseFile
from review.deliberate import settlements
from review.models import RoundFile
from review.replies import replies


def points(tenths: int | None) -> str:
    """Tenths as points with one digit."""
    return "" if tenths is None else f"{tenths / 10:.1f}"


def file_result(session: Session, file: RoundFile, office: Office) -> dict[str, Any]:
    """One file's row: identity, score, and its breached findings with article, proof and reason."""
    case = session.get_one(CaseFile, file.case_id)
    said = {rule: row.reasons for rule, row in settlements(session, file).items()}
    said |= {rule: row.reason for rule, row in replies(session, file).items() if row.decided_at}
    found = [f for f in (file.panel_result or {}).get("findings", []) if f["verdict"] == "breached"]
    return {
        "id": file.id,
        "case_id": case.id,
        "code": file.code,
        "number": case.number,
        "title": case.title,
        "party_name": case.party_name,
        "case_kind": file.case_kind,
        "office_id": file.office_id,
        "office": office.name,
        "score": points(file.panel_score),
        "low": points(file.panel_low),
        "high": points(file.panel_score),
        "grade": file.panel_grade,
        "poor": file.is_poor,
        "findings": [_finding(finding, said) for finding in found],
        "machine": {
            "low": points(file.machine_low),
            "high": points(file.machine_high),
            "grade": file.machine_grade,
        },
        "people": file.panel_result.get("people", []),
    }


def _finding(finding: dict[str, Any], said: dict[str, str]) -> dict[str, Any]:
    reason = said.get(finding["rule"], "")
    by_machine = finding.get("machine_verdict", "breached") == "breached"
    notes = "；".join(finding.get("notes", []))
    return {
        **{key: finding[key] for key in ("rule", "title", "system", "verdict", "basis")},
        "message": finding["message"] if by_machine else reason or notes or finding["title"],
        "points": points(finding.get("deducted", 0)),
        "veto": bool(finding.get("veto")),
        "occurrences": finding.get("occurrences") or 1,
        "evidence": _shown(finding, by_machine),
        "fix": finding.get("fix", ""),
        "curable": bool(finding.get("curable")),
        "source": finding.get("source", "machine"),
        "reason": reason,
    }


def _shown(finding: dict[str, Any], by_machine: bool) -> list[dict[str, Any]]:
    """The proof of a finding: places, and in words what was looked for in vain."""
    machine = finding.get("evidence", []) if by_machine else []
    places = finding.get("anchors") or [e for e in machine if e.get("file")]
    looked = [e["quote"] for e in machine if e.get("absent")]
    if not by_machine:
        looked = [f"已查找{name}，未见" for name in finding.get("searched", [])]
    keys = ("file", "page", "quote", "at")
    return [{key: place.get(key) for key in keys} for place in places] + [
        dict.fromkeys(keys) | {"quote": words} for words in looked
    ]
