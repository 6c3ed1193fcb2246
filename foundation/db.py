"""The database: one engine for SQLite (embedded) or PostgreSQL, one base for every row.

SQLite is taken from the ``pysqlite3`` package because versions before 3.51.3 can lose commits in WAL
mode. Reading transactions are deferred and read only; writing transactions take the write lock at once
(BEGIN IMMEDIATE), so that a busy database waits instead of failing half way.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import JSON, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import declared_attr
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Field, Session, SQLModel, create_engine

from foundation.clock import now
from foundation.errors import AnhengError, Busy, Conflict
from foundation.ids import new_id

SQLITE_NEEDED = (3, 51, 3)
BUSY_MILLISECONDS = 10_000

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(SQLModel):
    """Base of every editable row: ULID key, time of making (UTC), version for optimistic locking.

    Derive with ``table=True``. Two members who save the same version: the second gets ``Conflict``.
    """

    id: str = Field(default_factory=new_id, primary_key=True, max_length=26)
    created_at: datetime = Field(default_factory=now)
    version: int = Field(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def json_field(**options: Any) -> Any:
    """A column for JSON values whose key order is kept on both databases."""
    return Field(sa_type=JSON, **options)


def sqlite_module() -> ModuleType:
    """The SQLite driver: ``pysqlite3``, or the standard library's on Windows, where no wheel exists."""
    name = "sqlite3" if sys.platform == "win32" else "pysqlite3"
    return importlib.import_module(name)


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return tuple(int(part) for part in str(sqlite_module().sqlite_version).split("."))


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql://…``; refuses a SQLite that may lose commits."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, pool_timeout=10)


def _sqlite_engine(url: str) -> Engine:
    found = sqlite_version()
    if found < SQLITE_NEEDED and sys.platform != "win32":
        raise AnhengError(
            f"SQLite 版本 {'.'.join(map(str, found))} 过低，WAL 模式下可能丢失已提交的数据。",
            "请升级 pysqlite3 软件包（内含 SQLite 3.51.3 以上版本）后重新启动。",
        )
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, module=sqlite_module(), connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get("anheng_reading"))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def open_session(engine: Engine, *, reading: bool = False) -> Session:
    """A session of one transaction; a reading one refuses every write on both databases."""
    if not reading:
        return Session(engine, expire_on_commit=False)
    bound = engine.execution_options(anheng_reading=True, postgresql_readonly=True)
    return Session(bound, expire_on_commit=False)


def is_reading(session: Session) -> bool:
    """Whether the session only reads."""
    return bool(session.get_bind().get_execution_options().get("anheng_reading"))


@contextmanager
def session_scope(engine: Engine, *, reading: bool = False) -> Iterator[Session]:
    """A unit of work: commit once at the end, roll back on any error."""
    session = open_session(engine, reading=reading)
    try:
        yield session
        finish(session)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """An engine for one command, its connections closed at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def one_off(url: str, *, reading: bool = False) -> Iterator[Session]:
    """One unit of work on a database of one's own: for commands."""
    with connected(url) as engine, session_scope(engine, reading=reading) as session:
        yield session


def finish(session: Session) -> None:
    """Commit; a row changed by someone else becomes ``Conflict``, a locked database ``Busy``."""
    try:
        session.commit()
    except StaleDataError as error:
        raise Conflict() from error
    except OperationalError as error:
        if "locked" in str(error):
            raise Busy() from error
        raise


def insert_if_absent(session: Session, model: type[SQLModel], values: dict[str, Any]) -> None:
    """Insert a row unless its key exists already; safe when two processes try at once."""
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    session.connection().execute(insert(model).values(**values).on_conflict_do_nothing())
