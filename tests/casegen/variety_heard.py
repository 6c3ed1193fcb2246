"""What the party does after the notice: waives, states its case, asks for a hearing."""

from tests.casegen.paper import Paper, Para
from tests.casegen.variety_case import Case
from tests.casegen.variety_opening import _paper, receipt


def heard(case: Case) -> list[Paper]:
    return {"waived": _waiver, "none": lambda _: [], "statement": _statement, "hearing": _hearing}[
        case.heard
    ](case)


def _waiver(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    if "waived" not in d:
        return []
    title = case.rng.choice(
        ("放弃陈述申辩和听证权利声明书", "自愿放弃陈述、申辩及听证权利声明", "放弃陈述申辩听证权利承诺书")
    )
    text = case.rng.choice(
        (
            "自愿放弃陈述、申辩和要求听证的权利",
            "现声明放弃陈述、申辩权利，不要求听证",
            "决定放弃陈述、申辩及申请听证的权利",
        )
    )
    blocks = [
        *st.head("", title), Para(f"{case.office}："), Para(f"我单位于{st.text_date(d['served'])}收到你单位送达的《{case.notice_title}》（{case.number('notice')}），{text}。", indent=True),
        Para(f"声明人：{case.firm}", "r"), Para(f"法定代表人（签名）：{case.hand(case.boss)}", "r"), Para(st.text_date(d["waived"]), "r"),
    ]  # fmt: skip
    return [_paper("waiver", title, blocks, seal=case.firm)]


def _statement(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    title = case.rng.choice(("陈述申辩书", "陈述申辩意见", "当事人陈述申辩书"))
    blocks = [
        *st.head("", title), Para(f"{case.office}："), Para(f"我单位收到《{case.notice_title}》后，认为处罚金额过高，当前经营困难，请求减轻处罚。", indent=True),
        Para(f"陈述申辩人：{case.firm}", "r"), Para(f"法定代表人（签名）：{case.hand(case.boss)}", "r"), Para(st.text_date(d["stated"]), "r"),
    ]  # fmt: skip
    answer = case.rng.choice(("陈述申辩复核意见书", "陈述申辩复核意见", "当事人陈述申辩复核记录"))
    reply = [
        *st.head(case.office, answer), Para(f"{st.l('case')}：{case.title}"), Para(f"当事人于{st.text_date(d['stated'])}提出陈述申辩，理由为：处罚金额过高，请求减轻处罚。", indent=True),
        Para("复核意见：经复核，当事人提出的理由没有事实和法律依据，不予采纳。", indent=True), Para(f"复核人（签名）：{case.hand(case.reviewer)}　{st.text_date(d['answered'])}"),
    ]  # fmt: skip
    return [_paper("statement_record", title, blocks), _paper("statement_review", answer, reply)]


def _hearing(case: Case) -> list[Paper]:
    st, d = case.style, case.days
    asked = [
        *st.head("", "听证申请书"), Para(f"{case.office}："), Para(f"我单位于{st.text_date(d['served'])}收到《{case.notice_title}》，现申请举行听证。", indent=True),
        Para(f"申请人：{case.firm}", "r"), Para(f"法定代表人（签名）：{case.hand(case.boss)}", "r"), Para(st.text_date(d["requested"]), "r"),
    ]  # fmt: skip
    called = [
        *st.head(case.office, "行政处罚听证通知书", number := case.number("notice", case.serial + 3)), Para(f"{case.firm}："),
        Para(f"根据你单位的申请，{st.we}定于{st.text_date(d['heard'])}9时在{case.office}会议室公开举行听证会，由{case.host}担任听证主持人，可以委托一至二人代理。请准时参加。", indent=True),
        *st.foot(case.office, d["invited"]),
    ]  # fmt: skip
    held = [
        *st.head(case.office, case.rng.choice(("听证笔录", "听证会笔录", "行政处罚听证笔录"))), Para(f"{st.l('case')}：{case.title}"), Para(f"听证时间：{st.text_date(d['heard'])}9时00分至10时30分"), Para(f"听证地点：{case.office}会议室　听证方式：公开"),
        Para(f"听证主持人：{case.host}　记录人：{case.clerk}"), Para(f"案件调查人员：{'、'.join(case.officers)}"), Para(f"当事人：{case.firm}　法定代表人：{case.boss}"),
        Para("主持人：现在开始听证。当事人是否申请主持人、记录人回避？"), Para("当事人：不申请回避。"),
        Para(f"调查人员：{case.deed}，有现场检查笔录、询问笔录、照片等证据证明，建议{'给予警告，并处' if case.warns else '处'}罚款{case.proposed}元。"),
        Para("当事人：对事实没有异议，请求减轻处罚。对证据质证：无异议。"), Para("主持人：双方作最后陈述。"), Para("当事人：坚持申辩意见。"), Para("以上笔录经核对无误。"),
        Para(f"当事人（签名）：{case.hand(case.boss)}　{st.text_date(d['heard'])}"), Para(f"调查人员（签名）：{case.signed()}　主持人（签名）：{case.hand(case.host)}　记录人（签名）：{case.hand(case.clerk)}"),
    ]  # fmt: skip
    told = [
        *st.head(case.office, "听证报告"), Para(f"{st.l('case')}：{case.title}"), Para(f"{st.text_date(d['heard'])}，本案公开举行听证。当事人请求减轻处罚，没有提出新的证据。", indent=True),
        Para("听证意见：事实清楚，证据充分，程序合法，建议维持拟处罚意见，当事人的申辩意见不予采纳。", indent=True), Para(f"听证主持人（签名）：{case.hand(case.host)}　{st.text_date(d['heard_report'])}"),
    ]  # fmt: skip
    return [
        _paper("hearing_request", "听证申请书", asked), _paper("hearing_notice", "行政处罚听证通知书", called, seal=case.office, number=number), receipt(case, "行政处罚听证通知书", number, "invited"),
        _paper("hearing_record", "听证笔录", held), _paper("hearing_report", "听证报告", told),
    ]  # fmt: skip
