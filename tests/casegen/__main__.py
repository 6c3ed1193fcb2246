"""Write the example case files of ``examples/`` and an answer key beside each."""

import json
import sys
from datetime import date
from pathlib import Path

from tests.casegen import licence as other
from tests.casegen.bind import Bound, add_recordings, as_docx, as_one, complete, to_zip
from tests.casegen.penalty import papers, recording_files
from tests.casegen.story import Office, Party, Penalty, upper


def D(text: str) -> date:
    return date.fromisoformat(text)


SIPING = Office(
    "四平市人民防空办公室",
    "四人防",
    "四平市人民政府",
    "四平市铁西区人民法院",
    "中国农业银行四平英雄支行",
    "四平市财政局非税收入专户",
    "石崇岭",
    "柴永固",
    "闻静川",
    ("鲍远山", "魏春禾"),
    (("安怀礼", "吉C05120011"), ("祁素梅", "吉C05120018")),
)
SONGYUAN = Office(
    "松原市人民防空办公室",
    "松人防",
    "松原市人民政府",
    "松原市宁江区人民法院",
    "中国建设银行松原沿江支行",
    "松原市财政局非税收入专户",
    "贺兰山",
    "屈长河",
    "宫雪原",
    ("车景林", "甄秀禾"),
    (("单立本", "吉J07120006"), ("仇玉竹", "吉J07120009")),
)
LIAOYUAN = Office(
    "辽源市人民防空办公室",
    "辽人防",
    "辽源市人民政府",
    "辽源市龙山区人民法院",
    "吉林银行辽源人民支行",
    "辽源市财政局非税收入专户",
    "葛东原",
    "纪连城",
    "蓝若溪",
    ("盛文岳", "乔玉山"),
    (("项国栋", "吉D04120003"), ("冉秋实", "吉D04120007")),
)
BAICHENG = Office(
    "白城市人民防空办公室",
    "白人防",
    "白城市人民政府",
    "白城市洮北区人民法院",
    "中国工商银行白城瑞光支行",
    "白城市财政局非税收入专户",
    "佘占江",
    "秦向阳",
    "晏知秋",
    ("龚北辰", "骆云舒"),
    (("尤守信", "吉G08120002"), ("池明远", "吉G08120005")),
)
TONGHUA = Office(
    "通化市人民防空办公室",
    "通人防",
    "通化市人民政府",
    "通化市东昌区人民法院",
    "中国银行通化新华支行",
    "通化市财政局非税收入专户",
    "房玉成",
    "查国瑞",
    "温书仪",
    ("阎照林", "童雁秋"),
    (("邵立新", "吉E05120021"), ("裘慧中", "吉E05120026")),
)
BAISHAN = Office(
    "白山市人民防空办公室",
    "白山人防",
    "白山市人民政府",
    "白山市浑江区人民法院",
    "吉林银行白山浑江支行",
    "白山市财政局非税收入专户",
    "梅长岭",
    "关世杰",
    "岑若兰",
    ("荣广德", "巫晓岚"),
    (("耿志远", "吉F06120004"), ("詹宁", "吉F06120008")),
)
YANBIAN = Office(
    "延边朝鲜族自治州人民防空办公室",
    "延州人防",
    "延边朝鲜族自治州人民政府",
    "延吉市人民法院",
    "中国农业银行延吉局子街支行",
    "延边州财政局非税收入专户",
    "南哲元",
    "崔明浩",
    "玄玉善",
    ("李东春", "金顺爱"),
    (("朴正焕", "吉H24120011"), ("许连姬", "吉H24120015")),
)
REMOVAL = {
    "act": "未经批准拆除人民防空工程防护密闭门2樘并封堵通风口1处",
    "violated": "《中华人民共和国人民防空法》第二十七条",
    "penal": "《中华人民共和国人民防空法》第四十九条第（三）项",
    "order": "恢复安装防护密闭门并拆除封堵墙体",
    "law": "49(3)",
    "evidence": (
        "现场检查（勘验）笔录1份、现场照片1张，证明防护设备被拆除、通风口被封堵",
        "询问笔录1份，证明拆除的经过和原因",
        "责令限期改正通知书及送达回证、复查记录各1份，证明逾期未改正",
        "营业执照复印件1份，证明当事人主体资格",
    ),
}
RECORDINGS = (
    ("现场检查（勘验）", "现场检查.mp4", 4500),
    ("复查", "复查.mp4", 1800),
    ("告知书送达", "送达告知书.mp4", 420),
)


def _days(**days: str) -> dict[str, date]:
    return {step: D(day) for step, day in days.items()}


def _removal(
    office: Office,
    party: Party,
    place: str,
    fine: int,
    serial: int,
    year: int,
    days: dict[str, date],
    **more: object,
) -> Penalty:
    return Penalty(
        office=office, party=party, title=f"{party.name}擅自拆除人民防空工程防护设备案", serial=serial, year=year,
        found=f"{place}人民防空工程1号口部防护密闭门2樘被拆除，西侧通风口1处被砖墙封堵，危害人民防空工程的使用效能。",
        fine=fine, words=upper(fine), days=days, place=place,
        circumstances="当事人在责令限期内未改正，情节一般，配合调查，酌定罚款数额。", **REMOVAL, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def siping() -> tuple[Penalty, list]:
    """Clean under the 2021 text, decided in 2025; the party waived its rights in writing."""
    story = _removal(
        SIPING, Party("四平市铁东区鸿泰仓储有限公司", "91220303MA0Y4K7L3N", "仲明义", "四平市铁东区北体育街88号"),
        "四平市铁东区北体育街88号地下", 20000, 4, 2025,
        _days(registered="2025-03-03", filed="2025-03-06", inspected="2025-03-07", ordered="2025-03-07", order_due="2025-04-07",
              interviewed="2025-03-11", rechecked="2025-04-08", closed_investigation="2025-04-14", reviewed="2025-04-16",
              notified="2025-04-18", notice_served="2025-04-18", waived="2025-04-21", discussed="2025-04-24", approved="2025-04-25",
              decided="2025-04-28", decision_served="2025-04-29", paid="2025-05-08", published="2025-05-06", closed="2025-05-20"),
        recordings=RECORDINGS,
    )  # fmt: skip
    return story, []


def songyuan() -> tuple[Penalty, list]:
    """Decided on the second working day after the notice, no waiver: the hearing period was still running."""
    story = _removal(
        SONGYUAN, Party("松原市宁江区江湾汽车服务有限公司", "91220702MA7G5P9Q2R", "倪守业", "松原市宁江区沿江东路216号"),
        "松原市宁江区沿江东路216号地下一层", 26000, 7, 2025,
        _days(registered="2025-05-12", filed="2025-05-15", inspected="2025-05-16", ordered="2025-05-16", order_due="2025-06-16",
              interviewed="2025-05-20", rechecked="2025-06-17", closed_investigation="2025-06-20", reviewed="2025-06-23",
              notified="2025-06-24", notice_served="2025-06-24", discussed="2025-06-25", approved="2025-06-26",
              decided="2025-06-26", decision_served="2025-06-27", paid="2025-07-04", published="2025-07-02", closed="2025-07-15"),
        statement="none", recordings=RECORDINGS[:2], faults={"wording": "现拟决定"},
    )  # fmt: skip
    return story, ["P24"]


def liaoyuan() -> tuple[Penalty, list]:
    """One officer at the interview, no legal review, 110 days from filing to decision."""
    story = _removal(
        LIAOYUAN, Party("辽源市西安区安达物业服务有限公司", "91220403MA8H6T2W5X", "路遥川", "辽源市西安区仙城大街57号"),
        "辽源市西安区仙城大街57号地下", 15000, 2, 2025,
        _days(registered="2025-02-17", filed="2025-02-20", inspected="2025-02-21", ordered="2025-02-21", order_due="2025-03-21",
              interviewed="2025-02-26", rechecked="2025-03-24", closed_investigation="2025-05-20",
              notified="2025-05-26", notice_served="2025-05-26", waived="2025-05-28", discussed="2025-06-06", approved="2025-06-09",
              decided="2025-06-10", decision_served="2025-06-12", paid="2025-06-20", published="2025-06-16", closed="2025-06-30"),
        interview_officers=1,
    )  # fmt: skip
    return story, ["P04", "P37"]


def yanbian() -> tuple[Penalty, list]:
    """Closed under the 2017 text in 2020: articles 31, 32, 42, 51; three days."""
    story = _removal(
        YANBIAN, Party("延吉市新民宾馆有限公司", "91222401MA1B3D6F8H", "全光浩", "延吉市光明街1355号"),
        "延吉市光明街1355号地下", 18000, 3, 2020,
        _days(registered="2020-05-11", filed="2020-05-14", inspected="2020-05-15", ordered="2020-05-15", order_due="2020-06-15",
              interviewed="2020-05-19", rechecked="2020-06-16", closed_investigation="2020-07-13", reviewed="2020-07-15",
              notified="2020-07-20", notice_served="2020-07-20", waived="2020-07-22", discussed="2020-07-28", approved="2020-07-29",
              decided="2020-07-30", decision_served="2020-08-03", paid="2020-08-12", published="2020-08-04", closed="2020-08-25"),
        style="lines",
    )  # fmt: skip
    return story, []


def tonghua() -> tuple[Penalty, list]:
    """The decision names another company than the notice, and the words of the fine differ from the digits."""
    story = _removal(
        TONGHUA, Party("通化市东昌区喆泰商贸有限公司", "91220502MA2C4E6G8J", "盖喆", "通化市东昌区民主路19号"),
        "通化市东昌区民主路19号地下", 32000, 5, 2025,
        _days(registered="2025-07-01", filed="2025-07-03", inspected="2025-07-04", ordered="2025-07-04", order_due="2025-08-04",
              interviewed="2025-07-08", rechecked="2025-08-05", closed_investigation="2025-08-11", reviewed="2025-08-13",
              notified="2025-08-15", notice_served="2025-08-15", waived="2025-08-18", discussed="2025-08-21", approved="2025-08-22",
              decided="2025-08-25", decision_served="2025-08-26", paid="2025-09-04", published="2025-08-29", closed="2025-09-12"),
        bracket="[{}]第{:03d}号", recordings=RECORDINGS,
        decision_party=Party("通化市二道江区喆泰置业有限公司", "91220503MA3D5F7H9K", "盖喆", "通化市二道江区滨江街6号"),
        decision_words="叁万贰仟伍佰元整",
    )  # fmt: skip
    return story, ["P12", "P54"]


def penalty_file(story: Penalty, expect: list, form: str) -> tuple[Bound, dict]:
    """Bind a penalty story as ``form`` and give its key."""
    bound_papers = complete(
        papers(story), office=story.office.name, number=story.number("罚决"), title=story.title,
        party=story.party.name, result=f"警告，罚款{story.fine:,}元",
    )  # fmt: skip
    bound = {
        "docx": lambda: as_docx(bound_papers),
        "mixed": lambda: as_docx(bound_papers, pdf_kinds=frozenset({"cover", "inventory", "prior_notice", "decision", "payment_receipt"})),
        "bound": lambda: as_one(bound_papers, "案卷.pdf"),
    }[form]()  # fmt: skip
    if story.recordings:
        add_recordings(bound, recording_files(story))
    d = story.days
    facts = {
        "authority": story.office.name, "party_name": (story.decision_party or story.party).name, "filing_number": story.number("立"),
        "notice_number": story.number("罚告"), "decision_number": story.number("罚决"), "registered_on": d["registered"],
        "filed_on": d["filed"], "inspected_on": d["inspected"], "interviewed_on": d["interviewed"],
        "investigation_closed_on": d["closed_investigation"], "notified_on": d["notified"], "notice_served_on": d["notice_served"],
        "discussed_on": d["discussed"], "approved_on": d["approved"], "decided_on": d["decided"],
        "decision_served_on": d["decision_served"], "paid_on": d["paid"], "published_on": d["published"], "closed_on": d["closed"],
        "fine_proposed": f"{story.fine}.00", "fine_decided": f"{story.fine}.00", "payment_days": 15,
        "officers": [{"name": n, "certificate": c} for n, c in story.office.officers], "service_method": "direct",
    }  # fmt: skip
    if d.get("reviewed"):
        facts["legal_reviewed_on"] = d["reviewed"]
    return bound, _key(story.number("罚决"), "penalty", "ordinary", bound, facts, expect)


def _key(case: str, kind: str, procedure: str | None, bound: Bound, facts: dict, expect: list) -> dict:
    return {
        "case": case, "case_kind": kind, "procedure": procedure,
        "documents": [{"file": f, "pages": [a, b] if a else [], "kind": k} for f, a, b, k in bound.documents],
        "facts": {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()},
        "expect": dict.fromkeys(expect, "breached"), "must_not_flag": [], "flagged": bool(expect),
    }  # fmt: skip


def licence_file() -> tuple[Bound, dict]:
    party = Party(
        "白城市洮北区恒远房地产开发有限公司", "91220802MA4E6G8J2L", "滕继业", "白城市洮北区金辉北街120号"
    )
    days = _days(applied="2025-06-09", accepted="2025-06-10", verified="2025-06-13", decided="2025-06-20",
                 delivered="2025-06-24", paid="2025-06-30", published="2025-06-25")  # fmt: skip
    bound = as_docx(
        complete(other.licence(BAICHENG, party, days, 6, "812.50", 1218750), office=BAICHENG.name, number="白人防易许〔2025〕6号",
                 title="人民防空工程易地建设许可", party=party.name, result="准予许可", what="行政许可案卷"),
        pdf_kinds=frozenset({"licence_decision", "acceptance", "fee_receipt"}),
    )  # fmt: skip
    facts = {"authority": BAICHENG.name, "party_name": party.name, "applied_on": days["applied"], "accepted_on": days["accepted"],
             "licence_decided_on": days["decided"], "licence_delivered_on": days["delivered"]}  # fmt: skip
    return bound, _key("白人防易许〔2025〕6号", "licence", None, bound, facts, [])


def summary_file() -> tuple[Bound, dict]:
    person = Party("卜长春", "", "卜长春", "白山市浑江区红旗街31号", "individual", "本人")
    on = D("2025-04-10")
    made = complete(other.summary(BAISHAN, person, on, 31, 200), office=BAISHAN.name, number="白山人防当罚〔2025〕第0031号",
                    title="堆放杂物影响人民防空工程使用案", party=person.name, result="警告，罚款200元", years="10年")  # fmt: skip
    bound = as_one(made, "当场处罚案卷扫描件.pdf", scan=7)
    facts = {"authority": BAISHAN.name, "party_name": person.name, "decided_on": on, "fine_decided": "200.00",
             "decision_number": "白山人防当罚〔2025〕第0031号"}  # fmt: skip
    return bound, _key("白山人防当罚〔2025〕第0031号", "penalty", "summary", bound, facts, [])


def main(out: Path) -> None:
    """Write every example: zip, GBK zip, bound PDF, scan."""
    out.mkdir(parents=True, exist_ok=True)
    for stem, (story, expect), form, gbk in (
        ("01四平-行政处罚", siping(), "docx", False),
        ("02松原-行政处罚", songyuan(), "mixed", True),
        ("03辽源-行政处罚", liaoyuan(), "docx", False),
        ("04延边-行政处罚（旧法）", yanbian(), "bound", False),
        ("05通化-行政处罚", tonghua(), "mixed", False),
    ):
        bound, key = penalty_file(story, expect, form)
        _write(out, stem, bound, key, gbk=gbk)
    _write(out, "06白城-行政许可", *licence_file())
    _write(out, "07白山-当场处罚（扫描）", *summary_file())


def _write(out: Path, stem: str, bound: Bound, key: dict, *, gbk: bool = False) -> None:
    if len(bound.members) == 1:
        name, data = f"{stem}.pdf", bound.members[0][1]
        key["documents"] = [{**entry, "file": name} for entry in key["documents"]]
    else:
        name, data = f"{stem}.zip", to_zip(bound.members, gbk=gbk)
    (out / name).write_bytes(data)
    (out / f"{stem}.key.json").write_text(
        json.dumps({**key, "source": name}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    sys.stderr.write(f"{name} {len(data) // 1024} KiB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "examples"))
