"""我的队列 and 评分台: a reviewer's files, one at a time, with the pages and nobody else's opinion."""

import io
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from accounts import Office, current_user
from casefiles import CASE_KINDS, CaseFile, ReadFile, StoredFile, blocks, page_png, read_of
from foundation import errors, web
from review.access import duty, round_of, seat_of
from review.blinding import conceal, conceal_page, cover, hidden_boxes
from review.desk import desk_state, line_state, names_hidden, progress
from review.forms import RecuseForm, SubmitForm, options
from review.models import Assignment, Recusal, Round, RoundFile
from review.rounds import office_names
from review.sheets import Change, LineConflict, affirm_system, sheet_of
from review.sheets import left as still_open
from review.sheets import save_line as save
from review.sheets import submit as hand_in
from review.staffing import recuse as declare

TURNS = ("0", "90", "180", "270")


def queue() -> ResponseReturnValue:
    """The reviewer's files by round: done, open, time left; 回避 can be declared here."""
    session, user = web.session(), current_user()
    query = (
        select(Assignment, RoundFile, Round)
        .join(RoundFile, col(RoundFile.id) == Assignment.round_file_id)
        .join(Round, col(Round.id) == Assignment.round_id)
        .where(Assignment.reviewer_id == user.id, Assignment.state == "assigned", Round.phase != "archived")
        .order_by(col(Round.id), col(RoundFile.code))
    )
    rounds: dict[str, dict[str, Any]] = {}
    for seat, file, round_ in session.exec(query):
        entry = rounds.setdefault(
            round_.id, {"round": round_, "rows": [], "form": _recuse_form(session, round_)}
        )
        entry["rows"].append(_queued(session, seat, file, round_))
    return render_template("review/queue.html", rounds=list(rounds.values()), kinds=CASE_KINDS)


def _queued(session: Session, seat: Assignment, file: RoundFile, round_: Round) -> dict[str, Any]:
    sheet = sheet_of(session, seat)
    case = session.get_one(CaseFile, file.case_id)
    return {
        "seat": seat,
        "file": file,
        "case": case,
        "label": file.code if round_.hide_identity else f"{file.code} {case.number}",
        "state": sheet.state if sheet else "new",
        "left": len(still_open(session, file, sheet)) if file.check_id else 0,
    }


def _recuse_form(session: Session, round_: Round) -> RecuseForm:
    form = RecuseForm()
    names = office_names(session)
    form.office_id.choices = options(
        [("", "（仅回避所选案卷）"), *((id_, names[id_]) for id_ in round_.office_ids)]
    )
    return form


def recuse(round_id: str) -> ResponseReturnValue:
    """Declare 回避 against a unit or one of one's files."""
    session, round_, user = web.session(), round_of(round_id), current_user()
    form = _recuse_form(session, round_)
    if not form.validate_on_submit() or not duty(session, round_, user):
        raise errors.AnhengError("没有写明回避的对象或理由，没有登记。", "请返回补全后重试。")
    mine = select(Assignment.round_file_id).where(
        Assignment.round_id == round_.id, Assignment.reviewer_id == user.id
    )
    file_id = form.file_id.data or ""
    if not form.office_id.data and file_id not in set(session.exec(mine)):
        raise errors.NotFound()
    declare(
        session,
        round_,
        reviewer=user,
        reason=form.reason.data or "",
        office_id=form.office_id.data,
        file_id=file_id,
    )
    flash("回避已登记，相关案卷已退回分派。", "success")
    return redirect(url_for("review.queue"))


def desk(seat_id: str) -> ResponseReturnValue:
    """The scoring desk of one file."""
    session = web.session()
    seat, file, round_ = seat_of(seat_id)
    case = session.get_one(CaseFile, file.case_id)
    return render_template(
        "review/desk.html",
        seat=seat,
        file=file,
        round=round_,
        case=case,
        kind=CASE_KINDS[file.case_kind],
        office=None if round_.hide_identity else session.get_one(Office, file.office_id),
        state=desk_state(session, round_, file, seat),
        form=SubmitForm(),
        following=_following(session, seat),
        frozen_rules={"pack": round_.pack_id, "standard": round_.standard_ref},
        recused=session.exec(select(Recusal.id).where(Recusal.round_file_id == file.id)).first(),
    )


def _following(session: Session, seat: Assignment) -> str | None:
    """The next seat of this reviewer that is not handed in."""
    query = select(Assignment).where(
        Assignment.reviewer_id == seat.reviewer_id,
        Assignment.round_id == seat.round_id,
        Assignment.state == "assigned",
        Assignment.id != seat.id,
    )
    for other in session.exec(query.order_by(col(Assignment.id))):
        sheet = sheet_of(session, other)
        if sheet is None or sheet.state == "draft":
            return other.id
    return None


def _stored(file: RoundFile, file_id: str) -> StoredFile:
    stored = web.session().get(StoredFile, file_id)
    if stored is None or stored.case_id != file.case_id or stored.removed_at is not None:
        raise errors.NotFound()
    return stored


def _read(stored: StoredFile) -> ReadFile:
    return read_of(web.blob_store(), stored)


def page_image(seat_id: str, file_id: str, page: int) -> ResponseReturnValue:
    """A page of the seat's file as PNG, names and seals painted over when the round hides identities."""
    session = web.session()
    _, file, round_ = seat_of(seat_id)
    stored = _stored(file, file_id)
    turn = request.args.get("turn", "0")
    turns = int(turn) if turn in TURNS else 0
    names = names_hidden(session, round_, file)
    upright = page_png(
        web.settings(), web.blob_store(), stored, page, size="page", turn=0 if names else turns
    )
    if not names:
        return _private(send_file(upright, mimetype="image/png"))
    read = next((p for p in _read(stored).pages if p.number == page), None)
    covered = cover(upright, hidden_boxes(read, names) if read else [], turn=turns)
    return _private(send_file(io.BytesIO(covered), mimetype="image/png"))


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def words(seat_id: str, file_id: str) -> ResponseReturnValue:
    """A file without page images as text, names covered, the asked words lit."""
    session = web.session()
    _, file, round_ = seat_of(seat_id)
    read = _read(_stored(file, file_id))
    names = names_hidden(session, round_, file)
    read = ReadFile(**{**read_fields(read), "pages": tuple(conceal_page(page, names) for page in read.pages)})
    at, quote = request.args.get("at", "")[:100], request.args.get("quote", "")[:2000]
    return render_template(
        "casefiles/_words.html", blocks=blocks(read, at=at, quote=quote), sheets=conceal(read.sheets, names)
    )


def read_fields(read: ReadFile) -> dict[str, Any]:
    """The fields of a reading by name."""
    return {name: getattr(read, name) for name in ReadFile.__dataclass_fields__}


def save_line(seat_id: str, rule: str) -> ResponseReturnValue:
    """Save one criterion of a draft; a conflict answers with what stands, nothing is overwritten."""
    data = request.get_json(silent=True) or {}
    session = web.session()
    seat, file, round_ = seat_of(seat_id)
    stored = {f.id: f for f in session.exec(select(StoredFile).where(StoredFile.case_id == file.case_id))}
    by_name = {f.name: f for f in stored.values()}
    change = _change(data, {id_: f.name for id_, f in stored.items()})
    try:
        line = save(session, round_, seat, rule=rule, change=change, version=int(data.get("version") or 0))
    except LineConflict as conflict:
        shown = line_state(conflict.line, by_name)
        error = {"what": conflict.what, "remedy": conflict.remedy, "status": 409}
        return jsonify(error=error, line=conceal(shown, names_hidden(session, round_, file))), 409
    shown = conceal(line_state(line, by_name), names_hidden(session, round_, file))
    return jsonify(line=shown, **progress(session, round_, file, sheet_of(session, seat)))


def _change(data: dict[str, Any], names: dict[str, str]) -> Change:
    """The desk's JSON as a change; unknown files and values of a wrong type are refused."""
    try:
        return Change(
            action=str(data.get("action") or ""),
            verdict=str(data.get("verdict") or ""),
            limbs={str(k): str(v) for k, v in dict(data.get("limbs") or {}).items()},
            occurrences=int(data.get("occurrences") or 0),
            note=str(data.get("note") or "")[:2000],
            anchors=[_anchor(anchor, names) for anchor in data.get("anchors") or ()],
            searched=[str(name)[:200] for name in data.get("searched") or ()],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise errors.AnhengError("评分台送来的内容不完整，没有保存。", "请刷新评分台后重试。") from error


def _anchor(anchor: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    box = anchor.get("box")
    place: dict[str, Any] = {"file": names[anchor["file"]]}
    if anchor.get("page"):
        place["page"] = int(anchor["page"])
    if box:
        place["box"] = [min(1.0, max(0.0, float(edge))) for edge in box][:4]
    return place | {k: str(anchor[k])[:500] for k in ("at", "quote") if anchor.get(k)}


def affirm(seat_id: str, system: str) -> ResponseReturnValue:
    """Answer all open questions of one system with 符合."""
    session = web.session()
    seat, file, round_ = seat_of(seat_id)
    count = affirm_system(session, round_, seat, system=system)
    state = desk_state(session, round_, file, seat)
    return jsonify(count=count, **state)


def submit_sheet(seat_id: str) -> ResponseReturnValue:
    """Hand the sheet in and go on to the next file."""
    session = web.session()
    seat, file, round_ = seat_of(seat_id)
    form = SubmitForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("总体意见过长，评分表没有提交。", "请缩短到 2000 字以内。")
    hand_in(session, round_, seat, remark=form.remark.data or "", by=current_user())
    flash(f"{file.code} 的评分表已提交。", "success")
    following = _following(session, seat)
    return redirect(url_for("review.desk", seat_id=following) if following else url_for("review.queue"))
