"""GB/T 9704 pages: 22 lines of 28 characters, numbering, fallback for rare characters, identical bytes."""

import io
from datetime import date

import pypdfium2
import pytest

from notices.document import (
    Annex,
    Colophon,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
    chinese_number,
)
from notices.fonts import Faces, MissingGlyph
from notices.typeset import split_title, typeset

MM = 72 / 25.4


def document(**more: object) -> OfficialDocument:
    parts: dict[str, object] = {
        "title": "关于2025年度行政执法案卷评查情况的通报",
        "blocks": [Paragraph("一、基本情况", 1), Paragraph("评查" * 300)],
        "letterhead": Letterhead("吉林省人民防空办公室文件", "吉人防通〔2026〕1号"),
        "addressee": "各市（州）人民防空办公室：",
        "signature": Signature("吉林省人民防空办公室", date(2026, 3, 5)),
        "colophon": Colophon(["省司法厅"], "吉林省人民防空办公室", date(2026, 3, 5)),
    }
    return OfficialDocument(**(parts | more))  # type: ignore[arg-type]


def test_a_full_page_has_22_lines_of_28_characters(faces: Faces) -> None:
    text = "评查" * 2000
    setting = typeset(document(blocks=[Paragraph(text)], colophon=None), faces)
    middle = setting.lines[2]
    assert len(middle) == 22
    assert all(len(line) == 28 for line in middle)


def test_the_same_document_gives_the_same_bytes(faces: Faces) -> None:
    assert typeset(document(), faces).pdf == typeset(document(), faces).pdf


def test_every_font_is_embedded(faces: Faces) -> None:
    pdf = typeset(document(), faces).pdf
    assert b"/Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") >= 3


def test_rare_characters_are_drawn_from_the_fallback_face(faces: Faces) -> None:
    setting = typeset(document(blocks=[Paragraph("承办人韩喆、李堃、金赟，面积25㎡。")]), faces)
    page = pypdfium2.PdfDocument(setting.pdf)[0]
    assert "韩喆、李堃、金赟" in page.get_textpage().get_text_range().replace("\r\n", "")
    for name in "喆堃赟㎡":
        assert faces.face(name, "fangsong") is not None


def test_a_character_without_a_face_is_refused_by_name(faces: Faces) -> None:
    with pytest.raises(MissingGlyph, match="U\\+1F600"):
        typeset(document(blocks=[Paragraph("好\U0001f600")]), faces)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(faces: Faces) -> None:
    setting = typeset(document(blocks=[Paragraph("评查" * 1000)]), faces)
    pdf = pypdfium2.PdfDocument(io.BytesIO(setting.pdf))
    for index, left in ((0, False), (1, True)):
        page = pdf[index].get_textpage()
        search = page.search(f"— {index + 1} —")
        at, _ = search.get_next()
        box = page.get_charbox(at)
        assert (box[0] < 105 * MM) is left
        assert box[1] < 297 * MM - (37 + 225) * MM


@pytest.mark.parametrize("characters", range(20, 1400, 60))
def test_the_imprint_stands_on_the_last_even_page(faces: Faces, characters: int) -> None:
    """On a page of its own it has no number, nor has an empty page before it; every page with text has one."""
    setting = typeset(document(blocks=[Paragraph("评" * characters)]), faces)
    assert setting.pages % 2 == 0
    assert setting.lines[-1][-2:] == ["吉林省人民防空办公室", "2026年3月5日印发"]
    for number, page in enumerate(pypdfium2.PdfDocument(setting.pdf), 1):
        text = any("印发" not in line and "抄送" not in line for line in setting.lines[number - 1][:-2])
        numbered = f"— {number} —" in page.get_textpage().get_text_range()
        assert numbered is text


def test_a_long_table_repeats_its_head_and_loses_no_row(faces: Faces) -> None:
    rows = [[str(n), "吉林市人民防空办公室", "90.5"] for n in range(1, 121)]
    table = Table(["序号", "单位", "平均分"], rows, [1, 5, 2])
    setting = typeset(document(annexes=[Annex(1, "得分表", [table])]), faces)
    lines = [line for page in setting.lines for line in page]
    assert sum(line == "序号 | 单位 | 平均分" for line in lines) >= 3
    assert [line.split(" | ")[0] for line in lines if "吉林市人民防空办公室 |" in line] == [
        r[0] for r in rows
    ]


def test_a_row_taller_than_a_page_is_cut_and_not_lost(faces: Faces) -> None:
    table = Table(["问题"], [["问" * 3000]], [1])
    setting = typeset(document(annexes=[Annex(1, "清单", [table])]), faces)
    assert "".join("".join(page) for page in setting.lines).count("问") == 3000 + 3


def test_title_lines_fit_and_do_not_begin_with_a_particle() -> None:
    for title in (
        "关于2025年度全省人民防空系统行政执法案卷评查情况的通报",
        "通报",
        "关于" + "评查" * 30 + "的通报",
    ):
        lines = split_title(title)
        assert "".join(lines) == title
        assert all(len(line) <= 19 for line in lines)
        assert not any(line.startswith("的") for line in lines)


@pytest.mark.parametrize(
    ("value", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_heading_numbers(value: int, text: str) -> None:
    assert chinese_number(value) == text
