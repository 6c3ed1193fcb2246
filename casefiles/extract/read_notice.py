"""Papers that speak to the party before the decision: orders to correct, notices, hearings, statements, waivers."""

import re
from collections.abc import Iterator
from datetime import timedelta

from casefiles.extract.dates import find_dates, find_terms
from casefiles.extract.doc import Doc, Reading, dated_field, first_date, last_date
from casefiles.extract.flat import Flat
from casefiles.extract.people import signatures, split_names
from casefiles.extract.read_common import doc_number
from casefiles.extract.read_decision import ordered, penalties, penalty_kinds


def states(doc: Doc, fact: str, pattern: str) -> Reading:
    """Whether a paper that was read to its end says something."""
    found = doc.flat.search(pattern)
    return doc.read(fact, found is not None, found.flat() if found else doc.title, 0.97 if found else 0.93)


def read_correction(doc: Doc) -> Iterator[Reading]:
    number = doc_number(doc)
    if number:
        yield doc.read("order_number", number.text, number)
    if doc.closing:
        yield doc.read("ordered_on", doc.closing[0].isoformat(), doc.closing[1])
    yield doc.read("orders_given", True, doc.title)
    due = doc.flat.search(
        r"(?:期限)?(?:至|于|在|应于|截至|截止)(?P<day>[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)(?:[0-9]{1,2}时)?(?:止|前|之前|以前|内)"
    )
    if due:
        yield doc.read("due_on", find_dates(due.group("day"))[0].day.isoformat(), due.flat("day"))
    elif doc.closing and (now := doc.flat.search("立即[^。；]{0,12}(?:改正|停止|清理|整改)")):
        yield doc.read("due_on", doc.closing[0].isoformat(), now.flat(), 0.9)
    again = doc.field("改正情况|整改情况|复查情况")
    if again:
        when = find_dates(again.text)
        same_day = re.search("当日|当天", again.text)
        day = when[0].day if when else (doc.closing[0] if same_day and doc.closing else None)
        if day:
            yield doc.read("rechecked_on", day.isoformat(), again.value, 0.9)
        yield from correction_outcome(doc, again.value)
    orders = sorted(ordered(doc))
    if orders:
        yield doc.read("other_orders", orders, doc.title)


def correction_outcome(doc: Doc, part: Flat) -> Iterator[Reading]:
    """Whether what was ordered was left undone; in a long paper only where it speaks of the order or the recheck."""
    if doc.kind not in ("recheck_record", "correction_order"):
        sentence = part.search(r"[^。\n]*(?:复查|逾期|期满|期限已?届满|责令(?:改正)?期限)[^。\n]*")
        if sentence is None:
            return
        part = sentence.flat()
    late = part.search("(?:未|没有|拒不|仍未|尚未)(?:[^，。；]{0,10})(?:改正|补建|恢复|整改|拆除|修建|缴纳)")
    done = part.search("(?:已|全部)(?:[^，。；]{0,10})(?:改正|清理|清运|清除|恢复|封堵|补建|整改|安装|排除)")
    if late and not re.search("已[^，。]{0,6}改正", part.text):
        yield doc.read("correction_defaulted", True, late.flat(), 0.95)
    elif done:
        yield doc.read("correction_defaulted", False, done.flat(), 0.93)
        yield doc.read("already_corrected", True, done.flat(), 0.9)


def read_prior_notice(doc: Doc) -> Iterator[Reading]:
    number = doc_number(doc)
    if number:
        yield doc.read("notice_number", number.text, number)
    if doc.closing:
        yield doc.read("notified_on", doc.closing[0].isoformat(), doc.closing[1])
    yield _facts_stated(doc)
    yield states(doc, "notice_states_basis", "(?:违反|依据|根据|按照)[^。]{0,30}《[^。]{2,60}第[^。]{1,6}条")
    yield states(doc, "notice_states_proposed_penalty", "拟[^。；]{0,30}(?:处罚|罚款|警告)")
    yield states(doc, "notice_states_statement_right", "陈述[、和与及]?[^。]{0,6}申辩")
    yield states(
        doc, "notice_states_hearing_right", "(?:要求|申请|享有)[^。；]{0,12}听证|听证[^。]{0,10}权利"
    )
    term = doc.flat.search(
        "(?:陈述|申辩)[^。]{0,60}?(?:之日起|收到[^。]{0,14}(?:起|后))(?P<n>[0-9一二三四五六七八九十]{1,3})(?:个工作)?日"
    )
    term = term or doc.flat.search(
        "(?:之日起|收到[^。]{0,14}(?:起|后))(?P<n>[0-9一二三四五六七八九十]{1,3})(?:个工作)?日[^。]{0,30}(?:陈述|申辩)"
    )
    days = find_terms(term.group("n") + "日内") if term else []
    if term and days:
        yield doc.read("notice_statement_days", days[0][0], term.flat())
    fines = penalties(doc, "拟")
    for money in fines[:1]:
        yield doc.read("fine_proposed", f"{money[0] / 100:.2f}", money[1])
    kinds = penalty_kinds(doc)
    if kinds:
        yield doc.read("notice_kinds", sorted(kinds[0]), kinds[1])
    yield from stated_rate(doc)


_TOLD_FACTS = (
    "经(?:依法|我[局办])?(?:调查|检查|核查|审查|查)|查明|发现|违法事实"
    "|你(?:单位|公司|厂|店)?[^。]{0,80}(?:行为|违反|擅自|未经|未按)"
)


def _facts_stated(doc: Doc) -> Reading:
    """Whether the notice tells what was done: a phrase of finding, or a sentence of some length before 违反."""
    found = doc.flat.search(_TOLD_FACTS) or doc.flat.search(r"[^。\n：]{20,}(?=[。，；][^。]{0,40}违反)")
    return doc.read(
        "notice_states_facts",
        found is not None,
        found.flat() if found else doc.title,
        0.97 if found else 0.93,
    )


def stated_rate(doc: Doc) -> Iterator[Reading]:
    """The rate per square metre and the ceiling of the tier that a paper reckons with."""
    rate = doc.flat.search("每平方米([0-9]{1,4})元|×([0-9]{1,4})元/平方米")
    if rate:
        yield doc.read("fine_stated_rate", int(rate.group(1) or rate.group(2)), rate.flat())
    limit = doc.flat.search("(?:该)?(?:档|档次|幅度)[^。；]{0,6}上限(?:为)?([0-9,]{3,9})元")
    if limit:
        yield doc.read("benchmark_max", f"{int(limit.group(1).replace(',', '')):.2f}", limit.flat(), 0.95)
        yield doc.read("benchmark_min", "0.00", limit.flat(), 0.85)


def read_statement(doc: Doc) -> Iterator[Reading]:
    received = first_date(doc.field("(?:收件|收到|签收|提交|接收)(?:日期|时间)"))
    when = (received[0].day, received[1]) if received else doc.closing
    if when:
        yield doc.read("statement_on", when[0].isoformat(), when[1])
    yield doc.read("statement_made", True, doc.title)


def read_statement_review(doc: Doc) -> Iterator[Reading]:
    head = dated_field(doc, "(?:科室|机构|机关|部门)?负责人(?:意见)?", "审核人|复核人|日期")
    when = (head[0].day, head[1]) if head else doc.closing
    if when:
        yield doc.read("statement_reviewed_on", when[0].isoformat(), when[1])
    refused = doc.flat.search("不予采纳|不予采信|不采纳|不成立")
    adopted = doc.flat.search("(?:部分|予以|应予|可以)采纳|采纳其")
    if refused or adopted:
        spot = refused or adopted
        assert spot is not None
        yield doc.read(
            "statement_adopted", bool(adopted) and not (refused and "部分" not in doc.text), spot.flat()
        )


def read_waiver(doc: Doc) -> Iterator[Reading]:
    if doc.closing:
        yield doc.read("waived_on", doc.closing[0].isoformat(), doc.closing[1])
    signed = bool(doc.seals) or any(line.hand for line in doc.body) or bool(doc.flat.search("（盖章）"))
    statement = doc.flat.search("放弃[^。]{0,10}(?:陈述|申辩)|不(?:进行|要求|提出)?[^。，]{0,4}陈述")
    hearing = doc.flat.search("不要求[^。]{0,6}听证|放弃[^。]{0,24}听证|不申请听证")
    yield doc.read(
        "waives_statement", bool(statement) and signed, statement.flat() if statement else doc.title
    )
    yield doc.read("waives_hearing", bool(hearing) and signed, hearing.flat() if hearing else doc.title)


def read_hearing_request(doc: Doc) -> Iterator[Reading]:
    received = first_date(doc.field("(?:收到|收件|签收|接收|提交)(?:日期|时间)"))
    when = (received[0].day, received[1]) if received else doc.closing
    if when:
        yield doc.read("hearing_requested_on", when[0].isoformat(), when[1])


def read_hearing_notice(doc: Doc) -> Iterator[Reading]:
    host = doc.flat.search("主持人[：为由是]?([一-鿿·]{2,4})(?:（|；|，|。|担任)")
    if host:
        yield doc.read("hearing_host", host.group(1), host.flat(1), 0.95)
        yield doc.read("hearing_host_designated", True, host.flat(), 0.95)
    public = doc.flat.search("(?:不)?公开(?:举行|进行)?听证|(?:不)?公开举行")
    if public:
        yield doc.read("hearing_public", not public.group().startswith("不"), public.flat())
    private = doc.flat.search("国家秘密|商业秘密|个人隐私")
    if private:
        yield doc.read("hearing_private_ground", True, private.flat(), 0.85)


def read_hearing_record(doc: Doc) -> Iterator[Reading]:
    host = doc.field("(?:听证)?主持人")
    names = split_names(host.text) if host else []
    if host and names:
        yield doc.read(
            "hearing_host",
            names[0],
            host.value.cut(host.value.text.find(names[0]), host.value.text.find(names[0]) + len(names[0])),
        )
    recusal = doc.flat.search("(?:不|没有)申请[^。]{0,6}回避")
    if recusal:
        yield doc.read("host_recusal_requested", False, recusal.flat())
    else:
        asked = doc.flat.search("当事人[^。]{0,8}申请(?:主持人|听证员)?[^。]{0,6}回避")
        if asked and "权利" not in asked.group():
            yield doc.read("host_recusal_requested", True, asked.flat(), 0.85)
    yield states(doc, "hearing_case_put", "(?:调查人员|办案人员|承办人)[：（提陈][^。]{6,}")
    yield states(
        doc,
        "hearing_party_heard",
        "当\\s*事\\s*人[：（][^。\n]{2,}[。]|最后陈述|质证意见|当事人(?:陈述|申辩|认为|表示)",
    )
    left = doc.flat.search("(?:当事人)[^。]{0,10}(?:未到场|未出席|中途退)")
    yield doc.read("hearing_abandoned", bool(left), left.flat() if left else doc.title, 0.9)
    withdrawn = doc.flat.search("撤回[^。]{0,4}听证申请")
    yield doc.read("hearing_withdrawn", bool(withdrawn), withdrawn.flat() if withdrawn else doc.title, 0.9)
    spoken = doc.flat.search(
        "(?:请求|要求|希望)[^。]{0,10}(?:从轻|减轻|少罚|免)|申辩意见|不同意[^。]{0,8}处罚"
    )
    when = first_date(doc.field("(?:听证)?(?:起止)?时间"))
    if spoken:
        yield doc.read("statement_made", True, spoken.flat(), 0.93)
        if when:
            yield doc.read("statement_on", when[0].day.isoformat(), when[1], 0.93)


def read_preservation(doc: Doc) -> Iterator[Reading]:
    fact = {"preservation_notice": "preserved_on", "preservation_disposal": "preservation_disposed_on"}.get(
        doc.kind
    )
    if fact and doc.closing:
        yield doc.read(fact, doc.closing[0].isoformat(), doc.closing[1])
    if doc.kind == "preservation_approval":
        head = last_date(doc.field(".*(?:负责人|领导|机关)(?:审批)?意见|审批意见|负责人审批"))
        if head:
            yield doc.read("preservation_approved_on", head[0].day.isoformat(), head[1])
    if doc.kind != "preservation_disposal":
        yield states(doc, "preservation_ground_stated", "可能灭失|难以取得")
    if doc.kind == "preservation_notice":
        receipt = [
            item
            for item in doc.fields
            if item.signed and re.search("当事人|签收|持有人|受送达人", item.label)
        ]
        if receipt:
            yield doc.read(
                "preservation_list_given",
                any(signatures(item.value) for item in receipt),
                receipt[0].value or doc.title,
                0.9,
            )


def read_demand(doc: Doc) -> Iterator[Reading]:
    if doc.closing:
        yield doc.read("demanded_on", doc.closing[0].isoformat(), doc.closing[1])
        term = doc.flat.search("(?:收到|之日起)[^。]{0,20}?([0-9一二三四五六七八九十]{1,3})日内")
        fixed = doc.flat.search("于([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)前")
        if fixed:
            yield doc.read("demand_due_on", find_dates(fixed.group(1))[0].day.isoformat(), fixed.flat(1))
        elif term and (days := find_terms(term.group(1) + "日内")):
            yield doc.read(
                "demand_due_on", (doc.closing[0] + timedelta(days=days[0][0])).isoformat(), term.flat(), 0.7
            )
    parts = {
        "term": "日内|前履行|期限",
        "way": "缴纳|履行|拆除|恢复",
        "sum": "[0-9]元",
        "rights": "陈述[^。]{0,4}申辩",
    }
    yield doc.read(
        "demand_elements",
        sorted(key for key, words in parts.items() if re.search(words, doc.text)),
        doc.title,
        0.9,
    )
    yield doc.read("obligation_is_money", bool(re.search("罚款|费|款项|[0-9]元", doc.text)), doc.title, 0.9)
