"""Originals by content: a file is stored once under its SHA-256 and never changed.

Order of a store (each step survives a crash): stage → hash → fsync → rename → fsync folder → the caller's
rows and audit entry in one commit → acknowledge. What a crash leaves behind (staged parts, blobs without
a row) the sweeper clears.
"""

import hashlib
import importlib
import io
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlmodel import Session

from foundation.errors import NotFound, TooLarge
from foundation.ids import new_id
from foundation.settings import Settings

CHUNK = 1024 * 1024
GRACE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Blob:
    """What was stored: SHA-256 in hexadecimal and the size in bytes."""

    sha256: str
    size: int


class BlobStore:
    """Files by digest in a folder (``file://``) or an S3-compatible store (``s3://``, create-once)."""

    def __init__(self, settings: Settings) -> None:
        self.staging = settings.var / "staging"
        self.staging.mkdir(parents=True, exist_ok=True)
        folder = settings.storage_folder
        self.remote = None if folder else _Remote(settings.storage_url)
        self.root = folder or settings.var / "cache" / "blobs"
        self.root.mkdir(parents=True, exist_ok=True)

    def put(self, source: BinaryIO | Path, *, limit: int | None = None) -> Blob:
        """Store a stream or file; storing the same bytes again changes nothing.

        ``limit``: more bytes than this raise ``TooLarge`` and leave nothing behind.
        """
        staged = self.staging / f"{new_id()}.part"
        try:
            if isinstance(source, Path):
                with source.open("rb") as stream:
                    blob = _stage(stream, staged, limit)
            else:
                blob = _stage(source, staged, limit)
            self._publish(staged, blob)
        finally:
            staged.unlink(missing_ok=True)
        return blob

    def adopt(self, path: Path) -> Blob:
        """Store a file already on the same disk (a finished upload) by renaming it: ``path`` is gone."""
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        blob = Blob(digest, path.stat().st_size)
        self._publish(path, blob)
        path.unlink(missing_ok=True)
        return blob

    def exists(self, sha256: str) -> bool:
        """Whether a blob is stored."""
        return self._place(sha256).exists() or bool(self.remote and self.remote.exists(sha256))

    def path(self, sha256: str) -> Path:
        """A readable local file of the blob (fetched once where the store is remote)."""
        place = self._place(sha256)
        if not place.exists() and self.remote:
            place.parent.mkdir(parents=True, exist_ok=True)
            staged = self.staging / f"{new_id()}.part"
            self.remote.fetch(sha256, staged)
            staged.replace(place)
        if not place.exists():
            raise NotFound(f"原件 {sha256[:12]}… 不在存储中。", "请联系系统管理员核对备份。")
        return place

    def open(self, sha256: str) -> io.BufferedReader:
        """The blob's bytes as a stream."""
        return self.path(sha256).open("rb")

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still have their digest."""
        with self.open(sha256) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256

    def digests(self) -> Iterator[str]:
        """Every stored digest, in order."""
        if self.remote:
            yield from self.remote.digests()
            return
        for place in sorted(self.root.glob("??/??/*")):
            if len(place.name) == 64:
                yield place.name

    def sweep(
        self, wanted: Callable[[Iterable[str]], set[str]], grace: float = GRACE_SECONDS
    ) -> dict[str, int]:
        """Remove staged parts and blobs without a row, both older than ``grace`` seconds.

        ``wanted`` takes digests and returns those some row refers to. Returns what was removed, by kind.
        """
        before = time.time() - grace
        removed = {"staged": 0, "orphans": 0}
        for part in self.staging.iterdir():
            if part.is_file() and part.stat().st_mtime < before:
                part.unlink(missing_ok=True)
                removed["staged"] += 1
        found = list(self.digests())
        keep = wanted(found)
        for digest in found:
            if digest not in keep and self._age_passed(digest, before):
                self._place(digest).unlink(missing_ok=True)
                if self.remote:
                    self.remote.delete(digest)
                removed["orphans"] += 1
        return removed

    def _age_passed(self, digest: str, before: float) -> bool:
        if self.remote:
            return self.remote.modified(digest) < before
        return self._place(digest).stat().st_mtime < before

    def _publish(self, staged: Path, blob: Blob) -> None:
        if self.remote:
            self.remote.create(blob.sha256, staged)
            return
        place = self._place(blob.sha256)
        if place.exists():
            os.utime(place)  # a sweep under way must not take a blob that is wanted again
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(place)
        for folder in (place.parent, place.parent.parent, self.root):
            _sync_folder(folder)

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        return self.root / sha256[:2] / sha256[2:4] / sha256


def _stage(stream: BinaryIO, staged: Path, limit: int | None) -> Blob:
    digest, size = hashlib.sha256(), 0
    with staged.open("wb") as target:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if limit is not None and size > limit:
                raise TooLarge(
                    f"文件超过单个文件 {limit // CHUNK} MiB 的上限，未保存。",
                    "请拆分后上传；音像记录请用“音像记录”入口上传。",
                )
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return Blob(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Remote:
    """An S3-compatible store through obstore; ``create`` never overwrites."""

    def __init__(self, url: str) -> None:
        # obstore is a native library that only remote storage needs: loaded when it is configured.
        self._obstore: Any = importlib.import_module("obstore")
        stores: Any = importlib.import_module("obstore.store")
        self._store = stores.from_url(url)
        self._exists_error = importlib.import_module("obstore.exceptions").AlreadyExistsError
        self._missing = FileNotFoundError

    def create(self, sha256: str, source: Path) -> None:
        try:
            self._obstore.put(self._store, sha256, source, mode="create")
        except self._exists_error:
            return

    def exists(self, sha256: str) -> bool:
        try:
            self._obstore.head(self._store, sha256)
        except self._missing:
            return False
        return True

    def fetch(self, sha256: str, target: Path) -> None:
        try:
            found = self._obstore.get(self._store, sha256)
        except self._missing as error:
            raise NotFound(f"原件 {sha256[:12]}… 不在存储中。", "请联系系统管理员核对备份。") from error
        with target.open("wb") as sink:
            for chunk in found.stream(min_chunk_size=CHUNK):
                sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())

    def modified(self, sha256: str) -> float:
        return float(self._obstore.head(self._store, sha256)["last_modified"].timestamp())

    def delete(self, sha256: str) -> None:
        self._obstore.delete(self._store, sha256)

    def digests(self) -> Iterator[str]:
        for batch in self._obstore.list(self._store):
            yield from sorted(item["path"] for item in batch if len(item["path"]) == 64)


Find = Callable[[Session, Iterable[str]], set[str]]
_references: list[Find] = []


def register_references(find: Find) -> Find:
    """A room that stores blobs tells which of the given digests its rows refer to."""
    _references.append(find)
    return find


def referenced(session: Session, digests: Iterable[str]) -> set[str]:
    """The digests that any room's rows refer to."""
    wanted = list(digests)
    return set().union(*(find(session, wanted) for find in _references)) if _references else set(wanted)
