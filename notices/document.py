"""An official document as content, before it is set: the parts GB/T 9704-2012 names.

Nothing here knows about pages. ``typeset`` gives the content its places.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """版头: 发文机关标志 and 发文字号; ``copy_number`` (份号), ``secrecy`` and ``urgency`` only where they apply."""

    agency: str
    number: str
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """正文 paragraph. ``level``: 0 body, 1 一、 黑体, 2 （一） 楷体 (run-in: ``lead`` is set in 楷体, the rest in 仿宋).

    ``flush`` suppresses the two-character indent.
    """

    text: str
    level: int = 0
    lead: str = ""
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table within the 版心: ``widths`` are shares of it; ``align`` is l, c or r per column.

    The head is repeated on every page it runs over.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    align: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """署名 and 成文日期. ``sealed``: room is left for the red seal that presses both (加盖印章)."""

    agency: str
    on: date
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: begins on a new page with 附件N in 黑体 and a centred title."""

    number: int
    title: str
    blocks: Sequence["Block"] = ()


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记: 抄送 bodies, 印发机关 and 印发日期, at the foot of the last page."""

    copies_to: Sequence[str]
    printer: str
    printed_on: date


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """One document. ``attachments`` are the names of the 附件说明; ``note`` the 附注 in brackets."""

    title: str
    blocks: Sequence[Block]
    letterhead: Letterhead | None = None
    addressee: str = ""
    attachments: Sequence[str] = ()
    signature: Signature | None = None
    note: str = ""
    annexes: Sequence[Annex] = ()
    colophon: Colophon | None = None
    subject: str = ""
    title_lines: Sequence[str] = field(default_factory=tuple)
    footer: str = ""
    """A small line under the page number (hash of the frozen data, watermark of a draft)."""


def chinese_number(value: int) -> str:
    """1–99 in Chinese numerals for headings: 一, 十, 十一, 二十, 九十九."""
    if not 0 < value < 100:
        raise ValueError(f"标题序号 {value} 不在 1—99 之内")
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else ("" if tens == 1 else _DIGITS[tens]) + "十") + (
        _DIGITS[ones] if ones else ""
    )


def chinese_date(on: date) -> str:
    """成文日期: Arabic numerals, full year, no padding (2026年3月5日)."""
    return f"{on.year}年{on.month}月{on.day}日"
