"""Seats: assigning drawn files to reviewers of other units, recusals, replacements."""

from collections import defaultdict

from sqlmodel import Session, col, select

from accounts import Office, User
from casefiles import CaseFile
from foundation import errors
from review.assign import AssignError, Reviewable, Reviewer, assign, barred
from review.models import Assignment, Recusal, Round, RoundFile, Sheet
from review.rounds import files, note, panel, require_phase
from review.sampling import round_draw


def units(session: Session) -> dict[str, str]:
    """{office id: id of its unit}: the city office above it, or itself for the province's own office."""
    offices = {office.id: office for office in session.exec(select(Office))}

    def unit(office: Office) -> str:
        while office.level == "county" and office.parent_id in offices:
            office = offices[office.parent_id]
        return office.id

    return {office.id: unit(office) for office in offices.values()}


def bench(session: Session, round_: Round) -> tuple[list[Reviewable], list[Reviewer]]:
    """The round's files and reviewers as the pure assignment sees them."""
    unit = units(session)
    numbers = {
        case.id: case.number
        for case in session.exec(
            select(CaseFile)
            .join(RoundFile, col(RoundFile.case_id) == CaseFile.id)
            .where(RoundFile.round_id == round_.id)
        )
    }
    by_unit: dict[str, dict[str, str]] = defaultdict(dict)
    by_file: dict[str, dict[str, str]] = defaultdict(dict)
    for recusal in session.exec(select(Recusal).where(Recusal.round_id == round_.id)):
        if recusal.office_id:
            by_unit[recusal.user_id][unit[recusal.office_id]] = recusal.reason
        elif recusal.round_file_id:
            by_file[recusal.user_id][recusal.round_file_id] = recusal.reason
    subjects = [
        Reviewable(f.id, f"{f.code}（{numbers[f.case_id]}）", unit[f.office_id])
        for f in files(session, round_)
    ]
    people = [
        Reviewer(u.id, u.name, unit[u.office_id], member.cap, by_unit[u.id], by_file[u.id])
        for member, u in panel(session, round_)
        if member.duty == "reviewer"
    ]
    return subjects, people


def seats(session: Session, round_: Round) -> list[Assignment]:
    """The seats now held."""
    query = select(Assignment).where(Assignment.round_id == round_.id, Assignment.state == "assigned")
    return list(session.exec(query.order_by(col(Assignment.round_file_id), col(Assignment.seat))))


def assign_all(session: Session, round_: Round, *, by: User) -> list[Assignment]:
    """Fill every empty seat; who has one keeps it. The draw's seed decides, so anyone can repeat it."""
    require_phase(round_, "drawing", "scoring")
    row = round_draw(session, round_)
    if row is None or not row.seed:
        raise errors.Refused("还没有完成抽样，不能分派。", "请先在“抽样”页确定种子并抽取。")
    held: dict[str, list[str]] = defaultdict(list)
    for seat in seats(session, round_):
        held[seat.round_file_id].append(seat.reviewer_id)
    subjects, people = bench(session, round_)
    try:
        plan = assign(subjects, people, seed=row.seed, seats=round_.seats, keep=held)
    except AssignError as error:
        raise errors.Refused(str(error)) from error
    new = [
        _seat(session, round_, file, reviewer)
        for file, reviewers in plan.items()
        for reviewer in reviewers
        if reviewer not in held[file]
    ]
    note(session, round_, by, "assign", f"分派 {len(new)} 个席位，覆盖 {len(plan)} 卷")
    return new


def _seat(session: Session, round_: Round, file_id: str, reviewer_id: str) -> Assignment:
    taken = {s.seat for s in seats(session, round_) if s.round_file_id == file_id}
    free = next(n for n in range(1, 100) if n not in taken)
    seat = session.exec(
        select(Assignment).where(Assignment.round_file_id == file_id, Assignment.reviewer_id == reviewer_id)
    ).first() or Assignment(round_id=round_.id, round_file_id=file_id, reviewer_id=reviewer_id)
    seat.seat, seat.state, seat.reason = free, "assigned", ""
    session.add(seat)
    session.flush()
    return seat


def recuse(
    session: Session, round_: Round, *, reviewer: User, reason: str, office_id: str = "", file_id: str = ""
) -> Recusal:
    """Declare 回避 against a unit or one file. Seats this touches fall vacant; submitted sheets stand."""
    require_phase(round_, "preparing", "collecting", "drawing", "scoring")
    if not reason.strip():
        raise errors.Refused("回避须写明理由。", "请填写与该单位或该案的关系后提交。")
    recusal = Recusal(
        round_id=round_.id,
        user_id=reviewer.id,
        office_id=office_id or None,
        round_file_id=file_id or None,
        reason=reason.strip(),
    )
    session.add(recusal)
    session.flush()
    subjects, people = bench(session, round_)
    me = next((p for p in people if p.id == reviewer.id), None)
    out = {subject.id for subject in subjects if me and barred(subject, me)}
    for seat in seats(session, round_):
        if seat.reviewer_id == reviewer.id and seat.round_file_id in out:
            vacate(session, seat, reason=f"回避：{recusal.reason}")
    target = "某单位案卷" if office_id else "一卷"
    note(session, round_, reviewer, "recuse", f"{reviewer.name} 声明回避{target}：{recusal.reason}")
    return recusal


def vacate(session: Session, seat: Assignment, *, reason: str) -> None:
    """Take a seat back; refused once its sheet is submitted. A draft is kept but no longer reachable."""
    sheet = session.exec(select(Sheet).where(Sheet.assignment_id == seat.id)).first()
    if sheet and sheet.state == "submitted":
        raise errors.Refused(
            "该卷评分表已提交，不能再改派。", "如须回避，请由评查组在合议中说明并增加第三名评查员。"
        )
    seat.state, seat.reason = "recused", reason
    session.add(seat)
    session.flush()


def replace(
    session: Session, round_: Round, seat: Assignment, *, reviewer_id: str, reason: str, by: User
) -> Assignment:
    """Give a seat to a named reviewer (with the reason on record), under the same hard constraints."""
    require_phase(round_, "drawing", "scoring")
    if not reason.strip():
        raise errors.Refused("改派须写明理由。", "请填写理由后提交。")
    vacate(session, seat, reason=reason.strip())
    return add_seat(session, round_, seat.round_file_id, reviewer_id=reviewer_id, reason=reason, by=by)


def add_seat(
    session: Session, round_: Round, file_id: str, *, reviewer_id: str, reason: str, by: User
) -> Assignment:
    """A named reviewer for a file: a replacement, or a third one when two scores lie far apart."""
    require_phase(round_, "drawing", "scoring", "settling")
    subjects, people = bench(session, round_)
    subject = next((s for s in subjects if s.id == file_id), None)
    person = next((p for p in people if p.id == reviewer_id), None)
    if subject is None or person is None:
        raise errors.NotFound()
    why = barred(subject, person)
    if why:
        raise errors.Refused(
            f"{person.name} 不能评查 {subject.label}：{why}。", "请改派其他单位、无须回避的评查员。"
        )
    seat = _seat(session, round_, file_id, reviewer_id)
    note(session, round_, by, "assign", f"{subject.label} 派给 {person.name}：{reason.strip()}", file=file_id)
    return seat
