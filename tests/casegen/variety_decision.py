"""Papers from the notice to the archive, in the words of different offices."""

from datetime import date

from tests.casegen.paper import Paper, Para
from tests.casegen.story import upper
from tests.casegen.variety_case import Case
from tests.casegen.variety_opening import _paper, approval, receipt
from tests.casegen.variety_words import Block

AFL = "《中华人民共和国行政处罚法》"


def penalties(case: Case, yuan: int, words: str = "") -> list[Block]:
    """What is imposed or proposed: listed on lines of their own or in one."""
    fine = case.style.amount(yuan, words)
    if not case.warns:
        return [Para(f"处{fine}。", indent=True)]
    mode = case.seed % 4
    if mode == 0:
        return [Para(f"1.警告；\n2.{fine}。", indent=True)]
    if mode == 1:
        return [Para("（一）给予警告；", indent=True), Para(f"（二）处{fine}。", indent=True)]
    if mode == 2:
        return [Para(f"给予警告，并处{fine}的行政处罚。", indent=True)]
    return [Para("1、警告", indent=True), Para(f"2、{fine}", indent=True)]


def review(case: Case) -> Paper:
    st, day = case.style, case.days["reviewed"]
    who = case.officers[0] if case.fault == "reviewer" else case.reviewer
    items = "1.执法主体合法，人员具有执法资格；2.事实清楚、证据充分；3.程序合法；4.适用法律准确、裁量适当；5.未超越法定权限；6.文书完备规范；7.未涉嫌犯罪，不需移送。"
    rows = [
        (st.l("case"), case.title), (st.l("party"), case.firm), ("送审机构", "执法监督科"), (st.l("reviewed_sent"), st.form_date(day)), ("审核内容", items),
        (st.l("review_opinion"), st.opinion(case.rng.choice(("同意承办机构意见。", "经审核，同意。", "同意拟处罚意见。")), case.hand(who) if st.sign in (1, 2) or "apart" in st.habits else f"审核人：{case.hand(who)}", day)),
    ]  # fmt: skip
    title = case.rng.choice(
        (
            "法制审核意见书",
            "重大执法决定法制审核意见书",
            "行政处罚案件法制审核表",
            "重大行政执法决定法制审核表",
            "法制审核意见表",
        )
    )
    return _paper(
        "legal_review", title, [*st.head(case.office, title, case.number("review")), *st.rows(rows)]
    )


def notice(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    three = st.term("三" if case.old else "五")
    unit = "日" if case.old else case.rng.choice(("日", "日", "个工作日"))
    wrong = case.old or case.fault == "old_articles"
    right, hear = (
        ("第三十一条、第三十二条", "第四十二条")
        if wrong
        else ("第四十四条、第四十五条第一款", "第六十三条第一款第（一）项、第六十四条第（一）项")
    )
    lead = case.rng.choice(
        ("经查，", "经调查，", f"{st.you}涉嫌违法一案，{st.we}已调查终结。现查明：", f"{st.we}查明，")
    )
    blocks = [
        *st.head(case.office, (title := case.rng.choice(("行政处罚事先告知书", "行政处罚事先（听证）告知书", "行政处罚听证告知书", "行政处罚告知书"))), case.number("notice")),
        Para(f"{case.firm}："), Para(f"{lead}{st.you}{case.deed}。{case.found}{st.text_date(d['ordered'])}责令限期改正，至{st.text_date(d['rechecked'])}复查时仍未改正。", indent=True),
        Para(f"上述行为违反了{case.violated}的规定，依据{case.penal}的规定，{case.rng.choice(('拟对' + st.you + '作出如下行政处罚：', st.we + '拟作出以下处罚：', '拟给予下列行政处罚：'))}", indent=True),
        *penalties(case, case.proposed),
    ]  # fmt: skip
    hearing = f"{st.you}有要求{case.rng.choice(('举行', ''))}听证的权利"
    if case.fault == "no_statement_right":
        blocks.append(
            Para(
                f"根据{AFL}{hear}的规定，{hearing}。如要求听证，应当在收到本告知书后{three}{unit}内向{st.we}提出。",
                indent=True,
            )
        )
    elif case.seed % 2:
        blocks.append(Para(f"根据{AFL}{right}、{hear}的规定，{st.you}享有陈述、申辩和要求听证的权利。如需陈述、申辩或者要求听证，应当自收到本告知书之日起{three}{unit}内向{st.we}提出，逾期视为放弃。", indent=True))  # fmt: skip
    else:
        blocks.append(
            Para(
                f"根据{AFL}{right}的规定，{st.you}可在收到本告知书之日起{three}{unit}内向{st.we}进行陈述和申辩，逾期未提出的，视为放弃。",
                indent=True,
            )
        )
        blocks.append(
            Para(
                f"根据{AFL}{hear}的规定，{hearing}。要求听证的，应当在收到本告知书之日起{three}{unit}内提出申请。",
                indent=True,
            )
        )
    blocks += [
        Para(f"联系人：{case.officers[0]}　地址：{case.government[:-4]}政务中心", indent=True),
        *st.foot(case.office, d["notified"]),
    ]
    kind = "hearing_notice_right" if title == "行政处罚听证告知书" else "prior_notice"
    made = [
        _paper(kind, title, blocks, seal=case.office, number=case.number("notice")),
        receipt(case, title, case.number("notice"), "served"),
    ]
    if case.seed % 3 == 0:
        form = "行政处罚事先告知审批表"
        rows = [
            (st.l("case"), case.title),
            (st.l("party"), case.firm),
            ("拟处罚内容", f"{'警告；' if case.warns else ''}罚款{case.proposed}元"),
        ]
        made.insert(0, _paper("penalty_approval", form, approval(case, form, "", rows, "notified", "告知")))
    case.notice_title = title
    return made


def panel(case: Case) -> Paper:
    st, day = case.style, case.days["discussed"]
    voters = [case.deputy, case.deputy2, case.chief] + ([case.officers[0]] if case.fault == "voting" else [])
    attend = (
        "、".join(
            f"{n}（{post}）" for n, post in zip(voters, ("副主任", "副主任", "科长", "科员"), strict=False)
        )
        if case.seed % 2
        else "、".join(voters)
    )
    title = case.rng.choice(
        ("案件集体讨论记录", "重大案件集体讨论笔录", "行政处罚案件集体讨论记录", "案件讨论记录")
    )
    all_voters = [case.head, *voters]
    blocks = [
        *st.head(case.office, title), Para(f"{st.l('case')}：{case.title}"), Para(f"{st.l('meeting_time')}：{st.text_date(day)}9时00分至9时45分"), Para(f"{st.l('meeting_place')}：四楼会议室"),
        Para(f"{st.l('chair')}：{case.head}{case.rng.choice(('', '（主任）'))}　{st.l('recorder')}：{case.clerk}"), Para(f"{st.l('attend')}：{attend}"),
        Para(f"列席人员：{case.officers[1]}（案件承办人）" if case.fault == "voting" else f"列席人员：{'、'.join(case.officers)}（案件承办人，不参加表决）"),
        Para(f"承办人汇报案情：{case.firm}{case.deed}，建议{'给予警告，并处' if case.warns else '处'}罚款{case.fine}元。", indent=True), Para(f"{case.deputy}：同意处罚意见。", indent=True), Para(f"{case.deputy2}：同意。", indent=True),
        Para(f"{case.rng.choice(('讨论结论', '讨论结果', '结论性意见', '集体讨论意见'))}：一致同意{'给予警告，并处' if case.warns else '处'}罚款{case.fine}元。", indent=True),
        Para(f"{st.l('attend')}（签名）：{'、'.join(case.hand(n) for n in all_voters)}　{st.text_date(day)}"),
    ]  # fmt: skip
    return _paper("panel_discussion", title, blocks)


def _reaction(case: Case) -> str:
    st, d = case.style, case.days
    kinds = {
        "waived": f"{st.you}于{st.text_date(d['waived'])}书面表示放弃陈述、申辩和听证权利。"
        if "waived" in d
        else f"{st.you}未提出陈述、申辩。",
        "none": case.rng.choice(
            (
                f"{st.you}在规定期限内未提出陈述、申辩，也未要求听证。",
                f"{st.you}逾期未进行陈述申辩，未申请听证。",
            )
        ),
        "statement": f"{st.you}于{st.text_date(d.get('stated', d['served']))}提出陈述申辩，认为处罚过重。经复核，{st.we}对{st.you}的陈述申辩意见不予采纳。",
        "hearing": f"{st.you}申请听证，{st.we}于{st.text_date(d.get('heard', d['served']))}举行了听证会。听证中提出的减轻处罚意见，经复核不予采纳。",
    }
    return kinds[case.heard]


def remedies(case: Case) -> str:
    st = case.style
    body = case.government
    if case.fault == "old_body" or (case.days["decided"] < date(2024, 1, 1) and case.seed % 2):
        body = f"{case.government}或者吉林省人民防空办公室"
    return case.rng.choice((
        f"如不服本处罚决定，可以在收到本决定书之日起{st.term('六十')}日内向{body}申请行政复议，或者在{st.term('六')}个月内直接向{case.court}提起行政诉讼。",
        f"{st.you}如对本决定不服，可自收到本决定书之日起{st.term('六十')}日内依法向{body}申请行政复议；也可以自收到本决定书之日起{st.term('六')}个月内向{case.court}起诉。",
        f"当事人对本决定不服的，可于接到本决定书之日起{st.term('六十')}日内，向{body}申请复议，也可于接到本决定书之日起{st.term('六')}个月内依法向{case.court}提起诉讼。",
    ))  # fmt: skip


def decision(case: Case) -> list[Paper]:
    st, d, h = case.style, case.days, case.style.headings
    code = case.code2 if case.fault == "other_party" else case.code
    late = (
        "第五十一条第（一）项" if case.old or case.fault == "old_articles" else "第七十二条第一款第（一）项"
    )
    cap = (
        ""
        if case.old
        else case.rng.choice(("，加处罚款的数额不超出罚款的数额", "，加处罚款总额不超过罚款本金", ""))
    )
    rate = "3%" if st.arabic else "百分之三"
    block = ([Para(f"当事人：{case.party}"), Para(f"{st.l('code')}：{code}"), Para(f"法定代表人：{case.boss}"), Para(f"{st.l('address')}：{case.home}")] if case.seed % 3 else
             [Para(f"当事人：{case.party}，统一社会信用代码：{code}，法定代表人：{case.boss}，住所：{case.home}。")])  # fmt: skip
    if "addressee" in st.habits:
        block = [
            Para(f"{case.party}："),
            Para(
                f"{st.you}（统一社会信用代码：{code}，法定代表人：{case.boss}，住所：{case.home}）违法一案，{st.we}已调查终结。",
                indent=True,
            ),
        ]
    heads = [[Para(text, bold=True)] if text else [] for text in h]
    lead = case.rng.choice(
        ("经查，", "现查明，", f"{st.text_date(d['inspected'])}，{st.we}执法人员检查时发现，")
    )
    who = case.party if case.fault == "other_party" else case.rng.choice((case.firm, st.you))
    proof = case.rng.choice(("以上事实有下列证据证明：1.现场检查笔录1份；2.现场照片1张；3.询问笔录1份；4.营业执照复印件1份；5.责令改正通知书和复查记录。",
                             "上述违法事实，有现场检查笔录、现场照片、询问笔录、营业执照复印件、责令改正通知书、复查记录等证据证实。"))  # fmt: skip
    blocks = [
        *st.head(case.office, "行政处罚决定书", case.number("decision")), *block, *heads[0],
        Para(f"{lead}{who}{case.deed}。{case.found}{st.text_date(d['ordered'])}{st.we}责令{st.you}限期改正，{st.text_date(d['rechecked'])}复查时仍未改正。", indent=True), Para(proof, indent=True),
        Para(f"{st.text_date(d['served'])}，{st.we}向{st.you}送达《{case.notice_title}》（{case.number('notice')}），告知拟处罚的事实、理由、依据和内容以及陈述、申辩、要求听证的权利。{_reaction(case)}", indent=True),
        *heads[1], Para(f"{st.you}的行为违反了{case.violated}的规定。依据{case.penal}的规定，{case.rng.choice(('决定给予' + st.you + '以下行政处罚：', '现决定处罚如下：', st.we + '决定对' + st.you + '作出如下行政处罚：'))}", indent=True),
        *penalties(case, case.fine, case.words), *heads[2],
        Para(f"{case.rng.choice(('限', '请'))}{st.you}自{case.rng.choice(('收到', '接到'))}本决定书之日起{st.term('十五')}日内将罚款缴至{case.bank}（户名：{case.payee}）。到期不缴纳的，依据{AFL}{late}的规定，每日按罚款数额的{rate}加处罚款{cap}。", indent=True),
        Para(f"同时责令{st.you}{case.remedy}。", indent=True),
    ]  # fmt: skip
    if case.fault != "no_remedies":
        blocks += [*heads[3], Para(remedies(case), indent=True)]
    blocks += st.foot(case.office, d["decided"])
    rows = [
        (st.l("case"), case.title),
        (st.l("party"), case.firm),
        ("处罚内容", f"{'警告；' if case.warns else ''}罚款{case.fine}元"),
    ]
    title = case.rng.choice(("行政处罚决定审批表", "处罚决定审批表", "行政处罚决定呈批表", "行政处罚审批表"))
    kind = "penalty_approval" if title == "行政处罚审批表" else "decision_approval"
    return [
        _paper(kind, title, approval(case, title, "", rows, "approved", "作出行政处罚决定")),
        _paper("decision", "行政处罚决定书", blocks, seal=case.office, number=case.number("decision")),
        receipt(case, "行政处罚决定书", case.number("decision"), "decision_served"),
    ]


def closing(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    money = [
        (st.l("paid"), st.form_date(d["paid"])), (st.l("payer"), case.firm), ("执收单位", case.office), (st.l("payee"), case.payee), ("代收银行", case.bank),
        ("项目名称", case.rng.choice(("罚没收入", "人防行政处罚罚款", "罚款"))), (st.l("words"), upper(case.fine)), (st.l("figures"), f"¥{case.fine:,}.00" if st.arabic else f"{case.fine}.00元"), (st.l("decision_no"), case.number("decision")),
    ]  # fmt: skip
    public = [
        ("公示平台", f"{case.government}网站"), (st.l("published"), st.form_date(d["published"])), ("行政相对人名称", case.party), (st.l("decision_no"), case.number("decision")),
        ("处罚决定日期", st.form_date(d["decided"])), ("处罚内容", f"{'警告；' if case.warns else ''}罚款{case.fine}元"), ("处罚机关", case.office),
    ]  # fmt: skip
    rows = [(st.l("case"), case.title), (st.l("party"), case.firm), (st.l("decision_no"), case.number("decision")), ("处罚内容", f"{'警告；' if case.warns else ''}罚款{case.fine}元"),
            (st.l("closing_state"), f"当事人已于{st.text_date(d['paid'])}缴纳罚款{case.fine}元。")]  # fmt: skip
    names = (case.rng.choice(("吉林省非税收入一般缴款书（收据）", "罚没收入缴款书", "吉林省罚没款统一票据", "非税收入一般缴款书")), case.rng.choice(("行政处罚信息公示记录", "行政处罚公示情况表", "行政处罚结果公示记录")),
             case.rng.choice(("行政处罚结案审批表", "结案审批表", "结案报告", "案件结案审批表", "结案呈批表")))  # fmt: skip
    made = [
        _paper("payment_receipt", names[0], [*st.head("", names[0]), *st.rows(money)]),
        _paper("publicity_record", names[1], [*st.head("", names[1]), *st.rows(public)]),
    ]
    if case.fault != "no_closing":
        made.append(
            _paper("closing_approval", names[2], approval(case, names[2], "", rows, "closed", "结案"))
        )
    note = [*st.head("", "备考表"), Para("本卷情况说明：本卷共{items}件，{pages}页，文书齐全。"), Para(f"立卷人：{case.hand(case.officers[1])}　检查人：{case.hand(case.chief)}"), Para(f"立卷时间：{st.text_date(d['archived'])}")]  # fmt: skip
    return [*made, _paper("archive_note", "备考表", note)]
