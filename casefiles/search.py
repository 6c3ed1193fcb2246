"""Search over the pages of case files: words to pages to case files, with the passage about each hit.

The index says which pages hold the words; office, kind, year and status are asked of the database, so
nobody learns of a page they may not see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine as Database
from sqlmodel import Session, col, delete, select

from casefiles.engines import BATCH, Engine, PostgresEngine, WhooshEngine
from casefiles.grams import Passage, snippet, words
from casefiles.models import CaseFile, PageText, StoredFile
from foundation import settings as settings_

HITS_A_CASE = 3
CASES = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that holds the words: where it is and the passage about the first of them."""

    file_id: str
    file: str
    page: int | None
    passages: tuple[Passage, ...]


@dataclass(slots=True)
class Found:
    """A case file with its first hits; ``more`` are hits beyond those shown."""

    case: CaseFile
    hits: list[Hit] = field(default_factory=list)
    more: int = 0


def engine_for(settings: settings_.Settings, database: Database | None = None) -> Engine:
    """The index of this installation: GIN on PostgreSQL, a Whoosh folder beside SQLite."""
    if settings.database_url.startswith("postgresql"):
        return PostgresEngine()
    return WhooshEngine(settings.var / "search")


def page_rows(stored: StoredFile, pages: Iterable[tuple[int | None, str]]) -> list[PageText]:
    """The texts of a file's pages as rows; empty pages have none."""
    return [
        PageText(case_id=stored.case_id, file_id=stored.id, page=number, text=text)
        for number, text in pages
        if text.strip()
    ]


def enter_pages(session: Session, file_ids: Sequence[str], rows: Iterable[PageText]) -> None:
    """Replace the page texts of the named files by rows that the index has been told of."""
    session.exec(delete(PageText).where(col(PageText.file_id).in_(file_ids)))
    session.add_all(rows)
    session.flush()


def remove_files(session: Session, engine: Engine, file_ids: Sequence[str]) -> None:
    """Take files out of search."""
    engine.publish(file_ids, [])
    enter_pages(session, file_ids, [])


def rebuild(session: Session, engine: Engine) -> int:
    """Make the index anew from the stored page texts; returns the number of pages."""
    engine.clear(session)
    count, last = 0, ""
    while True:
        query = select(PageText).where(col(PageText.id) > last).order_by(col(PageText.id)).limit(2000)
        batch = list(session.exec(query))
        if not batch:
            return count
        engine.publish([], batch)
        session.add_all(batch)
        session.flush()
        count, last = count + len(batch), batch[-1].id


def search(session: Session, engine: Engine, text: str, filters: Sequence[Any]) -> list[Found]:
    """The case files whose pages hold all the words, newest first; ``filters`` are database conditions."""
    wanted = words(text)
    if not wanted:
        return []
    found: dict[str, Found] = {}
    for keys in engine.find(session, wanted):
        for row in _rows(session, keys, filters):
            _collect(found, row, wanted)
    ordered = sorted(found.values(), key=lambda item: item.case.id, reverse=True)
    return ordered[:CASES]


def case_ids(session: Session, engine: Engine, text: str, limit: int = 2000) -> list[str]:
    """The ids of case files with a page that holds the words; for the text filter of the list."""
    wanted, found = words(text), dict[str, None]()
    for keys in engine.find(session, wanted) if wanted else ():
        query = select(PageText.case_id).where(col(PageText.id).in_(keys)).distinct()
        found.update(dict.fromkeys(session.exec(query)))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _rows(session: Session, keys: list[str], filters: Sequence[Any]) -> list[Any]:
    query = (
        select(PageText, CaseFile, StoredFile)
        .join(CaseFile, col(CaseFile.id) == col(PageText.case_id))
        .join(StoredFile, col(StoredFile.id) == col(PageText.file_id))
        .where(col(PageText.id).in_(keys[:BATCH]), col(StoredFile.removed_at).is_(None), *filters)
        .order_by(col(CaseFile.id).desc(), col(StoredFile.name), col(PageText.page))
    )
    return list(session.exec(query))


def _collect(found: dict[str, Found], row: Any, wanted: list[str]) -> None:
    page, case, stored = row
    entry = found.setdefault(case.id, Found(case))
    if len(entry.hits) >= HITS_A_CASE:
        entry.more += 1
        return
    passages = tuple(snippet(page.text, wanted))
    entry.hits.append(Hit(stored.id, stored.name, page.page, passages))
