"""Old Office files: through LibreOffice where it is installed, else the words of a .doc by its own structure."""

import importlib
import os
import re
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .docx import read_docx
from .model import Line, Page
from .office import convert, office
from .ole import Compound
from .outcome import Parsed, Unreadable
from .workbook import read_xlsx

_RESAVE = "请用 Word 或 WPS 打开，另存为 .docx（或导出 PDF）后重新上传"


def read_doc(path: Path) -> Parsed:
    """A Word 97–2003 or RTF document."""
    compound = _compound(path)
    if compound is not None:
        _check(compound)
    with _writable() as folder:
        made = convert([path], "doc", "docx", folder)[0] if folder is not None else None
        if made is not None:
            parsed = read_docx(made)
            parsed.media = "doc"
            return parsed
    if compound is None:
        raise Unreadable("RTF 文档需要 LibreOffice 才能阅读，本机未安装或转换失败", _RESAVE)
    lines = list(_lines(_word_text(compound)))
    if not lines:
        raise Unreadable("旧版 .doc 文档未能读出文字", _RESAVE)
    parsed = Parsed("doc", [Page(None, tuple(lines))])
    parsed.notes.append(
        ("旧版 .doc 文档只读出文字和表格文字，印章、签名、页眉和自动编号未读", "如需完整检查，" + _RESAVE)
    )
    return parsed


def read_xls(path: Path) -> Parsed:
    """An Excel 97–2003 workbook, through LibreOffice only."""
    compound = _compound(path)
    if compound is not None:
        _check(compound)
    with _writable() as folder:
        made = convert([path], "xls", "xlsx", folder)[0] if folder is not None else None
        if made is None:
            remedy = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传"
            raise Unreadable("旧版 .xls 表格需要 LibreOffice 才能阅读，本机未安装或转换失败", remedy)
        return read_xlsx(made)


def _may_write() -> None:
    """The child that reads may write nothing; here it copies the file for LibreOffice, which has limits of its own."""
    if os.name == "posix":
        resource = importlib.import_module("resource")
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


class _writable:
    """A temporary folder where LibreOffice is there to use it, else None."""

    def __enter__(self) -> Path | None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not office():
            return None
        _may_write()
        self._folder = tempfile.TemporaryDirectory(prefix="anheng-")
        return Path(self._folder.name)

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _compound(path: Path) -> Compound | None:
    with path.open("rb") as stream:
        return Compound(path) if stream.read(4) == b"\xd0\xcf\x11\xe0" else None


def _check(compound: Compound) -> None:
    if compound.has_macros:
        raise Unreadable(
            "文档带有宏程序，已隔离，未打开", "请另存为不含宏的 .docx 或 .xlsx 后重新上传", "quarantined"
        )
    if compound.is_encrypted:
        raise Unreadable("文档设有密码，无法阅读", "请去除密码后重新上传")


def _word_text(compound: Compound) -> str:
    """The main text of a Word document by its piece table ([MS-DOC] 2.4.1)."""
    main = compound.stream("WordDocument")
    try:
        (flags,) = struct.unpack_from("<H", main, 0x0A)
        (length,) = struct.unpack_from("<I", main, 0x4C)
        start, size = struct.unpack_from("<II", main, 0x01A2)
        if main[:2] != b"\xec\xa5":
            raise struct.error
        if flags & 0x0100:
            raise Unreadable("文档设有密码，无法阅读", "请去除密码后重新上传")
        table = compound.stream("1Table" if flags & 0x0200 else "0Table")[start : start + size]
        return "".join(_pieces(main, table))[:length]
    except struct.error as error:
        raise Unreadable("旧版 .doc 文档已损坏或版本过旧", _RESAVE) from error


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    at = 0
    while at < len(table) and table[at] == 1:
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    if at >= len(table) or table[at] != 2:
        raise struct.error
    (size,) = struct.unpack_from("<I", table, at + 1)
    count = (size - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    for i in range(count):
        (place,) = struct.unpack_from("<I", table, at + 5 + 4 * (count + 1) + 8 * i + 2)
        length = max(0, places[i + 1] - places[i])
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            yield main[start : start + length].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * length].decode("utf-16-le", "replace")


def _lines(text: str) -> Iterator[Line]:
    """Paragraphs and cells. In a .doc a cell ends with BEL, a row with one BEL more."""
    text = re.sub(r"\x13[^\x13-\x15]*\x14([^\x13-\x15]*)\x15", r"\1", text)
    text = re.sub(r"\x13[^\x13-\x15]*\x15", "", text)
    paragraph, table, row, column, cell = 0, 0, 0, 0, ""
    for part in re.findall(r"[^\r\x07]*[\r\x07]|[^\r\x07]+$", text):
        words = re.sub(r"[\x00-\x08\x0c-\x1f]", "", part.replace("\x0b", "\n")).strip(" \t\r\n")
        if part.endswith("\x07"):
            if column == 0 and row == 0:
                table, row, column = table + 1, 1, 0
            if part == "\x07" and column and not cell:
                row, column = row + 1, 0
                continue
            column += 1
            cell = "\n".join(piece for piece in (cell, words) if piece)
            if cell:
                at = f"表{table}行{row}列{column}"
                yield Line(cell, kind="cell", at=at, table=table, row=row, column=column)
            cell = ""
        elif words:
            paragraph += 1
            row, column = 0, 0
            yield Line(words, kind="paragraph", at=f"段{paragraph}")
