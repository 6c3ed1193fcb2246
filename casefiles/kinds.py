"""What document a file or a stretch of pages is, and where in a bound volume one ends and the next begins.

A document begins at its title: a short line near the top of a page, alone or under the letterhead, that names
a kind. Where no title is read, the file name and then the inventory give a hint. Pages without a title go on
with the document before them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from casefiles.extract.flat import fold
from casefiles.extract.titles import LOOSE, is_letterhead, kind_of_content, kind_of_misread, kind_of_title
from casefiles.hints import fill_from_inventory
from casefiles.reading import is_separator
from casefiles.reading.model import Line, Mark, Page, ReadFile

_ANY_APPLICATION = "licence_application"
HEAD_LINES = 7
"""So many lines of a page are looked at for a title."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a case file.

    ``pages`` are the first and last page within ``file``, ``None`` for recordings and sheets. ``certainty`` says
    how sure the kind is; ``by`` what showed it: title | content | name | inventory | none.
    """

    kind: str
    title: str
    file: str
    pages: tuple[int, int] | None
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    certainty: float = 1.0
    by: str = "title"
    media: str = "text"
    source: str = "text"
    sheets: dict[str, list[list[str]]] = field(default_factory=dict)
    properties: dict[str, object] = field(default_factory=dict)
    sha256: str = ""


@dataclass(slots=True)
class _Draft:
    kind: str
    title: str
    by: str
    certainty: float
    first: int | None
    last: int | None
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    source: str = "text"
    numbered: tuple[int, int] | None = None


def split(files: Iterable[ReadFile]) -> list[Piece]:
    """The documents of the read files, in the order in which they stand."""
    pieces = [piece for file in files for piece in _split_file(file)]
    return _in_company(fill_from_inventory([_with_hint(piece) for piece in pieces]))


def _in_company(pieces: list[Piece]) -> list[Piece]:
    """A 现场笔录 beside a decision or list of seizure is the record of the measure, not of an inspection."""
    if not any(piece.kind in ("coercion_decision", "seizure_list") for piece in pieces):
        return pieces
    return [
        replace(piece, kind="scene_record")
        if piece.kind == "inspection_record" and not re.search("检查|勘验|勘察", piece.title)
        else piece
        for piece in pieces
    ]


def _split_file(file: ReadFile) -> Iterator[Piece]:
    if file.outcome == "ignored":
        return
    if file.media == "recording":
        yield Piece(
            "recording",
            _stem(file.name),
            file.name,
            None,
            media=file.media,
            properties=file.properties,
            sha256=file.sha256,
        )
    elif file.media == "xlsx":
        yield _sheet(file)
    elif file.outcome not in ("read", "kept") or not file.pages:
        kind = "unreadable" if file.outcome in ("refused", "quarantined") else "other"
        yield Piece(
            kind,
            _stem(file.name),
            file.name,
            None,
            by="none",
            media=file.media,
            properties=file.properties,
            sha256=file.sha256,
        )
    else:
        for draft in _drafts(file):
            yield _piece(file, draft)


def _sheet(file: ReadFile) -> Piece:
    codes = {cell for rows in file.sheets.values() for row in rows[:6] for cell in row}
    published = any(str(code).startswith(("CF_", "XK_")) for code in codes) or "公示" in file.name
    kind = "publicity_record" if published else "other"
    return Piece(
        kind,
        _stem(file.name),
        file.name,
        None,
        by="content",
        media=file.media,
        sheets=file.sheets,
        sha256=file.sha256,
    )


def _drafts(file: ReadFile) -> list[_Draft]:
    drafts: list[_Draft] = []
    parted = False
    for page in file.pages:
        if page.blank and not page.lines:
            continue
        if is_separator(page):
            parted = True
            continue
        if not page.lines and page.source == "none" and page.number is not None:
            drafts.append(_Draft("unreadable", "", "none", 0.5, page.number, page.number, source=page.source))
            continue
        for part in _page_parts(page, file.media):
            head = _head(part, page.source)
            before = drafts[-1] if drafts and not parted else None
            parted = False
            if before and (head is None or _goes_on(before, head, part)):
                _extend(before, page, part)
            else:
                kind, title, certainty = head or ("", "", 0.0)
                by = "title" if head else "none"
                drafts.append(
                    _Draft(kind, title, by, certainty, page.number, page.number, source=page.source)
                )
                _extend(drafts[-1], page, part)
    if drafts and file.media in ("docx", "doc", "text"):
        _mark_docx(drafts, file.pages)
    return drafts


def _extend(draft: _Draft, page: Page, part: Sequence[Line]) -> None:
    draft.lines.extend(part)
    draft.last = page.number
    draft.marks.extend(mark for mark in page.marks if mark not in draft.marks and page.number is not None)


def _mark_docx(drafts: list[_Draft], pages: Sequence[Page]) -> None:
    """Marks of a file without pages go to the part that holds their paragraph."""
    marks = [mark for page in pages for mark in page.marks]
    for draft in drafts:
        places = {line.at for line in draft.lines}
        draft.marks = [mark for mark in marks if len(drafts) == 1 or mark.at in places]


def _page_parts(page: Page, media: str) -> Iterator[list[Line]]:
    """A page, cut where a further title stands under other text (several papers in one Word file)."""
    body = [line for line in page.lines if line.kind not in ("header", "footer")]
    if media not in ("docx", "doc", "text"):
        yield list(page.lines)
        return
    cuts = [0]
    for index, line in enumerate(body):
        if index > cuts[-1] + 3 and line.kind != "cell" and _title(line) and _opens(body, index):
            start = index - 1 if is_letterhead(fold(body[index - 1].text)) else index
            cuts.append(start)
    for start, end in zip(cuts, [*cuts[1:], len(body)], strict=True):
        yield body[start:end]


def _opens(body: Sequence[Line], index: int) -> bool:
    return is_letterhead(fold(body[index - 1].text)) or (
        index + 1 < len(body) and len(fold(body[index + 1].text)) < 40
    )


def _title(line: Line) -> tuple[str, float] | None:
    text = fold(line.text).replace("\n", "")
    return kind_of_title(text) if 2 <= len(text) <= 48 else None


def _head(lines: Sequence[Line], source: str = "text") -> tuple[str, str, float] | None:
    """The title among the first lines of a page: kind, words, certainty. A line that only has words of a title in it
    (the name of a series of forms) gives way to one below that is a title."""
    loose: tuple[str, str, float] | None = None
    body = [line for line in lines if line.kind not in ("header", "footer", "cell") and not _is_folio(line)]
    for index, line in enumerate(body):
        text = fold(line.text).replace("\n", "")
        if index >= HEAD_LINES or len(text) > 60:
            break
        found = _title(line)
        if not found and index + 1 < len(body) and len(text) < 24 and not is_letterhead(text):
            found = _broken(text, body[index + 1])
            text = text + fold(body[index + 1].text).replace("\n", "") if found else text
        if not found and source == "ocr" and not is_letterhead(text):
            found = kind_of_misread(text)
        if found:
            head = found[0], text, min(found[1], max(line.confidence, 0.5))
            if found[1] > LOOSE:
                return head
            loose = loose or head
        if re.search(r"[：:].{6,}|[，。；]", text):
            break
    return loose


def _broken(text: str, below: Line) -> tuple[str, float] | None:
    """The kind of a title broken over two lines. "…申请书" takes whatever no other kind claims, so what stands
    above a title of its own (the name of a series of forms) must not make an application of it."""
    joined = text + fold(below.text).replace("\n", "")
    found = kind_of_title(joined) if len(joined) <= 40 else None
    alone = _title(below)
    claimed = found and found[0] == _ANY_APPLICATION and alone and alone[0] != _ANY_APPLICATION
    return None if claimed else found


def _is_folio(line: Line) -> bool:
    return bool(
        re.fullmatch(r"[-—\s]*(?:第?\s*[0-9]{1,4}\s*页?)(?:\s*共\s*[0-9]+\s*页)?[-—\s]*", fold(line.text))
    )


_SHEET_OF = re.compile(r"第([0-9]{1,2})页，?共([0-9]{1,2})页")


def _goes_on(before: _Draft, head: tuple[str, str, float], part: Sequence[Line]) -> bool:
    """Whether a page that repeats the title of the document before it is a further page of that document."""
    if before.kind != head[0] or fold(before.title) != fold(head[1]):
        return False
    earlier = _SHEET_OF.search(fold("".join(line.text for line in before.lines[-8:])))
    here = _SHEET_OF.search(fold("".join(line.text for line in part)))
    if earlier and here:
        return int(here[1]) == int(earlier[1]) + 1
    return before.kind == "inventory"


def _piece(file: ReadFile, draft: _Draft) -> Piece:
    pages: tuple[int, int] | None = None
    if draft.first is not None and draft.last is not None:
        pages = (draft.first, draft.last)
    else:
        count = file.properties.get("page_count")
        pages = (1, count if isinstance(count, int) and count > 0 else 1)
    title = draft.title or next((fold(line.text)[:40] for line in draft.lines if fold(line.text).strip()), "")
    return Piece(
        draft.kind,
        title,
        file.name,
        pages,
        tuple(draft.lines),
        tuple(draft.marks),
        draft.certainty,
        draft.by,
        file.media,
        draft.source,
        properties=file.properties,
        sha256=file.sha256,
    )


def _with_hint(piece: Piece) -> Piece:
    """Let the words of the document, then the file's name, tell its kind where the title does not."""
    if piece.media in ("recording", "xlsx") or piece.kind == "unreadable":
        return piece
    text = fold("\n".join(line.text for line in piece.lines))
    kind = kind_of_content(piece.kind, text)
    if kind and kind != piece.kind:
        return replace(piece, kind=kind, by="content", certainty=0.9)
    if piece.kind:
        return piece
    named = kind_of_title(_clean_name(piece.file))
    if named and (len(text) < 400 or named[0] in ("evidence_item", "identity_proof")):
        title = piece.title if len(text) > 20 else _clean_name(piece.file)
        return replace(piece, kind=named[0], title=title, by="name", certainty=0.8)
    if named and piece.pages and piece.pages[0] == 1:
        return replace(piece, kind=named[0], by="name", certainty=0.7)
    return replace(piece, kind="other", by="none", certainty=0.5)


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _clean_name(name: str) -> str:
    return re.sub(r"^[0-9０-９]+[\s._、\-—]*", "", fold(_stem(name)))
