"""The clerk in a real browser: drop a zip, split a document, confirm and correct by key, see the finding change."""

import io
import threading
from collections.abc import Callable, Iterator

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from sqlmodel import select
from werkzeug.serving import make_server

from accounts import User
from casefiles import CaseFile, book, documents_of, files_of
from casefiles.reading import close_renderers
from foundation import db, jobs, settings, web
from tests.casefiles.test_reading_scans import FACE
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def site(
    app: web.Application, engine: Engine, config: settings.Settings, seeded: dict[str, User]
) -> Iterator[str]:
    """The application with a worker beside it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=jobs.work, args=(engine, config), kwargs={"stop": stop}, daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()
    close_renderers()


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=site)
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda line: page.faults.append(line.text) if "Security" in line.text else None)  # type: ignore[attr-defined]
    yield page
    context.close()
    assert page.faults == []  # type: ignore[attr-defined]


def enter(page: Page, login: str) -> None:
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


LETTERHEAD = "吉林市人民防空办公室"
DECISION = (
    (LETTERHEAD, "行政处罚决定书", "吉市人防罚决〔2024〕5号", "当事人：吉林市松岭某房地产开发有限公司",
     "经查，你单位新建民用建筑未按规定修建防空地下室，",
     "决定给予警告，并处罚款人民币肆万柒仟贰佰圆整（47200元）。", LETTERHEAD, "2024年5月10日"),
    ("本页随决定书一并交付当事人，由其签收后附卷保存。", "收到日期：2024年5月13日"),
)  # fmt: skip


def scanned(*pages: tuple[str, ...]) -> bytes:
    """A PDF of page images with these lines."""
    face, images = ImageFont.truetype(FACE, 24), []
    for lines in pages:
        image = Image.new("RGB", (910, 1287), (250, 250, 248))
        for at, line in enumerate(lines):
            ImageDraw.Draw(image).text((120, 110 + at * 56), line, "black", face)
        images.append(image)
    target = io.BytesIO()
    images[0].save(target, "PDF", resolution=110, save_all=True, append_images=images[1:])
    return target.getvalue()


def test_from_a_zip_to_a_changed_finding(
    page: Page,
    engine: Engine,
    case: CaseFile,
    make_word: Callable[..., bytes],
    make_zip: Callable[..., bytes],
) -> None:
    """Upload a zip with a scan, split the scan, say what the split page is, confirm and correct facts."""
    bundle = make_zip({
        "01 立案审批表.docx": make_word(LETTERHEAD, "立案审批表", "案由：未按规定修建防空地下室",
                                   "负责人审批意见：同意立案。", "2024年3月15日"),
        "02 扫描件.pdf": scanned(*DECISION),
    })  # fmt: skip
    enter(page, "clerk_jilin")
    page.goto(f"/cases/{case.id}/files")
    page.locator("input[data-upload]").first.set_input_files(
        [
            {"name": "案卷.zip", "mimeType": "application/zip", "buffer": bundle},
            {"name": "程序.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
        ]
    )
    expect(page.locator("#upload-rows")).to_contain_text("类型不在可收范围内")
    expect(page.locator("#upload-rows")).to_contain_text("已收入")
    expect(page.locator("#file-list")).to_contain_text("02 扫描件.pdf", timeout=20_000)
    wait_idle(engine)
    page.goto(f"/cases/{case.id}/desk")
    expect(page.locator(".doc")).to_have_count(2)
    page.locator(".doc").nth(1).locator(".doc-title").click()
    page.locator(".doc.open .thumb").nth(1).click()
    page.keyboard.press("s")
    expect(page.locator("#messages")).to_contain_text("已拆分")
    expect(page.locator(".doc")).to_have_count(3)
    page.locator(".doc.open select").select_option("service_receipt")
    expect(page.locator(".doc.open")).to_have_attribute("data-kind", "service_receipt")
    wait_idle(engine)
    page.goto(f"/cases/{case.id}/desk")
    fact = page.locator("#fact-decided_on")
    expect(fact).to_contain_text("2024-05-10")
    fact.click()
    expect(page.locator(".viewer-sheet rect.evidence-box")).to_have_count(1)
    fact.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fact-decided_on .tag-success")).to_have_text("已核对")
    page.goto(f"/cases/{case.id}/check/P54")
    expect(page.locator(".finding .tag").first).to_have_text("待核实")
    page.goto(f"/cases/{case.id}/desk")
    correct(page, "fine_decided", "4720.00")
    expect(page.locator("#fact-fine_decided")).to_contain_text("已更正")
    page.goto(f"/cases/{case.id}/check/P54")
    expect(page.locator(".finding .tag").first).to_have_text("不符合")
    expect(page.locator(".finding").first).to_contain_text("大写为 47200 元")
    with db.session_scope(engine, reading=True) as session:
        papers = [
            (paper.kind, [part[1:] for part in paper.parts]) for paper in documents_of(session, case.id)
        ]
        assert papers[1:] == [("decision", [[1, 1]]), ("service_receipt", [[2, 2]])]
        assert [item.origin for item in book(session, case.id)["fine_decided"].story] == [
            "corrected",
            "machine",
        ]


def correct(page: Page, name: str, value: str) -> None:
    row = page.locator(f"#fact-{name}")
    row.focus()
    row.click()
    page.keyboard.press("e")
    row.locator("input").first.fill(value)
    row.locator("button", has_text="保存更正").click()


def wait_idle(engine: Engine) -> None:
    """Until no job waits or runs."""
    for _ in range(1200):
        with db.session_scope(engine, reading=True) as session:
            states = {job.state for job in session.exec(select(jobs.Job))}
        if not states & {"queued", "running"}:
            assert "failed" not in states
            return
        threading.Event().wait(0.1)
    raise AssertionError("jobs did not end")


def test_pages_are_turned_and_documents_joined_and_moved(
    page: Page, engine: Engine, filled: CaseFile
) -> None:
    enter(page, "clerk_jilin")
    page.goto(f"/cases/{filled.id}/desk")
    expect(page.locator(".doc")).to_have_count(2)
    page.locator(".doc").nth(1).locator(".doc-title").click()
    page.locator(".doc.open .thumb").nth(1).click()
    page.keyboard.press("r")
    expect(page.locator("#messages")).to_contain_text("已旋转")
    expect(page.locator(".doc.open .thumb").nth(1)).to_have_attribute("data-turn", "90")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".doc-title").first).to_have_text("行政处罚决定书")
    page.locator("#fact-decided_on").click()
    expect(page.locator(".viewer-sheet rect.evidence-box")).to_have_count(1)
    page.locator(".doc").nth(1).locator(".doc-title").click()
    page.keyboard.press("m")
    expect(page.locator(".doc")).to_have_count(1)
    with db.session_scope(engine, reading=True) as session:
        (paper,) = documents_of(session, filled.id)
        assert [part[1:] for part in paper.parts] == [[3, 5], [1, 2]]
        assert files_of(session, filled.id)[0].rotations == {"4": 90}


def test_two_clerks_see_each_other(site: str, page: Page, engine: Engine, filled: CaseFile) -> None:
    """What the head does appears on the clerk's desk; the older screen cannot overwrite it."""
    enter(page, "clerk_jilin")
    page.goto(f"/cases/{filled.id}/desk")
    assert page.context.browser is not None
    other = page.context.browser.new_context(base_url=site).new_page()
    enter(other, "head_jilin")
    other.goto(f"/cases/{filled.id}/desk")
    correct(other, "decided_on", "2023-05-15")
    expect(other.locator("#fact-decided_on")).to_contain_text("已更正")
    expect(page.locator("#fact-decided_on")).to_contain_text("2023-05-15", timeout=15_000)
