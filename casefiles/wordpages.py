"""Pages of Word documents, which only a layout engine knows: LibreOffice, where it is installed.

Each Word file is set as PDF once, kept by its digest; there its pages can be seen, and the words of a fact be found.
"""

import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from casefiles.extract.flat import fold
from casefiles.reading import Problem, convert, digest, office, read_file, set_folder
from scoring_rules import Fact

WORD = (".docx", ".doc")


def paper_of(sha256: str) -> Path | None:
    """The PDF that a Word file was set as; ``None`` where that was not done."""
    path = set_folder() / f"{sha256}.pdf"
    return path if path.exists() else None


def page_count(sha256: str) -> int:
    """How many pages a Word file has as it was set; 0 where it was not."""
    paper = paper_of(sha256)
    return len(read_file(paper, paper.name, ocr=False).pages) if paper else 0


def set_papers(paths: Sequence[Path], names: Sequence[str]) -> list[Path | None]:
    """Set Word files as PDF, all that are new in one go; ``None`` for each that could not be set."""
    told = [
        (digest(path), path, name.lower().rsplit(".", 1)[-1]) for path, name in zip(paths, names, strict=True)
    ]
    new = sorted({item for item in told if paper_of(item[0]) is None}, key=lambda item: item[2])
    for ending, group in groupby(new, key=lambda item: item[2]):
        _set(list(group), ending)
    return [paper_of(sha256) for sha256, _, _ in told]


def _set(files: Sequence[tuple[str, Path, str]], ending: str) -> None:
    folder = set_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
        made = convert([path for _, path, _ in files], ending, "pdf", Path(work).resolve())
        for (sha256, _, _), paper in zip(files, made, strict=True):
            if paper is not None:
                paper.replace(folder / f"{sha256}.pdf")


def with_pages(facts: Mapping[str, Fact], paths: Mapping[str, Path]) -> tuple[dict[str, Fact], list[Problem]]:
    """The facts with pages for what stands in Word files, and a problem where that cannot be done."""
    words = {name: path for name, path in paths.items() if name.lower().endswith(WORD)}
    if not words:
        return dict(facts), []
    if office() is None:
        what = "本机没有安装 LibreOffice，Word 文书只能给出段落和单元格，给不出页码"
        return dict(facts), [Problem("Word 文书", what, "请安装 LibreOffice，或导出 PDF 后再检查")]
    papers = dict(zip(words, set_papers(list(words.values()), list(words)), strict=True))
    texts = {name: _page_texts(paper) for name, paper in papers.items() if paper}
    unset = [
        Problem(name, "未能按版面排出，给不出页码", "请用 Word 或 WPS 打开核对，或导出 PDF 后再检查")
        for name, paper in papers.items()
        if paper is None
    ]
    return {name: _paged(fact, texts) for name, fact in facts.items()}, unset


def _page_texts(paper: Path) -> list[str]:
    return [fold(page.text).replace("\n", "") for page in read_file(paper, paper.name, ocr=False).pages]


def _paged(fact: Fact, texts: Mapping[str, list[str]]) -> Fact:
    pages = texts.get(fact.file or "")
    if not pages or fact.page is not None or not fact.quote:
        return fact
    words = fold(fact.quote.rstrip("…")).replace("\n", "")[:60]
    page = next((number for number, text in enumerate(pages, 1) if words and words in text), None)
    return Fact(**{**{key: getattr(fact, key) for key in Fact.__slots__}, "page": page})
