"""Signing in: a failure counter shared by all processes, opaque sessions that can be revoked."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from flask import Request, g
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import joinedload
from sqlmodel import Session, col, select

from accounts.models import LoginFailure, LoginSession, User
from accounts.passwords import verify_password
from foundation import audit, clock, commands, db, errors, settings, web

COOKIE = "anheng_session"
TOUCH_SECONDS = 60
KEPT_DAYS = 190
PASSIVE_HEADER = "X-Anheng-Passive"
ACCOUNT_FACTOR, ADDRESS_FACTOR = 4, 10
"""An account locks for everyone at 4 × the limit, an address at 10 ×; an account at one address at 1 ×."""


def authenticate(engine: Engine, config: settings.Settings, login: str, password: str, address: str) -> User:
    """Check a password and return the user, or refuse without telling whether the account exists.

    Runs in transactions of its own: a failure counts even though the request changes nothing else, and no
    database lock is held while the hash is computed.
    """
    keys = _keys(login, address, config.sign_in)
    with db.session_scope(engine) as session:
        locked = [key for key, limit in keys.items() if not _reserve(session, key, limit, config.sign_in)]
        user = session.exec(select(User).where(User.login == login)).first()
    stored = user.password_hash if user and user.active else ""
    right = verify_password(stored, password, quick=config.testing) and not locked
    with db.session_scope(engine) as session:
        if user and right:
            _forgive(session, keys)
            return session.get_one(User, user.id)
        _lock_if_full(session, keys, config.sign_in)
        text = f"登录失败（{'账号已锁定' if locked else '账号或密码不正确'}），来自 {address}"
        target = f"login:{login[:64]}"
        audit.record(session, actor=None, action="account.sign_in_failed", target=target, text=text,
                     office_id=user.office_id if user else None)  # fmt: skip
    if locked:
        raise errors.AnhengError(
            "登录失败次数过多，此账号暂时锁定。",
            f"请在 {config.sign_in.lock_minutes} 分钟后再试，或请安全管理员解锁。",
            429,
        )
    raise errors.AnhengError(
        "登录名或密码不正确。",
        f"请检查后重试；连续 {config.sign_in.failures} 次错误将锁定 {config.sign_in.lock_minutes} 分钟。",
        401,
    )


def open_login(session: Session, *, user: User, address: str, agent: str) -> str:
    """Start a session for a user whose password was right; returns the opaque token for the cookie."""
    token = secrets.token_urlsafe(32)
    login = LoginSession(token_hash=_hash(token), user_id=user.id, address=address[:64], agent=agent[:256])
    user = session.get_one(User, user.id)
    user.last_sign_in_at = clock.now()
    session.add_all([login, user])
    audit.record(session, actor=user, action="account.sign_in", target=f"user:{user.id}", office_id=user.office_id,
                 text=f"{user.name} 登录系统，来自 {address}")  # fmt: skip
    return token


def end_logins(session: Session, user_id: str, *, why: str, only: str = "", but: str = "") -> int:
    """End a user's sessions: all, ``only`` one, or all ``but`` one; they stop working at once."""
    query = update(LoginSession).where(
        col(LoginSession.user_id) == user_id, col(LoginSession.ended_at).is_(None)
    )
    if only:
        query = query.where(col(LoginSession.id) == only)
    if but:
        query = query.where(col(LoginSession.id) != but)
    result = session.exec(query.values(ended_at=clock.now(), ended_why=why))
    return int(result.rowcount)


def open_logins(session: Session, user_id: str) -> list[LoginSession]:
    """A user's sessions that still work, the latest first."""
    query = select(LoginSession).where(LoginSession.user_id == user_id, col(LoginSession.ended_at).is_(None))
    rows = session.exec(query.order_by(col(LoginSession.seen_at).desc()))
    return [row for row in rows if alive(row, web.settings().sign_in)]


def alive(login: LoginSession, policy: settings.SignIn) -> bool:
    """Whether a session still works: not ended, used lately, not too old."""
    moment = clock.now()
    idle = login.seen_at + timedelta(minutes=policy.idle_minutes)
    oldest = login.created_at + timedelta(hours=policy.absolute_hours)
    return login.ended_at is None and moment < idle and moment < oldest


def password_due(user: User, policy: settings.SignIn) -> bool:
    """Whether the password is older than the policy allows."""
    return clock.now() > user.password_at + timedelta(days=policy.password_days)


def load_signed_in(request: Request) -> User | None:
    """The user of a request's cookie, or ``None``; for Flask-Login.

    A request marked passive (a page polling for progress) does not count as activity.
    """
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    query = select(LoginSession, User).join(User, col(User.id) == col(LoginSession.user_id))
    query = query.where(LoginSession.token_hash == _hash(token)).options(joinedload(User.role_rows))  # type: ignore[arg-type]
    with web.reading() as session:
        rows: Any = session.exec(query)
        found: tuple[LoginSession, User] | None = rows.unique().first()
    if found is None or not alive(found[0], web.settings().sign_in) or not found[1].active:
        return None
    login, user = found
    g.login_session_id = login.id
    stale = clock.now() - login.seen_at > timedelta(seconds=TOUCH_SECONDS)
    if stale and PASSIVE_HEADER not in request.headers:
        with db.session_scope(web.engine()) as session:
            touch = update(LoginSession).where(col(LoginSession.id) == login.id)
            session.exec(touch.values(seen_at=clock.now()))
    return user


def unlock(session: Session, login: str) -> None:
    """Clear an account's failures at every address."""
    prefix = f"account:{login.casefold()[:64]}"
    for row in session.exec(
        select(LoginFailure).where(col(LoginFailure.key).startswith(prefix, autoescape=True))
    ):
        if row.key == prefix or row.key.startswith(prefix + "@"):
            session.delete(row)


def locked_logins(session: Session) -> set[str]:
    """The login names that are locked now, at any address."""
    query = select(LoginFailure).where(col(LoginFailure.locked_until) > clock.now())
    keys = [row.key for row in session.exec(query) if row.key.startswith("account:")]
    return {key.removeprefix("account:").split("@")[0] for key in keys}


def _keys(login: str, address: str, policy: settings.SignIn) -> dict[str, int]:
    name = login.casefold()[:64]
    return {
        f"account:{name}@{address[:64]}": policy.failures,
        f"account:{name}": policy.failures * ACCOUNT_FACTOR,
        f"address:{address[:64]}": policy.failures * ADDRESS_FACTOR,
    }


def _counter(session: Session, key: str) -> LoginFailure:
    query = select(LoginFailure).where(LoginFailure.key == key).with_for_update()
    row = session.exec(query).first()
    if row is None:
        db.insert_if_absent(session, LoginFailure, {"key": key, "count": 0, "since": clock.now()})
        row = session.exec(query).one()
    return row


def _reserve(session: Session, key: str, limit: int, policy: settings.SignIn) -> bool:
    """Count an attempt before its password is checked, so parallel guesses cannot outrun the limit."""
    row, moment = _counter(session, key), clock.now()
    window = timedelta(minutes=policy.lock_minutes)
    if row.locked_until and row.locked_until > moment:
        return False
    if row.locked_until or moment - row.since > window:
        row.count, row.since, row.locked_until = 0, moment, None
    row.count += 1
    session.add(row)
    return row.count <= limit


def _lock_if_full(session: Session, keys: dict[str, int], policy: settings.SignIn) -> None:
    for key, limit in keys.items():
        row = _counter(session, key)
        if row.count >= limit and row.locked_until is None:
            row.locked_until = clock.now() + timedelta(minutes=policy.lock_minutes)
            session.add(row)


def _forgive(session: Session, keys: dict[str, int]) -> None:
    for key in keys:
        row = _counter(session, key)
        row.count = max(0, row.count - 1) if key.startswith("address:") else 0
        session.add(row)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def safe_goal(goal: Any, fallback: str) -> str:
    """A path on this site to return to after signing in; anything else becomes ``fallback``."""
    text = str(goal or "")
    ok = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if ok else fallback


@commands.register_cleaner
def clear_old(session: Session) -> int:
    """Remove sessions over for half a year (网络安全法 keeps logs six months) and counters of yesterday."""
    moment = clock.now()
    over = col(LoginSession.seen_at) < moment - timedelta(days=KEPT_DAYS)
    stale = col(LoginFailure.since) < moment - timedelta(days=1)
    gone = (
        session.exec(delete(model).where(rule))
        for model, rule in ((LoginSession, over), (LoginFailure, stale))
    )
    return sum(int(result.rowcount) for result in gone)
