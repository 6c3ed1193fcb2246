"""The law register: which text of a law was in force when, how long it is, and what it is called.

``laws/*.yaml`` holds names, dates and article counts, never the text itself. A file is one law or a
list of laws: ``{id, name, short, aliases, versions: [{text, from, to, articles}], maps}``.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from .home import ROOT
from .source import load_plain

FOLDER = ROOT / "laws"
_DROP = str.maketrans("", "", "《》〈〉<>〔〕[]（）() \u3000\t\n")


def law_key(name: str) -> str:
    """A law's name without brackets, blanks and 中华人民共和国."""
    return unicodedata.normalize("NFKC", name).translate(_DROP).replace("中华人民共和国", "")


@dataclass(frozen=True, slots=True)
class LawText:
    """One text of a law; ``articles`` is the number of its last article, ``None`` where not known.
    ``structure``: article → the number of items in each of its paragraphs, empty where not recorded."""

    text: str
    start: date | None
    end: date | None
    articles: int | None
    structure: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Law:
    """A law with its texts; ``maps`` are article maps old → new by name ("2017→2021")."""

    id: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    texts: tuple[LawText, ...] = ()
    maps: Mapping[str, Any] = field(default_factory=dict)

    def on(self, day: date) -> LawText | None:
        """The text in force on a day."""
        for text in self.texts:
            if (text.start is None or text.start <= day) and (text.end is None or day <= text.end):
                return text
        return None


class LawRegister:
    """Laws by any of their names."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self.laws = tuple(laws)
        self._by: dict[str, Law] = {}
        for law in self.laws:
            for name in (law.id, law.name, law.short, *law.aliases):
                self._by.setdefault(law_key(name), law)
        self._same: dict[tuple[str, str], bool] = {}

    def find(self, name: str) -> Law | None:
        """The law of that name, short name, alias or id, in any bracket form."""
        return self._by.get(law_key(name))

    def same(self, one: str, other: str) -> bool:
        """Whether two names mean one law; two unregistered names are compared as text."""
        pair = (one, other)
        if pair not in self._same:
            if len(self._same) > 10_000:
                self._same.clear()
            left, right = self.find(one), self.find(other)
            plain = law_key(one) == law_key(other)
            self._same[pair] = plain or (left is not None and left is right)
        return self._same[pair]

    def text_on(self, name: str, day: date) -> str | None:
        law = self.find(name)
        text = law.on(day) if law else None
        return text.text if text else None

    def has_article(self, name: str, article: int, day: date) -> bool | None:
        law = self.find(name)
        if law is None or not law.texts:
            return None
        text = law.on(day)
        if text is None:
            return False if all(entry.start and day < entry.start for entry in law.texts) else None
        return None if text.articles is None else 1 <= article <= text.articles


def _law(entry: Mapping[str, Any]) -> Law:
    return Law(
        id=str(entry["id"]),
        name=entry["name"],
        short=entry.get("short") or entry["name"],
        aliases=tuple(entry.get("aliases") or ()),
        texts=tuple(
            LawText(
                str(text["text"]),
                text.get("from"),
                text.get("to"),
                text.get("articles"),
                {int(number): tuple(items) for number, items in (text.get("structure") or {}).items()},
            )
            for text in entry.get("versions") or ()
        ),
        maps=entry.get("maps") or {},
    )


@cache
def law_register() -> LawRegister:
    """The register of the repository."""
    laws: list[Law] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        data = load_plain(path) or []
        laws.extend(_law(entry) for entry in (data if isinstance(data, list) else [data]))
    return LawRegister(laws)
