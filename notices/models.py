"""The rows of the circular: the notice itself, its edits, opinion letters, receipts, rectifications.

A circular never stores a figure: it stores text with the names of figures and the hash of the frozen results
they come from.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Text
from sqlmodel import Field, UniqueConstraint

from foundation import db

STATUSES = {"draft": "拟稿", "proofread": "已核稿", "issued": "已签发"}
RECTIFICATION_STATUSES = {"open": "待整改", "answered": "待核查", "closed": "已销号"}


class Circular(db.Record, table=True):
    """One 通报 of a round. ``sections`` are [{key, heading, text}] with figures as 【name】.

    ``confirmed_numbers`` are numbers typed by hand that the proofreader confirmed. The PDF hashes are set
    at 签发 and name blobs that are never replaced.
    """

    __tablename__ = "circular"

    round_id: str = Field(foreign_key="review_round.id", unique=True, max_length=26)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    title: str = Field(max_length=200)
    number: str = Field(default="", max_length=60)
    status: str = Field(default="draft", index=True, max_length=16)
    addressee: str = Field(default="", max_length=300)
    sections: list[dict[str, Any]] = db.json_field(default_factory=list)
    copies_to: list[str] = db.json_field(default_factory=list)
    note: str = Field(default="", max_length=200)
    frozen_sha256: str = Field(max_length=64)
    confirmed_numbers: list[str] = db.json_field(default_factory=list)
    drafted_by: str = Field(foreign_key="account.id", max_length=26)
    proofread_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    proofread_at: datetime | None = None
    issued_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    issued_at: datetime | None = None
    issued_on: date | None = None
    full_sha256: str = Field(default="", max_length=64)
    public_sha256: str = Field(default="", max_length=64)
    rectify_days: int = 30


class CircularEdit(db.Record, table=True):
    """One change of one section: what stood there before and after, by whom; never changed."""

    __tablename__ = "circular_edit"

    circular_id: str = Field(foreign_key="circular.id", index=True, max_length=26)
    section: str = Field(max_length=32)
    before: str = Field(default="", sa_column=Column(Text, nullable=False))
    after: str = Field(default="", sa_column=Column(Text, nullable=False))
    by: str = Field(foreign_key="account.id", max_length=26)


class Letter(db.Record, table=True):
    """A 评查意见书: the panel's opinion on one file, sent to its office with the circular."""

    __tablename__ = "opinion_letter"

    circular_id: str = Field(foreign_key="circular.id", index=True, max_length=26)
    round_file_id: str = Field(foreign_key="review_file.id", unique=True, max_length=26)
    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    number: str = Field(max_length=60)
    full_sha256: str = Field(max_length=64)
    public_sha256: str = Field(max_length=64)


class Receipt(db.Record, table=True):
    """签收: an office acknowledges that the circular reached it."""

    __tablename__ = "circular_receipt"
    __table_args__ = (UniqueConstraint("circular_id", "office_id"),)

    circular_id: str = Field(foreign_key="circular.id", max_length=26)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    received_at: datetime | None = None


class Rectification(db.Record, table=True):
    """One fault an office has to correct or answer for, from 整改通知 to 销号.

    ``curable`` faults may be mended; others are explained, never made up afterwards (不得补造).
    """

    __tablename__ = "rectification"
    __table_args__ = (UniqueConstraint("round_file_id", "rule"),)

    circular_id: str = Field(foreign_key="circular.id", index=True, max_length=26)
    round_file_id: str = Field(foreign_key="review_file.id", max_length=26)
    case_id: str = Field(foreign_key="case_file.id", max_length=26)
    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    rule: str = Field(max_length=8)
    title: str = Field(max_length=300)
    message: str = Field(default="", max_length=2000)
    fix: str = Field(default="", max_length=2000)
    curable: bool = False
    due_on: date
    status: str = Field(default="open", index=True, max_length=16)
    answer: str = Field(default="", max_length=4000)
    answered_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    answered_at: datetime | None = None
    remark: str = Field(default="", max_length=2000)
    checked_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    checked_at: datetime | None = None
    reopened: int = 0
    proof_sha256: str = Field(default="", max_length=64)
    proof_name: str = Field(default="", max_length=255)
