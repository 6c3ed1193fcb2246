"""An ``OfficialDocument`` as a Word file in GB/T 9704-2012 form, for offices that circulate papers as Word.

The PDF is what counts: it alone is stored and hashed. Word names the faces that offices have (方正小标宋, 仿宋_GB2312,
黑体, 楷体_GB2312); where one lacks, Word shows its own and says so.
"""

import io
from collections.abc import Sequence

from docx import Document as new_document
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from notices.document import Annex, Block, OfficialDocument, Paragraph, Signature, Table, chinese_date
from notices.typeset import split_title

FACES = {
    "xiaobiaosong": "方正小标宋简体",
    "fangsong": "仿宋_GB2312",
    "heiti": "黑体",
    "kaiti": "楷体_GB2312",
    "songti": "宋体",
}
SIZE, TITLE, SMALL, PITCH = 16.0, 22.0, 14.0, 28.95
RED = RGBColor(0xE0, 0x00, 0x00)
ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}


def to_word(document: OfficialDocument) -> bytes:
    """The bytes of the Word file."""
    word = new_document()
    _page(word, document)
    if document.letterhead:
        head = document.letterhead
        _say(word, [(head.agency, "xiaobiaosong")], 36, align="c", colour=RED, exact=False)
        number = _say(word, [(head.number, "fangsong")], align="c")
        _border(number, "bottom", "E00000", 12)
        _say(word, [])
    for line in document.title_lines or split_title(document.title):
        _say(word, [(line, "xiaobiaosong")], TITLE, align="c", exact=False)
    _say(word, [])
    if document.addressee:
        _say(word, [(document.addressee, "fangsong")])
    _blocks(word, document.blocks)
    for place, name in enumerate(document.attachments, 1):
        mark = ("附件：" if place == 1 else "　　　") + (
            f"{place}. " if len(document.attachments) > 1 else ""
        )
        _say(word, [(mark + name, "fangsong")], indent=2)
    if document.signature:
        for above in word.paragraphs[-len(document.attachments) - 1 :]:
            above.paragraph_format.keep_with_next = True  # no page holds a signature alone
        _signature(word, document.signature)
    if document.note:
        _say(word, [(f"（{document.note}）", "fangsong")], indent=2)
    for annex in document.annexes:
        _annex(word, annex, single=len(document.annexes) == 1)
    if document.colophon:
        _colophon(word, document)
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _page(word: Document, document: OfficialDocument) -> None:
    """A4, the 156 × 225 mm 版心 of the standard, page numbers outside on odd and even pages."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37), Mm(35), Mm(28), Mm(26),
    )  # fmt: skip
    section.footer_distance = Mm(28)
    word.core_properties.title, word.core_properties.subject = document.title, document.subject
    word.core_properties.author = document.signature.agency if document.signature else ""
    word.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "r"), (section.even_page_footer, "l")):
        line = footer.paragraphs[0]
        line.alignment = ALIGN[align]
        _run(line, "— ", "songti", SMALL)
        _field(line, "PAGE")
        _run(line, " —", "songti", SMALL)
        if document.footer:
            _run(footer.add_paragraph(), document.footer, "songti", 7.5, RGBColor(0x66, 0x66, 0x66))


def _blocks(word: Document, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Table):
            _table(word, block)
        else:
            _paragraph(word, block)


def _paragraph(word: Document, paragraph: Paragraph) -> None:
    role = {0: "fangsong", 1: "heiti", 2: "kaiti"}[paragraph.level]
    line = _say(word, [(paragraph.lead, "kaiti"), (paragraph.text, role)], indent=0 if paragraph.flush else 2)
    line.paragraph_format.keep_with_next = paragraph.level > 0


def _table(word: Document, table: Table) -> None:
    if table.caption:
        _say(word, [(table.caption, "heiti")], SMALL, align="c")
    made = word.add_table(rows=0, cols=len(table.head), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Mm(156 * width / sum(table.widths)) for width in table.widths]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for place, row in enumerate([table.head, *table.rows]):
        cells = made.add_row().cells
        for at, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.width = widths[at]
            line = cell.paragraphs[0]
            line.alignment = ALIGN["c" if place == 0 else (table.align + "l" * len(row))[at]]
            _run(line, text, "heiti" if place == 0 else "fangsong", 12)
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    _say(word, [])


def _signature(word: Document, signature: Signature) -> None:
    """署名 centred on the date, which ends four characters in from the right; room above for the seal."""
    for _ in range(2):
        _say(word, []).paragraph_format.keep_with_next = True
    when = chinese_date(signature.on)
    wide = max(0.0, (len(signature.agency) - len(when) * 0.72) / 2)
    for text, from_right in ((signature.agency, max(1.0, 4 - wide)), (when, 4.0)):
        line = _say(word, [(text, "fangsong")], align="r")
        line.paragraph_format.right_indent = Pt(SIZE * from_right)
        line.paragraph_format.keep_with_next = text is not when


def _annex(word: Document, annex: Annex, *, single: bool) -> None:
    head = _say(word, [("附件" + ("" if single else str(annex.number)), "heiti")])
    head.paragraph_format.page_break_before = True
    _say(word, [(annex.title, "xiaobiaosong")], TITLE, align="c", exact=False)
    _say(word, [])
    _blocks(word, annex.blocks)


def _colophon(word: Document, document: OfficialDocument) -> None:
    """版记 between two lines."""
    colophon = document.colophon
    assert colophon is not None
    _say(word, [])
    lines = ["抄送：" + "，".join(colophon.copies_to) + "。"] if colophon.copies_to else []
    lines.append(f"{colophon.printer}　　{chinese_date(colophon.printed_on)}印发")
    for place, text in enumerate(lines):
        line = _say(word, [(text, "fangsong")], SMALL)
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(SMALL)
        _border(line, "top", "000000", 8 if place == 0 else 4)
    _border(line, "bottom", "000000", 8)


def _say(
    word: Document,
    parts: Sequence[tuple[str, str]],
    size: float = SIZE,
    *,
    align: str = "",
    indent: int = 0,
    colour: RGBColor | None = None,
    exact: bool = True,
) -> Line:
    """One paragraph of (text, face) runs on the 28.95-point lines of the standard (22 to a page)."""
    line = word.add_paragraph()
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if exact else WD_LINE_SPACING.AT_LEAST
    form.line_spacing = Pt(PITCH)
    form.alignment = ALIGN[align] if align else WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        form.first_line_indent = Pt(size * indent)
    for text, role in parts:
        _run(line, text, role, size, colour)
    return line


def _run(line: Line, text: str, role: str, size: float, colour: RGBColor | None = None) -> None:
    if not text:
        return
    run = line.add_run(text)
    run.font.size, run.font.name = Pt(size), "Times New Roman" if role == "songti" else FACES[role]
    run.font.color.rgb = colour or RGBColor(0, 0, 0)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACES[role])


def _field(line: Line, code: str) -> None:
    run = line.add_run()
    run.font.size, run.font.name = Pt(SMALL), "Times New Roman"
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)


def _border(line: Line, side: str, colour: str, eighths: int) -> None:
    """A rule above or below a paragraph; ``eighths`` of a point thick."""
    within = line._p.get_or_add_pPr()
    frame = within.find(qn("w:pBdr"))
    if frame is None:
        frame = OxmlElement("w:pBdr")
        within.insert_element_before(frame, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    rule = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", colour)):
        rule.set(qn(f"w:{name}"), value)
    frame.append(rule)
