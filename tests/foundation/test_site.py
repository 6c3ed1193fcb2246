"""The site as it is served: connections shared by processes, pages made in turn."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.web import request as web

ROOT = Path(__file__).resolve().parents[2]
SITE = """
import os, sys
from foundation.commands.site import Site

def application(environ, start):
    start("200 OK", [("Content-Length", str(len(str(os.getpid()))))])
    return [str(os.getpid()).encode()]

Site(lambda: application, f"127.0.0.1:{sys.argv[1]}", 2, 4).run()
"""


@pytest.fixture
def port() -> Iterator[int]:
    """A site of two processes that answers with the number of the one that served."""
    if os.name == "nt":
        pytest.skip("gunicorn knows no Windows")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    site = subprocess.Popen([sys.executable, "-c", SITE, str(number)], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield number
    finally:
        site.terminate()
        site.wait(timeout=20)


def _asked(connection: http.client.HTTPConnection) -> str:
    connection.request("GET", "/")
    return connection.getresponse().read().decode()


def _served(port: int, count: int) -> Counter[str]:
    """Which process serves each of as many connections, all kept open."""
    held = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(count)]
    try:
        return Counter(_asked(connection) for connection in held)
    finally:
        for connection in held:
            connection.close()


def test_processes_share_the_connections_that_browsers_keep(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            found = _served(port, 12)
        except OSError:
            found = Counter()
        if len(found) == 2 or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert min(_served(port, 12).values()) >= 4


class _Slow(web.Application):
    """An application whose pages wait until they are let go, and that counts those being made."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.go, self.lock = threading.Event(), threading.Lock()
        self.now = self.most = 0
        self.add_url_rule("/", view_func=self.page)

    def page(self) -> str:
        """A page."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(10)
        with self.lock:
            self.now -= 1
        return "页"

    def started(self, accept: str) -> threading.Thread:
        """A request under way."""
        thread = threading.Thread(target=lambda: self.test_client().get("/", headers={"Accept": accept}))
        thread.start()
        return thread


def _until(true: object) -> None:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.005)


def test_pages_are_made_in_turn_and_images_pass() -> None:
    app = _Slow()
    pages = [app.started("text/html") for _ in range(3)]
    _until(lambda: app.now == 1)
    image = app.started("image/png")
    _until(lambda: app.now == 2)
    assert (app.now, app.most) == (2, 2)  # one page and the image; two pages wait
    app.go.set()
    for thread in [*pages, image]:
        thread.join(10)
    assert app.most == 2


def test_nobody_waits_for_a_page_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TURN_SECONDS", 0.05)
    app = _Slow()
    pages = [app.started("text/html") for _ in range(2)]
    _until(lambda: app.now == 2)
    assert app.now == 2
    app.go.set()
    for thread in pages:
        thread.join(10)
