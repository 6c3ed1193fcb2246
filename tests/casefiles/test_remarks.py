"""What is said of the heap itself: turned, empty, parting, misplaced and doubled pages."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Engine

from accounts import User
from casefiles import CaseFile, enqueue_processing, files_of, process_now, take_in
from casefiles.check import check_path
from casefiles.reading import Line, Page, ReadFile, doubles
from casefiles.store import remove_file
from foundation import blobs, db, settings

ORDER = ("责令改正通知书", "你单位未按规定修建防空地下室，责令于2024年5月30日前补建。", "2024年4月2日")
RECEIPT = ("送达回证", "受送达人：松岭某公司", "送达文书：责令改正通知书", "送达时间：2024年4月3日")
FURTHER = ("逾期不补建的，依据《中华人民共和国人民防空法》第四十八条处理，并依法申请人民法院强制执行。",)


def pdf(path: Path, pages: Sequence[tuple[Sequence[str], str]]) -> Path:
    """A page for each (lines, folio)."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), (595, 842))
    for lines, folio in pages:
        canvas.setFont("STSong-Light", 14)
        for number, line in enumerate(lines):
            canvas.drawString(80, 740 - number * 26, line)
        canvas.drawString(290, 40, folio)
        canvas.showPage()
    canvas.save()
    return path


def told(path: Path) -> list[str]:
    return [problem["what"] for problem in check_path(path)["problems"]]


def test_pages_in_their_order_need_no_remark(tmp_path: Path) -> None:
    path = pdf(
        tmp_path / "a.pdf", [(ORDER, "- 1 -"), (FURTHER, "- 2 -"), (RECEIPT, "- 3 -"), (("照片",), "- 4 -")]
    )
    assert told(path) == []


@pytest.mark.parametrize(
    ("folios", "said"),
    [
        (
            "1 2 4 3 5 6",
            ["第3页上的页码是4，前一页是2", "第4页上的页码是3，前一页是4", "第5页上的页码是5，前一页是3"],
        ),
        ("1 2 3 6 7 8", ["第4页上的页码是6，前一页是3"]),
        ("1 2 7 4 5 6", []),
        ("1 2 1 2 3 1", []),
    ],
    ids=["swapped", "missing", "one misread", "papers with numbers of their own"],
)
def test_pages_out_of_order_are_named(folios: str, said: list[str], tmp_path: Path) -> None:
    pages = [((f"第{index}件材料的正文",), f"- {folio} -") for index, folio in enumerate(folios.split())]
    found = told(pdf(tmp_path / "a.pdf", pages))
    assert [what.rsplit("，", 1)[0] for what in found] == said


def test_turned_empty_and_parting_pages(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [(ORDER, ""), ((), ""), (("副　卷",), ""), (FURTHER, ""), (RECEIPT, "")])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[4].rotate(180, relative=True)
        document.save()
    result = check_path(path)
    assert [problem["what"] for problem in result["problems"]] == [
        "第5页倒置或横放，已转正阅读", "第2页是空白页，未计入文书", "第3页是隔页，未计入文书",
    ]  # fmt: skip
    places = [(entry["kind"], entry["pages"]) for entry in result["documents"]]
    assert places == [("correction_order", [1, 1]), ("other", [4, 4]), ("service_receipt", [5, 5])]


def test_what_came_in_twice(tmp_path: Path, make_word: Callable[..., bytes]) -> None:
    folder = tmp_path / "案卷"
    folder.mkdir()
    (folder / "1.docx").write_bytes(make_word(*ORDER, *FURTHER))
    (folder / "2.docx").write_bytes((folder / "1.docx").read_bytes())
    (folder / "3.docx").write_bytes(make_word(*ORDER, *FURTHER, "完"))
    (folder / "4.docx").write_bytes(
        make_word(*[line.replace("5月30日", "6月30日") for line in ORDER], *FURTHER)
    )
    found = check_path(folder)["problems"]
    assert [(problem["file"], problem["what"].split("（")[0], problem["remedy"]) for problem in found] == [
        ("2.docx", "与“1.docx”完全相同", "请核对；如是重复装入，请移出“2.docx”"),
        ("3.docx", "与“1.docx”内容几乎相同", "请核对；如是重复装入，请移出“3.docx”，保留“1.docx”"),
    ]


def test_the_clearer_of_two_scans_of_a_page_is_kept() -> None:
    text = "责令改正通知书：你单位未按规定修建防空地下室，责令于2024年5月30日前补建，逾期依法处理。" * 2
    pages = [
        Page(number, (Line(text, number, confidence=sure),), source="ocr")
        for number, sure in ((1, 0.9), (2, 0.97), (3, 0.9))
    ]
    first, second = doubles([ReadFile("a.pdf", "f", 9, "pdf", "read", tuple(pages))])
    assert first.what == "第2页与第1页内容几乎相同（100%）"
    assert first.remedy == "请核对；如是重复装入，请移出第1页，保留第2页（字迹更清楚）"
    assert first.places == (("a.pdf", 2), ("a.pdf", 1))
    assert second.remedy == "请核对；如是重复装入，请移出第3页，保留第1页"


def test_the_desk_shows_what_is_amiss_with_pages(
    engine: Engine, config: settings.Settings, case: CaseFile, seeded: dict[str, User], login, tmp_path: Path
) -> None:
    """A doubled page is told when the whole case file is read, and no longer once its file is taken out."""
    (tmp_path / "in").mkdir()
    pdf(tmp_path / "in" / "a.pdf", [(ORDER + FURTHER, ""), ((), ""), (RECEIPT, ""), (ORDER + FURTHER, "")])
    pdf(tmp_path / "in" / "b.pdf", [(ORDER + FURTHER, "")])
    by = seeded["clerk_jilin"]
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        take_in(
            session, blobs.BlobStore(config), case=held, path=tmp_path / "in", by=by, limits=config.limits
        )
        enqueue_processing(session, held, by)
    process_now(engine, config)
    clerk = login(None, "clerk_jilin")
    page = clerk.get(f"/cases/{case.id}/desk").get_data(as_text=True)
    assert "页面提示 3 条" in page
    assert "第2页是空白页，未计入文书。" in page
    assert "第4页与第1页内容几乎相同（100%）。请核对；如是重复装入，请移出第4页，保留第1页。" in page
    assert "与“a.pdf”第1页内容几乎相同（100%）。" in page
    marked = re.findall(
        r'class="thumb amiss" data-place data-file="\w+" data-name="(.)\.pdf" data-page="(\d)"', page
    )
    assert sorted(marked) == [("a", "1"), ("a", "4"), ("b", "1")]
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        remove_file(session, case=held, stored=files_of(session, case.id)[1], by=by)
        enqueue_processing(session, held, by, again=True)
    process_now(engine, config)
    assert "页面提示 2 条" in clerk.get(f"/cases/{case.id}/desk/documents").get_data(as_text=True)
