"""The main job, as people do it: clerks upload, a panel judges blind, the administrator prints the circular."""

import re

import pypdfium2
import pytest

from tests.browser.conftest import ROOT, Person

pytestmark = pytest.mark.browser
TITLE = "2025年度案卷评查"


def hand_in(clerk: Person, example: str) -> str:
    """Register a case file, upload, wait for the reading, sign the inventory off, submit. Returns its path."""
    page = clerk.page
    clerk.go("/cases/new")
    clerk.press("新建并上传材料")
    path = re.sub(r"/files.*", "", page.url.removeprefix(clerk.site.url))
    page.locator("input[data-upload]").first.set_input_files(ROOT / "examples" / example)
    rows = page.locator("#upload-rows tr")
    clerk.until(lambda: rows.count() == 1 and "收" in rows.first.inner_text(), "upload")
    clerk.shot("upload")
    clerk.until(lambda: read(progress(clerk, path)), "reading", 240)
    clerk.go(path + "/desk")
    clerk.shot("desk")
    clerk.go(path + "/timeline")
    clerk.shot("timeline")
    clerk.go(path + "/check")
    clerk.shot("self-check")
    page.check("input[name=signed]")
    clerk.press("保存核对结果")
    clerk.until(lambda: not progress(clerk, path)["running"], "the check after signing off")
    clerk.go(path + "/check")
    clerk.press("提交评查")
    assert "已提交" in page.content(), page.locator("main").inner_text()
    return path


def progress(clerk: Person, path: str) -> dict[str, object]:
    said = clerk.page.request.get(clerk.site.url + path + "/progress", headers={"Accept": "application/json"})
    assert said.ok, said.text()
    return dict(said.json())


def read(state: dict[str, object]) -> bool:
    """The archive is unpacked (its members are listed) and nothing is queued or running any more."""
    return not state["running"] and int(str(state["mark"]).split("-")[0]) > 10


def open_round(leader: Person) -> str:
    """Scope, panel, frozen list, seed, seats; up to 初评. Returns the round's path."""
    page = leader.page
    leader.go("/review/new")
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=year]", "2025")
    page.fill("input[name=closed_from]", "2025-01-01")
    page.fill("input[name=closed_to]", "2025-12-31")
    page.get_by_label("行政处罚", exact=True).check()
    for name in ("四平", "松原", "苏文博", "于佳宁", "曲明远", "朴正浩"):
        page.get_by_label(re.compile(name)).first.check()
    leader.press("建立活动")
    path = page.url.removeprefix(leader.site.url)
    leader.press("进入“报送”")
    leader.press("进入“抽取”")
    leader.go(path + "/draw")
    page.fill("input[name=seed_source]", "双色球2026年第001期开奖号码")
    leader.press("冻结名单")
    page.fill("input[name=seed]", "01 09 14 20 25 32 07")
    page.fill("input[name=how]", "福彩中心公布，法律顾问在场核对")
    leader.press("确定种子并抽取")
    leader.shot("draw")
    leader.go(path + "/seats")
    leader.press("自动分派空缺席位")
    leader.shot("seats")
    leader.go(path)
    leader.press("进入“初评”")
    return path


def score(reviewer: Person, *, dissent: int) -> int:
    """Work through one's queue by keyboard; the ``dissent``-th open question is answered otherwise."""
    page, done = reviewer.page, 0
    reviewer.go("/review/queue")
    reviewer.shot("queue")
    while page.locator("a[href*='/review/desk/']").count() > done:
        page.locator("a[href*='/review/desk/']").nth(done).click()
        page.wait_for_selector("#criteria .criterion-row")
        answer_all(reviewer, dissent)
        reviewer.shot("scoring-desk")
        page.locator("button[data-bs-target='#hand-in']").click()
        with page.expect_navigation():  # leaving before the answer would take the hand-in back
            page.locator("#submit-sheet").click()
        done += 1
        assert done < 10, page.locator("main").inner_text()[:800]
        reviewer.go("/review/queue")
    return done


def answer_all(reviewer: Person, dissent: int) -> None:
    page, questions = reviewer.page, 0
    for _ in range(80):
        if "全部处理完" in page.locator("#score-left").inner_text():
            return
        page.keyboard.press("u")
        if page.locator("#criteria .act button").first.inner_text().startswith("确认"):
            page.keyboard.press("y")
        else:
            questions += 1
            page.keyboard.press("3" if questions == dissent else "1")
        page.wait_for_timeout(120)
    raise AssertionError(f"still open: {page.locator('#score-left').inner_text()}")


def vote_for_all(leader: Person, reasons: str) -> None:
    page = leader.page
    for choice in page.locator("[name^='choice-'][value='for']").all():
        choice.check()
    page.fill("textarea[name=reasons]", reasons)


def settle(leader: Person, path: str) -> int:
    """Settle every disputed rule."""
    page, count = leader.page, 0
    leader.go(path + "/gaps")
    leader.shot("gaps")
    while True:
        leader.go(path + "/gaps")
        waiting = page.get_by_role("link", name="合议", exact=True)
        if not waiting.count():
            return count
        waiting.first.click()
        page.locator("#verdict-met").check()
        for limb in page.locator("select[name^='limb']").all():
            limb.select_option("met")
        vote_for_all(leader, "查阅原卷，材料齐全，认定符合。")
        leader.press("记录合议结论")
        count += 1
        assert count < 30, page.locator("main").inner_text()[:800]


def decide(leader: Person, path: str) -> int:
    """Vote on every candidate, then freeze."""
    page, count = leader.page, 0
    while True:
        leader.go(path + "/results")
        waiting = page.get_by_role("link", name="表决", exact=True)
        if not waiting.count():
            break
        waiting.first.click()
        page.locator("select[name=cause]").select_option("procedure")
        vote_for_all(leader, "在听证申请期限内作出决定，剥夺当事人的听证权利。")
        leader.press("记录表决")
        count += 1
        assert count < 10, page.locator("main").inner_text()[:800]
    leader.press("冻结结果")
    leader.shot("results")
    return count


def test_from_upload_to_circular(sign_in) -> None:
    clean = hand_in(sign_in("clerk_siping"), "01四平-行政处罚.zip")
    hand_in(sign_in("clerk_songyuan"), "02松原-行政处罚.zip")
    leader = sign_in("leader")
    path = open_round(leader)
    scored = [score(sign_in(f"reviewer{n}"), dissent=n) for n in range(1, 7)]
    assert sum(scored) == 4
    leader.go(path)
    leader.press("进入“合议”")
    assert settle(leader, path) >= 1
    leader.go(path)
    leader.press("进入“反馈”")
    leader.go(path)
    leader.press("进入“定级”")
    assert decide(leader, path) >= 1
    administrator = sign_in("administrator")
    administrator.go("/notices")
    administrator.press("生成通报初稿")
    notice = administrator.page.url.split("#")[0].removeprefix(administrator.site.url)
    administrator.shot("notice-draft")
    leader.go(notice)
    leader.press("核稿通过")
    administrator.go(notice)
    administrator.press("签发并编号")
    assert "吉人防通〔2026〕1号" in administrator.page.content()
    administrator.shot("notice-issued")
    pdf = administrator.page.request.get(f"{administrator.site.url}{notice}/full.pdf")
    assert pdf.ok
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf.body()))
    assert "吉人防通〔2026〕1号" in text.replace(" ", "")
    assert "抽取的2卷案卷" in re.sub(r"\s", "", text)
    office = sign_in("clerk_songyuan")
    office.go(notice)
    office.press("签收")
    assert "签收" in office.page.content()
    office.go("/rectifications")
    office.shot("ledger")
    assert office.page.locator("article.rectification").count() >= 1
    stranger = sign_in("clerk_tonghua")
    for forbidden in (clean, notice):
        assert stranger.page.request.get(stranger.site.url + forbidden).status == 404
