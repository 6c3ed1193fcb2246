"""From a path to what it holds: the parser for each kind. Runs in the limited child process only."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from .media import sniff
from .outcome import Parsed, Unreadable

_PARSERS = {
    "docx": ("docx", "read_docx"),
    "pdf": ("pdf", "read_pdf"),
    "xlsx": ("workbook", "read_xlsx"),
    "doc": ("legacy", "read_doc"),
    "xls": ("legacy", "read_xls"),
    "ofd": ("ofd", "read_ofd"),
    "image": ("picture", "read_picture"),
    "recording": ("recording", "read_recording"),
    "text": ("plain", "read_text"),
}


def parse(path: Path, name: str, share: tuple[int, int]) -> Parsed:
    """Read a file by its content, of a PDF the given share of its pages. Raises ``Unreadable`` with reason and remedy."""
    media = sniff(path, name)
    if media == "archive":
        raise Unreadable("压缩包未能作为案卷展开", "请解压后上传其中的文件，或另存为 zip 后重新上传", "kept")
    if media not in _PARSERS:
        raise Unreadable(
            "不支持的文件格式，仅作附件保存，不参与检查",
            "如属案卷材料，请另存为 PDF 或 DOCX 后重新上传",
            "kept",
        )
    module, function = _PARSERS[media]
    # Each parser brings its own heavy library (pypdfium2, lxml, Pillow, openpyxl): loaded when first needed.
    reader = cast(
        Callable[..., Parsed], getattr(importlib.import_module(f".{module}", __package__), function)
    )
    return reader(path, share) if media == "pdf" else reader(path)
