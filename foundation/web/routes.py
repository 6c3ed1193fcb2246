"""A room's URLs as one table at the head of its ``views.py``, readable in a minute."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint

Route = tuple[str, str, str]


def add_routes(bp: Blueprint, routes: Iterable[Route], views: Mapping[str, Any]) -> None:
    """Register ``(methods, rule, view name)`` rows; call at the foot with the module's ``globals()``.

    The endpoint is the view's name, so ``("GET POST", "/login", "login")`` in room ``accounts`` becomes
    ``accounts.login``.
    """
    for methods, rule, name in routes:
        bp.add_url_rule(rule, endpoint=name, view_func=views[name], methods=methods.split())
