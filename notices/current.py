"""A circular as it stands: its sections, the frozen results it is bound to, its pages, its letters and edits."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from foundation import clock, errors
from notices.compose import Section
from notices.document import OfficialDocument
from notices.fonts import Faces
from notices.letters import circular_document
from notices.models import Circular, CircularEdit, Letter, Receipt, Rectification
from notices.redact import redact, secrets_of
from notices.typeset import Setting, typeset
from review import Round, frozen_results

Frozen = Mapping[str, Any]


def section_json(section: Section) -> dict[str, str]:
    return {"key": section.key, "heading": section.heading, "text": section.text}


def sections_of(circular: Circular) -> list[Section]:
    return [Section(item["key"], item["heading"], item["text"]) for item in circular.sections]


def set_circular(circular: Circular, frozen: Frozen, faces: Faces, *, public: bool = False) -> Setting:
    """The circular as set pages; the public version with parties and persons masked."""
    return typeset(document_of(circular, frozen, public=public), faces)


def document_of(circular: Circular, frozen: Frozen, *, public: bool = False) -> OfficialDocument:
    """The circular as an official document, before it is set."""
    masks = secrets_of(frozen) if public else {}
    shown = redact(frozen, masks) if public else frozen
    sections = [
        Section(s.key, redact(s.heading, masks), redact(s.text, masks)) if public else s
        for s in sections_of(circular)
    ]
    return circular_document(
        shown,
        title=circular.title,
        number=circular.number,
        addressee=circular.addressee,
        sections=sections,
        copies_to=circular.copies_to,
        on=circular.issued_on or clock.today(),
        note=circular.note,
        digest=circular.frozen_sha256,
    )


def results(session: Session, circular: Circular) -> dict[str, Any]:
    """The frozen results the circular is bound to."""
    return frozen_of(session, session.get_one(Round, circular.round_id))


def stale(session: Session, circular: Circular) -> bool:
    """Whether the frozen text no longer has the hash that the draft was bound to."""
    text = session.get_one(Round, circular.round_id).frozen_text
    return hashlib.sha256(text.encode()).hexdigest() != circular.frozen_sha256


def frozen_of(session: Session, review_round: Round) -> dict[str, Any]:
    if not review_round.frozen_sha256:
        raise errors.Refused(
            f"《{review_round.title}》的评查结果尚未冻结。", "请评查组长在“结果与差案”页完成定级并冻结。"
        )
    return frozen_results(session, review_round)


def letters_of(session: Session, circular: Circular) -> Sequence[Letter]:
    return session.exec(
        select(Letter).where(Letter.circular_id == circular.id).order_by(col(Letter.number))
    ).all()


def edits_of(session: Session, circular: Circular) -> Sequence[CircularEdit]:
    return session.exec(
        select(CircularEdit).where(CircularEdit.circular_id == circular.id).order_by(col(CircularEdit.id))
    ).all()


def rectifications_of(session: Session, circular: Circular) -> Sequence[Rectification]:
    return session.exec(
        select(Rectification)
        .where(Rectification.circular_id == circular.id)
        .order_by(col(Rectification.office_id), col(Rectification.id))
    ).all()


def receipts_of(session: Session, circular: Circular) -> Sequence[Receipt]:
    return session.exec(
        select(Receipt).where(Receipt.circular_id == circular.id).order_by(col(Receipt.office_id))
    ).all()
