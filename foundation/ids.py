"""Names that never repeat: ULIDs for rows, gapless numbers for official papers."""

import secrets
import threading

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from foundation.clock import now

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_lock = threading.Lock()
_last = (0, 0)


def new_id() -> str:
    """A ULID: 26 characters, sorted by time of making, strictly increasing within one process."""
    global _last
    with _lock:
        millis, tail = int(now().timestamp() * 1000), secrets.randbits(80)
        if millis <= _last[0]:
            millis, tail = _last[0], _last[1] + 1
        _last = (millis, tail)
    value = (millis << 80) | (tail & ((1 << 80) - 1))
    return "".join(ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


class Sequence(SQLModel, table=True):
    """The last number an office has used in one series of one year (文号)."""

    office_id: str = Field(primary_key=True, max_length=26)
    series: str = Field(primary_key=True, max_length=64)
    year: int = Field(primary_key=True)
    value: int = 0


def next_number(session: Session, office_id: str, series: str, year: int) -> int:
    """The next number of a series, starting at 1, without gap or repeat.

    The sequence row stays locked until the caller's transaction ends; a rollback gives the number back.
    """
    table = Sequence.__table__  # type: ignore[attr-defined]
    dialect = session.connection().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    start = insert(table).values(office_id=office_id, series=series, year=year, value=1)
    step = start.on_conflict_do_update(
        index_elements=["office_id", "series", "year"], set_={"value": table.c.value + 1}
    ).returning(table.c.value)
    return int(session.connection().execute(step).scalar_one())
