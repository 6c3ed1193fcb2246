"""Golden reading of PDF made here: cells by their rules, paragraphs joined, boxes in place, turned pages, seals."""

import io
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from casefiles.reading import Page, ReadFile, pool, read_file, read_files, render_page
from casefiles.reading.duplicates import near_duplicates, shingles
from casefiles.reading.tables import find_cells

WIDTH, HEIGHT = 595.0, 842.0
pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def canvas(path: Path) -> Canvas:
    page = Canvas(str(path), (WIDTH, HEIGHT))
    page.setFont("STSong-Light", 14)
    return page


def grid(page: Canvas, xs: list[float], ys: list[float]) -> None:
    """Rules given from the top."""
    for y in ys:
        page.line(xs[0], HEIGHT - y, xs[-1], HEIGHT - y)
    for x in xs:
        page.line(x, HEIGHT - ys[0], x, HEIGHT - ys[-1])


def put(page: Canvas, x: float, y: float, text: str) -> None:
    page.drawString(x, HEIGHT - y, text)


def read(path: Path) -> ReadFile:
    return read_file(path, path.name)


def form(path: Path) -> Path:
    page = canvas(path)
    page.setFont("STSong-Light", 20)
    put(page, 200, 80, "行政处罚立案审批表")
    page.setFont("STSong-Light", 14)
    grid(page, [80, 180, 515], [120, 150, 200, 230])
    put(page, 86, 140, "案由")
    put(page, 186, 140, "擅自拆除人民防空工程防护设备案")
    put(page, 86, 170, "立案依据")
    put(page, 186, 170, "依据《中华人民共和国行政处罚法》第五十四条，")
    put(page, 186, 190, "建议立案。")
    put(page, 86, 220, "日期")
    put(page, 186, 220, "2023年8月16日")
    page.showPage()
    page.save()
    return path


def test_cells_of_a_ruled_table(tmp_path: Path) -> None:
    lines = read(form(tmp_path / "a.pdf")).pages[0].lines
    assert [(line.kind, line.table, line.row, line.column, line.text) for line in lines] == [
        ("line", None, None, None, "行政处罚立案审批表"),
        ("cell", 1, 1, 1, "案由"),
        ("cell", 1, 1, 2, "擅自拆除人民防空工程防护设备案"),
        ("cell", 1, 2, 1, "立案依据"),
        ("cell", 1, 2, 2, "依据《中华人民共和国行政处罚法》第五十四条，建议立案。"),
        ("cell", 1, 3, 1, "日期"),
        ("cell", 1, 3, 2, "2023年8月16日"),
    ]


def ink_outside(path: Path, page: Page, start: str) -> bool:
    """Whether the drawn words of the line that begins so leave its box."""
    picture = Image.open(io.BytesIO(render_page(path, path.name, page.number or 1, dpi=100))).convert("L")
    line = next(item for item in page.lines if item.text.startswith(start))
    assert line.box is not None
    x0, y0, x1, y1 = line.box
    box = (
        int(x0 * picture.width) - 2,
        int(y0 * picture.height) - 2,
        int(x1 * picture.width) + 3,
        int(y1 * picture.height) + 3,
    )
    inside = picture.crop(box)
    assert ImageChops.invert(inside).getbbox() is not None
    wide = picture.crop((box[0] - 6, box[1], box[2] + 6, box[3]))
    edge = [wide.crop((0, 0, 4, wide.height)), wide.crop((wide.width - 4, 0, wide.width, wide.height))]
    return any(part.getextrema()[0] < 128 for part in edge)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_lie_on_the_words_however_the_page_is_turned(turn: int, tmp_path: Path) -> None:
    path = form(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = turn
        document.save(path)
    page = read(path).pages[0]
    assert page.rotation == (360 - turn) % 360
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    assert [line.text for line in page.lines][0::6] == ["行政处罚立案审批表", "2023年8月16日"]
    assert not ink_outside(path, page, "行政处罚立案")
    title = page.lines[0]
    part = title.box_of(4, 6)
    assert part is not None and title.box is not None and title.box[0] < part[0] < part[2] < title.box[2]
    assert part[0] == pytest.approx((200 + 4 * 20) / WIDTH, abs=0.01)


def test_wrapped_lines_become_one_paragraph(tmp_path: Path) -> None:
    page = canvas(tmp_path / "a.pdf")
    full = "经查你单位于二零二三年六月在三合路四十二号人防工程内拆除防护密闭"
    put(page, 108, 100, full[:28])
    put(page, 80, 122, "门一樘并在临空墙上开凿洞口一处，该行为违反了人民防空法的第二十")
    put(page, 80, 144, "七条的规定。")
    put(page, 108, 166, "根据人民防空法的规定，责令你单位立即停止。")
    put(page, 350, 220, "白城市人民防空办公室")
    put(page, 380, 242, "2023年8月21日")
    page.showPage()
    page.save()
    assert [line.text for line in read(tmp_path / "a.pdf").pages[0].lines] == [
        full[:28] + "门一樘并在临空墙上开凿洞口一处，该行为违反了人民防空法的第二十七条的规定。",
        "根据人民防空法的规定，责令你单位立即停止。",
        "白城市人民防空办公室",
        "2023年8月21日",
    ]


def test_a_stop_that_hangs_over_the_edge_does_not_move_the_edge(tmp_path: Path) -> None:
    page = canvas(tmp_path / "a.pdf")
    words = "执法主体均合法，执法人员具有执法资格，事实清楚，证据确实、充分；程序合法，适用法律准确，裁量适当，未超越法定权限，各项文书完备规范，未涉嫌犯罪，不需移送。"
    put(page, 80, 100, words[:32])
    put(page, 80, 122, words[32:62])
    put(page, 80, 144, words[62:])
    page.showPage()
    page.save()
    assert words[31] == "；" and words[61] not in "，。；"
    assert [line.text for line in read(tmp_path / "a.pdf").pages[0].lines] == [words]


def test_a_long_file_read_in_shares_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "长.pdf"
    page = canvas(path)
    noise = Image.effect_noise((400, 400), 90)
    for number in range(1, 8):
        page.setFont("STSong-Light", 14)
        if number == 5:  # a scan, for which the file is big enough to be shared
            page.drawImage(ImageReader(noise), 0, 0, WIDTH, HEIGHT)
        else:
            put(page, 80, 100, f"第{number}页")
        page.showPage()
    page.save()
    alone = read_files([(path, path.name)], ocr=False, workers=1)
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "other"))
    asked = list[tuple[int, int]]()
    parse = pool.Job.order
    monkeypatch.setattr(pool.Job, "order", lambda job: asked.append(job.share) or parse(job))
    shared = read_files([(path, path.name)], ocr=False, workers=3)
    assert sorted(asked) == [(0, 3), (1, 3), (2, 3)]
    assert shared == alone
    assert [page.number for page in shared[0].pages] == [1, 2, 3, 4, 5, 6, 7]
    assert shared[0].properties["waiting"] == [5]
    assert shared[0].properties["page_count"] == 7


def test_labels_on_full_lines_stay_apart(tmp_path: Path) -> None:
    page = canvas(tmp_path / "a.pdf")
    put(page, 80, 100, "住所（地址）：吉林省白城市洮北区三合路四十二号地下一层人防工程内")
    put(page, 80, 122, "法定代表人：包文澍")
    put(page, 80, 144, "统一社会信用代码：91220802MAXT8D5L6Q")
    put(page, 80, 166, "检查情况：防护设备完好，通道畅通，台账齐全，没有发现违法行为。")
    put(page, 80, 188, "被检查单位（签名）：包文澍")
    page.showPage()
    page.save()
    assert len(read(tmp_path / "a.pdf").pages[0].lines) == 5


def test_red_picture_is_a_seal_and_a_scan_waits(tmp_path: Path) -> None:
    seal = Image.new("RGBA", (200, 200), (255, 255, 255, 0))
    seal.paste((200, 20, 30, 255), (0, 0, 200, 20))
    seal.paste((200, 20, 30, 255), (90, 60, 110, 160))
    page = canvas(tmp_path / "a.pdf")
    put(page, 80, 100, "白城市人民防空办公室")
    page.drawImage(ImageReader(seal), 300, HEIGHT - 300, 113, 113, mask="auto")
    page.drawImage(ImageReader(Image.new("RGB", (300, 200), (90, 120, 90))), 80, HEIGHT - 600, 300, 200)
    page.showPage()
    page.drawImage(ImageReader(Image.new("RGB", (620, 877), "white")), 0, 0, WIDTH, HEIGHT)
    page.showPage()
    page.showPage()
    page.save()
    file = read_file(tmp_path / "a.pdf", "a.pdf", ocr=False)
    assert sorted(mark.kind for mark in file.pages[0].marks) == ["picture", "seal"]
    box = next(mark.box for mark in file.pages[0].marks if mark.kind == "seal")
    assert box == pytest.approx((300 / WIDTH, (300 - 113) / HEIGHT, 413 / WIDTH, 300 / HEIGHT), abs=0.002)
    assert file.properties["waiting"] == [2] and file.pages[1].source == "none"
    assert file.pages[2].blank


@given(
    xs=st.lists(st.floats(20, 120), min_size=2, max_size=6),
    ys=st.lists(st.floats(18, 90), min_size=2, max_size=8),
    shake=st.floats(-1.0, 1.0),
)
@settings(deadline=None)
def test_every_unit_of_a_full_grid_is_a_cell(xs: list[float], ys: list[float], shake: float) -> None:
    columns, rows = [50.0], [60.0]
    for step in xs:
        columns.append(columns[-1] + step)
    for step in ys:
        rows.append(rows[-1] + step)
    across = [(y, columns[0] + shake, columns[-1] - shake) for y in rows]
    down = [(x, rows[0] - shake, rows[-1] + shake) for x in columns]
    cells = find_cells(across, down)
    assert [(c.row, c.column) for c in cells] == [
        (i, j) for i in range(1, len(rows)) for j in range(1, len(columns))
    ]


def test_merged_cells_stand_at_their_first_place() -> None:
    across = [(0.0, 0.0, 300.0), (50.0, 0.0, 300.0), (100.0, 0.0, 300.0)]
    down = [(0.0, 0.0, 100.0), (100.0, 50.0, 100.0), (200.0, 0.0, 100.0), (300.0, 0.0, 100.0)]
    cells = [(c.row, c.column, c.x0, c.x1) for c in find_cells(across, down)]
    assert cells == [(1, 1, 0, 200), (1, 3, 200, 300), (2, 1, 0, 100), (2, 2, 100, 200), (2, 3, 200, 300)]


def test_near_duplicates() -> None:
    text = "经查，你单位于2023年6月在三合路42号人防工程内拆除防护密闭门1樘，并在临空墙上开凿洞口1处。上述行为违反了规定。"
    pages = [
        ("a", text),
        ("b", "别的" * 40),
        ("c", text.replace("42", "43")),
        ("d", text[:20]),
        ("e", text + "\n"),
    ]
    assert [(a, b) for a, b, _ in near_duplicates(pages, 0.8)] == [("a", "c"), ("a", "e"), ("c", "e")]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3)), max_size=12), st.sampled_from([0.8, 0.9, 0.95])
)
@settings(max_examples=60, deadline=None)
def test_near_duplicates_are_those_that_comparing_all_pairs_would_find(
    pages: list[tuple[int, int]], least: float
) -> None:
    """A page is the same text with some of its characters changed."""
    base = [chr(0x4E00 + i) for i in range(120)]
    texts = [
        "".join(["改" * (at < changed * 3) or char for at, char in enumerate(base)][start:])
        for start, changed in pages
    ]
    sets = [shingles(text) for text in texts]
    shares = [
        (a, b, round(len(sets[a] & sets[b]) / len(sets[a] | sets[b]), 4))
        for b in range(len(sets))
        for a in range(b)
    ]
    wanted = [
        (a, b, share) for a, b, share in shares if len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= least
    ]
    assert near_duplicates([*enumerate(texts)], least) == wanted
