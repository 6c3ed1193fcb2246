"""What every page shows: navigation by role, today's duties, static files with their version."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from sqlmodel import Session

SECTIONS = ("案卷", "评查", "通报", "分析", "规则", "管理")


@dataclass(frozen=True)
class Duty:
    """One thing a person has to do now; ``tone`` is a Bootstrap colour name, ``primary`` the main one."""

    title: str
    detail: str
    url: str
    due: date | None = None
    tone: str = "secondary"
    action: str = "去办理"


@dataclass(frozen=True)
class NavItem:
    """One link of the navigation, what it is for, and the roles that see it (empty: everyone signed in)."""

    section: str
    label: str
    endpoint: str
    roles: frozenset[str]
    about: str


Finder = Callable[[Session, Any], Iterable[Duty]]
_duties: list[Finder] = []
_nav: dict[str, NavItem] = {}


def register_duties(find: Finder) -> Finder:
    """A room tells what a member has to do: ``find(session, member)``; usable as a decorator."""
    if find not in _duties:
        _duties.append(find)
    return find


def duties_of(session: Session, member: Any) -> list[Duty]:
    """All duties of a member: the pressing first (by colour, then by date due)."""
    found = [duty for find in _duties for duty in find(session, member)]
    order = {"danger": 0, "warning": 1, "primary": 2}
    return sorted(found, key=lambda duty: (order.get(duty.tone, 3), duty.due or date.max))


def register_nav(section: str, label: str, endpoint: str, roles: Iterable[str] = (), about: str = "") -> None:
    """A room adds a link under one of ``SECTIONS``; ``about`` says on the desk what one does there."""
    if section not in SECTIONS:
        raise ValueError(f"navigation section {section!r} is not one of {SECTIONS}")
    _nav[endpoint] = NavItem(section, label, endpoint, frozenset(str(role) for role in roles), about)


def navigation(roles: Iterable[str]) -> dict[str, list[NavItem]]:
    """The links that someone with ``roles`` sees, by section, in the order of ``SECTIONS``."""
    held = {str(role) for role in roles}
    known = current_app.view_functions
    seen = [
        item for item in _nav.values() if item.endpoint in known and (not item.roles or item.roles & held)
    ]
    return {
        name: [i for i in seen if i.section == name]
        for name in SECTIONS
        if any(i.section == name for i in seen)
    }


@lru_cache(maxsize=256)
def _stamp(path: Path) -> str:
    return f"{path.stat().st_mtime_ns:x}"[-8:]


def asset(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it."""
    return url_for("static", filename=name, v=_stamp(Path(current_app.static_folder or "static") / name))


def without(arguments: Mapping[str, str], *names: str) -> dict[str, str]:
    """The query arguments of a link except ``names``: for pagers and filters in templates."""
    return {key: value for key, value in arguments.items() if key not in names}
