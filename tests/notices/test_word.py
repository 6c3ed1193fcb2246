"""The Word form of an official document: its measures, faces and order; the public one without names."""

import io
from collections.abc import Callable
from datetime import date

import docx
from docx.oxml.ns import qn
from flask.testing import FlaskClient

from notices.document import Annex, Colophon, Letterhead, OfficialDocument, Paragraph, Signature, Table
from notices.models import Circular
from notices.word import to_word

Login = Callable[..., FlaskClient]
PAPER = OfficialDocument(
    title="关于2025年度案卷评查情况的通报",
    letterhead=Letterhead("吉林省人民防空办公室文件", "吉人防通〔2026〕1号"),
    addressee="各市（州）人民防空办公室：",
    blocks=[
        Paragraph("一、总体情况", level=1),
        Paragraph("共抽查7卷。", lead="（一）抽查。"),
        Table(["单位", "平均分"], [["四平", "88.0"]], [3, 1], "lr"),
    ],
    attachments=["得分表"],
    signature=Signature("吉林省人民防空办公室", date(2026, 3, 5)),
    annexes=[Annex(1, "得分表", [Paragraph("略")])],
    colophon=Colophon(["省司法厅"], "吉林省人民防空办公室", date(2026, 3, 6)),
    footer="结果 abc",
)


def read(data: bytes) -> tuple[docx.document.Document, str]:
    word = docx.Document(io.BytesIO(data))
    return word, "\n".join(line.text for line in word.paragraphs)


def test_the_page_is_that_of_the_standard() -> None:
    section = read(to_word(PAPER))[0].sections[0]
    assert section.page_width and section.page_height and section.left_margin and section.top_margin
    assert round(section.page_width.mm) == 210 and round(section.page_height.mm) == 297
    assert (round(section.left_margin.mm), round(section.top_margin.mm)) == (28, 37)
    assert round(section.page_width.mm - section.left_margin.mm - (section.right_margin or 0) / 36000) == 156
    assert "PAGE" in section.footer._element.xml and "结果 abc" in section.even_page_footer._element.xml


def test_the_parts_stand_in_their_order_in_their_faces() -> None:
    word, text = read(to_word(PAPER))
    order = ["人民防空办公室文件", "吉人防通〔2026〕1号", "关于2025年度", "各市（州）", "一、总体情况", "（一）抽查。",
             "附件：得分表", "2026年3月5日", "附件", "抄送：省司法厅。", "2026年3月6日印发"]  # fmt: skip
    places = [text.find(part) for part in order[:8]] + [text.rfind(part) for part in order[8:]]
    assert places == sorted(places) and places[0] >= 0
    faces = {
        run.text: run._r.rPr.rFonts.get(qn("w:eastAsia")) for line in word.paragraphs for run in line.runs
    }
    assert faces["一、总体情况"] == "黑体" and faces["（一）抽查。"] == "楷体_GB2312"
    assert (
        faces["共抽查7卷。"] == "仿宋_GB2312" and faces["关于2025年度案卷评查情况的通报"] == "方正小标宋简体"
    )
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [
        ["单位", "平均分"],
        ["四平", "88.0"],
    ]


def test_who_may_take_the_word_form_and_what_the_public_one_hides(login: Login, circular: Circular) -> None:
    base = f"/notices/{circular.id}"
    assert login(None, "clerk_siping").get(f"{base}/full.docx").status_code == 403
    administrator = login(None, "administrator")
    assert administrator.get(f"{base}/other.docx").status_code == 404
    full, public = (
        read(administrator.get(f"{base}/{kind}.docx").data)[0].element.xml for kind in ("full", "public")
    )
    assert "安怀礼" in full and "安怀礼" not in public
