"""The history of a case file: sentences for the people who work on it, beside the audit chain."""

from sqlmodel import Session, col, select

from accounts import User
from casefiles.models import CaseEvent, CaseFile


def note(session: Session, case: CaseFile, action: str, text: str, by: User | None) -> CaseEvent:
    """Write one sentence into the history; ``by`` is ``None`` for the machine."""
    event = CaseEvent(case_id=case.id, action=action, text=text[:1000], by=by.id if by else None)
    session.add(event)
    return event


def events_of(session: Session, case_id: str, limit: int = 200) -> list[tuple[CaseEvent, str]]:
    """The latest events with the name of who acted (系统 for the machine), newest first."""
    query = (
        select(CaseEvent, User.name)
        .join(User, col(User.id) == col(CaseEvent.by), isouter=True)
        .where(CaseEvent.case_id == case_id)
        .order_by(col(CaseEvent.id).desc())
        .limit(limit)
    )
    return [(event, name or "系统") for event, name in session.exec(query)]
