"""Records of inspections, interviews, rechecks, hearings and discussions: when, where, who, signed by whom."""

import re
from collections.abc import Iterator

from casefiles.extract.dates import Moment, find_periods
from casefiles.extract.doc import Doc, Reading, first_date
from casefiles.extract.fields import Field
from casefiles.extract.flat import Flat
from casefiles.extract.people import find_officers, signatures, split_names

RECORDS = frozenset(
    [
        "inspection_record",
        "interview_record",
        "recheck_record",
        "sampling_record",
        "scene_record",
        "verification_record",
        "hearing_record",
        "panel_discussion",
        "statement_record",
    ]
)
_TIMED = frozenset(
    ["inspection_record", "interview_record", "recheck_record", "sampling_record", "scene_record"]
)
_SIGNED_STEPS = frozenset(
    [
        "inspection_record",
        "interview_record",
        "recheck_record",
        "sampling_record",
        "scene_record",
        "verification_record",
        "service_receipt",
        "summary_decision",
    ]
)
_ACT = "(?:询问|调查|检查|复查|勘验|勘查|勘察|踏勘|讨论|听证|核查|会议|陈述申辩|抽样|现场|（(?:勘验|勘察|调查|检查|询问)）)"
TIME = (f"{_ACT}{{0,3}}(?:起止)?时间", f"(?:{_ACT}|记录){{0,3}}日期")
PLACE = f"{_ACT}{{0,3}}(?:地点|地址|场所)"
OFFICERS = f"(?:行政)?(?:{_ACT}|执法|办案|承办|案件|送达|主办|协办){{0,3}}(?:人员|人)"
_SIDE = "(?:被|受)(?:检查|询问|送达|调查|勘验|勘察|抽样|复查|核查|（(?:勘验|勘察|调查|检查|询问)）){1,3}(?:人|单位|对象)"
_PARTY_SIDE = re.compile(rf"{_SIDE}|当事人|在场人|陈述(?:申辩)?人|申请人(?:代表)?|现场负责人|被邀请人")
_SUBJECT = re.compile(rf"(?:{_SIDE}|当事人|陈述(?:申辩)?人|申请人)(?:姓名|名称)?")
_DATES = {
    "inspection_record": "inspected_on",
    "interview_record": "interviewed_on",
    "recheck_record": "rechecked_on",
    "verification_record": "verified_on",
    "hearing_record": "hearing_held_on",
    "panel_discussion": "discussed_on",
}


def read_record(doc: Doc) -> Iterator[Reading]:
    """The row of ``records`` that a paper makes, with the officers and their times."""
    when, where = record_time(doc)
    row: dict[str, object] = {"kind": doc.kind, "n": doc.n}
    day = when[0].day if when else (doc.closing[0] if doc.closing else None)
    spot = where or (doc.closing[1] if doc.closing else doc.flat.cut(0, 40))
    names = {officer.name for officer in find_officers(doc.text)} or set(_named_officers(doc))
    signed = officer_signatures(doc)
    if day:
        row["date"] = day.isoformat()
        if doc.kind in _DATES:
            yield doc.read(_DATES[doc.kind], day.isoformat(), spot)
    if when and when[0].when:
        row["from"] = when[0].when.isoformat()
    if when and when[1] and when[1].when:
        row["to"] = when[1].when.isoformat()
    if names:
        row["officers"] = sorted(names)
    if signed is not None and doc.kind != "panel_discussion":
        row["signed"] = bool(signed) and (not names or len(set(signed)) >= len(names))
    row |= _attributes(doc, when)
    yield doc.read("records", row, spot)
    if doc.kind in _TIMED and when and when[0].when and when[1] and when[1].when:
        for name in sorted(names):
            span = {
                "officer": name,
                "step": f"{doc.kind}#{doc.n}",
                "starts_at": row["from"],
                "ends_at": row["to"],
            }
            yield doc.read("officer_times", span, spot)


def record_time(doc: Doc) -> tuple[tuple[Moment, Moment | None] | None, Flat | None]:
    """From and to of a record by its time label, with the place of the words."""
    for pattern in TIME:
        for item in doc.fields_like(pattern):
            for first, last in find_periods(item.value.text):
                return (first, last), item.value.cut(first.start, last.end)
            one = first_date(item)
            if one:
                return (one[0], None), one[1]
    return None, None


def _attributes(doc: Doc, when: tuple[Moment, Moment | None] | None) -> dict[str, object]:
    text = doc.text
    place = doc.field(PLACE, filled=False)
    subject = next((item for item in doc.fields if not item.signed and _SUBJECT.fullmatch(item.label)), None)
    sides = [item for item in doc.fields if item.signed and _PARTY_SIDE.fullmatch(item.label)]
    party = [item for item in sides if signatures(item.value)]
    refusal = bool(re.search(r"拒绝签[名字收]|拒签|拒不签", text))
    row: dict[str, object] = {
        "times_stated": bool(when and when[0].clock and when[1] and when[1].clock),
        "content_stated": len(text) > 120,
        "refusal_noted": refusal,
        "rights_told": bool(
            re.search(r"(?:申请)[^。]{0,14}回避|陈述[、和]?申辩[^。]{0,14}权利|权利[^。]{0,4}义务", text)
        ),
    }
    shown = _shown(text)
    if shown is not None:
        row["id_shown"] = shown
    if place:
        row["place_stated"] = bool(place.text)
    elif doc.kind in ("inspection_record", "interview_record", "recheck_record"):
        row["place_stated"] = False
    if place and place.text:
        row["place"] = place.text.split("\n")[0][:80]
    if subject and subject.text:
        row["subject"] = re.split(r"[，；\n]", subject.text)[0][:50]
    if doc.kind != "panel_discussion":
        row["party_signed"] = bool(party)
        sheets = sheet_count(doc)
        row["each_page_signed"] = bool(party) and len(party) >= sheets
    return row


def _shown(text: str) -> bool | None:
    """Whether certificates were shown; ``None`` where cards are spoken of in other words."""
    if re.search(
        r"(?:出示|查看|查验|看清|亮明)[^。；]{0,14}(?:执法)?证件?|证件[^。]{0,16}(?:看清|过目|核对)|亮证|表明(?:了)?身份"
        r"|这是[^。；]{0,10}证件?|证号(?:分别)?为[^。]{0,60}(?:过目|核对|看清)",
        text,
    ):
        return True
    bare = re.sub(r"（[^（）]*）|[^\n]{0,12}证(?:件)?号(?:码)?：[^\n]*", "", text)
    return None if re.search("证件|证号|身份(?!证)", bare) else False


def sheet_count(doc: Doc) -> int:
    """How many sheets the record says it has (第1页共2页), one where it does not say."""
    told = [int(found.group(1)) for found in doc.flat.finditer(r"第[0-9]{1,2}页[，/]?共([0-9]{1,2})页")]
    return max(told, default=1)


def officer_signatures(doc: Doc) -> list[str] | None:
    """The different officers who signed; ``None`` where the paper has no line for them."""
    lines = _officer_lines(doc)
    if not lines:
        return None
    names: list[str] = []
    for item in lines:
        names += [name for name in signatures(_before_print(item)) if name not in names]
    return names


def _before_print(item: Field) -> Flat:
    """The value without names printed again below the signatures (甲（执法证号：…）)."""
    if item.value.hand():
        return item.value
    found = item.value.search(r"\n[^\n、；]{2,6}（(?:执法)?(?:证件|证)")
    return item.value.cut(0, found.start) if found else item.value


def _officer_lines(doc: Doc) -> list[Field]:
    found = [
        item
        for item in doc.fields
        if re.fullmatch(OFFICERS, item.label)
        and not _PARTY_SIDE.fullmatch(item.label)
        and item.label not in ("记录人", "审核人")
    ]
    signed = [item for item in found if item.signed]
    if signed:
        return signed
    return [item for item in found if item.value.hand()] if any(line.script for line in doc.body) else []


def _named_officers(doc: Doc) -> list[str]:
    for item in doc.fields:
        if re.fullmatch(OFFICERS, item.label) and not item.signed:
            return split_names(item.text)
    return []


def read_signatures(doc: Doc) -> Iterator[Reading]:
    """How many officers signed a record or receipt."""
    if doc.kind not in _SIGNED_STEPS:
        return
    signed = officer_signatures(doc)
    if signed is None:
        return
    where = _officer_lines(doc)[0].value
    row = {"step": doc.step, "signatures": len(signed)}
    yield doc.read("officers_per_step", row, where or doc.flat.cut(0, 30), _certainty(doc))


def _certainty(doc: Doc) -> float:
    """How far names at the place of a signature are signatures: on a scan, black ink may be a pen's or a printer's,
    and a person is asked (see ``LOW`` of the desk)."""
    inked = any(item.value.hand() for item in _officer_lines(doc))
    return 0.97 if inked or doc.piece.source != "ocr" else 0.75


def read_officers(doc: Doc) -> Iterator[Reading]:
    """Officers with certificate wherever a paper prints both."""
    seen = set()
    for officer in find_officers(doc.text):
        if officer.name not in seen and not re.search(
            "法律职业资格|身份", doc.text[officer.start : officer.end]
        ):
            seen.add(officer.name)
            row = {"name": officer.name, "certificate": officer.certificate, "steps": [doc.step]}
            yield doc.read("officers", row, doc.flat.cut(officer.start, officer.end))


def read_recusal(doc: Doc) -> Iterator[Reading]:
    """Whether the party asked that an officer withdraw."""
    found = doc.flat.search(r"(?:不|没有|无需|不需要)(?:要求)?申请(?:[^。，]{0,8})回避")
    if found:
        yield doc.read("recusal_requested", False, found.flat())
        return
    found = doc.flat.search(r"答：[^。\n]{0,12}申请(?:[^。，\n]{0,8})回避")
    if found:
        yield doc.read("recusal_requested", True, found.flat(), 0.9)
