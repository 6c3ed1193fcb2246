"""Pages that are pictures: one small page read by OCR as it lies, turned, tilted on a desk; and its marks."""

import importlib.util
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from casefiles.reading import ReadFile, pool, read_file, read_files

pytestmark = pytest.mark.ocr
HOME = importlib.util.find_spec("pylopdf_fonts_zh_cn")
FACE = str(Path(str(HOME and HOME.origin)).with_name("NotoSerifSC-Regular.otf"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def page() -> Image.Image:
    """A short service receipt of A4 at 110 dpi with a table, a signature in blue ink and a red seal."""
    image = Image.new("RGB", (910, 1287), (250, 250, 248))
    draw = ImageDraw.Draw(image)
    body, title = ImageFont.truetype(FACE, 23), ImageFont.truetype(FACE, 34)
    draw.text((380, 90), "送达回证", "black", title)
    for y in (180, 240, 300):
        draw.line((90, y, 820, y), "black", 2)
    for x in (90, 300, 820):
        draw.line((x, 180, x, 300), "black", 2)
    for y, label, value in (
        (194, "受送达人", "白城市镇瑞兴商贸有限公司"),
        (254, "送达时间", "2023年8月21日15时30分"),
    ):
        draw.text((100, y), label, "black", body)
        draw.text((310, y), value, "black", body)
    draw.text((100, 360), "送达人（签名）：", "black", body)
    draw.text((330, 345), "白若谷", (35, 40, 120), ImageFont.truetype(FACE, 44))
    draw.ellipse((500, 540, 670, 710), outline=(205, 30, 40), width=5)
    draw.polygon([(585, 590), (600, 650), (555, 612), (615, 612), (570, 650)], fill=(205, 30, 40))
    draw.text((480, 620), "白城市人民防空办公室", "black", body)
    return image


def words(file: ReadFile) -> str:
    return "".join(file.pages[0].text.split())


def check(file: ReadFile) -> None:
    text = words(file)
    for expected in (
        "送达回证",
        "受送达人",
        "白城市镇瑞兴商贸有限公司",
        "2023年8月21日15时30分",
        "白城市人民防空办公室",
    ):
        assert expected in text
    cells = {(line.row, line.column): line.text for line in file.pages[0].lines if line.kind == "cell"}
    assert (
        "".join(cells[1, 1].split()) == "受送达人" and "".join(cells[2, 2].split()) == "2023年8月21日15时30分"
    )


def test_straight_page_with_table_signature_and_seal(tmp_path: Path) -> None:
    page().save(tmp_path / "a.png")
    file = read_file(tmp_path / "a.png", "a.png")
    check(file)
    marks = {mark.kind: mark for mark in file.pages[0].marks}
    assert marks["signature"].text == "白若谷"
    assert marks["seal"].box == pytest.approx((500 / 910, 540 / 1287, 670 / 910, 710 / 1287), abs=0.01)
    line = next(item for item in file.pages[0].lines if item.hand)
    assert line.hand == ("白若谷",) and line.text.startswith("送达人")
    value = next(item for item in file.pages[0].lines if item.text.startswith("白城市镇"))
    assert value.box is not None
    assert value.box == pytest.approx((310 / 910, 196 / 1287, (310 + 12 * 23) / 910, 226 / 1287), abs=0.012)
    part = value.box_of(3, 6)
    assert part is not None and part[0] == pytest.approx((310 + 3 * 23) / 910, abs=0.015)


def test_a_gap_that_parts_a_label_from_its_value_is_kept(tmp_path: Path) -> None:
    """Forms without rules and colons: half a character's room is all that tells the label from the value."""
    image = Image.new("RGB", (1240, 700), (250, 250, 248))
    draw, face = ImageDraw.Draw(image), ImageFont.truetype(FACE, 29)
    rows = [("检查对象", "敦化市盛懋仓储物流股份有限公司"), ("检查事项", "人民防空工程维护管理情况"), ("检查人员", "毛国华、姜立东"),
            ("负责人意见", "同意检查。"), ("检查日期", "2025年2月11日"), ("案件名称当事人", "")]  # fmt: skip
    for at, (label, value) in enumerate(rows):
        draw.text((160, 120 + at * 46), label, "black", face)
        draw.text((160 + len(label) * 29 + 16, 120 + at * 46), value, "black", face)
    image.save(tmp_path / "a.png")
    lines = read_file(tmp_path / "a.png", "a.png").pages[0].lines
    assert [line.text for line in lines] == [f"{label} {value}".strip() for label, value in rows]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_set_upright(turn: int, tmp_path: Path) -> None:
    page().rotate(turn, expand=True).save(tmp_path / "a.png")
    file = read_file(tmp_path / "a.png", "a.png")
    check(file)
    assert file.pages[0].rotation == turn


def test_page_on_a_desk_is_cut_out_and_boxes_lie_on_the_photograph(tmp_path: Path) -> None:
    desk = Image.new("RGB", (1150, 1500), (110, 80, 55))
    sheet = page().convert("RGBA").rotate(2.5, expand=True, resample=Image.Resampling.BICUBIC)
    desk.paste(sheet, (95, 80), sheet)
    desk.save(tmp_path / "a.jpg", quality=88)
    file = read_file(tmp_path / "a.jpg", "a.jpg")
    check(file)
    title = next(item for item in file.pages[0].lines if "送达回证" in "".join(item.text.split()))
    assert title.box is not None
    x, y = (title.box[0] + title.box[2]) / 2 * 1150, (title.box[1] + title.box[3]) / 2 * 1500
    assert 95 + 380 < x < 95 + 560 and 80 + 80 < y < 80 + 180


def test_blank_page_and_scene_photograph(tmp_path: Path) -> None:
    Image.new("RGB", (800, 1100), (240, 240, 238)).save(tmp_path / "blank.png")
    scene = Image.new("RGB", (560, 380), (150, 148, 140))
    ImageDraw.Draw(scene).rectangle((180, 60, 380, 320), fill=(45, 45, 60))
    ImageDraw.Draw(scene).polygon([(0, 380), (200, 320), (380, 320), (560, 380)], fill=(90, 85, 80))
    scene.save(tmp_path / "scene.jpg")
    blank, photograph = read_files(
        [(tmp_path / "blank.png", "blank.png"), (tmp_path / "scene.jpg", "scene.jpg")], workers=1
    )
    assert blank.pages[0].blank
    assert [mark.kind for mark in photograph.pages[0].marks] == ["picture"]


def test_a_killed_page_is_resumed_and_the_others_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [Image.new("RGB", (300, 400), "white") for _ in range(3)]
    for i, frame in enumerate(frames):
        ImageDraw.Draw(frame).text((40, 40), f"第{i + 1}页", "black", ImageFont.truetype(FACE, 40))
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    original = pool.Child.events
    orders: list[list[int]] = []

    def events(self: pool.Child, job: pool.Job):  # type: ignore[no-untyped-def]
        if job.pages is None:
            yield from original(self, job)
            return
        orders.append(list(job.pages))
        for event in original(self, job):
            yield event
            if len(orders) == 1 and "page" in event:
                self.process.kill()
                raise pool.Died(silent=False)

    monkeypatch.setattr(pool.Child, "events", events)
    told: list[tuple[int, int]] = []
    file = read_files([(tmp_path / "a.tif", "a.tif")], progress=lambda done, of, _: told.append((done, of)))[
        0
    ]
    assert orders == [[1, 2, 3], [2, 3]]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [f"{i}页" in "".join(p.text.split()) for i, p in enumerate(file.pages, 1)] == [True] * 3
    assert not list((tmp_path / "var" / "cache" / "reading").glob("*-p0*")), (
        "single pages are dropped at the end"
    )


def test_a_page_that_kills_twice_is_named_and_tried_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (300, 400), "white").save(tmp_path / "a.png")
    original = pool.Child.events

    def events(self: pool.Child, job: pool.Job):  # type: ignore[no-untyped-def]
        if job.pages is not None:
            self.process.kill()
            raise pool.Died(silent=True)
        yield from original(self, job)

    with monkeypatch.context() as patch:
        patch.setattr(pool.Child, "events", events)
        file = read_file(tmp_path / "a.png", "a.png")
    assert file.pages[0].source == "none" and [p.what for p in file.problems] == ["第1页未能识别文字"]
    jobs: list[list[int] | None] = []

    def counted(self: pool.Child, job: pool.Job):  # type: ignore[no-untyped-def]
        jobs.append(job.pages)
        yield from original(self, job)

    monkeypatch.setattr(pool.Child, "events", counted)
    again = read_file(tmp_path / "a.png", "a.png")
    assert again.pages[0].blank and again.problems == ()
    assert jobs == [[1]], "only the page that was missing is read"
