"""The request side: one transaction, error pages in Chinese, strict headers, safe downloads."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from accounts import ACCESS, Access, Office, User
from foundation import db, errors, settings, web
from house import create_app


@pytest.fixture
def serve(app: web.Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Serve a view of the test at /probe and ask for it."""

    def ask(view: Callable[[], Any], method: str = "GET", **options: Any) -> Any:
        monkeypatch.setitem(ACCESS, "probe", Access(public=True))
        app.add_url_rule("/probe", endpoint="probe", view_func=view, methods=[method])
        return client.open("/probe", method=method, **options)

    return ask


def region(engine: Any) -> str:
    with db.session_scope(engine, reading=True) as session:
        return session.exec(select(Office.region).where(Office.level == "province")).one()


def change(value: str) -> None:
    web.session().exec(select(Office).where(Office.level == "province")).one().region = value


def test_a_post_commits_once(serve: Callable[..., Any], engine: Any) -> None:
    assert serve(lambda: change("改") or "ok", "POST").status_code == 200
    assert region(engine) == "改"


def test_an_error_rolls_everything_back(serve: Callable[..., Any], engine: Any) -> None:
    def view() -> str:
        change("坏")
        web.session().flush()
        raise errors.Refused("不行。", "换个办法。")

    answer = serve(view, "POST")
    assert answer.status_code == 422 and "不行。" in answer.text and "换个办法。" in answer.text
    assert region(engine) == "吉林省"


def test_a_get_writes_nothing(serve: Callable[..., Any], engine: Any) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        serve(lambda: change("坏") or "ok")
    assert region(engine) == "吉林省"


def test_a_get_marked_writes_may(serve: Callable[..., Any], engine: Any) -> None:
    @web.writes
    def view() -> str:
        change("读也记")
        return "ok"

    assert serve(view).status_code == 200
    assert region(engine) == "读也记"


def test_a_lost_update_is_a_conflict_page(
    serve: Callable[..., Any], engine: Any, seeded: dict[str, User]
) -> None:
    with db.session_scope(engine, reading=True) as session:
        stale = session.get_one(User, seeded["leader"].id)
    with db.session_scope(engine) as session:
        session.get_one(User, seeded["leader"].id).name = "先"

    def view() -> str:
        stale.name = "后"
        web.session().add(stale)
        return "saved"

    answer = serve(view, "POST")
    assert answer.status_code == 409 and "已被他人修改" in answer.text
    with db.session_scope(engine) as session:
        assert session.get_one(User, seeded["leader"].id).name == "先"


def test_a_script_gets_its_error_as_json(serve: Callable[..., Any]) -> None:
    def view() -> str:
        raise errors.Conflict()

    answer = serve(view, "POST", headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.get_json()["error"]["remedy"].startswith("请返回并刷新")


def test_a_database_away_is_a_polite_503(serve: Callable[..., Any]) -> None:
    def view() -> str:
        raise OperationalError("select", {}, Exception("connection refused"))

    answer = serve(view)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5" and "系统正忙" in answer.text


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left"), OperationalError("x", {}, Exception("database or disk is full"))]
)
def test_a_full_disk_is_said_so_and_changes_nothing(
    serve: Callable[..., Any], engine: Any, fault: Exception
) -> None:
    def view() -> str:
        change("坏")
        raise fault

    answer = serve(view, "POST")
    assert answer.status_code == 507 and "存储空间已满" in answer.text
    assert region(engine) == "吉林省"


def test_a_surprise_tells_a_number_and_no_more(
    config: settings.Settings, seeded: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app({"var": config.var, "database_url": config.database_url, "secret_key": "x"})
    monkeypatch.setitem(ACCESS, "probe", Access(public=True))
    app.add_url_rule("/probe", endpoint="probe", view_func=lambda: {}["geheim"])
    answer = app.test_client().get("/probe")
    assert answer.status_code == 500 and "错误编号" in answer.text
    assert "geheim" not in answer.text and "Traceback" not in answer.text
    app.anheng_engine.dispose()


@pytest.mark.parametrize(
    ("path", "method", "status", "words"),
    [
        ("/missing", "GET", 404, "没有找到"),
        ("/login", "DELETE", 405, "不支持这种操作"),
        ("/static/../app.py", "GET", 404, "没有找到"),
    ],
)
def test_errors_are_in_chinese(client: FlaskClient, path: str, method: str, status: int, words: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status and words in answer.text


def test_an_oversized_body_is_refused(app: web.Application, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/login", data={"login": "x" * 2000, "password": "y"})
    assert answer.status_code == 413 and "上限" in answer.text


def test_every_page_has_a_strict_policy(client: FlaskClient, login: Callable[..., FlaskClient]) -> None:
    login(client, "clerk_jilin")
    for path in ("/", "/login", "/missing", "/registers", "/static/anheng.css"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert "max-age" in headers["Cache-Control"]


def test_nothing_comes_from_elsewhere(client: FlaskClient, login: Callable[..., FlaskClient]) -> None:
    login(client, "clerk_jilin")
    for path in ("/", "/login", "/registers/officer"):
        text = client.get(path).text
        links = re.findall(r'(?:src|href)="([^"]+)"', text)
        assert links and all(link.startswith(("/", "#", "?", "data:")) for link in links)
        for link in links:
            if link.startswith("/static/") or link.startswith("/bootstrap/"):
                with client.get(link) as answer:
                    assert answer.status_code == 200, link


@pytest.mark.parametrize(
    ("mimetype", "inline", "shown"),
    [("application/pdf", True, True), ("image/png", True, True), ("text/html", True, False),
     ("image/svg+xml", True, False), ("application/pdf", False, False), ("application/xml", True, False)],
)  # fmt: skip
def test_downloads_run_nothing(serve: Callable[..., Any], mimetype: str, inline: bool, shown: bool) -> None:
    name = "../../决定书<1>.html"
    answer = serve(
        lambda: web.download(io.BytesIO(b"<script>"), name, mimetype, digest="a" * 64, inline=inline)
    )
    headers = answer.headers
    assert "sandbox" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
    assert ("attachment" not in headers.get("Content-Disposition", "")) is shown
    assert ".." not in headers["Content-Disposition"]
    assert "script" not in headers["Content-Type"] and ("html" not in headers["Content-Type"])
    assert "private" in headers["Cache-Control"] and answer.headers["ETag"] == f'"{"a" * 64}"'


def test_health_answers_without_a_session(client: FlaskClient) -> None:
    assert client.get("/health").get_json() == {"ok": True}


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="datebase_url"):
        create_app({"datebase_url": "sqlite://"})


def test_settings_come_from_the_environment() -> None:
    found = settings.Settings.from_env(
        {
            "ANHENG_VAR": "/tmp/x",
            "DATABASE_URL": "postgresql://h/d",
            "ANHENG_LIMIT_CASE_FILES": "5",
            "ANHENG_SIGN_IN_FAILURES": "3",
        }
    )
    assert (found.database_url, found.limits.case_files, found.sign_in.failures) == ("postgresql://h/d", 5, 3)
    assert found.storage_url == "file:///tmp/x/blobs" and found.limits.file_bytes == 512 * settings.MIB


def test_the_secret_key_is_made_once(tmp_path: Any) -> None:
    first = settings.Settings(var=tmp_path).key
    assert len(first) == 64 and settings.Settings(var=tmp_path).key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
