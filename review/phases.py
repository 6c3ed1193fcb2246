"""Moving a round from phase to phase: what still stands in the way, and the move itself."""

from collections.abc import Callable

from sqlmodel import Session, col, select

from accounts import User
from foundation import clock, errors
from review.decide import grade_files, open_candidates, pending_files
from review.deliberate import open_disputes
from review.models import PHASES, Assignment, Draw, Reply, Round, RoundFile, Sheet
from review.rounds import ORDER, candidates, files, freeze_standard, note, panel, unfinished


def blockers(session: Session, round_: Round) -> list[str]:
    """Chinese sentences saying what must be done before the next phase; empty when the way is free."""
    check = _CHECKS.get(round_.phase)
    return check(session, round_) if check else []


def advance(session: Session, round_: Round, *, by: User) -> Round:
    """Move on to the next phase. Refused while something stands in the way; 归档 is reached by freezing."""
    if round_.phase in ("grading", "archived"):
        raise errors.Refused("“归档”由冻结结果完成。", "请在“结果与差案”页冻结结果。")
    obstacles = blockers(session, round_)
    if obstacles:
        raise errors.Refused("还不能进入下一阶段：" + "；".join(obstacles) + "。", "请先完成以上各项。")
    if round_.phase == "preparing":
        freeze_standard(round_)
    if round_.phase in ("settling", "replying"):
        grade_files(session, round_)
    return _move(session, round_, ORDER[ORDER.index(round_.phase) + 1], by, "")


def step_back(session: Session, round_: Round, *, reason: str, by: User) -> Round:
    """Return to the phase before, with the reason on record; never out of 归档 nor behind a published list."""
    if not reason.strip():
        raise errors.Refused("退回阶段须写明理由。", "请填写理由后再退回。")
    if round_.phase in ("preparing", "archived"):
        raise errors.Refused(f"“{PHASES[round_.phase]}”阶段不能退回。", "归档后的更正请另行发文说明。")
    if round_.phase == "drawing" and session.exec(select(Draw).where(Draw.round_id == round_.id)).first():
        raise errors.Refused("抽样名单已冻结并公布，不能退回报送。", "遗漏的案卷请列入下一次活动。")
    opened = (
        select(Sheet.id)
        .join(Assignment, col(Assignment.id) == Sheet.assignment_id)
        .where(Assignment.round_id == round_.id)
    )
    if round_.phase == "scoring" and session.exec(opened).first():
        raise errors.Refused("已有评查员开始评分，不能退回抽取。", "个别调整请在“分派”页改派。")
    return _move(session, round_, ORDER[ORDER.index(round_.phase) - 1], by, reason.strip())


def _move(session: Session, round_: Round, phase: str, by: User, reason: str) -> Round:
    old, round_.phase, round_.phase_at = round_.phase, phase, clock.now()
    session.add(round_)
    session.flush()
    text = f"活动“{round_.title}”由“{PHASES[old]}”{'退回' if reason else '进入'}“{PHASES[phase]}”"
    note(session, round_, by, "phase", f"{text}。理由：{reason}" if reason else text, old=old, new=phase)
    return round_


def _preparing(session: Session, round_: Round) -> list[str]:
    members = panel(session, round_)
    missing = []
    if not round_.office_ids or not round_.kinds:
        missing.append("没有选定参评单位或案卷类别")
    if sum(1 for member, _ in members if member.duty == "reviewer") < round_.seats:
        missing.append(f"评查组不足 {round_.seats} 名评查员")
    if len(members) < round_.quorum:
        missing.append(f"评查组成员少于表决所需的 {round_.quorum} 人")
    return missing


def _collecting(session: Session, round_: Round) -> list[str]:
    return [] if candidates(session, round_) else ["范围内还没有已报送的案卷"]


def _drawing(session: Session, round_: Round) -> list[str]:
    drawn = files(session, round_)
    if not drawn:
        return ["还没有完成抽样"]
    seated = list(
        session.exec(
            select(Assignment.round_file_id).where(
                Assignment.round_id == round_.id, Assignment.state == "assigned"
            )
        )
    )
    short = [file.code for file in drawn if seated.count(file.id) < round_.seats]
    unchecked = [file.code for file in drawn if file.check_id is None]
    problems = [f"{len(short)} 卷未分派满 {round_.seats} 名评查员"] if short else []
    return problems + ([f"{len(unchecked)} 卷还没有机器预检结果"] if unchecked else [])


def _scoring(session: Session, round_: Round) -> list[str]:
    left = unfinished(session, round_)
    return [f"还有 {left} 份评分表未提交"] if left else []


def _settling(session: Session, round_: Round) -> list[str]:
    left = open_disputes(session, round_)
    return _scoring(session, round_) + ([f"还有 {left} 个争议项未合议"] if left else [])


def _replying(session: Session, round_: Round) -> list[str]:
    open_replies = session.exec(
        select(Reply.id)
        .join(RoundFile, col(RoundFile.id) == Reply.round_file_id)
        .where(RoundFile.round_id == round_.id, Reply.state == "filed")
    ).all()
    problems = [f"还有 {len(open_replies)} 条申辩未答复"] if open_replies else []
    last = round_.due.get("replying", "")
    if last and clock.today().isoformat() <= last:
        problems.append(f"反馈期限 {last} 还没有届满")
    return problems


def _grading(session: Session, round_: Round) -> list[str]:
    candidates_, pending = open_candidates(session, round_), pending_files(session, round_)
    problems = (
        [f"{len(candidates_)} 卷差案候选还没有表决（{'、'.join(candidates_[:5])}）"] if candidates_ else []
    )
    return problems + ([f"{len(pending)} 卷仍为“待核”（{'、'.join(pending[:5])}）"] if pending else [])


_CHECKS: dict[str, Callable[[Session, Round], list[str]]] = {
    "preparing": _preparing,
    "collecting": _collecting,
    "drawing": _drawing,
    "scoring": _scoring,
    "settling": _settling,
    "replying": _replying,
    "grading": _grading,
}
