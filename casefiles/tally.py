"""How many case files there are of each office, year, kind and status, kept in the transaction that changes them.

Every change of a case file adds rows of +1 and -1 and nothing is ever updated, so that two transactions never
wait for each other; the sum is exact in every snapshot. A cleaner folds the rows together.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, event, func, insert
from sqlalchemy import select as sql_select
from sqlalchemy.orm.attributes import get_history
from sqlmodel import Session

from casefiles.models import CaseFile, CaseTally
from foundation import commands, ids

DIMENSIONS = ("office_id", "year", "case_kind", "status")
Cell = tuple[Any, ...]


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


def cell_of(case: CaseFile) -> Cell:
    """Where a case file is counted."""
    return tuple(getattr(case, name) for name in DIMENSIONS)


@event.listens_for(Session, "before_flush")
def _follow(session: Session, _context: Any, _objects: Any) -> None:
    changes = Counter(cell_of(item) for item in session.new if isinstance(item, CaseFile))
    changes.subtract(Counter(_before(item) for item in session.deleted if isinstance(item, CaseFile)))
    for item in session.dirty:
        if isinstance(item, CaseFile):
            changes.update([cell_of(item)])
            changes.subtract([_before(item)])
    enter(session, changes)


def _before(case: CaseFile) -> Cell:
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
