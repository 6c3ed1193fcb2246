"""Pages of the 三员: accounts and offices (系统管理员), roles and locks (安全管理员), the log (安全审计员)."""

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_
from sqlmodel import col, select

from accounts.access import check_object, current_user, register_object
from accounts.admin import create_office, create_user, edit_office, reset_password, set_active, set_roles
from accounts.forms import OfficeEditForm, OfficeForm, RolesForm, UserForm
from accounts.models import LEVELS, Office, Role, User, UserRole
from accounts.sign_in import locked_logins, unlock
from foundation import audit, clock, errors, paging, web

ROUTES: tuple[web.Route, ...] = (
    ("GET", "/users", "users"),
    ("GET POST", "/users/new", "new_user"),
    ("GET POST", "/users/<user_id>", "user"),
    ("POST", "/users/<user_id>/active", "user_active"),
    ("POST", "/users/<user_id>/reset", "user_reset"),
    ("POST", "/users/<user_id>/unlock", "user_unlock"),
    ("GET POST", "/offices", "offices"),
    ("GET POST", "/offices/<office_id>", "office"),
    ("GET", "/audit", "audit_log"),
    ("POST", "/audit/verify", "audit_verify"),
    ("GET", "/audit/export", "audit_export"),
)
MOST_EXPORTED = 100_000

web.register_nav(
    "管理", "账号", "accounts.users", (Role.SYSADMIN, Role.SECADMIN), "建立、停用账号，分配角色，解除锁定"
)
web.register_nav("管理", "单位", "accounts.offices", (Role.SYSADMIN,), "单位的名称、代字和上下级关系")
web.register_nav("管理", "审计记录", "accounts.audit_log", (Role.AUDITOR,), "谁、何时、做了什么；核对审计链")
register_object("office", lambda _session, _office, by: by.has(Role.SYSADMIN))
register_object("user", lambda _session, _user, by: by.has(Role.SYSADMIN, Role.SECADMIN))


@web.register_duties
def officer_duties(session: Any, user: User) -> Any:
    """What the security administrator has to do: accounts without a role, locked accounts."""
    if not user.has(Role.SECADMIN):
        return
    bare = [row for row in session.exec(select(User).where(col(User.active).is_(True))) if not row.roles]
    if bare:
        names = "、".join(row.name for row in bare[:5])
        yield web.Duty(
            f"{len(bare)} 个账号尚未分配角色", names, url_for("accounts.users", only="bare"), tone="primary"
        )
    if locked := locked_logins(session):
        text = "、".join(sorted(locked)[:5])
        yield web.Duty(
            f"{len(locked)} 个账号因多次输错密码被锁定", text, url_for("accounts.users"), tone="warning"
        )


def users() -> ResponseReturnValue:
    """All accounts, by office."""
    session, words = web.session(), request.args.get("q", "").strip()
    query = select(User)
    if words:
        query = query.where(
            or_(*(col(part).contains(words, autoescape=True) for part in (User.login, User.name)))
        )
    if request.args.get("only") == "bare":
        query = query.where(col(User.id).not_in(select(UserRole.user_id)))
    page = paging.keyset(
        session, query, [col(User.office_id), col(User.login), col(User.id)], request.args.get("after")
    )
    names = {office.id: office.short_name for office in session.exec(select(Office))}
    return render_template(
        "accounts/users.html", page=page, names=names, words=words, locked=locked_logins(session)
    )


def new_user() -> ResponseReturnValue:
    """Add an account; the first password is shown once."""
    session, form, refused = web.session(), UserForm(), None
    form.office_id.choices = _office_choices()
    if form.validate_on_submit():
        try:
            user, password = create_user(
                session, login=form.login.data or "", name=form.name.data or "",
                office=session.get_one(Office, form.office_id.data), quick=web.settings().testing, by=current_user(),
            )  # fmt: skip
            return render_template("accounts/password_once.html", user=user, password=password)
        except errors.AnhengError as error:
            refused = error
    return render_template("accounts/new_user.html", form=form, refused=refused), 422 if refused else 200


def user(user_id: str) -> ResponseReturnValue:
    """One account; the security administrator changes its roles here."""
    row = _user(user_id)
    form, refused = RolesForm(data={"roles": list(row.roles)}), None
    mine = current_user().has(Role.SECADMIN)
    if mine and form.validate_on_submit():
        try:
            set_roles(web.session(), user=row, roles=form.roles.data or [], by=current_user())
            flash(f"{row.name} 的角色已保存，其登录已退出。", "success")
            return redirect(url_for("accounts.users"))
        except errors.AnhengError as error:
            refused = error
    office = web.session().get(Office, row.office_id)
    locked = row.login.casefold() in locked_logins(web.session())
    page = render_template(
        "accounts/user.html", row=row, form=form, office=office, mine=mine, locked=locked, refused=refused
    )
    return page, 422 if refused else 200


def user_active(user_id: str) -> ResponseReturnValue:
    """Close or reopen an account."""
    row = _user(user_id)
    set_active(web.session(), user=row, active=not row.active, by=current_user())
    flash(f"{row.name} 的账号已{'启用' if row.active else '停用'}。", "success")
    return redirect(url_for("accounts.user", user_id=user_id))


def user_reset(user_id: str) -> ResponseReturnValue:
    """Give a new first password, shown once."""
    row = _user(user_id)
    password = reset_password(web.session(), user=row, by=current_user(), quick=web.settings().testing)
    return render_template("accounts/password_once.html", user=row, password=password)


def user_unlock(user_id: str) -> ResponseReturnValue:
    """Lift a lock after wrong passwords."""
    row = _user(user_id)
    unlock(web.session(), row.login)
    audit.record(web.session(), actor=current_user(), action="user.unlock", target=f"user:{row.id}",
                 office_id=row.office_id, text=f"解除账号 {row.login} 的登录锁定")  # fmt: skip
    flash(f"{row.name} 的账号已解锁。", "success")
    return redirect(url_for("accounts.user", user_id=user_id))


def offices() -> ResponseReturnValue:
    """The tree of offices, and adding one."""
    session, form, refused = web.session(), OfficeForm(), None
    form.parent_id.choices = _office_choices()
    if form.validate_on_submit():
        names = ("code", "name", "short_name", "level", "region", "document_code")
        values = {name: (form[name].data or "").strip() for name in names}
        try:
            parent = session.get_one(Office, form.parent_id.data)
            create_office(session, parent=parent, by=current_user(), **values)
            flash(f"已新增 {values['name']}。", "success")
            return redirect(url_for("accounts.offices"))
        except errors.AnhengError as error:
            refused = error
    rows = session.exec(select(Office).order_by(col(Office.path))).all()
    rows = sorted(rows, key=lambda row: (row.path.count("/"), row.code))
    page = render_template("accounts/offices.html", rows=rows, form=form, levels=LEVELS, refused=refused)
    return page, 422 if refused else 200


def office(office_id: str) -> ResponseReturnValue:
    """Correct the names of an office."""
    session = web.session()
    row = session.get(Office, office_id)
    check_object(session, "office", row, current_user())
    assert row is not None
    form = OfficeEditForm(obj=row)
    if form.validate_on_submit():
        names = ("name", "short_name", "region", "document_code")
        edit_office(
            session,
            office=row,
            by=current_user(),
            **{name: (form[name].data or "").strip() for name in names},
        )
        flash("已保存。", "success")
        return redirect(url_for("accounts.offices"))
    return render_template("accounts/office.html", row=row, form=form)


AREAS = {
    "account.": "登录",
    "user.": "账号",
    "office.": "单位",
    "case.": "案卷",
    "register.": "名录",
    "review.": "评查",
    "circular.": "通报",
    "rectify.": "整改",
    "job.": "后台任务",
    "audit.": "审计",
}
"""What the auditor calls the actions that begin so."""


def audit_log() -> ResponseReturnValue:
    """The log, latest first, by person, action, object and day."""
    session = web.session()
    order = [col(audit.AuditEntry.at).desc(), col(audit.AuditEntry.id).desc()]
    page = paging.keyset(session, _audit_query(), order, request.args.get("after"))
    names = {office.id: office.short_name for office in session.exec(select(Office))}
    return render_template("accounts/audit.html", page=page, names=names, found=None, areas=AREAS)


def audit_verify() -> ResponseReturnValue:
    """Walk all chains and say whether anything was changed, removed or inserted."""
    with web.reading() as before:
        found = audit.verify(before)
    session = web.session()
    verdict = "完整" if found["ok"] else "有误"
    audit.record(session, actor=current_user(), action="audit.verify", target="audit:all", office_id=None,
                 text=f"核对审计链：{found['entries']} 条，{verdict}")  # fmt: skip
    names = {office.id: office.short_name for office in session.exec(select(Office))}
    return render_template(
        "accounts/audit.html", page=paging.Page([], None), names=names, found=found, areas=AREAS
    )


def audit_export() -> Response:
    """The chosen entries as CSV for a spreadsheet; texts that a spreadsheet might run are quoted."""
    target = io.StringIO()
    sheet = csv.writer(target)
    sheet.writerow(["时间", "单位链", "序号", "操作人", "操作", "对象", "说明", "摘要算法", "摘要"])
    query = _audit_query().order_by(col(audit.AuditEntry.at), col(audit.AuditEntry.id)).limit(MOST_EXPORTED)
    for entry in web.session().exec(query):
        row = [
            entry.chain,
            str(entry.seq),
            entry.actor_name,
            entry.action,
            entry.target,
            entry.text,
            entry.algorithm,
        ]
        sheet.writerow([clock.local(entry.at).isoformat(), *map(_harmless, row), entry.digest])
    response = Response("\ufeff" + target.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"审计记录-{clock.today()}.csv")
    return response


def _audit_query() -> Any:
    query, entry = select(audit.AuditEntry), audit.AuditEntry
    for name, column in (("actor", entry.actor_name), ("target", entry.target)):
        if words := request.args.get(name, "").strip():
            query = query.where(col(column).contains(words, autoescape=True))
    if action := request.args.get("action", "").strip():
        query = query.where(col(entry.action).startswith(action, autoescape=True))
    for name, days in (("since", 0), ("until", 1)):
        if text := request.args.get(name, "").strip():
            moment = datetime.combine(_day(text), time(), clock.CHINA) + timedelta(days=days)
            query = query.where(col(entry.at) < moment if days else col(entry.at) >= moment)
    return query


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.AnhengError(f"日期“{text}”无效。", "请按 2026-01-31 的形式填写。") from None


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else text


def _user(user_id: str) -> User:
    row = web.session().get(User, user_id)
    check_object(web.session(), "user", row, current_user())
    assert row is not None
    return row


def _office_choices() -> Any:
    rows = web.session().exec(select(Office).where(col(Office.active).is_(True)).order_by(col(Office.path)))
    ordered = sorted(rows, key=lambda row: (row.path.count("/"), row.code))
    return web.choices((row.id, row.name) for row in ordered)
