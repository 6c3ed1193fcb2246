"""Law texts of the running system: what ``anheng laws import`` was given, one file per registered text.

The repository holds no law texts. An office imports those it has; they lie under the program's data
folder (``laws/<law>/<text>.json``) and only serve to open an article from a finding or a rule.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .citation import numeral

_NUMBERS = {numeral(number): number for number in range(1, 2000)}
_ARTICLE = re.compile(r"^第([零一二三四五六七八九十百千]+)条(之[一二三四五六七八九十])?[\s　]*")
_ID = re.compile(r"[a-z0-9-]+")
_FILE = re.compile(r"[^/\\.\x00]{1,40}")


class Article(NamedTuple):
    """One article: ``number``, its suffix (之一) where inserted later, and its paragraphs and items as
    lines. ``heading`` is the chapter or section that begins with it, empty for the others."""

    number: int
    suffix: str
    lines: tuple[str, ...]
    heading: str = ""

    @property
    def label(self) -> str:
        """第六十条, 第十七条之一."""
        return f"第{numeral(self.number)}条{self.suffix}"


class ImportedText(NamedTuple):
    """A text as imported: the law's title in the file, the file's name and hash, and its articles."""

    title: str
    file: str
    sha256: str
    articles: tuple[Article, ...]


def folder_of(var: Path | None = None) -> Path:
    """Where imported texts lie: under ``var``, by default ``ANHENG_VAR``."""
    return (var or Path(os.environ.get("ANHENG_VAR", "var"))) / "laws"


def read_articles(text: str) -> Iterable[Article]:
    """The articles of a text in Markdown: an article begins a line with 第…条, headings begin with #."""
    current: tuple[int, str, list[str], str] | None = None
    headings: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        found = _ARTICLE.match(line)
        if line.startswith("#"):
            headings.append(line.lstrip("# ").strip())
        elif found and found.group(1) in _NUMBERS:
            if current is not None:
                yield _article(current)
            chapter = "　".join(headings if current is not None else headings[1:])
            current, headings = (
                (_NUMBERS[found.group(1)], found.group(2) or "", [line[found.end() :]], chapter),
                [],
            )
        elif line and not line.startswith("<!--") and current is not None:
            current[2].append(line)
    if current is not None:
        yield _article(current)


def _article(parts: tuple[int, str, list[str], str]) -> Article:
    return Article(parts[0], parts[1], tuple(line for line in parts[2] if line), parts[3])


def keep_text(folder: Path, law: str, text: str, source: Path, title: str) -> Path:
    """Store the text of a file as the text ``text`` of a registered law; an earlier import is replaced."""
    content = source.read_text(encoding="utf-8")
    kept = {
        "title": title, "file": source.name, "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "articles": [list(article) for article in read_articles(content)],
    }  # fmt: skip
    target = folder / law / f"{text}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    part.replace(target)
    return target


def imported_text(folder: Path, law: str, text: str) -> ImportedText | None:
    """The text as imported; ``None`` where it was not, or where the file kept of it cannot be read."""
    if not _ID.fullmatch(law) or not _FILE.fullmatch(text):
        return None
    try:
        return _imported(json.loads((folder / law / f"{text}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _imported(data: Mapping[str, Any]) -> ImportedText:
    articles = tuple(
        Article(int(number), str(suffix), tuple(map(str, lines)), str(heading))
        for number, suffix, lines, heading in data["articles"]
    )
    return ImportedText(str(data["title"]), str(data["file"]), str(data["sha256"]), articles)


def imported_keys(folder: Path) -> frozenset[tuple[str, str]]:
    """Law and text of everything imported."""
    return frozenset((path.parent.name, path.stem) for path in folder.glob("*/*.json"))
