"""Uploads that survive a cut: the core of tus 1.0 (creation, checksum, termination, expiration).

Bytes wait in a staged file whose length is the offset; nothing is acknowledged before it is on disk. When
the last byte is in: hash → rename into the store → row, audit entry and job in one commit → acknowledge.
"""

import base64
import binascii
import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func
from sqlmodel import Session, col, select

from accounts import User
from casefiles.intakerules import RECORDINGS, clean_name, extension, refuse_early
from casefiles.models import CaseFile, StoredFile, Upload
from casefiles.store import add_file, find_same
from foundation import blobs, clock, errors, settings

CHUNK = 1024 * 1024
LIFE = timedelta(days=7)
CHECKSUMS = ("sha256", "sha1", "md5")


class ChecksumMismatch(errors.AnhengError):
    """The bytes that arrived are not those the client sent (tus status 460); nothing of them was kept."""

    status = 460


class Locked(errors.AnhengError):
    """Another request is writing to this upload (tus status 423)."""

    status = 423


def begin(
    session: Session, *, case: CaseFile, by: User, name: str, length: int, limits: settings.Limits
) -> Upload:
    """Announce a file: refused at once by type, size or room, otherwise a row that waits for bytes."""
    require_editable(case)
    name = clean_name(name)
    used_bytes, used_files = _used(session, case)
    refuse_early(name, length, limits, used_bytes=used_bytes, used_files=used_files)
    upload = Upload(case_id=case.id, user_id=by.id, name=name, length=length, expires_at=clock.now() + LIFE)
    session.add(upload)
    session.flush()
    return upload


def require_editable(case: CaseFile) -> None:
    """Refuse changes to a file that the office has handed in."""
    if not case.editable:
        raise errors.Refused(
            f"案卷“{case.title or case.number}”已经提交，不能再改动。",
            "如需补正，请联系评查组退回案卷，退回后即可继续编辑。",
        )


def _used(session: Session, case: CaseFile) -> tuple[int, int]:
    """Bytes and files of the case file without recordings, open uploads included."""
    papers = [col(StoredFile.case_id) == case.id, col(StoredFile.removed_at).is_(None)]
    papers += [~col(StoredFile.name).ilike(f"%.{kind}") for kind in sorted(RECORDINGS)]
    stored = session.exec(
        select(func.coalesce(func.sum(StoredFile.size), 0), func.count()).where(*papers)
    ).one()
    waiting = session.exec(select(Upload).where(Upload.case_id == case.id, Upload.state == "open")).all()
    pending = [item for item in waiting if extension(item.name) not in RECORDINGS]
    return int(stored[0]) + sum(item.length for item in pending), int(stored[1]) + len(pending)


def staged_path(store: blobs.BlobStore, upload: Upload) -> Path:
    """Where the bytes of an upload wait; a name of our own, never the user's."""
    folder = store.staging / "tus"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / upload.id


def offset(store: blobs.BlobStore, upload: Upload) -> int:
    """How many bytes are safely here."""
    if upload.state == "done":
        return upload.length
    path = staged_path(store, upload)
    return path.stat().st_size if path.exists() else 0


def append(
    store: blobs.BlobStore, upload: Upload, at: int, stream: BinaryIO, checksum: str | None = None
) -> int:
    """Write what arrives from offset ``at`` on; the new offset, forced to disk.

    A cut keeps the bytes that came, unless a checksum was announced: then all of the piece or nothing.
    """
    require_open(upload)
    path = staged_path(store, upload)
    digest, expected = _announced(checksum)
    with path.open("ab") as target, _exclusive(target):
        here = target.tell()
        if here != at:
            raise errors.Conflict(
                f"续传位置不符：服务器已有 {here} 字节，请求从 {at} 字节开始。", "请重新查询进度后继续。"
            )
        try:
            _receive(stream, target, upload.length - here, digest)
        finally:
            target.flush()
            os.fsync(target.fileno())
        if digest is not None and digest.digest() != expected:
            target.truncate(here)
            os.fsync(target.fileno())
            raise ChecksumMismatch("这一段内容在传输中有误，已丢弃。", "系统会自动重传这一段。")
        return target.tell()


def require_open(upload: Upload) -> None:
    """Refuse to write to an upload that is over or has waited too long."""
    if upload.state != "open":
        raise errors.AnhengError("这个上传任务已经结束。", "请刷新页面查看结果。", status=410)
    if clock.now() > upload.expires_at:
        raise errors.AnhengError("这个上传任务已过期。", "请重新选择文件上传。", status=410)


def finish(session: Session, store: blobs.BlobStore, upload: Upload, case: CaseFile, by: User) -> Upload:
    """Take a complete upload into the case file; a second one of the same bytes is said and not kept."""
    path = staged_path(store, upload)
    blob = store.adopt(path)
    upload.state, upload.sha256, upload.finished_at = "done", blob.sha256, clock.now()
    twin = find_same(session, case, blob.sha256)
    if twin is not None:
        upload.file_id = twin.id
        upload.message = f"与已有文件“{twin.name}”内容完全相同，没有重复收入。"
    else:
        stored = add_file(session, case=case, name=upload.name, blob=blob, by=by)
        upload.file_id, upload.message = stored.id, "已收入，等待识别。"
    session.add(upload)
    session.flush()
    return upload


def end(session: Session, store: blobs.BlobStore, upload: Upload) -> None:
    """Give an upload up: its staged bytes go, the row stays as a trace."""
    if upload.state == "open":
        staged_path(store, upload).unlink(missing_ok=True)
        upload.state, upload.finished_at = "ended", clock.now()
        session.add(upload)
        session.flush()


def sweep(session: Session, store: blobs.BlobStore) -> int:
    """End uploads that nobody came back to; returns how many."""
    stale = select(Upload).where(Upload.state == "open", Upload.expires_at < clock.now())
    count = 0
    for upload in session.exec(stale):
        end(session, store, upload)
        count += 1
    return count


def _announced(checksum: str | None) -> tuple["hashlib._Hash | None", bytes]:
    if not checksum:
        return None, b""
    name, _, encoded = checksum.strip().partition(" ")
    if name not in CHECKSUMS:
        raise errors.AnhengError("不支持这种校验方法。", f"请使用 {'、'.join(CHECKSUMS)} 之一。")
    try:
        return hashlib.new(name, usedforsecurity=False), base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.AnhengError("校验值格式有误。", "请刷新页面后重新上传。") from error


def _receive(stream: BinaryIO, target: BinaryIO, room: int, digest: "hashlib._Hash | None") -> None:
    while chunk := stream.read(min(CHUNK, room + 1)):
        if len(chunk) > room:
            raise errors.TooLarge("收到的内容超过申报的文件大小。", "请重新选择文件上传。")
        target.write(chunk)
        room -= len(chunk)
        if digest is not None:
            digest.update(chunk)


@contextlib.contextmanager
def _exclusive(target: BinaryIO) -> Iterator[None]:
    """One writer at a time to a staged file, over all processes of this machine."""
    if os.name == "nt":
        yield
        return
    try:
        fcntl.flock(target.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Locked("另一个请求正在续传这个文件。", "请稍候几秒再继续。") from error
    try:
        yield
    finally:
        fcntl.flock(target.fileno(), fcntl.LOCK_UN)
