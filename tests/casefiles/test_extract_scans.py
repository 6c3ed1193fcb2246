"""What scans do to words, and what the rest of the file still tells."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.extract.derive_party import seal_name
from casefiles.extract.labels import heads_of
from casefiles.extract.misread import distance, known_label, nearest
from casefiles.extract.registry import read_case
from casefiles.extract.titles import kind_of_misread
from casefiles.facts import collect
from casefiles.kinds import Piece, split
from casefiles.reading import Line, Mark, Page, ReadFile
from tests.casefiles.papers import piece_of


@given(st.text(alphabet="甲乙丙丁", max_size=6), st.text(alphabet="甲乙丙丁", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_equals(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)


def test_the_nearest_word_must_be_the_only_one() -> None:
    assert nearest("送达时问", ["送达时间", "送达方式"], 1) == "送达时间"
    assert nearest("甲丙", ["甲乙", "丁丙"], 1) is None


@pytest.mark.parametrize(
    ("read", "label"),
    [
        ("送达时问", "送达时间"),
        ("受送达入", "受送达人"),
        ("调查询间时间", "调查询问时间"),
        ("案由", "案由"),
        ("完全不同", "完全不同"),
    ],
)
def test_labels_of_scans(read: str, label: str) -> None:
    assert known_label(read) == label


@pytest.mark.parametrize(
    ("line", "label"),
    [("主 持人：鲍延龄（主任）", "主持人"), ("地　点：三楼", "地点"), ("男 职务：主任", "职务")],
)
def test_a_label_whose_first_character_was_read_apart(line: str, label: str) -> None:
    assert [key for _, _, key, _ in heads_of(line, 0, len(line))] == [label]


@pytest.mark.parametrize(
    ("read", "kind"),
    [
        ("行政处罚决走书", "decision"),
        ("送达回正", "service_receipt"),
        ("责令限斯改正通知书", "correction_order"),
    ],
)
def test_titles_of_scans(read: str, kind: str) -> None:
    found = kind_of_misread(read)
    assert found is not None and found[0] == kind


def test_a_known_title_is_wanted_for_a_misread_one() -> None:
    assert kind_of_misread("同意承办科室意见") is None and kind_of_misread("白城市人民防空办公室") is None


def _line(text: str, page: int, top: float, hand: tuple[str, ...] = ()) -> Line:
    return Line(
        text, page=page, box=(0.15, top, 0.85, top + 0.02), confidence=0.95, script=bool(hand), hand=hand
    )


def _cells(page: int, table: int, *rows: tuple[str, ...]) -> list[Line]:
    return [
        Line(text, page=page, box=(0.1, 0.2 + row * 0.03, 0.9, 0.22 + row * 0.03), confidence=0.95, kind="cell", table=table, row=row, column=column)
        for row, cells in enumerate(rows, 1)
        for column, text in enumerate(cells, 1)
        if text
    ]  # fmt: skip


def _scan(*pages: Page) -> list[Piece]:
    return split([ReadFile("案卷.pdf", "0" * 64, 1, "pdf", "read", pages)])


def _inventory() -> Page:
    rows = (
        ("序号", "文号", "文件名称", "日期", "页号"),
        ("1", "", "立案审批表", "2023.8.17", "1"),
        ("2", "", "询问笔录", "2023.8.23", "2"),
        ("3", "甲人防罚告〔2023〕6号", "行政处罚事先告知书", "2023.9.21", "3"),
    )
    return Page(1, (_line("卷 内 目 录", 1, 0.1), *_cells(1, 1, *rows)), source="ocr")


def test_an_unreadable_page_has_the_kind_that_the_inventory_names() -> None:
    filing = Page(
        2,
        (_line("1", 2, 0.03), _line("行政处罚立案审批表", 2, 0.1), _line("案由：某案", 2, 0.2)),
        source="ocr",
    )
    pieces = _scan(_inventory(), filing, Page(3, source="none"))
    assert [(piece.kind, piece.pages, piece.by) for piece in pieces[1:]] == [
        ("filing_approval", (2, 2), "title"),
        ("interview_record", (3, 3), "inventory"),
    ]


def test_a_date_under_a_seal_is_taken_from_the_inventory() -> None:
    notice = Page(
        2,
        (
            _line("3", 2, 0.03), _line("行政处罚事先告知书", 2, 0.1), _line("某公司：", 2, 0.15),
            _line("经查，你公司违反了《某法》第三条，拟给予警告。", 2, 0.2), _line("甲市人民防空办公室", 2, 0.6),
            _line("2023年 月21日", 2, 0.65),
        ),
        (Mark("seal", 2, (0.6, 0.55, 0.8, 0.7)),),
        source="ocr",
    )  # fmt: skip
    fact = collect(_scan(_inventory(), notice)).facts["notified_on"]
    assert str(fact.value) == "2023-09-21" and (fact.confidence or 1) < 0.9 and fact.quote is not None


def test_signatures_that_went_on_to_the_next_line_count() -> None:
    page = Page(
        1,
        (
            _line("现场检查（勘验）笔录", 1, 0.1), _line("时间：2023年8月21日9时30分至10时40分", 1, 0.15),
            _line("检查情况：经查看，防护密闭门被拆除，洞口未封堵。", 1, 0.2),
            _line("检查人员（签名）：祁振海", 1, 0.5, ("祁振海",)), _line("白若谷", 1, 0.53, ("白若谷",)),
        ),
        source="ocr",
    )  # fmt: skip
    case = read_case(_scan(page))
    assert case.all("officers_per_step")[0].value == {"step": "inspection_record", "signatures": 2}


@pytest.mark.parametrize(("hand", "doubted"), [((), True), (("张三", "王五"), False)])
def test_black_names_at_the_place_of_a_signature_ask_a_person(hand: tuple[str, ...], doubted: bool) -> None:
    lines = (
        _line("现场检查笔录", 1, 0.1),
        _line("检查人员（签名）：张三、王五　2024年5月12日", 1, 0.3, hand),
    )
    fact = collect(_scan(Page(1, lines, source="ocr"))).facts["officers_per_step"]
    assert fact.confidence is not None and (fact.confidence < 0.9) == doubted


def test_one_unsure_digit_makes_a_date_unsure() -> None:
    sure = _line("2024年6月21日", 1, 0.4)
    lines = (_line("责令改正通知书", 1, 0.1), _line("请于十五日内改正。", 1, 0.2))
    for last, right in ((sure, 0.9), (replace(sure, doubts=((5, 0.47),)), 0.46)):
        fact = collect(_scan(Page(1, (*lines, last), source="ocr"))).facts["ordered_on"]
        assert fact.value == date(2024, 6, 21) and fact.confidence == pytest.approx(right, abs=0.05)


def test_a_name_under_a_seal_follows_the_one_before_the_title() -> None:
    lines = (
        "甲乙市人民防空办公室责令改正违法行为通知书",
        "请于十五日内改正。",
        "甲乙市 民防空办公室",
        "2024年6月21日",
    )
    page = Page(1, tuple(_line(text, 1, 0.1 + at / 10) for at, text in enumerate(lines)), source="ocr")
    assert collect(_scan(page)).facts["authority"].value == "甲乙市人民防空办公室"


def test_names_garbled_in_one_paper_follow_the_others() -> None:
    form = "行政处罚立案审批表\n| 当事人 | 白城市镇瑞兴商贸有限公司 |"
    good = [piece_of(form, f"{number}.docx") for number in range(3)]
    page = Page(
        1, (_line("送达回证", 1, 0.1), *_cells(1, 1, ("受送达人", "白城市镇瑞兴商贺有限公司"))), source="ocr"
    )
    case = read_case([*good, *_scan(page)])
    assert {reading.value["name"] for reading in case.all("party_mentions")} == {"白城市镇瑞兴商贸有限公司"}


def test_different_companies_stay_different() -> None:
    one = piece_of("行政处罚立案审批表\n| 当事人 | 长春旸堃置业有限公司 |", "1.docx")
    two = piece_of(
        "行政处罚决定书\n当事人：吉林省旸堃建筑工程有限公司\n甲市人民防空办公室\n2023年11月1日", "2.docx"
    )
    fact = collect([one, two]).facts["party_name"]
    assert fact.value == "吉林省旸堃建筑工程有限公司"
    assert [other.value for other in fact.alternatives] == ["长春旸堃置业有限公司"]


def test_the_words_of_a_scanned_seal_are_compared_loosely() -> None:
    office = "延边朝鲜族自治州人民防空办公室"
    assert seal_name("边鲜族自治州人民防空药公", office, "ocr") == office
    assert seal_name("延吉市城市管理行政执法局", office, "ocr") == "延吉市城市管理行政执法局"
    assert seal_name("某某", office, "ocr") is None
    assert seal_name("延吉市城市管理行政执法局", office, "text") == "延吉市城市管理行政执法局"
    assert seal_name("", office, "text") is None
