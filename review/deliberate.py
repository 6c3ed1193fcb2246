"""合议: only what the blind sheets differ on is opened, argued, voted and written into the minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from accounts import User
from foundation import clock, errors
from review.arithmetic import machine_findings
from review.models import CHOICES, Ballot, Round, RoundFile, Settlement, SheetLine
from review.rounds import files, note, panel, require_phase
from review.sheets import handed_in, lines, words_of
from review.staffing import units
from review.verdicts import Word, apply, disputed, unsettled

Votes = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class View:
    """One seat's word on a disputed rule."""

    seat: int
    reviewer_id: str
    verdict: str
    line: SheetLine | None


@dataclass(frozen=True)
class Gap:
    """A disputed rule: the machine's finding, what each seat said, the settlement if there is one."""

    finding: dict[str, Any]
    views: list[View]
    settlement: Settlement | None

    @property
    def open(self) -> bool:
        return self.settlement is None


def gaps(session: Session, file: RoundFile) -> list[Gap]:
    """The disputed rules of a file, in the order of the findings."""
    findings = machine_findings(session, file)
    sheets = [(seat, lines(session, sheet)) for seat, sheet in handed_in(session, file)]
    words = [words_of(rows) for _, rows in sheets]
    settled = settlements(session, file)
    views = [{f["rule"]: f for f in apply(findings, said)} for said in words]
    by_rule = {f["rule"]: f for f in findings}
    return [
        Gap(
            by_rule[rule],
            [
                View(seat.seat, seat.reviewer_id, view[rule]["verdict"], rows.get(rule))
                for (seat, rows), view in zip(sheets, views, strict=True)
            ],
            settled.get(rule),
        )
        for rule in disputed(findings, words)
    ]


def settlements(session: Session, file: RoundFile) -> dict[str, Settlement]:
    """{rule: settlement} of a file."""
    return {s.rule: s for s in session.exec(select(Settlement).where(Settlement.round_file_id == file.id))}


def open_disputes(session: Session, round_: Round) -> int:
    """Disputed rules of the round not yet settled."""
    query = (
        select(Settlement.round_file_id, Settlement.rule)
        .join(RoundFile, col(RoundFile.id) == Settlement.round_file_id)
        .where(RoundFile.round_id == round_.id)
    )
    settled = set(session.exec(query))
    return sum((file.id, rule) not in settled for file in files(session, round_) for rule in file.disputed)


def wide(session: Session, round_: Round, file: RoundFile) -> int:
    """The distance of the sheets' high ends in tenths when over the round's limit, else 0."""
    scores = [sheet.high for _, sheet in handed_in(session, file)]
    distance = max(scores) - min(scores) if scores else 0
    return distance if distance > round_.gap_limit else 0


def settle(
    session: Session,
    round_: Round,
    file: RoundFile,
    *,
    rule: str,
    word: Word,
    reasons: str,
    minutes: str,
    votes: Votes,
    by: User,
) -> Settlement:
    """Record what the panel decides on one disputed rule: a majority of at least the quorum's votes."""
    require_phase(round_, "settling")
    gap, anchors = _arguable(session, file, rule, word, reasons)
    if any(unsettled(f) for f in apply([gap.finding], {rule: word})):
        raise errors.Refused(
            f"{rule} 还有没有认定的分项。", "合议须逐项作出结论；证据不足以认定问题的，认定为“符合”。"
        )
    row = gap.settlement or Settlement(round_file_id=file.id, rule=rule)
    row.verdict, row.limbs, row.occurrences = word.verdict, dict(word.limbs), word.occurrences
    row.anchors, row.reasons, row.minutes = anchors, reasons.strip(), minutes.strip()
    row.decided_at, row.decided_by = clock.now(), by.id
    session.add(row)
    session.flush()
    if not carried(session, round_, file, "settlement", row.id, votes, by):
        raise errors.Refused("赞成票没有超过半数，结论未获通过。", "请按多数意见改写结论后重新记录表决。")
    note(session, round_, by, "settle", f"{file.code} {rule} 合议认定", file=file.id, verdict=word.verdict)
    return row


def _arguable(
    session: Session, file: RoundFile, rule: str, word: Word, reasons: str
) -> tuple[Gap, list[dict[str, Any]]]:
    """The disputed item with the places its sheets show; refused without dispute, reason or proof."""
    gap = next((g for g in gaps(session, file) if g.finding["rule"] == rule), None)
    if gap is None:
        raise errors.Refused(f"{file.code} 的 {rule} 两表一致，不需要合议。", "请从差异清单中选择争议项。")
    if not reasons.strip():
        raise errors.Refused("合议结论须写明理由。", "请填写采纳一方意见或另作认定的理由。")
    anchors = [anchor for view in gap.views if view.line for anchor in view.line.anchors]
    searched = any(view.line and view.line.searched for view in gap.views)
    if word.verdict == "breached" and not anchors and not searched:
        raise errors.Refused(
            f"{rule} 没有任何一份评分表标出依据，不能扣分。", "请由评查员在案卷中标出位置后再合议。"
        )
    return gap, anchors


def voters(session: Session, round_: Round, file: RoundFile) -> list[User]:
    """Panel members who may vote on a file: not of its unit."""
    unit = units(session)
    return [u for _, u in panel(session, round_) if unit[u.office_id] != unit[file.office_id]]


def carried(
    session: Session, round_: Round, file: RoundFile, subject: str, subject_id: str, votes: Votes, by: User
) -> bool:
    """Write the ballots (user id → choice, reason) and count: more than half of the votes cast for it.

    Refused for someone without a vote here, a dissent without its reason, or fewer votes than the quorum.
    """
    cast = {user: vote for user, vote in votes.items() if vote[0]}
    _may_cast(session, round_, file, cast)
    for ballot in ballots(session, subject_id):
        session.delete(ballot)
    session.flush()
    for user, (choice, reason) in cast.items():
        session.add(
            Ballot(
                subject=subject,
                subject_id=subject_id,
                user_id=user,
                choice=choice,
                reason=reason.strip(),
                recorded_by=by.id,
            )
        )
    session.flush()
    return 2 * sum(1 for choice, _ in cast.values() if choice == "for") > len(cast)


def _may_cast(session: Session, round_: Round, file: RoundFile, cast: Votes) -> None:
    allowed = {user.id: user for user in voters(session, round_, file)}
    for user, (choice, reason) in cast.items():
        if user not in allowed or choice not in CHOICES:
            raise errors.Refused(
                "有人对本卷没有表决权（案卷属于其本单位，或不是评查组成员）。", "请删去该票。"
            )
        if choice == "against" and not reason.strip():
            raise errors.Refused(f"{allowed[user].name} 投反对票，没有记明不同意见。", "请补记不同意见。")
    if len(cast) < round_.quorum:
        raise errors.Refused(
            f"只有 {len(cast)} 票，少于规定的 {round_.quorum} 票。", "请补记其他成员的表决。"
        )


def ballots(session: Session, subject_id: str) -> Sequence[Ballot]:
    """The votes on a settlement or resolution."""
    return session.exec(
        select(Ballot).where(Ballot.subject_id == subject_id).order_by(col(Ballot.user_id))
    ).all()
