"""Archives of a case file become files of their own, each member with its outcome; the archive stays as it came."""

import tempfile
from pathlib import Path

from sqlmodel import Session

from casefiles.archives import Member
from casefiles.intake import Intake, IntakeError, open_case
from casefiles.intakerules import ARCHIVES, NAME_BYTES, extension
from casefiles.models import CaseFile, StoredFile
from casefiles.store import add_file, files_of, find_same
from foundation import blobs, jobs


def unpack_all(context: jobs.Context, store: blobs.BlobStore, case_id: str) -> int:
    """Unpack every archive of the case file that waits; returns how many."""
    with context.session(reading=True) as session:
        waiting = [item for item in files_of(session, case_id) if is_waiting_archive(item)]
    for number, item in enumerate(waiting, 1):
        context.progress(0, 100, f"正在解包 {number}/{len(waiting)}：{item.name}"[:200])
        _unpack(context, store, item)
    return len(waiting)


def is_waiting_archive(stored: StoredFile) -> bool:
    """An archive nobody has opened yet."""
    return stored.state == "received" and extension(stored.name) in ARCHIVES


def _unpack(context: jobs.Context, store: blobs.BlobStore, archive: StoredFile) -> None:
    staging = context.settings.var / "staging"
    staging.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=staging, prefix="unpack-") as folder:
        try:
            intake: Intake | None = open_case(store.path(archive.sha256), Path(folder))
            told = IntakeError("", "")
        except IntakeError as error:
            intake, told = None, error
        stored = _stored_blobs(store, intake) if intake else {}
        with context.session() as session:
            parent = session.get_one(StoredFile, archive.id)
            if parent.state != "received":
                return
            if intake is None:
                parent.state, parent.message, parent.remedy = "refused", told.what, told.remedy
            else:
                enter_members(session, parent, intake, stored)
            session.add(parent)


def _stored_blobs(store: blobs.BlobStore, intake: Intake) -> dict[str, blobs.Blob]:
    """Members' bytes into the store, before any row speaks of them."""
    return {
        member.name: store.adopt(member.path)
        for member in intake.members
        if member.outcome == "stored" and member.path is not None
    }


def enter_members(
    session: Session, parent: StoredFile, intake: Intake, stored: dict[str, blobs.Blob]
) -> None:
    """One row for every member, those ignored and refused included."""
    case = session.get_one(CaseFile, parent.case_id)
    taken = 0
    for member in intake.members:
        blob = stored.get(member.name)
        taken += _enter(session, case, parent, member, blob)
    parent.state = "unpacked"
    parent.message = f"压缩包内 {len(intake.members)} 项，收入 {taken} 项，逐项结果见下。"


def _enter(
    session: Session, case: CaseFile, parent: StoredFile, member: Member, blob: blobs.Blob | None
) -> int:
    if blob is None:
        blob = blobs.Blob("", member.size)
        row = add_file(session, case=case, name=_name(member), blob=blob, by=None, parent=parent)
        row.state = "ignored" if member.outcome == "ignored" else "refused"
        row.message, row.remedy = member.what or "无关文件，已忽略。", member.remedy
        session.add(row)
        return 0
    twin = find_same(session, case, blob.sha256)
    row = add_file(session, case=case, name=_name(member), blob=blob, by=None, parent=parent)
    if twin is not None:
        row.state, row.message = "ignored", f"与“{twin.name}”内容完全相同，没有重复收入。"
    elif member.doubtful:
        row.message, row.remedy = "文件名编码不明，已按最可能的方式还原。", "请核对文件名是否正确。"
    session.add(row)
    session.flush()
    return 0 if twin is not None else 1


def _name(member: Member) -> str:
    name = member.name
    while len(name.encode()) > NAME_BYTES:
        name = name[1:]
    return name or "未命名文件"
