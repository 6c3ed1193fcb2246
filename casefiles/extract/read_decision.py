"""The penalty decision, ordinary and on the spot: what is decided, how it is to be met, what it tells."""

import re
from collections.abc import Iterator

from casefiles.extract.dates import blank_date, find_dates, find_periods
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import Flat
from casefiles.extract.numbers import find_money, parse_number
from casefiles.extract.read_common import doc_number, find_party

KINDS = {
    "warning": r"警告",
    "criticism": r"通报批评",
    "fine": r"罚款",
    "confiscate_income": r"没收[^。；，]{0,6}违法所得",
    "confiscate_goods": r"没收[^。；，]{0,8}(?:非法财物|物品|工具|设备)",
    "suspend_licence": r"暂扣[^。；，]{0,10}(?:证|执照)",
    "downgrade": r"降低[^。；，]{0,4}资质等级",
    "revoke": r"吊销[^。；，]{0,12}(?:证|执照)",
    "restrict_business": r"限制[^。；，]{0,6}(?:开展)?生产经营",
    "suspend_business": r"责令停产停业",
    "close": r"责令关闭",
    "restrict_occupation": r"限制从业",
    "detention": r"行政拘留",
}
_DECIDE = re.compile(
    r"(?:决定|拟)(?:对[^。，；：]{2,40})?(?:依法)?(?:给予|作出|处以|处)?(?:以下|如下|下列)?(?:的)?(?:决定|内容)?："
    r"|(?:决定|拟|作出|给予|予以)[^。；：，\n]{0,40}?处罚[^。；：，\n]{0,6}："
    r"|(?:决定|拟)[^。；：，\n]{0,40}?(?:给予|处以|作出|处)[^。：]{0,10}(?=警告|罚款|没收|人民币)|处罚(?:决定|内容)?如下："
)
_AFTER = re.compile(
    r"(?:三、|四、|履行方式|(?:你(?:单位|公司)?|当事人)?(?:应当|须|请)(?:于|自|在)|请自收到|请于|限你|自(?:收到|送达)|逾期|根据《|另依据|如不服|对本决定不服|责令你|\n(?!(?:[（(]?[0-9一二三四五六]{1,2}[)）.、])))"
)


def part_of_penalty(doc: Doc) -> Flat | None:
    """The stretch in which the penalty itself is set out."""
    final = doc.kind in ("decision", "summary_decision")
    found = list(_DECIDE.finditer(doc.text))
    told = [match for match in found if final and _quotes_notice(doc.text, match)]
    for match in [*(match for match in found if match not in told), *told]:
        rest = doc.text[match.end() : match.end() + 600]
        cut = _AFTER.search(rest, 1)
        stretch = rest[: cut.start()] if cut else rest
        if any(re.search(words, match[0] + stretch) for words in KINDS.values()):
            return doc.flat.cut(match.start(), match.end() + len(stretch))
    return None


def _quotes_notice(text: str, match: re.Match[str]) -> bool:
    """Whether deciding words only repeat what the notice proposed: 告知拟给予警告…"""
    return match[0].startswith("拟") and bool(re.search("告知[^。]{0,20}$", text[: match.start()]))


def penalty_kinds(doc: Doc) -> tuple[set[str], Flat] | None:
    """The kinds of penalty listed in the deciding words."""
    part = part_of_penalty(doc)
    if part is None:
        return None
    kinds = {kind for kind, words in KINDS.items() if re.search(words, part.text)}
    return kinds, part


def penalties(doc: Doc, word: str = "") -> list[tuple[int, Flat, bool]]:
    """The fines of the deciding words: (fen, place, in words), figures first."""
    part = part_of_penalty(doc) or (doc.flat if word else None)
    if part is None:
        return []
    found = []
    for money in find_money(part.text):
        before = part.text[: money.start]
        if re.search(
            r"罚(?:没)?款(?:人民币|金额|数额|合计|共计|计|大写|小写|[（(）：:，¥为]|[0-9.,]+万?元?[整]?|[一-鿿零]{0,20}[元圆][整正]?[（(])*$",
            before,
        ) or re.search(r"(?:并处|处以?|处罚款?)(?:人民币)?$", before):
            found.append((money.fen, part.cut(money.start, money.end), money.words))
    return sorted(found, key=lambda entry: entry[2])


def _listed_order(text: str) -> bool:
    """Whether an order or a fee stands as an item in the list of penalties (给予如下行政处罚：1.… 2.…)."""
    head, colon, items = text.partition("：")
    if not colon or "处罚" not in head:
        return False
    parts = re.split(r"[；：]|[。\n]+(?=[（(]?[0-9一二三四五六][)）.、．])|(?<=[：；])", items)
    bare = [re.sub(r"^[（(]?[0-9一二三四五六][)）.、．]", "", part) for part in parts]
    return any(
        re.match(r"责令[^，]{0,20}(?:改正|补建|修建|恢复|拆除)|(?:补缴|缴纳)[^，]{0,12}易地建设费", part)
        for part in bare
    )


def ordered(doc: Doc) -> set[str]:
    """What the paper orders besides penalties."""
    text, orders = doc.text, set()
    if doc.kind == "correction_order" or re.search(
        "责令[^。；]{0,60}(?:改正|恢复|拆除|清理|清除|停止)", text
    ):
        limited = (
            "限期" in (doc.head[1].text if len(doc.head) > 1 else text)
            if doc.kind == "correction_order"
            else False
        )
        limited = limited or bool(
            doc.kind == "correction_order" and any("限期" in line.text for line in doc.head)
        )
        orders.add("责令限期改正" if limited or doc.kind == "decision" else "责令改正")
    if re.search("责令[^。；]{0,60}(?:补建|修建)", text):
        orders.add("责令补建")
    if re.search("(?:责令|应当|不能补建)[^。]{0,80}缴纳[^。；]{0,20}易地建设费", text):
        orders.add("补缴易地建设费")
    return orders


def read_decision(doc: Doc) -> Iterator[Reading]:
    """Everything a decision shows of itself."""
    title = doc.title
    number = doc_number(doc)
    if number:
        yield doc.read("decision_number", number.text, number)
    if doc.closing:
        yield doc.read("decided_on", doc.closing[0].isoformat(), doc.closing[1])
    kinds = penalty_kinds(doc)
    if kinds:
        yield doc.read("penalty_kinds", sorted(kinds[0]), kinds[1])
        listed = _listed_order(kinds[1].text)
        yield doc.read("orders_listed_as_penalty", bool(listed), kinds[1], 0.93)
    fines = penalties(doc)
    if fines:
        figures = [entry for entry in fines if not entry[2]] or fines
        yield doc.read("fine_decided", f"{figures[0][0] / 100:.2f}", figures[0][1])
        in_words = [entry for entry in fines if entry[2]]
        if in_words:
            yield doc.read("fine_in_words", f"{in_words[0][0] / 100:.2f}", in_words[0][1])
    orders = sorted(ordered(doc))
    if orders:
        yield doc.read("other_orders", orders, title, 0.95)
    yield doc.read(
        "orders_given",
        bool(orders) or bool(re.search("责令[^。；]{0,20}(?:停止|改正|恢复|清理)", doc.text)),
        title,
        0.93,
    )
    yield from _performance(doc, title)
    yield from _collecting(doc, title)
    yield from _wording(doc, title)
    yield from read_act(doc)
    if doc.kind != "summary_decision":
        yield from _states(doc, title)
    party = find_party(doc)
    address = doc.field(
        "(?:住所|地址|住址|住所地|住所（地址）|经营场所|住所（住址）|注册地址|详细地址)(?:（.*）)?"
    )
    if address and party:
        yield doc.read("party_address", address.text.split("\n")[0], address.value)


def read_act(doc: Doc) -> Iterator[Reading]:
    """The day on which the act ended, and whether it goes on."""
    going = doc.flat.search("(?:违法行为|该行为)?[^。]{0,8}处于(?:继续|连续)状态")
    if going:
        yield doc.read("act_continuing", True, going.flat())
        return
    ended = doc.flat.search(
        "违法行为(?:已)?(?:经)?[^。]{0,10}(?:终了|结束|停止)|(?:处于|在)[^。]{0,4}(?:二年|两年|2年)[^。]{0,4}追责(?:期限|时效)"
    )
    if ended:
        yield doc.read("act_continuing", False, ended.flat(), 0.85)
    start = re.search("经查|查明|现查明", doc.text)
    begin = start.end() if start else (0 if doc.kind == "summary_decision" else len(doc.text))
    part = doc.flat.cut(begin, min(len(doc.text), begin + 500))
    if re.search("截至[^，。]{6,20}检查时|实际修建", part.text):
        return
    for first, last in find_periods(part.text):
        if first.clock is None or last.day != first.day:
            yield doc.read("act_on", last.day.isoformat(), part.cut(first.start, last.end), 0.95)
            return
    found = find_dates(part.text)
    if found and not re.search(
        "检查|复查|责令|发现|举报|立案|登记", part.text[found[0].end : found[0].end + 30]
    ):
        yield doc.read("act_on", found[0].day.isoformat(), part.cut(found[0].start, found[0].end), 0.9)


def _performance(doc: Doc, title: Flat) -> Iterator[Reading]:
    term = doc.flat.search(
        r"(?:收到|送达|接到)[^。；]{0,12}之?日?起([0-9一二三四五六七八九十]{1,4})日[内之][^。；]{0,80}(?:缴纳|缴至|交至|缴到|交纳|将罚款)"
    )
    if term and (days := parse_number(term.group(1))):
        yield doc.read("payment_days", days, term.flat())
    rate = doc.flat.search(
        r"每日按罚款(?:数额|金额)?的?(百分之[一二三四五六七八九十]+|[0-9.]+%|[0-9.]+％|千分之[一二三四五六七八九十]+)"
    )
    if rate:
        yield doc.read("late_fee_rate", _rate(rate.group(1)), rate.flat())
    elif not re.search("加处罚款", doc.text):
        yield doc.read("late_fee_rate", None, title, 0.9, state="confirmed_absent")
    bank = doc.flat.search(
        r"(?:到|至|通过|缴至|交至|在)([^，。；]{2,30}?(?:银行[^，。；缴]{0,16}(?:支行|分行|分理处|营业部|营业厅)|银行|信用社|缴款窗口|非税收入[^，。；缴]{0,10}))"
    )
    yield doc.read("decision_states_bank", bool(bank), bank.flat() if bank else title, 0.95)
    if bank and re.search("支行|分理处|营业部|路|街", bank.group(1)):
        yield doc.read("decision_states_bank_address", True, bank.flat(1), 0.93)
    elif bank:
        yield doc.read("decision_states_bank_address", False, bank.flat(1), 0.85)


def _collecting(doc: Doc, title: Flat) -> Iterator[Reading]:
    """Whether the fine was taken on the spot, and the grounds for that."""
    spot = doc.flat.search("当场收缴")
    bank = doc.flat.search("到[^。，]{2,30}(?:银行|支行)[^。]{0,12}(?:缴纳|缴款)|银行[^。，]{0,20}缴纳罚款")
    if spot and not bank:
        yield doc.read("collected_on_spot", True, spot.flat(), 0.93)
    elif bank:
        yield doc.read("collected_on_spot", False, bank.flat(), 0.96)
    hard = doc.flat.search("不当场收缴[^。]{0,8}(?:难以执行|事后难)")
    yield doc.read("hard_to_collect_later", hard is not None, hard.flat() if hard else title, 0.93)
    far = doc.flat.search("(?:边远|水上|交通不便)[^。]{0,40}(?:提出|请求)")
    yield doc.read("remote_area_request", far is not None, far.flat() if far else title, 0.93)


def _rate(text: str) -> str:
    if text[0].isdigit():
        return f"{float(text.rstrip('%％')) / 100:g}"
    number = parse_number(text[3:]) or 0
    return f"{number / (100 if text.startswith('百') else 1000):g}"


def _wording(doc: Doc, title: Flat) -> Iterator[Reading]:
    draft = next(
        (
            found
            for found in doc.flat.finditer(
                r"(?:现|我[办局]|本机关|本局|本办)?拟(?:决定|作出|给予|对你|对当事人|处以)[^。：；]{0,24}"
            )
            if not re.search(
                r"(?:告知|将|载明|所载|中|关于)[^。，；]{0,8}$",
                doc.text[max(0, found.start - 10) : found.start],
            )
            and not re.match(r"拟作出的?(?:行政)?处罚[^：]{0,8}(?:内容|的)", found.group())
        ),
        None,
    )
    yield doc.read("proposed_wording", draft is not None, draft.flat() if draft else title, 0.95)
    residue = doc.flat.search(
        r"[×xX]{3,}|_{3,}|（(?:此处|填写|写明|注明)[^）]*）|〔\s*〕|\[\s*\]号|（?选择(?:其一|填写)）?|□[^。]{1,20}□"
    )
    blank = next((line for line in doc.body if blank_date(line.text)), None)
    yield doc.read("template_residue", bool(residue or blank), residue.flat() if residue else title, 0.94)


def _states(doc: Doc, title: Flat) -> Iterator[Reading]:
    text = doc.text
    states = set()
    if find_party(doc) and re.search("(?:住所|地址|住址|经营场所)[^：，。]{0,8}[：为]?[^，。]{4,}", text):
        states.add("party")
    if re.search("经查|查明|发现|违法事实|违法行为", text) and re.search("证据|为证|为凭|证明", text):
        states.add("facts_evidence")
    if penalty_kinds(doc) and re.search("(?:依据|根据|按照)[^。]{0,40}第[^。]{1,6}条", text):
        states.add("kind_basis")
    if re.search("日内[^。；]{0,60}(?:缴纳|缴至|交至|履行)", text) or not re.search("罚款", text):
        states.add("performance")
    if re.search("复议", text) and re.search("诉讼|起诉", text):
        states.add("remedies")
    if doc.closing and any(reading.fact == "authority" for reading in _signed(doc)):
        states.add("authority_date")
    yield doc.read("decision_states", sorted(states), title, 0.92)


def _signed(doc: Doc) -> Iterator[Reading]:
    for line in reversed(doc.flat.lines()[-6:]):
        if re.search("(?:办公室|局|委员会|政府|支队|大队|厅)(?:（[^）]*）)?(?:[12二].*日)?$", line.text):
            yield doc.read("authority", line.text, line)
            return
