"""Papers of a licence from application to certificate."""

import re
from collections.abc import Iterator

from casefiles.extract.dates import find_dates
from casefiles.extract.doc import Doc, Reading, first_date, last_date
from casefiles.extract.read_common import doc_number

_MATTERS = (
    ("renewal", "延续"),
    ("change", "变更"),
    ("revocation", "撤销"),
    ("withdrawal", "撤回"),
    ("cancellation", "注销"),
)


def read_application(doc: Doc) -> Iterator[Reading]:
    when = first_date(doc.field("(?:提出)?申请(?:日期|时间)"))
    if when:
        yield doc.read("applied_on", when[0].day.isoformat(), when[1])
    elif doc.closing:
        yield doc.read("applied_on", doc.closing[0].isoformat(), doc.closing[1])
    item = doc.field("申请(?:许可)?事项|事项名称")
    words = (item.text if item else "") + doc.piece.title
    yield doc.read(
        "licence_matter", next((kind for kind, word in _MATTERS if word in words), "new"), doc.title, 0.95
    )
    listed = doc.field("(?:提交|申请|所附|报送)(?:的)?(?:申请)?材料(?:目录|清单)?|附件")
    if listed:
        for name in re.split(r"[；;、\n]|(?<=[^0-9])(?=[0-9]{1,2}[.．、])", listed.text):
            name = re.sub(r"^[0-9]{1,2}[.．、]|[0-9]+份$|[。；]$", "", name).strip()
            if len(name) >= 2:
                yield doc.read("licence_materials", {"name": name}, listed.value)


def read_material_receipt(doc: Doc) -> Iterator[Reading]:
    handed = doc.flat.search(r"(?:于|在)([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)(?:提交|递交|报送|提出)")
    if handed:
        yield doc.read(
            "materials_received_on", find_dates(handed.group(1))[0].day.isoformat(), handed.flat(1)
        )
    elif doc.closing:
        yield doc.read("materials_received_on", doc.closing[0].isoformat(), doc.closing[1])


def read_correction_request(doc: Doc) -> Iterator[Reading]:
    signed = first_date(doc.field("签收人|(?:申请人|签收)(?:签收|日期)?"))
    when = (signed[0].day, signed[1]) if signed else doc.closing
    if when:
        yield doc.read("correction_requested_on", when[0].isoformat(), when[1])
    wanted = doc.flat.search(r"(?:需要|应当|须)补正(?:的)?(?:全部)?(?:内容|材料)(?:如下)?：([^。\n]{2,120})")
    if wanted:
        for name in re.split("[；;、]", wanted.group(1)):
            name = re.sub(r"^[0-9]{1,2}[.．、]|[0-9一二三四五]+份", "", name).strip()
            if len(name) >= 2:
                yield doc.read("licence_materials", {"name": name}, wanted.flat(1))


def read_acceptance(doc: Doc) -> Iterator[Reading]:
    if doc.closing:
        yield doc.read("accepted_on", doc.closing[0].isoformat(), doc.closing[1])


def read_licence_approval(doc: Doc) -> Iterator[Reading]:
    when = first_date(doc.field("受理(?:日期|时间)"))
    if when:
        yield doc.read("accepted_on", when[0].day.isoformat(), when[1], 0.95)
    text = doc.text
    none = doc.flat.search(
        "不直接关系[^。；]{0,6}(?:他人|第三人)|不涉及(?:他人|第三方|利害关系人)|无利害关系人"
    )
    some = None if none else doc.flat.search("直接关系他人重大利益")
    if none or some:
        spot = none or some
        assert spot is not None
        yield doc.read("third_party_interest", some is not None, spot.flat())
    bad = doc.flat.search("不符合[^。；]{0,30}(?:规定|条件|情形|标准)|不具备[^。；]{0,10}条件")
    good = doc.flat.search("符合[^。；]{0,60}(?:规定|条件|情形|标准)|建议准予")
    if bad or good:
        spot = bad or good
        assert spot is not None
        yield doc.read("licence_conditions_met", bad is None, spot.flat(), 0.95)
    joint = re.search("联合办理|统一办理|集中办理|并联审批", text)
    lower = re.search("下级[^。]{0,10}审查意见", text)
    yield doc.read(
        "licence_handling", "joint" if joint else "lower_review" if lower else "ordinary", doc.title, 0.9
    )


def read_verification(doc: Doc) -> Iterator[Reading]:
    item = doc.field("核查情况|踏勘情况|现场情况|核查(?:结果|结论|意见)")
    part = item.value if item else doc.flat
    bad = part.search("不一致|不符(?!合)|不属实|不相符")
    good = part.search("一致|属实|相符|符合")
    if bad or good:
        spot = bad or good
        assert spot is not None
        yield doc.read("verification_finds_mismatch", bad is not None, spot.flat(), 0.95)


def read_licence_decision(doc: Doc) -> Iterator[Reading]:
    number = doc_number(doc)
    if number:
        yield doc.read("licence_number", number.text, number)
    if doc.closing:
        yield doc.read("licence_decided_on", doc.closing[0].isoformat(), doc.closing[1])
    refused = doc.flat.search("不予(?:行政)?许可|不准予|不予批准|不予易地建设")
    granted = doc.flat.search("准予|同意|批准")
    if refused or granted:
        spot = refused or granted
        assert spot is not None
        yield doc.read("licence_result", "refuse" if refused else "grant", spot.flat())
    matter = next((kind for kind, word in _MATTERS if word in doc.piece.title), "new")
    yield doc.read("licence_matter", matter, doc.title, 0.9)
    free = doc.flat.search("不收取[^。]{0,6}费用|不收费|免费办理")
    if free:
        yield doc.read("licence_fee_charged", False, free.flat(), 0.97)
    if refused:
        reasons = doc.flat.search("(?:理由|原因|不符合|不具备)[^。]{4,}")
        yield doc.read("refusal_states_reasons", bool(reasons), reasons.flat() if reasons else doc.title, 0.9)
        testing = doc.flat.search("(?:检验|检测|检疫)[^。]{0,10}不合格")
        yield doc.read("refusal_on_testing", bool(testing), testing.flat() if testing else doc.title, 0.9)
        standard = doc.flat.search("(?:GB|DB|JGJ|RF)[/T0-9 .\\-]{2,}|技术(?:标准|规范)《")
        yield doc.read(
            "refusal_states_standard", bool(standard), standard.flat() if standard else doc.title, 0.9
        )


def read_extension(doc: Doc) -> Iterator[Reading]:
    until = doc.flat.search(r"(?:延长|延期)至([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)")
    if until:
        yield doc.read("extended_to", find_dates(until.group(1))[0].day.isoformat(), until.flat(1))
    item = doc.field(".*(?:负责人|领导)(?:审批)?意见|负责人审批")
    if item is not None:
        yield doc.read(
            "licence_extension_approved", "同意" in item.text and bool(last_date(item)), item.value, 0.9
        )


def read_refusal_to_accept(doc: Doc) -> Iterator[Reading]:
    outside = doc.flat.search("不属于[^。]{0,10}(?:职权|职责|管辖)")
    yield doc.read("refused_not_competent", bool(outside), outside.flat() if outside else doc.title, 0.9)
    where = doc.flat.search("(?:向|到)[^，。]{4,30}(?:机关|部门|局|办公室|厅)(?:提出)?申请")
    yield doc.read("refusal_tells_where", bool(where), where.flat() if where else doc.title, 0.9)


def read_certificate(doc: Doc) -> Iterator[Reading]:
    until = doc.flat.search(r"有效期[^。\n]{0,24}?(?:至|止)([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)")
    if until:
        yield doc.read("licence_expires_on", find_dates(until.group(1))[0].day.isoformat(), until.flat(1))
