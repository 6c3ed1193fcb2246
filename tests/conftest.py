"""Fixtures of every room's tests: a fresh database (SQLite, PostgreSQL or both), application, sign-in."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import Engine, Table, inspect, text
from sqlmodel import Session, SQLModel, select

from accounts import User, seed_jilin
from foundation import db, settings, web
from house import create_app

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is not a fault
hypothesis.settings.load_profile("house")

os.environ.setdefault(
    "ANHENG_OFFICE", "off"
)  # tests of LibreOffice turn it on; the rest need not wait for it

PASSWORD = "Jian-2026-ceshi"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_seed: list[tuple[Table, list[dict[str, object]]]] = []
POSTGRES_HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres", "both"), default="sqlite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--db")
        metafunc.parametrize(
            "database", ["sqlite", "postgres"] if chosen == "both" else [chosen], indirect=True
        )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL for this run: ``TEST_DATABASE_URL``, or a throw-away cluster of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    if not POSTGRES_HOMES:
        pytest.fail("PostgreSQL is not installed and TEST_DATABASE_URL is not set; use --db=sqlite")
    with tempfile.TemporaryDirectory(prefix="anheng-pg-") as folder:
        yield from _cluster(Path(folder))


def _cluster(folder: Path) -> Iterator[str]:
    home, port = POSTGRES_HOMES[0], _free_port()
    command: Callable[[str], list[str]] = lambda tool: [str(home / tool)]  # noqa: E731
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        command = lambda tool: ["runuser", "-u", "postgres", "--", str(home / tool)]  # noqa: E731
    data, quiet = str(folder / "data"), {"check": True, "capture_output": True, "cwd": "/"}
    subprocess.run([*command("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                    "--no-sync"], **quiet)  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    subprocess.run([*command("pg_ctl"), "-D", data, "-o", options, "-l", f"{data}/log", "-w", "start"],
                   check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*command("pg_ctl"), "-D", data, "-m", "immediate", "stop"], **quiet)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def first_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row: copying it takes a hundredth of making it."""
    path = tmp_path_factory.mktemp("tables") / "anheng.db"
    with db.connected(f"sqlite:///{path}") as engine:
        SQLModel.metadata.create_all(engine)
    return path


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; for a test that asks for ``engine``, of one with all tables and no row."""
    tables = "engine" in request.fixturenames
    if request.param == "sqlite":
        if tables:
            shutil.copyfile(request.getfixturevalue("first_tables"), tmp_path / "anheng.db")
        return f"sqlite:///{tmp_path / 'anheng.db'}"
    url: str = request.getfixturevalue("postgres_url")
    with db.connected(url) as engine:
        _clear(engine, tables)
    return url


def _clear(engine: Engine, tables: bool) -> None:
    """Take everything out of a PostgreSQL database; its tables stay where they are all there and no others."""
    stays = tables and set(inspect(engine).get_table_names()) == set(SQLModel.metadata.tables)
    with engine.begin() as connection:
        if stays:
            for table in reversed(SQLModel.metadata.sorted_tables):
                connection.execute(table.delete())
            return
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    if tables:
        SQLModel.metadata.create_all(engine)


@pytest.fixture
def config(database: str, tmp_path: Path) -> settings.Settings:
    """Settings of a test: everything under ``tmp_path``, quick password hashes."""
    return settings.Settings(var=tmp_path / "var", database_url=database, secret_key="test", testing=True)


@pytest.fixture
def engine(config: settings.Settings) -> Iterator[Engine]:
    """An engine on a database with all tables."""
    engine = db.make_engine(config.database_url)
    yield engine
    assert getattr(engine.pool, "checkedout", int)() == 0, "a session of this test was never closed"
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session; commit in the test what a request must see (SQLite has one writer)."""
    with db.open_session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def seeded(engine: Engine, config: settings.Settings) -> dict[str, User]:
    """The offices and demonstration users, by login name: made once, then put in row by row."""
    with db.session_scope(engine) as session:
        for table, rows in _seed:
            session.connection().execute(table.insert(), rows)
        if not _seed:
            seed_jilin(session, password=PASSWORD, config=config)
            for table in SQLModel.metadata.sorted_tables:  # by key: an office comes after the one above it
                found = session.connection().execute(table.select().order_by(*table.primary_key))
                if rows := [dict(row) for row in found.mappings()]:
                    _seed.append((table, rows))
        return {user.login: user for user in session.exec(select(User))}


@pytest.fixture
def app(config: settings.Settings, seeded: dict[str, User]) -> Iterator[web.Application]:
    """The application on the seeded database, CSRF checks off (tests of CSRF turn them on)."""
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.anheng_engine.dispose()


@pytest.fixture
def client(app: web.Application) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def login(app: web.Application) -> Callable[..., FlaskClient]:
    """Sign in: ``login(client, "clerk_jilin")``, or ``login(None, name)`` for a browser of its own."""

    def enter(client: FlaskClient | None, name: str, password: str = PASSWORD) -> FlaskClient:
        client = client or app.test_client()
        answer = client.post("/login", data={"login": name, "password": password})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return client

    return enter


@pytest.fixture
def browser() -> Iterator[Browser]:
    """The machine's browser for one test: Playwright holds an event loop while it runs, and there can be one."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "没有找到浏览器，请先执行 sh tests/provide.sh"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        expect.set_options(timeout=20_000)  # what a page does at last, also on a machine with other work
        yield started
        started.close()
