"""Papers of coercion, licences and information requests, and the table of phrases."""

import re
from pathlib import Path

import pytest
import yaml

import casefiles.extract.read_phrases as phrases
from casefiles.facts import collect
from casefiles.kinds import split
from scoring_rules import DOCUMENT_KINDS, vocabulary
from tests.casefiles.papers import file_of, readings

SCENE = """
    现场笔录
    时间：2024年3月4日10时00分至10时40分
    地点：光华路人防工程3号单元
    当事人：吉林市江湾商贸有限公司
    执法人员：陆绍棠（执法证号：吉B02031107）；邬静姝（执法证号：吉B02031126）
    执法人员出示执法证件，通知当事人到场，当场告知采取查封措施的理由、依据以及当事人依法享有的权利、救济途径。当事人陈述：没有意见。
    当事人（签名）：{费景行}　2024年3月4日10时40分
    执法人员（签名）：{陆绍棠}、{邬静姝}
    2024年3月4日
"""
SEIZURE = """
    吉林市人民防空办公室
    查封决定书
    吉市人防封〔2024〕2号
    当事人：吉林市江湾商贸有限公司
    依据《中华人民共和国行政强制法》第二十二条的规定，本机关决定予以查封。查封期限自2024年3月4日至2024年4月3日。
    吉林市人民防空办公室
    2024年3月4日
"""
RECEIPT = """
    送达回证
    | 受送达人 | 吉林市江湾商贸有限公司 |
    | 送达文书名称及文号 | 《查封决定书》（吉市人防封〔2024〕2号） |
    | 送达方式 | 直接送达 | 送达时间 | 2024年3月4日10时45分 |
    | 受送达人签收 | {费景行}（法定代表人） 2024年3月4日 |
    | 送达人 | {陆绍棠}、{邬静姝} |
"""


def _facts(*texts: str) -> dict[str, object]:
    pieces = split([file_of(text, f"{number:02d}.docx") for number, text in enumerate(texts, 1)])
    return {name: fact.value for name, fact in collect(pieces).facts.items()}


def test_a_scene_record_stands_beside_the_seizure() -> None:
    kinds = [piece.kind for piece in split([file_of(SEIZURE, "1.docx"), file_of(SCENE, "2.docx")])]
    assert kinds == ["coercion_decision", "scene_record"]
    assert split([file_of(SCENE)])[0].kind == "inspection_record"


def test_a_seizure_with_its_scene_and_service() -> None:
    got = _facts(SEIZURE, SCENE, RECEIPT)
    assert got["case_kind"] == "coercion" and got["coercion_number"] == "吉市人防封〔2024〕2号"
    assert str(got["coercion_decided_on"]) == "2024-03-04" and str(got["coercion_until"]) == "2024-04-03"
    assert got["coercion_told"] == {"reason", "basis", "rights", "remedies"}
    assert got["party_called"] is True and got["coercion_officers_qualified"] is True
    assert got["handed_on_scene"] is True and got["coercion_excluded_days"] == 0


def test_a_reply_to_an_information_request() -> None:
    got = readings("""
        甲市人民防空办公室
        政府信息不予公开答复书
        甲人防依复〔2024〕3号
        何长青：
        经审查，你申请公开的信息属于依法确定为国家秘密的政府信息，根据《中华人民共和国政府信息公开条例》第十四条，决定不予公开。
        如不服本答复，应当自收到之日起六十日内先向甲市人民政府申请行政复议；对复议决定不服的，可以提起行政诉讼。
        甲市人民防空办公室
        2024年8月20日
    """)
    assert (got["reply_result"], got["refusal_ground"]) == ("refused", "secret")
    assert got["replied_on"] == "2024-08-20" and got["reply_number"] == "甲人防依复〔2024〕3号"
    assert got["reply_states_reconsideration_first"] is True and got["reply_states_remedies"] is True


def test_publication_in_a_table_with_labels_above_their_values() -> None:
    got = readings("""
        行政检查结果公示记录
        | 公示平台 | 上网公示时间 | 检查对象 |
        | 甲市人民政府网站 | 2025.04.18 | 甲市喆懋置业有限公司 |
        | 检查日期 | 检查结果 | 检查机关 |
        | 2025.04.07 | 未发现问题 | 甲市人民防空办公室 |
    """)
    assert got["published_on"] == "2025-04-18"


@pytest.mark.parametrize(
    "line", ["申请日期　　2022-03-09", "申请时间：2022年3月9日", "某某公司\n        2022年3月9日"]
)
def test_the_day_of_an_application_with_or_without_a_label(line: str) -> None:
    got = readings(f"""
        易地建设申请表
        申请人　　乙市昇晟商业管理有限公司
        申请事项　　防空地下室易地建设许可
        {line}
    """)
    assert got["applied_on"] == "2022-03-09"


def test_a_licence_from_application_to_delivery() -> None:
    application = """
        人民防空工程易地建设申请书
        | 申请人 | 松原市大地置业有限公司 |
        | 提交材料 | 1.营业执照；2.规划许可证 |
        | 申请人签章 | {武桐}　2024年8月5日 |
    """
    accepted = """
        行政许可申请受理通知书
        松原市大地置业有限公司：
        材料齐全，决定予以受理。
        松原市人民防空办公室
        　　　　年　　月　　日
    """
    approval = """
        行政许可审查审批表
        | 受理日期 | 2024年8月12日 |
        | 审查情况 | 符合《某规定》第四十八条情形。不直接关系他人重大利益。 |
        | 负责人审批 | 同意。 {盛伯钧} 2024年8月26日 |
    """
    got = _facts(application, accepted, approval)
    assert str(got["applied_on"]) == "2024-08-05" and str(got["accepted_on"]) == "2024-08-12"
    assert str(got["approved_on"]) == "2024-08-26" and got["third_party_interest"] is False
    papers = got["papers"]
    assert isinstance(papers, tuple)
    assert [row["dated"] for row in papers if row["kind"] == "acceptance"] == [False]


@pytest.mark.parametrize(
    ("foot", "dated"),
    [("", False), ("　　　　年　　月　　日", False), ("2024年8月12日", True), ("二〇二四年八月十二日", True)],
)
def test_a_date_that_the_text_tells_of_is_not_the_date_of_the_paper(foot: str, dated: bool) -> None:
    got = _facts(f"""
        行政许可申请受理通知书
        松原市大地置业有限公司：
        你单位于2024年8月5日提出的易地建设许可申请，材料齐全，决定予以受理。
        松原市人民防空办公室
        {foot}
    """)
    papers = got["papers"]
    assert isinstance(papers, tuple)
    assert [row["dated"] for row in papers] == [dated]
    assert ("accepted_on" in got) is dated


def test_every_phrase_names_a_fact_a_kind_and_its_codes() -> None:
    data = yaml.safe_load((Path(phrases.__file__).parent / "phrases.yaml").read_text(encoding="utf-8"))
    types = {"shows": "bool", "denies": "bool", "all": "bool", "signed": "bool", "set": "set", "enum": "enum", "money": "money", "int": "int", "text": "text"}  # fmt: skip
    for entry in data["phrases"]:
        spec = vocabulary()[entry["fact"]]
        assert set(entry["kinds"]) <= set(DOCUMENT_KINDS), entry
        codes = [*entry.get("set", {}), *(code for code, _ in entry.get("enum", ()))]
        assert set(codes) <= set(spec.values), entry
        assert all(spec.type == wanted for key, wanted in types.items() if key in entry), entry
        for key in ("shows", "denies", "date", "text", "money", "int"):
            re.compile(str(entry.get(key, "")).replace("DATE", data["DATE"]))
