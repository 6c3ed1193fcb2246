"""Pages of Word documents, which only a layout engine knows: LibreOffice, where it is installed.

Each Word file is set as PDF, and the words that a fact quotes are looked for on its pages.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from casefiles.extract.flat import fold
from casefiles.reading import Problem, read_file
from scoring_rules import Fact

SECONDS = 60
_WORD = (".docx", ".doc")


def office() -> str | None:
    """The program that sets Word files, from ANHENG_OFFICE or the search path."""
    return os.environ.get("ANHENG_OFFICE") or shutil.which("soffice") or shutil.which("libreoffice")


def page_texts(path: Path, program: str) -> list[str]:
    """The folded text of every page of a Word file; empty where it could not be set."""
    with tempfile.TemporaryDirectory(prefix="anheng-pages-") as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            program,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(path),
        ]
        try:
            subprocess.run(command, timeout=SECONDS, check=True, capture_output=True)  # noqa: S603 - chosen by the administrator
        except (subprocess.SubprocessError, OSError):
            return []
        made = Path(folder) / f"{path.stem}.pdf"
        if not made.exists():
            return []
        return [fold(page.text).replace("\n", "") for page in read_file(made, made.name, ocr=False).pages]


def with_pages(facts: Mapping[str, Fact], paths: Mapping[str, Path]) -> tuple[dict[str, Fact], list[Problem]]:
    """The facts with pages for what stands in Word files, and a problem where that cannot be done."""
    words = {name: path for name, path in paths.items() if name.lower().endswith(_WORD)}
    program = office()
    if not words:
        return dict(facts), []
    if program is None:
        what = "本机没有安装 LibreOffice，Word 文书只能给出段落和单元格，给不出页码"
        return dict(facts), [Problem("Word 文书", what, "请安装 LibreOffice，或导出 PDF 后再检查")]
    texts = {name: page_texts(path, program) for name, path in words.items()}
    return {name: _paged(fact, texts) for name, fact in facts.items()}, []


def _paged(fact: Fact, texts: Mapping[str, list[str]]) -> Fact:
    pages = texts.get(fact.file or "")
    if not pages or fact.page is not None or not fact.quote:
        return fact
    words = fold(fact.quote.rstrip("…")).replace("\n", "")[:60]
    page = next((number for number, text in enumerate(pages, 1) if words and words in text), None)
    return Fact(**{**{key: getattr(fact, key) for key in Fact.__slots__}, "page": page})
