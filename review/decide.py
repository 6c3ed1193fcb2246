"""定级 and 典型差案: the panel's score by the standard's arithmetic, and the resolution that alone makes a 差案."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, select

from accounts import User
from casefiles import CaseFile
from foundation import clock, errors
from review.arithmetic import grade_words, machine_check, machine_findings
from review.deliberate import Votes, carried, gaps, settlements
from review.models import CAUSES, Resolution, Round, RoundFile
from review.replies import replies
from review.rounds import files, note, require_phase
from review.sheets import handed_in, lines, words_of
from review.verdicts import Word
from scoring_rules import load_standard

PENDING = "待核"


def final_words(session: Session, file: RoundFile) -> tuple[dict[str, Word], dict[str, str]]:
    """({rule: word that holds}, {rule: where it is from: agreed | settled | reply}).

    What all sheets share is agreed; a disputed rule holds only as settled; an accepted reply comes last.
    """
    words: dict[str, Word] = {}
    source: dict[str, str] = {}
    contested = {gap.finding["rule"] for gap in gaps(session, file)}
    for _, sheet in handed_in(session, file):
        for rule, word in words_of(lines(session, sheet)).items():
            if rule not in contested:
                words.setdefault(rule, word)
                source[rule] = "agreed"
    for rule, row in settlements(session, file).items():
        words[rule], source[rule] = Word(row.verdict, row.limbs, row.occurrences), "settled"
    for rule, reply in replies(session, file).items():
        if reply.state == "accepted":
            words[rule], source[rule] = Word(reply.verdict, {}, reply.occurrences), "reply"
    for rule in contested - set(words):
        words[rule], source[rule] = Word("undetermined"), "open"
    return words, source


def grade_file(session: Session, round_: Round, file: RoundFile) -> RoundFile:
    """Write the panel's score, grade and candidate flag of a file from the words that hold."""
    words, source = final_words(session, file)
    machine = {f["rule"]: f["verdict"] for f in machine_findings(session, file)}
    findings, grading = grade_words(session, round_, file, words)
    proof, deducted = proofs(session, file), {line.rule: line.deducted for line in grading.lines}
    for finding in findings:
        rule = finding["rule"]
        finding |= {"veto": rule in grading.vetoes, "deducted": deducted.get(rule, 0)}
        finding |= {"source": source.get(rule, "machine"), "machine_verdict": machine[rule]}
        finding |= proof.get(rule, {})
    file.panel_low, file.panel_score = grading.low, grading.high
    file.panel_grade, file.panel_flagged = grading.grade, grading.flagged
    told = [
        f for f in findings if f["verdict"] != "met" or f["machine_verdict"] != "met" or f["rule"] in words
    ]
    file.panel_result = {
        "findings": told,
        "lines": [line.to_json() for line in grading.lines],
        "totals": list(grading.totals),
        "pending": list(grading.pending),
        "people": people(session, file),
    }
    session.add(file)
    session.flush()
    return file


def people(session: Session, file: RoundFile) -> list[str]:
    """Names of officers and of a natural-person party, for the masking check of the anonymous version."""
    case = session.get_one(CaseFile, file.case_id)
    rows = (machine_check(session, file).get("facts", {}).get("officers") or {}).get("value") or []
    names = {str(row.get("name", "")) for row in rows if isinstance(row, dict)}
    if case.party_kind != "organisation":
        names.add(case.party_name)
    return sorted(name for name in names if name)


def proofs(session: Session, file: RoundFile) -> dict[str, dict[str, list[Any]]]:
    """{rule: places, searches and notes of the sheets that found it breached}, each once, by seat."""
    found: dict[str, dict[str, list[Any]]] = {}
    for _, sheet in handed_in(session, file):
        for rule, line in lines(session, sheet).items():
            if line.verdict != "breached":
                continue
            own = found.setdefault(rule, {"anchors": [], "searched": [], "notes": []})
            own["anchors"] += [anchor for anchor in line.anchors if anchor not in own["anchors"]]
            own["searched"] += [name for name in line.searched if name not in own["searched"]]
            own["notes"] += [line.note] if line.note and line.note not in own["notes"] else []
    return found


def grade_files(session: Session, round_: Round) -> list[RoundFile]:
    """Grade every file of the round anew."""
    return [grade_file(session, round_, file) for file in files(session, round_)]


def poor_conditions(round_: Round, file: RoundFile) -> list[str]:
    """Why a file is a candidate (D3), as sentences: breached vetoes, score under the lowest line, D1 event."""
    findings = (file.panel_result or {}).get("findings", [])
    reasons = [f"D3 否决项成立：{f['rule']} {f.get('title', '')}" for f in findings if f.get("veto")]
    lowest = load_standard(round_.standard_id).grades[-2][1]
    if file.panel_score is not None and file.panel_score < lowest:
        reasons.append(f"D3 得分 {file.panel_score / 10:.1f}，低于 {lowest / 10:.0f} 分")
    if file.must_reason:
        reasons.append(f"D1 外部情形：{file.must_reason}")
    return reasons


def resolution(session: Session, file: RoundFile) -> Resolution | None:
    """The panel's resolution on a file, if it was voted."""
    return session.exec(select(Resolution).where(Resolution.round_file_id == file.id)).first()


def resolve(
    session: Session,
    round_: Round,
    file: RoundFile,
    *,
    cause: str,
    reasons: str,
    minutes: str,
    votes: Votes,
    by: User,
) -> Resolution:
    """Vote, once, on whether a file is a 典型差案; needs a candidate, two sheets, reasons, the quorum."""
    require_phase(round_, "grading")
    conditions = poor_conditions(round_, file)
    _may_resolve(session, round_, file, conditions, cause, reasons)
    said: dict[str, Any] = {
        "conditions": conditions,
        "cause": cause,
        "reasons": reasons.strip(),
        "minutes": minutes.strip(),
    }
    row = Resolution(round_file_id=file.id, decided_at=clock.now(), decided_by=by.id, **said)
    session.add(row)
    session.flush()
    file.is_poor = row.passed = carried(session, round_, file, "resolution", row.id, votes, by)
    session.add_all([row, file])
    session.flush()
    outcome = f"{file.code} 表决{'' if row.passed else '不'}认定为典型差案"
    note(session, round_, by, "resolve", outcome, file=file.id, passed=row.passed)
    return row


def _may_resolve(
    session: Session, round_: Round, file: RoundFile, conditions: Sequence[str], cause: str, reasons: str
) -> None:
    if not conditions:
        raise errors.Refused(
            f"{file.code} 不符合差案候选条件（没有成立的否决项，得分在及格线以上，也没有外部情形）。",
            "只有候选案卷才能提交差案表决。",
        )
    if len(handed_in(session, file)) < round_.seats:
        raise errors.Refused(f"{file.code} 没有 {round_.seats} 份评分表，不能表决。", "请先完成评分。")
    if resolution(session, file):
        raise errors.Conflict(f"{file.code} 已经表决过。", "一卷只表决一次；请查看已有决议。")
    if cause not in CAUSES or not reasons.strip():
        raise errors.Refused("决议须选定问题根源并写明理由。", "请补全后重新提交，已填的票不会丢失。")


def open_candidates(session: Session, round_: Round) -> list[str]:
    """Codes of candidate files the panel has not voted on."""
    return [f.code for f in files(session, round_) if f.panel_flagged and resolution(session, f) is None]


def pending_files(session: Session, round_: Round) -> list[str]:
    """Codes of files whose grade is still open."""
    return [f.code for f in files(session, round_) if f.panel_grade in ("", PENDING)]


def unreviewed(session: Session, file: RoundFile) -> int:
    """Breaches and questions of the machine that nobody spoke on (0 once the sheets are in)."""
    words, _ = final_words(session, file)
    return sum(
        1
        for f in machine_findings(session, file)
        if f["verdict"] in ("breached", "undetermined") and f["rule"] not in words
    )
