"""Pages of the circular: list, editing with bound figures, 核稿, 签发, printing, 签收, the ledger of corrections."""

import io
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from accounts import Office, Role, check_object, current_user, visible_offices
from foundation import clock, errors, web
from notices import rectify, views_patterns
from notices.compose import draft_figures
from notices.current import (
    document_of,
    edits_of,
    letters_of,
    receipts_of,
    rectifications_of,
    results,
    sections_of,
)
from notices.desk import circulars_for, draftable, edit_details, faces, own_receipt, pdf_of, same_version
from notices.forms import (
    AnswerForm,
    CheckForm,
    DetailsForm,
    IssueForm,
    ProofreadForm,
    ReasonForm,
    SectionForm,
    StartForm,
)
from notices.issue import draft, edit_section, inspect, issue, proofread, send_back
from notices.models import RECTIFICATION_STATUSES, STATUSES, Circular, Letter, Rectification
from notices.word import to_word
from review import Round

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
bp = Blueprint("notices", __name__)
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/notices", "index"),
    ("POST", "/notices", "start"),
    ("GET", "/notices/<circular_id>", "show"),
    ("POST", "/notices/<circular_id>/sections/<key>", "section"),
    ("POST", "/notices/<circular_id>/details", "details"),
    ("POST", "/notices/<circular_id>/proofread", "proof"),
    ("POST", "/notices/<circular_id>/return", "back"),
    ("POST", "/notices/<circular_id>/issue", "sign"),
    ("GET", "/notices/<circular_id>/<version>.pdf", "pdf"),
    ("GET", "/notices/<circular_id>/<version>.docx", "word"),
    ("POST", "/notices/<circular_id>/receive", "receive"),
    ("GET", "/notices/<circular_id>/offices/<office_id>/rectification.pdf", "demand"),
    ("GET", "/letters/<letter_id>/<version>.pdf", "letter"),
    ("GET", "/rectifications", "ledger"),
    ("POST", "/rectifications/<item_id>/answer", "answer"),
    ("POST", "/rectifications/<item_id>/check", "check"),
    ("GET", "/rectifications/<item_id>/proof", "proof_file"),
)


def index() -> ResponseReturnValue:
    """All circulars one may see, and the frozen rounds that still lack one."""
    session, user = web.session(), current_user()
    rounds = draftable(session, user) if user.has(Role.ADMINISTRATOR) else []
    return render_template(
        "notices/index.html",
        circulars=circulars_for(session, user),
        rounds=rounds,
        form=StartForm(),
        statuses=STATUSES,
    )


def start() -> ResponseReturnValue:
    """Draft from a round's frozen results."""
    session, form = web.session(), StartForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("没有选择评查活动。", "请从通报列表中选择已冻结结果的评查活动。")
    review_round = session.get(Round, form.round_id.data)
    if review_round is None:
        raise errors.NotFound()
    circular = draft(session, review_round=review_round, by=current_user())
    flash("通报初稿已生成，数字均取自冻结数据。", "success")
    return redirect(url_for("notices.show", circular_id=circular.id))


def show(circular_id: str) -> ResponseReturnValue:
    """One circular: for the province the whole desk, for an office its letters and the public version."""
    session, user = web.session(), current_user()
    circular = _load(circular_id)
    if not user.has(Role.ADMINISTRATOR, Role.LEADER, Role.SUPERVISOR):
        letters = [letter for letter in letters_of(session, circular) if letter.office_id == user.office_id]
        receipt = own_receipt(session, circular, user)
        return render_template("notices/office.html", circular=circular, letters=letters, receipt=receipt)
    frozen = results(session, circular)
    offices = {office["id"]: office["name"] for office in frozen["offices"]}
    return render_template(
        "notices/show.html", circular=circular, sections=sections_of(circular), figures=draft_figures(frozen),
        review=inspect(session, circular, faces()) if circular.status != "issued" else None, offices=offices,
        files={file["id"]: file for file in frozen["files"]}, letters=letters_of(session, circular),
        receipts=receipts_of(session, circular), edits=edits_of(session, circular), statuses=STATUSES,
        items=rectifications_of(session, circular), section_form=partial(SectionForm, formdata=None),
        details=DetailsForm(
            formdata=None, title=circular.title, addressee=circular.addressee, note=circular.note,
            copies_to="、".join(circular.copies_to), version=circular.version,
        ),
        proof_form=ProofreadForm(formdata=None), reason_form=ReasonForm(formdata=None),
        issue_form=IssueForm(formdata=None, on=clock.today()),
    )  # fmt: skip


def section(circular_id: str, key: str) -> ResponseReturnValue:
    """Save one section."""
    form, circular = SectionForm(), _load(circular_id)
    _valid(form)
    same_version(circular, form.version.data)
    text, heading = form.text.data or "", form.heading.data or ""
    edit_section(web.session(), circular=circular, key=key, heading=heading, text=text, by=current_user())
    flash("已保存。", "success")
    return _back(circular, f"section-{key}")


def details(circular_id: str) -> ResponseReturnValue:
    """Save title, addressee, 抄送, 附注."""
    form, circular = DetailsForm(), _load(circular_id)
    _valid(form)
    same_version(circular, form.version.data)
    edit_details(web.session(), circular=circular, form=form, by=current_user())
    flash("已保存。", "success")
    return _back(circular)


def proof(circular_id: str) -> ResponseReturnValue:
    """核稿."""
    form, circular = ProofreadForm(), _load(circular_id)
    _valid(form)
    confirmed = form.confirmed.data or []
    proofread(web.session(), circular=circular, confirmed=confirmed, faces=faces(), by=current_user())
    flash("核稿通过，可以签发。", "success")
    return _back(circular)


def back(circular_id: str) -> ResponseReturnValue:
    """Return to 拟稿 with a reason."""
    form, circular = ReasonForm(), _load(circular_id)
    _valid(form)
    send_back(web.session(), circular=circular, reason=form.reason.data or "", by=current_user())
    flash("已退回拟稿人。", "success")
    return _back(circular)


def sign(circular_id: str) -> ResponseReturnValue:
    """签发."""
    form, circular = IssueForm(), _load(circular_id)
    _valid(form)
    on = form.on.data or clock.today()
    issue(web.session(), circular=circular, store=web.blob_store(), faces=faces(), by=current_user(), on=on)
    flash(f"已签发：{circular.number}。", "success")
    return _back(circular)


def pdf(circular_id: str, version: str) -> ResponseReturnValue:
    """The set pages: as issued, or of the draft as it stands; an office gets the public version only."""
    circular = _load(circular_id)
    if version == "full" and not current_user().has(Role.ADMINISTRATOR, Role.LEADER, Role.SUPERVISOR):
        raise errors.NotFound()
    return pdf_of(web.session(), circular, version)


def word(circular_id: str, version: str) -> ResponseReturnValue:
    """The same document for Word: what the office circulates; the stored PDF stays what counts."""
    circular = _load(circular_id)
    if version not in ("full", "public"):
        raise errors.NotFound()
    document = document_of(circular, results(web.session(), circular), public=version == "public")
    name = f"{circular.number or '通报草稿'}.docx"
    return web.download(io.BytesIO(to_word(document)), name, DOCX)


def receive(circular_id: str) -> ResponseReturnValue:
    """签收 by an office."""
    session, circular = web.session(), _load(circular_id)
    receipt = own_receipt(session, circular, current_user())
    if receipt is None:
        raise errors.NotFound()
    rectify.receive(session, receipt=receipt, by=current_user())
    flash("已签收。", "success")
    return _back(circular)


def demand(circular_id: str, office_id: str) -> ResponseReturnValue:
    """The 整改通知书 of one office."""
    session, circular = web.session(), _load(circular_id)
    if office_id not in visible_offices(session, current_user()):
        raise errors.NotFound()
    office = session.get_one(Office, office_id)
    setting = rectify.notice_for(session, circular=circular, office=office, faces=faces())
    return _pdf(setting.pdf, f"整改通知书-{office.short_name or office.name}.pdf")


def letter(letter_id: str, version: str) -> ResponseReturnValue:
    """A 评查意见书, in full for its office and the province, or with names masked."""
    session = web.session()
    found = session.get(Letter, letter_id)
    check_object(session, "letter", found, current_user())
    assert found is not None
    digest = {"full": found.full_sha256, "public": found.public_sha256}.get(version)
    if digest is None:
        raise errors.NotFound()
    name = f"评查意见书-{found.number}.pdf"
    return web.download(web.blob_store().path(digest), name, "application/pdf", digest=digest, inline=True)


def ledger() -> ResponseReturnValue:
    """The ledger of faults to correct: an office's own, or all for the province."""
    session, user = web.session(), current_user()
    offices = visible_offices(session, user)
    status = request.args.get("status", "")
    items = rectify.ledger(
        session, offices=offices, status=status, circular_id=request.args.get("circular", "")
    )
    names = {id_: session.get_one(Office, id_).name for id_ in {item.office_id for item in items}}
    return render_template(
        "notices/ledger.html", items=items, names=names, status=status, statuses=RECTIFICATION_STATUSES,
        answer_form=AnswerForm(formdata=None), check_form=CheckForm(formdata=None),
        late={item.id for item in rectify.overdue(items, clock.today())},
    )  # fmt: skip


def answer(item_id: str) -> ResponseReturnValue:
    """The office reports."""
    form, item = AnswerForm(), _item(item_id)
    _valid(form)
    file = form.proof.data
    attached = (file.stream, file.filename) if file and file.filename else None
    rectify.answer(
        web.session(),
        item=item,
        text=form.text.data or "",
        proof=attached,
        store=web.blob_store(),
        by=current_user(),
    )
    flash("整改情况已报送。", "success")
    return redirect(url_for("notices.ledger"))


def check(item_id: str) -> ResponseReturnValue:
    """The province checks: 销号 or back."""
    form, item = CheckForm(), _item(item_id)
    _valid(form)
    accepted = request.form.get("act") == "close"
    rectify.check(
        web.session(), item=item, accepted=accepted, remark=form.remark.data or "", by=current_user()
    )
    flash("已销号。" if accepted else "已退回。", "success")
    return redirect(url_for("notices.ledger"))


def proof_file(item_id: str) -> ResponseReturnValue:
    """The proof an office attached."""
    item = _item(item_id)
    if not item.proof_sha256:
        raise errors.NotFound()
    stream = web.blob_store().path(item.proof_sha256)
    return web.download(stream, item.proof_name, "application/octet-stream", digest=item.proof_sha256)


def _load(circular_id: str) -> Circular:
    session = web.session()
    circular = session.get(Circular, circular_id)
    check_object(session, "circular", circular, current_user())
    assert circular is not None
    return circular


def _item(item_id: str) -> Rectification:
    session = web.session()
    item = session.get(Rectification, item_id)
    check_object(session, "rectification", item, current_user())
    assert item is not None
    return item


def _valid(form: web.Form) -> None:
    if not form.validate_on_submit():
        said = "；".join(str(text) for texts in form.errors.values() for text in texts)
        raise errors.Refused(f"提交的内容有误：{said}", "请返回修改后重新提交。")


def _back(circular: Circular, anchor: str = "") -> Response:
    return redirect(url_for("notices.show", circular_id=circular.id, _anchor=anchor or None))


def _pdf(data: bytes, name: str) -> ResponseReturnValue:
    return web.download(io.BytesIO(data), name, "application/pdf", inline=True)


web.add_routes(bp, ROUTES, globals())
web.add_routes(bp, views_patterns.ROUTES, vars(views_patterns))
