"""The database: waiting writers, refused lost updates, read-only readings, gapless numbers."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import Session, col, select

from accounts import Office, User
from foundation import db, errors, ids, paging, settings


def test_the_sqlite_in_use_does_not_lose_commits() -> None:
    assert db.sqlite_version() >= db.SQLITE_NEEDED


def test_sqlite_is_set_up_for_durability(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with db.session_scope(engine) as session:
        ask = session.connection().exec_driver_sql
        found = [
            ask(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 10_000]
    engine.dispose()


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "SQLITE_NEEDED", (99, 0, 0))
    with pytest.raises(errors.AnhengError, match="版本"):
        db.make_engine(f"sqlite:///{tmp_path / 'x.db'}")


def test_a_reading_session_cannot_write(engine: Engine, seeded: dict[str, User]) -> None:
    with pytest.raises(DBAPIError), db.session_scope(engine, reading=True) as session:
        session.get_one(User, seeded["leader"].id).name = "改"
    with db.session_scope(engine) as session:
        assert session.get_one(User, seeded["leader"].id).name == "高景山"
        session.get_one(User, seeded["leader"].id).name = "写"


def test_the_second_of_two_editors_is_told(engine: Engine, seeded: dict[str, User]) -> None:
    with db.session_scope(engine, reading=True) as session:
        first = session.get_one(User, seeded["leader"].id)
    with db.session_scope(engine, reading=True) as session:
        second = session.get_one(User, seeded["leader"].id)
    first.name, second.name = "甲", "乙"
    with db.session_scope(engine) as session:
        session.add(first)
    with pytest.raises(errors.Conflict), db.session_scope(engine) as session:
        session.add(second)
    with db.session_scope(engine) as session:
        assert session.get_one(User, seeded["leader"].id).name == "甲"


def test_many_writers_wait_and_none_fails(
    engine: Engine, config: settings.Settings, seeded: dict[str, User]
) -> None:
    """Thirty threads read, then write: with a deferred BEGIN nearly all would fail at once."""
    faults: list[BaseException] = []

    def save() -> None:
        own = db.make_engine(config.database_url)
        try:
            with db.session_scope(own) as session:
                office = session.get_one(Office, seeded["leader"].office_id, with_for_update=True)
                office.region = str(int(office.region or "0") + 1)
        except Exception as fault:
            faults.append(fault)
        finally:
            own.dispose()

    with db.session_scope(engine) as session:
        session.get_one(Office, seeded["leader"].office_id).region = "0"
    run_all([threading.Thread(target=save) for _ in range(30)])
    assert faults == []
    with db.session_scope(engine) as session:
        assert session.get_one(Office, seeded["leader"].office_id).region == "30"


def test_numbers_have_no_gap_and_no_repeat(engine: Engine, config: settings.Settings) -> None:
    got: list[int] = []

    def take(fail: bool) -> None:
        own = db.make_engine(config.database_url)
        try:
            with db.session_scope(own) as session:
                number = ids.next_number(session, "office", "circular", 2026)
                if fail:
                    raise RuntimeError
            got.append(number)
        except RuntimeError:
            pass
        finally:
            own.dispose()

    run_all([threading.Thread(target=take, args=(number % 3 == 0,)) for number in range(30)])
    assert sorted(got) == list(range(1, 21))
    with db.session_scope(engine) as session:
        assert ids.next_number(session, "office", "circular", 2027) == 1
        assert ids.next_number(session, "other", "circular", 2026) == 1


def test_ids_rise_and_do_not_repeat() -> None:
    made = [ids.new_id() for _ in range(20_000)]
    assert made == sorted(set(made)) and {len(item) for item in made} == {26}


def test_moments_come_back_aware(engine: Engine, seeded: dict[str, User]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    with db.session_scope(engine) as session:
        session.get_one(User, seeded["leader"].id).last_sign_in_at = moment
    with db.session_scope(engine) as session:
        assert session.get_one(User, seeded["leader"].id).last_sign_in_at == moment
        assert session.exec(select(User.login).where(col(User.last_sign_in_at) == moment)).all() == ["leader"]
    with pytest.raises(StatementError), db.session_scope(engine) as session:
        session.get_one(User, seeded["leader"].id).last_sign_in_at = moment.replace(tzinfo=None)


@pytest.mark.parametrize("limit", [1, 2, 7, 30, 100])
@pytest.mark.parametrize("falling", [False, True])
def test_pages_hold_every_row_once(
    session: Session, seeded: dict[str, User], limit: int, falling: bool
) -> None:
    order = [col(User.office_id).desc() if falling else col(User.office_id), col(User.id)]
    whole = [user.login for user in session.exec(select(User).order_by(*order))]
    found: list[str] = []
    after = None
    for _ in range(100):
        page = paging.keyset(session, select(User), order, after, limit)
        found += [user.login for user in page.items]
        after = page.next
        if after is None:
            break
    assert found == whole and len(found) == 30


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "bnVsbA", "e30", "WzFd", "W3siZCI6ICJ4In0sIDFd"])
def test_a_broken_cursor_is_refused(session: Session, seeded: dict[str, User], cursor: str) -> None:
    order = [col(User.created_at), col(User.id)]
    if not cursor:
        assert len(paging.keyset(session, select(User), order, cursor).items) == 30
        return
    with pytest.raises(errors.AnhengError, match="翻页标记"):
        paging.keyset(session, select(User), order, cursor)


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
