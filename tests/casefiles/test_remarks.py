"""What is said of the heap itself: turned, empty, parting, misplaced and doubled pages."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from casefiles.check import check_path

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
    found = [(problem["file"], problem["what"].split("（")[0]) for problem in check_path(folder)["problems"]]
    assert found == [("2.docx", "与“1.docx”完全相同"), ("3.docx", "与“1.docx”内容几乎相同")]
