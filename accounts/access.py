"""The gate before every view, and the check of every object: both deny unless told otherwise."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_login import current_user as login_user
from sqlmodel import Session, col, select

from accounts.models import Office, Role, User
from accounts.permissions import ACCESS, Access
from accounts.sign_in import load_signed_in, password_due
from foundation import errors, web

Predicate = Callable[[Session, Any, User], bool]
WIDE_ROLES = (Role.LEADER, Role.ADMINISTRATOR, Role.SUPERVISOR)

_predicates: dict[str, Predicate] = {}
_checked: ContextVar[set[str] | None] = ContextVar("anheng_checked_objects", default=None)


def register_object(kind: str, predicate: Predicate) -> None:
    """A room says who may see an object of ``kind``: ``predicate(session, obj, user)``."""
    _predicates[kind] = predicate


def check_object(session: Session, kind: str, obj: Any, user: User) -> None:
    """Let ``user`` at ``obj`` or raise ``NotFound``: an object one may not see answers like an absent one.

    ``obj`` may be ``None`` (not found); a kind without a predicate is always refused.
    """
    checked = _checked.get()
    if checked is not None:
        checked.add(kind)
    predicate = _predicates.get(kind)
    if obj is None or predicate is None or not predicate(session, obj, user):
        raise errors.NotFound()


def current_user() -> User:
    """The signed-in user of this request (with roles; detached from any session)."""
    user: User = login_user._get_current_object()
    return user


def require(*roles: Role | str) -> User:
    """The signed-in user, who must hold one of ``roles``: for a step inside a view that fewer may take."""
    user = current_user()
    if not user.is_authenticated or not user.has(*roles):
        raise errors.Forbidden()
    return user


def office_subtree(session: Session, office: Office) -> list[str]:
    """The ids of an office and all beneath it."""
    query = select(Office.id).where(col(Office.path).startswith(office.path, autoescape=True))
    return list(session.exec(query.order_by(col(Office.path))))


def visible_offices(session: Session, user: User) -> list[str]:
    """The offices whose papers a user may see: the own one; for those who review or supervise, its subtree."""
    office = session.get(Office, user.office_id)
    if office is None:
        return []
    return office_subtree(session, office) if user.has(*WIDE_ROLES) else [office.id]


def offices_in_view(session: Session, user: User) -> tuple[dict[str, str], bool]:
    """The same offices, id to short name in the order of the tree, and whether these are all there are."""
    rows = list(session.exec(select(Office.id, Office.short_name, Office.path).order_by(col(Office.path))))
    own = next((path for office, _, path in rows if office == user.office_id), None)
    wide = user.has(*WIDE_ROLES)
    seen = {
        office: name for office, name, path in rows if own and (path.startswith(own) if wide else path == own)
    }
    return seen, len(seen) == len(rows)


def init_access(app: Flask) -> None:
    """Put the gate before every request and the object check behind every view."""
    manager = LoginManager(app)
    manager.request_loader(load_signed_in)
    app.before_request(_gate)
    app.extensions.setdefault("anheng_before_commit", []).append(_objects_checked)
    app.jinja_env.globals.update(navigation=web.navigation, asset=web.asset, without=web.without)


def _gate() -> ResponseReturnValue | None:
    """Anonymous → sign in; password due → change it; role missing or endpoint undeclared → 403."""
    _checked.set(set())
    if request.endpoint is None:
        return None
    access = ACCESS.get(request.endpoint, Access())
    if access.public:
        return None
    if not login_user.is_authenticated:
        return _ask_to_sign_in()
    user = current_user()
    if not access.pending and (user.must_change or password_due(user, web.settings().sign_in)):
        return redirect(url_for("accounts.password"))
    if not user.roles & access.roles:
        raise errors.Forbidden()
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if web.wants_json() or request.method not in ("GET", "HEAD"):
        raise errors.AnhengError("您还没有登录，或登录已过期。", "请重新登录后再操作。", 401)
    goal = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("accounts.login", next=goal))


def _objects_checked(response: Response) -> None:
    """A view whose endpoint is declared ``on`` a kind must have checked such an object before it answers."""
    access = ACCESS.get(request.endpoint or "", Access())
    checked = _checked.get() or set()
    if (
        access.on
        and response.status_code < 400
        and access.on not in checked
        and not g.get("anheng_no_object")
    ):
        raise RuntimeError(f"{request.endpoint} answered without check_object({access.on!r})")
