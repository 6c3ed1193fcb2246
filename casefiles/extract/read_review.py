"""Papers inside the office: source, filing, report, legal review, discussion, approvals, closing."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from casefiles.extract.doc import Doc, Reading, dated_field, first_date, last_date
from casefiles.extract.fields import Field
from casefiles.extract.flat import Flat
from casefiles.extract.numbers import find_money
from casefiles.extract.people import signatures, split_names
from casefiles.extract.read_common import doc_number
from casefiles.extract.read_decision import read_act
from casefiles.extract.read_notice import correction_outcome, stated_rate

_HEAD = re.compile(
    r".*(?:负责人|领导|局长|主任|行政机关|执法机关|本机关|机关).*(?:意见|审批|批示|决定|审定).*|.*(?:审批|批准)(?:意见|人|结果)?(?:及.{0,6})?"
    r"|(?:行政)?机关意见|(?:主管|分管)(?:负责人|领导)|局领导|办领导"
)
_NOT_HEAD = re.compile(
    "科室|处室|承办|经办|办案|法制|法规|审核|部门|内设|中队|大队|科长|处长|集体|讨论|股室|执法机构|案件"
)
_SIGNED_ON = re.compile("(?:签名|签字|审核人|日期|时间)?：|[12][0-9]{3}[年.-].*$|[二〇零一]{4}年.*$")
CASE_LABEL = "案由|案件名称|案件事由|案件名称及事由"


def head_approval(doc: Doc) -> Field | None:
    """The field in which the head of the authority approves: the last of its kind on the form; the clerk's, the
    section's and the legal office's are others."""
    fields = [
        item
        for item in doc.fields
        if not item.inside and _HEAD.fullmatch(item.label) and not _NOT_HEAD.search(item.label)
    ]
    return fields[-1] if fields else None


def approval(doc: Doc, fact: str) -> Iterator[Reading]:
    """The day on which the head approved; confirmed absent where that place is empty."""
    item = head_approval(doc)
    if item is None:
        return
    when = last_date(item)
    if when:
        yield doc.read(fact, when[0].day.isoformat(), when[1])
    elif len(item.text) <= 2:
        yield doc.read(fact, None, item.value or doc.title, 0.9, state="confirmed_absent")


def case_title(doc: Doc) -> Iterator[Reading]:
    item = doc.field(CASE_LABEL)
    if item:
        yield doc.read("case_title", item.text.replace("\n", ""), item.value)


def read_source(doc: Doc) -> Iterator[Reading]:
    when = first_date(
        doc.field("(?:登记|收到|受理|受案|接案|接报|举报|移送|发现|填表)(?:日期|时间)")
    ) or last_date(doc.field("登记人意见|受理意见|承办人意见"))
    if when:
        yield doc.read("registered_on", when[0].day.isoformat(), when[1])
    place = doc.field("(?:发生|案发|违法行为发生)?(?:地点|地址)")
    if place:
        yield doc.read("act_place", place.text, place.value)


def read_filing(doc: Doc) -> Iterator[Reading]:
    number = doc_number(doc)
    if number:
        yield doc.read("filing_number", number.text, number)
    else:
        item = doc.field("立案(?:文)?号|编号|文号")
        if item:
            yield doc.read("filing_number", item.text, item.value)
    yield from case_title(doc)
    yield from approval(doc, "filed_on")
    place = doc.field("(?:发生|案发)(?:地点|地址)")
    if place:
        yield doc.read("act_place", place.text, place.value)


def read_report(doc: Doc) -> Iterator[Reading]:
    if doc.closing or doc.dated:
        day = doc.closing[0] if doc.closing else doc.dated
        spot = doc.closing[1] if doc.closing else doc.title
        assert day is not None
        yield doc.read("investigation_closed_on", day.isoformat(), spot)
    else:
        item = last_date(doc.field("承办人(?:意见)?|调查人(?:员)?(?:意见)?|报告日期"))
        if item:
            yield doc.read("investigation_closed_on", item[0].day.isoformat(), item[1])
    text = doc.text
    parts = {
        "facts": "查明|经查|违法事实|基本事实",
        "evidence": "证据",
        "basis": "第[^。]{1,6}条",
        "discretion": "从轻|减轻|从重|裁量|幅度|情节",
        "proposal": "建议|处理意见|给予[^。]{0,40}(?:处罚|警告|罚款)",
    }
    yield doc.read(
        "report_states",
        sorted(key for key, words in parts.items() if re.search(words, text)),
        doc.title,
        0.95,
    )
    yield from read_act(doc)
    yield from stated_rate(doc)
    yield from read_findings(doc)
    yield from correction_outcome(doc, doc.flat)


def read_findings(doc: Doc) -> Iterator[Reading]:
    """Leniency, illegal income, crime, harm: answered in the report or the decision."""
    none = doc.flat.search("(?:无|没有|不具有|不存在)[^。；]{0,6}(?:法定)?[^。；]{0,6}从轻[^。；]{0,14}情形")
    some = doc.flat.search("(?:符合|具有|属于)[^。；]{0,30}(?:从轻|减轻|不予)[^。；]{0,10}(?:情形|处罚)")
    if none or some:
        spot = none or some
        assert spot is not None
        yield doc.read("leniency_answered", True, spot.flat())
    lighter = doc.flat.search("(?<!从轻、)(?<!从轻或者)(?<!从轻、减)(?:依法|应当|可以|予以)减轻(?:行政)?处罚")
    yield doc.read(
        "mitigation_recorded", bool(lighter and not none), lighter.flat() if lighter else doc.title, 0.9
    )
    income = doc.flat.search("(?:无|没有|未发现|不存在)违法所得")
    got = doc.flat.search("违法所得(?:共计|合计|为|计)?(?:人民币)?([0-9,.万]+元)")
    if income:
        yield doc.read("illegal_income_found", False, income.flat())
    elif got and find_money(got.group(1)):
        yield doc.read("illegal_income_found", True, got.flat())
        yield doc.read("illegal_income", f"{find_money(got.group(1))[0].fen / 100:.2f}", got.flat(1))
    yield from read_crime(doc)


def read_crime(doc: Doc) -> Iterator[Reading]:
    clear = doc.flat.search("(?:未|不|没有)(?:涉嫌|构成)[^。；，]{0,4}犯罪")
    crime = doc.flat.search("涉嫌(?:构成)?犯罪[^。；]{0,10}(?:应当|依法|建议)[^。；]{0,6}移送")
    if clear:
        yield doc.read("crime_suspected", False, clear.flat())
    elif crime:
        yield doc.read("crime_suspected", True, crime.flat(), 0.9)


def read_legal_review(doc: Doc) -> Iterator[Reading]:
    item = doc.field(
        "(?:法制|法规|合法性|合规性)?(?:机构|部门|科室?)?(?:法制|合法性)?(?:审核|审查)(?:机构|人员?)?(?:意见|结论)(?:及建议)?"
    ) or doc.field("(?:法制)(?:机构|部门)?(?:负责人)?意见")
    part = item.value if item else doc.flat
    when = last_date(item) or dated_field(doc, "审核人(?:员)?|审查人(?:员)?", "审核(?:日期|时间)")
    spot = when or ((None, doc.closing[1]) if doc.closing else None)
    day = when[0].day if when else (doc.closing[0] if doc.closing else None)
    if day and spot:
        yield doc.read("legal_reviewed_on", day.isoformat(), spot[1])
    yield from _review_result(doc, part)
    who = doc.flat.search(
        r"审核人(?:员)?(?:（签名）)?[：:]?\n?([一-鿿·]{2,4})(?=（|[12]|二|\n|，|；|日期|时间|签|盖|$)"
    )
    names = (
        [who.group(1)]
        if who
        else [name for piece in part.hand() for name in split_names(piece)][:1]
        or _signers(part)
        or _last_names(part)
    )
    if names:
        yield doc.read("legal_reviewer", names[0], who.flat(1) if who else part)
    if re.search("法律职业资格", doc.text):
        licence = doc.flat.search("法律职业资格[^0-9A-Z]{0,8}[0-9A-Z]{8,}")
        if licence:
            yield doc.read("reviewer_qualified", True, licence.flat())
    required = doc.flat.search("第五十八条|第三十八条第三款|审核目录|重大公共利益|疑难复杂|经过听证程序")
    if required:
        yield doc.read("legal_review_required", True, required.flat())
    yield doc.read("legal_review_scope", True, doc.title)
    items = {
        "subject": "主体|资格",
        "procedure": "程序",
        "facts": "事实|证据",
        "law": "适用|依据|裁量",
        "authority": "权限|越权|职权",
        "documents": "文书",
        "crime": "犯罪|移送",
    }
    content = doc.field("审核内容|审查内容|审核事项")
    where = content.value if content else doc.flat
    yield doc.read(
        "legal_review_items",
        sorted(key for key, words in items.items() if re.search(words, where.text)),
        where,
        0.95,
    )
    yield from read_crime(doc)


def _signers(part: Flat) -> list[str]:
    """The names behind 签字 inside the opinion."""
    found = part.search(r"(?:签名|签字|签章)[：:]([一-鿿·]{2,4})(?=[12二\n，；。]|$)")
    return split_names(found.group(1)) if found else []


def _last_names(part: Flat) -> list[str]:
    """The names that stand alone on a line under an opinion, where none is set as handwriting."""
    for line in reversed(part.lines()[1:]):
        bare = _SIGNED_ON.sub("", line.text)
        names = split_names(bare)
        if names and "".join(names) == re.sub("[、，]", "", bare):
            return names[:1]
    return []


def _review_result(doc: Doc, part: Flat) -> Iterator[Reading]:
    for result, words in (
        ("transfer", "(?:建议|应当|依法)移送(?:司法|公安)"),
        ("disagree", "不同意|不予通过|退回|审核不通过"),
        (
            "agree_with_changes",
            "(?:修改|补正|完善|补充)[^。]{0,10}后[^。]{0,6}(?:同意|报|再)|建议(?:修改|补正|补充)",
        ),
        ("agree", "同意|审核通过|无异议"),
    ):
        found = part.search(words)
        if found:
            yield doc.read("legal_review_result", result, found.flat())
            return


def read_panel(doc: Doc) -> Iterator[Reading]:
    names: list[str] = []
    spot: Flat | None = None
    for pattern in (
        "(?:会议)?主持人",
        "(?:出席|参加|参会|与会|讨论)(?:会议|讨论|集体讨论)*(?:的)?(?:人员?|成员|领导)(?:姓名|名单)?(?:(?:及|、|和)?职务)?",
    ):
        for item in doc.fields_like(pattern):
            if not item.signed:
                names += [name for name in split_names(item.text) if name not in names]
                spot = spot or item.value
    if names and spot is not None:
        yield doc.read("discussion_attendees", names, spot)
    signed = [
        item
        for item in doc.fields
        if item.signed and re.search("出席|参加|参会|与会|讨论|主持|签名", item.label)
    ]
    if signed:
        who = {name for item in signed for name in signatures(item.value)}
        seen = bool(who) and (len(who) >= len(names) or set(names) <= who)
        near = bool(who) and doc.piece.source == "ocr" and _near(names, "".join(item.text for item in signed))
        yield doc.read(
            "discussion_signed",
            seen or near,
            signed[0].value or doc.title,
            0.85 if near and not seen else 0.95,
        )
    major = doc.flat.search(
        "重大行政处罚|情节复杂|重大违法行为|较重(?:的)?(?:行政)?处罚|重大、?疑难|重大案件"
    )
    if major:
        yield doc.read("case_major", True, major.flat(), 0.95)


def _near(names: Sequence[str], text: str) -> bool:
    """Whether everybody's signature is in a scanned text, two characters of a garbled name being enough."""
    lost = [name for name in names if name not in text]
    for name in names:
        text = text.replace(name, "，")
    return all(any(a + b in text for a, b in pairwise(name)) for name in lost)


def read_closing(doc: Doc) -> Iterator[Reading]:
    yield from approval(doc, "closed_on")
    item = doc.field("(?:处罚)?(?:决定)?执行(?:情况|结果)(?:及.{0,8})?|履行情况")
    if item:
        for money in find_money(item.text):
            if re.search("罚款[^，。；]{0,8}$", item.text[: money.start]):
                yield doc.read(
                    "fine_closed", f"{money.fen / 100:.2f}", item.value.cut(money.start, money.end)
                )
                break


def read_cover(doc: Doc) -> Iterator[Reading]:
    yield from case_title(doc)
    for fact, label in (("filed_on", "立案(?:日期|时间)"), ("closed_on", "(?:结案|办结)(?:日期|时间)")):
        when = first_date(doc.field(label))
        if when:
            yield doc.read(fact, when[0].day.isoformat(), when[1], 0.95)
    number = doc.field("案号|文号|卷号|处罚决定书文号|决定书文号")
    if number:
        yield doc.read("cover_number", number.text, number.value)
    for fact, label in (("cover_items", "(?:本卷|共)?件数"), ("cover_pages", "(?:本卷|共)?页数")):
        item = doc.field(label)
        count = re.search("[0-9]+", item.text) if item else None
        if item and count:
            yield doc.read(fact, int(count[0]), item.value)
    kept = doc.field("保管期限|保存期限", filled=False)
    yield doc.read(
        "retention_stated", bool(kept and kept.text), kept.value if kept and kept.text else doc.title
    )


def read_archive_note(doc: Doc) -> Iterator[Reading]:
    for fact, pattern in (("note_items", "共([0-9]{1,4})件"), ("note_pages", "([0-9]{1,4})页")):
        found = doc.flat.search(pattern)
        if found:
            yield doc.read(fact, int(found.group(1)), found.flat())
