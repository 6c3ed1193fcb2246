"""Passwords: Argon2id hashes, and a policy an assessor of 等级保护 expects."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from foundation import errors

COMMON = ("password", "anheng", "admin", "qwerty", "123456", "jilin", "renfang", "a1b2c3")
HASHES_AT_ONCE = 2
_slots = threading.Semaphore(HASHES_AT_ONCE)


@cache
def _hasher(quick: bool) -> PasswordHasher:
    """OWASP's size (19 MiB, two passes); ``quick`` is for test suites only."""
    if quick:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _dummy(quick: bool) -> str:
    return _hasher(quick).hash("no such account")


def hash_password(password: str, *, quick: bool = False) -> str:
    """The Argon2id hash to store."""
    with _slots:
        return _hasher(quick).hash(password)


def verify_password(stored: str, password: str, *, quick: bool = False) -> bool:
    """Whether ``password`` belongs to ``stored``; an empty hash costs the same time and is always false."""
    with _slots:
        try:
            return _hasher(quick).verify(stored or _dummy(quick), password) and bool(stored)
        except (VerifyMismatchError, InvalidHashError):
            return False


def check_policy(password: str, *, login: str, least: int) -> None:
    """Refuse a weak password: too short, fewer than three kinds of characters, the login, a common word."""
    faults = []
    if len(password) < least:
        faults.append(f"不足 {least} 位")
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    if sum(any(kind(char) for char in password) for kind in kinds) < 3:
        faults.append("小写字母、大写字母、数字、符号四类中不足三类")
    folded = password.casefold()
    if login.casefold() in folded or any(word in folded for word in COMMON):
        faults.append("包含登录名或常见口令")
    if faults:
        raise errors.AnhengError(
            f"新密码不符合要求：{'；'.join(faults)}。",
            f"请设置至少 {least} 位、含三类以上字符、不含登录名和常见词的密码。",
        )
