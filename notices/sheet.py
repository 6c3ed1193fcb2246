"""The page a document is drawn on: A4, the 版心 of GB/T 9704-2012, and the primitives that keep to it.

版心 156 x 225 mm at 37 mm from the top and 28 mm from the left; 22 lines of 28 characters in 三号 仿宋. Heights
and widths are points, ``y`` is measured down from the top of the 版心.
"""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color, black
from reportlab.pdfgen.canvas import Canvas

from notices.fonts import Faces, MissingGlyph
from notices.lines import SetLine, atoms, break_lines

MM = 72 / 25.4
PAGE = (210 * MM, 297 * MM)
LEFT, TOP = 28 * MM, 37 * MM
WIDTH, HEIGHT = 156 * MM, 225 * MM
SIZE, PITCH = 15.75, 28.97
LINES = 22
SMALL = 14.0
RED = Color(0.85, 0.0, 0.0)
GREY = Color(0.35, 0.35, 0.35)
_ASCENT = 0.88


class Sheet:
    """Pages in progress: ``y`` is the top of the next line; ``pages`` keeps the text of each line for checks."""

    def __init__(self, faces: Faces, *, title: str, author: str, subject: str, footer: str) -> None:
        self.faces, self.footer = faces, footer
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=PAGE, invariant=1, pageCompression=1, **_first_font(faces))
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject(subject)
        self.y = 0.0
        self.pages: list[list[str]] = [[]]
        self.numbered = True

    def save(self) -> bytes:
        """Close the last page and give the PDF."""
        self._finish_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def need(self, height: float) -> None:
        """Begin a new page unless ``height`` points are left."""
        if self.y + height > HEIGHT + 0.5:
            self.new_page()

    def new_page(self) -> None:
        self._finish_page()
        self.canvas.showPage()
        self.pages.append([])
        self.y = 0.0

    def _finish_page(self) -> None:
        """页码: 四号 between dashes, 7 mm below the 版心, right on odd and left on even pages."""
        number = len(self.pages)
        if self.numbered:
            text = f"— {number} —"
            width = self.faces.width(text, "songti", SMALL)
            x = LEFT + WIDTH - SIZE - width if number % 2 else LEFT + SIZE
            self.draw(text, "songti", SMALL, x, PAGE[1] - TOP - HEIGHT - 7 * MM - SMALL * _ASCENT)
        if self.footer:
            self.draw(self.footer, "songti", 7.5, LEFT, PAGE[1] - TOP - HEIGHT - 17 * MM, GREY)

    def draw(self, text: str, role: str, size: float, x: float, y: float, colour: Color = black) -> None:
        """Draw at page coordinates, each stretch in the face that has its characters."""
        self.canvas.setFillColor(colour)
        for face, stretch in self.faces.runs(text, role):
            self.canvas.setFont(face.name, size)
            self.canvas.drawString(x, y, stretch)
            x += face.width(stretch, size)

    def put(self, text: str, role: str, size: float, x: float, colour: Color = black) -> None:
        """Draw on the current line and note the text."""
        self.draw(text, role, size, x, self.baseline(size), colour)
        self.pages[-1].append(text)

    def baseline(self, size: float) -> float:
        return PAGE[1] - TOP - self.y - size * _ASCENT

    def line(self, line: SetLine, size: float, *, left: float = LEFT) -> None:
        """Draw a broken line on the current line."""
        y = self.baseline(size)
        for atom, x in line.positions():
            self.draw(atom.text, atom.role, size, left + x, y)
        self.pages[-1].append(line.text)

    def centred(self, text: str, role: str, size: float, pitch: float, colour: Color = black) -> None:
        self.need(pitch)
        self.put(text, role, size, LEFT + (WIDTH - self.faces.width(text, role, size)) / 2, colour)
        self.y += pitch

    def broken(
        self, stretches: Sequence[tuple[str, str]], size: float, width: float, indent: float = 0.0
    ) -> list[SetLine]:
        """Lines of (text, role) stretches.

        Raises ``MissingGlyph`` naming every character without a face.
        """
        missing = self.faces.missing("".join(text for text, _ in stretches))
        if missing:
            raise MissingGlyph(missing)
        pieces = atoms(stretches, lambda text, role: self.faces.width(text, role, size))
        return break_lines(pieces, width, first_indent=indent)

    def rule(self, millimetres: float, colour: Color = black) -> None:
        """A line as wide as the 版心 at the current height."""
        y = PAGE[1] - TOP - self.y
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(millimetres * MM)
        self.canvas.line(LEFT, y, LEFT + WIDTH, y)
        self.canvas.setStrokeColor(black)


def _first_font(faces: Faces) -> dict[str, Any]:
    """The face a page opens with: ReportLab's own default would name Helvetica, which is not embedded."""
    plain = faces.face("1", "songti")
    return {"initialFontName": plain.name} if plain else {}
