"""Search over the pages of case files: words to pages to case files, with the passage about each hit.

The index says which pages hold the words; office, kind, year and status are asked of the database, so
nobody learns of a page they may not see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import select as sql_select
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


@dataclass(frozen=True, slots=True)
class Found:
    """A case file with its first hits; ``more`` are hits beyond those shown."""

    case: CaseFile
    hits: list[Hit]
    more: int


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
    """The case files whose pages hold all the words, newest first; ``filters`` are database conditions.

    Where the words stand is asked of all hits; the texts are read of those that are shown.
    """
    wanted = words(text)
    places: dict[str, list[tuple[str, int, str]]] = {}
    for keys in engine.find(session, wanted) if wanted else ():
        for case_id, *place in _places(session, keys, filters):
            places.setdefault(case_id, []).append((place[0], place[1] or 0, place[2]))
    shown = {case: sorted(places[case])[:HITS_A_CASE] for case in sorted(places, reverse=True)[:CASES]}
    hits = _hits(session, [key for own in shown.values() for *_, key in own], wanted)
    cases = session.exec(select(CaseFile).where(col(CaseFile.id).in_(shown))).all()
    return [
        Found(case, [hits[key] for *_, key in shown[case.id]], len(places[case.id]) - len(shown[case.id]))
        for case in sorted(cases, key=lambda case: case.id, reverse=True)
    ]


def case_ids(session: Session, engine: Engine, text: str, limit: int = 2000) -> list[str]:
    """The ids of case files with a page that holds the words; for the text filter of the list."""
    wanted, found = words(text), dict[str, None]()
    for keys in engine.find(session, wanted) if wanted else ():
        query = select(PageText.case_id).where(col(PageText.id).in_(keys)).distinct()
        found.update(dict.fromkeys(session.exec(query)))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _places(session: Session, keys: list[str], filters: Sequence[Any]) -> Iterable[Any]:
    """(case file, file name, page, key) of the pages one may see."""
    columns = (CaseFile.id, StoredFile.name, PageText.page, PageText.id)
    query = (
        sql_select(*columns)  # type: ignore[call-overload]
        .select_from(PageText)
        .join(CaseFile, col(CaseFile.id) == col(PageText.case_id))
        .join(StoredFile, col(StoredFile.id) == col(PageText.file_id))
        .where(col(PageText.id).in_(keys[:BATCH]), col(StoredFile.removed_at).is_(None), *filters)
    )
    return session.connection().execute(query)


def _hits(session: Session, keys: Sequence[str], wanted: list[str]) -> dict[str, Hit]:
    query = select(PageText, StoredFile.name).join(StoredFile, col(StoredFile.id) == col(PageText.file_id))
    return {
        page.id: Hit(page.file_id, name, page.page, tuple(snippet(page.text, wanted)))
        for page, name in session.exec(query.where(col(PageText.id).in_(keys)))
    }
