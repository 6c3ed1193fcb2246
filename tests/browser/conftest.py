"""A real site for a real browser: its own database, worker and server processes on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from accounts import seed_jilin
from foundation import db

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "案衡演示-2026"


@dataclass
class Site:
    """Where the site answers and its ``var`` directory."""

    url: str
    var: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    var = tmp_path_factory.mktemp("site")
    (var / "fonts").symlink_to(ROOT / "var" / "fonts")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"ANHENG_VAR": str(var), "DATABASE_URL": "", "STORAGE_URL": ""}
    subprocess.run([sys.executable, "-m", "app", "migrate"], cwd=ROOT, env=env, check=True)
    with db.session_scope(db.make_engine(f"sqlite:///{var / 'anheng.db'}")) as session:
        seed_jilin(session, password=PASSWORD)
    command = [sys.executable, "-m", "app", "run", "--port", str(port), "--processes", "1"]
    with (var / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server)
        yield Site(url, var)
    finally:
        server.terminate()
        try:
            server.wait(timeout=45)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert server.poll() is None, "the site stopped while starting"
        try:
            with urllib.request.urlopen(url + "/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not answer within 30 s")


@dataclass
class Person:
    """Someone at the browser: signed in, every confirmation accepted, every fault of a script collected."""

    page: Page
    site: Site
    faults: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def press(self, name: str) -> None:
        """Click the one button or link with this name."""
        wanted = (
            self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first
        )
        assert wanted.is_enabled(timeout=20_000), f"{name}: {self.page.locator('main').inner_text()[:600]}"
        wanted.click()
        self.page.wait_for_load_state()

    def until(self, done: Callable[[], bool], what: str, seconds: int = 120) -> None:
        """Look again until something is so; the page's policy forbids evaluating conditions in it."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{what}: not within {seconds} s"
            self.page.wait_for_timeout(300)

    def shot(self, name: str) -> None:
        """Leave a picture under ``ANHENG_SHOTS`` when that is set (the handbook's screenshots)."""
        folder = os.environ.get("ANHENG_SHOTS")
        if folder:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def sign_in(browser: Browser, site: Site):
    """``sign_in("clerk_siping")`` opens a window of one's own; scripts must not have failed at the end."""
    people: list[Person] = []

    def open_(login: str, width: int = 1366, height: int = 768) -> Person:
        page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
        person = Person(page, site, [])
        page.on("dialog", lambda dialog: _accept(dialog))
        page.on("pageerror", lambda error: person.faults.append(str(error)))
        page.on("console", lambda said: person.faults.append(said.text) if said.type == "error" else None)
        person.go("/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(site.url + "/")
        people.append(person)
        return person

    yield open_
    for person in people:
        person.page.context.close()
    assert [fault for person in people for fault in person.faults] == []


def _accept(dialog: Dialog) -> None:
    dialog.accept()
