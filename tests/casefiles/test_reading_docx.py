"""Golden reading of DOCX made here: order, cells, headers, text boxes, footnotes, lists, signatures, seals, length."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image, ImageDraw

from casefiles.reading import ReadFile, docx_html, read_file

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def read(document: Any, folder: Path, name: str = "a.docx") -> ReadFile:
    document.save(folder / name)
    return read_file(folder / name, name)


def raw(paragraph: str) -> Any:
    return parse_xml(f"<w:p {NS}>{paragraph}</w:p>")


def signed(paragraph: Any, text: str, font: str = "楷体") -> None:
    run = paragraph.add_run(text)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def texts(file: ReadFile) -> list[tuple[str, str | None, str]]:
    return [(line.kind, line.at, line.text) for line in file.pages[0].lines]


def seal_png(colour: tuple[int, int, int] = (200, 30, 40)) -> io.BytesIO:
    image = Image.new("RGBA", (120, 120), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, 116, 116), outline=(*colour, 255), width=6)
    draw.polygon([(60, 40), (70, 75), (42, 55), (78, 55), (50, 75)], fill=(*colour, 255))
    target = io.BytesIO()
    image.save(target, "PNG")
    target.seek(0)
    return target


def test_paragraphs_and_cells_in_order(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("行政处罚立案审批表")
    table = document.add_table(3, 4)
    table.cell(0, 0).text = "案由"
    table.cell(0, 1).merge(table.cell(0, 3)).text = "擅自拆除案"
    for i, text in enumerate(["当事人", "某公司", "电话", "138"]):
        table.cell(1, i).text = text
    table.cell(2, 0).merge(table.cell(2, 0)).text = "意见"
    cell = table.cell(2, 1).merge(table.cell(2, 3))
    cell.text = "同意立案。"
    signed(cell.add_paragraph(), "滕宝山")
    document.add_paragraph("尾")
    file = read(document, tmp_path)
    assert texts(file) == [
        ("paragraph", "段1", "行政处罚立案审批表"),
        ("cell", "表1行1列1", "案由"),
        ("cell", "表1行1列2", "擅自拆除案"),
        ("cell", "表1行2列1", "当事人"),
        ("cell", "表1行2列2", "某公司"),
        ("cell", "表1行2列3", "电话"),
        ("cell", "表1行2列4", "138"),
        ("cell", "表1行3列1", "意见"),
        ("cell", "表1行3列2", "同意立案。\n滕宝山"),
        ("paragraph", "段2", "尾"),
    ]
    last = file.pages[0].lines[8]
    assert (last.table, last.row, last.column, last.script, last.hand) == (1, 3, 2, True, ("滕宝山",))


def test_cells_merged_downwards_are_given_once(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(3, 2)
    table.cell(0, 0).merge(table.cell(2, 0)).text = "证据"
    for i in range(3):
        table.cell(i, 1).text = f"第{i}件"
    assert [t[1:] for t in texts(read(document, tmp_path))] == [
        ("表1行1列1", "证据"), ("表1行1列2", "第0件"), ("表1行2列2", "第1件"), ("表1行3列2", "第2件"),
    ]  # fmt: skip


def test_a_table_inside_a_cell(tmp_path: Path) -> None:
    document = Document()
    outer = document.add_table(1, 1)
    outer.cell(0, 0).text = "外"
    inner = outer.cell(0, 0).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    assert [t[1:] for t in texts(read(document, tmp_path))] == [
        ("表1行1列1", "外"), ("表2行1列1", "内一"), ("表2行1列2", "内二"),
    ]  # fmt: skip


def test_header_footer_textbox_and_footnote(tmp_path: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "吉人防罚〔2023〕7号"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    body = document.element.body
    box = f"<w:pict><w:txbxContent {NS}><w:p><w:r><w:t>框内的字</w:t></w:r></w:p></w:txbxContent></w:pict>"
    body.insert(0, raw(f"<w:r><w:t>正文</w:t></w:r><w:r>{box}</w:r>"))
    document.save(tmp_path / "a.docx")
    notes = f"<w:footnotes {NS}><w:footnote w:id='2'><w:p><w:r><w:t>脚注文字</w:t></w:r></w:p></w:footnote></w:footnotes>"
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    file = read_file(tmp_path / "a.docx", "a.docx")
    assert set(texts(file)) == {
        ("paragraph", "段1", "正文"),
        ("textbox", "段1文本框1", "框内的字"),
        ("header", "页眉", "吉人防罚〔2023〕7号"),
        ("footer", "页脚", "第1页"),
        ("footnote", "脚注2", "脚注文字"),
    }


def test_deleted_and_hidden_text_is_not_read(tmp_path: Path) -> None:
    document = Document()
    run = "<w:r><w:t>{}</w:t></w:r>"
    document.element.body.insert(
        0,
        raw(
            run.format("罚款")
            + f"<w:del w:id='1'>{run.format('一万')}</w:del><w:ins w:id='2'>{run.format('二万')}</w:ins>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>元</w:t></w:r>"
            "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:tab/><w:t>整</w:t></w:r>"
        ),
    )
    assert texts(read(document, tmp_path))[0][2] == "罚款二万元\t整"


def test_automatic_list_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = Document()
    for text in ("事实", "依据", "期限"):
        document.add_paragraph(text, style="List Number")
    file = read(document, tmp_path)
    assert [line.text for line in file.pages[0].lines][:3] in (
        ["事实", "依据", "期限"],
        ["1.事实", "2.依据", "3.期限"],
    )
    numbering = f"<w:numbering {NS}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCountingThousand'/><w:lvlText w:val='%1、'/></w:lvl></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    item = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>{}</w:t></w:r>"
    plain = Document()
    for i, text in enumerate(("事实", "依据")):
        plain.element.body.insert(i, raw(item.format(text)))
    plain.save(tmp_path / "b.docx")
    source = zipfile.ZipFile(tmp_path / "b.docx")
    with zipfile.ZipFile(tmp_path / "c.docx", "w") as target:
        for info in source.infolist():
            data = numbering.encode() if info.filename == "word/numbering.xml" else source.read(info)
            target.writestr(info.filename, data)
    assert [line.text for line in read_file(tmp_path / "c.docx", "c.docx").pages[0].lines] == [
        "一、事实",
        "二、依据",
    ]


@pytest.mark.parametrize(
    ("font", "text", "hand"),
    [
        ("楷体", "陆绍棠", ("陆绍棠",)),
        ("楷体_GB2312", "陆绍棠、邬静姝", ("陆绍棠", "邬静姝")),
        ("华文行楷", "同意", ("同意",)),
        ("方正舒体", "同意。", ("同意",)),
        ("楷体", "（一）违法事实和证据", ()),
        ("楷体", "经查，当事人于2023年擅自拆除防护设备。", ()),
        ("仿宋", "陆绍棠", ()),
    ],
)
def test_script_faces_mark_signatures(font: str, text: str, hand: tuple[str, ...], tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("检查人员（签名）：")
    signed(paragraph, text, font)
    signed(paragraph, "　2024年3月18日", "仿宋")
    line = read(document, tmp_path).pages[0].lines[0]
    assert line.hand == hand and line.script == bool(hand)
    assert line.text == f"检查人员（签名）：{text}　2024年3月18日"


def test_pictures_and_seals(tmp_path: Path) -> None:
    document = Document()
    described = document.add_paragraph("吉林市人民防空办公室").add_run()
    described.add_picture(seal_png((60, 60, 60)), width=Cm(4))
    properties = next(
        document.element.body.iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        )
    )
    properties.set("descr", "吉林市人民防空办公室")
    document.add_paragraph("红").add_run().add_picture(seal_png(), width=Cm(4))
    document.add_paragraph("灰").add_run().add_picture(seal_png((90, 90, 90)), width=Cm(4))
    marks = read(document, tmp_path).pages[0].marks
    assert [(m.kind, m.text, m.at) for m in marks] == [
        ("seal", "吉林市人民防空办公室", "段1"), ("seal", "", "段2"), ("picture", "", "段3"),
    ]  # fmt: skip


def test_page_count_by_breaks_and_by_length(tmp_path: Path) -> None:
    assert read(Document(), tmp_path, "0.docx").properties["page_count"] == 1
    broken = Document()
    broken.add_paragraph("一").add_run().add_break(WD_BREAK.PAGE)
    broken.add_paragraph("二")
    assert read(broken, tmp_path, "1.docx").properties["page_count"] == 2
    long = Document()
    for _ in range(100):
        long.add_paragraph("经查明" * 30)
    count = read(long, tmp_path, "2.docx").properties["page_count"]
    assert isinstance(count, int) and 6 <= count <= 12


def test_empty_document_is_blank_and_said_so(tmp_path: Path) -> None:
    file = read(Document(), tmp_path)
    assert file.pages[0].blank and file.outcome == "read" and "没有任何文字" in file.problems[0].what


def test_html_has_the_places_of_the_lines(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("签名：")
    signed(paragraph, "陆绍棠")
    table = document.add_table(2, 3)
    table.cell(0, 0).text = "案由"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "一\n二"
    table.cell(1, 2).text = "三"
    document.save(tmp_path / "a.docx")
    assert docx_html(tmp_path / "a.docx") == (
        '<p data-at="段1">签名：<em>陆绍棠</em></p>\n'
        '<table><tr><td data-at="表1行1列1">案由</td><td data-at="表1行1列2" colspan="2">一<br>二</td></tr>'
        '<tr><td colspan="2"></td><td data-at="表1行2列3">三</td></tr></table>'
    )
