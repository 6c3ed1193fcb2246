"""Other matters: an 易地建设 licence, an inspection, an on-the-spot penalty, each as its papers."""

from datetime import date, timedelta

from tests.casegen.paper import Grid, Paper, Para, foot, head
from tests.casegen.story import Office, Party, cn_date, upper

W2 = (1, 3)


def _grid(rows: list[tuple[str, str]]) -> Grid:
    return Grid([list(row) for row in rows], W2)


def _dot(on: date) -> str:
    return f"{on.year}.{on.month}.{on.day}"


def _sign(office: Office) -> str:
    return "、".join(f"⟦{name}⟧" for name, _ in office.officers[:2])


def _cards(office: Office) -> str:
    return "；".join(f"{name}（执法证号：{card}）" for name, card in office.officers[:2])


def licence(o: Office, p: Party, days: dict[str, date], serial: int, area: str, fee: int) -> list[Paper]:
    """准予易地建设: application, receipt, acceptance, verification, approval, decision, service, publication."""
    y = days["applied"].year
    n = {word: f"{o.prefix}{word}〔{y}〕{serial}号" for word in ("许受", "易许")}
    item = "人民防空工程易地建设许可"
    project = "该项目因地质条件限制不宜修建防空地下室"
    application = [
        *head("", "人民防空工程易地建设申请书"),
        _grid([("申请人", p.name), ("统一社会信用代码", p.code), ("法定代表人", p.person), ("住所", p.address),
               ("申请事项", item), ("申请理由", f"{project}，申请易地建设，应建面积{area}平方米。"),
               ("申请人签章", f"⟦{p.person}⟧　{cn_date(days['applied'])}")]),
    ]  # fmt: skip
    receipt = [
        *head(o.name, "行政许可申请材料接收凭证"),
        Para(f"{p.name}："),
        Para(
            f"你单位于{cn_date(days['applied'])}提交的{item}申请材料已收到：1.申请书；2.营业执照复印件；3.岩土工程勘察报告。",
            indent=True,
        ),
        Para(f"接收人：⟦{o.others[1]}⟧"),
        *foot(o.name, cn_date(days["applied"])),
    ]
    acceptance = [
        *head(o.name, "行政许可申请受理通知书", n["许受"]),
        Para(f"{p.name}："),
        Para(
            f"你单位于{cn_date(days['applied'])}提出的{item}申请，材料齐全、符合法定形式，依据《中华人民共和国行政许可法》"
            "第三十二条第一款第（五）项的规定，决定予以受理。本机关将自受理之日起二十个工作日内作出决定。",
            indent=True,
        ),
        *foot(o.name, cn_date(days["accepted"])),
    ]
    verification = [
        *head(o.name, "行政许可现场核查笔录"),
        Para(f"核查时间：{cn_date(days['verified'])}9时00分至10时00分"),
        Para(f"核查地点：{p.address}"),
        Para(f"核查人员：{_cards(o)}"),
        Para(f"核查情况：{project}，与申请材料一致。", indent=True),
        Para(f"申请人代表（签名）：⟦{p.person}⟧　{cn_date(days['verified'])}"),
        Para(f"核查人员（签名）：{_sign(o)}　{cn_date(days['verified'])}"),
    ]
    approval = [
        *head(o.name, "行政许可审查审批表"),
        _grid([("申请人", p.name), ("许可事项", item), ("受理日期", cn_date(days["accepted"])),
               ("审查意见", f"符合法定条件，应建面积{area}平方米。本许可事项不直接关系他人重大利益。\n{_sign(o)}　{cn_date(days['verified'])}"),
               ("机关负责人意见", f"准予许可。\n⟦{o.head}⟧　{cn_date(days['decided'])}")]),
    ]  # fmt: skip
    decision = [
        *head(o.name, "准予行政许可决定书", n["易许"]),
        Para(f"申请人：{p.name}"),
        Para(f"统一社会信用代码：{p.code}"),
        Para(
            f"你单位提出的{item}申请，经审查符合《中华人民共和国人民防空法》第二十二条规定的条件。依据《中华人民共和国行政许可法》"
            "第三十八条第一款的规定，决定准予许可。",
            indent=True,
        ),
        Para(f"应建面积{area}平方米，依法缴纳易地建设费{fee:,}元（{upper(fee)}）。", indent=True),
        *foot(o.name, cn_date(days["decided"])),
    ]
    service = [
        *head(o.name, "送 达 回 证"),
        _grid([("受送达人", p.name), ("送达文书名称及文号", f"《准予行政许可决定书》（{n['易许']}）"), ("送达地点", p.address),
               ("送达方式", "直接送达"), ("送达时间", f"{cn_date(days['delivered'])}14时30分"),
               ("受送达人签收", f"⟦{p.person}⟧（法定代表人）\n{cn_date(days['delivered'])}"), ("送达人（签名）", f"{_sign(o)}\n{_cards(o)}")]),
    ]  # fmt: skip
    money = [
        *head("", "吉林省非税收入一般缴款书（收据）"),
        _grid([("缴款日期", cn_date(days["paid"])), ("缴款人", p.name), ("执收单位", o.name), ("收款人户名", o.payee),
               ("项目名称", "人防工程易地建设费"), ("金额（大写）", upper(fee)), ("金额（小写）", f"{fee:.2f}")]),
    ]  # fmt: skip
    public = [
        *head("", "行政许可信息公示记录"),
        _grid([("公示平台", f"{o.government}门户网站、信用中国（吉林）"), ("公示日期", cn_date(days["published"])),
               ("行政相对人名称", p.name), ("许可决定书文号", n["易许"]), ("许可决定日期", cn_date(days["decided"])),
               ("信息处理", "已隐去联系电话等信息。"), ("录入人", o.others[1])]),
    ]  # fmt: skip
    note = [*head("", "备 考 表"), Para("本卷情况说明：本卷文书齐全。"),
            Para(f"立卷人：⟦{o.officers[1][0]}⟧　检查人：⟦{o.chief}⟧"),
            Para(f"立卷时间：{cn_date(days['published'] + timedelta(days=9))}", "r")]  # fmt: skip
    return [
        Paper(
            "licence_application",
            "人民防空工程易地建设申请书",
            application,
            p.name,
            date=_dot(days["applied"]),
        ),
        Paper("material_receipt", "行政许可申请材料接收凭证", receipt, o.name, date=_dot(days["applied"])),
        Paper("acceptance", "行政许可申请受理通知书", acceptance, o.name, n["许受"], _dot(days["accepted"])),
        Paper("verification_record", "行政许可现场核查笔录", verification, date=_dot(days["verified"])),
        Paper("licence_approval", "行政许可审查审批表", approval, date=_dot(days["decided"])),
        Paper("licence_decision", "准予行政许可决定书", decision, o.name, n["易许"], _dot(days["decided"])),
        Paper("service_receipt", "送达回证", service, date=_dot(days["delivered"])),
        Paper("fee_receipt", "易地建设费缴款书", money, o.payee, date=_dot(days["paid"])),
        Paper("publicity_record", "行政许可信息公示记录", public, date=_dot(days["published"])),
        Paper("archive_note", "备考表", note, date=_dot(days["published"])),
    ]


def summary(o: Office, person: Party, on: date, serial: int, fine: int) -> list[Paper]:
    """当场处罚: decision, scene record, identity, receipt, filing report, publication; for a scan of few pages."""
    number = f"{o.prefix}当罚〔{on.year}〕第{serial:04d}号"
    act = "在人民防空工程出入口堆放杂物，影响人民防空工程使用"
    decision = [
        *head(o.name, "当场行政处罚决定书", number),
        Para(f"当事人：{person.name}　性别：男　身份证号码：22012219800214****"),
        Para(f"住址：{person.address}"),
        Para(
            f"你于{cn_date(on)}9时40分{act}，违反了《中华人民共和国人民防空法》第二十七条的规定。",
            indent=True,
        ),
        Para(
            "执法人员已出示执法证件，当场告知你拟作出的行政处罚内容及事实、理由、依据，并告知你有权陈述、申辩。你未提出陈述、申辩。",
            indent=True,
        ),
        Para(
            "依据《中华人民共和国人民防空法》第四十九条第（七）项、《中华人民共和国行政处罚法》第五十一条的规定，当场作出如下行政处罚："
            f"1.警告；2.罚款人民币{upper(fine)}（¥{fine}元）。",
            indent=True,
        ),
        Para(
            f"请自收到本决定书之日起十五日内到{o.bank}缴纳罚款（户名：{o.payee}）。逾期不缴纳的，每日按罚款数额的百分之三加处罚款。",
            indent=True,
        ),
        Para(
            f"如不服本决定，可以自收到本决定书之日起六十日内向{o.government}申请行政复议；对当场作出的行政处罚决定不服的，"
            f"应当先申请行政复议，对复议决定不服的，可以再依法向{o.court}提起行政诉讼。",
            indent=True,
        ),
        Para(f"执法人员（签名）：{_sign(o)}　{_cards(o)}"),
        Para(f"当事人（签收）：⟦{person.name}⟧　{cn_date(on)}"),
        *foot(o.name, cn_date(on)),
    ]
    scene = [
        *head(o.name, "现场检查（勘验）笔录"),
        Para(f"检查时间：{cn_date(on)}9时20分至9时40分"),
        Para(f"检查地点：{person.address}"),
        Para(f"被检查人：{person.name}"),
        Para(f"检查人员：{_cards(o)}"),
        Para(
            f"执法人员表明身份并出示执法证件，告知有权申请回避、陈述和申辩。检查发现：{person.name}{act}，已当场清理。",
            indent=True,
        ),
        Para(f"被检查人（签名）：⟦{person.name}⟧　{cn_date(on)}"),
        Para(f"检查人员（签名）：{_sign(o)}　{cn_date(on)}"),
    ]
    identity = [*head("", "当事人身份证复印件"), _grid([("姓名", person.name), ("公民身份号码", "22012219800214****"), ("住址", person.address)]),
                Para(f"与原件核对无误。提供人：⟦{person.name}⟧　{cn_date(on)}")]  # fmt: skip
    filing = [
        *head(o.name, "当场处罚备案表"),
        _grid([("决定书编号", number), ("当事人", person.name), ("处罚内容", f"警告；罚款{fine}元"),
               ("执法人员", _cards(o)), ("报备时间", cn_date(on + timedelta(days=1))),
               ("备案机关意见", f"同意备案。\n⟦{o.chief}⟧　{cn_date(on + timedelta(days=1))}")]),
    ]  # fmt: skip
    money = [
        *head("", "吉林省非税收入一般缴款书（收据）"),
        _grid([("缴款日期", cn_date(on + timedelta(days=2))), ("缴款人", person.name), ("执收单位", o.name), ("收款人户名", o.payee),
               ("项目名称", "罚没收入—人防罚款"), ("金额（大写）", upper(fine)), ("金额（小写）", f"{fine:.2f}"), ("决定书文号", number)]),
    ]  # fmt: skip
    public = [
        *head("", "行政处罚信息公示记录"),
        _grid([("公示平台", f"{o.government}门户网站"), ("公示日期", cn_date(on + timedelta(days=3))), ("行政相对人名称", person.name[0] + "**"),
               ("决定书文号", number), ("处罚决定日期", cn_date(on)), ("处罚机关", o.name), ("信息处理", "已隐去当事人姓名、身份证号码、住址。")]),
    ]  # fmt: skip
    return [
        Paper("summary_decision", "当场行政处罚决定书", decision, o.name, number, _dot(on)),
        Paper("inspection_record", "现场检查（勘验）笔录", scene, date=_dot(on)),
        Paper("identity_proof", "当事人身份证明", identity, date=_dot(on)),
        Paper("filing_report", "当场处罚备案表", filing, date=_dot(on + timedelta(days=1))),
        Paper("payment_receipt", "罚款缴款书", money, o.payee, date=_dot(on + timedelta(days=2))),
        Paper("publicity_record", "公示记录", public, date=_dot(on + timedelta(days=3))),
    ]
