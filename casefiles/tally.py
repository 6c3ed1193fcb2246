"""How many case files there are of each office, year, kind and status, kept in the transaction that changes them.

Every change of a case file adds rows of +1 and -1 and nothing is ever updated, so that two transactions never
wait for each other; the sum is exact in every snapshot. A cleaner folds the rows together.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Index, delete, event, func, insert
from sqlalchemy import select as sql_select
from sqlalchemy.orm.attributes import get_history
from sqlmodel import Field, Session, SQLModel

from foundation import commands, ids

DIMENSIONS = ("office_id", "year", "case_kind", "status")
COUNTED = "case_file"
Cell = tuple[Any, ...]


class CaseTally(SQLModel, table=True):
    """So many case files more (or fewer) of one office, year, kind and status."""

    __tablename__ = "case_tally"
    __table_args__ = (Index("ix_case_tally_status", "status", "office_id", "year", "case_kind", "cases"),)

    id: str = Field(primary_key=True, max_length=26)
    office_id: str = Field(max_length=26)
    year: int
    case_kind: str = Field(max_length=32)
    status: str = Field(max_length=16)
    cases: int


def enter(session: Session, changes: Counter[Cell]) -> None:
    """Add to the counts: how many more (or fewer) case files each cell of ``DIMENSIONS`` has."""
    rows = [
        {"id": ids.new_id(), **dict(zip(DIMENSIONS, cell, strict=True)), "cases": count}
        for cell, count in changes.items()
        if count
    ]
    if rows:
        session.connection().execute(insert(CaseTally), rows)


def count_by(session: Session, column: Any, wanted: Iterable[Any]) -> dict[Any, int]:
    """How many case files for each value of a column of ``CaseTally``, under conditions on the others."""
    query = sql_select(column, func.sum(CaseTally.cases)).where(*wanted).group_by(column)
    return {value: int(count) for value, count in session.connection().execute(query) if count}


@event.listens_for(Session, "before_flush")
def _follow(session: Session, _context: Any, _objects: Any) -> None:
    changes = Counter(_cell(item) for item in _counted(session.new))
    changes.subtract(Counter(_before(item) for item in _counted(session.deleted)))
    for item in _counted(session.dirty):
        changes.update([_cell(item)])
        changes.subtract([_before(item)])
    enter(session, changes)


def _counted(items: Iterable[Any]) -> list[Any]:
    return [item for item in items if getattr(item, "__tablename__", "") == COUNTED]


def _cell(case: Any) -> Cell:
    """Where a case file is counted."""
    return tuple(getattr(case, name) for name in DIMENSIONS)


def _before(case: Any) -> Cell:
    """The cell that the stored row is counted in."""
    return tuple((get_history(case, name).deleted or [getattr(case, name)])[0] for name in DIMENSIONS)


@commands.register_cleaner
def fold(session: Session) -> int:
    """Put the rows of each cell together; returns how many rows that saved."""
    columns = [getattr(CaseTally, name) for name in (*DIMENSIONS, "cases")]
    rows = list(session.connection().execute(delete(CaseTally).returning(*columns)))
    sums: Counter[Cell] = Counter()
    for *cell, count in rows:
        sums[tuple(cell)] += count
    enter(session, sums)
    return len(rows) - sum(1 for count in sums.values() if count)
