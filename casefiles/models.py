"""The rows of the record: case files, their files, documents, facts, checks, uploads and page texts.

Originals are blobs and never change; everything here is a layer over them. Facts are append-only: a
machine reading and a person's correction stand side by side, and the latest person's word counts.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, Index, Text
from sqlmodel import Field, UniqueConstraint

from casefiles import tally  # noqa: F401  (counts case files from the moment there can be any)
from foundation import db

STATUSES = {
    "draft": "草稿",
    "submitted": "已提交",
    "returned": "退回补正",
    "in_review": "评查中",
    "reviewed": "已评查",
}
EDITABLE = ("draft", "returned")
FILE_STATES = {
    "received": "等待处理",
    "read": "已识别",
    "kept": "已存为附件",
    "unpacked": "已解包",
    "ignored": "无关文件，已忽略",
    "refused": "未能收入",
}
CASE_KINDS = {
    "penalty": "行政处罚",
    "licence": "行政许可",
    "coercion": "行政强制",
    "inspection": "行政检查",
    "confirmation": "行政确认",
    "disclosure_request": "政府信息公开",
}
PROCEDURES = {"ordinary": "普通程序", "summary": "简易程序"}


class CaseFile(db.Record, table=True):
    """One case file (案卷) of one office.

    ``layout`` counts changes of the document layout; a desk that saw an older number must look again.
    ``signed_off_on`` is the day the inventory was signed off (目录已核): only then is a missing document
    absent. ``grade``, ``low``, ``high``, ``flagged`` repeat the current check for lists and filters.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_office_created", "office_id", "created_at", "id"),
        Index("ix_case_file_status_created", "status", "created_at", "id"),
        Index("ix_case_file_created", "created_at", "id"),
        Index("ix_case_file_kinds", "year", "case_kind", "status"),
        Index("ix_case_file_counts", "office_id", "status", "year", "case_kind", "grade"),
    )

    office_id: str = Field(foreign_key="office.id", max_length=26)
    case_kind: str = Field(default="penalty", max_length=32)
    procedure: str | None = Field(default=None, max_length=32)
    number: str = Field(default="", max_length=120)
    title: str = Field(default="", max_length=300)
    party_name: str = Field(default="", max_length=200)
    party_kind: str = Field(default="organisation", max_length=32)
    year: int = Field(index=True)
    closed_on: date | None = None
    status: str = Field(default="draft", max_length=16)
    status_reason: str = Field(default="", max_length=1000)
    status_at: datetime | None = None
    created_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    form_key: str | None = Field(default=None, unique=True, max_length=64)
    signed_off_on: date | None = None
    layout: int = 0
    layout_by_hand: bool = False
    current_check_id: str | None = Field(default=None, max_length=26)
    grade: str = Field(default="", max_length=16)
    low: int | None = None
    high: int | None = None
    flagged: bool = False
    pages: int = 0
    files: int = 0

    @property
    def editable(self) -> bool:
        """Whether the office may still change the file."""
        return self.status in EDITABLE


class StoredFile(db.Record, table=True):
    """One file of a case file: an uploaded one, or a member of an uploaded archive.

    ``name`` is the restored path, ``sha256`` the blob. ``message`` and ``remedy`` are what the user is
    told about its outcome; ``remarks`` are the same one by one, each {what, remedy, places: [[file name, page], …]}.
    ``rotations`` maps page numbers to the turn a clerk gave them.
    """

    __tablename__ = "stored_file"
    __table_args__ = (UniqueConstraint("case_id", "parent_id", "name", "sha256"),)

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    parent_id: str | None = Field(default=None, foreign_key="stored_file.id", max_length=26)
    name: str = Field(max_length=1000)
    sha256: str = Field(default="", index=True, max_length=64)
    size: int = 0
    media: str = Field(default="", max_length=32)
    state: str = Field(default="received", max_length=16)
    message: str = Field(default="", max_length=2000)
    remedy: str = Field(default="", max_length=2000)
    page_count: int = 0
    page_source: str = Field(default="", max_length=8)
    remarks: list[dict[str, Any]] = db.json_field(default_factory=list)
    rotations: dict[str, int] = db.json_field(default_factory=dict)
    properties: dict[str, Any] = db.json_field(default_factory=dict)
    reader: str = Field(default="", max_length=64)
    uploaded_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    removed_at: datetime | None = None


class Document(db.Record, table=True):
    """One document (文书) of a case file: a kind, a title and the pages it covers, in reading order.

    ``parts`` is [[file id, first page, last page], …]; a paper of a file without pages has -1, -1 (the second
    paper of the same file -2, -2). ``file_id`` and ``pages`` name the first part. ``by`` is empty for what the
    machine proposed.
    """

    __tablename__ = "document"

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    file_id: str = Field(foreign_key="stored_file.id", max_length=26)
    kind: str = Field(default="other", max_length=40)
    title: str = Field(default="", max_length=300)
    parts: list[list[Any]] = db.json_field(default_factory=list)
    position: int = 0
    confidence: float | None = None
    by: str | None = Field(default=None, foreign_key="account.id", max_length=26)

    @property
    def pages(self) -> list[int]:
        """[first, last] of the first part; empty where the format has no pages."""
        if not self.parts or self.parts[0][1] < 1:
            return []
        return [int(self.parts[0][1]), int(self.parts[0][2])]

    @property
    def page_total(self) -> int:
        """How many pages the document has; a part without pages counts as one."""
        return sum(int(part[2]) - int(part[1]) + 1 for part in self.parts)


class FactEntry(db.Record, table=True):
    """One statement about a fact of a case file; never changed, never deleted.

    ``origin``: machine | confirmed | corrected | withdrawn (a person's word taken back). ``value`` is in
    interchange form. ``alternatives`` are the other readings with their places. ``replaces`` is the entry
    its author saw.
    """

    __tablename__ = "fact_entry"
    __table_args__ = (Index("ix_fact_entry_case_name", "case_id", "name", "id"),)

    case_id: str = Field(foreign_key="case_file.id", max_length=26)
    name: str = Field(max_length=64)
    origin: str = Field(default="machine", max_length=16)
    value: Any = db.json_field(default=None, nullable=True)
    state: str = Field(default="recorded", max_length=20)
    document_kind: str | None = Field(default=None, max_length=40)
    file: str | None = Field(default=None, max_length=1000)
    page: int | None = None
    box: list[float] | None = db.json_field(default=None, nullable=True)
    at: str | None = Field(default=None, max_length=100)
    quote: str | None = Field(default=None, max_length=2000)
    confidence: float | None = None
    alternatives: list[dict[str, Any]] = db.json_field(default_factory=list)
    replaces: str | None = Field(default=None, max_length=26)
    by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
    note: str = Field(default="", max_length=1000)


class CheckRun(db.Record, table=True):
    """One grading of a case file; never updated: new facts or a new pack make a new run.

    ``result`` is the contract's object. ``low`` and ``high`` are tenths of a point.
    """

    __tablename__ = "check_run"

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    pack_hash: str = Field(max_length=200)
    standard_id: str = Field(max_length=200)
    result: dict[str, Any] = db.json_field(default_factory=dict)
    inputs_hash: str = Field(default="", max_length=64)
    low: int = 0
    high: int = 0
    grade: str = Field(default="", max_length=16)
    flagged: bool = False
    by: str | None = Field(default=None, foreign_key="account.id", max_length=26)


class CaseEvent(db.Record, table=True):
    """A sentence of the case file's history, shown to everyone who may open it."""

    __tablename__ = "case_event"

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    action: str = Field(max_length=32)
    text: str = Field(max_length=1000)
    by: str | None = Field(default=None, foreign_key="account.id", max_length=26)


class Upload(db.Record, table=True):
    """One tus upload: how long it must become, where its bytes wait, and what became of it.

    ``state``: open | done | refused | ended. The offset is the length of the staged file, which is the
    only truth a crash leaves behind.
    """

    __tablename__ = "upload"

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    user_id: str = Field(foreign_key="account.id", max_length=26)
    name: str = Field(max_length=1000)
    length: int
    state: str = Field(default="open", max_length=16)
    message: str = Field(default="", max_length=2000)
    sha256: str = Field(default="", max_length=64)
    file_id: str | None = Field(default=None, foreign_key="stored_file.id", max_length=26)
    expires_at: datetime
    finished_at: datetime | None = None


class PageText(db.Record, table=True):
    """The text of one page (or of a file without pages) for search; rebuilt from the readings at will.

    ``plain`` and ``grams`` are filled on PostgreSQL only, where they carry the GIN index.
    """

    __tablename__ = "page_text"
    __table_args__ = (
        Index("ix_page_text_grams", "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    case_id: str = Field(foreign_key="case_file.id", index=True, max_length=26)
    file_id: str = Field(foreign_key="stored_file.id", index=True, max_length=26)
    page: int | None = None
    text: str = Field(sa_column=Column(Text, nullable=False))
    plain: str | None = Field(default=None, sa_column=Column(Text))
    grams: list[str] | None = Field(
        default=None, sa_column=Column(ARRAY(Text).with_variant(JSON(), "sqlite"))
    )
