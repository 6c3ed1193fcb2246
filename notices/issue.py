"""From frozen results to an issued circular: 拟稿 → 核稿 → 签发, each by name and with its checks.

A draft is bound to one hash of frozen data; nothing is issued when that hash no longer matches, when a typed
number is not confirmed, when a character has no face, or when the public version still shows a name.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, select

from accounts import Office, User
from foundation import audit, blobs, clock, errors
from notices.compose import Section, draft_figures, draft_sections, fill, unbound
from notices.current import frozen_of, results, section_json, sections_of, set_circular, stale
from notices.fonts import Faces
from notices.letters import opinion_document
from notices.models import Circular, CircularEdit, Letter, Receipt, Rectification
from notices.number import document_number
from notices.redact import leaks, redact, secrets_of
from notices.typeset import Setting, typeset
from review import Round

Frozen = Mapping[str, Any]


def draft(session: Session, *, review_round: Round, by: User) -> Circular:
    """A first draft from the frozen results of a round; a round has one circular.

    Raises ``Refused`` while the results are not frozen.
    """
    frozen = frozen_of(session, review_round)
    known = session.exec(select(Circular).where(Circular.round_id == review_round.id)).first()
    if known:
        raise errors.Refused(
            f"《{review_round.title}》已有通报稿《{known.title}》。", "请在通报列表中打开继续编辑。"
        )
    circular = Circular(
        round_id=review_round.id,
        office_id=review_round.office_id,
        title=f"关于{review_round.title}情况的通报",
        addressee="各市（州）、县（市、区）人民防空办公室：",
        sections=[section_json(section) for section in draft_sections(frozen)],
        copies_to=["省委全面依法治省委员会办公室", "省司法厅"],
        note="此件公开发布",
        frozen_sha256=review_round.frozen_sha256,
        drafted_by=by.id,
    )
    session.add(circular)
    session.flush()
    _record(
        session,
        circular,
        by,
        "circular.draft",
        f"拟稿《{circular.title}》，数据摘要 {circular.frozen_sha256[:16]}",
    )
    return circular


def edit_section(
    session: Session, *, circular: Circular, key: str, heading: str, text: str, by: User
) -> Circular:
    """Change one section; unknown figures are refused, what stood there before is kept."""
    _only(circular, "draft", "修改")
    fill(text, draft_figures(results(session, circular)))
    sections = sections_of(circular)
    before = next((section for section in sections if section.key == key), None)
    if before is None:
        raise errors.NotFound()
    after = Section(key, heading.strip(), text.strip().replace("\r\n", "\n"))
    if after == before:
        return circular
    circular.sections = [section_json(after if section.key == key else section) for section in sections]
    session.add(
        CircularEdit(circular_id=circular.id, section=key, before=before.text, after=after.text, by=by.id)
    )
    _record(session, circular, by, "circular.edit", f"修改通报“{after.heading or '导语'}”部分")
    session.flush()
    return circular


@dataclass(frozen=True)
class Review:
    """What the 核稿 sees before it may pass: figures that are unknown, typed numbers, leaks, glyphs."""

    unbound: Sequence[str]
    leaks: Sequence[str]
    stale: bool

    @property
    def clean(self) -> bool:
        return not (self.leaks or self.stale)


def inspect(session: Session, circular: Circular, faces: Faces) -> Review:
    """Set both versions and look: raises ``Refused`` for unknown figures and ``MissingGlyph`` for characters."""
    frozen = results(session, circular)
    typed = [n for section in sections_of(circular) for n in unbound(section.heading + section.text)]
    public = set_circular(circular, frozen, faces, public=True)
    found = leaks(public.lines, secrets_of(frozen))
    return Review(list(dict.fromkeys(typed)), found, stale(session, circular))


def proofread(
    session: Session, *, circular: Circular, confirmed: Sequence[str], faces: Faces, by: User
) -> Circular:
    """核稿 by someone other than the drafter; every typed number must be confirmed by name."""
    _only(circular, "draft", "核稿")
    if by.id == circular.drafted_by:
        raise errors.Refused("拟稿人不能核自己的稿。", "请由另一位管理员或评查组长核稿。")
    found = inspect(session, circular, faces)
    _refuse_stale(found.stale)
    if found.leaks:
        raise errors.Refused(
            f"公开版仍有未隐去的信息：{'、'.join(found.leaks[:5])}。", "请修改正文后重新核稿。"
        )
    missing = [number for number in found.unbound if number not in confirmed]
    if missing:
        raise errors.Refused(
            f"正文有未绑定数据的数字：{'、'.join(missing)}。", "请改用【】数据，或逐个核对后勾选确认。"
        )
    circular.status, circular.proofread_by, circular.proofread_at = "proofread", by.id, clock.now()
    circular.confirmed_numbers = list(found.unbound)
    _record(session, circular, by, "circular.proofread", f"核稿通过《{circular.title}》")
    session.flush()
    return circular


def send_back(session: Session, *, circular: Circular, reason: str, by: User) -> Circular:
    """Back to 拟稿 with a reason."""
    _only(circular, "proofread", "退回")
    if not reason.strip():
        raise errors.Refused("退回通报稿没有填写原因。", "请写明需要修改之处。")
    circular.status, circular.proofread_by, circular.proofread_at = "draft", None, None
    _record(session, circular, by, "circular.return", f"退回通报稿：{reason.strip()}")
    session.flush()
    return circular


def issue(
    session: Session, *, circular: Circular, store: blobs.BlobStore, faces: Faces, by: User, on: date
) -> Circular:
    """签发: give the number, set and keep both versions, the letters, the receipts and the rectifications.

    The PDFs are content-addressed blobs written before the commit; the number belongs to the transaction.
    """
    _only(circular, "proofread", "签发")
    found = inspect(session, circular, faces)
    _refuse_stale(found.stale)
    frozen = results(session, circular)
    circular.number = document_number(
        session,
        office_id=circular.office_id,
        prefix=_prefix(session, circular),
        series="circular",
        year=on.year,
    )
    circular.status, circular.issued_by, circular.issued_at, circular.issued_on = (
        "issued",
        by.id,
        clock.now(),
        on,
    )
    circular.full_sha256 = _keep(store, set_circular(circular, frozen, faces))
    circular.public_sha256 = _keep(store, set_circular(circular, frozen, faces, public=True))
    for file in frozen["files"]:
        _letter(session, circular, frozen, file, store, faces, on)
        _rectifications(session, circular, file, on)
    for office in frozen["offices"]:
        session.add(Receipt(circular_id=circular.id, office_id=office["id"]))
    _record(
        session,
        circular,
        by,
        "circular.issue",
        f"签发{circular.number}，全文摘要 {circular.full_sha256[:16]}",
    )
    session.flush()
    return circular


def _letter(
    session: Session,
    circular: Circular,
    frozen: Frozen,
    file: Mapping[str, Any],
    store: blobs.BlobStore,
    faces: Faces,
    on: date,
) -> None:
    number = document_number(
        session,
        office_id=circular.office_id,
        prefix=_prefix(session, circular),
        series="letter",
        year=on.year,
    )
    masks = secrets_of(frozen)
    digest = circular.frozen_sha256
    full = typeset(opinion_document(frozen, file, number=number, on=on, digest=digest), faces)
    shown = redact(file, masks)
    public = typeset(opinion_document(frozen, shown, number=number, on=on, digest=digest), faces)
    session.add(
        Letter(
            circular_id=circular.id,
            round_file_id=file["id"],
            case_id=file["case_id"],
            office_id=file["office_id"],
            number=number,
            full_sha256=_keep(store, full),
            public_sha256=_keep(store, public),
        )
    )


def _rectifications(session: Session, circular: Circular, file: Mapping[str, Any], on: date) -> None:
    session.add_all(
        Rectification(
            circular_id=circular.id,
            round_file_id=file["id"],
            case_id=file["case_id"],
            office_id=file["office_id"],
            rule=finding["rule"],
            title=finding["title"],
            message=finding["message"],
            fix=finding["fix"],
            curable=finding["curable"],
            due_on=on + timedelta(days=circular.rectify_days),
        )
        for finding in file["findings"]
    )


def _prefix(session: Session, circular: Circular) -> str:
    office = session.get_one(Office, circular.office_id)
    return office.document_code or office.short_name


def _keep(store: blobs.BlobStore, setting: Setting) -> str:
    return store.put(io.BytesIO(setting.pdf)).sha256


def _only(circular: Circular, status: str, act: str) -> None:
    if circular.status != status:
        raise errors.Refused(f"通报当前状态不能{act}。", "请刷新页面查看通报的最新状态。")


def _refuse_stale(stale: bool) -> None:
    if stale:
        raise errors.Refused(
            "评查结果在拟稿之后有变化，通报中的数字已不是最新数据。", "请作废本稿，按最新冻结结果重新拟稿。"
        )


def _record(session: Session, circular: Circular, by: User, action: str, text: str) -> None:
    audit.record(
        session,
        actor=by,
        action=action,
        target=f"circular:{circular.id}",
        office_id=circular.office_id,
        text=text,
    )
