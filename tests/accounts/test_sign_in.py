"""Signing in: lockout shared by processes, sessions that end when they must, CSRF, no user enumeration."""

import re
import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from accounts import User
from accounts.models import LoginFailure, LoginSession
from accounts.sign_in import COOKIE, authenticate, safe_goal
from foundation import audit, clock, db, errors, settings, web
from house import create_app
from tests.conftest import PASSWORD


def try_in(client: FlaskClient, login: str, password: str, address: str = "10.0.0.1") -> int:
    data = {"login": login, "password": password}
    return client.post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_five_failures_lock_even_the_right_password(client: FlaskClient) -> None:
    assert [try_in(client, "clerk_jilin", "wrong") for _ in range(5)] == [401] * 5
    assert try_in(client, "clerk_jilin", PASSWORD) == 429
    with clock.freeze(clock.now() + timedelta(minutes=31)):
        assert try_in(client, "clerk_jilin", PASSWORD) == 302


def test_four_failures_are_forgiven(client: FlaskClient) -> None:
    for _ in range(3):
        assert [try_in(client, "clerk_jilin", "wrong") for _ in range(4)] == [401] * 4
        assert try_in(client, "clerk_jilin", PASSWORD) == 302


def test_one_office_cannot_lock_out_another(client: FlaskClient) -> None:
    for _ in range(6):
        try_in(client, "clerk_siping", "wrong", "10.9.9.9")
    assert try_in(client, "clerk_siping", PASSWORD, "10.9.9.9") == 429
    assert try_in(client, "clerk_siping", PASSWORD, "10.0.0.2") == 302


def test_many_addresses_do_not_outrun_the_lock(client: FlaskClient) -> None:
    answers = [try_in(client, "leader", "wrong", f"10.1.0.{number}") for number in range(21)]
    assert answers[:20] == [401] * 20 and answers[20] == 429


def test_spraying_from_one_address_stops(client: FlaskClient) -> None:
    answers = [try_in(client, f"user{number}", "wrong", "10.2.0.1") for number in range(51)]
    assert answers[:50] == [401] * 50 and answers[50] == 429
    assert try_in(client, "leader", PASSWORD, "10.2.0.1") == 429


def test_parallel_guesses_do_not_outrun_the_counter(app: web.Application, config: settings.Settings) -> None:
    """Twenty threads with engines of their own stand for processes: at most five passwords are looked at."""
    outcomes: list[int] = []

    def guess() -> None:
        engine = db.make_engine(config.database_url)
        try:
            authenticate(engine, config, "head_jilin", "wrong", "10.3.0.1")
        except errors.AnhengError as refused:
            outcomes.append(refused.status)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [401] * 5 + [429] * 15


def test_an_unknown_account_answers_like_a_known_one(client: FlaskClient) -> None:
    page = {}
    for login in ("clerk_jilin", "nobody_here"):
        answer = client.post("/login", data={"login": login, "password": "wrong"})
        token = re.compile(
            r'(csrf[-_]token"[^>]*(?:content|value)=")[^"]+'
        )  # signed with the second it was made
        page[login] = token.sub(r"\1", answer.get_data(as_text=True)).replace(login, "?")
        assert answer.status_code == 401
    assert page["clerk_jilin"] == page["nobody_here"]


def test_an_unknown_account_takes_as_long(app: web.Application, config: settings.Settings) -> None:
    def seconds(login: str, address: str) -> float:
        start = time.perf_counter()
        with pytest.raises(errors.AnhengError):
            authenticate(app.anheng_engine, config, login, "wrong", address)
        return time.perf_counter() - start

    known = [seconds("leader", f"10.4.0.{number}") for number in range(15)]
    unknown = [seconds("nobody", f"10.5.0.{number}") for number in range(15)]
    assert abs(statistics.median(known) - statistics.median(unknown)) < 0.05


def test_the_session_id_is_new_at_every_sign_in(client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "planted")
    tokens = set()
    for _ in range(3):
        assert try_in(client, "clerk_jilin", PASSWORD) == 302
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        tokens.add(cookie.value)
    assert len(tokens) == 3 and "planted" not in tokens


def test_the_cookie_is_guarded_and_its_copy_in_the_database_is_a_hash(
    client: FlaskClient, engine: object
) -> None:
    answer = client.post("/login", data={"login": "clerk_jilin", "password": PASSWORD})
    header = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in header and "SameSite=Lax" in header
    token = header.split(";")[0].split("=", 1)[1]
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        rows = session.exec(select(LoginSession)).all()
        assert len(rows) == 1 and token not in repr(rows[0].model_dump())


def test_idle_and_absolute_limits(login: Callable[..., FlaskClient]) -> None:
    client, start = login(None, "clerk_jilin"), clock.now()
    for minutes in range(25, 12 * 60, 25):
        with clock.freeze(start + timedelta(minutes=minutes)):
            assert client.get("/").status_code == 200
    with clock.freeze(start + timedelta(hours=12, seconds=1)):
        assert client.get("/").status_code == 302
    other = login(None, "clerk_jilin")
    with clock.freeze(clock.now() + timedelta(minutes=30, seconds=1)):
        assert other.get("/").status_code == 302


def test_polling_does_not_keep_a_session_alive(login: Callable[..., FlaskClient]) -> None:
    client, start = login(None, "clerk_jilin"), clock.now()
    with clock.freeze(start + timedelta(minutes=20)):
        assert client.get("/", headers={"X-Anheng-Passive": "1"}).status_code == 200
    with clock.freeze(start + timedelta(minutes=31)):
        assert client.get("/").status_code == 302


def test_sign_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    try_in(client, "clerk_jilin", PASSWORD)
    token = client.get_cookie(COOKIE)
    assert token is not None and client.post("/logout").status_code == 302
    client.set_cookie(COOKIE, token.value)
    assert client.get("/").status_code == 302


def test_ending_other_sessions_works_at_once(login: Callable[..., FlaskClient]) -> None:
    here, there, third = (login(None, "clerk_jilin") for _ in range(3))
    assert here.get("/logins").get_data(as_text=True).count("本机") == 1
    assert here.post("/logins/end").status_code == 302
    assert [client.get("/").status_code for client in (here, there, third)] == [200, 302, 302]


def test_one_cannot_end_the_session_of_another(
    login: Callable[..., FlaskClient], engine: object, seeded: dict[str, User]
) -> None:
    victim, other = login(None, "clerk_jilin"), login(None, "clerk_siping")
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        query = select(LoginSession.id).where(col(LoginSession.user_id) == seeded["clerk_jilin"].id)
        target = session.exec(query).one()
    other.post("/logins/end", data={"login_id": target})
    assert victim.get("/").status_code == 200


def test_forged_requests_are_refused(config: settings.Settings, seeded: dict[str, User]) -> None:
    app = create_app(config)
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    good = {"login": "clerk_jilin", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=good | {"csrf_token": ""}).status_code == 400
    assert app.test_client().post("/login", data=good).status_code == 400
    assert client.post("/login", data=good).status_code == 302
    for header in ({}, {"X-CSRFToken": token}, {"X-CSRFToken": "abc"}):
        assert client.post("/logins/end", headers=header).status_code == 400, (
            "the token of before sign-in is void"
        )
    fresh = client.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
    assert client.post("/logins/end", headers={"X-CSRFToken": fresh}).status_code == 302
    app.anheng_engine.dispose()


@pytest.mark.parametrize(
    ("goal", "path"),
    [("/cases?x=1", "/cases?x=1"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"),
     ("javascript:alert(1)", "/"), ("", "/"), (None, "/"), ("/a\nb", "/")],
)  # fmt: skip
def test_the_way_back_stays_on_this_site(goal: str | None, path: str) -> None:
    assert safe_goal(goal, "/") == path


def test_a_first_password_must_be_changed(client: FlaskClient, engine: object) -> None:
    with db.session_scope(engine) as session:  # type: ignore[arg-type]
        user = session.exec(select(User).where(User.login == "clerk_jilin")).one()
        user.must_change = True
        session.add(user)
    try_in(client, "clerk_jilin", PASSWORD)
    assert client.get("/").location == "/password"
    assert client.get("/registers").location == "/password"
    form = {"old": PASSWORD, "new": "Xin-Mima-2026!", "again": "Xin-Mima-2026!"}
    for wrong in (
        {"old": "x"},
        {"new": "short", "again": "short"},
        {"again": "other"},
        {"new": PASSWORD, "again": PASSWORD},
    ):
        client.post("/password", data=form | wrong)
        assert client.get("/").location == "/password"
    assert client.post("/password", data=form).status_code == 302
    assert client.get("/").status_code == 200


def test_an_old_password_must_be_changed(client: FlaskClient) -> None:
    with clock.freeze(clock.now() + timedelta(days=91)):
        assert try_in(client, "clerk_jilin", PASSWORD) == 302
        assert client.get("/").location == "/password"


def test_sign_ins_are_on_record_without_passwords(client: FlaskClient, engine: object) -> None:
    try_in(client, "clerk_jilin", "geheim-geheim")
    try_in(client, "clerk_jilin", PASSWORD)
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        entries = session.exec(select(audit.AuditEntry).order_by(col(audit.AuditEntry.at))).all()
        actions = [entry.action for entry in entries if entry.action.startswith("account.")]
        everything = repr([entry.model_dump() for entry in entries])
    assert actions == ["account.sign_in_failed", "account.sign_in"]
    assert "geheim" not in everything and PASSWORD not in everything


def test_the_counter_forgets_no_one_by_case(client: FlaskClient, engine: object) -> None:
    for login in ("Clerk_jilin", "CLERK_JILIN", "clerk_jilin", "clerk_Jilin", "clerk_jiliN"):
        try_in(client, login, "wrong")
    assert try_in(client, "clerk_jilin", PASSWORD) == 429
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        assert {row.key for row in session.exec(select(LoginFailure))} == {
            "account:clerk_jilin@10.0.0.1", "account:clerk_jilin", "address:10.0.0.1"
        }  # fmt: skip
