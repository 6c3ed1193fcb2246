"""Frozen results: everything a circular may state, in one canonical JSON with its hash.

`frozen_results` gives (scores are decimal strings of points with one digit, dates ISO 8601):

{"round": {id, title, year, office, closed_from, closed_to, kinds, frozen_at}, "pack", "standard": {id, ref, title,
 full, grades: [{name, from}]}, "submitted", "offices": [{id, name, short_name, submitted, drawn, grades: {name: n},
 mean, poor}], "kinds": {kind: {drawn, grades}}, "rules": [{rule, title, system, basis, files, occurrences}],
 "files": [{id, case_id, code, number, title, party_name, case_kind, office_id, office, score, low, high, grade, poor,
 findings: [breached only: {rule, title, system, verdict, message, basis, points, veto, evidence, fix, curable, source,
 reason}], machine: {low, high, grade}, people}], "poor": [{file_id, number, title,
 office, cause, conditions, reasons, votes: {for, against, abstain}, dissent, decided_on}], "watch": [{file_id, office,
 number, why}] (D4), "agreement": {files, lines, percent, kappa, alpha, ac1, intervals, enough}, "draw": {list_sha256,
 seed, seed_how, population, drawn, …}, "replies": {filed, accepted}, "audit_head": {chain, seq, digest}}

Written once by `freeze`; from then on read back from the round, so a later change of any row cannot reach it.
"""

import json
from collections import Counter
from typing import Any

from sqlmodel import Session, col, select

from accounts import Office, User
from casefiles import CaseFile, set_status
from foundation import audit, clock, errors
from review.analysis import round_agreement
from review.decide import grade_files, resolution
from review.deliberate import ballots
from review.draw import canonical, digest
from review.filesheet import file_result, points
from review.models import CAUSES, Reply, Round, RoundFile
from review.phases import blockers
from review.rounds import files, note, require_phase
from review.sampling import round_draw
from review.watch import watch
from scoring_rules import Standard, load_standard


def frozen_results(session: Session, round_: Round) -> dict[str, Any]:
    """The results as frozen; before freezing, as they stand now (a preview: `round.frozen_at` is None)."""
    if round_.frozen_text:
        stored: dict[str, Any] = json.loads(round_.frozen_text)
        return stored
    return build(session, round_)


def shown_results(session: Session, round_: Round) -> dict[str, Any]:
    """The results for the page: as frozen, or as they stand without what only the circular needs."""
    return frozen_results(session, round_) if round_.frozen_text else build(session, round_, compared=False)


def freeze(session: Session, round_: Round, *, by: User) -> Round:
    """Grade anew, write the results once with their SHA-256, close the round and its case files."""
    require_phase(round_, "grading")
    grade_files(session, round_)
    obstacles = blockers(session, round_)
    if obstacles:
        raise errors.Refused("还不能冻结结果：" + "；".join(obstacles) + "。", "请先完成以上各项。")
    round_.frozen_at = clock.now()
    round_.frozen_text = canonical(build(session, round_))
    round_.frozen_sha256 = digest(round_.frozen_text)
    round_.phase, round_.phase_at = "archived", round_.frozen_at
    session.add(round_)
    for file in files(session, round_):
        case = session.get_one(CaseFile, file.case_id)
        set_status(session, case=case, status="reviewed", by=by)
    text = f"冻结活动“{round_.title}”结果，SHA-256 {round_.frozen_sha256}"
    note(session, round_, by, "freeze", text, sha256=round_.frozen_sha256)
    return round_


def build(session: Session, round_: Round, *, compared: bool = True) -> dict[str, Any]:
    """The results from the rows as they stand; without the agreement figures when not `compared`."""
    offices = {office.id: office for office in session.exec(select(Office))}
    rows = [file_result(session, file, offices[file.office_id]) for file in files(session, round_)]
    standard = load_standard(round_.standard_id)
    names = [name for name, _ in standard.grades]
    return {
        "round": _round(round_, offices),
        "pack": round_.pack_id,
        "standard": _standard(standard, round_.standard_ref),
        "submitted": sum(_submitted(session, round_).values()),
        "offices": _offices(session, round_, rows, offices, names),
        "kinds": _kinds(rows, names),
        "rules": _rules(rows),
        "files": rows,
        "watch": watch(rows, standard.grades[-2][1] / 10),
        "poor": [poor for file in files(session, round_) for poor in _poor(session, file, offices)],
        "agreement": round_agreement(session, round_) if compared else {},
        "draw": _draw(session, round_),
        "replies": _replies(session, round_),
        "audit_head": _head(session, round_.office_id),
    }


def _round(round_: Round, offices: dict[str, Office]) -> dict[str, Any]:
    return {
        "id": round_.id,
        "title": round_.title,
        "year": round_.year,
        "office": offices[round_.office_id].name,
        "closed_from": round_.closed_from.isoformat(),
        "closed_to": round_.closed_to.isoformat(),
        "kinds": round_.kinds,
        "frozen_at": round_.frozen_at.isoformat(timespec="seconds") if round_.frozen_at else None,
    }


def _standard(standard: Standard, ref: str) -> dict[str, Any]:
    return {
        "id": standard.id,
        "ref": ref,
        "title": standard.title,
        "full": standard.full // 10,
        "grades": [{"name": name, "from": points(line)} for name, line in standard.grades],
    }


def _kinds(rows: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["case_kind"], []).append(row)
    return {kind: {"drawn": len(own), "grades": _grades(own, names)} for kind, own in sorted(by_kind.items())}


def _grades(rows: list[dict[str, Any]], names: list[str]) -> dict[str, int]:
    count = Counter(row["grade"] for row in rows)
    return {name: count[name] for name in names} | {k: v for k, v in count.items() if k not in names}


def _submitted(session: Session, round_: Round) -> Counter[str]:
    row = round_draw(session, round_)
    return Counter(e["office"] for e in json.loads(row.list_text)["entries"]) if row else Counter()


def _offices(
    session: Session,
    round_: Round,
    rows: list[dict[str, Any]],
    offices: dict[str, Office],
    names: list[str],
) -> list[dict[str, Any]]:
    submitted, result = _submitted(session, round_), []
    for id_ in round_.office_ids:
        office, own = offices[id_], [row for row in rows if row["office_id"] == id_]
        tenths = [round(float(row["score"]) * 10) for row in own if row["score"]]
        mean = (2 * sum(tenths) + len(tenths)) // (2 * len(tenths)) if tenths else None
        result.append(
            {
                "id": id_,
                "name": office.name,
                "short_name": office.short_name,
                "submitted": submitted[office.code],
                "drawn": len(own),
                "grades": _grades(own, names),
                "mean": points(mean),
                "poor": sum(1 for row in own if row["poor"]),
            }
        )
    return result


def _rules(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for finding in (finding for row in rows for finding in row["findings"]):
        by_rule.setdefault(finding["rule"], []).append(finding)
    return [
        {
            "rule": rule,
            "title": own[0]["title"],
            "system": own[0]["system"],
            "basis": sorted({basis for finding in own for basis in finding["basis"]}),
            "files": len(own),
            "occurrences": sum(finding["occurrences"] for finding in own),
        }
        for rule, own in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _poor(session: Session, file: RoundFile, offices: dict[str, Office]) -> list[dict[str, Any]]:
    row = resolution(session, file)
    if row is None or not row.passed:
        return []
    case, votes = session.get_one(CaseFile, file.case_id), ballots(session, row.id)
    count = Counter(vote.choice for vote in votes)
    return [
        {
            "file_id": file.id,
            "number": case.number,
            "title": case.title,
            "office": offices[file.office_id].name,
            "cause": CAUSES[row.cause],
            "conditions": row.conditions,
            "reasons": row.reasons,
            "votes": {choice: count[choice] for choice in ("for", "against", "abstain")},
            "dissent": [vote.reason for vote in votes if vote.choice == "against"],
            "decided_on": clock.local(row.decided_at).date().isoformat(),
        }
    ]


def _draw(session: Session, round_: Round) -> dict[str, Any]:
    row = round_draw(session, round_)
    if row is None:
        return {}
    return {
        "list_sha256": row.list_sha256,
        "seed": row.seed,
        "seed_source": row.seed_source,
        "seed_how": row.seed_how,
        "frozen_at": row.frozen_at.isoformat(timespec="seconds"),
        "seed_fixed_at": row.seed_fixed_at.isoformat(timespec="seconds") if row.seed_fixed_at else None,
        "population": len(json.loads(row.list_text)["entries"]),
        "drawn": len(row.record.get("selected", [])),
        "must": sum(1 for item in row.record.get("selected", []) if item["why"] == "must"),
    }


def _replies(session: Session, round_: Round) -> dict[str, int]:
    query = select(Reply.state).join(RoundFile, col(RoundFile.id) == Reply.round_file_id)
    states = list(session.exec(query.where(RoundFile.round_id == round_.id)))
    return {"filed": len(states), "accepted": states.count("accepted")}


def _head(session: Session, chain: str) -> dict[str, Any]:
    head = session.get(audit.AuditHead, chain)
    return {"chain": chain, "seq": head.seq if head else 0, "digest": head.digest if head else ""}
