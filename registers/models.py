"""One table for all registers: an entry of an office, valid from a day to a day."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from foundation import db


class RegisterEntry(db.Record, table=True):
    """An entry: ``key`` identifies it within its register, ``data`` holds the kind's own columns.

    Valid on every day from ``valid_from`` to ``valid_to`` inclusive (``None``: until further notice).
    A change is a new entry from a later day; the earlier one is closed, never overwritten.
    """

    __tablename__ = "register_entry"
    __table_args__ = (UniqueConstraint("office_id", "kind", "key", "valid_from"),)

    office_id: str = Field(foreign_key="office.id", index=True, max_length=26)
    kind: str = Field(max_length=16, index=True)
    key: str = Field(max_length=128)
    name: str = Field(max_length=256, index=True)
    data: dict[str, Any] = db.json_field(default_factory=dict)
    valid_from: date
    valid_to: date | None = Field(default=None)
    source: str = Field(default="", max_length=512)
    changed_by: str | None = Field(default=None, foreign_key="account.id", max_length=26)
