"""What the scoring desk shows of one file: findings by system with their proof, the documents, the arithmetic."""

from typing import Any

from sqlmodel import Session, col, select

from accounts import Office
from casefiles import CaseFile, Document, StoredFile, files_of, place_of
from review.arithmetic import can_veto, machine_check, machine_findings
from review.blinding import conceal, secrets_of
from review.models import Assignment, Round, RoundFile, Sheet, SheetLine
from review.sheets import left, lines, sheet_of, totals, words_of
from review.verdicts import limb_verdicts
from scoring_rules import DOCUMENT_KINDS, SYSTEMS, Score, load_standard

SHOWN = [
    "rule",
    "title",
    "system",
    "verdict",
    "message",
    "question",
    "basis",
    "fix",
    "occurrences",
    "confirmed",
]

SCOPE = ("case_kind", "procedure")  # facts that only say which rules apply: no proof of anything


def names_hidden(session: Session, round_: Round, file: RoundFile) -> list[str]:
    """What has to be covered for the reviewers of this file; nothing when the round does not hide identities."""
    if not round_.hide_identity:
        return []
    case = session.get_one(CaseFile, file.case_id)
    office = session.get_one(Office, file.office_id)
    above = session.exec(select(Office).where(col(Office.id).in_(office.path.strip("/").split("/"))))
    return secrets_of(case, above, machine_check(session, file).get("facts", {}))


def desk_state(session: Session, round_: Round, file: RoundFile, seat: Assignment) -> dict[str, Any]:
    """Everything the desk's script needs, identities covered: items, files, documents, score."""
    sheet, case = sheet_of(session, seat), session.get_one(CaseFile, file.case_id)
    written = lines(session, sheet)
    stored = {f.name: f for f in files_of(session, case.id)}
    names = names_hidden(session, round_, file)
    items = [
        item(round_, finding, written.get(finding["rule"]), stored)
        for finding in machine_findings(session, file)
    ]
    state = {
        "items": sorted(items, key=lambda i: (list(SYSTEMS).index(i["system"]), i["rank"], i["rule"])),
        "systems": [{"id": key, "label": label} for key, label in SYSTEMS.items()],
        "documents": documents(session, case, stored),
        "files": [
            {"id": f.id, "name": f.name, "pages": f.page_count, "image": f.media in ("pdf", "image")}
            for f in stored.values()
            if f.state in ("read", "kept")
        ],
    }
    shown: dict[str, Any] = conceal(state, names)
    return shown | progress(session, round_, file, sheet)


def item(
    round_: Round, finding: dict[str, Any], line: SheetLine | None, stored: dict[str, StoredFile]
) -> dict[str, Any]:
    """One criterion: what the machine found with its proof, and what the reviewer has said so far."""
    limbs = [
        {"id": key, "title": _limb_title(finding, key), "verdict": verdict}
        for key, verdict in limb_verdicts(finding).items()
    ]
    proof = [
        _evidence(entry, stored)
        for entry in finding.get("evidence", ())
        if entry.get("absent") or (entry.get("file") and entry.get("fact") not in SCOPE)
    ]
    return {
        **{key: finding.get(key) for key in SHOWN},
        "veto": can_veto(round_, finding["rule"]),
        "severity": finding.get("severity", 0) / 10,
        "rank": {"breached": 0, "undetermined": 1}.get(finding["verdict"], 2),
        "where": [DOCUMENT_KINDS.get(kind, kind) for kind in finding.get("where") or ()],
        "limbs": limbs,
        "evidence": proof,
        "line": line_state(line, stored),
    }


def _limb_title(finding: dict[str, Any], limb: str) -> str:
    part = finding["limbs"][limb]
    return str(part.get("title") or limb) if isinstance(part, dict) else limb


def _evidence(entry: dict[str, Any], stored: dict[str, StoredFile]) -> dict[str, Any]:
    if entry.get("absent"):
        return {"absent": entry.get("quote") or f"未见{entry['label']}"}
    return {"label": entry.get("label") or "", "quote": entry.get("quote") or "", **_place(entry, stored)}


def _place(entry: dict[str, Any], stored: dict[str, StoredFile]) -> dict[str, Any]:
    place = place_of(entry, stored)
    return {
        "file": place.file,
        "name": place.name,
        "page": place.page,
        "box": place.box,
        "at": place.at,
        "turn": place.turn,
        "words": place.words,
    }


def line_state(line: SheetLine | None, stored: dict[str, StoredFile]) -> dict[str, Any]:
    """A line as the desk holds it; version 0 when nothing was written."""
    if line is None:
        return {"version": 0, "action": "", "anchors": [], "searched": [], "limbs": {}, "note": ""}
    return {
        "version": line.version,
        "action": line.action,
        "verdict": line.verdict,
        "limbs": line.limbs,
        "occurrences": line.occurrences,
        "note": line.note,
        "anchors": [{**anchor, "place": _place(anchor, stored)} for anchor in line.anchors],
        "searched": line.searched,
    }


def documents(session: Session, case: CaseFile, stored: dict[str, StoredFile]) -> list[dict[str, Any]]:
    """The catalogue: kind, title and where each document begins."""
    by_id = {f.id: f for f in stored.values()}
    query = select(Document).where(Document.case_id == case.id).order_by(col(Document.position))
    return [
        {
            "kind": DOCUMENT_KINDS.get(document.kind, document.kind),
            "title": document.title,
            "page_total": document.page_total,
            **_place(
                {
                    "file": by_id[document.file_id].name,
                    "page": document.pages[0] if document.pages else None,
                },
                stored,
            ),
        }
        for document in session.exec(query)
        if document.file_id in by_id
    ]


def progress(session: Session, round_: Round, file: RoundFile, sheet: Sheet | None) -> dict[str, Any]:
    """What is left to do and what the sheet comes to so far."""
    open_ = left(session, file, sheet)
    return {
        "left": open_,
        "said": len(words_of(lines(session, sheet))),
        "score": score_state(round_, totals(session, round_, file, sheet)),
        "state": sheet.state if sheet else "draft",
    }


def score_state(round_: Round, score: Score) -> dict[str, Any]:
    """The live arithmetic: interval in points, grade, one line per deduction, the sums."""
    return {
        "low": score.low / 10,
        "high": score.high / 10,
        "full": load_standard(round_.standard_id).full / 10,
        "grade": score.grade,
        "flagged": score.flagged,
        "vetoes": list(score.vetoes),
        "lines": [{"rule": line.rule, "text": line.text} for line in score.lines],
        "totals": list(score.totals),
    }
