"""Who may reach what: every endpoint is declared, every other role is turned away."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import url_for
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from accounts import ACCESS, Role, User, register_object
from foundation import web

LOGINS = {
    Role.CLERK: "clerk_jilin",
    Role.HEAD: "head_jilin",
    Role.REVIEWER: "reviewer1",
    Role.LEADER: "leader",
    Role.ADMINISTRATOR: "administrator",
    Role.SUPERVISOR: "supervisor",
    Role.SYSADMIN: "sysadmin",
    Role.SECADMIN: "secadmin",
    Role.AUDITOR: "auditor",
}
KEPT = ("accounts.logout",)
"""Endpoints that would end the session under test."""


def rules(app: web.Application) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(app: web.Application, rule: Rule) -> str:
    """The rule's URL with ids that name nothing."""
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = type(rule._converters[name]).__name__
        values[name] = 1 if converter == "IntegerConverter" else "0" * 26
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def test_every_endpoint_is_declared(app: web.Application) -> None:
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert served - set(ACCESS) == set()


def test_every_declaration_is_served(app: web.Application) -> None:
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(ACCESS) - served == set()


def test_public_endpoints_are_few() -> None:
    public = {endpoint for endpoint, access in ACCESS.items() if access.public}
    assert public == {"static", "bootstrap.static", "accounts.login", "accounts.health"}


def test_anonymous_reaches_nothing(app: web.Application) -> None:
    wrong = []
    client = app.test_client()
    for rule, method in rules(app):
        if ACCESS[rule.endpoint].public:
            continue
        status = client.open(address(app, rule), method=method).status_code
        if status != (302 if method == "GET" else 401):
            wrong.append((rule.endpoint, method, status))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_other_roles_are_turned_away(
    app: web.Application, login: Callable[..., FlaskClient], role: Role
) -> None:
    client = login(None, LOGINS[role])
    wrong = []
    for rule, method in rules(app):
        access = ACCESS[rule.endpoint]
        if access.public or role in access.roles:
            continue
        status = client.open(address(app, rule), method=method).status_code
        if status != 403:
            wrong.append((rule.endpoint, method, status))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_absent_objects_are_absent(
    app: web.Application, login: Callable[..., FlaskClient], role: Role
) -> None:
    """A declared role that names an object which does not exist gets 404, never an error of the program."""
    client = login(None, LOGINS[role])
    wrong = []
    for rule, method in rules(app):
        access = ACCESS[rule.endpoint]
        if access.on is None or role not in access.roles or rule.endpoint in KEPT:
            continue
        status = client.open(address(app, rule), method=method).status_code
        if status not in (404, 412):  # 412: an upload request without the protocol's header
            wrong.append((rule.endpoint, method, status))
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_lists_answer_their_roles(
    app: web.Application, login: Callable[..., FlaskClient], role: Role
) -> None:
    """Every page without an object opens for the roles it is declared for."""
    client = login(None, LOGINS[role])
    wrong = []
    for rule, method in rules(app):
        access = ACCESS[rule.endpoint]
        if method != "GET" or access.public or access.on or rule.arguments or role not in access.roles:
            continue
        status = client.get(address(app, rule)).status_code
        if status not in (200, 302, 400, 404):
            wrong.append((rule.endpoint, status))
    assert wrong == []


def test_an_undeclared_endpoint_is_refused(app: web.Application, login: Callable[..., FlaskClient]) -> None:
    app.add_url_rule("/undeclared", endpoint="undeclared", view_func=lambda: "secret")
    for name in LOGINS.values():
        assert login(None, name).get("/undeclared").status_code == 403


def test_a_view_that_forgets_its_object_fails(
    app: web.Application,
    login: Callable[..., FlaskClient],
    seeded: dict[str, User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    access = ACCESS["accounts.user"]
    monkeypatch.setitem(ACCESS, "forgetful", access)
    app.add_url_rule("/forgetful", endpoint="forgetful", view_func=lambda: "secret")
    with pytest.raises(RuntimeError, match="without check_object"):
        login(None, "sysadmin").get("/forgetful")


def test_the_office_rule_of_objects_denies_by_default(
    app: web.Application, login: Callable[..., FlaskClient]
) -> None:
    register_object("user", lambda _session, _obj, by: by.has(Role.SYSADMIN, Role.SECADMIN))
    client = login(None, "sysadmin")
    foreign = client.get("/users/" + "0" * 26)
    unknown = client.get("/no-such-page")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


@pytest.mark.parametrize("token", ["", "abc", "expired"])
def test_every_unsafe_request_needs_its_token(
    app: web.Application, login: Callable[..., FlaskClient], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token, with a foreign one, with one that is too old: refused before any view runs."""
    clients = {role: login(None, name) for role, name in LOGINS.items()}
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    headers = {"X-CSRFToken": token}
    if token == "expired":
        monkeypatch.setitem(app.config, "WTF_CSRF_TIME_LIMIT", -1)
    wrong = []
    for rule, method in rules(app):
        if method == "GET":
            continue
        access = ACCESS[rule.endpoint]
        role = min(access.roles, default=Role.CLERK)
        client = clients[role]
        if token == "expired":
            headers = {
                "X-CSRFToken": client.get("/").text.split('name="csrf-token" content="')[1].split('"')[0]
            }
        status = client.open(address(app, rule), method=method, headers=headers).status_code
        if status != 400:
            wrong.append((rule.endpoint, method, status))
    assert wrong == []
