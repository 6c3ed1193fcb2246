"""Zips that mean harm or are broken, written byte by byte.

Each maker writes one file into a folder and returns it. ``GOOD`` is a member that must survive where only its
neighbours are bad.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GOOD = ("好的文书.txt", "行政处罚决定书 2023年5月12日".encode())


@dataclass
class Part:
    """An entry of a hand-made zip; every field can lie."""

    name: bytes
    data: bytes = b"x"
    flags: int = 0
    method: int = 8
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    magic: bytes = b"PK\x03\x04"
    mode: int = 0
    extra: bytes = b""
    packed_size: int | None = None


def deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


def make_zip(
    parts: list[Part],
    *,
    count: int | None = None,
    start: int | None = None,
    prefix: bytes = b"",
    disk: int = 0,
) -> bytes:
    """Bytes of a zip with exactly the given entries."""
    out = bytearray(prefix)
    listing = bytearray()
    for part in parts:
        packed = (
            part.packed if part.packed is not None else deflate(part.data) if part.method == 8 else part.data
        )
        size = len(part.data) if part.size is None else part.size
        crc = zlib.crc32(part.data) if part.crc is None else part.crc
        length = len(packed) if part.packed_size is None else part.packed_size
        name = part.name if part.local_name is None else part.local_name
        offset = len(out) if part.offset is None else part.offset
        if part.offset is None:
            out += part.magic + struct.pack(
                "<HHHHHIIIHH", 20, part.flags, part.method, 0, 33, crc, length, size, len(name), 0
            )
            out += name + packed
        listing += b"PK\x01\x02" + struct.pack(
            "<HHHHHHIIIHHHHHII", (3 << 8 | 20) if part.mode else 20, 20, part.flags, part.method, 0, 33, crc, length, size,
            len(part.name), len(part.extra), 0, 0, 0, part.mode << 16, offset,
        )  # fmt: skip
        listing += part.name + part.extra
    begin = len(out) if start is None else start
    number = len(parts) if count is None else count
    out += listing + b"PK\x05\x06" + struct.pack("<HHHHIIH", disk, 0, number, number, len(listing), begin, 0)
    return bytes(out)


def good() -> Part:
    return Part(GOOD[0].encode(), GOOD[1], flags=0x800)


def _zip_of(members: list[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def nested(levels: int, core: bytes) -> bytes:
    data = core
    for level in range(levels):
        data = _zip_of([(f"层{level}.zip", data)])
    return data


ZEROS = bytes(48 * 1024 * 1024)


def _overlapping(count: int) -> bytes:
    """Many entries that all point at one kernel, as in the better zip bombs."""
    kernel = good()
    parts = [kernel] + [Part(kernel.name, kernel.data, flags=0x800, offset=0) for _ in range(count)]
    return make_zip(parts)


def _quoted() -> bytes:
    """An entry whose data contain the next entry's header."""
    inner = deflate(b"0" * 1000)
    header = (
        b"PK\x03\x04"
        + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(b"0" * 1000), len(inner), 1000, 1, 0)
        + b"b"
    )
    outer = header + inner
    first = Part(b"a", outer, method=0)
    return make_zip([first, Part(b"b", b"0" * 1000, packed=inner, offset=31)])


WHOLE: dict[str, Callable[[], bytes]] = {
    "flat bomb": lambda: _zip_of([("大.txt", ZEROS)]),
    "bomb in many files": lambda: _zip_of([(f"{i}.txt", ZEROS[: 2 * 1024 * 1024]) for i in range(24)]),
    "declares 100 GB": lambda: make_zip(
        [Part(b"a.txt", size=0xF0000000)] * 1
        + [Part(f"{i}.txt".encode(), size=0xF0000000) for i in range(25)]
    ),
    "overlapping entries": lambda: _overlapping(50),
    "quoted overlap": _quoted,
    "all encrypted": lambda: make_zip([Part(b"a.docx", flags=1), Part(b"b.docx", flags=1)]),
    "no directory": lambda: _zip_of([GOOD])[:-22],
    "cut in half": lambda: _zip_of([GOOD, ("b.txt", bytes(range(256)) * 40)])[:300],
    "only a header": lambda: b"PK\x03\x04",
    "only the end": lambda: b"PK\x05\x06" + bytes(18),
    "counts too many": lambda: make_zip([good()], count=9),
    "65,535 entries claimed": lambda: make_zip([good()], count=0xFFFF),
    "directory beyond the file": lambda: make_zip([good()], start=0x7FFFFFFF),
    "directory inside the data": lambda: make_zip([good(), good()], start=3),
    "several disks": lambda: make_zip([good()], disk=3),
    "names differ": lambda: make_zip([Part(b"a.txt", local_name=b"../a")]),
    "wrong local header": lambda: make_zip([Part(b"a.txt", magic=b"XXXX")]),
    "offset past the end": lambda: make_zip([Part(b"a.txt", offset=0x00FFFFFF), good()]),
    "packed size past the end": lambda: make_zip([Part(b"a.txt", packed_size=0x0FFFFFFF)]),
    "moved by a prefix": lambda: (
        b"MZ program"
        + _zip_of([GOOD])[0:0]
        + make_zip([Part(b"a", offset=4)], prefix=b"PK\x03\x04" + bytes(80))
    ),
    "broken zip64": lambda: make_zip([good()], start=0xFFFFFFFF),
    "20,001 entries": lambda: make_zip([good()], count=20_001),
    "empty zip": lambda: make_zip([]) + b"",
    "only junk": lambda: _zip_of([("Thumbs.db", b"x"), ("__MACOSX/._a", b"x"), ("~$a.docx", b"x")]),
    "only folders": lambda: make_zip([Part(b"a/", b"", method=0), Part(b"b/", b"", method=0)]),
    "2,001 files": lambda: make_zip([Part(f"{i}.txt".encode(), b"", method=0) for i in range(2001)]),
    "nothing but traversal": lambda: make_zip([Part(b"../../a.txt"), Part(b"..\\b.txt")]),
    "nothing but a bad sum": lambda: make_zip([Part(b"a.txt", crc=1)]),
    "nested 9 deep": lambda: nested(9, _zip_of([GOOD])),
    "bomb 3 deep": lambda: nested(3, _zip_of([("大.txt", ZEROS)])),
}
"""Archives of which nothing can be used: the intake refuses the path as a whole."""

BAD_NAMES: dict[str, bytes] = {
    "traversal": b"../../../../tmp/evil.txt",
    "traversal inside": "案卷/../../evil.txt".encode(),
    "traversal with backslashes": b"..\\..\\evil.txt",
    "mixed slashes": b"a\\..\\../evil.txt",
    "absolute": b"/etc/cron.d/evil",
    "drive letter": b"C:\\Windows\\evil.txt",
    "drive letter relative": b"C:evil.txt",
    "network share": b"\\\\server\\share\\evil.txt",
    "double slash": b"//server/evil.txt",
    "NUL inside": b"good.txt\x00.exe",
    "line feed": b"a\nb.txt",
    "escape sequence": b"a\x1b[31m.txt",
    "RTL override": "决定书\u202excod.exe".encode(),
    "isolate": "a\u2066b.txt".encode(),
    "left-to-right mark": "a\u200e.txt".encode(),
    "300 bytes": "书".encode() * 100 + b".txt",
    "path of 2,000": b"a/" * 1000 + b"b.txt",
    "device name": b"CON.txt",
    "device name in a folder": b"a/aux/b.txt",
    "printer": b"LPT1",
    "dots only": b"...",
    "dot": b".",
    "blank": b"   ",
    "empty": b"",
    "delete": b"a\x7f.txt",
}
"""Names that are refused one by one; the good member beside them is kept."""

BAD_PARTS: dict[str, Part] = {
    "symlink": Part(b"link.txt", b"/etc/passwd", mode=0o120777),
    "symlink to parent": Part(b"up", b"../..", mode=0o120777),
    "character device": Part(b"dev", b"", mode=0o020666, method=0),
    "block device": Part(b"disk", b"", mode=0o060666, method=0),
    "fifo": Part(b"pipe", b"", mode=0o010666, method=0),
    "socket": Part(b"sock", b"", mode=0o140666, method=0),
    "same name": Part(GOOD[0].encode(), b"other", flags=0x800),
    "size too small": Part(b"lie.txt", b"0" * 5_000_000, size=10),
    "size too large": Part(b"lie2.txt", b"abc", size=4000),
    "wrong sum": Part(b"crc.txt", b"abc", crc=7),
    "broken data": Part(b"bad.txt", b"abc" * 99, packed=b"\xff\x00garbage" * 20),
    "one encrypted": Part("密.docx".encode(), b"abc", flags=0x801),
    "unknown method": Part(b"m99.txt", b"abc", method=99, packed=b"abc"),
    "LZMA": Part(b"m14.txt", b"abc", method=14, packed=b"abc"),
    "bzip2": Part(b"m12.txt", b"abc", method=12, packed=b"abc"),
    "inner zip broken": Part(b"in.zip", b"PK\x03\x04 broken", method=0),
    "inner zip too deep": Part(b"deep.zip", nested(6, b""), method=0),
    "inner bomb": Part(b"bomb.zip", _zip_of([("大.txt", ZEROS)]), method=0),
    "inner overlap": Part(b"over.zip", _overlapping(9), method=0),
    "inner traversal": Part(b"trav.zip", make_zip([Part(b"../../evil.txt")]), method=0),
}
"""Members that are refused one by one."""

COLLIDING = [
    ("决定书.TXT", "决定书.txt"),
    ("１号.txt", "1号.txt"),
    ("a/B.txt", "A/b.txt"),
    ("é.txt", "e\u0301.txt"),
    ("文书.txt", "文书.txt."),
    ("a\\b.txt", "a/b.txt"),
]
"""Pairs of names that would overwrite each other on some system."""


def beside(part: Part) -> bytes:
    return make_zip([good(), part])


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / (name.replace(" ", "-").replace("/", "_").replace(",", "") + ".zip")
    path.write_bytes(data)
    return path
