"""``anheng users …``: accounts from the command line, for the first start and for emergencies."""

import json
from contextlib import AbstractContextManager

import click
from sqlmodel import Session, col, select

from accounts.admin import create_office, create_user, reset_password, set_roles
from accounts.models import Office, Role, User
from accounts.seed import seed_jilin
from accounts.sign_in import locked_logins, unlock
from foundation import db, errors, settings


@click.group("users")
def users() -> None:
    """账号：列表、新增、角色、重置密码、解锁、示范账号。"""


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_users(as_json: bool) -> None:
    """列出全部账号。"""
    with _session(reading=True) as session:
        locked = locked_logins(session)
        query = select(User, Office).join(Office, col(Office.id) == col(User.office_id))
        rows = [
            {"login": user.login, "name": user.name, "office": office.name,
             "roles": sorted(user.roles), "role_label": user.role_label,
             "active": user.active, "locked": user.login.casefold() in locked}
            for user, office in session.exec(query.order_by(col(Office.path), col(User.login)))
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "" if row["active"] else " [停用]"
        click.echo(
            f"{row['login']}\t{row['name']}\t{row['office']}\t{row['role_label']}{state}{' [锁定]' if row['locked'] else ''}"
        )


@users.command("create")
@click.argument("login")
@click.argument("name")
@click.option("--office", "code", required=True, help="机构代码")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="角色，可重复"
)
def create(login: str, name: str, code: str, roles: tuple[str, ...]) -> None:
    """新增账号并打印初始密码（首次登录须修改）。"""
    with _session() as session:
        office = session.exec(select(Office).where(Office.code == code)).first()
        if office is None:
            raise errors.AnhengError(f"机构代码 {code} 不存在。", "先用 anheng users office 新增机构。")
        user, password = create_user(session, login=login, name=name, office=office)
        set_roles(session, user=user, roles=[Role(role) for role in roles])
    click.echo(f"{login} 的初始密码：{password}")


@users.command("office")
@click.argument("code")
@click.argument("name")
@click.option("--level", default="county", help="province、city 或 county")
@click.option("--parent", default="", help="上级机构代码")
@click.option("--short", default="", help="简称")
def office(code: str, name: str, level: str, parent: str, short: str) -> None:
    """新增机构。"""
    with _session() as session:
        above = session.exec(select(Office).where(Office.code == parent)).first() if parent else None
        create_office(session, code=code, name=name, short_name=short, level=level, parent=above)
    click.echo(f"已新增机构 {name}。")


@users.command("reset")
@click.argument("login")
def reset(login: str) -> None:
    """重置密码并解锁，打印新的临时密码。"""
    with _session() as session:
        password = reset_password(session, user=_user(session, login), by=None)
        unlock(session, login)
    click.echo(f"{login} 的临时密码：{password}")


@users.command("unlock")
@click.argument("login")
def unlock_user(login: str) -> None:
    """解除登录锁定。"""
    with _session() as session:
        unlock(session, _user(session, login).login)
    click.echo(f"{login} 已解锁。")


@users.command("seed")
@click.option("--password", envvar="ANHENG_DEMO_PASSWORD", required=True, help="全部示范账号的密码")
def seed(password: str) -> None:
    """建立吉林省各级人防机构和各角色的示范账号。"""
    with _session() as session:
        made = seed_jilin(session, password=password)
    click.echo(f"现有账号 {len(made)} 个。")


def _session(*, reading: bool = False) -> AbstractContextManager[Session]:
    return db.one_off(settings.Settings.from_env().database_url, reading=reading)


def _user(session: Session, login: str) -> User:
    user = session.exec(select(User).where(User.login == login)).first()
    if user is None:
        raise errors.AnhengError(f"没有登录名为 {login} 的账号。", "用 anheng users list 查看全部账号。")
    return user


commands: list[click.Command] = [users]
