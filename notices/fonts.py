"""The faces a document is set in, with a fall-back for every character.

Roles: fangsong 仿宋 (正文) · kaiti 楷体 · heiti 黑体 · songti 宋体 (页码、表格) · xiaobiaosong 小标宋 (标题、发文
机关标志). For each role the office's own licensed files come first, then the converted Fandol faces, then
Noto Serif SC, which covers all 8,105 characters of 通用规范汉字表. A missing glyph would be drawn as
a blank without a word, so a character that no face covers is an error before anything is drawn.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from foundation import errors

ROLE_LABELS = {
    "fangsong": "仿宋",
    "kaiti": "楷体",
    "heiti": "黑体",
    "songti": "宋体",
    "xiaobiaosong": "小标宋",
}
ROLES = tuple(ROLE_LABELS)
_OFFICE_NAMES = {
    "fangsong": r"(仿宋|simfang|fangsong|fzfs)",
    "kaiti": r"(楷体|simkai|kaiti|fzkt)",
    "heiti": r"(黑体|simhei|heiti|fzht)",
    "songti": r"(^宋体|simsun|songti|fzss)",
    "xiaobiaosong": r"(小标宋|xbs|xiaobiao)",
}
_SAME = str.maketrans({"\u3000": " ", "\u00a0": " ", "\u2022": "·"})


class MissingGlyph(errors.AnhengError):
    """A character that no available face can draw."""

    def __init__(self, characters: str) -> None:
        codes = "、".join(f"{c}（U+{ord(c):04X}）" for c in characters)
        super().__init__(
            what=f"现有字体不含下列字：{codes}",
            remedy="请把含有这些字的字体文件（TTF）放入字体目录 var/fonts/office，重新启动后再排版",
        )


@dataclass(frozen=True)
class Face:
    """One font file registered with ReportLab under ``name``; ``codes`` are the characters it draws."""

    name: str
    path: Path
    codes: frozenset[int]

    def width(self, text: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(text, self.name, size))


@cache
def _load(path: Path) -> Face:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    font = TTFont(f"{path.stem}-{digest}", str(path))
    pdfmetrics.registerFont(font)
    return Face(font.fontName, path, frozenset(font.face.charToGlyph))


class Faces:
    """The faces in force for one ``var`` directory; ``report()`` tells which file serves each role."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._chains = {role: tuple(self._candidates(role)) for role in ROLES}
        if not all(self._chains.values()):
            raise errors.AnhengError(
                what=f"字体缓存 {folder} 里没有可用字体",
                remedy="请先执行 make fonts（或 anheng fonts）生成字体缓存",
            )
        self._chosen: dict[tuple[str, str], Face | None] = {}

    def _candidates(self, role: str) -> Iterator[Face]:
        pattern = re.compile(_OFFICE_NAMES[role], re.IGNORECASE)
        paths = [p for p in sorted(self.folder.glob("office/*.tt?")) if pattern.search(p.stem)]
        paths += sorted(self.folder.glob(f"{role}-*.ttf"))
        if role != "songti":
            paths += sorted(self.folder.glob("songti-*.ttf"))
        for path in paths:
            try:
                yield _load(path)
            except TTFError:
                continue

    def face(self, character: str, role: str) -> Face | None:
        """The first face of ``role`` that has the character, or ``None``.

        Fandol's 仿宋 and 楷体 draw digits and Latin like a 黑体, so those come from 宋体 unless the office's
        own file serves the role.
        """
        key = (character, role)
        if key not in self._chosen:
            code = ord(character)
            plain = code < 0x80 and role in ("fangsong", "kaiti") and not self._own(role)
            chain = self._chains["songti" if plain else role]
            self._chosen[key] = next((f for f in chain if code in f.codes), None)
        return self._chosen[key]

    def _own(self, role: str) -> bool:
        return self._chains[role][0].path.parent.name == "office"

    def missing(self, text: str) -> str:
        """The distinct characters of ``text`` that no face draws."""
        drawn = text.translate(_SAME)
        return "".join(sorted({c for c in drawn if c >= " " and self.face(c, "fangsong") is None}))

    def runs(self, text: str, role: str) -> Iterator[tuple[Face, str]]:
        """``text`` cut into stretches of one face each.

        Raises ``MissingGlyph`` for a character that no face covers.
        """
        face: Face | None = None
        stretch = ""
        for character in text.translate(_SAME):
            wanted = self.face(character, role)
            if wanted is None:
                raise MissingGlyph(self.missing(text))
            if face is not None and wanted is not face:
                yield face, stretch
                stretch = ""
            face, stretch = wanted, stretch + character
        if face is not None and stretch:
            yield face, stretch

    def width(self, text: str, role: str, size: float) -> float:
        """Set width in points."""
        return sum(face.width(stretch, size) for face, stretch in self.runs(text, role))

    def report(self) -> dict[str, str]:
        """Role → the file that serves it, for ``doctor``."""
        return {role: chain[0].path.name for role, chain in self._chains.items()}
