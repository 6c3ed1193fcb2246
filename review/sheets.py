"""The blind score sheet: one reviewer, one file; private until submitted, unchangeable afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from accounts import User
from foundation import clock, errors
from review.arithmetic import can_veto, grade_words, machine_findings
from review.models import Assignment, Round, RoundFile, Sheet, SheetLine
from review.rounds import note, require_phase
from review.verdicts import Finding, Word, WordError, check_word, disputed, machine_anchors, open_rules
from scoring_rules import Score


@dataclass(frozen=True)
class Change:
    """What the desk sends for one rule; `action` '' keeps a note without deciding."""

    action: str
    verdict: str = ""
    limbs: Mapping[str, str] = field(default_factory=dict)
    occurrences: int = 0
    note: str = ""
    anchors: list[dict[str, Any]] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)


class LineConflict(errors.Conflict):
    """The line was saved from another window since this one loaded it; `line` is what stands now."""

    def __init__(self, line: SheetLine | None) -> None:
        super().__init__(
            "这一项已在另一窗口保存过，您刚才的改动没有保存。", "请对照两处内容，选择保留哪一个后再保存。"
        )
        self.line = line


def sheet_of(session: Session, seat: Assignment) -> Sheet | None:
    """The sheet of a seat, None until something was written."""
    return session.exec(select(Sheet).where(Sheet.assignment_id == seat.id)).first()


def open_sheet(session: Session, seat: Assignment) -> Sheet:
    """The sheet of a seat, begun if need be. Refused when the seat was given back or the sheet handed in."""
    session.refresh(
        seat, with_for_update=True
    )  # one save at a time per seat, also where rows are locked singly
    if seat.state != "assigned":
        raise errors.Refused("该卷已改派或回避，不能再评分。", "请从“我的队列”选择其他案卷。")
    sheet = sheet_of(session, seat)
    if sheet is None:
        sheet = Sheet(assignment_id=seat.id, round_file_id=seat.round_file_id, reviewer_id=seat.reviewer_id)
        session.add(sheet)
        session.flush()
    if sheet.state != "draft":
        raise errors.Refused("评分表已提交，不能再改。", "如有异议，请在合议时提出。")
    return sheet


def lines(session: Session, sheet: Sheet | None) -> dict[str, SheetLine]:
    """{rule: line} of a sheet."""
    if sheet is None:
        return {}
    query = select(SheetLine).where(SheetLine.sheet_id == sheet.id).order_by(col(SheetLine.rule))
    return {line.rule: line for line in session.exec(query)}


def words_of(rows: Mapping[str, SheetLine]) -> dict[str, Word]:
    """The decided lines as words; a line that only holds a note decides nothing."""
    return {r: Word(x.verdict, x.limbs, x.occurrences) for r, x in rows.items() if x.action}


def save_line(
    session: Session, round_: Round, seat: Assignment, *, rule: str, change: Change, version: int
) -> SheetLine:
    """Save one rule of a draft. `version` is what the desk last saw (0: no line yet), else LineConflict."""
    require_phase(round_, "scoring", "settling")
    sheet = open_sheet(session, seat)
    finding = finding_of(session, seat, rule)
    line = lines(session, sheet).get(rule)
    if (line.version if line else 0) != version:
        raise LineConflict(line)
    if line is None:
        line = SheetLine(sheet_id=sheet.id, rule=rule, machine_verdict=finding["verdict"])
    _write(line, finding, change)
    session.add(line)
    session.flush()
    return line


def finding_of(session: Session, seat: Assignment, rule: str) -> Finding:
    """The machine's finding on a rule in the file of a seat."""
    file = session.get(RoundFile, seat.round_file_id)
    if file is None:
        raise errors.NotFound()
    found = next((f for f in machine_findings(session, file) if f["rule"] == rule), None)
    if found is None:
        raise errors.NotFound(f"本卷没有适用 {rule} 这一项。", "请刷新评分台后重试。")
    return found


def _write(line: SheetLine, finding: Finding, change: Change) -> None:
    anchors, searched = change.anchors, change.searched
    verdict, limbs, occurrences = change.verdict, dict(change.limbs), change.occurrences
    if change.action == "confirm":
        verdict, limbs, occurrences = finding["verdict"], {}, int(finding.get("occurrences") or 0)
        machine = machine_anchors(finding)
        anchors, searched = anchors or machine[0], searched or machine[1]
    elif change.action == "reject":
        verdict, limbs, occurrences = change.verdict or "met", {}, 0
    if change.action:
        word = Word(verdict, limbs, occurrences)
        try:
            check_word(
                finding, action=change.action, word=word, note=change.note, anchors=anchors, searched=searched
            )
        except WordError as error:
            raise errors.Refused(str(error)) from error
    line.action, line.verdict, line.limbs, line.occurrences = change.action, verdict, limbs, occurrences
    line.note, line.anchors, line.searched = change.note.strip(), list(anchors), list(searched)


def affirm_system(session: Session, round_: Round, seat: Assignment, *, system: str) -> int:
    """Answer the open questions of one system with “符合”; breaches and vetoes are looked at one by one."""
    require_phase(round_, "scoring", "settling")
    sheet = open_sheet(session, seat)
    file = session.get_one(RoundFile, seat.round_file_id)
    written, count = lines(session, sheet), 0
    for finding in machine_findings(session, file):
        line = written.get(finding["rule"])
        if finding.get("system") != system or finding["verdict"] != "undetermined":
            continue
        if can_veto(round_, finding["rule"]):
            continue
        if line is None or not line.action:
            line = line or SheetLine(sheet_id=sheet.id, rule=finding["rule"], machine_verdict="undetermined")
            line.action, line.verdict, line.note = "amend", "met", line.note or "逐项查看后一并认定符合"
            session.add(line)
            count += 1
    session.flush()
    return count


def totals(session: Session, round_: Round, file: RoundFile, sheet: Sheet | None) -> Score:
    """What the sheet comes to as it now stands; rules without a word keep the machine's verdict."""
    return grade_words(session, round_, file, words_of(lines(session, sheet)))[1]


def left(session: Session, file: RoundFile, sheet: Sheet | None) -> list[str]:
    """Rules that still need the reviewer's word."""
    return open_rules(machine_findings(session, file), words_of(lines(session, sheet)))


def open_rules_of(session: Session, seat: Assignment) -> list[str]:
    """Rules of a seat's file that still need its reviewer's word."""
    return left(session, session.get_one(RoundFile, seat.round_file_id), sheet_of(session, seat))


def handed_in(session: Session, file: RoundFile) -> list[tuple[Assignment, Sheet]]:
    """Submitted sheets of the seats now held, by seat."""
    query = (
        select(Assignment, Sheet)
        .join(Sheet, col(Sheet.assignment_id) == Assignment.id)
        .where(
            Assignment.round_file_id == file.id, Assignment.state == "assigned", Sheet.state == "submitted"
        )
        .order_by(col(Assignment.seat))
    )
    return list(session.exec(query))


def submit(session: Session, round_: Round, seat: Assignment, *, remark: str, by: User) -> Sheet:
    """Hand the sheet in: every breach and question answered, score and deductions written, nothing editable."""
    require_phase(round_, "scoring", "settling")
    sheet = open_sheet(session, seat)
    file = session.get_one(RoundFile, seat.round_file_id)
    open_ = left(session, file, sheet)
    if open_:
        raise errors.Refused(
            f"还有 {len(open_)} 项没有处理：{'、'.join(open_[:8])}{'等' if len(open_) > 8 else ''}。",
            "请逐项确认、不认定或修改后再提交；查不清的选“待核”并写明原因。",
        )
    grading = totals(session, round_, file, sheet)
    deducted = {line.rule: line.deducted for line in grading.lines}
    for line in lines(session, sheet).values():
        line.deducted = deducted.get(line.rule, 0)
        session.add(line)
    sheet.low, sheet.high, sheet.grade = grading.low, grading.high, grading.grade
    sheet.state, sheet.remark, sheet.submitted_at = "submitted", remark.strip(), clock.now()
    session.add(sheet)
    session.flush()
    note_disputes(session, file)
    note(session, round_, by, "sheet.submit", f"提交 {file.code} 评分表", file=file.id, sheet=sheet.id)
    return sheet


def note_disputes(session: Session, file: RoundFile) -> None:
    """Write down which rules the sheets handed in so far leave to the panel."""
    words = [words_of(lines(session, sheet)) for _, sheet in handed_in(session, file)]
    file.disputed = disputed(machine_findings(session, file), words) if len(words) > 1 else []
    session.add(file)
    session.flush()
