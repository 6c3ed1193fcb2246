"""Licences, on-the-spot penalties and inspections in the words of different offices."""

from datetime import date, timedelta

from tests.casegen.paper import Paper, Para
from tests.casegen.story import upper
from tests.casegen.variety_case import Case, wd
from tests.casegen.variety_opening import _identity, _paper, _photo, receipt

OTHER_FAULTS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "licence": {
        "slow": (("L06",), ()),
        "one_verifier": (("L04",), ()),
        "late_delivery": (("L10",), ()),
        "undated": (("L03",), ("L06", "A01")),
    },
    "summary": {
        "too_much": (("S01",), ()),
        "no_report": (("S05",), ("A03",)),
        "one_officer": (("P04", "S02"), ("P13",)),
    },
    "inspection": {
        "one_inspector": (("I03",), ()),
        "no_result": (("I05",), ("A03", "A01")),
        "no_notice": (("I02",), ("A03", "A01")),
    },
}


def _day(case: Case, name: str, day: date) -> date:
    case.days[name] = day
    return day


def licence(case: Case) -> tuple[list[Paper], dict[str, object]]:
    st, r, y = case.style, case.rng.randint, case.rng.choice((2022, 2023, 2024, 2025))
    applied = _day(case, "applied", wd(date(y, 1, 20) + timedelta(r(0, 240)), 1))
    accepted = _day(case, "accepted", wd(applied, r(0, 1)) if r(0, 1) else applied)
    verified = _day(case, "verified", wd(accepted, r(2, 4)))
    decided = _day(case, "decided", wd(accepted, r(23, 30) if case.fault == "slow" else r(7, 15)))
    given = _day(case, "given", wd(decided, r(12, 16) if case.fault == "late_delivery" else r(1, 4)))
    published = _day(case, "published", wd(decided, r(2, 5)))
    n = 1 if case.fault == "one_verifier" else 2
    item = case.rng.choice(
        ("人民防空工程易地建设审批", "防空地下室易地建设许可", "结合民用建筑修建防空地下室易地建设许可")
    )
    case.matter = item
    number = f"{case.prefix}{case.rng.choice(('易许', '许字', '许决字', '易建许'))}{st.style_number(y, case.serial)}"
    taken = f"{case.prefix}{case.rng.choice(('受字', '许受', '受'))}{st.style_number(y, case.serial)}"
    kinds = case.rng.choice((("行政许可申请书", "行政许可申请受理通知书", "行政许可现场核查笔录", "行政许可审批表"), ("易地建设申请表", "受理通知书", "现场踏勘记录", "行政许可审查审批表"), ("行政许可申请表", "行政许可受理通知书", "行政许可核查笔录", "行政许可事项审批表")))  # fmt: skip
    acceptance = [
        *st.head(case.office, kinds[1], taken), Para(f"{case.firm}："),
        Para(f"你单位于{st.text_date(applied)}提出的{item}申请，经审查，申请材料齐全，符合法定形式，根据《中华人民共和国行政许可法》第三十二条第一款第（五）项的规定，决定予以受理。", indent=True),
        *(st.foot(case.office, accepted) if case.fault != "undated" else [Para(""), Para(case.office, "r")]),
    ]  # fmt: skip
    made = [
        _paper("licence_application", kinds[0], [*st.head("", kinds[0]), *st.rows([("申请人", case.firm), (st.l("code"), case.code), (st.l("legal"), case.boss), ("申请事项", item), ("申请理由", f"{case.project}受地质条件限制不能修建防空地下室，应建面积{case.area}平方米，申请易地建设。"), ("申请日期", st.form_date(applied)), ("申请人签章", case.hand(case.boss))])]),
        _identity_for(case, applied),
        _paper("acceptance", kinds[1], acceptance, seal=case.office, number=taken),
        _paper("verification_record", kinds[2], [*st.head(case.office, kinds[2]), Para(f"核查时间：{st.text_date(verified)}9时30分至10时10分"), Para(f"核查地点：{case.place}"), Para(f"核查人员：{case.cards_of(n)}"), Para(f"核查情况：{case.project}地质条件与申请材料一致，不宜修建防空地下室。", indent=True), Para(f"申请人代表（签名）：{case.hand(case.boss)}　{st.text_date(verified)}"), Para(f"核查人员（签名）：{case.signed(n)}　{st.text_date(verified)}")]),
        _paper("licence_approval", kinds[3], [*st.head(case.office, kinds[3]), *st.rows([("申请人", case.firm), ("许可事项", item), ("受理日期", st.form_date(accepted)), ("审查意见", st.opinion("符合条件，本事项不涉及他人重大利益，拟准予许可。", case.signed(), verified)), (st.l("head_opinion"), st.opinion("同意。", case.hand(case.head), decided))])]),
        _paper("licence_decision", "准予行政许可决定书", [*st.head(case.office, "准予行政许可决定书", number), Para(f"{case.firm}："), Para(f"你单位于{st.text_date(applied)}提出的{item}申请，{st.text_date(accepted)}已受理。经审查，符合《中华人民共和国人民防空法》第二十二条规定的条件，根据《中华人民共和国行政许可法》第三十八条第一款的规定，决定准予许可。", indent=True), Para(f"应建面积{case.area}平方米，应缴纳易地建设费{case.cost}元（{upper(case.cost)}）。", indent=True), *st.foot(case.office, decided)], seal=case.office, number=number),
        _licence_receipt(case, number),
        _paper("publicity_record", "行政许可信息公示记录", [*st.head("", "行政许可信息公示记录"), *st.rows([("公示平台", f"{case.government}网站"), (st.l("published"), st.form_date(published)), ("行政相对人名称", case.firm), ("许可决定书文号", number), ("许可决定日期", st.form_date(decided)), ("许可机关", case.office)])]),
        _note(case, wd(published, 4)),
    ]  # fmt: skip
    facts: dict[str, object] = {"authority": case.office, "party_name": case.firm, "party_code": case.code, "applied_on": applied, "accepted_on": accepted, "verified_on": verified, "approved_on": decided, "licence_decided_on": decided, "licence_delivered_on": given, "licence_number": number, "published_on": published, "area_m2": f"{case.area}.00", "fee_due": f"{case.cost}.00", "officers_per_step": {"verification_record": n}, "service_method": "direct"}  # fmt: skip
    if case.fault == "undated":
        del facts["accepted_on"]
    return made, facts


def _identity_for(case: Case, day: date) -> Paper:
    case.days["interviewed"] = day
    return _identity(case)


def _note(case: Case, day: date) -> Paper:
    return _paper("archive_note", "备考表", [*case.style.head("", "备考表"), Para("本卷情况说明：本卷共{items}件，{pages}页，文书齐全。"), Para(f"立卷人：{case.hand(case.officers[1])}　检查人：{case.hand(case.chief)}"), Para(f"立卷时间：{case.style.text_date(day)}")])  # fmt: skip


def _licence_receipt(case: Case, number: str) -> Paper:
    return receipt(case, "准予行政许可决定书", number, "given")


def summary(case: Case) -> tuple[list[Paper], dict[str, object]]:
    st, r, y = case.style, case.rng.randint, case.rng.choice((2022, 2023, 2024, 2025))
    on = _day(case, "decided", wd(date(y, 2, 1) + timedelta(r(0, 250)), 1))
    fine = 500 if case.fault == "too_much" else case.rng.choice((50, 100, 200))
    n = 1 if case.fault == "one_officer" else 2
    act = case.rng.choice(
        ("在人民防空工程出入口堆放杂物", "向人民防空工程内倾倒垃圾", "占用人民防空工程通道停放车辆")
    )
    number = f"{case.prefix}{case.rng.choice(('当罚', '简罚', '当罚字', '罚当字'))}{st.style_number(y, case.serial)}"
    born = f"{r(1962, 1998)}{r(1, 12):02d}{r(1, 28):02d}"
    title = case.rng.choice(
        ("当场行政处罚决定书", "行政处罚决定书（当场）", "当场处罚决定书", "行政当场处罚决定书")
    )
    paid, published = wd(on, r(0, 3)) if r(0, 1) else on, wd(on, r(2, 5))
    place = f"{case.place}人防工程出入口"
    text = [
        *st.head(case.office, title, number), Para(f"当事人：{case.boss}　性别：男　公民身份号码：220102{born}****"), Para(f"住址：{case.home}"),
        Para(f"{st.text_date(on)}9时30分，你在{place}{act}，有现场检查笔录、照片为证，违反了《中华人民共和国人民防空法》第二十七条的规定。", indent=True),
        Para("执法人员已向你出示执法证件，告知你拟处罚的内容、事实、理由、依据以及依法享有的陈述、申辩权利。你未提出陈述申辩。", indent=True),
        Para(f"依据《中华人民共和国人民防空法》第四十九条第（七）项、《中华人民共和国行政处罚法》第五十一条的规定，决定当场{case.rng.choice(('作出如下行政处罚：警告，', '给予警告，并处'))}{st.amount(fine)}。责令立即改正。", indent=True),
        Para(f"请你自收到本决定书之日起{st.term('十五')}日内到{case.bank}（户名：{case.payee}）缴纳罚款。逾期不缴纳的，每日按罚款数额的3%加处罚款。", indent=True),
        Para(f"如不服本决定，可在收到本决定书之日起六十日内向{case.government}申请行政复议；对复议决定不服的，再依法向{case.court}提起行政诉讼。对本决定应当先申请行政复议。", indent=True),
        Para(f"执法人员（签名）：{case.signed(n)}　{case.cards_of(n)}"), Para(f"当事人（签名）：{case.hand(case.boss)}　{st.text_date(on)}"), *st.foot(case.office, on),
    ]  # fmt: skip
    scene = [
        *st.head(case.office, "现场检查笔录"), Para(f"{st.l('inspect_time')}：{st.text_date(on)}9时10分至9时30分"), Para(f"{st.l('inspect_place')}：{place}"), Para(f"被检查人：{case.boss}"), Para(f"{st.l('inspectors')}：{case.cards_of(n)}"),
        Para(f"执法人员出示执法证件，表明身份，告知申请回避和陈述申辩的权利。检查发现，{case.boss}{act}，当场改正。", indent=True), Para(f"被检查人（签名）：{case.hand(case.boss)}　{st.text_date(on)}"), Para(f"{st.l('inspectors')}（签名）：{case.signed(n)}　{st.text_date(on)}"),
    ]  # fmt: skip
    made = [
        _paper("summary_decision", title, text, seal=case.office, number=number), _paper("inspection_record", "现场检查笔录", scene),
        _paper("identity_proof", "身份证复印件", [*st.head("", "身份证复印件"), *st.rows([("姓名", case.boss), ("公民身份号码", f"220102{born}****"), ("住址", case.home), ("核对意见", f"与原件核对无误。提供人：{case.hand(case.boss)}")])]),
        _paper("payment_receipt", "罚没收入缴款书", [*st.head("", "吉林省罚没收入一般缴款书"), *st.rows([(st.l("paid"), st.form_date(paid)), (st.l("payer"), case.boss), ("执收单位", case.office), (st.l("payee"), case.payee), ("项目名称", "罚没收入"), (st.l("words"), upper(fine)), (st.l("figures"), f"{fine}.00元"), (st.l("decision_no"), number)])]),
        _paper("publicity_record", "行政处罚信息公示记录", [*st.head("", "行政处罚信息公示记录"), *st.rows([("公示平台", f"{case.government}网站"), (st.l("published"), st.form_date(published)), ("行政相对人名称", f"{case.boss[0]}某"), (st.l("decision_no"), number), ("处罚决定日期", st.form_date(on)), ("处罚机关", case.office)])]),
    ]  # fmt: skip
    if case.fault != "no_report":
        made.insert(3, _paper("filing_report", "当场处罚备案表", [*st.head(case.office, case.rng.choice(("当场处罚备案表", "简易程序处罚备案表", "当场行政处罚备案登记表"))), *st.rows([("决定书编号", number), (st.l("party"), case.boss), ("处罚内容", f"警告；罚款{fine}元"), ("备案意见", st.opinion("同意备案。", case.hand(case.chief), wd(on, 1)))])]))  # fmt: skip
    facts: dict[str, object] = {"authority": case.office, "party_name": case.boss, "party_kind": "individual", "decided_on": on, "decision_served_on": on, "inspected_on": on, "fine_decided": f"{fine}.00", "fine_paid": f"{fine}.00", "decision_number": number, "paid_on": paid, "published_on": published, "penalty_kinds": ["fine", "warning"], "officers_per_step": {"inspection_record": n}, "reconsideration_body": case.government}  # fmt: skip
    return made, facts


def inspection(case: Case) -> tuple[list[Paper], dict[str, object]]:
    st, r, y = case.style, case.rng.randint, 2025
    approved = _day(case, "approved", wd(date(y, 2, 1) + timedelta(r(0, 230)), 1))
    told = _day(case, "notified", wd(approved, 1))
    on = _day(case, "inspected", wd(told, r(2, 4)))
    result, published = wd(on, r(1, 3)), wd(on, r(5, 12))
    n = 1 if case.fault == "one_inspector" else 2
    case.matter = "人民防空工程维护管理检查"
    number = f"{case.prefix}{case.rng.choice(('检通', '检字', '检查'))}{st.style_number(y, case.serial)}"
    titles = case.rng.choice(
        (
            ("行政检查审批表", "行政检查通知书", "行政检查现场笔录", "行政检查结果告知书"),
            ("检查审批表", "检查通知书", "现场检查笔录", "检查结果告知书"),
        )
    )
    sound = "防护设备完好，通道畅通，台账齐全，未发现违法行为。"
    _day(case, "found", result)
    made = [
        _paper("inspection_approval", titles[0], [*st.head(case.office, titles[0]), *st.rows([("检查对象", case.firm), ("检查事项", "人民防空工程维护管理情况"), ("检查依据", "《中华人民共和国人民防空法》第十七条"), ("检查人员", "、".join(case.officers)), (st.l("head_opinion"), st.opinion("同意检查。", case.hand(case.head), approved))])]),
        _paper("inspection_notice", titles[1], [*st.head(case.office, titles[1], number), Para(f"{case.firm}："), Para(f"依据《中华人民共和国人民防空法》第十七条的规定，{st.we}定于{st.text_date(on)}对你单位人民防空工程维护管理情况进行检查，请予配合。检查人员：{case.cards_of()}。", indent=True), *st.foot(case.office, told)], seal=case.office, number=number),
        _paper("inspection_record", titles[2], [*st.head(case.office, titles[2]), Para(f"{st.l('inspect_time')}：{st.text_date(on)}9时00分至10时10分"), Para(f"{st.l('inspect_place')}：{case.place}"), Para(f"被检查单位：{case.firm}　法定代表人：{case.boss}"), Para(f"检查人员：{case.cards_of(n)}　记录人：{case.officers[n - 1]}"), Para("检查人员出示执法证件，表明身份，告知检查事由和依据，被检查单位有权陈述申辩、申请回避，表示不申请。", indent=True), Para(f"检查情况：{sound}", indent=True), Para(f"被检查单位（签名）：{case.hand(case.boss)}　{st.text_date(on)}"), Para(f"检查人员（签名）：{case.signed(n)}　{st.text_date(on)}")]),
        _photo(case),
        _paper("publicity_record", "行政检查结果公示记录", [*st.head("", "行政检查结果公示记录"), *st.rows([("公示平台", f"{case.government}网站"), (st.l("published"), st.form_date(published)), ("检查对象", case.firm), ("检查日期", st.form_date(on)), ("检查结果", "未发现问题"), ("检查机关", case.office)])]),
        _note(case, wd(published, 5)),
    ]  # fmt: skip
    if case.fault == "no_notice":
        del made[1]
    if case.fault != "no_result":
        made.insert(-2, _paper("inspection_result", titles[3], [*st.head(case.office, titles[3]), Para(f"{case.firm}："), Para(f"{st.text_date(on)}，{st.we}对你单位人民防空工程维护管理情况进行了检查，结果如下：{sound}", indent=True), *st.foot(case.office, result)], seal=case.office))  # fmt: skip
    facts: dict[str, object] = {"authority": case.office, "party_name": case.firm, "inspected_on": on, "approved_on": approved, "published_on": published, "officers_per_step": {"inspection_record": n}}  # fmt: skip
    return made, facts
