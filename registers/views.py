"""Pages of the registers: what an office publishes, to read, edit, import and export."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func
from sqlmodel import col, select

from accounts import Office, Role, User, check_object, current_user, register_object, visible_offices
from foundation import clock, errors, paging, web
from registers.entries import end_entry, entries_of, import_rows, lineage, read_draft, save_entry
from registers.forms import EndForm, ImportForm, entry_form, raw_values, shown_values
from registers.kinds import KINDS, Kind
from registers.models import RegisterEntry
from registers.values import read_date, show_value
from registers.workbook import XLSX, read_workbook, write_workbook

bp = Blueprint("registers", __name__)
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/registers", "index"),
    ("GET", "/registers/<kind>", "listing"),
    ("GET POST", "/registers/<kind>/new", "create"),
    ("GET", "/registers/<kind>/export", "export"),
    ("POST", "/registers/<kind>/import", "take_in"),
    ("GET POST", "/register-entries/<entry_id>", "edit"),
    ("POST", "/register-entries/<entry_id>/end", "end"),
)
READERS = (Role.CLERK, Role.HEAD, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR)
web.register_nav(
    "规则", "名录与清单", "registers.index", READERS, "主体、人员、事项、裁量基准等，可从 Excel 导入"
)


def may_edit(_session: object, entry: RegisterEntry, user: User) -> bool:
    """An office edits its own registers only."""
    return entry.office_id == user.office_id


register_object("register", may_edit)


def index() -> ResponseReturnValue:
    """All registers with the number of entries that hold today for the user's office."""
    session, today = web.session(), clock.today()
    offices = lineage(session, current_user().office_id)
    counts = {
        code: session.exec(
            select(func.count()).select_from(entries_of(offices, code, on=today).subquery())
        ).one()
        for code in KINDS
    }
    return render_template("registers/index.html", kinds=KINDS.values(), counts=counts)


def listing(kind: str) -> ResponseReturnValue:
    """One register: entries of the chosen office and those above it, on the chosen day."""
    session, register = web.session(), _kind(kind)
    office, on, words = _chosen_office(), _chosen_day(), request.args.get("q", "").strip()
    query = entries_of(lineage(session, office.id), kind, on=on, words=words)
    order = [col(RegisterEntry.key), col(RegisterEntry.valid_from).desc(), col(RegisterEntry.id)]
    page = paging.keyset(session, query, order, request.args.get("after"))
    names = {item.id: item.short_name for item in session.exec(select(Office))}
    offices = [(key, names[key]) for key in visible_offices(session, current_user())]
    return render_template(
        "registers/list.html", kind=register, page=page, names=names, offices=offices, office=office,
        on=on, words=words, show=show_value, form=ImportForm(), may_edit=_may_keep(),
    )  # fmt: skip


def create(kind: str) -> ResponseReturnValue:
    """Add an entry to the register of one's own office."""
    register = _kind(kind)
    form = entry_form(register)()
    return _save(register, form, None)


def edit(entry_id: str) -> ResponseReturnValue:
    """Correct an entry of one's own office."""
    entry = web.session().get(RegisterEntry, entry_id)
    check_object(web.session(), "register", entry, current_user())
    assert entry is not None
    register = _kind(entry.kind)
    return _save(register, entry_form(register)(data=shown_values(entry)), entry)


def end(entry_id: str) -> ResponseReturnValue:
    """Give an entry its last day."""
    session = web.session()
    entry = session.get(RegisterEntry, entry_id)
    check_object(session, "register", entry, current_user())
    assert entry is not None
    form = EndForm()
    if not form.validate_on_submit() or form.on.data is None:
        raise errors.AnhengError("没有填写有效的截止日期。", "请返回填写后重试。")
    end_entry(session, entry=entry, kind=_kind(entry.kind), on=form.on.data, by=current_user())
    flash("已保存截止日期。", "success")
    return redirect(url_for("registers.listing", kind=entry.kind))


def export(kind: str) -> Response:
    """All entries of the chosen office as a workbook: also the form for an import."""
    register, office = _kind(kind), _chosen_office()
    query = entries_of([office.id], kind).order_by(col(RegisterEntry.key), col(RegisterEntry.valid_from))
    body = write_workbook(register, web.session().exec(query))
    response = Response(body, mimetype=XLSX)
    name = f"{register.label}-{office.short_name}-{clock.today()}.xlsx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def take_in(kind: str) -> ResponseReturnValue:
    """Import a workbook into one's own office's register: all rows or none."""
    register, form = _kind(kind), ImportForm()
    if not form.validate_on_submit():
        raise errors.AnhengError(
            "没有收到可导入的文件。", "；".join(form.file.errors) or "请刷新页面后重试。"
        )
    rows = read_workbook(register, form.file.data.stream)
    user = current_user()
    count = import_rows(web.session(), office_id=user.office_id, kind=register, rows=rows, by=user)
    flash(f"已导入 {count} 行。", "success")
    return redirect(url_for("registers.listing", kind=kind))


def _save(register: Kind, form: web.Form, entry: RegisterEntry | None) -> ResponseReturnValue:
    refused = None
    if form.validate_on_submit():
        user = current_user()
        try:
            draft = read_draft(register, raw_values(form, register))
            save_entry(
                web.session(), office_id=user.office_id, kind=register, draft=draft, by=user, entry=entry
            )
        except ValueError as fault:
            refused = errors.AnhengError(f"没有保存：{fault}。", "请改正后重新保存。")
        else:
            flash("已保存。", "success")
            return redirect(url_for("registers.listing", kind=register.code))
    page = render_template(
        "registers/entry.html",
        kind=register,
        form=form,
        entry=entry,
        refused=refused,
        end=EndForm(formdata=None),
    )
    return page, 422 if refused else 200


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise errors.NotFound()
    return KINDS[code]


def _may_keep() -> bool:
    return current_user().has(Role.CLERK, Role.HEAD, Role.ADMINISTRATOR)


def _chosen_office() -> Office:
    """The office asked for, if the user may see it; else the user's own."""
    session, user = web.session(), current_user()
    wanted = request.args.get("office") or user.office_id
    if wanted not in visible_offices(session, user):
        raise errors.NotFound()
    return session.get_one(Office, wanted)


def _chosen_day() -> date | None:
    if "on" not in request.args:
        return clock.today()
    text = request.args["on"].strip()
    try:
        return read_date(text, "日期") if text else None
    except ValueError as fault:
        raise errors.AnhengError(f"{fault}。", "请重新选择日期。") from None


web.add_routes(bp, ROUTES, globals())
