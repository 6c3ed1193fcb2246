"""The draw of a round as recorded acts: freeze and publish the list, fix the seed later, take the files in."""

import hashlib
from typing import Any

from sqlmodel import Session, select

from accounts import Office, User
from casefiles import CaseFile, CheckRun, latest_check, run_check, set_status
from foundation import clock, errors
from review.draw import DrawError, Entry, Frozen, Plan, draw, freeze
from review.models import Draw, MustDraw, Round, RoundFile
from review.rounds import candidates, note, require_phase, same_pack


def round_draw(session: Session, round_: Round) -> Draw | None:
    """The draw of a round once its list is frozen."""
    return session.exec(select(Draw).where(Draw.round_id == round_.id)).first()


def freeze_list(session: Session, round_: Round, *, seed_source: str, by: User) -> Draw:
    """Freeze the submitted catalogue; from now on list, plan and announced seed source cannot change."""
    require_phase(round_, "drawing")
    if round_draw(session, round_):
        raise errors.Conflict("抽样名单已经冻结过了。", "请刷新页面查看已公布的名单和哈希值。")
    try:
        frozen = freeze(
            round_id=round_.id,
            title=round_.title,
            entries=entries(session, round_),
            plan=Plan(round_.per_office, round_.per_kind),
            seed_source=seed_source,
        )
    except DrawError as error:
        raise errors.Refused(str(error)) from error
    row = Draw(
        round_id=round_.id,
        list_text=frozen.text,
        list_sha256=frozen.sha256,
        seed_source=seed_source.strip(),
        frozen_at=clock.now(),
    )
    session.add(row)
    session.flush()
    total = len(frozen.content["entries"])
    text = f"冻结抽样名单 {total} 卷，SHA-256 {frozen.sha256}，种子来源：{row.seed_source}"
    note(session, round_, by, "draw.freeze", text, sha256=frozen.sha256)
    return row


def entries(session: Session, round_: Round) -> list[Entry]:
    """The catalogue as entries; officer pairs only as a pseudonym, since the list is published."""
    offices = {office.id: office for office in session.exec(select(Office))}
    marks = {
        m.case_id: m.reason for m in session.exec(select(MustDraw).where(MustDraw.round_id == round_.id))
    }
    return [
        Entry(
            case=case.id,
            office=offices[case.office_id].code,
            office_name=offices[case.office_id].name,
            kind=case.case_kind,
            number=case.number,
            team=_team(round_, latest_check(session, case)),
            must=marks.get(case.id, ""),
        )
        for case in candidates(session, round_)
    ]


def _team(round_: Round, check: CheckRun | None) -> str:
    officers = ((check.result if check else {}).get("facts") or {}).get("officers") or {}
    rows: list[dict[str, Any]] = officers.get("value") or []
    names = sorted(str(row.get("name", "")) for row in rows[:2])
    return hashlib.sha256("\n".join((round_.id, *names)).encode()).hexdigest()[:12] if names else ""


def fix_seed(session: Session, round_: Round, *, seed: str, how: str, by: User) -> Draw:
    """Write down the seed once it is public and draw; the files enter the round with their blind codes."""
    require_phase(round_, "drawing")
    row = round_draw(session, round_)
    if row is None or row.seed:
        raise errors.Refused(
            "名单尚未冻结，或者已经抽样。", "请先冻结名单并公布哈希值；已抽样的，请查看抽样结果。"
        )
    row.seed_fixed_at = clock.now()
    try:
        row.record = draw(
            Frozen(row.list_text, row.list_sha256),
            seed=seed,
            how=how,
            frozen_at=row.frozen_at.isoformat(timespec="milliseconds"),
            fixed_at=row.seed_fixed_at.isoformat(timespec="milliseconds"),
        )
    except DrawError as error:
        raise errors.Refused(str(error)) from error
    row.seed, row.seed_how = row.record["seed"]["value"], how.strip()
    session.add(row)
    take_in(session, round_, row, by=by)
    text = f"确定随机种子 {row.seed}（{row.seed_how}），抽中 {len(row.record['selected'])} 卷"
    note(session, round_, by, "draw.seed", text, seed=row.seed, list_sha256=row.list_sha256)
    return row


def take_in(session: Session, round_: Round, row: Draw, *, by: User) -> list[RoundFile]:
    """One RoundFile per selected case; codes follow the rank, so they tell nothing about the office."""
    reasons = {entry["case"]: entry["must"] for entry in row.record["list"]["entries"]}
    taken = []
    for place, item in enumerate(sorted(row.record["selected"], key=lambda s: s["rank"]), 1):
        case = session.get(CaseFile, item["case"])
        if case is None:
            raise errors.NotFound()
        file = RoundFile(
            round_id=round_.id,
            case_id=case.id,
            office_id=case.office_id,
            case_kind=case.case_kind,
            code=f"卷{place:03d}",
            why=item["why"],
            must_reason=reasons[case.id],
        )
        session.add(file)
        session.flush()
        check_file(session, round_, file, by=by)
        set_status(session, case=case, status="in_review", by=by)
        taken.append(file)
    return taken


def check_file(session: Session, round_: Round, file: RoundFile, *, by: User) -> RoundFile:
    """Grade a drawn file by the round's frozen pack and standard and pin that check to it."""
    same_pack(round_)
    case = session.get(CaseFile, file.case_id)
    if case is None:
        raise errors.NotFound()
    check = latest_check(session, case)
    if check is None or (check.pack_hash, check.standard_id) != (round_.pack_id, round_.standard_ref):
        check = run_check(session, case, round_.standard_id, by)
    file.check_id, file.machine_grade = check.id, check.grade
    file.machine_low, file.machine_high, file.machine_flagged = check.low, check.high, check.flagged
    session.add(file)
    session.flush()
    return file
