"""Who may reach what in a review; registered with the gate, so that refusal looks like absence.

round       panel members, the host office's leaders and administrators, supervisors and auditors
round_lead  the panel's leader and the host office's administrator
seat        the reviewer who holds it, nobody else, while it is held
panel_file  panel members of another unit, from 合议 on: before that nobody sees two sheets side by side
own_file    the office the file is from, from 反馈 on
"""

from sqlmodel import Session, select

from accounts import Role, User, check_object, current_user, register_object, visible_offices
from casefiles import CaseFile, allow_reader
from foundation import web
from review.models import Assignment, Panelist, Reply, Round, RoundFile
from review.rounds import reached
from review.staffing import units


def duty(session: Session, round_: Round, user: User) -> str:
    """`leader`, `reviewer` or '' for someone who is not on the panel."""
    query = select(Panelist.duty).where(Panelist.round_id == round_.id, Panelist.user_id == user.id)
    return session.exec(query).first() or ""


def may_see_round(session: Session, round_: Round, user: User) -> bool:
    """Panel members; those who run or supervise reviews over the host office; auditors."""
    if user.has(Role.AUDITOR) or duty(session, round_, user):
        return True
    wide = user.has(Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR)
    return wide and round_.office_id in visible_offices(session, user)


def may_lead(session: Session, round_: Round, user: User) -> bool:
    """The panel's leader, or an administrator of the host office."""
    if user.has(Role.LEADER) and duty(session, round_, user) == "leader":
        return True
    return user.has(Role.ADMINISTRATOR) and round_.office_id == user.office_id


def may_score(_session: Session, seat: Assignment, user: User) -> bool:
    """The holder of the seat alone."""
    return seat.reviewer_id == user.id and seat.state == "assigned"


def may_settle(session: Session, file: RoundFile, user: User) -> bool:
    """Panel members and the leader of the round, from 合议 on, and never for a file of their own unit."""
    round_ = session.get_one(Round, file.round_id)
    unit = units(session)
    if not reached(round_, "settling") or unit[user.office_id] == unit[file.office_id]:
        return False
    return bool(duty(session, round_, user)) or may_lead(session, round_, user)


def may_answer(session: Session, file: RoundFile, user: User) -> bool:
    """The office the file is from, once the findings are fed back."""
    round_ = session.get_one(Round, file.round_id)
    return file.office_id == user.office_id and reached(round_, "replying")


def may_print(session: Session, file: RoundFile, user: User) -> bool:
    """The 一卷一表: the panel from 合议 on; once the results are frozen, the office and those over the round."""
    if user.has(Role.CLERK, Role.HEAD) and file.office_id == user.office_id:
        return bool(session.get_one(Round, file.round_id).frozen_at)
    round_ = session.get_one(Round, file.round_id)
    over = user.has(Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR) and may_see_round(session, round_, user)
    return bool(over and round_.frozen_at) or may_settle(session, file, user)


def lent(session: Session, user: User, case: CaseFile) -> bool:
    """Pages of a case file are open to panel members of another unit from 合议 on.

    A scoring reviewer reads them through the desk alone, where identities are blacked out.
    """
    files = session.exec(select(RoundFile).where(RoundFile.case_id == case.id)).all()
    return any(may_settle(session, file, user) for file in files)


def register() -> None:
    """Tell the gate the kinds of this room."""
    register_object("round", may_see_round)
    register_object("round_lead", may_lead)
    register_object("seat", may_score)
    register_object("panel_file", may_settle)
    register_object("own_file", may_answer)
    register_object("sheet_print", may_print)
    allow_reader(lent)


def round_of(round_id: str, kind: str = "round") -> Round:
    """The round of this request, checked as `kind`."""
    round_ = web.session().get(Round, round_id)
    check_object(web.session(), kind, round_, current_user())
    assert round_ is not None
    return round_


def file_of(file_id: str, kind: str = "panel_file") -> tuple[RoundFile, Round]:
    """A file of a round and the round, checked as `kind`."""
    file = web.session().get(RoundFile, file_id)
    check_object(web.session(), kind, file, current_user())
    assert file is not None
    return file, web.session().get_one(Round, file.round_id)


def seat_of(seat_id: str) -> tuple[Assignment, RoundFile, Round]:
    """A seat held by the user, its file and round."""
    seat = web.session().get(Assignment, seat_id)
    check_object(web.session(), "seat", seat, current_user())
    assert seat is not None
    file = web.session().get_one(RoundFile, seat.round_file_id)
    return seat, file, web.session().get_one(Round, file.round_id)


def reply_of(reply_id: str) -> tuple[Reply, RoundFile, Round]:
    """A reply with its file and round, for the panel."""
    reply = web.session().get(Reply, reply_id)
    file = web.session().get(RoundFile, reply.round_file_id) if reply else None
    check_object(web.session(), "panel_file", file, current_user())
    assert reply is not None and file is not None
    return reply, file, web.session().get_one(Round, file.round_id)
