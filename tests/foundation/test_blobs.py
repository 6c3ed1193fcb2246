"""Originals: stored once, never changed, and none acknowledged is ever lost, whatever is killed when."""

import contextlib
import hashlib
import io
import os
import random
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from foundation import audit, blobs, db, errors, settings
from tests.foundation import victim

KILLS = 25


@pytest.fixture
def store(config: settings.Settings) -> blobs.BlobStore:
    return blobs.BlobStore(config)


def test_the_same_bytes_are_stored_once(store: blobs.BlobStore) -> None:
    first, second = store.put(io.BytesIO(b"abc")), store.put(io.BytesIO(b"abc"))
    assert first == second == blobs.Blob(hashlib.sha256(b"abc").hexdigest(), 3)
    assert list(store.digests()) == [first.sha256]
    with store.open(first.sha256) as stream:
        assert stream.read() == b"abc"
    assert store.verify(first.sha256)
    assert list(store.staging.iterdir()) == []


def test_a_finished_upload_is_adopted_without_a_copy(store: blobs.BlobStore, tmp_path: Path) -> None:
    part = tmp_path / "upload.part"
    part.write_bytes(b"x" * 1000)
    inode = part.stat().st_ino
    blob = store.adopt(part)
    assert not part.exists() and store.path(blob.sha256).stat().st_ino == inode


def test_too_much_leaves_nothing(store: blobs.BlobStore) -> None:
    with pytest.raises(errors.TooLarge):
        store.put(io.BytesIO(b"x" * 5000), limit=4999)
    assert list(store.digests()) == [] and list(store.staging.iterdir()) == []
    assert store.put(io.BytesIO(b"x" * 5000), limit=5000).size == 5000


def test_a_broken_stream_leaves_nothing(store: blobs.BlobStore) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError("network")

    with pytest.raises(OSError, match="network"):
        store.put(Broken())  # type: ignore[arg-type]
    assert list(store.digests()) == [] and list(store.staging.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "g" * 64])
def test_only_digests_name_blobs(store: blobs.BlobStore, name: str) -> None:
    with pytest.raises(errors.NotFound):
        store.path(name)


def test_the_sweeper_takes_debris_and_nothing_else(store: blobs.BlobStore) -> None:
    wanted, orphan = store.put(io.BytesIO(b"wanted")).sha256, store.put(io.BytesIO(b"orphan")).sha256
    (store.staging / "left.part").write_bytes(b"half")
    keep = {wanted}.intersection
    assert store.sweep(lambda found: set(keep(found))) == {"staged": 0, "orphans": 0}
    old = time.time() - 2 * 86400
    for path in (store.path(wanted), store.path(orphan), store.staging / "left.part"):
        os.utime(path, (old, old))
    assert store.sweep(lambda found: set(keep(found))) == {"staged": 1, "orphans": 1}
    assert list(store.digests()) == [wanted]
    os.utime(store.path(wanted), (old, old))
    store.put(io.BytesIO(b"wanted"))
    assert store.sweep(lambda _found: set()) == {"staged": 0, "orphans": 0}, "wanted again: young again"


def test_without_rooms_that_refer_nothing_is_an_orphan(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_references", [])
    assert blobs.referenced(session, ["a", "b"]) == {"a", "b"}

    def finder(_session: Session, digests: Iterable[str]) -> set[str]:
        return set(digests) & {"b"}

    blobs.register_references(finder)
    assert blobs.referenced(session, ["a", "b"]) == {"b"}


def test_killed_at_any_moment_no_acknowledged_file_is_lost(engine: Engine, config: settings.Settings) -> None:
    """A process stores files and acknowledges each; it is killed -9 at random moments, twenty-five times."""
    acknowledged: list[str] = []
    chance = random.Random(7)
    for turn in range(KILLS):
        child, ear = victim.start(victim.store_for_ever, config, turn)
        if turn % 2:  # half of the kills come after something was acknowledged, however busy the machine is
            acknowledged.append(ear.recv())
        time.sleep(chance.uniform(0.0, 0.2))
        child.kill()
        child.join()
        acknowledged += heard(ear)
    store = blobs.BlobStore(config)
    with db.session_scope(engine, reading=True) as session:
        rows = set(
            session.exec(select(audit.AuditEntry.target).where(col(audit.AuditEntry.action) == "file.store"))
        )
        chain = audit.verify(session)
    assert len(acknowledged) >= KILLS // 2 and chain["ok"]
    assert set(acknowledged) <= rows, "an acknowledged file has its row"
    assert all(store.verify(digest) for digest in rows), "a row has its file, whole"
    old = time.time() - 2 * 86400
    for path in [*store.staging.iterdir(), *(store.path(digest) for digest in store.digests())]:
        os.utime(path, (old, old))
    store.sweep(lambda found: set(found) & rows)
    assert set(store.digests()) == rows and list(store.staging.iterdir()) == []


def heard(ear: Connection) -> Iterator[str]:
    """What was told before the end; the last word may have been cut off."""
    with ear, contextlib.suppress(EOFError, OSError):
        while True:
            yield ear.recv()


def test_a_remote_store_is_written_once_and_read_through_a_cache(tmp_path: Path) -> None:
    """The S3 path with obstore's in-memory store: create-once, fetch, list, sweep."""
    config = settings.Settings(var=tmp_path, storage_url="memory:///")
    store = blobs.BlobStore(config)
    first, again = store.put(io.BytesIO(b"abc")), store.put(io.BytesIO(b"abc"))
    assert first == again and list(store.digests()) == [first.sha256]
    assert store.exists(first.sha256) and not store.exists("0" * 64)
    assert store.path(first.sha256).read_bytes() == b"abc" and store.verify(first.sha256)
    with pytest.raises(errors.NotFound):
        store.path("0" * 64)
    assert store.sweep(lambda _found: set(), grace=-60) == {"staged": 0, "orphans": 1}
    assert list(store.digests()) == [] and not store.exists(first.sha256)
