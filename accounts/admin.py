"""Keeping accounts and offices: 系统管理员 makes them, 安全管理员 gives roles, 审计员 reads the log."""

import secrets
from collections.abc import Iterable

from sqlmodel import Session, col, select

from accounts.models import BUSINESS, LEVELS, OFFICERS, Office, Role, User, UserRole
from accounts.passwords import check_policy, hash_password, verify_password
from accounts.sign_in import end_logins
from foundation import audit, clock, errors

LEAST_LENGTH = 10


def create_office(
    session: Session,
    *,
    code: str,
    name: str,
    short_name: str,
    level: str,
    parent: Office | None,
    region: str = "",
    document_code: str = "",
    by: User | None = None,
) -> Office:
    """Add an office beneath ``parent`` (``None``: the root)."""
    if level not in LEVELS:
        raise errors.AnhengError(f"机构级别“{level}”无效。", f"请选择：{'、'.join(LEVELS.values())}。")
    if session.exec(select(Office).where(Office.code == code)).first():
        raise errors.AnhengError(f"机构代码 {code} 已存在。", "请核对统一社会信用代码或改用其他代码。")
    office = Office(code=code, name=name, short_name=short_name or name, level=level, region=region)
    office.document_code = document_code
    office.parent_id = parent.id if parent else None
    office.path = f"{parent.path if parent else '/'}{office.id}/"
    session.add(office)
    session.flush()
    _record(session, by, "office.create", f"office:{office.id}", office.id, f"新增机构：{name}")
    return office


def edit_office(
    session: Session, *, office: Office, name: str, short_name: str, region: str, document_code: str, by: User
) -> None:
    """Correct an office's names; its code and place in the tree stay, because past papers refer to them."""
    before = office.name
    office.name, office.short_name = name, short_name or name
    office.region, office.document_code = region, document_code
    session.add(office)
    _record(session, by, "office.edit", f"office:{office.id}", office.id, f"修改机构：{before} → {name}")


def create_user(
    session: Session,
    *,
    login: str,
    name: str,
    office: Office,
    password: str | None = None,
    must_change: bool = True,
    quick: bool = False,
    by: User | None = None,
) -> tuple[User, str]:
    """Add an account without any role; returns it and its first password (random unless given)."""
    if session.exec(select(User).where(User.login == login)).first():
        raise errors.AnhengError(f"登录名 {login} 已被使用。", "请换一个登录名。")
    first = password or random_password()
    user = User(login=login, name=name, office_id=office.id, must_change=must_change)
    user.password_hash = hash_password(first, quick=quick)
    session.add(user)
    session.flush()
    _record(session, by, "user.create", f"user:{user.id}", office.id, f"新增账号 {login}（{name}）")
    return user, first


def check_roles(roles: Iterable[Role]) -> None:
    """三员分立: one of the three officers holds nothing else."""
    held = frozenset(roles)
    officers = held & OFFICERS
    if len(officers) > 1 or (officers and held & BUSINESS):
        names = "、".join(role.label for role in Role if role in held)
        raise errors.Refused(
            f"一个账号不能同时担任：{names}。",
            "系统管理员、安全管理员、安全审计员须由不同账号担任，且不得兼任业务角色（三员分立）。",
        )


def set_roles(session: Session, *, user: User, roles: Iterable[Role], by: User | None = None) -> None:
    """Give a user exactly ``roles``; the user's sessions end, so the new rights start with a new sign-in."""
    wanted = frozenset(roles)
    check_roles(wanted)
    if by is not None and by.id == user.id:
        raise errors.Refused("不能调整自己的角色。", "请由另一名安全管理员办理。")
    before = user.role_label
    held = {row.role: row for row in user.role_rows}
    user.role_rows = [
        held.get(role) or UserRole(user_id=user.id, role=role, granted_by=by.id if by else None)
        for role in Role
        if role in wanted
    ]
    session.add(user)
    session.flush()
    end_logins(session, user.id, why="角色调整")
    text = f"{user.name} 的角色由“{before or '无'}”调整为“{user.role_label or '无'}”"
    _record(session, by, "user.roles", f"user:{user.id}", user.office_id, text)


def set_active(session: Session, *, user: User, active: bool, by: User) -> None:
    """Close or reopen an account; a closed one is signed out everywhere. Nothing it did is removed."""
    if by.id == user.id:
        raise errors.Refused("不能停用自己的账号。", "请由另一名系统管理员办理。")
    user.active = active
    session.add(user)
    if not active:
        end_logins(session, user.id, why="账号停用")
    text = f"{'启用' if active else '停用'}账号 {user.login}（{user.name}）"
    _record(session, by, "user.active", f"user:{user.id}", user.office_id, text)


def reset_password(session: Session, *, user: User, by: User | None, quick: bool = False) -> str:
    """Give a random password that must be changed at the next sign-in; returned once, stored as a hash."""
    password = random_password()
    user.password_hash = hash_password(password, quick=quick)
    user.must_change, user.password_at = True, clock.now()
    session.add(user)
    end_logins(session, user.id, why="密码重置")
    _record(session, by, "user.reset", f"user:{user.id}", user.office_id, f"重置 {user.login} 的密码")
    return password


def change_password(
    session: Session, *, user: User, old: str, new: str, least: int, keep: str = "", quick: bool = False
) -> None:
    """Change one's own password; every other session of the account ends."""
    user = session.get_one(User, user.id)
    if not verify_password(user.password_hash, old, quick=quick):
        raise errors.AnhengError("原密码不正确，密码没有修改。", "请重新输入当前使用的密码。")
    check_policy(new, login=user.login, least=least)
    if verify_password(user.password_hash, new, quick=quick):
        raise errors.AnhengError("新密码与原密码相同。", "请换一个没有用过的密码。")
    user.password_hash = hash_password(new, quick=quick)
    user.must_change, user.password_at = False, clock.now()
    session.add(user)
    end_logins(session, user.id, why="修改密码", but=keep)
    _record(session, user, "user.password", f"user:{user.id}", user.office_id, f"{user.name} 修改了密码")


def users_with(session: Session, role: Role | str, office_ids: Iterable[str] | None = None) -> list[User]:
    """The active users who hold ``role``, in some offices or anywhere, by name."""
    query = select(User).join(UserRole, col(UserRole.user_id) == col(User.id))
    query = query.where(UserRole.role == str(role), col(User.active).is_(True))
    if office_ids is not None:
        query = query.where(col(User.office_id).in_(list(office_ids)))
    return list(session.exec(query.order_by(col(User.name), col(User.id))))


def random_password() -> str:
    """Fourteen characters of four kinds, without look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    tail = "".join(secrets.choice(letters + "23456789") for _ in range(9))
    return f"{secrets.choice(letters.upper())}{secrets.choice(letters)}{secrets.choice('23456789')}-{tail}"


def _record(session: Session, by: User | None, action: str, target: str, office: str, text: str) -> None:
    audit.record(session, actor=by, action=action, target=target, office_id=office, text=text)
