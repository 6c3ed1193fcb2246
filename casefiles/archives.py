"""Unpacking what offices upload: zip with Chinese names, zips inside zips, nothing outside the work folder.

Everything is refused from the central directory alone where it can be: bombs, overlaps, encryption, limits.
Members are written under generated names; their own names are kept as data.
"""

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from .names import JUNK, Name, fold, judge, restore, tidy
from .zipdir import BadZip, Entry, read_directory

_STORED, _DEFLATED = 0, 8
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits of design §6; recordings count by themselves."""

    file_size: int = 512 * 1024**2
    recording_size: int = 8 * 1024**3
    case_size: int = 2 * 1024**3
    files: int = 2_000
    levels: int = 4
    ratio: int = 20
    unpacked: int = 4 * 1024**3
    free: int = 16 * 1024**2
    """Unpacked bytes below which the ratio is not looked at: small forms compress well."""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry after unpacking: where its bytes lie, or why they do not (``what`` and ``remedy``).

    ``outcome``: stored | ignored | refused. ``doubtful`` names should be shown for confirmation.
    """

    name: str
    outcome: str
    path: Path | None = None
    size: int = 0
    what: str = ""
    remedy: str = ""
    doubtful: bool = False
    raw_name: bytes = b""
    archive: str = ""
    """Path of the archive inside the upload that held it, empty for the outermost."""


RECORDINGS = (
    ".mp4",
    ".mov",
    ".avi",
    ".mkv",
    ".m4v",
    ".3gp",
    ".wmv",
    ".wav",
    ".mp3",
    ".m4a",
    ".aac",
    ".amr",
    ".wma",
)
_RENAME = "请改名后重新打包上传"
_REPACK = "请重新打包后上传"


@dataclass(slots=True)
class _Unpacking:
    folder: Path
    limits: ArchiveLimits
    files: int = 0
    documents: int = 0
    total: int = 0
    seen: dict[str, str] = field(default_factory=dict)


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does."""
    with path.open("rb") as stream:
        return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(path: Path, folder: Path, limits: ArchiveLimits | None = None) -> list[Member]:
    """Unpack a zip and the zips inside it into ``folder``, which must exist.

    Raises ``BadZip`` when the archive as a whole is refused. Every entry of an accepted one has a stated outcome.
    """
    state = _Unpacking(folder, limits or ArchiveLimits())
    return list(_unpack(state, path, "", 1))


def _unpack(state: _Unpacking, path: Path, prefix: str, level: int) -> Iterator[Member]:
    entries = [entry for entry in read_directory(path) if not entry.is_folder or entry.size]
    _check_sizes(state, path, entries)
    with path.open("rb") as stream:
        for entry in entries:
            yield from _member(state, stream, entry, prefix, level)


def _check_sizes(state: _Unpacking, path: Path, entries: list[Entry]) -> None:
    """Refuse a whole archive by what its directory declares."""
    limits = state.limits
    total = sum(entry.size for entry in entries)
    if entries and all(entry.encrypted for entry in entries):
        raise BadZip("压缩包设有密码，无法展开", "请去除密码后重新打包上传")
    if len(entries) + state.files > limits.files:
        raise BadZip(f"案卷内文件超过 {limits.files} 个的上限", "请按案件拆分后分别上传")
    if state.total + total > limits.unpacked + _recordings(entries):
        raise BadZip(
            f"压缩包展开后共 {total / 1024**3:.1f} GB，超过上限，未展开", "请拆分或先压缩录像后重新上传"
        )
    packed = max(1, path.stat().st_size)
    if total > limits.free and total > limits.ratio * packed:
        raise BadZip(
            f"压缩包展开后为原大小的 {total // packed} 倍，疑似压缩炸弹，未展开",
            "请确认来源；如属正常材料，请改用文件夹上传",
        )


def _recordings(entries: list[Entry]) -> int:
    return sum(
        entry.size for entry in entries if entry.raw.lower().endswith(tuple(s.encode() for s in RECORDINGS))
    )


def _member(state: _Unpacking, stream: BinaryIO, entry: Entry, prefix: str, level: int) -> Iterator[Member]:
    name = restore(entry)
    shown = prefix + tidy(name.text) if judge(name.text) is None else prefix + _visible(name.text)
    if JUNK.search("/" + tidy(name.text)):
        yield Member(
            shown, "ignored", what="系统或临时文件，已忽略", raw_name=entry.raw, archive=prefix.rstrip("/")
        )
        return
    reason = judge(name.text) or _bad_kind(entry)
    if reason is not None:
        yield Member(
            shown,
            "refused",
            what=f"{reason}，未展开",
            remedy=_RENAME,
            raw_name=entry.raw,
            archive=prefix.rstrip("/"),
        )
        return
    clash = state.seen.get(fold(shown))
    if clash is not None:
        what = f"与“{clash}”重名（或仅大小写、全半角不同），未展开"
        yield Member(
            shown, "refused", what=what, remedy=_RENAME, raw_name=entry.raw, archive=prefix.rstrip("/")
        )
        return
    state.seen[fold(shown)] = shown
    yield from _store(state, stream, entry, name, shown, level)


def _store(
    state: _Unpacking, stream: BinaryIO, entry: Entry, name: Name, shown: str, level: int
) -> Iterator[Member]:
    target = state.folder / f"{state.files:05d}"
    problem = _refused_by_size(state, entry, shown)
    if problem is None:
        try:
            _extract(stream, entry, target)
        except BadZip as error:
            target.unlink(missing_ok=True)
            problem = (error.what, error.remedy)
    place = shown.rpartition("/")[0]
    if problem is not None:
        yield Member(
            shown,
            "refused",
            None,
            entry.size,
            *problem,
            doubtful=name.doubtful,
            raw_name=entry.raw,
            archive=place,
        )
        return
    state.files += 1
    state.total += entry.size
    if is_zip(target) and shown.lower().endswith(".zip"):
        yield from _nested(state, target, shown, level)
        return
    if not shown.lower().endswith(RECORDINGS):
        state.documents += entry.size
    yield Member(shown, "stored", target, entry.size, doubtful=name.doubtful, raw_name=entry.raw)


def _refused_by_size(state: _Unpacking, entry: Entry, shown: str) -> tuple[str, str] | None:
    limits = state.limits
    recording = shown.lower().endswith(RECORDINGS)
    limit = limits.recording_size if recording else limits.file_size
    if entry.size > limit:
        return (
            f"文件 {entry.size / 1024**2:.0f} MB，超过上限 {limit / 1024**2:.0f} MB，未展开",
            "请压缩或拆分后上传",
        )
    if not recording and state.documents + entry.size > limits.case_size:
        return f"案卷材料（不含录音录像）超过 {limits.case_size / 1024**3:.0f} GB，未展开", "请拆分案卷后上传"
    if entry.encrypted:
        return "文件设有密码，无法展开", "请去除密码后重新打包上传"
    if entry.method not in (_STORED, _DEFLATED):
        return f"压缩方式不受支持（方法 {entry.method}），未展开", "请改用普通 zip（Deflate）重新打包后上传"
    return None


def _nested(state: _Unpacking, target: Path, shown: str, level: int) -> Iterator[Member]:
    """A zip inside the zip; one that is refused leaves the rest unharmed."""
    try:
        if level >= state.limits.levels:
            raise BadZip(f"压缩包嵌套超过 {state.limits.levels} 层，未展开", "请减少嵌套层数后重新打包上传")
        members = list(_unpack(state, target, shown + "/", level + 1))
    except BadZip as error:
        yield Member(shown, "refused", None, target.stat().st_size, error.what, error.remedy)
    else:
        yield from members
    finally:
        target.unlink(missing_ok=True)


def _bad_kind(entry: Entry) -> str | None:
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        return "是符号链接，不是文件"
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        return "是设备或特殊文件，不是普通文件"
    return None


def _visible(name: str) -> str:
    """A harmful name made harmless to show."""
    return (
        "".join("／" if char in "/\\" else char if char.isprintable() else "□" for char in name)[:200]
        or "（无名）"
    )


def _extract(stream: BinaryIO, entry: Entry, target: Path) -> None:
    """Write an entry, stopping at its declared size and checking its sum."""
    stream.seek(entry.offset + 26)
    header = stream.read(4)
    stream.seek(
        entry.offset + 30 + int.from_bytes(header[:2], "little") + int.from_bytes(header[2:], "little")
    )
    done, crc, left = 0, 0, entry.packed
    inflate = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
    try:
        with target.open("xb") as out:
            for piece in _pieces(stream, left, inflate):
                done += len(piece)
                if done > entry.size:
                    raise BadZip("文件展开后大于压缩包所声明的大小，疑似压缩炸弹，已中止", _REPACK)
                crc = zlib.crc32(piece, crc)
                out.write(piece)
    except zlib.error as error:
        raise BadZip("文件的压缩数据已损坏", _REPACK) from error
    if done != entry.size or crc != entry.crc:
        raise BadZip("文件数据不完整或校验不符", _REPACK)


def _pieces(stream: BinaryIO, left: int, inflate: "zlib._Decompress | None") -> Iterator[bytes]:
    while left > 0:
        data = stream.read(min(_CHUNK, left))
        if not data:
            return
        left -= len(data)
        if inflate is None:
            yield data
            continue
        while data:
            yield inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
    if inflate is not None:
        yield inflate.flush()
