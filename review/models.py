"""The rows of the judgement: a round, its panel, draw, assignments, blind sheets, votes, replies, results.

Nothing here changes a case file. What the panel decides lies over the machine's findings in layers, each
with author, time and reason: machine check < reviewers' agreed lines < settlement < accepted reply.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, UniqueConstraint

from foundation import db

PHASES = {
    "preparing": "筹备",
    "collecting": "报送",
    "drawing": "抽取",
    "scoring": "初评",
    "settling": "合议",
    "replying": "反馈",
    "grading": "定级",
    "archived": "归档",
}
VERDICTS = {"met": "符合", "breached": "不符合", "undetermined": "待核", "not_applicable": "不适用"}
ACTIONS = {"": "未处理", "confirm": "确认", "reject": "不认定", "amend": "修改"}
CAUSES = {
    "subject": "主体",
    "facts": "事实",
    "basis": "依据",
    "procedure": "程序",
    "discretion": "裁量",
    "inaction": "不作为",
}
CHOICES = {"for": "赞成", "against": "反对", "abstain": "弃权"}


class Round(db.Record, table=True):
    """A review (评查活动): scope, plan and the frozen rule pack and standard it is judged by.

    ``kinds`` and ``office_ids`` are the scope; ``closed_from``–``closed_to`` the days of 办结. ``due`` maps
    a phase to its ISO last day. ``gap_limit`` is in tenths of a point. ``frozen_text`` is the canonical JSON
    of ``frozen_results`` and never changes once written.
    """

    __tablename__ = "review_round"

    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    title: str = Field(max_length=200)
    year: int = Field(index=True)
    kinds: list[str] = db.json_field(default_factory=list)
    office_ids: list[str] = db.json_field(default_factory=list)
    closed_from: date
    closed_to: date
    phase: str = Field(default="preparing", index=True, max_length=16)
    phase_at: datetime | None = None
    due: dict[str, str] = db.json_field(default_factory=dict)
    pack_id: str = Field(default="", max_length=200)
    standard_id: str = Field(default="", max_length=64)
    standard_ref: str = Field(default="", max_length=200)
    hide_identity: bool = True
    per_office: int = 10
    per_kind: int = 1
    seats: int = 2
    gap_limit: int = 50
    quorum: int = 3
    minutes_per_file: int = 28
    frozen_at: datetime | None = None
    frozen_text: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    frozen_sha256: str = Field(default="", max_length=64)


class Panelist(db.Record, table=True):
    """A member of the panel (评查组). ``cap``: files at most, 0 for no limit."""

    __tablename__ = "review_panelist"
    __table_args__ = (UniqueConstraint("round_id", "user_id"),)

    round_id: str = Field(foreign_key="review_round.id", max_length=26)
    user_id: str = Field(foreign_key="account.id", index=True, max_length=26)
    duty: str = Field(default="reviewer", max_length=16)
    cap: int = 0


class MustDraw(db.Record, table=True):
    """A case that has to be drawn (D1: reconsideration, court, complaint, order from above) and why."""

    __tablename__ = "review_must_draw"
    __table_args__ = (UniqueConstraint("round_id", "case_id"),)

    round_id: str = Field(foreign_key="review_round.id", max_length=26)
    case_id: str = Field(foreign_key="case_file.id", max_length=26)
    reason: str = Field(max_length=300)


class Draw(db.Record, table=True):
    """The draw of a round: the published list and hash, later the seed, then the record."""

    __tablename__ = "review_draw"

    round_id: str = Field(foreign_key="review_round.id", unique=True, max_length=26)
    list_text: str = Field(sa_column=Column(Text, nullable=False))
    list_sha256: str = Field(max_length=64)
    seed_source: str = Field(max_length=300)
    frozen_at: datetime
    seed: str = Field(default="", max_length=200)
    seed_how: str = Field(default="", max_length=300)
    seed_fixed_at: datetime | None = None
    record: dict[str, Any] = db.json_field(default_factory=dict)


class RoundFile(db.Record, table=True):
    """A drawn case file in a round. ``code`` is all a blind reviewer is told of its identity.

    ``check_id`` is the frozen machine check. ``disputed`` are the rules to settle, known once the sheets are in.
    Scores are tenths of a point. ``panel_result`` holds the final
    findings and arithmetic; ``is_poor`` (典型差案) is set by a passed resolution alone.
    """

    __tablename__ = "review_file"
    __table_args__ = (UniqueConstraint("round_id", "case_id"), UniqueConstraint("round_id", "code"))

    round_id: str = Field(foreign_key="review_round.id", max_length=26)
    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    case_kind: str = Field(default="", max_length=32)
    code: str = Field(max_length=16)
    why: str = Field(default="random", max_length=16)
    must_reason: str = Field(default="", max_length=300)
    check_id: str | None = Field(default=None, foreign_key="check_run.id", max_length=26)
    status: str = Field(default="drawn", max_length=16)
    machine_low: int = 0
    machine_high: int = 0
    machine_grade: str = Field(default="", max_length=16)
    machine_flagged: bool = False
    disputed: list[str] = db.json_field(default_factory=list)
    panel_low: int | None = None
    panel_score: int | None = None
    panel_grade: str = Field(default="", max_length=16)
    panel_flagged: bool = False
    panel_result: dict[str, Any] = db.json_field(default_factory=dict)
    is_poor: bool = False


class Recusal(db.Record, table=True):
    """A declared 回避: a reviewer against a whole unit or against one file, with the reason."""

    __tablename__ = "review_recusal"
    __table_args__ = (Index("ix_review_recusal_round_user", "round_id", "user_id"),)

    round_id: str = Field(foreign_key="review_round.id", max_length=26)
    user_id: str = Field(foreign_key="account.id", max_length=26)
    office_id: str | None = Field(default=None, foreign_key="office.id", max_length=26)
    round_file_id: str | None = Field(default=None, foreign_key="review_file.id", max_length=26)
    reason: str = Field(max_length=500)


class Assignment(db.Record, table=True):
    """One seat of one file. ``state``: assigned | recused (kept, so that the change stays visible)."""

    __tablename__ = "review_assignment"
    __table_args__ = (UniqueConstraint("round_file_id", "reviewer_id"),)

    round_id: str = Field(foreign_key="review_round.id", index=True, max_length=26)
    round_file_id: str = Field(foreign_key="review_file.id", max_length=26)
    reviewer_id: str = Field(foreign_key="account.id", index=True, max_length=26)
    seat: int = 1
    state: str = Field(default="assigned", max_length=16)
    reason: str = Field(default="", max_length=500)


class Sheet(db.Record, table=True):
    """A reviewer's score sheet of one file, private until submitted, never edited afterwards."""

    __tablename__ = "review_sheet"

    assignment_id: str = Field(foreign_key="review_assignment.id", unique=True, max_length=26)
    round_file_id: str = Field(foreign_key="review_file.id", index=True, max_length=26)
    reviewer_id: str = Field(foreign_key="account.id", index=True, max_length=26)
    state: str = Field(default="draft", max_length=16)
    remark: str = Field(default="", max_length=2000)
    seconds: int = 0
    low: int = 0
    high: int = 0
    grade: str = Field(default="", max_length=16)
    submitted_at: datetime | None = None


class SheetLine(db.Record, table=True):
    """A reviewer's word on one rule; without a line the machine's verdict stands unreviewed.

    ``anchors``: [{file, page, box, at, quote}] show the fault; ``searched``: for an absence, the documents
    gone through ([] when none). ``limbs`` maps limb ids to verdicts, ``occurrences`` counts faults.
    """

    __tablename__ = "review_sheet_line"
    __table_args__ = (UniqueConstraint("sheet_id", "rule"),)

    sheet_id: str = Field(foreign_key="review_sheet.id", max_length=26)
    rule: str = Field(max_length=8)
    machine_verdict: str = Field(default="", max_length=16)
    action: str = Field(default="", max_length=16)
    verdict: str = Field(default="", max_length=16)
    limbs: dict[str, str] = db.json_field(default_factory=dict)
    occurrences: int = 0
    note: str = Field(default="", max_length=2000)
    anchors: list[dict[str, Any]] = db.json_field(default_factory=list)
    searched: list[str] = db.json_field(default_factory=list)
    deducted: int = 0


class Settlement(db.Record, table=True):
    """A disputed rule of a file and what the panel made of it, with minutes."""

    __tablename__ = "review_settlement"
    __table_args__ = (UniqueConstraint("round_file_id", "rule"),)

    round_file_id: str = Field(foreign_key="review_file.id", max_length=26)
    rule: str = Field(max_length=8)
    verdict: str = Field(default="", max_length=16)
    limbs: dict[str, str] = db.json_field(default_factory=dict)
    occurrences: int = 0
    anchors: list[dict[str, Any]] = db.json_field(default_factory=list)
    reasons: str = Field(default="", max_length=4000)
    minutes: str = Field(default="", max_length=8000)
    decided_at: datetime | None = None
    decided_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)


class Resolution(db.Record, table=True):
    """The panel's vote on whether a file is a 典型差案: conditions, cause, reasons, minutes, outcome."""

    __tablename__ = "review_resolution"

    round_file_id: str = Field(foreign_key="review_file.id", unique=True, max_length=26)
    conditions: list[str] = db.json_field(default_factory=list)
    cause: str = Field(default="", max_length=16)
    reasons: str = Field(default="", max_length=4000)
    minutes: str = Field(default="", max_length=8000)
    passed: bool = False
    decided_at: datetime
    decided_by: str = Field(foreign_key="account.id", max_length=26)


class Ballot(db.Record, table=True):
    """One member's vote on a settlement or resolution, with the reason of a dissent."""

    __tablename__ = "review_ballot"
    __table_args__ = (UniqueConstraint("subject_id", "user_id"),)

    subject: str = Field(max_length=16)
    subject_id: str = Field(max_length=26)
    user_id: str = Field(foreign_key="account.id", max_length=26)
    choice: str = Field(max_length=16)
    reason: str = Field(default="", max_length=1000)
    recorded_by: str = Field(foreign_key="account.id", max_length=26)


class Reply(db.Record, table=True):
    """An office's 申辩 against one finding, decided by someone who did not score the file."""

    __tablename__ = "review_reply"
    __table_args__ = (UniqueConstraint("round_file_id", "rule"),)

    round_file_id: str = Field(foreign_key="review_file.id", max_length=26)
    rule: str = Field(max_length=8)
    text: str = Field(max_length=4000)
    evidence: str = Field(default="", max_length=2000)
    filed_by: str = Field(foreign_key="account.id", max_length=26)
    filed_at: datetime
    state: str = Field(default="filed", max_length=16)
    verdict: str = Field(default="", max_length=16)
    occurrences: int = 0
    reason: str = Field(default="", max_length=4000)
    decided_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    decided_at: datetime | None = None
