"""Opening Office Open XML packages that come from strangers: sizes checked, entities refused, macros found."""

import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from .outcome import Unreadable

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAX_PART = 64 * 1024 * 1024
MAX_PARTS = 5_000
MAX_TOTAL = 1024 * 1024 * 1024

Element = Any  # lxml's elements have no usable types


class Package:
    """A zip of XML parts, read part by part."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(
                "文件已损坏，不是完整的 Office 文档", "请用 Word 或 WPS 打开原件，另存后重新上传"
            ) from error
        infos = self.zip.infolist()
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL:
            raise Unreadable(
                "文档展开后过大，疑似压缩炸弹，未打开", "请用 Word 或 WPS 打开原件，另存后重新上传"
            )
        ends = sorted((info.header_offset, info.compress_size) for info in infos)
        if any(a + size > b for (a, size), (b, _) in pairwise(ends)):
            raise Unreadable(
                "文档内部各部分互相重叠，疑似恶意构造，未打开", "请用 Word 或 WPS 打开原件，另存后重新上传"
            )
        self.names = {info.filename: info for info in infos}
        if any(name.lower().endswith("vbaproject.bin") for name in self.names):
            raise Unreadable(
                "文档带有宏程序，已隔离，未打开",
                "请另存为不含宏的 .docx 或 .xlsx（或导出 PDF）后重新上传",
                "quarantined",
            )

    def data(self, name: str, limit: int = MAX_PART) -> bytes:
        """The bytes of a part; a part that grows past its stated or allowed size is refused."""
        info = self.names.get(name)
        if info is None:
            return b""
        if info.flag_bits & 1:
            raise Unreadable("文档已加密，无法打开", "请去除密码后重新上传")
        if info.file_size > limit:
            raise Unreadable("文档内部的一个部分过大，未打开", "请用 Word 或 WPS 打开原件，另存后重新上传")
        try:
            with self.zip.open(info) as stream:
                data = stream.read(limit + 1)
        except Exception as error:
            raise Unreadable("文档内部数据损坏", "请用 Word 或 WPS 打开原件，修复并另存后重新上传") from error
        if len(data) > limit:
            raise Unreadable("文档内部的一个部分过大，未打开", "请用 Word 或 WPS 打开原件，另存后重新上传")
        return data

    def xml(self, name: str) -> Element | None:
        """The root element of a part, or None where there is none."""
        data = self.data(name)
        if not data:
            return None
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
            raise Unreadable(
                "文档内含 XML 实体定义，疑似恶意构造，未打开", "请用 Word 或 WPS 打开原件，另存后重新上传"
            )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable("文档内部结构损坏", "请用 Word 或 WPS 打开原件，修复并另存后重新上传") from error

    def relations(self, part: str) -> dict[str, str]:
        """Relationship id → name of the target part."""
        folder, _, base = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{base}.rels")
        found: dict[str, str] = {}
        for item in root if root is not None else ():
            target = item.get("Target", "")
            if item.get("TargetMode") != "External":
                found[item.get("Id", "")] = (
                    target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                )
        return found
