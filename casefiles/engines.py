"""The two search indexes behind one small face: Whoosh in a folder, PostgreSQL GIN in the database.

An index only answers which pages hold all the words; who may see them, and every other filter, is the
database's business. Both indexes hold nothing that cannot be rebuilt from the ``page_text`` table.
"""

import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from whoosh import index as whoosh_index
from whoosh.analysis.acore import Token
from whoosh.analysis.tokenizers import Tokenizer
from whoosh.fields import ID, TEXT, Schema
from whoosh.query.compound import And
from whoosh.query.positional import Phrase
from whoosh.query.terms import Prefix, Term

from casefiles.grams import grams, plain
from casefiles.models import PageText

BATCH = 500
MOST = 20_000
"""Pages that one search may find."""


class Engine(Protocol):
    """What search needs of an index: put pages in, take a case file's pages out, ask for keys."""

    def publish(self, file_ids: Iterable[str], pages: Iterable[PageText]) -> None: ...

    def clear(self, session: Session) -> None: ...

    def find(self, session: Session, words: list[str]) -> Iterator[list[str]]: ...


class PairTokenizer(Tokenizer):
    """Whoosh tokens for ``grams``: positions count pairs, so a phrase is a run of neighbours. The last
    character stands alone once more, so that every single character begins some token."""

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        token = Token(positions=positions)
        run = plain(value)
        for place, pair in enumerate([*grams(run), *run[-1:]], start_pos):
            token.text, token.boost, token.stopped = pair, 1.0, False
            if positions:
                token.pos = place
            yield token


class WhooshEngine:
    """The embedded index: one folder, one writer at a time; readers see the last commit."""

    schema = Schema(key=ID(unique=True, stored=True), file=ID, body=TEXT(analyzer=PairTokenizer()))

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _open(self) -> Any:
        self.folder.mkdir(parents=True, exist_ok=True)
        if whoosh_index.exists_in(str(self.folder)):
            return _opened(str(self.folder))
        return whoosh_index.create_in(str(self.folder), self.schema)

    def _writer(self) -> Any:
        return self._open().writer(limitmb=64, timeout=30.0)

    def publish(self, file_ids: Iterable[str], pages: Iterable[PageText]) -> None:
        """Replace all pages of the named files by the given ones, in one commit.

        Done before the rows are committed: an entry whose row never came finds nothing, and the next try
        replaces it.
        """
        writer = self._writer()
        try:
            for file_id in file_ids:
                writer.delete_by_term("file", file_id)
            for page in pages:
                writer.add_document(key=page.id, file=page.file_id, body=page.text)
        except BaseException:
            writer.cancel()
            raise
        writer.commit()

    def clear(self, session: Session) -> None:
        """Start an empty index in place of what is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _opened.cache_clear()
        whoosh_index.create_in(str(self.folder), self.schema)

    def find(self, session: Session, words: list[str]) -> Iterator[list[str]]:
        """Keys of the pages that hold every word as a phrase, in batches; no hit is weighed against another."""
        searcher = _searcher(self._open())
        found = islice(searcher.docs_for_query(And([_phrase(word) for word in words])), MOST)
        while batch := [searcher.stored_fields(place)["key"] for place in islice(found, BATCH)]:
            yield batch


_searchers = threading.local()


def _searcher(index: Any) -> Any:
    """This thread's searcher on the index as last committed: opening one costs more than most searches, and
    one may not be shared because its files have cursors."""
    held: dict[str, Any] = _searchers.__dict__.setdefault("held", {})
    folder = str(index.storage.folder)
    known = held.get(folder)
    held[folder] = known.refresh() if known is not None else index.searcher()
    return held[folder]


@lru_cache(maxsize=8)
def _opened(folder: str) -> Any:
    return whoosh_index.open_dir(folder)


def _phrase(word: str) -> Any:
    if len(word) == 1:
        return Prefix("body", word)
    pairs = grams(word)
    if len(pairs) == 1:
        return Term("body", pairs[0])
    return Phrase("body", pairs)


class PostgresEngine:
    """The same pairs in a GIN-indexed array column of ``page_text``; neighbours checked on the run."""

    def publish(self, file_ids: Iterable[str], pages: Iterable[PageText]) -> None:
        """Fill the pair column; the rows themselves are the index."""
        for page in pages:
            page.plain = plain(page.text)
            page.grams = sorted(set(grams(page.plain)))

    def clear(self, session: Session) -> None:
        """Nothing beside the rows to remove."""

    def find(self, session: Session, words: list[str]) -> Iterator[list[str]]:
        """Keys of the pages that hold every word, in batches."""
        found = [str(key) for key in session.scalars(_postgres_query(words))]
        for at in range(0, len(found), BATCH):
            yield found[at : at + BATCH]


def _postgres_query(words: list[str]) -> Select[tuple[str]]:
    wanted = select(PageText.id).limit(MOST)  # type: ignore[call-overload]
    pairs = sorted({pair for word in words if len(word) > 1 for pair in grams(word)})
    column = PageText.__table__.c.grams  # type: ignore[attr-defined]
    run = PageText.__table__.c.plain  # type: ignore[attr-defined]
    if pairs:
        wanted = wanted.where(column.op("@>")(pairs))
    for word in words:
        wanted = wanted.where(func.strpos(run, word) > 0)
    result: Select[tuple[str]] = wanted
    return result
