"""The case file as a bound volume: the inventory with page numbers, then every page in order, for the printer."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts import Office, current_user
from casefiles.access import reach
from casefiles.deskview import Sheet, sheets
from casefiles.layout import documents_of
from casefiles.models import CaseFile, StoredFile
from casefiles.reading import read_files
from casefiles.store import files_of
from casefiles.words import Block, blocks, masked
from foundation import web

VIEWS = ("bound",)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in the volume: its first and last page number there; ``words`` where it has no page images."""

    sheet: Sheet
    first: int
    last: int
    words: list[Block]


def bound(case_id: str) -> ResponseReturnValue:
    """目录 and pages, numbered through; the browser prints it or keeps it as PDF."""
    case, session = reach(case_id), web.session()
    files = {stored.id: stored for stored in files_of(session, case.id)}
    papers = _numbered(case, sheets(documents_of(session, case.id), files), files)
    office = session.get_one(Office, case.office_id)
    return render_template("casefiles/bound.html", case=case, papers=papers, office=office.name)


def _numbered(case: CaseFile, found: Sequence[Sheet], files: dict[str, StoredFile]) -> list[Paper]:
    """Page numbers through the volume; a Word file counts the pages it says it has."""
    words = _words(case, found, files)
    papers, number = [], 1
    for sheet in found:
        count = sum(1 if page.page else files[str(page.file)].page_count or 1 for page in sheet.pages) or 1
        papers.append(Paper(sheet, number, number + count - 1, words.get(sheet.document.file_id, [])))
        number += count
    return papers


def _words(case: CaseFile, found: Sequence[Sheet], files: dict[str, StoredFile]) -> dict[str, list[Block]]:
    """The content of the files without page images, read together."""
    whole = {
        str(page.file): files[str(page.file)] for sheet in found for page in sheet.pages if not page.page
    }
    told = {key: stored for key, stored in whole.items() if stored.state in ("read", "kept")}
    store, own = web.blob_store(), case.office_id == current_user().office_id
    read = read_files([(store.path(stored.sha256), stored.name) for stored in told.values()], ocr=False)
    shown = {key: blocks(item) for key, item in zip(told, read, strict=True)}
    return shown if own else {key: masked(item) for key, item in shown.items()}
