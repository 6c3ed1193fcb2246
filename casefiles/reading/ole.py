"""Compound files (the container of .doc, .xls, .wps): names of the streams and their bytes."""

import struct
from pathlib import Path

from .outcome import Unreadable

MAX_SIZE = 256 * 1024 * 1024
_END = 0xFFFFFFFA
"""Sector numbers from here on are markers, not places."""


class Compound:
    """A compound file read into memory; chains that loop or leave the file end the stream."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > MAX_SIZE:
            raise Unreadable("旧版 Office 文件过大，未打开", "请另存为 .docx 或 PDF 后重新上传")
        self._data = path.read_bytes()
        try:
            self._read_header()
        except struct.error as error:
            raise Unreadable(
                "旧版 Office 文件已损坏", "请用 Word 或 WPS 打开原件，另存为 .docx 后重新上传"
            ) from error

    def _read_header(self) -> None:
        data = self._data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise struct.error
        self._sector, self._mini = 1 << shift, 1 << mini_shift
        directory, _, self._cutoff, mini_fat, _, difat, difat_count = struct.unpack_from("<IIIIIII", data, 48)
        places = list(struct.unpack_from("<109I", data, 76))
        per_sector = self._sector // 4
        for _ in range(min(difat_count, 4096)):
            if difat >= _END:
                break
            block = self._at(difat)
            if len(block) < self._sector:
                break
            entries = struct.unpack(f"<{per_sector}I", block)
            places += entries[:-1]
            difat = entries[-1]
        fat = b"".join(self._at(place) for place in places if place < _END)
        self._fat = struct.unpack(f"<{len(fat) // 4}I", fat[: len(fat) // 4 * 4])
        tail = self._chain(mini_fat)
        self._mini_fat = struct.unpack(f"<{len(tail) // 4}I", tail[: len(tail) // 4 * 4])
        self.streams: dict[str, tuple[int, int]] = {}
        """Name → first sector and size."""
        self.storages: set[str] = set()
        self._entries(self._chain(directory))

    def _entries(self, listing: bytes) -> None:
        self._small = b""
        for at in range(0, len(listing) - 127, 128):
            length, kind = struct.unpack_from("<HB", listing, at + 64)
            name = listing[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", listing, at + 116)
            if kind == 5:
                self._small = self._chain(first)[:size]
            elif kind == 2:
                self.streams[name] = (first, size)
            elif kind == 1:
                self.storages.add(name)

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        seen = 0
        while first < _END and first < len(self._fat) and seen <= len(self._fat):
            parts.append(self._at(first))
            first = self._fat[first]
            seen += 1
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream, empty where there is none."""
        if name not in self.streams:
            return b""
        first, size = self.streams[name]
        if size >= self._cutoff:
            return self._chain(first)[:size]
        parts: list[bytes] = []
        while first < _END and first < len(self._mini_fat) and len(parts) <= len(self._mini_fat):
            parts.append(self._small[first * self._mini : (first + 1) * self._mini])
            first = self._mini_fat[first]
        return b"".join(parts)[:size]

    @property
    def has_macros(self) -> bool:
        return (
            bool({"_VBA_PROJECT", "VBA"} & (self.streams.keys() | self.storages)) or "Macros" in self.storages
        )

    @property
    def is_encrypted(self) -> bool:
        return "EncryptedPackage" in self.streams
