"""Write papers as DOCX, text PDF or scan: the forms in which offices hand in files."""

import io
import math
import random
from functools import cache
from pathlib import Path

import docx
import pypdfium2
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from notices.fonts import Faces
from tests.casegen.paper import Break, Grid, Paper, Para, pieces

MM = 72 / 25.4
LEFT, TOP, WIDTH, BOTTOM = 28 * MM, 25 * MM, 155 * MM, 20 * MM


@cache
def faces() -> Faces:
    return Faces(Path("var/fonts"))


@cache
def seal(body: str, size: int = 260) -> bytes:
    """A round red seal with the body's name on the ring and a star, as transparent PNG."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    red = (200, 20, 20, 190)
    draw.ellipse((6, 6, size - 6, size - 6), outline=red, width=8)
    chain = next(faces().folder.glob("songti-*.ttf"))
    font = ImageFont.truetype(str(chain), 30)
    middle = size / 2
    spread = min(300, 22 * len(body))
    for index, character in enumerate(body):
        angle = -spread / 2 + spread * (index + 0.5) / len(body)
        glyph = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
        ImageDraw.Draw(glyph).text((30, 30), character, font=font, fill=red, anchor="mm")
        glyph = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        radius = middle - 32
        x = middle + radius * math.sin(math.radians(angle))
        y = middle - radius * math.cos(math.radians(angle))
        image.alpha_composite(glyph, (max(0, int(x - 30)), max(0, int(y - 30))))
    draw.regular_polygon((middle, middle, 40), 3, fill=red)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@cache
def photo(label: str) -> bytes:
    """A picture of a wall with a closed opening: enough to be a picture."""
    rng = random.Random(label)
    image = Image.new("RGB", (640, 400), (150, 150, 148))
    draw = ImageDraw.Draw(image)
    for _ in range(120):
        x, y = rng.randrange(640), rng.randrange(400)
        draw.rectangle((x, y, x + 60, y + 22), outline=(110, 105, 100))
    draw.rectangle((220, 90, 420, 330), fill=(90, 80, 75), outline=(40, 40, 40), width=6)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


# DOCX -----------------------------------------------------------------------------------------------
def to_docx(paper: Paper) -> bytes:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    style = document.styles["Normal"]
    style.font.size = Pt(14)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋")
    last = None
    for block in paper.blocks:
        if isinstance(block, Break):
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif isinstance(block, Grid):
            _docx_grid(document, block)
        else:
            last = _docx_para(document.add_paragraph(), block)
    if paper.seal and last is not None:
        run = last.add_run()
        shape = run.add_picture(io.BytesIO(seal(paper.seal)), width=Cm(4))
        shape._inline.docPr.set("descr", paper.seal)
    if paper.picture:
        document.add_paragraph().add_run().add_picture(io.BytesIO(photo(paper.date)), width=Cm(12))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_para(paragraph, block: Para):
    paragraph.alignment = {
        "l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT
    }[block.align]  # fmt: skip
    paragraph.paragraph_format.space_after = Pt(2)
    if block.indent:
        paragraph.paragraph_format.first_line_indent = Pt(28)
    _docx_runs(paragraph, block.text, block.size, block.bold)
    return paragraph


def _docx_runs(paragraph, text: str, size: float, bold: bool = False) -> None:
    for stretch, by_hand in pieces(text):
        run = paragraph.add_run(stretch)
        run.font.size, run.bold = Pt(size), bold
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "楷体" if by_hand else "仿宋")


def _docx_grid(document, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.widths), style="Table Grid")
    for row in grid.rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            for index, line in enumerate(text.split("\n")):
                paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
                _docx_runs(paragraph, line, 12)
    total = sum(grid.widths)
    for column, share in zip(table.columns, grid.widths, strict=True):
        for cell in column.cells:
            cell.width = Cm(15.4 * share / total)


# PDF ------------------------------------------------------------------------------------------------
class _Pdf:
    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)
        self.y, self.page, self.numbered = 0.0, 1, False

    def need(self, height: float) -> None:
        if self.y + height > A4[1] - TOP - BOTTOM:
            self.turn()

    def turn(self) -> None:
        self.canvas.showPage()
        self.page += 1
        self.y = 0.0

    def text(self, x: float, text: str, size: float, hand: bool, dy: float = 0.0) -> float:
        role = "kaiti" if hand else "songti"
        for face, stretch in faces().runs(text, role):
            self.canvas.setFont(face.name, size)
            self.canvas.drawString(x, A4[1] - TOP - self.y - dy - size, stretch)
            x += face.width(stretch, size)
        return x

    def wrap(self, text: str, size: float, width: float, first: float = 0.0) -> list[list[tuple[str, bool]]]:
        lines: list[list[tuple[str, bool]]] = [[]]
        used = first
        for stretch, hand in pieces(text):
            for character in stretch:
                w = faces().width(character, "kaiti" if hand else "songti", size)
                if used + w > width and character not in "，。、；：）》”〕":
                    lines.append([])
                    used = 0.0
                if lines[-1] and lines[-1][-1][1] == hand:
                    lines[-1][-1] = (lines[-1][-1][0] + character, hand)
                else:
                    lines[-1].append((character, hand))
                used += w
        return lines


def to_pdf(papers: list[Paper]) -> tuple[bytes, list[tuple[int, int]]]:
    """One PDF of all papers, each beginning on a new page; the page range of each."""
    pdf = _Pdf()
    ranges = []
    for index, paper in enumerate(papers):
        if index:
            pdf.turn()
        first = pdf.page
        _pdf_paper(pdf, paper)
        ranges.append((first, pdf.page))
    pdf.canvas.save()
    return pdf.buffer.getvalue(), ranges


def _pdf_paper(pdf: _Pdf, paper: Paper) -> None:
    for block in paper.blocks:
        if isinstance(block, Break):
            pdf.turn()
        elif isinstance(block, Grid):
            _pdf_grid(pdf, block)
        else:
            _pdf_para(pdf, block)
    if paper.picture:
        pdf.need(190)
        pdf.canvas.drawImage(
            ImageReader(io.BytesIO(photo(paper.date))), LEFT, A4[1] - TOP - pdf.y - 180, 280, 175
        )
    if paper.seal:
        x, y = LEFT + WIDTH - 150, A4[1] - TOP - pdf.y - 20
        pdf.canvas.drawImage(ImageReader(io.BytesIO(seal(paper.seal))), x, y, 113, 113, mask="auto")


def _pdf_para(pdf: _Pdf, block: Para) -> None:
    first = 2 * block.size if block.indent else 0.0
    lines = [line for part in block.text.split("\n") for line in pdf.wrap(part, block.size, WIDTH, first)]
    for index, line in enumerate(lines):
        pdf.need(block.size * 1.6)
        width = sum(faces().width(t, "kaiti" if h else "songti", block.size) for t, h in line)
        x = LEFT + (first if index == 0 else 0.0)
        x = {"l": x, "c": LEFT + (WIDTH - width) / 2, "r": LEFT + WIDTH - width}[block.align]
        for text, hand in line:
            x = pdf.text(x, text, block.size, hand)
        pdf.y += block.size * 1.6
    if not block.text:
        pdf.y += block.size


def _pdf_grid(pdf: _Pdf, grid: Grid) -> None:
    size, pitch, total = 12.0, 18.0, sum(grid.widths)
    widths = [WIDTH * share / total for share in grid.widths]
    for row in grid.rows:
        cells = [
            [line for part in text.split("\n") for line in pdf.wrap(part, size, width - 8)]
            for text, width in zip(row, widths, strict=True)
        ]
        height = max(len(lines) for lines in cells) * pitch + 8
        pdf.need(height)
        x = LEFT
        for lines, width in zip(cells, widths, strict=True):
            pdf.canvas.rect(x, A4[1] - TOP - pdf.y - height, width, height)
            for index, line in enumerate(lines):
                at = x + 4
                for text, hand in line:
                    at = pdf.text(at, text, size, hand, 4 + index * pitch)
            x += width
        pdf.y += height
    pdf.y += 8


# scans ----------------------------------------------------------------------------------------------
def to_scan(pdf: bytes, *, dpi: int = 150, tilt: float = 0.6, seed: int = 1, quality: int = 55) -> bytes:
    """The pages as crooked, grey, grainy pictures bound in one PDF without text."""
    rng = random.Random(seed)
    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=dpi / 72).to_pil().convert("RGB")
        image = image.rotate(
            rng.uniform(-tilt, tilt), fillcolor=(250, 249, 246), resample=Image.Resampling.BICUBIC
        )
        image = image.filter(ImageFilter.GaussianBlur(0.5))
        grain = Image.effect_noise(image.size, 14).convert("L").point(lambda v: 235 + (v - 128) // 6)
        pages.append(Image.composite(image, Image.new("RGB", image.size, (228, 226, 220)), grain))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for image in pages:
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG", quality=quality)
        canvas.drawImage(ImageReader(jpeg), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
