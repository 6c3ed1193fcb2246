"""The papers of an ordinary penalty case under the 2017 or the 2021 text."""

from datetime import date, timedelta

from tests.casegen.paper import Grid, Paper, Para, foot, head
from tests.casegen.story import Penalty, cn_date, han_date, upper

NEW_LAW = date(2021, 7, 15)
W2, W4 = (1, 3), (1, 2, 1, 2)


def _art(story: Penalty, step: str, old: str, new: str) -> str:
    """The article in force at a step: old under the 2017 text, new from 2021-07-15."""
    return f"《中华人民共和国行政处罚法》{new if story.days[step] >= NEW_LAW else old}"


def _form(story: Penalty, rows: list[tuple[str, str]]) -> list[Para | Grid]:
    """Label and value as table cells, or as 标签：值 lines."""
    if story.style == "cells":
        return [Grid([[label, value] for label, value in rows], W2)]
    return [Para(f"{label}：{value}") for label, value in rows]


def _signed(story: Penalty, count: int = 2) -> str:
    return "、".join(f"⟦{name}⟧" for name, _ in story.office.officers[:count])


def _with_cards(story: Penalty, count: int = 2) -> str:
    return "；".join(f"{name}（执法证号：{card}）" for name, card in story.office.officers[:count])


def _approval(
    story: Penalty, title: str, number: str, rows: list[tuple[str, str]], on: date, act: str
) -> list:
    office = story.office
    sign = [
        ("承办人意见", f"建议{act}。\n{_signed(story)}　{cn_date(on - timedelta(days=1))}"),
        ("承办机构意见", f"拟同意，报请审批。\n⟦{office.chief}⟧　{cn_date(on - timedelta(days=1))}"),
        ("机关负责人审批意见", f"同意{act}。\n⟦{office.head}⟧　{cn_date(on)}"),
    ]
    return [*head(office.name, title, number), *_form(story, [*rows, *sign])]


def _receipt(story: Penalty, served: str, number: str, on: date, sent: date | None = None) -> Paper:
    rows = [
        ("案由", story.title),
        ("受送达人", story.party.name),
        ("送达文书名称及文号", f"《{served}》（{number}）"),
        ("送达地点", story.party.address),
        ("送达方式", "直接送达"),
        ("送达时间", f"{cn_date(on)}10时20分"),
        ("受送达人签收", f"⟦{story.party.person}⟧（{story.party.post}）\n{cn_date(on)}"),
        ("代收人及代收理由", "无"),
        ("送达人（签名）", f"{_signed(story)}\n{_with_cards(story)}"),
        ("备注", "以下空白"),
    ]
    return Paper(
        "service_receipt",
        f"送达回证（{served}）",
        [*head(story.office.name, "送 达 回 证"), *_form(story, rows)],
        date=_dot(on),
    )


def _dot(on: date) -> str:
    return f"{on.year}.{on.month}.{on.day}"


def papers(story: Penalty) -> list[Paper]:
    """All papers in the order of the procedure, without cover and inventory."""
    made = [
        *_opening(story),
        *_investigation(story),
        *_notice(story),
        *_decision(story),
        *_closing(story),
    ]
    if story.faults.get("missing"):
        made = [paper for paper in made if paper.kind not in story.faults["missing"].split(",")]
    return made


def _opening(story: Penalty) -> list[Paper]:
    o, p, d = story.office, story.party, story.days
    source = _form(
        story,
        [
            ("案件来源", "日常监督检查"),
            ("登记时间", cn_date(d["registered"])),
            ("当事人", p.name),
            (
                "线索内容",
                f"{cn_date(d['registered'])}巡查发现，{p.name}{story.act}，涉嫌违反人民防空管理规定。",
            ),
            ("登记人", f"⟦{o.officers[1][0]}⟧　{cn_date(d['registered'])}"),
            ("处理意见", f"请执法人员核实。\n⟦{o.chief}⟧　{cn_date(d['registered'])}"),
        ],
    )
    basis = f"涉嫌违反{story.violated}的规定" + (
        f"，依据{_art(story, 'filed', '', '第五十四条第二款')}" if d["filed"] >= NEW_LAW else ""
    )
    filing = _approval(
        story,
        "行政处罚立案审批表",
        story.number("立"),
        [
            ("案由", story.title),
            ("当事人", p.name),
            ("统一社会信用代码", p.code),
            ("法定代表人", p.person),
            ("住所", p.address),
            ("简要案情", f"{p.name}{story.act}。"),
            ("立案依据", f"{basis}，建议立案调查，由{o.officers[0][0]}、{o.officers[1][0]}承办。"),
        ],
        d["filed"],
        "立案",
    )
    return [
        Paper(
            "source_register",
            "案件来源登记表",
            [*head(o.name, "案件来源登记表"), *source],
            date=_dot(d["registered"]),
        ),
        Paper("filing_approval", "立案审批表", filing, number=story.number("立"), date=_dot(d["filed"])),
    ]


def _investigation(story: Penalty) -> list[Paper]:
    o, p, d = story.office, story.party, story.days
    told = "你有权申请执法人员回避，有权进行陈述和申辩"
    scene = [
        *head(o.name, "现场检查（勘验）笔录"),
        Para(f"检查时间：{cn_date(d['inspected'])}9时15分至10时30分"),
        Para(f"检查地点：{story.place}"),
        Para(f"被检查单位：{p.name}　现场负责人：{p.person}（{p.post}）"),
        Para(f"检查人员：{_with_cards(story)}　记录人：{o.officers[1][0]}"),
        Para(
            f"执法人员表明身份并出示执法证件，证号为{o.officers[0][1]}、{o.officers[1][1]}，告知检查事由：{told}。当事人表示听清，不申请回避。",
            indent=True,
        ),
        Para(f"检查情况：{story.found}", indent=True),
        Para("检查过程由执法记录仪全程记录。以上笔录经核对无误。", indent=True),
        Para(f"被检查单位（签名）：⟦{p.person}⟧　{cn_date(d['inspected'])}"),
        Para(
            f"检查人员（签名）：{_signed(story)}　记录人（签名）：⟦{o.officers[1][0]}⟧　{cn_date(d['inspected'])}"
        ),
    ]
    n = story.interview_officers
    talk = [
        *head(o.name, "询 问 笔 录"),
        Para(f"案由：{story.title}"),
        Para(f"询问时间：{cn_date(d['interviewed'])}14时00分至14时50分"),
        Para(f"询问地点：{o.name}询问室"),
        Para(f"被询问人：{p.person}　性别：男　年龄：45　电话：139****2208"),
        Para(f"工作单位及职务：{p.name}{p.post}"),
        Para(f"询问人：{_with_cards(story, n)}　记录人：{o.officers[n - 1][0]}"),
        Para(
            f"问：我们是{o.name}的执法人员，这是执法证件，证号为{'、'.join(c for _, c in o.officers[:n])}，请你过目。"
        ),
        Para("答：看清楚了。"),
        Para(f"问：现依法向你了解情况，请如实回答。{told}，听明白了吗？是否申请回避？"),
        Para("答：明白，不申请回避。"),
        Para(f"问：{p.name}是否存在{story.act}的情况？"),
        Para(f"答：属实。{story.circumstances}"),
        Para("问：以上内容请核对。"),
        Para("答：我看过了，和我说的一样。"),
        Para(f"被询问人（签名）：⟦{p.person}⟧　{cn_date(d['interviewed'])}14时50分"),
        Para(
            f"询问人（签名）：{_signed(story, n)}　记录人（签名）：⟦{o.officers[n - 1][0]}⟧　{cn_date(d['interviewed'])}"
        ),
    ]
    copy = f"本复印件与原件核对无误。\n提供人：⟦{p.person}⟧　{cn_date(d['interviewed'])}"
    identity = [
        *head("", "营业执照（副本复印件）"),
        *_form(
            story,
            [
                ("名称", p.name),
                ("统一社会信用代码", p.code),
                ("法定代表人", p.person),
                ("住所", p.address),
                ("核对意见", copy),
            ],
        ),
    ]
    order = [
        *head(o.name, "责令限期改正通知书", story.number("责改")),
        Para(f"{p.name}："),
        Para(
            f"经查，你单位{story.act}，违反了{story.violated}的规定。依据{story.penal}"
            f"{'、' + _art(story, 'ordered', '第二十三条', '第二十八条第一款')}的规定，责令你单位于{cn_date(d['order_due'])}前{story.order}。",
            indent=True,
        ),
        Para("逾期不改正的，本机关将依法处理。", indent=True),
        *foot(o.name, cn_date(d["ordered"])),
    ]
    recheck = [
        *head(o.name, "复 查 记 录"),
        Para(f"复查时间：{cn_date(d['rechecked'])}9时30分至10时00分"),
        Para(f"复查地点：{story.place}"),
        Para(f"复查人员：{_with_cards(story)}"),
        Para("执法人员出示执法证件后进行复查。", indent=True),
        Para(
            f"复查情况：责令改正期限已于{cn_date(d['order_due'])}届满，{p.name}仍未{story.order}。",
            indent=True,
        ),
        Para(f"被复查单位（签名）：⟦{p.person}⟧　{cn_date(d['rechecked'])}"),
        Para(f"复查人员（签名）：{_signed(story)}　{cn_date(d['rechecked'])}"),
    ]
    report = [
        *head(o.name, "案件调查终结报告"),
        Para(f"案由：{story.title}"),
        Para(f"当事人：{p.name}　统一社会信用代码：{p.code}　法定代表人：{p.person}"),
        Para("一、违法事实", bold=True),
        Para(f"{p.name}{story.act}。{story.found}", indent=True),
        Para("二、证据", bold=True),
        *[
            Para(f"（{index}）{item}", indent=True)
            for index, item in zip("一二三四五六七", story.evidence, strict=False)
        ],
        Para("三、法律依据与裁量", bold=True),
        Para(f"违反{story.violated}，依据{story.penal}处理。{story.circumstances}", indent=True),
        Para("四、处理建议", bold=True),
        Para(f"建议给予警告，并处罚款{story.fine:,}元。", indent=True),
        Para(f"承办人：{_signed(story)}　{cn_date(d['closed_investigation'])}", "r"),
    ]
    return [
        Paper("inspection_record", "现场检查（勘验）笔录", scene, date=_dot(d["inspected"])),
        Paper("evidence_item", "现场照片", _photo(story), date=_dot(d["inspected"]), picture=True),
        Paper(
            "correction_order", "责令限期改正通知书", order, o.name, story.number("责改"), _dot(d["ordered"])
        ),
        _receipt(story, "责令限期改正通知书", story.number("责改"), d["ordered"]),
        Paper("interview_record", "询问笔录", talk, date=_dot(d["interviewed"])),
        Paper("identity_proof", "当事人主体资格证明", identity, date=_dot(d["interviewed"])),
        Paper("recheck_record", "复查记录", recheck, date=_dot(d["rechecked"])),
        Paper("investigation_report", "案件调查终结报告", report, date=_dot(d["closed_investigation"])),
    ]


def _photo(story: Penalty) -> list[Para | Grid]:
    o, d = story.office, story.days
    return [
        *head("", "现场照片"),
        *_form(
            story,
            [
                ("拍摄时间", cn_date(d["inspected"])),
                ("拍摄地点", story.place),
                ("拍摄人", f"{o.officers[1][0]}（执法证号：{o.officers[1][1]}）"),
                ("证明内容", story.found),
                ("当事人确认", f"与现场情况一致。⟦{story.party.person}⟧　{cn_date(d['inspected'])}"),
            ],
        ),
    ]


def _notice(story: Penalty) -> list[Paper]:
    o, p, d = story.office, story.party, story.days
    fine = f"罚款人民币{upper(story.fine)}（¥{story.fine:,}元）"
    term = "三日内" if d["notified"] < NEW_LAW else "五日内"
    told = _art(story, "notified", "第三十一条、第三十二条", "第四十四条、第四十五条第一款")
    hear = _art(story, "notified", "第四十二条第一款", "第六十三条第一款第（一）项、第六十四条第（一）项")
    right = (
        f"依据{told}的规定，你单位有权进行陈述和申辩；依据{hear}的规定，你单位有权要求举行听证。如需陈述、申辩或者要求听证，"
        f"应当自收到本告知书之日起{term}向本机关提出；逾期未提出的，视为放弃上述权利。"
    )
    notice = [
        *head(o.name, "行政处罚事先（听证）告知书", story.number("罚告")),
        Para(f"{p.name}："),
        Para(f"经调查，你单位{story.act}。{story.found}", indent=True),
        Para(
            f"上述行为违反了{story.violated}的规定。依据{story.penal}的规定，{story.circumstances}本机关拟对你单位作出如下行政处罚：",
            indent=True,
        ),
        Para("1.警告；", indent=True),
        Para(f"2.{fine}。", indent=True),
        Para(right, indent=True),
        Para(f"联系人：{o.officers[0][0]}　联系地址：{o.name}", indent=True),
        *foot(o.name, cn_date(d["notified"])),
    ]
    made = []
    if d.get("reviewed"):
        made.append(_legal_review(story))
    approval = _approval(
        story,
        "行政处罚事先告知审批表",
        "",
        [("案由", story.title), ("当事人", p.name), ("拟处罚内容", f"警告；{fine}"), ("依据", story.penal)],
        d["notified"],
        "履行告知程序",
    )
    made += [
        Paper("penalty_approval", "处罚事先告知审批表", approval, date=_dot(d["notified"])),
        Paper(
            "prior_notice",
            "行政处罚事先（听证）告知书",
            notice,
            o.name,
            story.number("罚告"),
            _dot(d["notified"]),
        ),
        _receipt(story, "行政处罚事先（听证）告知书", story.number("罚告"), d["notice_served"]),
    ]
    if story.statement == "waived":
        waiver = [
            *head("", "放弃陈述申辩和听证权利声明书"),
            Para(f"{o.name}："),
            Para(
                f"我单位于{cn_date(d['notice_served'])}收到《行政处罚事先（听证）告知书》（{story.number('罚告')}），已知悉享有的"
                "陈述、申辩和要求听证的权利。我单位自愿放弃陈述、申辩和要求听证的权利，请依法处理。",
                indent=True,
            ),
            Para(f"声明人：{p.name}（盖章）", "r"),
            Para(f"法定代表人（签名）：⟦{p.person}⟧", "r"),
            Para(cn_date(d["waived"]), "r"),
        ]
        made.append(Paper("waiver", "放弃陈述申辩和听证权利声明书", waiver, p.name, date=_dot(d["waived"])))
    return made


def _legal_review(story: Penalty) -> Paper:
    o, d = story.office, story.days
    rows = [
        ("案由", story.title),
        ("承办机构", "执法监督科"),
        ("送审时间", cn_date(d["reviewed"] - timedelta(days=1))),
        (
            "审核内容",
            "1.执法主体合法，执法人员具备执法资格；2.事实清楚，证据确实充分；3.程序合法；4.适用法律准确，裁量适当；"
            "5.未超越职权；6.文书完备规范；7.不涉嫌犯罪，无需移送司法机关。",
        ),
        ("审核意见", f"同意承办机构处理意见。\n审核人：⟦{o.reviewer}⟧　{cn_date(d['reviewed'])}"),
        ("法制机构负责人意见", f"同意。\n⟦{o.others[0]}⟧　{cn_date(d['reviewed'])}"),
    ]
    number = story.number("法审")
    blocks = [*head(o.name, "重大执法决定法制审核意见书", number), *_form(story, rows)]
    return Paper("legal_review", "法制审核意见书", blocks, number=number, date=_dot(d["reviewed"]))


def _decision(story: Penalty) -> list[Paper]:
    o, d = story.office, story.days
    p = story.decision_party or story.party
    words = story.decision_words or upper(story.fine)
    new = d["decided"] >= NEW_LAW
    late = "第七十二条第一款第（一）项" if new else "第五十一条第（一）项"
    cap = "，加处罚款的数额不超出罚款的数额" if new else ""
    bodies = o.government if d["decided"] >= date(2024, 1, 1) else f"{o.government}或者吉林省人民防空办公室"
    served = f"我办于{cn_date(d['notice_served'])}向你单位送达《行政处罚事先（听证）告知书》（{story.number('罚告')}）"
    reaction = (
        f"。你单位于{cn_date(d['waived'])}书面声明放弃陈述、申辩和要求听证的权利。"
        if story.statement == "waived"
        else "，告知了陈述、申辩和要求听证的权利。你单位在法定期限内未提出陈述、申辩，也未要求听证。"
    )
    text = [
        *head(o.name, "行政处罚决定书", story.number("罚决")),
        Para(f"当事人：{p.name}"),
        Para(f"统一社会信用代码：{p.code}"),
        Para(f"法定代表人：{p.person}"),
        Para(f"住所：{p.address}"),
        Para("一、违法事实和证据", bold=True),
        Para(f"经查，{story.party.name}{story.act}。{story.found}", indent=True),
        Para(
            f"{cn_date(d['ordered'])}我办责令其于{cn_date(d['order_due'])}前改正，{cn_date(d['rechecked'])}复查时仍未改正。以上事实有下列证据证明：",
            indent=True,
        ),
        *[
            Para(f"（{index}）{item}", indent=True)
            for index, item in zip("一二三四五六七", story.evidence, strict=False)
        ],
        Para(served + reaction, indent=True),
        Para("二、行政处罚的依据和种类", bold=True),
        Para(
            f"你单位的行为违反了{story.violated}的规定。依据{story.penal}的规定，{story.circumstances}"
            f"{story.faults.get('wording', '决定')}对你单位给予如下行政处罚：",
            indent=True,
        ),
        Para("1.警告；", indent=True),
        Para(f"2.罚款人民币{words}（¥{story.fine:,}元）。", indent=True),
        Para("三、履行方式和期限", bold=True),
        Para(
            f"你单位应当自收到本决定书之日起十五日内，持本决定书到{o.bank}缴纳罚款（户名：{o.payee}）。逾期不缴纳罚款的，"
            f"依据《中华人民共和国行政处罚法》{late}的规定，每日按罚款数额的百分之三加处罚款{cap}。",
            indent=True,
        ),
        Para(f"另责令你单位{story.order}。该项责令不属于行政处罚。", indent=True),
        Para("四、救济途径和期限", bold=True),
        Para(
            f"如不服本决定，可以自收到本决定书之日起六十日内向{bodies}申请行政复议，也可以自收到本决定书之日起六个月内依法向"
            f"{o.court}提起行政诉讼。复议、诉讼期间本决定不停止执行，法律另有规定的除外。",
            indent=True,
        ),
        *foot(o.name, han_date(d["decided"]) if story.chinese_dates else cn_date(d["decided"])),
    ]
    talk = [
        *head(o.name, "案件集体讨论记录"),
        Para(f"案由：{story.title}"),
        Para(f"讨论时间：{cn_date(d['discussed'])}9时00分至9时40分　地点：{o.name}会议室"),
        Para(f"主持人：{o.head}（主任）　记录人：{o.officers[1][0]}"),
        Para(
            f"出席人员：{o.head}、{o.others[0]}、{o.others[1]}、{o.chief}　列席人员：{o.officers[0][0]}、{o.officers[1][0]}（承办人，不参加表决）"
        ),
        Para(
            f"承办人汇报：{story.party.name}{story.act}，建议给予警告，并处罚款{story.fine:,}元。",
            indent=True,
        ),
        Para(f"{o.others[0]}：事实清楚，证据充分，同意。", indent=True),
        Para(f"{o.others[1]}：程序合法，同意。", indent=True),
        Para(
            f"结论：经集体讨论，一致同意对{story.party.name}给予警告，并处罚款{story.fine:,}元。", indent=True
        ),
        Para(
            f"出席人员（签名）：⟦{o.head}⟧、⟦{o.others[0]}⟧、⟦{o.others[1]}⟧、⟦{o.chief}⟧　{cn_date(d['discussed'])}"
        ),
    ]
    approval = _approval(
        story,
        "行政处罚决定审批表",
        "",
        [
            ("案由", story.title),
            ("当事人", story.party.name),
            ("集体讨论情况", f"{cn_date(d['discussed'])}经集体讨论，一致同意。"),
            ("处罚内容", f"警告；罚款人民币{upper(story.fine)}（¥{story.fine:,}元）"),
        ],
        d["approved"],
        "作出行政处罚决定",
    )
    return [
        Paper("panel_discussion", "集体讨论记录", talk, date=_dot(d["discussed"])),
        Paper("decision_approval", "处罚决定审批表", approval, date=_dot(d["approved"])),
        Paper("decision", "行政处罚决定书", text, o.name, story.number("罚决"), _dot(d["decided"])),
        _receipt(story, "行政处罚决定书", story.number("罚决"), d["decision_served"]),
    ]


def _closing(story: Penalty) -> list[Paper]:
    o, p, d = story.office, story.party, story.days
    money = [
        *head("", "吉林省非税收入一般缴款书（收据）"),
        *_form(
            story,
            [
                ("缴款日期", cn_date(d["paid"])),
                ("缴款人", p.name),
                ("执收单位", o.name),
                ("收款人户名", o.payee),
                ("代收银行", o.bank),
                ("项目名称", "罚没收入—人防罚款"),
                ("金额（大写）", upper(story.fine)),
                ("金额（小写）", f"{story.fine:.2f}"),
                ("决定书文号", story.number("罚决")),
            ],
        ),
    ]
    public = [
        *head("", "行政处罚信息公示记录"),
        *_form(
            story,
            [
                ("公示平台", f"{o.government}门户网站、信用中国（吉林）"),
                ("公示日期", cn_date(d["published"])),
                ("行政相对人名称", p.name),
                ("决定书文号", story.number("罚决")),
                ("处罚决定日期", cn_date(d["decided"])),
                ("处罚内容", f"警告；罚款{story.fine:,}元"),
                ("处罚机关", o.name),
                ("信息处理", "已隐去法定代表人身份证件号码、联系电话等信息。"),
                ("录入人", o.others[1]),
            ],
        ),
    ]
    closing = _approval(
        story,
        "行政处罚结案审批表",
        "",
        [
            ("案由", story.title),
            ("当事人", p.name),
            ("处罚决定书文号", story.number("罚决")),
            ("处罚内容", f"警告；罚款{story.fine:,}元"),
            ("执行情况", f"{cn_date(d['paid'])}当事人已全额缴纳罚款{story.fine:,}元，已{story.order}。"),
        ],
        d["closed"],
        "结案",
    )
    note = [
        *head("", "备 考 表"),
        Para(f"本卷情况说明：本卷文书齐全，由{o.officers[1][0]}整理。"),
        Para(f"立卷人：⟦{o.officers[1][0]}⟧　检查人：⟦{o.chief}⟧"),
        Para(f"立卷时间：{cn_date(d['closed'] + timedelta(days=5))}", "r"),
    ]
    made = [
        Paper("payment_receipt", "罚款缴款书", money, o.payee, date=_dot(d["paid"])),
        Paper("publicity_record", "公示记录", public, date=_dot(d["published"])),
        Paper("closing_approval", "结案审批表", closing, date=_dot(d["closed"])),
    ]
    if story.recordings:
        rows = [["序号", "环节", "文件名", "开始时间", "时长", "记录人"]] + [
            [str(i), step, name, at.replace("T", " "), f"{sec // 60}分{sec % 60:02d}秒", o.officers[1][0]]
            for i, (step, name, at, sec) in enumerate(_recordings(story), 1)
        ]
        listing = [
            *head("", "音像记录目录", story.number("立")),
            Para(f"本案应当音像记录的环节为：{'、'.join(r[0] for r in _recordings(story))}。"),
            Grid(rows, (1, 3, 4, 4, 2, 2), True),
            Para("原始文件已上传本机关专用存储，保存期限与案卷一致。"),
            Para(f"制作人：{o.officers[1][0]}　{cn_date(d['closed'])}", "r"),
        ]
        made.append(Paper("recording_list", "音像记录目录", listing, date=_dot(d["closed"])))
    made.append(Paper("archive_note", "备考表", note, date=_dot(d["closed"] + timedelta(days=5))))
    return made


def _recordings(story: Penalty) -> list[tuple[str, str, str, int]]:
    starts = {"inspected": "T09:15:00", "rechecked": "T09:30:00", "notice_served": "T10:15:00"}
    return [
        (label, name, story.days[step].isoformat() + starts[step], seconds)
        for (label, name, seconds) in story.recordings
        for step in [
            {"现场检查（勘验）": "inspected", "复查": "rechecked", "告知书送达": "notice_served"}[label]
        ]
    ]


def recording_files(story: Penalty) -> list[tuple[str, str, int]]:
    """(file name, local start, seconds) of each recording."""
    return [(name, at, seconds) for _, name, at, seconds in _recordings(story)]
