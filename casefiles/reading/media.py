"""What a file is, by its content first and its name second."""

import re
import zipfile
from pathlib import Path

from .outcome import Unreadable

PICTURES = {"jpg", "jpeg", "png", "tif", "tiff", "bmp", "webp", "heic", "heif", "gif", "avif"}
RECORDINGS = {"mp4", "mov", "avi", "mkv", "m4v", "3gp", "wmv", "wav", "mp3", "m4a", "aac", "amr", "wma"}
DOCUMENTS = {"docx", "doc", "pdf", "xlsx", "xls", "ofd", "txt", "csv", "wps", "rtf"}
MACROS = {"docm", "dotm", "xlsm", "xltm", "pptm", "xlam"}
PROGRAMS = {
    "exe",
    "dll",
    "bat",
    "cmd",
    "com",
    "scr",
    "js",
    "vbs",
    "ps1",
    "msi",
    "jar",
    "sh",
    "lnk",
    "hta",
    "apk",
    "wsf",
}
ACTIVE = {"htm", "html", "svg", "xml", "xhtml", "mht", "swf"}

_RESAVE = "请确认文件来源；如确为案卷材料，请另存为 PDF 或 DOCX 后重新上传"


def suffix(name: str) -> str:
    """The extension in lower case without the dot."""
    return Path(name).suffix.lower().lstrip(".")


def sniff(path: Path, name: str) -> str:
    """The kind of a file: docx doc xlsx pdf ofd image recording text archive; what must not be opened is refused."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("文件为空（0 字节）", "请检查原文件是否完整，重新复制或扫描后上传")
    with path.open("rb") as stream:
        head = stream.read(4096)
    extension = suffix(name)
    if extension in MACROS:
        raise Unreadable(
            "文档带有宏程序，已隔离，未打开",
            "请另存为不含宏的 .docx 或 .xlsx（或导出 PDF）后重新上传",
            "quarantined",
        )
    if _is_program(head) or extension in PROGRAMS:
        raise Unreadable("文件内容是可执行程序或脚本，已隔离，未打开", _RESAVE, "quarantined")
    found = _by_content(path, head)
    if found is None:
        return _by_name(head, extension)
    if found == "archive" and _expected(extension):
        raise Unreadable(
            f"文件名是 .{extension}，内容却是压缩包或已损坏",
            "请用原软件打开核对；如是压缩包请改为 .zip 后重新上传",
        )
    return found


def _expected(extension: str) -> str | None:
    if extension in PICTURES:
        return "image"
    if extension in RECORDINGS:
        return "recording"
    return extension if extension in DOCUMENTS else None


def _is_program(head: bytes) -> bool:
    if head[:2] == b"MZ" or head[:4] in (
        b"\x7fELF",
        b"\xca\xfe\xba\xbe",
        b"\xcf\xfa\xed\xfe",
        b"\xfe\xed\xfa\xce",
    ):
        return True
    return head[:2] == b"#!" or head[:8] == b"L\x00\x00\x00\x01\x14\x02\x00"


def _by_content(path: Path, head: bytes) -> str | None:
    if b"%PDF-" in head[:1100]:
        return "pdf"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zip_kind(path)
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _ole_kind(path)
    if head[:5] == b"{\\rtf":
        return "doc"
    if (
        head[:3] == b"\xff\xd8\xff"
        or head[:8] == b"\x89PNG\r\n\x1a\n"
        or head[:4] in (b"II*\x00", b"MM\x00*", b"GIF8")
    ):
        return "image"
    if head[:2] == b"BM" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head[4:8] == b"ftyp":
        return (
            "image" if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif") else "recording"
        )
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free") or head[:4] in (
        b"RIFF",
        b"\x1aE\xdf\xa3",
        b"0&\xb2u",
    ):
        return "recording"
    if (
        head[:3] == b"ID3"
        or head[:5] == b"#!AMR"
        or (head[0] == 0xFF and len(head) > 3 and head[1] & 0xE6 in (0xE2, 0xE4))
    ):
        return "recording"
    if (
        head[:6] in (b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c")
        or head[:2] == b"\x1f\x8b"
        or head[257:262] == b"ustar"
    ):
        return "archive"
    return None


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = {info.filename for info in package.infolist()[:2000]}
    except Exception:  # a damaged directory: the archive reader says what is wrong with it
        return "archive"
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(name.lower() == "ofd.xml" for name in names):
        return "ofd"
    return "archive"


def _ole_kind(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(4 * 1024 * 1024)
    book = any(name.encode("utf-16-le") in data for name in ("Workbook", "Book\0"))
    return "xls" if book and "WordDocument".encode("utf-16-le") not in data else "doc"


def _by_name(head: bytes, extension: str) -> str:
    """Kind of a file without a known signature: text if it is text and is called so."""
    if extension in ACTIVE or re.match(rb"\s*<(!doctype|html|svg|script|\?xml)", head, re.I):
        raise Unreadable("网页或脚本类文件不作为案卷材料打开，已隔离", _RESAVE, "quarantined")
    if extension in ("txt", "csv") and b"\x00" not in head:
        return "text"
    kind = _expected(extension)
    if kind in ("pdf", "docx", "doc", "xlsx", "ofd", "image"):
        label = {
            "image": "图片",
            "pdf": "PDF",
            "docx": "Word 文档",
            "doc": "Word 文档",
            "xlsx": "Excel 表格",
        }.get(kind, "OFD")
        raise Unreadable(
            f"扩展名是 .{extension}，内容却不是{label}，或文件已损坏",
            "请用原软件打开核对，另存或重新扫描后上传",
        )
    if kind == "recording":
        return "recording"
    return "other"
