"""Papers from the source of a case to the end of its investigation, in the words of different offices."""

from tests.casegen.paper import Paper, Para
from tests.casegen.variety_case import Case
from tests.casegen.variety_words import Block


def _paper(kind: str, title: str, blocks: list[Block], **more: object) -> Paper:
    return Paper(kind, title, blocks, **more)  # type: ignore[arg-type]


def approval(
    case: Case, title: str, number: str, rows: list[tuple[str, str]], step: str, act: str
) -> list[Block]:
    """An approval form: who proposes, who passes on, who approves and when."""
    st, day = case.style, case.days[step]
    agreed = case.rng.choice((f"同意{act}。", "同意。", f"同意承办机构意见，准予{act}。"))
    opinions = [
        (st.l("officer_opinion"), st.opinion(f"建议{act}。", case.signed(), day)),
        (st.l("unit_opinion"), st.opinion("拟同意，请领导审批。", case.hand(case.chief), day)),
        (st.l("head_opinion"), st.opinion(agreed, case.hand(case.head), day)),
    ]
    return [*st.head(case.office, title, number), *st.rows([*rows, *opinions])]


def receipt(case: Case, served: str, number: str, step: str) -> Paper:
    st, day = case.style, case.days[step]
    who = f"{case.hand(case.boss)}（法定代表人）"
    rows = [
        (st.l("case"), case.title), (st.l("served_to"), case.firm), (st.l("served_doc"), f"《{served}》{number}" if case.seed % 2 else f"{served}（{number}）"),
        (st.l("served_place"), case.home), ("送达方式", case.rng.choice(("直接送达", "直接", "当面直接送达"))), (st.l("served_time"), f"{st.form_date(day)}"),
        (st.l("served_sign"), f"{who}　{st.form_date(day)}"), (st.l("server"), f"{case.signed()}　{case.cards_of()}" if case.seed % 3 else case.signed()), ("备注", ""),
    ]  # fmt: skip
    if "mail" in st.habits and served == "行政处罚决定书":
        rows[4:7] = [
            ("送达方式", "邮寄送达"),
            rows[5],
            (st.l("served_sign"), f"邮政特快专递回执，{st.form_date(day)}妥投"),
        ]
    title = case.rng.choice(("送达回证", "送达回证", "送达回执", "行政执法文书送达回证"))
    return _paper("service_receipt", "送达回证", [*st.head(case.office, title), *st.rows(rows)])


def told(case: Case) -> tuple[str, str]:
    """How officers show their cards: as narrated in a record, and as a question."""
    if case.fault == "unread_rights":
        return "现就有关情况进行检查。", f"问：我们是{case.office}的工作人员，现向你了解情况。"
    narrated = case.rng.choice((
        "检查人员出示了执法证件，表明了身份，告知当事人有权申请回避和陈述申辩，当事人未申请回避。",
        "我们是执法人员，现向你出示执法证件，你是否看清？答：看清了。你有申请回避的权利，是否申请？答：不申请。",
        "执法人员亮证后说明来意，告知当事人依法享有陈述、申辩、申请回避的权利，当事人表示不申请回避。",
    ))  # fmt: skip
    asked = case.rng.choice((
        f"问：我们是{case.office}执法人员，这是我们的执法证件，请你过目。",
        f"问：我们是{case.office}的，执法证号{'、'.join(case.cards)}，现向你出示证件，是否看清？",
        "问：（出示执法证件）你看清楚我们的证件了吗？",
    ))  # fmt: skip
    return narrated, asked


def opening(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    source = [
        (st.l("source"), case.rng.choice(("日常巡查", "双随机检查", "群众举报", "上级交办"))), (st.l("registered"), st.form_date(d["registered"])),
        (st.l("party"), case.firm), (st.l("address"), case.home),
        (case.rng.choice(("线索内容", "案情摘要", "基本情况", "主要内容")), f"{st.text_date(d['registered'])}发现{case.firm}{case.deed}，涉嫌违法。"),
        (case.rng.choice(("登记人", "受理人", "记录人")), case.hand(case.officers[1])), ("处理意见", st.opinion("建议核查后立案。", case.hand(case.chief), d["registered"])),
    ]  # fmt: skip
    title = case.rng.choice(
        ("案件来源登记表", "案源登记表", "案件线索登记表", "举报登记表", "违法案件线索受理登记表")
    )
    made = [_paper("source_register", title, [*st.head(case.office, title), *st.rows(source)])]
    if case.fault != "no_filing":
        number = case.number("filing", case.serial + 1)
        basis = "，依据《中华人民共和国行政处罚法》第五十四条第二款" if not case.old else ""
        rows = [
            (st.l("case"), case.title), (st.l("source"), "日常检查"), (st.l("party"), case.firm), (st.l("code"), case.code), (st.l("legal"), case.boss), (st.l("address"), case.home),
            (case.rng.choice(("简要案情", "案情简介", "基本案情", "案情摘要")), f"{case.firm}{case.deed}。"),
            (case.rng.choice(("立案依据", "立案理由及依据", "违反的法律规定")), f"涉嫌违反{case.violated}的规定{basis}，建议立案，由{'、'.join(case.officers)}办理。"),
        ]  # fmt: skip
        title = case.rng.choice(
            (
                "立案审批表",
                "行政处罚立案审批表",
                "立案呈批表",
                "行政处罚案件立案审批表",
                "立案登记表",
                "案件立案报批表",
            )
        )
        made.append(
            _paper(
                "filing_approval", title, approval(case, title, number, rows, "filed", "立案"), number=number
            )
        )
    return made


def investigation(case: Case) -> list[Paper]:
    made = [
        _scene(case),
        _photo(case),
        _order(case),
        receipt(case, case.order_title, case.number("order"), "ordered"),
        _interview(case),
        _identity(case),
    ]
    if case.act == 48:
        made.append(_area(case))
    made.append(_recheck(case))
    if case.fault != "no_report":
        made.append(_report(case))
    return made


def _clock(case: Case) -> str:
    """From when to when, by the clock the office uses."""
    same = case.rng.choice(("", "当日"))
    return "上午9:10—10:20" if "clock" in case.style.habits else f"9时10分至{same}10时20分"


def _scene(case: Case) -> Paper:
    st, d, n = case.style, case.days, 1 if case.fault == "one_inspector" else 2
    day, narrated = d["inspected"], told(case)[0]
    title = case.rng.choice(("现场检查（勘验）笔录", "现场检查笔录", "现场勘验笔录", "现场检查（勘察）笔录"))
    blocks = [
        *st.head(case.office, title),
        Para(f"{st.l('inspect_time')}：{st.text_date(day)}{_clock(case)}"),
        Para(f"{st.l('inspect_place')}：{case.place}"),
        Para(f"{st.l('inspected')}：{case.firm}　法定代表人：{case.boss}"),
        Para(f"{st.l('inspectors')}：{case.cards_of(n)}　{st.l('recorder')}：{case.officers[n - 1]}"),
        Para(narrated, indent=True),
        Para(f"{case.rng.choice(('检查情况', '现场情况', '检查（勘验）情况', '现场检查情况'))}：{case.found}", indent=True),
        Para(case.rng.choice(("以上笔录已阅，与实际情况相符。", "以上记录经核对无误。", "上述笔录我看过，属实。")), indent=True),
        Para(f"{st.l('inspected')}（签名）：{case.hand(case.boss)}　{st.text_date(day)}"),
        Para(f"{st.l('inspectors')}（签名）：{case.signed(n)}　{st.text_date(day)}"),
    ]  # fmt: skip
    return _paper("inspection_record", title, blocks)


def _photo(case: Case) -> Paper:
    st, day = case.style, case.days["inspected"]
    rows = [
        (case.rng.choice(("拍摄时间", "拍照时间", "取证时间")), st.form_date(day)), (case.rng.choice(("拍摄地点", "取证地点")), case.place),
        (case.rng.choice(("拍摄人", "拍照人", "取证人")), case.officers[1]), (case.rng.choice(("证明内容", "证明事项", "照片说明")), case.found),
        ("当事人确认", f"照片内容属实。{case.hand(case.boss)}"),
    ]  # fmt: skip
    title = case.rng.choice(("现场照片", "照片证据", "现场检查照片", "证据照片"))
    return _paper("evidence_item", title, [*st.head("", title), *st.rows(rows)], picture=True)


def _order(case: Case) -> Paper:
    st, d = case.style, case.days
    law = "第二十三条" if case.old else "第二十八条第一款"
    title = case.rng.choice(
        ("责令限期改正通知书", "责令改正通知书", "责令改正违法行为通知书", "限期整改通知书")
    )
    case.order_title = title
    lead = case.rng.choice(
        ("经查，", "经调查，", f"{st.text_date(d['inspected'])}，{st.we}执法人员检查发现，", "")
    )
    blocks = [
        *st.head(case.office, title, case.number("order")), Para(f"{case.firm}："),
        Para(f"{lead}{st.you}{case.deed}，违反了{case.violated}的规定。依据{case.penal}、《中华人民共和国行政处罚法》{law}的规定，现责令{st.you}"
             f"于{st.text_date(d['due'])}前{case.rng.choice(('改正上述违法行为', case.remedy))}。", indent=True),
        *st.foot(case.office, d["ordered"]),
    ]  # fmt: skip
    return _paper("correction_order", title, blocks, seal=case.office, number=case.number("order"))


def _interview(case: Case) -> Paper:
    st, day, n = case.style, case.days["interviewed"], 1 if case.fault == "one_officer" else 2
    title = case.rng.choice(("询问笔录", "询问（调查）笔录", "调查询问笔录", "询问调查笔录"))
    blocks = [
        *st.head(case.office, title), Para(f"{st.l('case')}：{case.title}"),
        Para(f"{st.l('ask_time')}：{st.text_date(day)}14时05分至{case.rng.choice(('', st.text_date(day)))}14时55分"), Para(f"{st.l('ask_place')}：{case.office}三楼询问室"),
        Para(f"{st.l('asked')}：{case.boss}　性别：男　年龄：46　联系电话：138****{case.seed % 10000:04d}"), Para(f"工作单位及职务：{case.firm}法定代表人"),
        Para(f"{st.l('askers')}：{case.cards_of(n)}　{st.l('recorder')}：{case.officers[n - 1]}"), Para(told(case)[1]), Para("答：看清楚了。"),
        Para("问：你有权申请回避，对与案件无关的问题有权拒绝回答，是否申请回避？"), Para("答：不申请。"), Para(f"问：{case.firm}是否{case.deed}？"),
        Para("答：是的，情况属实，当时资金紧张，没有办手续。"), Para("问：还有什么要补充的吗？"), Para("答：没有了。以上笔录我看过，与我说的一致。"),
        Para(f"{st.l('asked')}（签名）：{case.hand(case.boss)}　{st.text_date(day)}"), Para(f"{st.l('askers')}（签名）：{case.signed(n)}　{st.text_date(day)}"),
    ]  # fmt: skip
    return _paper("interview_record", title, blocks)


def _identity(case: Case) -> Paper:
    st = case.style
    checked = case.rng.choice(("与原件核对无误", "经核对与原件一致", "此件与原件核对无误，原件存于当事人处"))
    rows = [(case.rng.choice(("名称", "企业名称", "名　　称")), case.firm), (st.l("code"), case.code), ("类型", "有限责任公司"), (st.l("legal"), case.boss), (st.l("address"), case.home),
            ("核对意见", f"{checked}。\n提供人：{case.hand(case.boss)}　{st.form_date(case.days['interviewed'])}")]  # fmt: skip
    title = case.rng.choice(("营业执照（副本复印件）", "营业执照复印件", "当事人主体资格证明"))
    return _paper("identity_proof", title, [*st.head("", title), *st.rows(rows)])


def _area(case: Case) -> Paper:
    st = case.style
    rows = [("项目名称", case.project), ("建设单位", case.firm), (case.rng.choice(("应建面积", "应建防空地下室面积")), f"{case.area}平方米"), ("实建面积", "0平方米"),
            (case.rng.choice(("工程造价", "应建防空地下室工程造价")), f"{case.cost:,}元"), ("易地建设费", f"{case.cost:,}元")]  # fmt: skip
    title = case.rng.choice(
        ("应建防空地下室面积及造价计算表", "易地建设费计算表", "防空地下室工程造价核算表")
    )
    return _paper(
        "calculation_sheet",
        title,
        [
            *st.head("", title),
            *st.rows(rows),
            Para(f"计算人：{case.clerk}　{st.text_date(case.days['interviewed'])}"),
        ],
    )


def _recheck(case: Case) -> Paper:
    st, d = case.style, case.days
    title = case.rng.choice(("复查记录", "复查笔录", "责令改正复查记录", "整改复查记录"))
    blocks = [
        *st.head(case.office, title), Para(f"{st.l('recheck_time')}：{st.text_date(d['rechecked'])}10时00分至10时25分"), Para(f"复查地点：{case.place}"), Para(f"{st.l('rechecker')}：{case.cards_of()}"),
        Para("执法人员向当事人出示了执法证件。", indent=True),
        Para(f"复查情况：改正期限于{st.text_date(d['due'])}届满，{case.firm}{case.rng.choice(('逾期未改正', '仍未改正违法行为', f'未{case.remedy}'))}。", indent=True),
        Para(f"被复查单位（签名）：{case.hand(case.boss)}　{st.text_date(d['rechecked'])}"), Para(f"{st.l('rechecker')}（签名）：{case.signed()}　{st.text_date(d['rechecked'])}"),
    ]  # fmt: skip
    return _paper("recheck_record", title, blocks)


def _report(case: Case) -> Paper:
    st, day = case.style, case.days["report"]
    heads = case.rng.choice((("一、违法事实", "二、证据", "三、法律依据与裁量", "四、处理建议"), ("（一）案件事实", "（二）相关证据", "（三）定性处罚依据及裁量", "（四）处理意见"), ("案件基本情况及违法事实", "证据材料", "处罚依据和自由裁量", "调查人员建议")))  # fmt: skip
    title = case.rng.choice(("案件调查终结报告", "调查终结报告", "行政处罚案件调查报告", "案件调查报告"))
    blocks = [
        *st.head(case.office, title), Para(f"{st.l('case')}：{case.title}"), Para(f"{st.l('party')}：{case.firm}　{st.l('code')}：{case.code}"),
        Para(heads[0], bold=True), Para(f"经查，{case.firm}{case.deed}。{case.found}", indent=True), Para(heads[1], bold=True),
        Para("1.现场检查笔录；2.现场照片；3.询问笔录；4.营业执照复印件；5.责令改正通知书、复查记录。", indent=True), Para(heads[2], bold=True),
        Para(f"上述行为违反了{case.violated}，应当依据{case.penal}处罚。当事人情节一般，没有从轻、减轻、从重情节。", indent=True), Para(heads[3], bold=True),
        Para(f"建议给予{'警告，并处' if case.warns else ''}罚款{case.proposed}元。", indent=True), Para(f"{case.rng.choice(('承办人', '调查人员', '办案人员'))}：{case.signed()}　{st.text_date(day)}", "r"),
    ]  # fmt: skip
    return _paper("investigation_report", title, blocks)
