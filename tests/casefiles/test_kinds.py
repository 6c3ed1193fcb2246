"""Kinds by title and by content; where one paper ends and the next begins."""

import pytest

from casefiles.extract.flat import fold
from casefiles.extract.titles import kind_of_title
from casefiles.kinds import split
from casefiles.reading import Line, Page, ReadFile
from tests.casefiles.papers import file_of, piece_of


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("卷 内 目 录", "inventory"),
        ("行政处罚案卷", "cover"),
        ("案件来源登记表", "source_register"),
        ("举报线索登记表", "source_register"),
        ("行政处罚案件立案审批表", "filing_approval"),
        ("现场检查（勘验）笔录", "inspection_record"),
        ("现场勘验笔录", "inspection_record"),
        ("询 问 笔 录", "interview_record"),
        ("询问（调查）笔录", "interview_record"),
        ("复查记录", "recheck_record"),
        ("责令限期改正通知书", "correction_order"),
        ("责令改正违法行为决定书", "correction_order"),
        ("先行登记保存证据通知书", "preservation_notice"),
        ("先行登记保存证据审批表", "preservation_approval"),
        ("登记保存物品处理通知书", "preservation_disposal"),
        ("案件调查终结报告", "investigation_report"),
        ("行政处罚事先告知审批表", "penalty_approval"),
        ("重大执法决定法制审核意见书", "legal_review"),
        ("行政处罚事先（听证）告知书", "prior_notice"),
        ("行政处罚事先告知书", "prior_notice"),
        ("行政处罚听证告知书", "hearing_notice_right"),
        ("陈述申辩书", "statement_record"),
        ("陈述、申辩笔录", "statement_record"),
        ("陈述申辩复核意见书", "statement_review"),
        ("放弃陈述、申辩及听证权利声明书", "waiver"),
        ("听证申请书", "hearing_request"),
        ("行政处罚听证通知书", "hearing_notice"),
        ("听证笔录", "hearing_record"),
        ("行政处罚听证报告", "hearing_report"),
        ("重大行政处罚案件集体讨论记录", "panel_discussion"),
        ("案件审理会议纪要", "panel_discussion"),
        ("行政处罚决定审批表", "decision_approval"),
        ("吉林市人民防空办公室行政处罚决定书", "decision"),
        ("不予行政处罚决定书", "no_penalty_decision"),
        ("当场行政处罚决定书", "summary_decision"),
        ("当场行政处罚备案表", "filing_report"),
        ("送达地址确认书", "service_address"),
        ("送 达 回 证", "service_receipt"),
        ("吉林省非税收入一般缴款书（收据）", "payment_receipt"),
        ("人民防空工程易地建设费缴款书", "fee_receipt"),
        ("应建防空地下室工程造价表", "calculation_sheet"),
        ("延期（分期）缴纳罚款审批表", "deferral_approval"),
        ("催告书", "demand_notice"),
        ("加处罚款决定书", "surcharge_decision"),
        ("强制执行申请书", "enforcement_application"),
        ("行政处罚信息公示记录", "publicity_record"),
        ("撤回公示信息记录", "publicity_withdrawal"),
        ("案件移送函", "transfer_letter"),
        ("行政处罚结案审批表", "closing_approval"),
        ("卷内备考表", "archive_note"),
        ("音像记录目录", "recording_list"),
        ("营业执照（副本）复印件", "identity_proof"),
        ("建设工程规划许可证（复印件）", "evidence_item"),
        ("现场照片", "evidence_item"),
        ("人民防空工程易地建设申请书", "licence_application"),
        ("行政许可申请材料接收凭证", "material_receipt"),
        ("行政许可申请材料补正通知书", "correction_request"),
        ("行政许可申请受理通知书", "acceptance"),
        ("不予受理通知书", "refusal_to_accept"),
        ("行政许可现场核查笔录", "verification_record"),
        ("行政许可审查审批表", "licence_approval"),
        ("准予行政许可决定书", "licence_decision"),
        ("人民防空工程易地建设批准书", "licence_certificate"),
        ("行政检查审批表", "inspection_approval"),
        ("行政检查通知书", "inspection_notice"),
        ("行政检查结果告知书", "inspection_result"),
        ("查封（扣押）决定书", "coercion_decision"),
        ("解除查封（扣押）决定书", "release_decision"),
        ("代履行决定书", "substitute_decision"),
        ("行政复议决定书", "annulment"),
    ],
)
def test_titles(title: str, kind: str) -> None:
    found = kind_of_title(fold(title))
    assert found is not None and found[0] == kind


@pytest.mark.parametrize(
    "title", ["“双随机、一公开”检查对象和人员抽取结果表", "2024年3月15日", "陆绍棠", "同意立案。"]
)
def test_other_lines_are_no_titles(title: str) -> None:
    assert kind_of_title(fold(title)) is None


def test_content_decides_where_the_title_does_not() -> None:
    fee = piece_of("一般缴款书\n| 收入项目 | 人民防空工程易地建设费 |\n| 金额（小写） | ¥1,000元 |")
    fine = piece_of("一般缴款书\n| 收入项目 | 罚没收入 |\n| 金额（小写） | ¥1,000元 |")
    assert (fee.kind, fine.kind) == ("fee_receipt", "payment_receipt")
    licence = piece_of(
        "| 统一社会信用代码 | 91220211MAXQ7T3K0W |\n| 名称 | 某公司 |\n| 成立日期 | 2017年8月21日 |"
    )
    assert licence.kind == "identity_proof" and licence.by == "content"


def test_the_name_of_a_series_of_forms_is_no_title() -> None:
    paper = "吉林省行政执法案卷文书\n甲市人民防空办公室\n送达回证\n| 受送达人 | 某公司 |"
    assert piece_of(paper).kind == "service_receipt"


@pytest.mark.parametrize("remark", ["（行政执法格式文书）", "行政执法文书式样之三", "【存档】"])
def test_the_name_of_a_series_above_a_title_is_no_part_of_it(remark: str) -> None:
    assert (
        piece_of(f"{remark}\n听证申请书\n甲市人民防空办公室：\n现申请举行听证。\n2023年5月25日").kind
        == "hearing_request"
    )


def test_the_file_name_is_the_last_hint() -> None:
    assert piece_of("随便一行文字", "05 现场照片.docx").kind == "evidence_item"
    assert piece_of("随便一行文字", "说明.docx").kind == "other"


def _page(number: int, *texts: str, source: str = "ocr") -> Page:
    step = 0.05
    lines = tuple(
        Line(text, page=number, box=(0.2, 0.1 + index * step, 0.8, 0.13 + index * step), confidence=0.97)
        for index, text in enumerate(texts)
    )
    return Page(number, lines, width=595, height=842, source=source, blank=not texts)


def test_a_bound_scan_is_cut_at_titles_and_keeps_further_pages() -> None:
    file = ReadFile(
        "案卷.pdf", "0" * 64, 1, "pdf", "read",
        (
            _page(1, "白城市人民防空办公室", "行政处罚案卷"),
            _page(2, "卷 内 目 录"),
            _page(3, "1", "白城市人民防空办公室", "询问笔录", "询问时间：2023年8月23日9时至10时", "第1页 共2页"),
            _page(4, "2", "问：洞口多大？", "答：量过。", "第2页 共2页"),
            _page(5),
            _page(6, "3", "白城市人民防空办公室", "询 问 笔 录", "询问时间：2023年8月24日9时至10时"),
            _page(7, "4", "白城市人民防空办公室", "行政处罚决定书", "白人防罚决〔2023〕6号"),
            _page(8, "5", "2.罚款人民币贰万元整。", "二〇二三年九月二十六日"),
        ),
    )  # fmt: skip
    found = [(piece.kind, piece.pages) for piece in split([file])]
    assert found == [
        ("cover", (1, 1)),
        ("inventory", (2, 2)),
        ("interview_record", (3, 4)),
        ("interview_record", (6, 6)),
        ("decision", (7, 8)),
    ]


def test_several_papers_in_one_word_file() -> None:
    text = """
        甲市人民防空办公室
        行政处罚立案审批表
        甲人防立〔2024〕1号
        | 案由 | 某案 |
        | 当事人 | 某公司 |
        | 机关负责人审批意见 | 同意立案。 |
        甲市人民防空办公室
        责令限期改正通知书
        甲人防责改〔2024〕1号
        某公司：
        现责令你单位于2024年5月1日前改正。
        甲市人民防空办公室
        2024年4月1日
    """
    assert [piece.kind for piece in split([file_of(text)])] == ["filing_approval", "correction_order"]


def test_media_sheets_and_what_could_not_be_read() -> None:
    files = [
        ReadFile("音像/检查.mp4", "a" * 64, 1, "recording", "kept", properties={"seconds": 60}),
        ReadFile("双公示.xlsx", "b" * 64, 1, "xlsx", "read", sheets={"行政处罚": [["CF_XDR_MC", "CF_WSH"]]}),
        ReadFile("坏.pdf", "c" * 64, 1, "pdf", "refused"),
        ReadFile("Thumbs.db", "d" * 64, 1, "other", "ignored"),
    ]
    assert [(piece.kind, piece.pages) for piece in split(files)] == [
        ("recording", None),
        ("publicity_record", None),
        ("unreadable", None),
    ]
