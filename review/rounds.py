"""Rounds and their phases: who may move one on, what still stands in the way, who sees what when.

筹备 → 报送 → 抽取 → 初评 → 合议 → 反馈 → 定级 → 归档. Leaving 筹备 freezes rule pack and standard by hash, so
that self-check, reviewers and panel judge by one text. Every move is an audit entry; a step back needs a reason.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from accounts import Office, User
from casefiles import CaseFile
from foundation import audit, clock, errors
from review.models import PHASES, Assignment, Draw, MustDraw, Panelist, Round, RoundFile, Sheet
from scoring_rules import keep_criteria, load_pack, load_standard

ORDER = list(PHASES)
SCOPE_STATUSES = ("submitted", "reviewed")


def create_round(session: Session, *, by: User, scope: dict[str, Any], panel: Sequence[str] = ()) -> Round:
    """A new round hosted by the office of `by`; `scope` holds the Round fields of the form."""
    if scope["closed_from"] > scope["closed_to"]:
        raise errors.Refused("办结期间的起日晚于止日。", "请对调两个日期后重新保存。")
    load_standard(scope["standard_id"])
    round_ = Round(office_id=by.office_id, phase_at=clock.now(), **scope)
    session.add(round_)
    session.flush()
    note(session, round_, by, "create", f"新建评查活动“{round_.title}”")
    for user_id in dict.fromkeys((by.id, *panel)):
        add_panelist(session, round_, user_id, duty="leader" if user_id == by.id else "reviewer", by=by)
    return round_


def edit_round(session: Session, round_: Round, *, scope: dict[str, Any], by: User) -> Round:
    """Change scope and plan while the round is still being prepared."""
    require_phase(round_, "preparing")
    if scope["closed_from"] > scope["closed_to"]:
        raise errors.Refused("办结期间的起日晚于止日。", "请对调两个日期后重新保存。")
    for name, value in scope.items():
        setattr(round_, name, value)
    session.add(round_)
    session.flush()
    note(session, round_, by, "edit", f"修改评查活动“{round_.title}”的方案")
    return round_


def note(
    session: Session, round_: Round, by: User | None, action: str, text: str, **data: Any
) -> audit.AuditEntry:
    """One audit entry in the chain of the round's host office."""
    return audit.record(
        session,
        actor=by,
        action=f"review.{action}",
        target=f"round:{round_.id}",
        office_id=round_.office_id,
        text=text,
        data=data,
    )


def add_panelist(
    session: Session, round_: Round, user_id: str, *, duty: str, by: User, cap: int = 0
) -> Panelist:
    """Put a person on the panel, or change the duty (leader | reviewer) and cap of one who is on it."""
    user = session.get(User, user_id)
    if user is None:
        raise errors.NotFound()
    member = session.exec(
        select(Panelist).where(Panelist.round_id == round_.id, Panelist.user_id == user_id)
    ).first() or Panelist(round_id=round_.id, user_id=user_id)
    member.duty, member.cap = duty, cap
    session.add(member)
    session.flush()
    label = "组长" if duty == "leader" else "评查员"
    note(session, round_, by, "panel", f"{user.name} 列为{label}", user=user_id, duty=duty, cap=cap)
    return member


def remove_panelist(session: Session, round_: Round, user_id: str, *, by: User) -> None:
    """Take a person off the panel; refused while they still hold files."""
    busy = session.exec(
        select(Assignment.id).where(
            Assignment.round_id == round_.id,
            Assignment.reviewer_id == user_id,
            Assignment.state == "assigned",
        )
    ).first()
    if busy:
        raise errors.Refused("该评查员名下还有案卷，不能移出评查组。", "请先在“分派”页把案卷改派他人。")
    member = session.exec(
        select(Panelist).where(Panelist.round_id == round_.id, Panelist.user_id == user_id)
    ).one()
    session.delete(member)
    note(session, round_, by, "panel", "移出评查组成员一名", user=user_id)


def panel(session: Session, round_: Round) -> list[tuple[Panelist, User]]:
    """Members with their accounts, leader first."""
    query = (
        select(Panelist, User)
        .join(User, col(User.id) == Panelist.user_id)
        .where(Panelist.round_id == round_.id)
        .order_by(col(Panelist.duty), col(User.name))
    )
    return list(session.exec(query))


def candidates(session: Session, round_: Round) -> list[CaseFile]:
    """The submitted catalogue in scope: offices, kinds, 办结 within the period."""
    query = select(CaseFile).where(
        col(CaseFile.office_id).in_(round_.office_ids),
        col(CaseFile.case_kind).in_(round_.kinds),
        col(CaseFile.status).in_(SCOPE_STATUSES),
        col(CaseFile.closed_on).between(round_.closed_from, round_.closed_to),
    )
    return list(session.exec(query.order_by(col(CaseFile.office_id), col(CaseFile.id))))


def mark_must_draw(session: Session, round_: Round, case: CaseFile, *, reason: str, by: User) -> None:
    """Note that a case has to be drawn (D1), or take the note back with an empty reason."""
    require_phase(round_, "collecting", "drawing")
    if session.exec(select(Draw).where(Draw.round_id == round_.id)).first():
        raise errors.Refused("抽样名单已经冻结，不能再改必抽案卷。", "如确有遗漏，请在归档意见中另行说明。")
    mark = session.exec(
        select(MustDraw).where(MustDraw.round_id == round_.id, MustDraw.case_id == case.id)
    ).first()
    if mark and not reason.strip():
        session.delete(mark)
    elif reason.strip():
        mark = mark or MustDraw(round_id=round_.id, case_id=case.id, reason="")
        mark.reason = reason.strip()
        session.add(mark)
    session.flush()
    note(session, round_, by, "must", f"必抽案卷 {case.number}：{reason.strip() or '取消'}", case=case.id)


def files(session: Session, round_: Round) -> list[RoundFile]:
    """The drawn files in blind-code order."""
    return list(
        session.exec(select(RoundFile).where(RoundFile.round_id == round_.id).order_by(col(RoundFile.code)))
    )


def drawn(session: Session, rounds: Sequence[Round]) -> dict[str, int]:
    """{round id: number of drawn files}."""
    query = select(RoundFile.round_id, func.count()).group_by(col(RoundFile.round_id))
    return dict(session.exec(query.where(col(RoundFile.round_id).in_([r.id for r in rounds]))).all())


def require_phase(round_: Round, *phases: str) -> None:
    """Refuse an act outside its phases."""
    if round_.phase not in phases:
        allowed = "、".join(PHASES[phase] for phase in phases)
        raise errors.Refused(
            f"活动“{round_.title}”现处于“{PHASES[round_.phase]}”阶段，不能进行此项操作。",
            f"此项操作只在“{allowed}”阶段进行；需要时请组长推进或退回阶段。",
        )


def reached(round_: Round, phase: str) -> bool:
    """Whether the round is in `phase` or beyond it."""
    return ORDER.index(round_.phase) >= ORDER.index(phase)


def unfinished(session: Session, round_: Round) -> int:
    """Seats whose sheet has not been submitted."""
    seats = select(func.count()).select_from(Assignment)
    seats = seats.where(Assignment.round_id == round_.id, Assignment.state == "assigned")
    done = (
        select(func.count())
        .select_from(Sheet)
        .join(Assignment, col(Assignment.id) == Sheet.assignment_id)
        .where(Assignment.round_id == round_.id, Assignment.state == "assigned", Sheet.state == "submitted")
    )
    return session.exec(seats).one() - session.exec(done).one()


def freeze_standard(round_: Round) -> None:
    """Write the ids with hashes of the rule pack and the standard into the round, and keep both for ever."""
    keep_criteria()
    round_.pack_id = load_pack().id
    round_.standard_ref = load_standard(round_.standard_id).full_id


def same_pack(round_: Round) -> None:
    """Refuse to grade with rules other than the frozen ones."""
    if round_.pack_id and load_pack().id != round_.pack_id:
        raise errors.Refused(
            f"本活动冻结的规则包是 {round_.pack_id}，现装的是 {load_pack().id}，不能混用。",
            "请系统管理员用 anheng rules kept 找到已存的这套规则，设 ANHENG_CRITERIA 后重新启动，或新建活动。",
        )


def due_on(round_: Round, phase: str) -> date | None:
    """The last day of a phase, if the leader has set one."""
    return date.fromisoformat(round_.due[phase]) if round_.due.get(phase) else None


def office_names(session: Session) -> dict[str, str]:
    """{office id: short name} of all offices."""
    return {office.id: office.short_name or office.name for office in session.exec(select(Office))}
