"""Readers on small papers in the layouts of several offices: prose, forms, tables, lines."""

from dataclasses import replace

import pytest

from casefiles.extract.doc import Doc
from casefiles.extract.registry import read_doc
from tests.casefiles.papers import case_of, piece_of, readings

ENVIRONMENT = """
    长白市生态环境局
    行政处罚决定书
    长环罚〔2023〕18号
    当事人名称：长白市恒发塑料制品有限公司
    统一社会信用代码：91220211MAXQ7T3K0W
    地址：长白市绿园区西安大路8号
    法定代表人（负责人）：王大力
    我局于2023年5月10日对你公司进行了现场检查，发现你公司实施了以下违法行为：未按规定安装设施。
    以上事实，有我局2023年5月10日《现场检查（勘察）笔录》等证据为凭。
    你公司的上述行为违反了《中华人民共和国大气污染防治法》第四十五条的规定。
    我局于2023年6月1日告知你公司陈述申辩权和听证申请权。你公司在法定期限内未提出陈述、申辩，也未申请听证。
    依据《中华人民共和国大气污染防治法》第一百零八条第一项的规定，我局决定对你公司处以罚款人民币叁万元整（¥30000.00）。
    限于接到本处罚决定书之日起十五日内缴至指定银行和账号。逾期不缴纳罚款的，我局可以根据《中华人民共和国行政处罚法》第七十二条第一款第一项规定每日按罚款数额的3%加处罚款。
    收款银行：中国建设银行长白支行　户名：长白市财政局
    你公司如不服本处罚决定，可在收到本处罚决定书之日起六十日内向长白市人民政府申请行政复议，也可以在六个月内直接向长白市绿园区人民法院提起行政诉讼。
    长白市生态环境局
    [印：长白市生态环境局]
    2023年7月1日
"""
MARKET = """
    行政处罚决定书
    长市监处罚〔2023〕112号
    当事人：张三烟酒店
    主体资格证照名称：营业执照
    住所（住址）：长白市人民大街1号
    经查，当事人于2023年2月10日至2023年3月1日期间销售超过保质期食品12袋，违法所得120.50元。
    上述事实，主要有以下证据证明：
    1.现场笔录、现场照片，证明现场情况；
    依据《中华人民共和国食品安全法》第一百二十四条第一款第（五）项的规定，决定对当事人作出如下处罚：
    1.没收违法所得120.50元；
    2.罚款5,000元（大写：伍仟元整）。
    当事人应当自收到本行政处罚决定书之日起15日内到中国银行长白支行缴纳罚没款。
    如不服本行政处罚决定，可以自收到本行政处罚决定书之日起60日内向长白市人民政府申请行政复议；也可以在6个月内依法向长白市南关区人民法院提起行政诉讼。
    长白市市场监督管理局
    二〇二三年四月二十日
"""


def test_a_decision_in_prose() -> None:
    got = readings(ENVIRONMENT)
    assert got["authority"] == "长白市生态环境局" and got["decision_number"] == "长环罚〔2023〕18号"
    assert got["party_name"] == "长白市恒发塑料制品有限公司" and got["decided_on"] == "2023-07-01"
    assert got["penalty_kinds"] == ["fine"]
    assert (got["fine_decided"], got["fine_in_words"]) == ("30000.00", "30000.00")
    assert (got["payment_days"], got["late_fee_rate"]) == (15, "0.03")
    assert (got["reconsideration_body"], got["reconsideration_days"]) == ("长白市人民政府", 60)
    assert (got["litigation_court"], got["litigation_months"]) == ("长白市绿园区人民法院", 6)
    assert got["decision_states_remedies"] is True and got["proposed_wording"] is False
    assert set(got["decision_states"]) == {  # type: ignore[call-overload]
        "party", "facts_evidence", "kind_basis", "performance", "remedies", "authority_date",
    }  # fmt: skip


def test_a_decision_with_several_penalties_and_chinese_date() -> None:
    got = readings(MARKET)
    assert got["penalty_kinds"] == ["confiscate_income", "fine"] and got["decided_on"] == "2023-04-20"
    assert (got["fine_decided"], got["fine_in_words"]) == ("5000.00", "5000.00")
    assert got["act_on"] == "2023-03-01" and got["illegal_income"] == "120.50"
    assert got["collected_on_spot"] is False
    assert got["late_fee_rate"] == "confirmed_absent"


def test_words_of_a_draft_are_found_only_in_the_deciding_words() -> None:
    draft = ENVIRONMENT.replace("我局决定对你公司处以", "我局现拟决定对你公司处以")
    told = ENVIRONMENT.replace("告知你公司陈述申辩权", "告知你公司拟作出的行政处罚内容和陈述申辩权")
    assert readings(draft)["proposed_wording"] is True
    assert readings(told)["proposed_wording"] is False
    assert readings(ENVIRONMENT.replace("长环罚〔2023〕18号", "长环罚〔  〕号"))["template_residue"] is True


def test_sums_that_differ_are_both_kept() -> None:
    got = readings(ENVIRONMENT.replace("叁万元整", "贰万陆仟元整"))
    assert (got["fine_decided"], got["fine_in_words"]) == ("30000.00", "26000.00")


def test_only_the_head_approves() -> None:
    form = """
        行政处罚立案审批表
        | 案件名称 | 某公司未按规定修建防空地下室案 |
        | 当事人 | 通榆县大地置业有限公司 | 法定代表人 | 李四 |
        | 经办人意见 | 建议立案。 签名：{赵一}、{钱二} 2023.4.3 |
        | 部门负责人意见 | 同意。 签名：{孙三} 2023.4.4 |
        | 分管领导审批意见 | 同意立案查处。 签名：{周五}　2023.4.6 |
        | 备注 | |
    """
    got = readings(form)
    assert got["filed_on"] == "2023-04-06" and got["case_title"] == "某公司未按规定修建防空地下室案"
    empty = form.replace("同意立案查处。 签名：{周五}　2023.4.6", "")
    assert readings(empty)["filed_on"] == "confirmed_absent"


def test_an_approval_set_as_lines() -> None:
    got = readings("""
        甲州人民防空办公室
        行政处罚结案审批表
        案由：某宾馆擅自拆除防护设备案
        执行情况：2020年8月12日当事人已全额缴纳罚款18,000元。
        承办人意见：建议结案。
        {朴正焕}、{许连姬} 2020年8月24日
        机关负责人审批意见：同意结案。
        {南哲元} 2020年8月25日
    """)
    assert got["closed_on"] == "2020-08-25" and got["fine_closed"] == "18000.00"


INTERVIEW = """
    调查询问笔录
    时间：2023年5月12日14时05分至15时20分
    地点：长白市生态环境局执法支队
    被询问人姓名：王大力　性别：男　职务：经理
    询问人：赵一　执法证号：JL22010001
    询问人：钱二　执法证号：JL22010002
    记录人：钱二
    问：我们是执法人员，这是我们的执法证件，请过目。你有权申请我们回避，有权陈述、申辩。
    答：我看过了，不申请回避。
    问：设施安装了没有？为什么没有按照环评批复的要求安装？
    答：没有安装，资金困难，准备年底前安装完毕。
    被询问人签名：{王大力}　2023年5月12日
    询问人签名：{赵一}　{钱二}
"""


def _record(text: str) -> dict[str, object]:
    rows = readings(text)["records"]
    assert isinstance(rows, list)
    row: dict[str, object] = rows[0]
    return row


def test_an_interview_with_time_officers_and_signatures() -> None:
    row = _record(INTERVIEW)
    assert (row["from"], row["to"]) == ("2023-05-12T14:05:00", "2023-05-12T15:20:00")
    assert row["officers"] == ["赵一", "钱二"] and row["subject"] == "王大力"
    assert (
        row["signed"]
        and row["party_signed"]
        and row["times_stated"]
        and row["id_shown"]
        and row["rights_told"]
    )
    got = readings(INTERVIEW)
    assert got["officers_per_step"] == [{"step": "interview_record", "signatures": 2}]
    assert got["recusal_requested"] is False


def test_one_signature_and_empty_places_are_seen() -> None:
    single = _record(INTERVIEW.replace("{赵一}　{钱二}", "{赵一}"))
    assert single["signed"] is False
    counted = readings(INTERVIEW.replace("{赵一}　{钱二}", "{赵一}"))["officers_per_step"]
    assert counted == [{"step": "interview_record", "signatures": 1}]
    unsigned = _record(INTERVIEW.replace("{王大力}　2023年5月12日", ""))
    assert unsigned["party_signed"] is False and unsigned["each_page_signed"] is False
    untimed = _record(INTERVIEW.replace("14时05分至15时20分", ""))
    assert untimed["times_stated"] is False and "from" not in untimed


def test_a_receipt_names_paper_way_day_and_signer() -> None:
    text = """
        送达回证
        | 送达文书名称、文号 | 行政处罚决定书（长环罚〔2023〕18号） |
        | 受送达人 | 长白市恒发塑料制品有限公司 |
        | 送达方式 | ☑直接送达 □留置送达 □邮寄送达 |
        | 受送达人签名或盖章 | {王大力}（法定代表人） 2023年7月3日 |
        | 送达人签名 | {赵一}、{钱二} |
    """
    assert readings(text)["services"] == [
        {
            "method": "direct", "served_on": "2023-07-03", "officers": 2, "signed_by": "legal_representative",
            "document": "decision", "number": "长环罚〔2023〕18号",
        }
    ]  # fmt: skip
    left = text.replace("☑直接送达 □留置送达", "□直接送达 ☑留置送达").replace(
        "{王大力}（法定代表人） 2023年7月3日", "拒绝签收，2023年7月3日留置于住所"
    )
    row = readings(left)["services"]
    assert isinstance(row, list) and row[0]["method"] == "left" and row[0]["refused"] is True


RECEIPTS = {
    "stacked": """送达回证
| 案由 | 未按规定修建防空地下室案 |
| 受送达人 | 送达文书名称及文号 |
| 松岭某公司 | 行政处罚决定书（甲人防罚决〔2024〕5号） |
| 送达方式 | 送达时间 | 备注 |
| 直接送达 | 2024年5月12日 | |
| 受送达人签收 | 送达人 |
| {李某}（法定代表人） | {张三}、{王五} |""",
    "gaps": """送达回证
受送达人　　松岭某公司
送达文书名称及文号　　行政处罚决定书（甲人防罚决〔2024〕5号）
送达方式　　直接送达
送达时间　　2024年5月12日
受送达人签收　　{李某}（法定代表人）
送 达 人　　{张三}、{王五}
备注　　""",
}


@pytest.mark.parametrize("form", RECEIPTS)
def test_labels_above_their_values_and_labels_without_a_colon(form: str) -> None:
    told = readings(RECEIPTS[form])
    assert told["services"] == [
        {
            "method": "direct", "served_on": "2024-05-12", "officers": 2, "signed_by": "legal_representative",
            "document": "decision", "number": "甲人防罚决〔2024〕5号",
        }
    ]  # fmt: skip


def test_a_notice_states_what_it_states() -> None:
    text = """
        行政处罚告知书
        长住建罚先告字（2023）第021号
        长春市宏大建筑有限公司：
        经立案调查，你单位存在以下违法行为：未取得施工许可证擅自施工。以上行为违反了《某管理办法》第三条第一款的规定，依据该办法第十二条，拟给予你单位罚款人民币46.5万元（大写：肆拾陆万伍仟元整）的行政处罚。
        如有异议，可在收到本告知书之日起5个工作日内向本机关陈述、申辩；你单位有权要求听证，可在5日内提出。
        长春市城乡建设委员会
        2023年3月15日
    """
    got = readings(text)
    assert got["notice_number"] == "长住建罚先告字（2023）第021号" and got["notified_on"] == "2023-03-15"
    assert got["fine_proposed"] == "465000.00" and got["notice_statement_days"] == 5
    assert all(
        got[f"notice_states_{part}"]
        for part in ("facts", "basis", "proposed_penalty", "statement_right", "hearing_right")
    )
    silent = readings(text.replace("；你单位有权要求听证，可在5日内提出", ""))
    assert silent["notice_states_hearing_right"] is False


def test_legal_review_result_day_and_person() -> None:
    text = """
        法制审核意见表
        | 承办机构 | 执法支队 | 送审时间 | 2023年5月1日 |
        | 法制审核意见 | 主体合法，事实清楚，程序合法，适用法律正确，同意。 审核人员：{林九}　2023年5月4日 |
    """
    got = readings(text)
    assert (got["legal_reviewed_on"], got["legal_reviewer"]) == ("2023-05-04", "林九")
    assert got["legal_review_result"] == "agree"
    assert readings(text.replace("同意。", "不同意，退回补充调查。"))["legal_review_result"] == "disagree"
    assert (
        readings(text.replace("同意。", "请补正送达回证后同意。"))["legal_review_result"]
        == "agree_with_changes"
    )


def test_discussion_attendees_are_those_who_vote() -> None:
    got = readings("""
        案件集体讨论笔录
        讨论时间：2023年6月20日9时至10时30分
        主持人：周五（局长）　记录人：陈九
        参加人员：吴六、郑七、南成日列席人员：赵一（承办人，不参加表决）
        结论性意见：一致同意给予罚款3万元。
        参加人员签名：{周五} {吴六} {郑七} {南成日}
    """)
    assert got["discussion_attendees"] == ["周五", "吴六", "郑七", "南成日"]
    assert got["discussion_signed"] is True and got["discussed_on"] == "2023-06-20"


@pytest.mark.parametrize(
    ("source", "signed", "complete", "certainty"),
    [
        ("ocr", "{鲍延龄} {尤庆海} {聂成耿淑兰}", True, 0.85),
        ("ocr", "{鲍延龄} {尤庆海} {耿淑兰}", False, 0.95),
        ("text", "{鲍延龄} {尤庆海} {聂成耿淑兰}", False, 0.95),
        ("text", "{鲍延龄} {尤庆海} {聂成功} {耿淑兰}", True, 0.95),
    ],
)
def test_of_a_signature_that_a_scan_garbled_two_characters_are_enough_to_ask(
    source: str, signed: str, complete: bool, certainty: float
) -> None:
    """Under 0.9 the desk asks the clerk; in a Word file a name is there or it is not."""
    piece = piece_of(f"""
        案件集体讨论笔录
        讨论时间：2023年6月20日9时至10时30分
        主持人：鲍延龄（主任）
        出席人员：尤庆海、聂成功、耿淑兰
        讨论结论：一致同意给予罚款3万元。
        出席人员签名：{signed}
    """)
    found = [one for one in read_doc(Doc(replace(piece, source=source))) if one.fact == "discussion_signed"]
    assert [(one.value, one.certainty) for one in found] == [(complete, certainty)]


def test_the_fine_and_the_fee_have_their_own_receipts() -> None:
    fine = "罚没收入专用票据\n交款人：某公司　开票日期：2023年7月10日\n金额合计（大写）：叁万元整　（小写）：30000.00\n收款单位（章）：长白市财政局"
    got = readings(fine)
    assert (got["paid_on"], got["fine_paid"], got["fine_payee"]) == ("2023-07-10", "30000.00", "treasury")
    assert got["receipt_official"] is True
    fee = readings(
        "人防工程易地建设费缴款书\n| 缴款人 | 某公司 |\n| 金额（小写） | ¥2,950,000元 |\n| 缴款日期 | 2024年5月31日 |"
    )
    assert fee["fee_due"] == "2950000.00" and "fine_paid" not in fee


def test_an_order_is_due_on_a_day_or_within_a_term() -> None:
    order = """
        甲市人民防空办公室
        责令限期改正通知书
        甲人防责改[2022]3号
        某宾馆：
        你单位擅自拆除防护门，违反了《人民防空法》第27条，现责令你单位PLACE改正。
        甲市人民防空办公室
        2022.5.6
    """
    fixed = readings(order.replace("PLACE", "于2022年6月1日前"))
    assert (fixed["order_number"], fixed["ordered_on"], fixed["due_on"]) == (
        "甲人防责改[2022]3号",
        "2022-05-06",
        "2022-06-01",
    )
    receipt = """
        送达回证
        | 送达文书名称 | 《责令限期改正通知书》 |
        | 送达时间 | 2022年5月7日 |
    """
    assert case_of(order.replace("PLACE", "自收到本通知书之日起十五日内"), receipt)["due_on"] == "2022-05-22"


def test_a_summary_decision() -> None:
    got = readings("""
        甲市人民防空办公室
        当场行政处罚决定书
        编号：甲人防当罚〔2024〕第0217号
        | 当事人 | 刁树勋 | 性别/年龄 | 男／45 |
        | 身份证号码 | 220600197906224015 |
        你于2024年8月14日9时40分，在甲市浑江区3号口部实施了向人民防空工程内倾倒废弃物的行为，违反了《中华人民共和国人民防空法》第二十七条的规定。
        执法人员已当场向你出示执法证件，告知拟处罚的事实、理由、依据和内容，以及你依法享有的陈述、申辩权利，你的意见：没有异议，不陈述、不申辩。
        依据《中华人民共和国人民防空法》第四十九条第（七）项，决定给予：1.警告；2.罚款人民币壹仟元整（¥1,000元）。
        请自收到本决定书之日起十五日内到中国邮政储蓄银行甲市支行缴纳罚款。
        对本决定不服的，应当自收到本决定书之日起六十日内先向甲市人民政府申请行政复议；对行政复议决定不服的，可以向甲市人民法院提起行政诉讼。
        执法人员（签名）：{邵鸿儒}、{乔燕宁}
        本决定书已当场交付。当事人（签名）：{刁树勋}　2024年8月14日
        甲市人民防空办公室
        2024年8月14日
    """)
    assert got["fine_decided"] == "1000.00" and got["penalty_kinds"] == ["fine", "warning"]
    assert got["reconsideration_first"] is True and got["collected_on_spot"] is False
    assert got["handed_on_spot"] is True and got["spot_heard"] is True and got["statement_made"] is False
    assert set(got["spot_told"]) == {"facts", "reasons", "basis", "penalty", "rights"}  # type: ignore[call-overload]
    assert got["party_born_on"] == "1979-06-22"
    services = got["services"]
    assert isinstance(services, list) and services[0]["signed_by"] == "party"


def test_facts_that_only_the_whole_file_shows() -> None:
    notice = """
        行政处罚事先告知书
        长白市恒发塑料制品有限公司：
        经查，你公司未按规定安装设施，违反了《某法》第三条，依据《某法》第四条，拟对你公司作出如下行政处罚：罚款人民币叁万元整（¥30,000元）。
        你公司有权陈述、申辩，可自收到本告知书之日起五日内提出。
        长白市生态环境局
        2023年6月1日
    """
    receipt = """
        送达回证
        | 送达文书名称及文号 | 《行政处罚决定书》（长环罚〔2023〕18号） |
        | 送达方式 | 直接送达 | 送达时间 | 2023年7月3日9时 |
        | 受送达人签收 | {王大力}（法定代表人） |
    """
    got = case_of(notice, ENVIRONMENT, receipt)
    assert got["case_kind"] == "penalty" and got["procedure"] == "ordinary"
    assert (got["decision_served_on"], got["payment_due_on"]) == ("2023-07-03", "2023-07-18")
    assert got["service_method"] == "direct" and got["party_kind"] == "organisation"
    assert got["kinds_beyond_notice"] is False and got["renotified"] is False
    assert got["authority_region"] == "长白市" and got["statement_made"] is False
    assert got["hearing_right_notified_on"] is None  # the notice does not tell of a hearing


def test_another_party_in_the_decision_is_kept_as_a_second_reading() -> None:
    other = "行政处罚立案审批表\n| 当事人 | 长白市大成商贸有限公司 |\n| 机关负责人审批意见 | 同意 {周五} 2023年4月1日 |"
    got = case_of(other, ENVIRONMENT)
    assert got["party_name"] == "长白市恒发塑料制品有限公司"


def test_single_labels_stand_above_their_values_among_pairs() -> None:
    got = readings("""
        行政许可申请表
        | 申请人 |
        | 敦化市润嵘物业服务有限公司 |
        | 统一社会信用代码 | 91224968MAD9N9HMJX |
        | 法定代表人（负责人） |
        | 阿依古丽·买买提 |
        | 申请日期 | 申请人签章 |
        | 2022-08-19 | {阿依古丽·买买提} |
    """)
    assert got["party_name"] == "敦化市润嵘物业服务有限公司"
    assert got["party_code"] == "91224968MAD9N9HMJX"
