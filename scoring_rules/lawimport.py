"""Comparing a folder of law texts with the register: names, dates of effect, article counts.

A file is ``<name>(<date>).md`` with articles as 第…条 at the beginning of a paragraph. The register never
holds the text; the running system keeps it apart (``lawtexts``).
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

from .citation import numeral
from .lawbook import Law, law_register
from .lawtexts import keep_text

_NUMBERS = {numeral(number): number for number in range(1, 2000)}
_ARTICLE = re.compile(r"^第([零一二三四五六七八九十百千]+)条(之[一二三四五六七八九十])?[\s　]", re.MULTILINE)
_EFFECT = re.compile(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施)")


def import_folder(folder: Path, into: Path | None = None) -> list[dict[str, Any]]:
    """One entry per text: the registered law and text it belongs to, its article count and dates as
    read, and in ``note`` what differs from the register (empty when all agrees). ``into`` is where texts
    the register knows are kept; ``None`` only compares."""
    entries = []
    for path in sorted(folder.glob("*.md")):
        entry = _entry(path)
        entry["kept"] = into is not None and bool(entry["law"] and entry["text"])
        if into is not None and entry["kept"]:
            keep_text(into, entry["law"], entry["text"], path, entry["title"])
        entries.append(entry)
    return entries


def _entry(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    title = next(
        (line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("# ")), path.stem
    )
    law = law_register().find(title) or law_register().find(path.stem.rsplit("(", 1)[0])
    numbers = [_NUMBERS[found.group(1)] for found in _ARTICLE.finditer(text) if found.group(1) in _NUMBERS]
    articles = max(numbers, default=0)
    effect = [date(*map(int, found.groups())) for found in _EFFECT.finditer(text)]
    day = max(effect, default=None)
    note, label = _compare(law, articles, day, path)
    gaps = sorted(set(range(1, articles + 1)) - set(numbers))
    return {"file": path.name, "title": title, "law": law.id if law else None, "text": label, "articles": articles,
            "in_force": day.isoformat() if day else None, "missing_articles": gaps, "note": note}  # fmt: skip


def _compare(law: Law | None, articles: int, day: date | None, path: Path) -> tuple[str, str]:
    if law is None:
        return "登记簿没有此法；在 laws/ 加一个文件", ""
    found = re.search(r"\((\d{4}-\d{2}-\d{2})\)", path.name)
    passed = date.fromisoformat(found.group(1)) if found else day
    # An amended law still ends with the day its first text took effect: the year passed goes first.
    named = [t for t in law.texts if passed is not None and t.text == str(passed.year)]
    by_effect = [t for t in law.texts if day is not None and t.start == day]
    later = [t for t in law.texts if passed is not None and t.start is not None and t.start >= passed]
    held = [t for t in law.texts if passed is not None and law.on(passed) is t]
    text = next(iter([*named, *by_effect, *(held if day else later), *later, *held]), None)
    if text is None:
        return "登记簿没有这一文本；补一个 versions 条目", ""
    if text.articles is not None and text.articles != articles:
        return f"登记为 {text.articles} 条，文本读出 {articles} 条；核对", text.text
    return "", text.text
