"""活动: the list of rounds, a new one, one round with its phase bar, panel and dates."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from accounts import Office, Role, User, current_user, users_with, visible_offices
from foundation import clock, errors, paging, web
from review.access import duty, may_lead, may_see_round, round_of
from review.forms import DueForm, MoveForm, PanelForm, RoundForm, due_of, options, show_due
from review.models import PHASES, Assignment, Round, Sheet
from review.phases import advance, blockers, step_back
from review.rounds import (
    add_panelist,
    candidates,
    create_round,
    drawn,
    due_on,
    note,
    panel,
    remove_panelist,
    require_phase,
)
from review.rounds import edit_round as change
from review.staffing import seats
from review.tries import refused_by
from scoring_rules import load_standard, standard_ids


def rounds() -> ResponseReturnValue:
    """The rounds one has to do with, newest first."""
    session, user = web.session(), current_user()
    columns = [col(Round.year).desc(), col(Round.id).desc()]
    page = paging.keyset(session, select(Round), columns, request.args.get("after"), 50)
    seen = [round_ for round_ in page.items if may_see_round(session, round_, user)]
    counts = drawn(session, seen)
    return render_template("review/rounds.html", rounds=seen, counts=counts, next=page.next, phases=PHASES)


def new_round() -> ResponseReturnValue:
    """Scope, panel and plan of a new round."""
    session, user = web.session(), current_user()
    form = fill_choices(session, RoundForm(), user)
    made: list[Round] = []

    def act() -> None:
        made.append(create_round(session, by=user, scope=form.scope(), panel=form.panel.data or ()))

    refused = refused_by(act) if form.validate_on_submit() else None
    if made and refused is None:
        flash("评查活动已建立。", "success")
        return redirect(url_for("review.round_page", round_id=made[0].id))
    return render_template("review/round_form.html", form=form, refused=refused), 422 if refused else 200


def edit_round(round_id: str) -> ResponseReturnValue:
    """Scope and plan changed while the round is being prepared."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    require_phase(round_, "preparing")
    form = fill_choices(session, RoundForm(obj=None if request.method == "POST" else round_), current_user())
    del form.panel
    if request.method == "GET":
        form.gap_limit.data = Decimal(round_.gap_limit) / 10
        form.due_scoring.data, form.due_replying.data = due_on(round_, "scoring"), due_on(round_, "replying")
    refused = None
    if form.validate_on_submit():
        refused = refused_by(lambda: change(session, round_, scope=form.scope(), by=current_user()))
        if refused is None:
            flash("方案已保存。", "success")
            return redirect(url_for("review.round_page", round_id=round_id))
    return render_template(
        "review/round_form.html", form=form, refused=refused, round=round_
    ), 422 if refused else 200


def fill_choices(session: Session, form: RoundForm, user: User) -> RoundForm:
    """Offices under the host, reviewers and standards to choose from."""
    ids = visible_offices(session, user)
    query = select(Office).where(col(Office.id).in_(ids), Office.active).order_by(col(Office.path))
    offices = {office.id: office for office in session.exec(query)}
    form.office_ids.choices = options((o.id, o.name) for o in offices.values() if o.level != "province")
    form.standard_id.choices = options((id_, load_standard(id_).title) for id_ in standard_ids())
    form.panel.choices = options(
        (u.id, f"{u.name}（{offices[u.office_id].short_name}）")
        for u in users_with(session, Role.REVIEWER)
        if u.office_id in offices
    )
    if request.method == "GET":
        form.panel.data = [choice.value for choice in form.panel.choices]
    return form


def round_page(round_id: str) -> ResponseReturnValue:
    """One round: phase bar, what stands in the way, scope, panel, progress."""
    session, round_, user = web.session(), round_of(round_id), current_user()
    leads = may_lead(session, round_, user)
    return render_template(
        "review/round.html",
        round=round_,
        phases=PHASES,
        leads=leads,
        on_panel=duty(session, round_, user),
        blockers=blockers(session, round_) if leads else [],
        members=panel(session, round_),
        progress=progress(session, round_),
        waiting=len(candidates(session, round_)) if round_.phase in ("preparing", "collecting") else 0,
        move_form=MoveForm(),
        due_form=show_due(DueForm(), round_),
        panel_form=_people(session, PanelForm()),
        offices={o.id: o for o in session.exec(select(Office))},
        standard=load_standard(round_.standard_id),
    )


def progress(session: Session, round_: Round) -> dict[str, Any]:
    """Counts a leader may see while scoring runs: sheets handed in per reviewer, never their content."""
    held = seats(session, round_)
    query = (
        select(Sheet.assignment_id)
        .join(Assignment, col(Assignment.id) == Sheet.assignment_id)
        .where(Assignment.round_id == round_.id, Sheet.state == "submitted")
    )
    done = set(session.exec(query))
    people: dict[str, list[int]] = {}
    for seat in held:
        count = people.setdefault(seat.reviewer_id, [0, 0])
        count[0] += seat.id in done
        count[1] += 1
    return {
        "files": drawn(session, [round_]).get(round_.id, 0),
        "people": people,
        "done": len(done),
        "seats": len(held),
    }


def _people(session: Session, form: PanelForm) -> PanelForm:
    people = {u.id: u for role in (Role.REVIEWER, Role.LEADER) for u in users_with(session, role)}
    form.user_id.choices = options((u.id, f"{u.name}（{u.role_label}）") for u in people.values())
    return form


def move(round_id: str) -> ResponseReturnValue:
    """A phase on, or back with its reason."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = MoveForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("表单不完整，没有推进阶段。", "请刷新页面后重试。")
    if form.direction.data == "back":
        step_back(session, round_, reason=form.reason.data or "", by=current_user())
    else:
        advance(session, round_, by=current_user())
    flash(f"活动现处于“{PHASES[round_.phase]}”阶段。", "success")
    return redirect(url_for("review.round_page", round_id=round_.id))


def change_panel(round_id: str) -> ResponseReturnValue:
    """Add, change or remove a member."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = _people(session, PanelForm())
    if not form.validate_on_submit():
        raise errors.AnhengError("没有选择人员，评查组没有改动。", "请返回选择人员后重试。")
    if form.remove.data:
        remove_panelist(session, round_, form.user_id.data, by=current_user())
    else:
        cap = form.cap.data or 0
        add_panelist(session, round_, form.user_id.data, duty=form.duty.data, cap=cap, by=current_user())
    return redirect(url_for("review.round_page", round_id=round_.id))


def set_due(round_id: str) -> ResponseReturnValue:
    """The last days of the phases."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    form = DueForm()
    if not form.validate_on_submit():
        raise errors.AnhengError("日期格式不对，期限没有改动。", "请按“年-月-日”填写。")
    round_.due = {**{k: v for k, v in round_.due.items() if k not in form.data}, **due_of(form)}
    session.add(round_)
    note(session, round_, current_user(), "due", "调整阶段期限", due=round_.due, on=clock.today().isoformat())
    flash("期限已保存。", "success")
    return redirect(url_for("review.round_page", round_id=round_.id))
