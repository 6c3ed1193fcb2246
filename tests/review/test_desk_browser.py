"""The scoring desk in a real browser: keys, autosave, a conflict of two windows, a place marked on the page."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select
from werkzeug.serving import make_server

from casefiles import StoredFile
from foundation import web
from review import RoundFile, SheetLine

from ..conftest import PASSWORD
from .conftest import World

pytestmark = pytest.mark.browser


@pytest.fixture
def served(app: web.Application, world: World, tmp_path: Path) -> Iterator[str]:
    """The site over HTTP with CSRF on, and a real page image behind every stored file."""
    sheet = tmp_path / "page.pdf"
    Image.new("RGB", (600, 800), "white").save(sheet, "PDF")
    blob = app.anheng_blobs.put(sheet)
    for stored in world.session.exec(select(StoredFile)):
        stored.sha256 = blob.sha256
        world.session.add(stored)
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_scoring_by_keys_with_conflict_and_mark(served: str, browser: Any, world: World) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    login, seat_id = world.user_of(seat).login, seat.id
    world.session.commit()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page, other = context.new_page(), None
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{served}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{served}/")
    page.goto(f"{served}/review/desk/{seat_id}")
    other = context.new_page()
    other.goto(f"{served}/review/desk/{seat_id}")

    def at(rule: str) -> Any:
        page.locator(f'[data-rule="{rule}"] .criterion-row').click()
        return page.locator(f'[data-rule="{rule}"]')

    at("P37")
    page.keyboard.press("y")
    page.get_by_text("已保存").wait_for()
    other.locator('[data-rule="P37"] .criterion-row').click()
    other.keyboard.press("n")
    other.locator('[data-rule="P37"] textarea').fill("扣除期间有凭证")
    other.locator(".conflict").wait_for()
    assert (
        "确认" in other.locator(".conflict").inner_text()
        or "不符合" in other.locator(".conflict").inner_text()
    )
    other.get_by_text("采用另一窗口的").click()
    assert other.locator(".conflict").count() == 0

    veto = at("P04")
    page.keyboard.press("2")
    veto.get_by_text("扣分须有依据").wait_for()
    at("P37")
    page.locator(".viewer-sheet img").wait_for()
    at("P04")
    page.keyboard.press("m")
    frame = page.locator(".viewer-sheet").bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 200, frame["y"] + 120, steps=4)
    page.mouse.up()
    page.get_by_text("还有 1 项待处理").wait_for()
    assert "不合格" in page.locator("#score-live").inner_text()
    page.keyboard.press("u")
    page.keyboard.press("1")
    page.get_by_text("全部处理完").wait_for()
    page.get_by_role("button", name="提交评分表").click()
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("**/review/**")
    page.get_by_text("的评分表已提交").wait_for()
    context.close()
    assert faults == []
    world.session.expire_all()
    said = {line.rule: line for line in world.session.exec(select(SheetLine))}
    assert (said["P37"].action, said["P04"].verdict, said["P06"].verdict) == ("confirm", "breached", "met")
    x0, y0, x1, y1 = said["P04"].anchors[0]["box"]
    assert 0 < x0 < x1 < 1 and 0 < y0 < y1 < 1
    assert world.session.get_one(RoundFile, seat.round_file_id).code.startswith("卷")
