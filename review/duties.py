"""What a review asks of each member today, for the home page, and the room's links in the navigation."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlmodel import Session, col, select

from accounts import Role, User
from casefiles import CASE_KINDS
from foundation import clock, web
from review.access import duty, may_lead, may_settle
from review.models import PHASES, Assignment, Round, RoundFile, Sheet
from review.phases import blockers
from review.replies import replies, waiting
from review.rounds import candidates, due_on

STEPS = {
    "preparing": ("确定范围和评查组", "review.round_page"),
    "collecting": ("催报并核对案卷目录", "review.draw_page"),
    "drawing": ("抽样、分派", "review.draw_page"),
    "scoring": ("查看评分进度", "review.round_page"),
    "settling": ("合议争议项", "review.gaps_page"),
    "replying": ("处理申辩", "review.replies_page"),
    "grading": ("表决差案、冻结结果", "review.results_page"),
}


def register_pages() -> None:
    """Tell the foundation this room's duties and links."""
    web.register_duties(duties)
    wide = (Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.REVIEWER, Role.AUDITOR)
    web.register_nav("评查", "评查活动", "review.rounds", wide, "从方案、抽样、评分到结果的全过程")
    web.register_nav("评查", "我的队列", "review.queue", (Role.REVIEWER,), "分派给我的案卷，逐卷独立评分")
    answering = (Role.CLERK, Role.HEAD, Role.REVIEWER, Role.LEADER)
    web.register_nav(
        "评查", "反馈与申辩", "review.replies_page", answering, "评查组反馈的问题，逐项申辩和答复"
    )


def duties(session: Session, user: Any) -> Iterable[web.Duty]:
    """All of them; the page sorts."""
    yield from _leading(session, user)
    yield from _scoring(session, user)
    yield from _deciding(session, user)
    yield from _collecting(session, user)
    yield from _answering(session, user)


def _leading(session: Session, user: User) -> Iterable[web.Duty]:
    """For leader and administrator: the step each running round waits for."""
    if not user.has(Role.LEADER, Role.ADMINISTRATOR):
        return
    for round_ in session.exec(select(Round).where(Round.phase != "archived").order_by(col(Round.id))):
        if not may_lead(session, round_, user):
            continue
        title, endpoint = STEPS[round_.phase]
        arguments: dict[str, Any] = {} if endpoint == "review.replies_page" else {"round_id": round_.id}
        obstacles = blockers(session, round_)
        detail = "；".join(obstacles) if obstacles else "条件已具备，可以进入下一阶段"
        yield web.Duty(
            f"{round_.title}（{PHASES[round_.phase]}）：{title}",
            detail,
            url_for(endpoint, **arguments),
            due_on(round_, round_.phase),
            "warning" if obstacles else "primary",
        )


def _scoring(session: Session, user: User) -> Iterable[web.Duty]:
    """For reviewers: files of theirs whose sheet is not in."""
    if not user.has(Role.REVIEWER):
        return
    query = (
        select(Round, Assignment.id)
        .join(Assignment, col(Assignment.round_id) == Round.id)
        .outerjoin(Sheet, col(Sheet.assignment_id) == Assignment.id)
        .where(
            Assignment.reviewer_id == user.id,
            Assignment.state == "assigned",
            Round.phase == "scoring",
            (col(Sheet.state).is_(None)) | (col(Sheet.state) == "draft"),
        )
        .order_by(col(Round.id), col(Assignment.id))
    )
    open_: dict[str, tuple[Round, list[str]]] = {}
    for round_, seat in session.exec(query):
        open_.setdefault(round_.id, (round_, []))[1].append(seat)
    for round_, seats in open_.values():
        due = due_on(round_, "scoring")
        minutes = len(seats) * round_.minutes_per_file
        yield web.Duty(
            f"{round_.title}：还有 {len(seats)} 卷待评",
            f"按每卷 {round_.minutes_per_file} 分钟估算，约需 {minutes // 60} 小时 {minutes % 60} 分",
            url_for("review.queue"),
            due,
            "danger" if due and due < clock.today() else "primary",
            "去评查",
        )


def _deciding(session: Session, user: User) -> Iterable[web.Duty]:
    """For panel members: replies waiting for an answer by someone who did not score the file."""
    if not user.has(Role.REVIEWER, Role.LEADER):
        return
    for round_ in session.exec(select(Round).where(Round.phase == "replying").order_by(col(Round.id))):
        if not duty(session, round_, user):
            continue
        count = sum(1 for file, _ in waiting(session, round_) if may_settle(session, file, user))
        if count:
            yield web.Duty(
                f"{round_.title}：{count} 条申辩待答复",
                "由没有评查过该卷的成员答复",
                url_for("review.replies_page"),
                due_on(round_, "replying"),
                "warning",
                "去答复",
            )


def _collecting(session: Session, user: User) -> Iterable[web.Duty]:
    """For the office: a round that collects its files, and how many of them are in."""
    if not user.has(Role.CLERK, Role.HEAD):
        return
    query = select(Round).where(Round.phase == "collecting").order_by(col(Round.id))
    for round_ in session.exec(query):
        if user.office_id not in round_.office_ids:
            continue
        count = sum(case.office_id == user.office_id for case in candidates(session, round_))
        kinds = "、".join(CASE_KINDS[kind] for kind in round_.kinds)
        yield web.Duty(
            f"{round_.title}：报送案卷",
            f"办结日期 {round_.closed_from} 至 {round_.closed_to} 的{kinds}案卷，本单位已提交 {count} 卷",
            url_for("casefiles.list"),
            due_on(round_, "collecting"),
            "primary" if count else "warning",
            "去报送",
        )


def _answering(session: Session, user: User) -> Iterable[web.Duty]:
    """For the office: findings fed back that may still be answered."""
    if not user.has(Role.CLERK, Role.HEAD):
        return
    query = (
        select(RoundFile, Round)
        .join(Round, col(Round.id) == RoundFile.round_id)
        .where(RoundFile.office_id == user.office_id, Round.phase == "replying")
    )
    rows = session.exec(query).all()
    found = sum(f["verdict"] == "breached" for file, _ in rows for f in file.panel_result.get("findings", []))
    if not found:
        return
    answered = sum(len(replies(session, file)) for file, _ in rows)
    yield web.Duty(
        f"评查组反馈 {len(rows)} 卷、{found} 个问题",
        f"可逐项申辩，已提交 {answered} 条；逾期视为无异议",
        url_for("review.replies_page"),
        due_on(rows[0][1], "replying"),
        "warning",
        "查看",
    )
