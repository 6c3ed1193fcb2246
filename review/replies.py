"""申辩: the office answers finding by finding; someone who did not score the file decides."""

from sqlmodel import Session, col, select

from accounts import User
from foundation import clock, errors
from review.models import Assignment, Reply, Round, RoundFile
from review.rounds import note, panel, require_phase
from review.staffing import units

NEW_VERDICTS = ("met", "not_applicable", "breached")


def replies(session: Session, file: RoundFile) -> dict[str, Reply]:
    """{rule: reply} of a file."""
    return {r.rule: r for r in session.exec(select(Reply).where(Reply.round_file_id == file.id))}


def file_reply(
    session: Session, round_: Round, file: RoundFile, *, rule: str, text: str, evidence: str, by: User
) -> Reply:
    """An office objects to one breached finding of its own file; once, until the last day of 反馈."""
    require_phase(round_, "replying")
    if not text.strip():
        raise errors.Refused("申辩内容是空的。", "请写明不同意的理由和依据后提交。")
    last = round_.due.get("replying", "")
    if last and clock.today().isoformat() > last:
        raise errors.Refused(f"申辩期限已于 {last} 届满。", "如有正当理由，请书面联系评查组。")
    found = {f["rule"]: f for f in (file.panel_result or {}).get("findings", [])}
    if found.get(rule, {}).get("verdict") != "breached":
        raise errors.Refused(f"{rule} 没有被认定存在问题，不需要申辩。", "请从问题清单中选择一项。")
    if rule in replies(session, file):
        raise errors.Conflict(
            f"{rule} 已经提交过申辩。", "如需补充，请联系评查组；答复作出前可以补交书面材料。"
        )
    reply = Reply(
        round_file_id=file.id,
        rule=rule,
        text=text.strip(),
        evidence=evidence.strip(),
        filed_by=by.id,
        filed_at=clock.now(),
    )
    session.add(reply)
    session.flush()
    note(session, round_, by, "reply.file", f"{file.code} 对 {rule} 提出申辩", file=file.id, rule=rule)
    return reply


def deciders(session: Session, round_: Round, file: RoundFile) -> list[User]:
    """Panel members who may decide replies: never sat on the file, not of its unit."""
    scored = set(
        session.exec(select(Assignment.reviewer_id).where(Assignment.round_file_id == file.id)).all()
    )
    unit = units(session)
    return [
        user
        for _, user in panel(session, round_)
        if user.id not in scored and unit[user.office_id] != unit[file.office_id]
    ]


def decide_reply(
    session: Session,
    round_: Round,
    file: RoundFile,
    reply: Reply,
    *,
    accepted: bool,
    verdict: str,
    reason: str,
    by: User,
) -> Reply:
    """Accept a reply (with the verdict that then holds) or not, with reasons."""
    require_phase(round_, "replying")
    if by.id not in {user.id for user in deciders(session, round_, file)}:
        raise errors.Refused(
            "您评查过本卷，或与该单位同属一个市（州），不能答复这条申辩。", "请由评查组其他成员答复。"
        )
    if not reason.strip():
        raise errors.Refused("答复须写明理由。", "请填写采纳或不采纳的理由。")
    if accepted and verdict not in NEW_VERDICTS:
        raise errors.Refused("采纳申辩须选定改认的结论。", "请选择符合、不适用，或仍不符合但减少次数。")
    reply.state, reply.verdict = ("accepted", verdict) if accepted else ("rejected", "")
    reply.reason, reply.decided_by, reply.decided_at = reason.strip(), by.id, clock.now()
    session.add(reply)
    session.flush()
    outcome = "采纳" if accepted else "不采纳"
    note(session, round_, by, "reply.decide", f"{file.code} {reply.rule} 申辩{outcome}", file=file.id)
    return reply


def waiting(session: Session, round_: Round) -> list[tuple[RoundFile, Reply]]:
    """Replies not yet decided."""
    query = (
        select(RoundFile, Reply)
        .join(Reply, col(Reply.round_file_id) == RoundFile.id)
        .where(RoundFile.round_id == round_.id, Reply.state == "filed")
        .order_by(col(Reply.filed_at))
    )
    return list(session.exec(query))
