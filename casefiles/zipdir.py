"""A zip's central directory, read by ourselves: what is declared is checked before anything is unpacked.

Python's ``zipfile`` of 3.11 reads entries that overlap; here every entry's bytes must lie apart from all
others, and the local header must say the same as the directory.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCATOR64 = b"PK\x06\x07"
_ENTRY = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
MAX_ENTRIES = 20_000
MAX_DIRECTORY = 16 * 1024 * 1024


class BadZip(Exception):
    """A zip that will not be unpacked: ``what`` and ``remedy`` in Chinese."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the central directory states it. ``raw`` are the name's bytes, kept as they are."""

    raw: bytes
    utf8: bool
    unicode_name: str | None
    """Name from the Info-ZIP Unicode Path field, where it agrees with ``raw``."""
    method: int
    encrypted: bool
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    """Unix mode bits, 0 where the maker was not Unix."""
    is_folder: bool


_AGAIN = "请用 Windows 自带的“压缩文件夹”或 7-Zip 重新打包为普通 zip 后上传"


def read_directory(path: Path) -> list[Entry]:
    """All entries. Raises ``BadZip`` for broken, overlapping or over-large directories."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        count, length, start = _end(stream, size)
        if count > MAX_ENTRIES or length > MAX_DIRECTORY:
            raise BadZip(f"压缩包内条目过多（{count} 个），未展开", "请分批打包后上传")
        stream.seek(start)
        data = stream.read(length)
        entries = _entries(data, count)
        _check_places(stream, entries, start)
    return entries


def _end(stream: BinaryIO, size: int) -> tuple[int, int, int]:
    """Number of entries, length and start of the directory."""
    back = min(size, 65_557 + 20)
    stream.seek(size - back)
    tail = stream.read(back)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise BadZip("压缩包已损坏或不完整（没有目录）", "请重新打包或重新复制后上传")
    disk, _, _, count, length, start = struct.unpack_from("<HHHHII", tail, at + 4)
    if disk not in (0, 0xFFFF):
        raise BadZip("分卷压缩包无法单独展开", "请合并为一个 zip 后上传")
    if 0xFFFF in (count,) or 0xFFFFFFFF in (length, start):
        locator = tail.rfind(_LOCATOR64, 0, at)
        if locator < 0:
            raise BadZip("压缩包目录已损坏", _AGAIN)
        (place,) = struct.unpack_from("<Q", tail, locator + 8)
        stream.seek(min(place, size))
        record = stream.read(56)
        if len(record) < 56 or record[:4] != _END64:
            raise BadZip("压缩包目录已损坏", _AGAIN)
        count, length, start = struct.unpack_from("<QQQ", record, 32)
    begin = size - back + at
    if start + length > begin:
        raise BadZip("压缩包目录已损坏（位置超出文件）", _AGAIN)
    return count, length, start


def _entries(data: bytes, count: int) -> list[Entry]:
    entries: list[Entry] = []
    at = 0
    while len(entries) < count:
        if data[at : at + 4] != _ENTRY or len(data) < at + 46:
            raise BadZip("压缩包目录已损坏", _AGAIN)
        (
            maker,
            _,
            flags,
            method,
            _,
            _,
            crc,
            packed,
            size,
            name_length,
            extra_length,
            note_length,
            _,
            _,
            outer,
            offset,
        ) = struct.unpack_from("<HHHHHHIIIHHHHHII", data, at + 4)
        name = data[at + 46 : at + 46 + name_length]
        extra = data[at + 46 + name_length : at + 46 + name_length + extra_length]
        packed, size, offset, unicode_name = _extra(extra, name, packed, size, offset)
        mode = outer >> 16 if maker >> 8 in (3, 19) or outer >> 16 else 0
        folder = name.endswith((b"/", b"\\")) or bool(outer & 0x10)
        entries.append(
            Entry(
                name,
                bool(flags & 0x800),
                unicode_name,
                method,
                bool(flags & 1),
                crc,
                packed,
                size,
                offset,
                mode,
                folder,
            )
        )
        at += 46 + name_length + extra_length + note_length
    return entries


def _extra(
    extra: bytes, name: bytes, packed: int, size: int, offset: int
) -> tuple[int, int, int, str | None]:
    """Zip64 sizes and the Unicode name out of an entry's extra fields."""
    unicode_name = None
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        value = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 1:
            wide = [struct.unpack_from("<Q", value, i)[0] for i in range(0, len(value) - 7, 8)]
            if size == 0xFFFFFFFF and wide:
                size = wide.pop(0)
            if packed == 0xFFFFFFFF and wide:
                packed = wide.pop(0)
            if offset == 0xFFFFFFFF and wide:
                offset = wide.pop(0)
        elif kind == 0x7075 and length > 5 and value[0] == 1:
            try:
                unicode_name = value[5:].decode("utf-8")
            except UnicodeDecodeError:
                unicode_name = None
    return packed, size, offset, unicode_name


def _check_places(stream: BinaryIO, entries: list[Entry], directory: int) -> None:
    """Every entry's bytes lie before the directory and apart from every other entry's."""
    last = 0
    for entry in sorted(entries, key=lambda e: e.offset):
        if entry.offset < last:
            raise BadZip("压缩包内条目互相重叠，疑似压缩炸弹，未展开", _AGAIN)
        stream.seek(entry.offset)
        header = stream.read(30)
        if len(header) < 30 or header[:4] != _LOCAL:
            raise BadZip("压缩包已损坏（条目位置不对）", _AGAIN)
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        last = entry.offset + 30 + name_length + extra_length + entry.packed
        if last > directory:
            raise BadZip("压缩包已损坏（条目长度超出文件）", _AGAIN)
        if stream.read(name_length) != entry.raw:
            raise BadZip("压缩包内条目的名称前后不一致，疑似恶意构造，未展开", _AGAIN)
