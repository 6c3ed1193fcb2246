"""Who may see and change a case file; registered with the gate so that refusal looks like absence."""

from sqlmodel import Session

from accounts import User, check_object, current_user, register_object, visible_offices
from casefiles.cases import lent_to
from casefiles.models import CaseFile, StoredFile
from foundation import db, errors, web


def may_read(session: Session, case: CaseFile, user: User) -> bool:
    """The office itself; those who review or supervise, for the offices under theirs."""
    return case.office_id in visible_offices(session, user)


def may_see_pages(session: Session, case: CaseFile, user: User) -> bool:
    """Readers, and those to whom another room has opened the file's pages (an assigned reviewer)."""
    return may_read(session, case, user) or lent_to(session, user, case)


def may_write(_session: Session, case: CaseFile, user: User) -> bool:
    """Only the office whose file it is."""
    return case.office_id == user.office_id


def load_case(session: Session, case_id: str, user: User, kind: str = "case") -> CaseFile:
    """The case file if ``user`` may reach it, else ``NotFound`` as for one that does not exist.

    Who changes it waits until a job that is entering its facts is done: those are not two people in each
    other's way, so neither may be told of a conflict.
    """
    changing = kind == "own_case" and not db.is_reading(session)
    case = session.get(CaseFile, case_id, with_for_update=changing)
    check_object(session, kind, case, user)
    assert case is not None
    return case


def reach(case_id: str, kind: str = "case") -> CaseFile:
    """The case file of this request."""
    return load_case(web.session(), case_id, current_user(), kind)


def file_in(session: Session, case: CaseFile, file_id: str) -> StoredFile:
    """A file of this case file, or absent."""
    stored = session.get(StoredFile, file_id)
    if stored is None or stored.case_id != case.id:
        raise errors.NotFound("没有找到这个文件。", "它可能已被移出，请刷新页面。")
    return stored


# Three kinds of reach: case (read), case_page (pages only), own_case (change).
register_object("case", may_read)
register_object("case_page", may_see_pages)
register_object("own_case", may_write)
