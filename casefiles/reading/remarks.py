"""What a look over the pages of a file finds amiss in the heap itself: pages that lie askew, are empty, or are out of
order. They are read all the same; the office is told before it binds the file."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .model import Page, Problem, ReadFile

_EDGE = 0.14
_FOLIO = re.compile(r"[-—–·.]*第?([0-9]{1,4})页?(?:[,，/]?共[0-9]{1,4}页?)?[-—–·.]*")
_SEPARATOR = re.compile(
    r"(?:正|副)卷|(?:第?[一二三四五六七八九十0-9]{1,3}[、.册卷部分]{0,3})?(?:[一-鿿]{0,8}(?:隔页|分隔页|隔页纸|分页纸))"
    r"|第[一二三四五六七八九十0-9]{1,3}(?:册|卷|部分)"
)
_NAMED = 8
"""So many page numbers are named; a heap of hundreds is told by its first ones."""


def is_separator(page: Page) -> bool:
    """A sheet that only parts the papers: 正卷, 副卷, 第二部分, 证据材料隔页."""
    if not 0 < len(page.lines) <= 3:
        return False
    text = _plain("".join(line.text for line in page.lines))
    return len(text) <= 16 and bool(_SEPARATOR.fullmatch(text))


def remarks(file: ReadFile) -> Iterator[Problem]:
    """Everything to be said of the pages of a file, in Chinese, with the remedy."""
    turned = [page.number for page in file.pages if page.number and page.rotation and page.lines]
    blank = [page.number for page in file.pages if page.number and page.blank and not page.lines]
    parting = [page.number for page in file.pages if page.number and is_separator(page)]
    if turned:
        yield _said(file, turned, "倒置或横放，已转正阅读", "归档前请将这些页摆正")
    if blank and len(file.pages) > 1:
        yield _said(file, blank, "是空白页，未计入文书", "如应有内容，请重新扫描这些页后补传")
    if parting:
        yield _said(file, parting, "是隔页，未计入文书", "无需处理；如是文书首页，请补上标题页")
    for at, number, before in _misplaced(file.pages):
        what = f"上的页码是{number}，前一页是{before}，页序颠倒或有缺页"
        yield _said(file, [at], what, "请核对原卷，按页码顺序重新扫描或补上缺页")


def _said(file: ReadFile, pages: Sequence[int], what: str, remedy: str) -> Problem:
    return Problem(file.name, _pages(pages) + what, remedy, tuple((file.name, page) for page in pages))


def _pages(numbers: Sequence[int]) -> str:
    named = "、".join(str(number) for number in numbers[:_NAMED])
    return f"第{named}页" if len(numbers) <= _NAMED else f"第{named}等{len(numbers)}页"


def folio(page: Page) -> int | None:
    """The number printed or stamped at the edge of a page."""
    for line in page.lines:
        short = len(line.text) <= 24 and line.kind != "cell"
        edge = short and line.box and (line.box[3] < _EDGE or line.box[1] > 1 - _EDGE)
        if edge and (match := _FOLIO.fullmatch(_plain(line.text))):
            return int(match[1])
    return None


def _misplaced(pages: Sequence[Page]) -> Iterator[tuple[int, int, int]]:
    """Pages whose number does not follow that of the page before: (place, number, number before). A number that only
    stands out between two that fit was misread; a paper may count its own pages from 1 again."""
    told = [(page.number, number) for page in pages if page.number and (number := folio(page)) is not None]
    steps = [(at, number, before) for (earlier, before), (at, number) in pairwise(told) if at == earlier + 1]
    wrong = [step for step in steps if step[1] != step[2] + 1 and step[1] != 1]
    right = len(steps) - len(wrong)
    if right < 2 or len(wrong) > right + 1:
        return  # numbers at the edge that count no pages
    known = dict(told)
    for at, number, before in wrong:
        read_wrong = known.get(at + 1) == before + 2 or known.get(at - 2, -9) + 2 == number
        if not read_wrong:
            yield at, number, before


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
