"""Money: receipts of the fine and of the fee, sheets of calculation; publication on the web and in 双公示 sheets."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from casefiles.extract.dates import find_dates
from casefiles.extract.doc import Doc, Reading, first_date
from casefiles.extract.flat import Flat, Place
from casefiles.extract.numbers import find_money
from casefiles.extract.read_common import mend_code

_AMOUNT = (
    "(?:缴款|罚款|收费|合计|实缴|本次)?金额(?:合计)?（小写）|（?小写）?(?:金额)?"
    "|(?:缴款|罚款|收费|合计|实缴)?金额(?:合计)?|合计(?:（小写）)?"
)


def receipt_amount(doc: Doc) -> tuple[int, Flat] | None:
    """The sum of a receipt, by its figures, else by its words."""
    labelled = doc.fields_like(_AMOUNT) + doc.fields_like(
        "(?:缴款|罚款|合计)?金额（大写）|大写(?:金额)?|人民币（大写）"
    )
    for item in labelled:
        found = find_money(item.text if re.search("元|¥", item.text) else item.text + "元")
        if found:
            return found[0].fen, item.value.cut(found[0].start, min(found[0].end, len(item.value.text)))
    found = find_money(doc.text)
    return (found[-1].fen, doc.flat.cut(found[-1].start, found[-1].end)) if found else None


def read_payment(doc: Doc) -> Iterator[Reading]:
    when = first_date(doc.field("(?:缴款|缴费|交款|开票|收款|缴纳|填制)(?:日期|时间)|日期"))
    spot = when or ((None, doc.closing[1]) if doc.closing else None)
    day = when[0].day if when else (doc.closing[0] if doc.closing else None)
    if day and spot:
        yield doc.read("paid_on", day.isoformat(), spot[1])
    amount = receipt_amount(doc)
    if amount:
        yield doc.read("fine_paid", f"{amount[0] / 100:.2f}", amount[1])
    payee = doc.field("收款(?:人|单位)(?:全称|名称|户名)?|户名|收款账户")
    if payee:
        kind = _payee(payee.text)
        if kind:
            yield doc.read("fine_payee", kind, payee.value)
    official = doc.flat.search(
        "非税收入[^，。\n]{0,10}(?:缴款书|票据)|罚没(?:款|收入)?[^，。\n]{0,6}(?:收据|票据|缴款书)|财政(?:部门)?(?:专用)?票据|代收罚款"
    )
    yield doc.read("receipt_official", bool(official), official.flat() if official else doc.title, 0.93)
    yield doc.read("fiscal_receipt_given", bool(official), official.flat() if official else doc.title, 0.93)


def _payee(text: str) -> str | None:
    if re.search("国库|财政|非税", text):
        return "treasury"
    if re.search("银行|信用社", text):
        return "bank"
    if re.search("办公室|人防办|局$|支队|大队|委员会", text):
        return "authority"
    return "person" if re.fullmatch("[一-鿿]{2,4}", text) else None


def read_fee(doc: Doc) -> Iterator[Reading]:
    amount = receipt_amount(doc)
    if amount:
        yield doc.read("fee_due", f"{amount[0] / 100:.2f}", amount[1], 0.9)


def read_works(doc: Doc) -> Iterator[Reading]:
    """Area that should have been built, its cost, and the fee for building elsewhere."""
    area = doc.flat.search(
        r"应当?(?:修建|建设|建|配建)[^，。；]{0,24}?([0-9][0-9,]*(?:\.[0-9]+)?)(?:平方米|m2)"
    )
    item = doc.field("应建(?:防空地下室)?面积|应建(?:人防)?面积|计价面积")
    inside = _last_area(item.text) if item else None
    if item and inside:
        yield doc.read("area_m2", inside[0], item.value.cut(inside[1], inside[2]))
    elif area and not re.search("[0-9]", doc.text[area.start : area.match.start(1)]):
        yield doc.read("area_m2", _two(area.group(1)), area.flat(1))
    cost = doc.flat.search(
        r"(?:工程)?造价(?:（小写）)?(?:共计|合计|约)?[为：]?\n?¥?([0-9][0-9,]*(?:\.[0-9]+)?)(万)?元"
    )
    labelled = doc.field("(?:工程)?造价(?:（小写）|合计)?")
    found = find_money(labelled.text) if labelled else []
    if labelled and found:
        yield doc.read(
            "construction_cost", f"{found[0].fen / 100:.2f}", labelled.value.cut(found[0].start, found[0].end)
        )
    elif cost:
        money = find_money(cost.group(1) + cost.group(2) + "元")
        yield doc.read("construction_cost", f"{money[0].fen / 100:.2f}", cost.flat())
    fee = doc.flat.search(
        r"易地建设费[^，。；0-9]{0,30}?(?:人民币)?[¥（]{0,2}([0-9][0-9,]*(?:\.[0-9]+)?)(万)?元(?!/)"
    )
    due = doc.field("应缴(?:纳)?金额|易地建设费|应缴(?:易地建设)?费(?:用)?")
    sums = find_money(due.text) if due else []
    if due and sums:
        figures = [money for money in sums if not money.words] or sums
        yield doc.read(
            "fee_due", f"{figures[-1].fen / 100:.2f}", due.value.cut(figures[-1].start, figures[-1].end)
        )
    elif fee:
        money = find_money(fee.group(1) + fee.group(2) + "元")
        yield doc.read("fee_due", f"{money[0].fen / 100:.2f}", fee.flat())


def _last_area(text: str) -> tuple[str, int, int] | None:
    found = list(re.finditer(r"([0-9][0-9,]*(?:\.[0-9]+)?)(?:平方米|m2)", text))
    return (_two(found[-1][1]), found[-1].start(), found[-1].end()) if found else None


def _two(number: str) -> str:
    return f"{Decimal(number.replace(',', '')):.2f}"


_PHONE = re.compile(r"(?<![0-9A-Z])1[3-9][0-9]{9}(?![0-9])")
_IDENTITY = re.compile(r"(?<![0-9A-Z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X](?![0-9A-Z])")


def read_publicity(doc: Doc) -> Iterator[Reading]:
    if doc.piece.sheets:
        yield from _read_sheet(doc)
        return
    when = first_date(
        doc.field(
            "(?:首次|网上|上网|对外|信息)?(?:公示|公开|发布|上网|录入|上报)(?:公示|公开|发布)?(?:开始|起始)?(?:日期|时间)(?:及.{0,4})?"
        )
    )
    if when:
        yield doc.read("published_on", when[0].day.isoformat(), when[1])
    private = (
        _PHONE.search(doc.text)
        or _IDENTITY.search(doc.text)
        or re.search("(?:账号|帐号)[：:][0-9]{10,}", doc.text)
    )
    party = doc.field("(?:行政)?相对人(?:名称)?|当事人(?:名称|姓名)?|被处罚人")
    kind = doc.field("(?:相对人)?类别")
    person = bool(kind and re.search("自然人|个人", kind.text)) or bool(
        party and re.fullmatch("[一-鿿]{2,4}", party.text)
    )
    named = bool(
        party and person and re.fullmatch("[一-鿿·]{2,4}", party.text) and not re.search("某", party.text)
    )
    yield doc.read(
        "publicity_shows_private", bool(private or named), party.value if party and named else doc.title, 0.93
    )
    works = doc.flat.search("机密|秘密级|绝密|坐标|平面图|抗力等级|防护等级|抗力级别|战时功能|战时用途")
    yield doc.read("publicity_shows_works_data", bool(works), works.flat() if works else doc.title, 0.93)


def _read_sheet(doc: Doc) -> Iterator[Reading]:
    """Rows of a 双公示 sheet: codes in the first row, explanations below are passed over."""
    for sheet, rows in doc.piece.sheets.items():
        head = next((row for row in rows if any(str(cell).startswith(("CF_", "XK_")) for cell in row)), None)
        if head is None:
            continue
        for index, row in enumerate(rows[rows.index(head) + 1 :], rows.index(head) + 2):
            cells = {str(code): str(cell or "").strip() for code, cell in zip(head, row, strict=False)}
            day = cells.get("CF_JDRQ") or cells.get("XK_JDRQ") or ""
            if find_dates(day):
                yield from _sheet_row(doc, cells, f"{sheet}第{index}行")


def _sheet_row(doc: Doc, cells: dict[str, str], at: str) -> Iterator[Reading]:
    def read(fact: str, value: object, quote: str, certainty: float = 0.95) -> Reading:
        return Reading(fact, value, Place(doc.piece.file, None, None, at, quote, 1.0), doc.kind, certainty)

    name = cells.get("CF_XDR_MC") or cells.get("XK_XDR_MC")
    code = mend_code(cells.get("CF_XDR_SHXYM") or cells.get("XK_XDR_SHXYM") or "")
    if name:
        row = {"document": doc.kind, "name": name} | ({"code": code} if code else {})
        yield read("party_name", name, name)
        yield read("party_mentions", row, name)
    body = mend_code(cells.get("CF_CFJGDM") or cells.get("XK_XKJGDM") or "")
    if body:
        yield read("authority_code", body, body)
    try:
        fine = Decimal(cells.get("CF_NR_FK") or "0") * 10_000
    except InvalidOperation:
        fine = Decimal(0)
    if fine:
        row = {"document": doc.kind, "what": "fine", "amount": f"{fine:.2f}"}
        yield read("amount_mentions", row, cells.get("CF_NR_FK", ""))
    decision = cells.get("CF_WSH")
    if decision:
        yield read("decision_number", decision, decision, 0.9)
    shown = " ".join(
        value for key, value in cells.items() if key not in ("CF_XDR_SHXYM", "CF_CFJGDM", "CF_SJLYDM")
    )
    private = _PHONE.search(shown) or _IDENTITY.search(shown)
    if private:
        yield read("publicity_shows_private", True, private[0])
