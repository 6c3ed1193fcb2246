"""``anheng bench web`` and ``bench search``: own figures beside a peer's, in one run on one machine."""

import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, insert, text
from sqlmodel import Session, col, select

from accounts import Office, seed_jilin
from casefiles.engines import WhooshEngine
from casefiles.grams import plain
from casefiles.models import CASE_KINDS, STATUSES, CaseFile, PageText
from casefiles.tally import DIMENSIONS, enter, fold
from foundation import clock, commands, db, ids
from scoring_rules import load_pack

CONNECTIONS = 16
PASSWORD = "量测-只在临时库-2026"  # noqa: S105 - a throw-away database
WORDS = (
    "立案",
    "告知",
    "听证",
    "防空地下室",
    "易地建设费",
    "防护密闭门",
    "陈述申辩",
    "法制审核",
    "送达",
    "责令改正",
)


@click.command("web")
@click.option("--cases", default=100_000, show_default=True, help="案卷数")
@click.option("--seconds", default=10.0, show_default=True, help="每次持续秒数")
@click.option("--runs", default=3, show_default=True, help="次数，取中位数")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
def bench_web(cases: int, seconds: float, runs: int, as_json: bool) -> None:
    """列表页：16 个连接、gunicorn，与同一服务器上不经应用框架的最小页面并列。"""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/anheng.db"
        fill(url, cases)
        with served(Path(folder), ["-m", "app", "run", "--no-worker"]) as port:
            cookie = sign_in(port, "supervisor")
            own = [load(port, "/cases", cookie, seconds) for _ in range(runs)]
        with served(
            Path(folder), ["-m", "gunicorn", "-w", "2", "--threads", "8", "casefiles.measure:peer"]
        ) as port:
            peer_runs = [load(port, "/", "", seconds) for _ in range(runs)]
    figures = {
        "cases": cases,
        "connections": CONNECTIONS,
        "list": median(own),
        "peers": {"bare_page": median(peer_runs)},
    }
    figures["p95_ratio"] = round(figures["list"]["p95_ms"] / figures["peers"]["bare_page"]["p95_ms"], 2)  # type: ignore[index]
    show(figures, as_json)


@click.command("search")
@click.option("--pages", default=20_000, show_default=True, help="页数")
@click.option("--json", "as_json", is_flag=True, help="机器可读")
def bench_search(pages: int, as_json: bool) -> None:
    """全文检索：与数据库逐行查找并列，并核对查到的页相同。"""
    rng = random.Random(7)  # noqa: S311 - made-up pages
    rows = [PageText(case_id="c", file_id="f", page=n, text=made_up(rng)) for n in range(pages)]
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshEngine(Path(folder) / "index")
        with db.one_off(f"sqlite:///{folder}/pages.db") as session:
            session.connection().exec_driver_sql("CREATE TABLE plain (key TEXT, body TEXT)")
            values = [{"key": row.id, "body": plain(row.text)} for row in rows]
            session.connection().execute(text("INSERT INTO plain VALUES (:key, :body)"), values)
            started = time.perf_counter()
            index.publish([], rows)
            built = time.perf_counter() - started
            own = [timed(partial(search_for, index, session, word)) for word in WORDS * 3]
            scan = [timed(partial(scan_for, session, word)) for word in WORDS * 3]
    figures = {
        "pages": pages,
        "pages_per_s": round(pages / built),
        "whoosh": spread([taken for taken, _ in own]),
        "peers": {"scan": spread([taken for taken, _ in scan])},
        "hits_equal": [hits for _, hits in own] == [hits for _, hits in scan],
    }
    show(figures, as_json)


def search_for(index: WhooshEngine, session: Session, word: str) -> set[str]:
    return {key for batch in index.find(session, [word]) for key in batch}


def scan_for(session: Session, word: str) -> set[str]:
    query = text("SELECT key FROM plain WHERE instr(body, :word)")
    return set(session.connection().execute(query, {"word": word}).scalars())


def made_up(rng: random.Random) -> str:
    """About 200 characters as papers of the field have them: sentences of the rules, with names and numbers
    of each page's own; each of the words asked for stands on some pages only."""
    names = "".join(chr(rng.randrange(0x4E00, 0x4E00 + 3000)) for _ in range(24)) + str(rng.randrange(10**8))
    body = "".join(rng.choice(_sentences()) for _ in range(8))[:150]
    return names + body + "".join(word for word in WORDS if rng.random() < 0.05)


@cache
def _sentences() -> list[str]:
    """What rules say, without the words asked for, so that these stand where ``made_up`` puts them."""
    said = [
        text for rule in load_pack().rules for text in (rule.title, *(check.message for check in rule.checks))
    ]
    return [text for text in said if text and not any(word in text for word in WORDS)]


def timed(act: Callable[[], set[str]]) -> tuple[float, set[str]]:
    started = time.perf_counter()
    value = act()
    return (time.perf_counter() - started) * 1000, value


def spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1], 2),
    }


def fill(url: str, count: int) -> None:
    """A database with the offices and ``count`` case files spread over them."""
    commands.upgrade(url)
    rng = random.Random(3)  # noqa: S311 - made-up cases
    with db.one_off(url) as session:
        seed_jilin(session, password=PASSWORD)
        offices = [office.id for office in session.exec(select(Office))]
        for start in range(0, count, 5000):
            rows = [made_up_case(rng, offices, n) for n in range(start, min(start + 5000, count))]
            session.execute(insert(CaseFile), rows)
            enter(session, Counter(tuple(row[name] for name in DIMENSIONS) for row in rows))
        fold(session)


def made_up_case(rng: random.Random, offices: list[str], number: int) -> dict[str, Any]:
    """One row of ``case_file``."""
    year = rng.randrange(2019, 2027)
    return {
        "id": ids.new_id(), "office_id": rng.choice(offices), "year": year,
        "number": f"某人防罚决〔{year}〕{number}号", "title": "擅自拆除人民防空工程防护设备案",
        "party_name": f"某某物业服务有限公司{number}", "case_kind": rng.choice(list(CASE_KINDS)),
        "status": rng.choice(list(STATUSES)), "closed_on": date(year, 1, 1) + timedelta(days=rng.randrange(365)),
        "grade": rng.choice(("优秀", "良好", "合格", "不合格", "待核")), "low": 700, "high": 900, "created_at": clock.now(),
    }  # fmt: skip


@contextmanager
def served(var: Path, command: list[str]) -> Iterator[int]:
    """A server process on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = os.environ | {"ANHENG_VAR": str(var), "DATABASE_URL": "", "ANHENG_BENCH_DB": str(var / "anheng.db")}
    place = ["--port", str(port)] if "app" in command else ["-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *command, *place], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise click.ClickException("量测用的服务器 30 秒内没有启动，请查看 anheng doctor。")


def sign_in(port: int, login: str) -> str:
    """The cookie of a signed-in user."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/login")
    page = connection.getresponse()
    first = _cookies(page)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    form = urllib.parse.urlencode(
        {"login": login, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": first}
    connection.request("POST", "/login", form, headers)
    answer = connection.getresponse()
    answer.read()
    return _cookies(answer)


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(line.split(";")[0] for line in answer.headers.get_all("Set-Cookie") or [])


def load(port: int, path: str, cookie: str, seconds: float) -> dict[str, float]:
    """16 connections asking for one page after another, from a light process of its own."""
    client = [sys.executable, str(Path(__file__).with_name("webload.py"))]
    asked = [str(port), path, cookie, str(CONNECTIONS), str(seconds)]
    done = subprocess.run([*client, *asked], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise click.ClickException(f"量测中有请求失败：{done.stderr.strip()[-200:]}")
    taken = json.loads(done.stdout)
    return {"rps": round(len(taken) / seconds, 1), **spread(taken)}


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def show(figures: dict[str, Any], as_json: bool) -> None:
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 1))


def peer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """The peer: fifty rows of the same table as bare HTML, no framework, no sign-in."""
    with db.open_session(_peer_engine(), reading=True) as session:
        rows = session.exec(select(CaseFile).order_by(col(CaseFile.id).desc()).limit(50)).all()
        page = "".join(f"<tr><td>{row.number}</td><td>{row.title}</td></tr>" for row in rows)
    body = f"<table>{page}</table>".encode()
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


@cache
def _peer_engine() -> Engine:
    return db.make_engine(f"sqlite:///{os.environ['ANHENG_BENCH_DB']}")
