"""Between the rows and the reader: readings to documents, documents back to the pieces facts are read from.

The clerk's layout wins: once somebody changed it, only files that no document covers are proposed anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, select

from casefiles.kinds import Piece, split
from casefiles.layout import documents_of
from casefiles.models import CaseFile, Document, StoredFile
from casefiles.reading import ReadFile

Papers = Mapping[str, Sequence[Piece]]


def propose(session: Session, case: CaseFile, stored: Sequence[StoredFile], read: Sequence[ReadFile]) -> int:
    """Documents for the files that have none yet; a machine layout is replaced, a clerk's is added to.

    Returns how many documents were entered.
    """
    ids = {item.name: item.id for item in stored}
    standing = documents_of(session, case.id)
    if not case.layout_by_hand:
        for document in standing:
            session.delete(document)
        session.flush()
        standing = []
    covered = {str(part[0]) for document in standing for part in document.parts}
    position = len(standing)
    entered = 0
    for piece, number in _numbered(split(read)):
        file_id = ids.get(piece.file)
        if file_id is None or file_id in covered:
            continue
        session.add(_document(case.id, file_id, piece, number, position + entered))
        entered += 1
    if entered or not case.layout_by_hand:
        case.layout += 1
        session.add(case)
    session.flush()
    return entered


def forget_files(session: Session, case: CaseFile, gone: Iterable[str]) -> None:
    """Take the pages of removed files out of the documents; a document left without pages goes too."""
    lost = set(gone)
    for document in documents_of(session, case.id):
        parts = [part for part in document.parts if str(part[0]) not in lost]
        if len(parts) == len(document.parts):
            continue
        if parts:
            document.parts, document.file_id = parts, str(parts[0][0])
            session.add(document)
        else:
            session.delete(document)
    case.layout += 1
    session.add(case)
    session.flush()


def pieces_of(
    session: Session, case: CaseFile, stored: Sequence[StoredFile], read: Sequence[ReadFile]
) -> list[Piece]:
    """The pieces as the documents stand now: the clerk's kinds, titles and cuts over the read lines."""
    proposed = split(read)
    if not case.layout_by_hand:
        return proposed
    names = {item.id: item.name for item in stored}
    files = {item.name: item for item in read}
    papers: dict[str, list[Piece]] = defaultdict(list)
    for piece in proposed:
        papers[piece.file].append(piece)
    return [
        piece
        for document in documents_of(session, case.id)
        for part in document.parts
        if (name := names.get(str(part[0]))) in files
        for piece in [_piece(document, part, files[name], papers[name])]
    ]


def _numbered(pieces: Iterable[Piece]) -> list[tuple[Piece, int]]:
    """Each piece with its number among the papers of its file, from 1."""
    seen: dict[str, int] = defaultdict(int)
    numbered = []
    for piece in pieces:
        seen[piece.file] += 1
        numbered.append((piece, seen[piece.file]))
    return numbered


def paged(piece: Piece) -> bool:
    """Whether the piece's pages can be shown as page images."""
    return piece.pages is not None and piece.media in ("pdf", "image", "ofd")


def _document(case_id: str, file_id: str, piece: Piece, number: int, position: int) -> Document:
    first, last = piece.pages if piece.pages and paged(piece) else (-number, -number)
    return Document(
        case_id=case_id,
        file_id=file_id,
        kind=piece.kind or "other",
        title=piece.title[:300],
        parts=[[file_id, first, last]],
        position=position,
        confidence=piece.certainty,
    )


def _piece(document: Document, part: Sequence[Any], read: ReadFile, papers: Sequence[Piece]) -> Piece:
    first, last = int(part[1]), int(part[2])
    if first < 1:
        paper = papers[min(-first, len(papers)) - 1]
        return replace(paper, kind=document.kind, title=document.title)
    pages = [page for page in read.pages if page.number is not None and first <= page.number <= last]
    base = papers[0]
    return replace(
        base,
        kind=document.kind,
        title=document.title,
        pages=(first, last),
        lines=tuple(line for page in pages for line in page.lines),
        marks=tuple(mark for page in pages for mark in page.marks),
        source=pages[0].source if pages else base.source,
        certainty=1.0 if document.by else base.certainty,
    )


def kinds_present(session: Session, case_id: str) -> frozenset[str]:
    """The document kinds of a case file as its documents stand; what is not known to be anything is none."""
    found = session.exec(select(Document.kind).where(Document.case_id == case_id).distinct())
    return frozenset(found) - {"other", "unreadable"}
