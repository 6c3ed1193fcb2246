"""Speed and accuracy of reading beside peers in one run: raw pypdfium2 for text PDF, tesseract for page images.

Every figure is the median of ``ROUNDS`` runs that start with an empty cache.
"""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, TypeVar

import pypdfium2  # type: ignore[import-untyped]

from casefiles.check import check_path
from casefiles.reading import ReadFile, read_file, read_files

ROUNDS = 3
DPI = 150
_PAGES = 2
_Result = TypeVar("_Result")


@contextmanager
def empty_cache() -> Iterator[Path]:
    """A folder of its own for what reading keeps."""
    before = os.environ.get("ANHENG_VAR")
    with tempfile.TemporaryDirectory(prefix="anheng-bench-") as folder:
        os.environ["ANHENG_VAR"] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["ANHENG_VAR"]
            else:
                os.environ["ANHENG_VAR"] = before


def timed(work: Callable[[], _Result], rounds: int = ROUNDS) -> tuple[float, _Result]:
    """Median seconds of ``rounds`` runs with an empty cache, and what the last run gave."""
    seconds, result = [], None
    for _ in range(rounds):
        with empty_cache():
            start = time.perf_counter()
            result = work()
            seconds.append(time.perf_counter() - start)
    assert result is not None
    return statistics.median(seconds), result


def bench(folder: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Figures over the case files of a folder; parts that the folder or the machine cannot give are left out."""
    figures: dict[str, Any] = {"folder": str(folder), "rounds": rounds}
    book = _text_pdf(folder)
    if book is not None:
        figures["text_pdf"] = _text(book, rounds)
        if figures["text_pdf"]["pages"] > 1:
            figures["page_images"] = _images(book, rounds)
    case = next(iter(sorted(folder.glob("*.zip"))), None)
    if case is not None:
        figures["case"] = _case(case, rounds)
    return figures


def _text_pdf(folder: Path) -> Path | None:
    """The longest PDF of the folder that has a text layer."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        book = pypdfium2.PdfDocument(path)
        if len(book) and len(book[0].get_textpage().get_text_range().strip()) > 10:
            found.append((len(book), path))
        book.close()
    return max(found)[1] if found else None


def _raw(path: Path) -> list[str]:
    book = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in book]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _text(path: Path, rounds: int) -> dict[str, Any]:
    ours, read = timed(lambda: read_file(path, path.name, ocr=False), rounds)
    peer, raw = timed(lambda: _raw(path), rounds)
    kept = SequenceMatcher(None, _plain("".join(raw)), _plain(_all(read)), autojunk=False)
    return {
        "file": path.name,
        "pages": len(raw),
        "ours": {"seconds": round(ours, 3), "characters": len(_plain(_all(read)))},
        "pypdfium2": {"seconds": round(peer, 3), "characters": len(_plain("".join(raw)))},
        "ratio": round(ours / peer, 2) if peer else None,
        "same_characters": round(kept.ratio(), 4),
    }


def _all(read: ReadFile) -> str:
    return "".join(page.text for page in read.pages)


def _images(path: Path, rounds: int) -> dict[str, Any]:
    """The first pages as images, read by us and by tesseract, against the words of the text layer."""
    with tempfile.TemporaryDirectory(prefix="anheng-pages-") as folder:
        book = pypdfium2.PdfDocument(path)
        shots, truths = [], []
        for number in range(min(_PAGES, len(book) - 1)):
            page = book[number + 1]
            shots.append(Path(folder) / f"{number}.png")
            page.render(scale=DPI / 72).to_pil().save(shots[-1])
            truths.append(_plain(page.get_textpage().get_text_range()))
        figures: dict[str, Any] = {"dpi": DPI, "pages": len(shots)}
        ours, reads = timed(
            lambda: [_plain(_all(one)) for one in read_files([(shot, shot.name) for shot in shots])], rounds
        )
        figures["ours"] = _scored(ours, reads, truths)
        if shutil.which("tesseract"):
            peer, texts = timed(lambda: [_tesseract(shot) for shot in shots], rounds)
            figures["tesseract"] = _scored(peer, texts, truths)
        return figures


def _tesseract(shot: Path) -> str:
    command = [str(shutil.which("tesseract")), str(shot), "-", "-l", "chi_sim"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)  # noqa: S603 - a fixed program
    return _plain(done.stdout.decode("utf-8", "replace"))


def _scored(seconds: float, texts: list[str], truths: list[str]) -> dict[str, float]:
    errors = sum(character_errors(text, truth) for text, truth in zip(texts, truths, strict=True))
    asked = sum(len(truth) for truth in truths)
    return {
        "seconds_a_page": round(seconds / max(len(texts), 1), 3),
        "character_error_rate": round(errors / max(asked, 1), 4),
    }


def character_errors(text: str, truth: str) -> int:
    """Characters of ``truth`` that were lost or replaced, and those put in; order of blocks aside."""
    blocks = SequenceMatcher(None, text, truth, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return max(len(text), len(truth)) - same


def _case(path: Path, rounds: int) -> dict[str, Any]:
    seconds, result = timed(lambda: check_path(path), rounds)
    with empty_cache():
        check_path(path)
        start = time.perf_counter()
        check_path(path)
        again = time.perf_counter() - start
    return {
        "file": path.name,
        "documents": len(result["documents"]),
        "seconds": round(seconds, 3),
        "again_seconds": round(again, 3),
    }
