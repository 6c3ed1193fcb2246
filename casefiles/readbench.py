"""Speed and accuracy of reading beside peers on the same documents, in one run.

Documents are made here: a text PDF of 200 pages, thirty DOCX, and page images with tilt and noise whose words are known.
Peers: raw pypdfium2 extraction for text, tesseract with chi_sim for images (where it is installed).
"""

import importlib
import importlib.util
import math
import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from .extract.flat import Flat, fold
from .reading import Box, Page, read_files

TEXT = (
    "经查，你单位于2023年6月在三合路42号人防工程内拆除防护密闭门1樘、密闭门1樘，并在临空墙上开凿宽1.60米、高2.10米的洞口1处。"
    "上述行为违反了《中华人民共和国人民防空法》第二十七条的规定。依据《中华人民共和国行政处罚法》第五十七条第一款第（一）项，"
    "决定给予警告，并处罚款人民币贰万捌仟元整（¥28,000元）。你单位应当自收到本决定书之日起十五日内缴纳罚款；"
    "逾期不缴纳的，每日按罚款数额的百分之三加处罚款。如不服本决定，可自收到本决定书之日起六十日内申请行政复议，"
    "也可自收到本决定书之日起六个月内依法直接向人民法院提起行政诉讼。"
)
_PAGES, _DOCUMENTS, _ROUNDS, _LETTERS = 200, 30, 3, 34
_LEFT, _TOP, _QUOTE = 76, 780, 8
Point = tuple[float, float]


def _wrapped(number: int, lines: int) -> list[str]:
    text = f"第{number}号" + TEXT * 4
    return [text[i * _LETTERS : (i + 1) * _LETTERS] for i in range(lines)]


def _canvas(path: Path) -> Any:
    module: Any = importlib.import_module("reportlab.pdfgen.canvas")
    importlib.import_module("reportlab.pdfbase.pdfmetrics").registerFont(
        importlib.import_module("reportlab.pdfbase.cidfonts").UnicodeCIDFont("STSong-Light")
    )
    return module.Canvas(str(path), (595, 842))


def make_pdf(path: Path, pages: int) -> None:
    """Prose and a ruled table on every page, in the viewer's own Song face."""
    canvas = _canvas(path)
    for number in range(1, pages + 1):
        canvas.setFont("STSong-Light", 13)
        for i, line in enumerate(_wrapped(number, 24)):
            canvas.drawString(_LEFT, _TOP - i * 22, line)
        for i in range(4):
            canvas.line(76, 230 - i * 40, 520, 230 - i * 40)
            if i < 3:
                canvas.drawString(82, 205 - i * 40, "当事人")
                canvas.drawString(182, 205 - i * 40, f"白城市镇瑞兴商贸有限公司{i}")
        for x in (76, 176, 520):
            canvas.line(x, 230, x, 110)
        canvas.showPage()
    canvas.save()


def make_docx(path: Path, number: int) -> None:
    document: Any = importlib.import_module("docx").Document()
    document.add_paragraph("行政处罚决定书")
    table = document.add_table(6, 2)
    for row in table.rows:
        row.cells[0].text, row.cells[1].text = "当事人", f"第{number}公司"
    for _ in range(8):
        document.add_paragraph(TEXT)
    document.save(str(path))


def make_image(path: Path, number: int) -> list[list[tuple[str, Point]]]:
    """A page of A4 at 150 dpi with tilt, blur, grain and hard JPEG; gives every character of its lines with where
    its middle is on the tilted page, as fractions."""
    home = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    face = Path(str(home.origin)).with_name("NotoSerifSC-Regular.otf") if home else Path()
    font = ImageFont.truetype(str(face), 29)
    lines = _wrapped(number, 22)
    page = Image.new("L", (1240, 1754), 248)
    draw = ImageDraw.Draw(page)
    for i, line in enumerate(lines):
        draw.text((120, 150 + i * 56), line, 10, font)
    tilt = 1.1 - 0.9 * (number % 3)
    page = page.rotate(tilt, fillcolor=245, resample=Image.Resampling.BICUBIC)
    page = page.filter(ImageFilter.GaussianBlur(0.7))
    page = Image.blend(page, Image.effect_noise(page.size, 60), 0.12)
    page.save(path, "JPEG", quality=50)
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    told = []
    for i, line in enumerate(lines):
        ends = [120 + font.getlength(line[:at]) for at in range(len(line) + 1)]
        middles = [((a + b) / 2 - 620, 150 + i * 56 + 21 - 877) for a, b in pairwise(ends)]
        turned = [((cos * x + sin * y + 620) / 1240, (cos * y - sin * x + 877) / 1754) for x, y in middles]
        told.append(list(zip(line, turned, strict=True)))
    return told


def boxed(lines: list[list[tuple[str, Point]]], page: Page) -> float | None:
    """Share of quotes whose characters all lie inside the box given with them, of those that were read right;
    ``None`` where none was."""
    text = Flat.of_lines("", page.lines)
    held = []
    for line in lines:
        for start in range(0, len(line) - _QUOTE + 1, _QUOTE):
            quote = line[start : start + _QUOTE]
            found = [
                item.flat().place().box
                for item in text.finditer(re.escape(fold("".join(c for c, _ in quote))))
            ]
            if found:
                held.append(any(box and all(_within(at, box) for _, at in quote) for box in found))
    return round(sum(held) / len(held), 4) if held else None


def _within(at: Point, box: Box) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def make_placed(path: Path) -> list[list[tuple[str, Point]]]:
    """A page on which every character is set at a place of its own; gives them with their middles as fractions."""
    canvas = _canvas(path)
    canvas.setFont("STSong-Light", 13)
    told = []
    for i, line in enumerate(_wrapped(1, 24)):
        widths = [13 if unicodedata.east_asian_width(char) in "WFA" else 6.5 for char in line]
        starts = [*accumulate(widths[:-1], initial=float(_LEFT))]
        base = _TOP - i * 22
        for char, start in zip(line, starts, strict=True):
            canvas.drawString(start, base, char)
        middles = [
            ((start + width * 0.3) / 595, (842 - base - 4.5) / 842)
            for start, width in zip(starts, widths, strict=True)
        ]
        told.append(list(zip(line, middles, strict=True)))
    canvas.save()
    return told


def plain(text: str) -> str:
    """Text for comparison: one form of brackets and digits, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def error_rate(truth: str, read: str) -> float:
    """Edit distance by the length of the truth."""
    truth, read = plain(truth), plain(read)
    before = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        row = [i]
        for j, found in enumerate(read, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (wanted != found)))
        before = row
    return before[-1] / max(1, len(truth))


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder of its own, also for the cache."""
    kept = os.environ.get("ANHENG_VAR")
    with tempfile.TemporaryDirectory(prefix="anheng-bench-") as name:
        os.environ["ANHENG_VAR"] = name
        try:
            yield Path(name)
        finally:
            os.environ.pop("ANHENG_VAR")
            if kept is not None:
                os.environ["ANHENG_VAR"] = kept


def _median(
    work: Callable[[], Any], rounds: int = _ROUNDS, before: Callable[[], None] | None = None
) -> float:
    times = []
    for _ in range(rounds):
        if before is not None:
            before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times), 3)


def _raw(path: Path) -> str:
    pdfium: Any = importlib.import_module("pypdfium2")
    document = pdfium.PdfDocument(path)
    return "".join(page.get_textpage().get_text_range() for page in document)


def _text(folder: Path) -> dict[str, Any]:
    path = folder / "200.pdf"
    make_pdf(path, _PAGES)
    items = [(path, path.name)]
    forget = partial(shutil.rmtree, folder / "cache", ignore_errors=True)
    fresh = _median(lambda: read_files(items), before=forget)
    again = _median(lambda: read_files(items))
    alone = _median(lambda: read_files(items, workers=1), before=forget)
    peer = _median(lambda: _raw(path))
    page = read_files(items)[0].pages[0]
    placed = folder / "placed.pdf"
    truth = make_placed(placed)
    prose = "".join(line.text for line in page.lines if line.kind != "cell")
    return {
        "pages": _PAGES, "seconds": fresh, "again_seconds": again, "one_process_seconds": alone,
        "pypdfium2_seconds": peer, "ratio": round(alone / max(peer, 0.001), 1),
        "character_error_rate": round(error_rate("".join(_wrapped(1, 24)), prose), 5),
        "quotes_in_box": boxed(truth, read_files([(placed, placed.name)])[0].pages[0]),
        "cells": sum(1 for line in page.lines if line.kind == "cell"),
    }  # fmt: skip


def _case(folder: Path) -> dict[str, Any]:
    items = [(folder / f"{i}.docx", f"{i}.docx") for i in range(_DOCUMENTS)]
    for i, (path, _) in enumerate(items):
        make_docx(path, i)
    forget = partial(shutil.rmtree, folder / "cache", ignore_errors=True)
    fresh = _median(lambda: read_files(items, workers=1), before=forget)
    return {
        "documents": _DOCUMENTS,
        "seconds": fresh,
        "again_seconds": _median(lambda: read_files(items, workers=1)),
    }


def _scans(folder: Path, pages: int) -> dict[str, Any]:
    images = [(folder / f"{i}.jpg", f"{i}.jpg") for i in range(1, pages + 1)]
    made = [make_image(path, i) for i, (path, _) in enumerate(images, 1)]
    truths = ["".join(char for line in lines for char, _ in line) for lines in made]
    stamps: list[float] = []
    files = read_files(images, workers=1, progress=lambda done, of, text: stamps.append(time.perf_counter()))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    times = [later - earlier for earlier, later in pairwise(stamps[-pages:])]
    errors = [error_rate(truth, file.pages[0].text) for file, truth in zip(files, truths, strict=True)]
    boxes = [
        share
        for lines, file in zip(made, files, strict=True)
        if (share := boxed(lines, file.pages[0])) is not None
    ]
    program = shutil.which("tesseract")
    return {
        "pages": pages, "peak_mib": peak, "quotes_in_box": round(statistics.mean(boxes), 4) if boxes else None,
        "seconds_a_page": round(statistics.median(times), 2),
        "character_error_rate": round(statistics.mean(errors), 5),
        "tesseract": _tesseract(program, images, truths) if program else None,
    }  # fmt: skip


def _tesseract(program: str, images: list[tuple[Path, str]], truths: list[str]) -> dict[str, float] | None:
    times, errors = [], []
    for (path, _), truth in zip(images, truths, strict=True):
        start = time.perf_counter()
        command = [program, str(path), "-", "-l", "chi_sim", "--psm", "6"]
        done = subprocess.run(command, capture_output=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})  # noqa: S603
        if done.returncode:
            return None
        times.append(time.perf_counter() - start)
        errors.append(error_rate(truth, done.stdout.decode("utf-8", "replace")))
    return {
        "seconds_a_page": round(statistics.median(times), 2),
        "character_error_rate": round(statistics.mean(errors), 5),
    }


def measure(pages: int = 4) -> dict[str, Any]:
    """All figures; ``pages`` (at least 2) images go to OCR. The long PDF is read as the system reads it, in shares
    over the processors, and by one child; everything else by one child. Needs the extra ``ocr``."""
    with _own_folder() as folder:
        return {"text": _text(folder), "case": _case(folder), "scans": _scans(folder, pages)}
