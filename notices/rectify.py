"""整改: each fault of a circular is answered by its office with proof, checked by the province, closed or sent back."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from sqlmodel import Session, col, select

from accounts import Office, User
from foundation import audit, blobs, clock, errors
from notices.fonts import Faces
from notices.letters import rectification_document
from notices.models import Circular, Receipt, Rectification
from notices.number import SERIES
from notices.typeset import Setting, typeset

PROOF_LIMIT = 64 * 1024 * 1024


def ledger(
    session: Session, *, offices: Sequence[str], status: str = "", circular_id: str = ""
) -> Sequence[Rectification]:
    """Faults of the given offices, the earliest due first, open ones before closed ones."""
    query = select(Rectification).where(col(Rectification.office_id).in_(offices))
    if status:
        query = query.where(Rectification.status == status)
    if circular_id:
        query = query.where(Rectification.circular_id == circular_id)
    return session.exec(query.order_by(col(Rectification.due_on), col(Rectification.id)).limit(500)).all()


def answer(
    session: Session,
    *,
    item: Rectification,
    text: str,
    proof: tuple[BinaryIO, str] | None,
    store: blobs.BlobStore,
    by: User,
) -> Rectification:
    """The office says what it did, with proof where there is any; a curable fault needs proof."""
    if item.status == "closed":
        raise errors.Refused("该问题已销号。", "如需补充材料，请联系省级管理员重新打开。")
    if len(text.strip()) < 10:
        raise errors.Refused("整改情况说明过短。", "请写明采取的措施和结果，不少于10个字。")
    if proof is None and item.curable and not item.proof_sha256:
        raise errors.Refused(
            "可以补正的问题没有附证明材料。", "请上传补正后的文书或说明材料（PDF、图片、Word）。"
        )
    if proof is not None:
        stream, name = proof
        item.proof_sha256, item.proof_name = store.put(stream, limit=PROOF_LIMIT).sha256, name[-255:]
    item.answer, item.answered_by, item.answered_at = text.strip(), by.id, clock.now()
    item.status = "answered"
    _record(session, item, by, "rectify.answer", f"报告整改：{item.title}")
    session.flush()
    return item


def check(session: Session, *, item: Rectification, accepted: bool, remark: str, by: User) -> Rectification:
    """销号 or back to the office with a reason."""
    if item.status != "answered":
        raise errors.Refused("该问题当前没有待核查的整改报告。", "请刷新页面查看最新状态。")
    if not accepted and not remark.strip():
        raise errors.Refused("退回整改没有填写原因。", "请写明仍需整改之处。")
    item.status = "closed" if accepted else "open"
    item.reopened += 0 if accepted else 1
    item.remark, item.checked_by, item.checked_at = remark.strip(), by.id, clock.now()
    act = "销号" if accepted else f"退回整改：{remark.strip()}"
    _record(session, item, by, "rectify.check", f"{item.title}：{act}")
    session.flush()
    return item


def receive(session: Session, *, receipt: Receipt, by: User) -> Receipt:
    """签收; a second time changes nothing."""
    if receipt.received_at is None:
        receipt.by, receipt.received_at = by.id, clock.now()
        audit.record(
            session,
            actor=by,
            action="circular.receive",
            target=f"circular:{receipt.circular_id}",
            office_id=receipt.office_id,
            text="签收通报",
        )
        session.flush()
    return receipt


def notice_for(session: Session, *, circular: Circular, office: Office, faces: Faces) -> Setting:
    """The 整改通知书 of one office, set from the ledger; its number follows the circular's."""
    items = ledger(session, offices=[office.id], circular_id=circular.id)
    if not items or circular.issued_on is None:
        raise errors.NotFound()
    agency = session.get_one(Office, circular.office_id)
    rows = [
        [str(index), item.title, item.message, item.fix or "说明原因并书面报告"]
        for index, item in enumerate(items, 1)
    ]
    number = f"{circular.number.replace(SERIES['circular'], SERIES['rectification'], 1)}附{office.short_name or office.name}"
    document = rectification_document(
        agency=agency.name,
        office=office.name,
        number=number,
        circular=circular.title,
        on=circular.issued_on,
        due=max(item.due_on for item in items),
        rows=rows,
    )
    return typeset(document, faces)


def overdue(items: Sequence[Rectification], today: date) -> list[Rectification]:
    """Open faults past their day."""
    return [item for item in items if item.status == "open" and item.due_on < today]


def _record(session: Session, item: Rectification, by: User, action: str, text: str) -> None:
    target = f"rectification:{item.id}"
    audit.record(session, actor=by, action=action, target=target, office_id=item.office_id, text=text)
