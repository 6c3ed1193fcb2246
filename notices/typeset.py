"""Set an ``OfficialDocument`` on GB/T 9704-2012 pages.

The same document and faces give the same bytes (``invariant``), so a circular can be compared in a test and printed
again years later as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from notices.document import Annex, Block, OfficialDocument, Paragraph, Signature, Table, chinese_date
from notices.fonts import Faces
from notices.sheet import HEIGHT, LEFT, MM, PITCH, RED, SIZE, SMALL, WIDTH, Sheet
from notices.tables import draw_table

TITLE_SIZE, TITLE_PITCH = 22.0, 34.0
_INDENT = 2 * SIZE
_TERMS = (
    "人民防空", "系统", "行政执法", "案卷", "评查", "情况", "的通报",
    "典型差案", "年度", "行政处罚", "行政许可", "工作", "开展", "全省",
)  # fmt: skip
_NOT_FIRST = "的和及与（）《》〈〉、，号年月日期"


@dataclass
class Setting:
    """What was set: the PDF bytes, the page count, and the text of each line by page (for checks)."""

    pdf: bytes
    pages: int
    lines: list[list[str]] = field(default_factory=list)


def typeset(document: OfficialDocument, faces: Faces) -> Setting:
    """Set ``document``.

    Raises ``MissingGlyph`` when a character has no face: nothing is printed with a blank in it.
    """
    author = document.signature.agency if document.signature else ""
    sheet = Sheet(
        faces, title=document.title, author=author, subject=document.subject, footer=document.footer
    )
    if document.letterhead:
        _letterhead(sheet, document)
    _title(sheet, document.title_lines or split_title(document.title))
    if document.addressee:
        _paragraph(sheet, Paragraph(document.addressee, flush=True))
    for block in document.blocks[:-1]:
        _block(sheet, block)
    for block in document.blocks[-1:]:
        _block(sheet, block, behind=_behind(document))
    _attachments(sheet, document.attachments)
    if document.signature:
        _signature(sheet, document.signature)
    if document.note:
        _paragraph(sheet, Paragraph(f"（{document.note}）"))
    for annex in document.annexes:
        _annex(sheet, annex, single=len(document.annexes) == 1)
    if document.colophon:
        _colophon(sheet, document)
    return Setting(sheet.save(), len(sheet.pages), sheet.pages)


def _letterhead(sheet: Sheet, document: OfficialDocument) -> None:
    """版头: 份号, 密级, 紧急程度 in that order; 发文机关标志 35 mm down in red; 字号 two lines below; red line 4 mm under it."""
    head = document.letterhead
    if head is None:
        return
    for text, role in ((head.copy_number, "fangsong"), (head.secrecy, "heiti"), (head.urgency, "heiti")):
        if text:
            sheet.put(text, role, SIZE, LEFT)
            sheet.y += PITCH
    sheet.y = 35 * MM
    size = min(42.0, WIDTH / max(1.0, sheet.faces.width(head.agency, "xiaobiaosong", 1.0)))
    sheet.centred(head.agency, "xiaobiaosong", size, size * 1.1, RED)
    sheet.y += 2 * PITCH
    sheet.centred(head.number, "fangsong", SIZE, SIZE)
    sheet.y += 4 * MM
    sheet.rule(0.7, RED)
    sheet.y += 2 * PITCH


def split_title(title: str) -> list[str]:
    """Lines of about equal length that fit; no term of the field is parted, no line begins with a particle."""
    per_line = int((WIDTH - 2 * SIZE) / TITLE_SIZE)
    lines, rest = [], title
    while rest:
        count = -(-len(rest) // per_line)
        each = -(-len(rest) // count)
        cut = min(
            range(max(1, each - 4), min(len(rest), per_line) + 1),
            key=lambda at: (_bad(rest, at), abs(at - each)),
        )
        lines.append(rest[:cut])
        rest = rest[cut:]
    return lines


def _bad(text: str, at: int) -> bool:
    """Whether a line may not end before position ``at``."""
    if at >= len(text):
        return False
    inside = any(
        start < at < start + len(term)
        for term in _TERMS
        for start in range(max(0, at - len(term)), at)
        if text.startswith(term, start)
    )
    return inside or text[at] in _NOT_FIRST or (text[at - 1].isdigit() and text[at].isdigit())


def _title(sheet: Sheet, lines: Sequence[str]) -> None:
    for line in lines:
        sheet.centred(line, "xiaobiaosong", TITLE_SIZE, TITLE_PITCH)
    sheet.y += PITCH


def _behind(document: OfficialDocument) -> float:
    """The height of what must not stand on a page without text: 附件说明 (at a line each), 署名 and 日期."""
    lines = len(document.attachments) + 1 if document.attachments else 0
    return (lines + (4 if document.signature else 0)) * PITCH


def _block(sheet: Sheet, block: Block, *, behind: float = 0.0) -> None:
    if isinstance(block, Table):
        draw_table(sheet, block)
    else:
        _paragraph(sheet, block, behind=behind)


def _paragraph(sheet: Sheet, paragraph: Paragraph, *, behind: float = 0.0) -> None:
    """``behind``: its last two lines go with what follows, so that no page holds a signature alone."""
    role = {0: "fangsong", 1: "heiti", 2: "kaiti"}[paragraph.level]
    stretches = [(paragraph.lead, "kaiti"), (paragraph.text, role)]
    lines = sheet.broken(stretches, SIZE, WIDTH, 0.0 if paragraph.flush else _INDENT)
    if paragraph.level:
        sheet.need(2 * PITCH)
    for index, line in enumerate(lines):
        left = len(lines) - index
        sheet.need(PITCH if left > 2 else left * PITCH + behind)
        sheet.line(line, SIZE)
        sheet.y += PITCH


def _attachments(sheet: Sheet, names: Sequence[str]) -> None:
    """附件说明: a line below the text; turned lines stand under the name's first character."""
    if names:
        sheet.y += PITCH
    lead = sheet.faces.width("附件：", "fangsong", SIZE)
    for index, name in enumerate(names):
        number = f"{index + 1}. " if len(names) > 1 else ""
        offset = _INDENT + lead + sheet.faces.width(number, "fangsong", SIZE)
        for turn, line in enumerate(sheet.broken([(name, "fangsong")], SIZE, WIDTH - offset - SIZE)):
            sheet.need(PITCH)
            if turn == 0:
                text = ("附件：" if index == 0 else "") + number
                x = LEFT + _INDENT + (0.0 if index == 0 else lead)
                sheet.draw(text, "fangsong", SIZE, x, sheet.baseline(SIZE))
            sheet.line(line, SIZE, left=LEFT + offset)
            sheet.y += PITCH


def _signature(sheet: Sheet, signature: Signature) -> None:
    """Sealed: the date ends four characters in from the right and the name is centred on it, two lines of room
    above for the seal. Unsealed: the name two in from the right, the date two characters behind its start."""
    when = chinese_date(signature.on)
    date_width = sheet.faces.width(when, "fangsong", SIZE)
    name_width = sheet.faces.width(signature.agency, "fangsong", SIZE)
    if signature.sealed:
        centre = LEFT + WIDTH - max(4 * SIZE + date_width / 2, name_width / 2)
        name_x, date_x, gap = centre - name_width / 2, centre - date_width / 2, 2 * PITCH
    else:
        name_x, gap = LEFT + WIDTH - 2 * SIZE - name_width, PITCH
        date_x = name_x + 2 * SIZE
    sheet.need(gap + 2 * PITCH)
    sheet.y += gap
    for text, x in ((signature.agency, name_x), (when, date_x)):
        sheet.put(text, "fangsong", SIZE, x)
        sheet.y += PITCH


def _annex(sheet: Sheet, annex: Annex, *, single: bool) -> None:
    sheet.new_page()
    sheet.put("附件" if single else f"附件{annex.number}", "heiti", SIZE, LEFT)
    sheet.y += 2 * PITCH
    _title(sheet, split_title(annex.title))
    for block in annex.blocks:
        _block(sheet, block)


def _colophon(sheet: Sheet, document: OfficialDocument) -> None:
    """版记 at the foot of the last, even page: outer lines 0.35 mm, inner 0.25 mm, 四号仿宋, one character in.

    On a page of its own it carries no page number, nor does an empty page before it.
    """
    colophon = document.colophon
    if colophon is None:
        return
    copies = "抄送：" + "，".join(colophon.copies_to) + "。"
    lines = sheet.broken([(copies, "fangsong")], SMALL, WIDTH - 2 * SMALL) if colophon.copies_to else []
    row = SMALL * 1.6
    height = row * (len(lines) + 1)
    sheet.need(height + PITCH)
    sheet.numbered = bool(sheet.pages[-1])
    if len(sheet.pages) % 2:
        sheet.new_page()
        sheet.numbered = False
    sheet.y = HEIGHT - height
    sheet.rule(0.35)
    for line in lines:
        sheet.y += 0.25 * row
        sheet.line(line, SMALL, left=LEFT + SMALL)
        sheet.y += 0.75 * row
    if lines:
        sheet.rule(0.25)
    sheet.y += 0.25 * row
    when = chinese_date(colophon.printed_on) + "印发"
    sheet.put(colophon.printer, "fangsong", SMALL, LEFT + SMALL)
    sheet.put(when, "fangsong", SMALL, LEFT + WIDTH - SMALL - sheet.faces.width(when, "fangsong", SMALL))
    sheet.y = HEIGHT
    sheet.rule(0.35)
