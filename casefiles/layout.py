"""Changes to the document layout: retype, split, merge, reorder, rotate. The originals stay as they are.

Every change names the layout number its author saw; who comes second is told so and nothing is overwritten.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from accounts import User
from casefiles.history import note
from casefiles.models import CaseEvent, CaseFile, Document, StoredFile
from casefiles.uploads import require_editable
from foundation import audit, clock, errors

Part = list[Any]
TURNS = (90, 180, 270)


def documents_of(session: Session, case_id: str) -> list[Document]:
    """The documents of a case file in their order."""
    query = select(Document).where(Document.case_id == case_id)
    return list(session.exec(query.order_by(col(Document.position), col(Document.id))))


def document_in(session: Session, case: CaseFile, document_id: str) -> Document:
    """A document of this case file, or absent."""
    document = session.get(Document, document_id)
    if document is None or document.case_id != case.id:
        raise errors.NotFound("没有找到这份文书。", "它可能已被合并或拆分，请刷新页面。")
    return document


def begin_change(session: Session, case: CaseFile, seen: int, by: User) -> None:
    """Open a change of the layout: refuses handed-in files and desks that saw an older layout."""
    require_editable(case)
    if case.layout != seen:
        last = session.exec(
            select(CaseEvent, User.name)
            .join(User, col(User.id) == col(CaseEvent.by), isouter=True)
            .where(CaseEvent.case_id == case.id, col(CaseEvent.action).like("layout.%"))
            .order_by(col(CaseEvent.id).desc())
        ).first()
        who = (
            f"{last[1] or '系统'} 于 {clock.local(last[0].created_at):%H:%M} {last[0].text}"
            if last
            else "有人"
        )
        raise errors.Conflict(
            f"文书目录已被改动（{who}），您的操作没有执行。", "页面已刷新，请在最新目录上重新操作。"
        )
    case.layout += 1
    case.layout_by_hand = True
    session.add(case)


def _said(session: Session, case: CaseFile, by: User, action: str, text: str, data: dict[str, Any]) -> None:
    note(session, case, f"layout.{action}", text, by)
    audit.record(
        session,
        actor=by,
        action=f"case.layout.{action}",
        target=f"case:{case.id}",
        office_id=case.office_id,
        text=text,
        data=data,
    )
    session.flush()


def retype(
    session: Session, *, case: CaseFile, document: Document, kind: str, label: str, seen: int, by: User
) -> None:
    """Say what a document is; the title follows when it was the old kind's name."""
    begin_change(session, case, seen, by)
    before = document.kind
    document.kind, document.by, document.confidence = kind, by.id, 1.0
    if not document.title:
        document.title = label
    session.add(document)
    text = f"将“{document.title}”的文书种类改为“{label}”"
    _said(session, case, by, "retype", text, {"document": document.id, "from": before, "to": kind})


def retitle(session: Session, *, case: CaseFile, document: Document, title: str, seen: int, by: User) -> None:
    """Give a document another title."""
    begin_change(session, case, seen, by)
    before, document.title, document.by = document.title, title.strip()[:300], by.id
    session.add(document)
    text = f"将“{before}”更名为“{document.title}”"
    _said(session, case, by, "retitle", text, {"document": document.id, "from": before})


def split(
    session: Session, *, case: CaseFile, document: Document, before: int, seen: int, by: User
) -> Document:
    """Cut a document in two: page ``before`` (2 … last, counted in the document) begins the second one."""
    pages = expand(document.parts)
    if not 2 <= before <= len(pages):
        raise errors.AnhengError("拆分位置不在这份文书之内。", "请点选第二页及以后的页面作为新文书的首页。")
    begin_change(session, case, seen, by)
    first, second = collapse(pages[: before - 1]), collapse(pages[before - 1 :])
    for other in documents_of(session, case.id):
        if other.position > document.position:
            other.position += 1
            session.add(other)
    document.parts, document.by = first, by.id
    fresh = Document(
        case_id=case.id,
        file_id=str(second[0][0]),
        kind="other",
        title=f"{document.title}（拆出）"[:300],
        parts=second,
        position=document.position + 1,
        by=by.id,
    )
    session.add(document)
    session.add(fresh)
    session.flush()
    text = f"从“{document.title}”第 {before} 页起拆出一份文书"
    _said(session, case, by, "split", text, {"document": document.id, "new": fresh.id, "before": before})
    return fresh


def merge(session: Session, *, case: CaseFile, document: Document, seen: int, by: User) -> Document:
    """Join a document to the one before it; the earlier one's kind and title stay."""
    everything = documents_of(session, case.id)
    place = [item.id for item in everything].index(document.id)
    if place == 0:
        raise errors.AnhengError("第一份文书前面没有可并入的文书。", "请选择第二份及以后的文书。")
    begin_change(session, case, seen, by)
    target = everything[place - 1]
    target.parts = collapse(expand(target.parts) + expand(document.parts))
    target.by = by.id
    session.add(target)
    session.delete(document)
    for other in everything[place + 1 :]:
        other.position -= 1
        session.add(other)
    text = f"将“{document.title}”并入“{target.title}”"
    _said(session, case, by, "merge", text, {"document": target.id, "gone": document.id})
    return target


def reorder(session: Session, *, case: CaseFile, order: Sequence[str], seen: int, by: User) -> None:
    """Put the documents into the given order; all of them must be named once."""
    documents = {item.id: item for item in documents_of(session, case.id)}
    if sorted(order) != sorted(documents):
        raise errors.Conflict("文书目录已变化，新的顺序没有保存。", "请刷新页面后重新排序。")
    begin_change(session, case, seen, by)
    for position, name in enumerate(order):
        if documents[name].position != position:
            documents[name].position = position
            session.add(documents[name])
    _said(session, case, by, "reorder", "调整了文书顺序", {"order": list(order)})


def rotate(
    session: Session, *, case: CaseFile, stored: StoredFile, page: int, turn: int, seen: int, by: User
) -> int:
    """Turn one page clockwise by 90, 180 or 270 degrees for display; returns its turn now."""
    if turn not in TURNS or not 1 <= page <= max(stored.page_count, 1):
        raise errors.AnhengError("旋转的页面或角度无效。", "请刷新页面后重试。")
    begin_change(session, case, seen, by)
    now = (int(stored.rotations.get(str(page), 0)) + turn) % 360
    stored.rotations = {**stored.rotations, str(page): now}
    session.add(stored)
    text = f"将“{stored.name}”第 {page} 页旋转 {turn} 度"
    _said(session, case, by, "rotate", text, {"file": stored.id, "page": page, "now": now})
    return now


def expand(parts: Sequence[Part]) -> list[tuple[str, int]]:
    """The pages of a document one by one as (file id, page); a negative page is a paper of a file without pages."""
    return [(str(name), page) for name, first, last in parts for page in range(int(first), int(last) + 1)]


def collapse(pages: Sequence[tuple[str, int]]) -> list[Part]:
    """Pages back to parts: neighbours of one file in rising order become one range."""
    parts: list[Part] = []
    for name, page in pages:
        if parts and parts[-1][0] == name and page > 1 and parts[-1][2] == page - 1:
            parts[-1][2] = page
        else:
            parts.append([name, page, page])
    return parts
