"""What the circular's pages need beside the services: who sees which circular, PDFs, duties, navigation."""

import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, url_for
from sqlmodel import Session, col, select

from accounts import Role, User, register_object, visible_offices
from foundation import audit, blobs, clock, errors, web
from notices.current import results, set_circular
from notices.fonts import Faces
from notices.forms import DetailsForm
from notices.models import Circular, Letter, Receipt, Rectification
from review import Round

PROVINCE = (Role.ADMINISTRATOR, Role.LEADER, Role.SUPERVISOR)


def faces() -> Faces:
    """The faces in force on this machine."""
    return Faces(web.settings().var / "fonts")


def circulars_for(session: Session, user: User) -> Sequence[Circular]:
    """The province sees its drafts and issues; an office sees what was issued to it. Newest first."""
    query = select(Circular).order_by(col(Circular.id).desc()).limit(200)
    if user.has(*PROVINCE):
        return session.exec(query.where(col(Circular.office_id).in_(visible_offices(session, user)))).all()
    issued = query.where(Circular.status == "issued").join(
        Receipt, col(Receipt.circular_id) == col(Circular.id)
    )
    return session.exec(issued.where(Receipt.office_id == user.office_id)).all()


def draftable(session: Session, user: User) -> Sequence[Round]:
    """Rounds of one's offices whose results are frozen and that have no circular."""
    drafted = select(Circular.round_id)
    return session.exec(
        select(Round)
        .where(Round.frozen_sha256 != "", col(Round.id).not_in(drafted))
        .where(col(Round.office_id).in_(visible_offices(session, user)))
        .order_by(col(Round.id).desc())
    ).all()


def own_receipt(session: Session, circular: Circular, user: User) -> Receipt | None:
    return session.exec(
        select(Receipt).where(Receipt.circular_id == circular.id, Receipt.office_id == user.office_id)
    ).first()


def edit_details(session: Session, *, circular: Circular, form: DetailsForm, by: User) -> Circular:
    """Change title, addressee, 抄送 and 附注 of a draft."""
    if circular.status != "draft":
        raise errors.Refused("通报当前状态不能修改。", "如需修改，请先退回拟稿。")
    circular.title, circular.addressee = form.title.data or "", form.addressee.data or ""
    circular.copies_to = [name.strip() for name in (form.copies_to.data or "").split("、") if name.strip()]
    circular.note = (form.note.data or "").strip("（） ")
    target = f"circular:{circular.id}"
    audit.record(
        session,
        actor=by,
        action="circular.edit",
        target=target,
        office_id=circular.office_id,
        text="修改通报要素",
    )
    session.flush()
    return circular


def same_version(circular: Circular, seen: str | None) -> None:
    """Refuse an edit made on an older state: nobody overwrites."""
    if seen != str(circular.version):
        raise errors.Conflict()


def pdf_of(session: Session, circular: Circular, version: str) -> Response:
    """The stored PDF of an issued circular, or the draft set now with the word 草稿 in its name."""
    if version not in ("full", "public"):
        raise errors.NotFound()
    public = version == "public"
    if circular.status == "issued":
        digest = circular.public_sha256 if public else circular.full_sha256
        stream = web.blob_store().path(digest)
        return web.download(stream, f"{circular.number}.pdf", "application/pdf", digest=digest, inline=True)
    setting = set_circular(circular, results(session, circular), faces(), public=public)
    return web.download(io.BytesIO(setting.pdf), "通报草稿.pdf", "application/pdf", inline=True)


def may_see_circular(session: Session, circular: Circular, user: User) -> bool:
    if user.has(*PROVINCE):
        return circular.office_id in visible_offices(session, user)
    return circular.status == "issued" and own_receipt(session, circular, user) is not None


def may_see_own(session: Session, item: Letter | Rectification, user: User) -> bool:
    return item.office_id in visible_offices(session, user)


@web.register_duties
def duties(session: Session, user: User) -> Iterator[web.Duty]:
    """Rounds to draft for, drafts to proofread and sign, circulars to acknowledge, faults to answer or check."""
    if user.has(Role.ADMINISTRATOR):
        for review_round in draftable(session, user):
            yield web.Duty(
                "编制通报", f"《{review_round.title}》结果已冻结", url_for("notices.index"), tone="primary"
            )
    for circular in circulars_for(session, user):
        yield from _circular_duties(session, circular, user)
    if user.has(Role.CLERK, Role.HEAD):
        yield from _office_duties(session, user)
    if user.has(Role.ADMINISTRATOR):
        waiting = _count(session, visible_offices(session, user), "answered")
        if waiting:
            yield web.Duty(
                "核查整改报告",
                f"{waiting}项待核查",
                url_for("notices.ledger", status="answered"),
                tone="primary",
            )


def _circular_duties(session: Session, circular: Circular, user: User) -> Iterator[web.Duty]:
    url = url_for("notices.show", circular_id=circular.id)
    if circular.status == "draft" and user.has(Role.ADMINISTRATOR, Role.LEADER):
        if circular.drafted_by == user.id:
            yield web.Duty("修改通报稿", circular.title, url, tone="secondary", action="继续编辑")
        else:
            yield web.Duty("核稿", circular.title, url, tone="primary", action="去核稿")
    if circular.status == "proofread" and user.has(Role.ADMINISTRATOR):
        yield web.Duty("签发通报", circular.title, url, tone="primary", action="去签发")
    if circular.status == "issued" and user.has(Role.CLERK, Role.HEAD):
        receipt = own_receipt(session, circular, user)
        if receipt is not None and receipt.received_at is None:
            yield web.Duty(
                "签收通报", f"{circular.number} {circular.title}", url, tone="primary", action="去签收"
            )


def _office_duties(session: Session, user: User) -> Iterator[web.Duty]:
    due = session.exec(
        select(Rectification)
        .where(Rectification.office_id == user.office_id, Rectification.status == "open")
        .order_by(col(Rectification.due_on))
    ).all()
    if due:
        tone = "danger" if due[0].due_on < clock.today() else "warning"
        yield web.Duty(
            "整改评查问题", f"{len(due)}项待整改", url_for("notices.ledger"), due=due[0].due_on, tone=tone
        )


def _count(session: Session, offices: Sequence[str], status: str) -> int:
    rows = select(Rectification.id).where(
        Rectification.status == status, col(Rectification.office_id).in_(offices)
    )
    return len(session.exec(rows).all())


def referenced(session: Session, digests: Iterable[str]) -> set[str]:
    """Which of ``digests`` are papers or proofs of this room, so that the sweeper spares them."""
    wanted = list(digests)
    columns = (
        Circular.full_sha256,
        Circular.public_sha256,
        Letter.full_sha256,
        Letter.public_sha256,
        Rectification.proof_sha256,
    )
    return {
        digest for column in columns for digest in session.exec(select(column).where(col(column).in_(wanted)))
    }


blobs.register_references(referenced)
register_object("circular", may_see_circular)
register_object("letter", may_see_own)
register_object("rectification", may_see_own)
READERS = (*PROVINCE, Role.CLERK, Role.HEAD)
web.register_nav("通报", "通报", "notices.index", READERS, "编制、核稿、签发、印发和签收")
web.register_nav("通报", "整改台账", "notices.ledger", READERS, "逐项整改、报送证明、核查销号")
