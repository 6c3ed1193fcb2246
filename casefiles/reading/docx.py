"""DOCX: paragraphs and cells in order, headers, footers, text boxes, footnotes, pictures and seals."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from .docx_length import estimate_pages
from .hand import hand_pieces, is_script, join_runs
from .model import Line, Mark, Page
from .numbering import Numbering
from .ooxml import MC, WP, A, Element, Package, R, V, W
from .outcome import Parsed, Unreadable
from .redness import is_red_picture

_BODY = "word/document.xml"
_SEAL_NAME = re.compile(r"章|印$|seal|stamp", re.I)
_AUTHORITY = re.compile(
    r"(章|办公室|人防办|局|委员会|委|厅|政府|支队|大队|总队|法院|检察院|公司|银行.{0,20}|支行|中心|协会|学校|医院|队|所|站)$"
)
_SKIPPED = {
    f"{W}del",
    f"{W}moveFrom",
    f"{MC}Fallback",
    f"{W}pPr",
    f"{W}rPr",
    f"{W}instrText",
    f"{W}txbxContent",
}


@dataclass(slots=True)
class _Reader:
    package: Package
    relations: dict[str, str]
    numbering: Numbering
    default_fonts: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    boxes: int = 0


def read_docx(path: Path) -> Parsed:
    """Read a DOCX. The place of a line is its paragraph (段12) or cell (表1行3列2)."""
    package = Package(path)
    root = package.xml(_BODY)
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise Unreadable(
            "文件不是 Word 文档，或正文缺失", "请用 Word 或 WPS 打开原件，另存为 .docx 后重新上传"
        )
    reader = _Reader(
        package, package.relations(_BODY), Numbering(package.xml("word/numbering.xml")), _style_fonts(package)
    )
    _block(reader, body)
    _edges(reader, "header", "页眉")
    _edges(reader, "footer", "页脚")
    _notes(reader)
    page = Page(None, tuple(reader.lines), tuple(reader.marks), blank=not reader.lines and not reader.marks)
    parsed = Parsed("docx", [page], properties={"page_count": estimate_pages(body)})
    if page.blank:
        parsed.notes.append(("文档没有任何文字", "请确认上传的是否为空白文书"))
    return parsed


def _style_fonts(package: Package) -> dict[str, str]:
    """Style id → East Asian font, for the few styles that set a script face."""
    data = package.data("word/styles.xml")
    if not re.search("楷|kai|行书|草书|舒体".encode(), data, re.I):
        return {}
    root = package.xml("word/styles.xml")
    fonts: dict[str, str] = {}
    for style in root.iter(f"{W}style") if root is not None else ():
        for face in style.iter(f"{W}rFonts"):
            if is_script(name := face.get(f"{W}eastAsia")):
                fonts[style.get(f"{W}styleId", "")] = name or ""
    return fonts


def _block(reader: _Reader, parent: Element) -> None:
    for child in parent:
        if child.tag == f"{W}p":
            _paragraph(reader, child)
        elif child.tag == f"{W}tbl":
            _table(reader, child)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            _block(reader, child)


def _paragraph(reader: _Reader, element: Element) -> None:
    reader.paragraphs += 1
    at = f"段{reader.paragraphs}"
    text, hand = _text(reader, element)
    if text.strip():
        reader.lines.append(Line(text, kind="paragraph", at=at, script=bool(hand), hand=hand))
    _extras(reader, element, at)


def _text(reader: _Reader, element: Element) -> tuple[str, tuple[str, ...]]:
    runs = join_runs(list(_runs(reader, element)))
    text = "".join(part for part, _ in runs).strip(" \t\r\n")
    label = reader.numbering.label(element)
    return (label + text if text else ""), hand_pieces(runs)


def _runs(reader: _Reader, element: Element, font: str | None = None) -> Iterator[tuple[str, str | None]]:
    """(text, font) in order; deleted and hidden text, field codes and text boxes left out."""
    for child in element:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{W}r":
            properties = child.find(f"{W}rPr")
            hidden = properties.find(f"{W}vanish") if properties is not None else None
            if hidden is not None and hidden.get(f"{W}val") not in ("0", "false"):
                continue
            yield from _runs(reader, child, _font(reader, properties))
        elif child.tag == f"{W}t":
            yield child.text or "", font
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t", font
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield ("" if child.get(f"{W}type") == "page" else "\n"), font
        elif child.tag == f"{W}noBreakHyphen":
            yield "-", font
        else:
            yield from _runs(reader, child, font)


def _font(reader: _Reader, properties: Element | None) -> str | None:
    if properties is None:
        return None
    face = properties.find(f"{W}rFonts")
    if face is not None and (name := face.get(f"{W}eastAsia")):
        return str(name)
    style = properties.find(f"{W}rStyle")
    return reader.default_fonts.get(style.get(f"{W}val", "")) if style is not None else None


def _table(reader: _Reader, table: Element) -> None:
    """Cells by row and grid column; a cell merged downwards is given once, at its first row."""
    reader.tables += 1
    number = reader.tables
    rows = [row for row in table.iter(f"{W}tr") if _owner(row, f"{W}tbl") is table]
    for row_number, row in enumerate(rows, 1):
        column = 1
        before = row.find(f"{W}trPr/{W}gridBefore")
        column += int(before.get(f"{W}val", 0)) if before is not None else 0
        for cell in (c for c in row.iter(f"{W}tc") if _owner(c, f"{W}tr") is row):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is None or merge.get(f"{W}val") == "restart":
                _cell(reader, cell, (number, row_number, column))
            column += int(span.get(f"{W}val", 1)) if span is not None else 1


def _owner(element: Element, tag: str) -> Element:
    parent = element.getparent()
    while parent is not None and parent.tag != tag:
        parent = parent.getparent()
    return parent


def _cell(reader: _Reader, cell: Element, place: tuple[int, int, int]) -> None:
    table, row, column = place
    at = f"表{table}行{row}列{column}"
    texts: list[str] = []
    hand: tuple[str, ...] = ()
    inner = []
    for child in cell.iter(f"{W}p", f"{W}tbl"):
        if child.tag == f"{W}tbl":
            inner.append(child) if _owner(child, f"{W}tc") is cell else None
        elif _owner(child, f"{W}tc") is cell:
            text, names = _text(reader, child)
            texts += [text] if text else []
            hand += names
            _extras(reader, child, at)
    if texts:
        line = Line("\n".join(texts), kind="cell", at=at, table=table, row=row, column=column)
        reader.lines.append(line if not hand else _signed(line, hand))
    for nested in inner:
        _table(reader, nested)


def _signed(line: Line, hand: tuple[str, ...]) -> Line:
    return Line(
        line.text,
        kind=line.kind,
        at=line.at,
        table=line.table,
        row=line.row,
        column=line.column,
        script=True,
        hand=hand,
    )


def _extras(reader: _Reader, element: Element, at: str) -> None:
    """Pictures and text boxes anchored in a paragraph."""
    for child in element.iter(f"{W}drawing", f"{W}pict", f"{W}txbxContent"):
        if any(parent.tag == f"{MC}Fallback" for parent in child.iterancestors()):
            continue
        if child.tag == f"{W}txbxContent":
            reader.boxes += 1
            for paragraph in child.iter(f"{W}p"):
                text, hand = _text(reader, paragraph)
                if text.strip():
                    place = f"{at}文本框{reader.boxes}"
                    reader.lines.append(Line(text, kind="textbox", at=place, script=bool(hand), hand=hand))
        else:
            _picture(reader, child, at)


def _picture(reader: _Reader, drawing: Element, at: str) -> None:
    blips = [b.get(f"{R}embed") for b in drawing.iter(f"{A}blip")] + [
        b.get(f"{R}id") for b in drawing.iter(f"{V}imagedata")
    ]
    if not blips:
        return
    properties = next(drawing.iter(f"{WP}docPr"), None)
    described = (
        (properties.get("descr") or properties.get("title") or "").strip() if properties is not None else ""
    )
    name = properties.get("name", "") if properties is not None else ""
    if _SEAL_NAME.search(name) or _SEAL_NAME.search(described) or _AUTHORITY.search(described):
        reader.marks.append(Mark("seal", text=described, at=at))
        return
    red = _looks_red(reader, reader.relations.get(blips[0] or "", ""))
    reader.marks.append(
        Mark("seal" if red else "picture", text=described, certainty=0.8 if red else 1.0, at=at)
    )


def _looks_red(reader: _Reader, part: str) -> bool:
    try:
        with Image.open(io.BytesIO(reader.package.data(part, 32 * 1024 * 1024))) as image:
            return image.width * image.height < 4_000_000 and is_red_picture(image)
    except Exception:  # a damaged picture is no seal; the words of the document still count
        return False


def _edges(reader: _Reader, kind: str, label: str) -> None:
    """Headers or footers, each different text once."""
    seen: set[str] = set()
    for name in sorted(n for n in reader.package.names if re.fullmatch(rf"word/{kind}[0-9]*\.xml", n)):
        root = reader.package.xml(name)
        for paragraph in root.iter(f"{W}p") if root is not None else ():
            text, hand = _text(reader, paragraph)
            if text.strip() and text not in seen:
                seen.add(text)
                reader.lines.append(Line(text, kind=kind, at=label, script=bool(hand), hand=hand))


def _notes(reader: _Reader) -> None:
    for part, label in (("footnotes", "脚注"), ("endnotes", "尾注")):
        root = reader.package.xml(f"word/{part}.xml")
        for note in root if root is not None else ():
            text = "\n".join(t for t, _ in (_text(reader, p) for p in note.iter(f"{W}p")) if t)
            if text.strip():
                reader.lines.append(Line(text, kind="footnote", at=f"{label}{note.get(f'{W}id', '')}"))
