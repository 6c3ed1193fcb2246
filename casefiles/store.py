"""Files of a case file: taken in, found again by content, taken out (the original always stays stored)."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from accounts import User
from casefiles.history import note
from casefiles.models import CaseFile, StoredFile
from foundation import audit, blobs, clock


def files_of(session: Session, case_id: str, *, removed: bool = False) -> list[StoredFile]:
    """The files of a case file by name; those taken out only on demand."""
    query = select(StoredFile).where(StoredFile.case_id == case_id)
    if not removed:
        query = query.where(col(StoredFile.removed_at).is_(None))
    return list(session.exec(query.order_by(col(StoredFile.name), col(StoredFile.id))))


def find_same(session: Session, case: CaseFile, sha256: str) -> StoredFile | None:
    """A file of this case file with the same bytes, if there is one."""
    query = select(StoredFile).where(
        StoredFile.case_id == case.id,
        StoredFile.sha256 == sha256,
        col(StoredFile.removed_at).is_(None),
    )
    return session.exec(query.order_by(col(StoredFile.id))).first()


def add_file(
    session: Session,
    *,
    case: CaseFile,
    name: str,
    blob: blobs.Blob,
    by: User | None,
    parent: StoredFile | None = None,
    state: str = "received",
) -> StoredFile:
    """Enter a stored blob into the case file under a name of its own: row, history and audit entry together."""
    stored = StoredFile(
        case_id=case.id,
        parent_id=parent.id if parent else None,
        name=_free_name(session, case, name),
        sha256=blob.sha256,
        size=blob.size,
        state=state,
        uploaded_by=by.id if by else None,
    )
    session.add(stored)
    session.flush()
    if parent is None:
        _tell(session, case, stored, "add", "收入文件", by)
    return stored


def _tell(
    session: Session, case: CaseFile, stored: StoredFile, act: str, words: str, by: User | None
) -> None:
    note(session, case, f"file.{act}", f"{words}“{stored.name}”", by)
    audit.record(
        session,
        actor=by,
        action=f"case.file.{act}",
        target=f"case:{case.id}",
        office_id=case.office_id,
        text=f"{words}“{stored.name}”",
        data={"file": stored.id, "sha256": stored.sha256, "size": stored.size},
    )


def _free_name(session: Session, case: CaseFile, name: str) -> str:
    """The name, or the name with a number: facts point to files by name, so names are unique in a case file."""
    taken = set(
        session.exec(
            select(StoredFile.name).where(StoredFile.case_id == case.id, col(StoredFile.removed_at).is_(None))
        )
    )
    stem, dot, ending = name.rpartition(".")
    count, free = 1, name
    while free in taken:
        count += 1
        free = f"{stem}（{count}）.{ending}" if dot and "/" not in ending else f"{name}（{count}）"
    return free


def remove_file(session: Session, *, case: CaseFile, stored: StoredFile, by: User) -> None:
    """Take a file out of the case file; its bytes and its row stay, so the history can be told."""
    stored.removed_at = clock.now()
    session.add(stored)
    for member in session.exec(select(StoredFile).where(StoredFile.parent_id == stored.id)):
        member.removed_at = clock.now()
        session.add(member)
    _tell(session, case, stored, "remove", "移出文件", by)
    session.flush()


@blobs.register_references
def referenced(session: Session, digests: Iterable[str]) -> set[str]:
    """Which of the given blobs some file row refers to (asked by the sweeper)."""
    wanted = list(digests)
    found: set[str] = set()
    for at in range(0, len(wanted), 500):
        batch = col(StoredFile.sha256).in_(wanted[at : at + 500])
        found |= set(session.exec(select(StoredFile.sha256).where(batch)))
    return found
