"""抽样 and 分派: the published list and seed, the result, who scores what."""

import json
from collections import defaultdict

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from accounts import User, current_user
from casefiles import CASE_KINDS, CaseFile
from foundation import clock, errors, web
from review.access import may_lead, round_of
from review.assign import barred
from review.forms import ListForm, MustForm, PlainForm, SeatForm, SeedForm, options
from review.models import Assignment, MustDraw, Recusal, Round, RoundFile
from review.rounds import candidates, files, mark_must_draw, office_names, panel
from review.sampling import fix_seed as fix
from review.sampling import freeze_list as freeze
from review.sampling import round_draw
from review.staffing import add_seat, assign_all, bench, replace, seats


def draw_page(round_id: str) -> ResponseReturnValue:
    """The catalogue, then the frozen list with its hash, then seed and result; checker and record to take away."""
    session, round_ = web.session(), round_of(round_id)
    row = round_draw(session, round_)
    marks = select(MustDraw).where(MustDraw.round_id == round_.id)
    return render_template(
        "review/draw.html",
        round=round_,
        draw=row,
        entries=json.loads(row.list_text)["entries"] if row else [],
        selected={s["case"]: s for s in row.record["selected"]} if row and row.record else {},
        catalogue=candidates(session, round_) if row is None else [],
        marks={mark.case_id: mark.reason for mark in session.exec(marks)},
        kinds=CASE_KINDS,
        offices=office_names(session),
        leads=may_lead(session, round_, current_user()),
        list_form=ListForm(),
        seed_form=SeedForm(),
        must_form=MustForm(),
    )


def draw_record(round_id: str) -> ResponseReturnValue:
    """The record for the checker: everything after the draw, the frozen list before it."""
    round_ = round_of(round_id)
    row = round_draw(web.session(), round_)
    if row is None:
        raise errors.NotFound("抽样名单还没有冻结。", "请在名单冻结后下载。")
    record = row.record or {
        "list": json.loads(row.list_text),
        "list_sha256": row.list_sha256,
        "frozen_at": row.frozen_at.isoformat(timespec="milliseconds"),
    }
    response = Response(json.dumps(record, ensure_ascii=False, indent=1), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"draw-{round_.id}.json")
    return response


def must_draw(round_id: str) -> ResponseReturnValue:
    """Mark a case that has to be drawn, with the reason (D1)."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = MustForm()
    case = session.get(CaseFile, form.case_id.data or "")
    if not form.validate_on_submit() or case is None or case.office_id not in round_.office_ids:
        raise errors.NotFound()
    mark_must_draw(session, round_, case, reason=form.reason.data or "", by=current_user())
    return redirect(url_for("review.draw_page", round_id=round_.id))


def freeze_list(round_id: str) -> ResponseReturnValue:
    """Freeze and publish the list."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = ListForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("没有写明随机种子的来源，名单没有冻结。", "请返回填写来源后再冻结。")
    row = freeze(session, round_, seed_source=form.seed_source.data or "", by=current_user())
    flash(f"名单已冻结。请立即公布哈希值 {row.list_sha256[:16]}…，再等待种子揭晓。", "success")
    return redirect(url_for("review.draw_page", round_id=round_.id))


def fix_seed(round_id: str) -> ResponseReturnValue:
    """Enter the public seed and draw."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = SeedForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("种子或取得方式没有填写，没有抽样。", "请返回补全后再抽取。")
    row = fix(session, round_, seed=form.seed.data or "", how=form.how.data or "", by=current_user())
    flash(f"已抽中 {len(row.record['selected'])} 卷。抽样记录和复核脚本可供任何人下载核对。", "success")
    return redirect(url_for("review.draw_page", round_id=round_.id))


def seats_page(round_id: str) -> ResponseReturnValue:
    """The matrix of files and reviewers: seats, load, 回避 with reasons."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    subjects, people = bench(session, round_)
    held: dict[str, dict[str, Assignment]] = defaultdict(dict)
    for seat in seats(session, round_):
        held[seat.round_file_id][seat.reviewer_id] = seat
    return render_template(
        "review/seats.html",
        round=round_,
        files=[(subject, session.get_one(RoundFile, subject.id)) for subject in subjects],
        people=people,
        held=held,
        load={p.id: sum(p.id in row for row in held.values()) for p in people},
        barred={(f.id, p.id): barred(f, p) for f in subjects for p in people},
        offices=office_names(session),
        recusals=recusals(session, round_),
        seat_form=_named(SeatForm(), session, round_),
        form=PlainForm(),
    )


def recusals(session: Session, round_: Round) -> list[tuple[Recusal, User]]:
    """Declared 回避 with who declared it."""
    query = select(Recusal, User).where(Recusal.round_id == round_.id, Recusal.user_id == User.id)
    return list(session.exec(query.order_by(Recusal.id)))


def _named(form: SeatForm, session: Session, round_: Round) -> SeatForm:
    form.reviewer_id.choices = options(
        (u.id, u.name) for m, u in panel(session, round_) if m.duty == "reviewer"
    )
    return form


def assign(round_id: str) -> ResponseReturnValue:
    """Fill every empty seat."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    new = assign_all(session, round_, by=current_user())
    flash(f"已分派 {len(new)} 个席位（{clock.local(clock.now()):%H:%M}）。", "success")
    return redirect(url_for("review.seats_page", round_id=round_.id))


def change_seat(round_id: str) -> ResponseReturnValue:
    """Give one seat to somebody else, or add a third reviewer."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = _named(SeatForm(), session, round_)
    if not form.validate_on_submit():
        raise errors.AnhengError("没有选择评查员或没有写理由，没有改派。", "请返回补全后重试。")
    who, why, by = form.reviewer_id.data, form.reason.data or "", current_user()
    seat = session.get(Assignment, form.seat_id.data or "")
    if seat is not None and seat.round_id == round_.id:
        replace(session, round_, seat, reviewer_id=who, reason=why, by=by)
    elif form.file_id.data in {file.id for file in files(session, round_)}:
        add_seat(session, round_, form.file_id.data, reviewer_id=who, reason=why, by=by)
    else:
        raise errors.NotFound()
    return redirect(url_for("review.seats_page", round_id=round_.id))
