"""The office's self-check: the panel's own rules over the facts as they stand; every run is kept.

The same facts, documents, pack and standard give the same run again instead of a new row.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from accounts import User
from casefiles.cases import label_of
from casefiles.check import STANDARD, grade_facts
from casefiles.factbook import Entry, book, facts
from casefiles.history import note
from casefiles.models import CaseFile, CheckRun
from casefiles.pieces import kinds_present
from foundation import clock
from scoring_rules import Fact, load_pack, load_standard


def run_check(
    session: Session, case: CaseFile, standard_id: str = STANDARD, by: User | None = None
) -> CheckRun:
    """Grade the case file now and make the run its current one."""
    entries = book(session, case.id)
    read = with_registration(case, facts(entries))
    documents = kinds_present(session, case.id)
    pack, standard = load_pack(), load_standard(standard_id)
    as_of = day_for(case, read)
    key = inputs_hash(entries, documents, case, pack.id, standard.full_id, as_of)
    current = session.get(CheckRun, case.current_check_id) if case.current_check_id else None
    if current is not None and current.inputs_hash == key:
        return current
    signed = case.signed_off_on is not None
    name = label_of(case)
    result = grade_facts(read, documents, case=name, signed_off=signed, as_of=as_of, standard=standard_id)
    run = _run_of(case, result, key, by)
    session.add(run)
    session.flush()
    _make_current(session, case, run, by)
    return run


def _run_of(case: CaseFile, result: dict[str, Any], key: str, by: User | None) -> CheckRun:
    return CheckRun(
        case_id=case.id,
        pack_hash=str(result["pack"]),
        standard_id=str(result["standard"]),
        result=result,
        inputs_hash=key,
        low=round(float(result["score"]["low"]) * 10),
        high=round(float(result["score"]["high"]) * 10),
        grade=str(result["grade"]),
        flagged=bool(result["flagged"]),
        by=by.id if by else None,
    )


def _make_current(session: Session, case: CaseFile, run: CheckRun, by: User | None) -> None:
    case.current_check_id = run.id
    case.low, case.high, case.grade, case.flagged = run.low, run.high, run.grade, run.flagged
    session.add(case)
    note(session, case, "check.run", f"自查：{interval(run.low, run.high)} 分，{run.grade}", by)
    session.flush()


def latest_check(session: Session, case: CaseFile) -> CheckRun | None:
    """The current run of a case file; ``None`` before the first."""
    return session.get(CheckRun, case.current_check_id) if case.current_check_id else None


def runs_of(session: Session, case_id: str, limit: int = 20) -> list[CheckRun]:
    """The latest runs, newest first."""
    query = select(CheckRun).where(CheckRun.case_id == case_id).order_by(col(CheckRun.id).desc())
    return list(session.exec(query.limit(limit)))


def with_registration(case: CaseFile, read: dict[str, Fact]) -> dict[str, Fact]:
    """The facts, with kind and procedure as the office registered them where no document shows them."""
    given = {"case_kind": case.case_kind, "procedure": case.procedure}
    for name, value in given.items():
        if value and (name not in read or read[name].state == "unrecorded"):
            read[name] = Fact(value=value)
    return read


def day_for(case: CaseFile, read: Mapping[str, Fact]) -> date | None:
    """The day for open terms: none for a closed case (the latest date in the file, as ``anheng check`` takes);
    for an open one today, or the day it was handed in."""
    closed = read.get("closed_on")
    if case.closed_on or (closed is not None and closed.value is not None):
        return None
    if case.status_at is not None and not case.editable:
        return clock.local(case.status_at).date()
    return clock.today()


def inputs_hash(
    entries: Mapping[str, Entry],
    documents: frozenset[str],
    case: CaseFile,
    pack: str,
    standard: str,
    as_of: date | None,
) -> str:
    """What a run was made from, as one digest."""
    inputs: list[Any] = [
        sorted(entry.now.id for entry in entries.values()),
        sorted(documents),
        [case.case_kind, case.procedure, case.signed_off_on is not None],
        [pack, standard, as_of.isoformat() if as_of else None],
    ]
    return hashlib.sha256(json.dumps(inputs, ensure_ascii=False).encode()).hexdigest()


def interval(low: int | None, high: int | None) -> str:
    """A score interval in tenths as people read it: 73.5–78.5, or one number where both ends meet."""
    if low is None or high is None:
        return "—"
    return f"{low / 10:.1f}" if low == high else f"{low / 10:.1f}–{high / 10:.1f}"
