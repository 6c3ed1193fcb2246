"""What every paper may show: whose it is, whom it is about, which law it cites, which amounts it names."""

import re
from collections.abc import Iterator

from casefiles.extract.citations import find_citations
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import Flat
from casefiles.extract.lawcheck import check_citation
from casefiles.extract.numbers import find_money
from casefiles.extract.people import find_numbers
from casefiles.extract.titles import AUTHORITY_FIRST, is_letterhead

PARTY = (
    "当事人(?:名称|姓名)?|被处罚(?:人|单位)|当事人（(?:单位|个人)名称）|行政相对人(?:名称)?|受处罚(?:人|单位)|被处罚人（单位）",
    "涉嫌当事人|被检查(?:人|单位)(?:名称)?|检查对象|被检查人（单位）|申请人(?:名称)?|申请单位|许可申请人",
    "受送达人|缴款(?:单位|人)(?:名称)?|付款人(?:全称)?|单位名称",
)
_OWN_NAME = "名称|企业名称|姓名|单位名称"
ADDRESSEE = re.compile(r"^(?P<name>[^：，。、《》（）\n]{2,40}(?:（[^）]{1,12}）[^：，。]{0,20})?)：?$")
CODE = re.compile(r"(?<![0-9A-Z])([0-9A-HJ-NP-RT-UW-Y][0-9A-Z]{17})(?![0-9A-Z])")
_WEIGHTS = [3**power % 31 for power in range(17)]
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CITING = frozenset(
    [
        "decision",
        "summary_decision",
        "no_penalty_decision",
        "prior_notice",
        "hearing_notice_right",
        "hearing_notice",
        "correction_order",
        "filing_approval",
        "investigation_report",
        "legal_review",
        "panel_discussion",
        "penalty_approval",
        "decision_approval",
        "inspection_notice",
        "inspection_approval",
        "inspection_result",
        "licence_decision",
        "acceptance",
        "correction_request",
        "demand_notice",
        "surcharge_decision",
        "coercion_decision",
        "enforcement_decision",
        "filing_report",
        "statement_review",
        "transfer_letter",
        "closing_approval",
        "disclosure_reply",
        "refusal_to_accept",
    ]
)
_WRITERS = frozenset(
    [
        "statement_record",
        "waiver",
        "hearing_request",
        "licence_application",
        "evidence_item",
        "identity_proof",
        "recording",
    ]
)
_AMOUNTS = frozenset(
    [
        "decision",
        "summary_decision",
        "prior_notice",
        "penalty_approval",
        "decision_approval",
        "closing_approval",
        "publicity_record",
        "panel_discussion",
        "legal_review",
        "investigation_report",
        "payment_receipt",
        "filing_report",
        "cover",
    ]
)
_NAME_END = re.compile(
    r"[，,；;。\n]|（(?:以下|签|公章|盖章)|(?:法定代表人|统一社会信用代码|性别|身份证|住所|地址|住址|电话)"
)
_MASK = re.compile(r"[*＊×某]|X{2,}|x{2,}")


def read_common(doc: Doc) -> Iterator[Reading]:
    """Authority, party, number, citations and amounts of any paper."""
    yield from _authority(doc)
    party = find_party(doc)
    if party:
        masked = bool(_MASK.search(party[0]))
        if not masked or doc.kind != "publicity_record":
            yield doc.read("party_name", party[0], party[1], party[2])
        code = find_code(doc)
        row = {"document": doc.kind, "name": party[0]}
        if code:
            row["code"] = code[0]
            yield doc.read("party_code", code[0], code[1])
        if not masked:
            yield doc.read("party_mentions", row, party[1])
    if doc.kind in _CITING:
        yield from _citations(doc)
    if doc.kind in _AMOUNTS:
        yield from _amounts(doc)


def _authority(doc: Doc) -> Iterator[Reading]:
    if doc.kind in _WRITERS or doc.kind in ("payment_receipt", "fee_receipt", "cover", "appraisal", "other"):
        return
    signed = signing_office(doc)
    letterhead = next((line for line in doc.head[:3] if is_letterhead(line.text)), None)
    if (
        letterhead is None and doc.piece.source == "ocr"
    ):  # a seal lies over the name below, none over the title
        letterhead = _before_title(doc) if signed else None
    if signed and letterhead and near(signed.text, letterhead.text):
        yield doc.read("authority", letterhead.text, letterhead)
    elif signed:
        yield doc.read("authority", signed.text, signed, 0.95)
    elif letterhead:
        yield doc.read("authority", letterhead.text, letterhead)


def _before_title(doc: Doc) -> Flat | None:
    """The authority's name where it stands in one line with the title."""
    for line in doc.head[:3]:
        if match := AUTHORITY_FIRST.match(line.text):
            return line.cut(0, match.end())
    return None


def signing_office(doc: Doc) -> Flat | None:
    """The authority's name over the closing date, or on one line with it."""
    lines = doc.flat.lines()
    for index in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        match = lines[index].search(
            r"^(?:[^：]{0,6}：)?([一-鿿]{4,26}?(?:办公室|人防办|局|委员会|人民政府|支队|大队|厅))(?:（[^）]*）)?(?:[0-9〇一二].*日)?$"
        )
        if match and is_letterhead(match.group(1)):
            return match.flat(1)
    return None


def near(one: str, other: str) -> bool:
    """Whether two names are one but for a few characters that were not read."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    return (
        len(longer) - len(shorter) <= 3
        and sum(char in longer for char in shorter) >= len(longer) - 3
        and len(longer) > 5
    )


def find_party(doc: Doc) -> tuple[str, Flat, float] | None:
    """The party as this paper names it: (name, place, certainty)."""
    first = _labelled(doc, PARTY[0] if doc.kind != "identity_proof" else f"{_OWN_NAME}|{PARTY[0]}", 0.98)
    return (
        first
        or _addressed(doc)
        or _introduced(doc)
        or _labelled(doc, PARTY[1], 0.96)
        or _labelled(doc, PARTY[2], 0.95)
    )


def _labelled(doc: Doc, pattern: str, certainty: float) -> tuple[str, Flat, float] | None:
    for item in doc.fields_like(pattern):
        if item.signed or item.inside:
            continue
        name = _NAME_END.split(item.text)[0].strip()
        if 2 <= len(name) <= 50 and not re.fullmatch(r"[/无]|[0-9]+", name):
            at = item.value.text.find(name)
            return name, item.value.cut(at, at + len(name)), certainty
    return None


def _addressed(doc: Doc) -> tuple[str, Flat, float] | None:
    if doc.kind in _WRITERS:
        return None
    for line in doc.flat.lines()[:8]:
        match = ADDRESSEE.match(line.text)
        if (
            line.text.endswith("：")
            and match
            and not re.search(r"如下|办公室$|编号|文号|告知|决定|人民防空", match["name"])
        ):
            return match["name"], line.cut(0, len(match["name"])), 0.97
    return None


def _introduced(doc: Doc) -> tuple[str, Flat, float] | None:
    found = doc.flat.search(r"当事人(?:的)?(?:基本)?情况[：\n]([^，。：；\n]{2,50})，")
    return (found.group(1), found.flat(1), 0.95) if found else None


def find_code(doc: Doc) -> tuple[str, Flat] | None:
    """The unified social credit code that the paper names as the party's, blanks and misread letters mended."""
    for item in doc.fields_like(
        "(?:统一)?(?:社会)?(?:信用)?代码(?:证)?(?:号码?|编号)?(?:（.*）)?|统一社会信用代码(?:/.*)?"
    ):
        code = mend_code(item.text[:24])
        if code:
            return code, item.value.cut(0, min(len(item.value.text), 24))
    found = doc.flat.search(r"社会信用代码(?:证)?(?:号码?|编号)?[：为]?([0-9A-Za-z ]{18,24})")
    code = mend_code(found.group(1)) if found else None
    return (code, found.flat(1)) if found and code else None


def mend_code(text: str) -> str | None:
    """An 18-character code without blanks; I, O, S, V, Z, which codes never hold, give way to 1, 0, 5, U, 2
    where only that makes the check character right."""
    code = re.sub(r"[^0-9A-Z]", "", text.upper())[:18]
    if len(code) != 18:
        return None
    if _check(code):
        return code
    mended = code.translate(str.maketrans("IOSVZ", "105U2"))
    return mended if _check(mended) else code


def _check(code: str) -> bool:
    if any(char not in _ALPHABET for char in code):
        return False
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(code, _WEIGHTS, strict=False))
    return _ALPHABET[(31 - total % 31) % 31] == code[17]


def doc_number(doc: Doc) -> Flat | None:
    """The paper's own number: alone on a line of its head, behind 编号 or 文号."""
    for line in doc.head:
        found = find_numbers(line.text)
        if found and len(line.text) - (found[0].end - found[0].start) <= 6:
            return line.cut(found[0].start, found[0].end)
    return None


def _citations(doc: Doc) -> Iterator[Reading]:
    seen = set()
    for cited in find_citations(doc.text, doc.kind, doc.dated):
        row: dict[str, object] = {"law": cited.law, "document": doc.kind, "role": cited.role}
        for key in ("version", "article", "paragraph", "item"):
            if getattr(cited, key) is not None:
                row[key] = getattr(cited, key)
        exists, precise = check_citation(cited.law, cited.article, cited.paragraph, cited.item, doc.dated)
        row |= {key: value for key, value in (("exists", exists), ("precise", precise)) if value is not None}
        once = tuple(sorted(row.items(), key=str))
        if once not in seen:
            seen.add(once)
            yield doc.read("cited", row, doc.flat.cut(cited.start, cited.end))


def _amounts(doc: Doc) -> Iterator[Reading]:
    seen: set[tuple[str, int]] = set()
    for money in find_money(doc.text):
        before = doc.text[max(0, money.start - 14) : money.start]
        after = doc.text[money.end : money.end + 8]
        what = _what(before, after)
        if what is None or (what, money.fen) in seen or not money.fen:
            continue
        seen.add((what, money.fen))
        row = {"document": doc.kind, "what": what, "amount": f"{money.fen / 100:.2f}"}
        yield doc.read("amount_mentions", row, doc.flat.cut(money.start, money.end), 0.97)


def _what(before: str, after: str) -> str | None:
    if re.search(
        "(?:上限|下限|幅度|不超过|未超过|以上|以下|每平方米|至|×)[^，。；]{0,6}$", before
    ) or re.match("以[上下]|至|/", after):
        return None
    if re.search("易地建设费[^，。；]{0,6}$", before):
        return "fee"
    if re.search("造价[^，。；]{0,4}$", before):
        return "cost"
    if re.search("加处罚款[^，。；]{0,4}$", before):
        return "surcharge"
    if re.search("罚款(?:人民币|金额|数额|合计|[：:（¥为计])*$", before):
        return "fine"
    return None
