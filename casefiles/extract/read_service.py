"""Service of papers: receipts, public notice, addresses; and officers' credentials."""

import re
from collections.abc import Iterator
from datetime import timedelta

from casefiles.extract.dates import find_dates
from casefiles.extract.doc import Doc, Reading, first_date, last_date
from casefiles.extract.fields import Field
from casefiles.extract.flat import Flat
from casefiles.extract.people import find_numbers, signatures
from casefiles.extract.read_common import find_party
from casefiles.extract.read_records import officer_signatures
from casefiles.extract.titles import kind_of_title

_METHODS = (
    ("left", "留置"),
    ("mail", "邮寄|邮政|快递|挂号|EMS|特快"),
    ("electronic", "电子|传真|邮箱|短信|微信"),
    ("public", "公告"),
    ("entrusted", "委托"),
    ("direct", "直接|当面|当场|本人签收"),
)
_PAPERS = (
    "(?:被)?送达(?:的)?(?:法律|行政|执法)?(?:文书|文件|材料)(?:的)?(?:名称)?(?:及|、|和|（)?(?:件数|份数)?(?:文|编)?号?(?:及|、)?(?:件数|份数)?）?"
    "|文书名称(?:及|、)?(?:文号|编号)?|送达文件|送达(?:的)?文书、?(?:文号|名称)"
)


def read_receipt(doc: Doc) -> Iterator[Reading]:
    """One row of ``services`` for every paper that the receipt names."""
    method = method_of(doc)
    time = doc.field("(?:实际)?(?:送达|签收|收到|收件)(?:日期|时间)")
    signed = doc.field(
        "(?:受送达人|被送达人|收件人|受送达单位|收受人|签收人)(?:签名|签收|签字|盖章|签章)+(?:或盖章|、盖章)?(?:栏)?|收件人签名|签收人",
        filled=False,
    )
    signing = _signing_field(doc, signed)
    when = first_date(time) or last_date(signing)
    row: dict[str, object] = {}
    if method:
        row["method"] = method[0]
    if when:
        row["served_on"] = when[0].day.isoformat()
    count = officer_signatures(doc)
    if count is not None:
        row["officers"] = len(count)
    if signing is not None:
        row["signed_by"] = signed_by(doc, signing)
    row |= _manner(doc, method[0] if method else "")
    spot = when[1] if when else doc.title
    for kind, number in served_papers(doc) or [("", None)]:
        entry = dict(row)
        if kind:
            entry["document"] = kind
        if number:
            entry["number"] = number
        yield doc.read("services", entry, spot)


def _signing_field(doc: Doc, found: Field | None) -> Field | None:
    if found is not None:
        return found
    for item in doc.fields:
        if item.label in ("受送达人", "收件人", "受送达人或代收人") and (item.signed or item.value.hand()):
            return item
    return None


def method_of(doc: Doc) -> tuple[str, Flat] | None:
    item = doc.field("送达方式|送达方法")
    part = item.value if item else None
    if part is None:
        return None
    chosen = part.search(r"[☑√✓■▣]\s*([一-鿿]{2,6})")
    text = chosen.group(1) if chosen else part.text
    for method, words in _METHODS:
        if re.search(words, text):
            return method, part
    return None


def served_papers(doc: Doc) -> list[tuple[str, str | None]]:
    """The papers served: (kind, number), by the names in 《》 or the words of that field, else by the title."""
    item = doc.field(_PAPERS)
    text = item.text if item else ""
    found: list[tuple[str, str | None]] = []
    names = list(re.finditer(r"《([^《》]{3,40})》", text))
    numbers = find_numbers(text)
    for index, match in enumerate(names):
        kind = kind_of_title(match[1])
        until = names[index + 1].start() if index + 1 < len(names) else len(text)
        number = next((one.text for one in numbers if match.end() <= one.start < until), None)
        if kind:
            found.append((kind[0], number))
    if not found and text:
        bare = text
        for one in reversed(numbers):
            bare = bare[: one.start] + bare[one.end :]
        bare = re.sub(r"（[）、，]*）|[0-9一二两三]+份|[《》]", "", bare)
        for part in re.split("[、，；\n]", bare):
            kind = kind_of_title(re.sub("[《》]", "", part))
            if kind and len(part) > 3:
                found.append((kind[0], numbers[0].text if numbers else None))
    if not found:
        named = re.search(r"(?:回证|回执)（(.{4,40})）$", doc.piece.title) or re.search(
            r"（(.{4,40})）[^（）]*$", doc.piece.file
        )
        kind = (
            kind_of_title(
                named[1].removesuffix("）")
                if named and named[1].count("（") < named[1].count("）")
                else named[1]
            )
            if named
            else None
        )
        if kind:
            found.append((kind[0], None))
    return [
        (("prior_notice" if kind == "hearing_notice_right" and "事先" in text else kind), number)
        for kind, number in found
    ]


def signed_by(doc: Doc, item: Field) -> str:
    """Who took the paper, by the words beside the signature."""
    agent = doc.field("代收人(?:及代收理由|签名|签收)?(?:及.{0,6})?|代收(?:理由|人情况)", filled=False)
    text = item.text
    names = signatures(item.value)
    by_agent = agent.text if agent and not re.fullmatch(r"[/／无—\-]*|以下空白", agent.text) else ""
    if by_agent:
        return "family" if re.search("成年家属|配偶|父|母|子|女|妻|夫", by_agent) else "agent"
    if not names and not re.search("盖章|公章", text) and len(re.sub(r"[0-9年月日时分\s（）]", "", text)) < 2:
        return "none"
    if re.search("法定代表人|负责人|董事长|总经理", text) and not re.search("现场负责人", text):
        return "legal_representative"
    if re.search("家属|配偶", text):
        return "family"
    if re.search("代理人|受托人|代收", text):
        return "agent"
    party = find_party(doc)
    if party and names and party[0] in names:
        return "party"
    return "party" if re.search("本人", text) else "receiver"


def _manner(doc: Doc, method: str) -> dict[str, object]:
    text = doc.text
    row: dict[str, object] = {}
    if method == "left":
        row["refused"] = bool(re.search("拒[绝不]?(?:签|收|接)", text))
        row["at_residence"] = bool(re.search("住所|住处|经营场所|办公地|登记地", text))
        witness = [item for item in doc.fields if re.search("见证人", item.label)]
        row["witness"] = any(signatures(item.value) for item in witness)
        row["filmed"] = bool(re.search("拍照|录像|录音|摄像|音像", text))
    if method == "mail":
        sent = doc.flat.search(
            r"(?:交寄|寄出|交邮|邮寄)(?:日期|时间)?[：于]?([12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日)"
        )
        if sent:
            row["sent_on"] = find_dates(sent.group(1))[0].day.isoformat()
        row["receipt_dated"] = bool(re.search("回执|签收|妥投|投递", text) and find_dates(text))
    if method == "electronic":
        row["consent"] = bool(re.search("确认书|同意[^。]{0,8}电子", text))
    return row


def read_public_service(doc: Doc) -> Iterator[Reading]:
    if not doc.closing:
        return
    day, spot = doc.closing
    yield doc.read("public_issued_on", day.isoformat(), spot)
    term = 60 if re.search("六十日|60日", doc.text) else 30
    row = {
        "method": "public",
        "sent_on": day.isoformat(),
        "served_on": (day + timedelta(days=term)).isoformat(),
        "reason_noted": bool(re.search("下落不明|无法(?:直接)?送达|其他方式[^。]{0,8}无法", doc.text)),
    }
    named = doc.flat.search(r"《([^《》]{4,30})》")
    kind = kind_of_title(named.group(1)) if named else None
    if kind:
        row["document"] = kind[0]
    yield doc.read("services", row, spot)


def read_handed_over(doc: Doc) -> Iterator[Reading]:
    """The row that an on-the-spot decision makes when it was handed over."""
    line = doc.flat.search(r"(?:已)?当场(?:交付|送达)[^\n]{0,60}")
    item = next(
        (one for one in doc.fields if one.signed and re.search("当事人|被处罚人|受送达人", one.label)), None
    )
    if not line and item is None:
        return
    part = item.value if item else line.flat() if line else doc.title
    names = signatures(part) if item else []
    found = find_dates(part.text)
    day = found[0].day if found else (doc.closing[0] if doc.closing else None)
    row: dict[str, object] = {
        "document": "summary_decision",
        "method": "direct",
        "signed_by": "party" if names else "none",
    }
    if day:
        row["served_on"] = day.isoformat()
    signed = officer_signatures(doc)
    if signed is not None:
        row["officers"] = len(signed)
    row["refused"] = bool(re.search("拒绝签[收名字]|拒签", doc.text))
    yield doc.read("services", row, part)
