"""Plain text, in UTF-8 or a Chinese code page."""

from pathlib import Path

from .model import Line, Page
from .outcome import Parsed, Unreadable

_MAX = 8 * 1024 * 1024


def decode(data: bytes) -> str:
    """Text from bytes: byte order marks, UTF-8, then GB18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def read_text(path: Path) -> Parsed:
    """Lines of a text file; the place is the line (行3)."""
    if path.stat().st_size > _MAX:
        raise Unreadable("文本文件过大，未打开", "请拆分或转为 PDF 后重新上传")
    texts = decode(path.read_bytes()).splitlines()
    lines = tuple(
        Line(text.strip(), kind="paragraph", at=f"行{i}") for i, text in enumerate(texts, 1) if text.strip()
    )
    return Parsed("text", [Page(None, lines, blank=not lines)])
