"""On-the-spot penalties, inspections and coercive measures."""

import re
from collections.abc import Iterator

from casefiles.extract.dates import find_dates, find_terms
from casefiles.extract.doc import Doc, Reading, first_date, last_date
from casefiles.extract.people import find_officers, signatures, split_names
from casefiles.extract.read_common import doc_number, find_party
from casefiles.extract.read_decision import penalties, penalty_kinds
from casefiles.extract.read_notice import states
from casefiles.extract.read_records import officer_signatures
from casefiles.extract.read_review import head_approval


def read_summary(doc: Doc) -> Iterator[Reading]:
    """The on-the-spot decision beyond what every decision shows."""
    text = doc.text
    present = {
        "act": re.search("(?:实施|行为|违反)", text),
        "kind_basis": penalty_kinds(doc) and re.search("(?:依据|根据)[^。]{0,60}第[^。]{1,6}条", text),
        "amount": penalties(doc) or not re.search("罚款", text),
        "time": re.search("[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日", text),
        "place": re.search(
            "(?:处罚|违法)?地点|在[^。，]{4,40}(?:实施|倾倒|擅自)|(?:路|街|号|区)[^。]{0,20}", text
        ),
        "remedies": re.search("复议", text) and re.search("六十日|60日", text),
        "authority": doc.head or re.search("办公室|局", text),
        "signature": officer_signatures(doc),
    }
    yield doc.read(
        "summary_elements", sorted(key for key, value in present.items() if value), doc.title, 0.93
    )
    yield from _spot(doc)
    yield from _handed_over(doc)
    first = doc.flat.search(
        "(?:应当|须|必须|可以?)先[^。]{0,40}(?:申请)?(?:行政)?复议|对(?:行政)?复议决定不服[^。]{0,50}诉讼"
    )
    direct = doc.flat.search("(?:或者|也可以?|直接)[^。]{0,40}(?:提起(?:行政)?诉讼)")
    if first or direct:
        found = first or direct
        assert found is not None
        yield doc.read("reconsideration_first", bool(first), found.flat(), 0.93)
    born = doc.field("出生(?:日期|年月)")
    if born and find_dates(born.text):
        yield doc.read("party_born_on", find_dates(born.text)[0].day.isoformat(), born.value)
    identity = doc.flat.search(r"(?<![0-9])([1-9][0-9]{5}((?:19|20)[0-9]{6})[0-9]{3}[0-9X])(?![0-9])")
    if identity:
        digits = identity.group(2)
        yield doc.read("party_born_on", f"{digits[:4]}-{digits[4:6]}-{digits[6:]}", identity.flat(), 0.95)


def _handed_over(doc: Doc) -> Iterator[Reading]:
    """Handed over on the spot: said so, or signed for on the day of the decision, or refusal noted."""
    over = doc.flat.search("当场(?:交付|送达|宣告)|拒绝签收|拒收")
    item = next(
        (one for one in doc.fields if one.signed and re.search("当事人|被处罚人|受送达人", one.label)), None
    )
    if not over and item is None:
        return
    signed = item is not None and bool(signatures(item.value))
    days = find_dates(item.text) if item else []
    same_day = bool(days and doc.closing and days[0].day == doc.closing[0])
    refused = bool(re.search("拒绝签收|拒收", doc.text))
    done = refused or (bool(over) and (item is None or signed)) or (signed and same_day)
    yield doc.read("handed_on_spot", done, over.flat() if over else item.value if item else doc.title, 0.93)


def _spot(doc: Doc) -> Iterator[Reading]:
    """What the decision or the record on the spot shows of the scene."""
    told = doc.flat.search(r"告知[^。]{0,80}")
    if told:
        words = {
            "facts": "事实",
            "reasons": "理由",
            "basis": "依据",
            "penalty": "内容|处罚种类|拟处罚",
            "rights": "陈述|申辩|权利",
        }
        said = sorted(key for key, pattern in words.items() if re.search(pattern, told.group()))
        yield doc.read("spot_told", said, told.flat(), 0.95)
    yield states(doc, "spot_certificates_shown", "(?:出示|亮)[^。]{0,10}证|证件[^。]{0,6}看清")
    heard = doc.flat.search(
        "(?:当事人)?(?:意见|答复)?[^。]{0,4}(?:没有异议|无异议|不陈述|不申辩|陈述[^。]{0,4}申辩(?:意见)?[：为])"
    )
    if heard:
        yield doc.read("spot_heard", True, heard.flat(), 0.95)
        yield doc.read(
            "statement_made",
            not re.search(
                "不陈述|不申辩|没有异议|无异议", heard.group() + doc.text[heard.end : heard.end + 12]
            ),
            heard.flat(),
            0.93,
        )
    clear = doc.flat.search("没有异议|无异议|情况属实|是我[^。]{0,8}(?:倒|做|干|的)")
    denied = doc.flat.search("不属实|不是我|有异议(?!见)|否认")
    if clear:
        yield doc.read("summary_facts_clear", True, clear.flat(), 0.93)
    elif denied:
        yield doc.read("summary_facts_clear", False, denied.flat(), 0.85)


def read_spot_record(doc: Doc) -> Iterator[Reading]:
    yield from _spot(doc)


def read_filing_report(doc: Doc) -> Iterator[Reading]:
    when = first_date(doc.field("备案(?:日期|时间)")) or last_date(
        doc.field("备案(?:人|意见|机构意见|机关意见)")
    )
    if when:
        yield doc.read("summary_filed_on", when[0].day.isoformat(), when[1])
    act = doc.field("违法(?:行为|事实)|案由")
    if act:
        yield doc.read("case_title", act.text.split("\n")[0], act.value)


def read_inspection_approval(doc: Doc) -> Iterator[Reading]:
    item = head_approval(doc)
    when = last_date(item)
    if when:
        yield doc.read("inspection_approved_on", when[0].day.isoformat(), when[1])
    urgent = doc.flat.search("情况紧急|应急(?:检查|处置)|先行检查|补办手续")
    yield doc.read("inspection_urgent", bool(urgent), urgent.flat() if urgent else doc.title, 0.93)
    outside = doc.flat.search("投诉|举报|转办|交办|数据监测|数据预警")
    planned = doc.flat.search("年度计划|计划内|双随机|随机抽查|随机抽取")
    if outside or planned:
        found = outside or planned
        assert found is not None
        yield doc.read("inspection_apart_from_cap", bool(outside) and not planned, found.flat(), 0.9)


def read_inspection_notice(doc: Doc) -> Iterator[Reading]:
    if doc.closing:
        yield doc.read("inspection_notified_on", doc.closing[0].isoformat(), doc.closing[1])


def read_inspection_object(doc: Doc) -> Iterator[Reading]:
    """Whether the inspected party is an enterprise."""
    party = find_party(doc)
    if party:
        firm = bool(
            re.search("公司|企业|厂$|店$|合作社|个体工商户|合伙|商行|中心$|超市|宾馆|酒店|物业", party[0])
        )
        yield doc.read("inspects_enterprise", firm, party[1], 0.93)


def read_inspection_scene(doc: Doc) -> Iterator[Reading]:
    """What an inspection record shows of certificates, outsiders and signatures."""
    yield states(doc, "inspection_certificates_shown", "(?:出示|亮)[^。]{0,12}证")
    officers = {officer.name for officer in find_officers(doc.text)}
    item = doc.field("(?:执法|检查|勘验|检查（勘验）|核查)(?:人员|人)")
    if item and officers:
        named = split_names(re.sub("（[^）]*）", "", item.text))
        yield doc.read("outsider_inspects", bool(set(named) - officers), item.value, 0.9)
    party = [one for one in doc.fields if one.signed and re.search("被检查|当事人|现场负责人", one.label)]
    if party:
        done = any(signatures(one.value) for one in party) or bool(re.search("拒绝签[名字]|拒签", doc.text))
        yield doc.read("inspection_party_signed", done, party[0].value or doc.title, 0.95)


def read_inspection_result(doc: Doc) -> Iterator[Reading]:
    none = doc.flat.search(
        "不属于[^。]{0,60}(?:行政)?处罚的?情形|不予立案|未发现(?:违法|问题)|符合(?:要求|规定)"
    )
    some = doc.flat.search("涉嫌违法|应当立案|拟立案|移送[^。]{0,10}处理")
    if none or some:
        found = none or some
        assert found is not None
        yield doc.read("inspection_found_violation", none is None, found.flat(), 0.95)
    number = doc_number(doc)
    if number and doc.closing:
        yield doc.read("inspection_result_told_on", doc.closing[0].isoformat(), doc.closing[1], 0.8)


_COERCION = (
    ("seal", "查封"),
    ("detain", "扣押"),
    ("freeze", "冻结"),
    ("substitute", "代履行"),
    ("demolish", "强制拆除"),
    ("transfer", "划拨"),
)


def read_coercion(doc: Doc) -> Iterator[Reading]:
    number = doc_number(doc)
    if number and doc.kind != "enforcement_application":
        yield doc.read("coercion_number", number.text, number)
    measure = next(
        (kind for kind, word in _COERCION if word in doc.piece.title or word in doc.text[:300]), None
    )
    if doc.kind == "enforcement_application":
        measure = "court"
        if doc.closing:
            yield doc.read("court_applied_on", doc.closing[0].isoformat(), doc.closing[1])
    elif doc.closing:
        yield doc.read("coercion_decided_on", doc.closing[0].isoformat(), doc.closing[1])
        if doc.kind in ("enforcement_decision", "substitute_decision"):
            yield doc.read("enforcement_decided_on", doc.closing[0].isoformat(), doc.closing[1])
    if measure:
        yield doc.read("coercion_measure", measure, doc.title, 0.93)
    if doc.kind == "coercion_decision":
        until = doc.flat.search(r"(?:至|止)([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)")
        if until:
            yield doc.read(
                "coercion_until", find_dates(until.group(1))[0].day.isoformat(), until.flat(1), 0.95
            )
        parts = {
            "party": "地址|住所|住址",
            "reason_basis_term": "第[^。]{1,6}条",
            "object": "清单|数量|财物|场所|设施",
            "remedies": "复议[^。]{0,80}诉讼",
            "authority": "[12][0-9]{3}年[0-9]{1,2}月",
        }
        yield doc.read(
            "coercion_decision_elements",
            sorted(key for key, words in parts.items() if re.search(words, doc.text)),
            doc.title,
            0.9,
        )


def read_coercion_dates(doc: Doc) -> Iterator[Reading]:
    """The one date that an extension, release or approval is about."""
    fact = {"extension_decision": "coercion_extended_on", "release_decision": "released_on"}.get(doc.kind)
    if fact and doc.closing:
        yield doc.read(fact, doc.closing[0].isoformat(), doc.closing[1])
    if doc.kind == "coercion_approval":
        when = last_date(head_approval(doc))
        if when:
            moment = when[0].when.isoformat() if when[0].when else f"{when[0].day.isoformat()}T00:00:00"
            yield doc.read("coercion_approved_at", moment, when[1])
        urgent = doc.flat.search("情况紧急|当场实施|补办")
        yield doc.read("coercion_urgent", bool(urgent), urgent.flat() if urgent else doc.title, 0.9)


def read_exclusion(doc: Doc) -> Iterator[Reading]:
    """Days that a notice of testing or appraisal takes out of the term."""
    found = find_dates(doc.text)
    told = re.search("(?:自|从)[^。]{6,14}(?:至|到)[^。]{6,14}(?:止|期间)?", doc.text)
    if told and len(found) >= 2:
        span = find_dates(told[0])
        if len(span) >= 2:
            yield doc.read("excluded_days", (span[1].day - span[0].day).days, doc.title, 0.9)
            return
    terms = [number for number, unit, _ in find_terms(doc.text) if unit in ("日", "工作日")]
    if terms:
        yield doc.read("excluded_days", terms[0], doc.title, 0.75)
