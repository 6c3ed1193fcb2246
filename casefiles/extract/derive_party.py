"""What kind of case it is, whose, against whom, and whether the office may act there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from casefiles.extract.case import Case
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.read_common import near
from scoring_rules import load_plain

MAIN = (
    "decision",
    "summary_decision",
    "no_penalty_decision",
    "licence_decision",
    "coercion_decision",
    "disclosure_reply",
    "inspection_result",
)
_KINDS = {
    "行政处罚": "penalty",
    "行政许可": "licence",
    "行政强制": "coercion",
    "行政检查": "inspection",
    "行政确认": "confirmation",
    "信息公开": "disclosure_request",
}
_PENALTY = (
    "decision",
    "summary_decision",
    "no_penalty_decision",
    "prior_notice",
    "hearing_notice_right",
    "filing_approval",
    "penalty_approval",
    "decision_approval",
)


def case_kind(case: Case) -> Iterator[Reading]:
    for doc in case.of("cover"):
        for words, kind in _KINDS.items():
            found = doc.flat.search(words)
            if found and found.start < 80:
                yield doc.read("case_kind", kind, found.flat())
    for kind, papers in (
        ("penalty", _PENALTY),
        ("coercion", ("coercion_decision", "enforcement_decision", "substitute_decision", "seizure_list")),
        ("disclosure_request", ("disclosure_reply", "disclosure_request_form")),
        (
            "licence",
            (
                "licence_decision",
                "acceptance",
                "licence_application",
                "refusal_to_accept",
                "licence_approval",
            ),
        ),
        ("inspection", ("inspection_result", "inspection_notice", "inspection_approval")),
    ):
        shown = case.of(*papers)
        if shown:
            confirmation = kind == "licence" and any("确认" in doc.piece.title for doc in shown)
            yield shown[0].read("case_kind", "confirmation" if confirmation else kind, shown[0].title, 0.95)
            break


def procedure(case: Case) -> Iterator[Reading]:
    if case.value("case_kind") != "penalty":
        return
    summary = case.of("summary_decision")
    ordinary = case.of("decision", "filing_approval", "prior_notice", "no_penalty_decision")
    if summary and not case.of("decision"):
        yield summary[0].read("procedure", "summary", summary[0].title)
    elif ordinary:
        yield ordinary[0].read("procedure", "ordinary", ordinary[0].title)


def unify_names(case: Case) -> None:
    """Bring names that scans garbled by a character or two to the form most papers show."""
    for fact, key in (("party_name", None), ("authority", None), ("party_mentions", "name")):
        readings = case.all(fact)
        names = Counter(
            str(reading.value[key] if key else reading.value)
            for reading in readings
            for _ in range(_weight(reading))
        )
        fixed = []
        for reading in readings:
            name = str(reading.value[key] if key else reading.value)
            better = next(
                (other for other, count in names.most_common() if count > names[name] and near(other, name)),
                name,
            )
            if better != name and reading.place.confidence < 1.0:
                value = {**reading.value, key: better} if key else better
                reading = replace(reading, value=value, certainty=min(reading.certainty, 0.85))
            fixed.append(reading)
        if fixed:
            case.replace(fact, fixed)


def _weight(reading: Reading) -> int:
    return 1 + round(10 * reading.place.confidence**4)


def authority_facts(case: Case) -> Iterator[Reading]:
    best = case.best("authority")
    if best is None or best.value is None:
        return
    name = str(best.value)
    kind = (
        "government"
        if name.endswith("人民政府")
        else "vertical"
        if re.search("海关|税务|外汇|金融监管|国家安全|银保监|证监", name)
        else "judicial"
        if re.search("司法[厅局]", name)
        else "department"
    )
    yield replace(best, fact="authority_kind", value=kind, certainty=0.9)
    region = re.match(
        r"(.{1,12}?(?:自治州|自治县|省|市|州|县|区|旗|盟))(?=人民防空|国防动员|人防|人民政府|[一-鿿]{0,10}(?:局|厅|委员会|办公室|支队|大队))",
        name,
    )
    if region:
        whole = re.match(
            r"(.*(?:自治州|自治县|省|市|州|县|区|旗|盟))(?=人民防空|国防动员|人防|人民政府)", name
        )
        yield replace(best, fact="authority_region", value=(whole or region)[1], certainty=0.95)


def party_facts(case: Case) -> Iterator[Reading]:
    best = case.best("party_name")
    if best is None:
        return
    name = str(best.value)
    licence = next((doc for doc in case.of("identity_proof") if doc.flat.search("个体工商户")), None)
    person = next(
        (
            doc
            for doc in case.of("identity_proof")
            if doc.flat.search("公民身份号码|身份证") and not doc.flat.search("统一社会信用代码")
        ),
        None,
    )
    if licence and not re.search("公司|有限", name):
        yield licence.read("party_kind", "sole_trader", licence.title, 0.95)
    elif case.best("party_code") or re.search(
        "公司|厂|店|委员会|学校|医院|中心|合作社|协会|集团|局$|院$|所$|银行|物业|酒店|宾馆", name
    ):
        yield replace(best, fact="party_kind", value="organisation", certainty=0.97)
    elif person or re.fullmatch("[一-鿿·]{2,4}", name):
        yield replace(best, fact="party_kind", value="individual", certainty=0.95)
        if person:
            found = person.flat.search(r"(?<![0-9])[1-9][0-9]{5}((?:19|20)[0-9]{6})[0-9]{3}[0-9X](?![0-9])")
            if found:
                day = found.group(1)
                yield person.read("party_born_on", f"{day[:4]}-{day[4:6]}-{day[6:]}", found.flat(), 0.97)


@cache
def _regions() -> dict[str, dict[str, list[str]]]:
    data: dict[str, dict[str, list[str]]] = load_plain(Path(__file__).with_name("regions.yaml"))
    return data


def territory(case: Case) -> Iterator[Reading]:
    """Whether the act lies within the authority's territory, by the names of prefectures and counties."""
    region = case.value("authority_region")
    if not region:
        return
    inside = _inside(str(region))
    places = [*case.ranked("act_place"), *_record_places(case)]
    for reading in places:
        text = re.sub(r"\s", "", str(reading.value))
        named = [name for name in _names() if name in text]
        if any(name in inside for name in named):
            yield replace(reading, fact="act_in_territory", value=True, certainty=0.95)
            return
        if named:
            yield replace(reading, fact="act_in_territory", value=False, certainty=0.85)
            return


@cache
def _names() -> tuple[str, ...]:
    """All prefectures and counties."""
    return tuple(
        name
        for cities in _regions().values()
        for city, counties in cities.items()
        for name in (city, *counties)
    )


def _inside(region: str) -> set[str]:
    for province, cities in _regions().items():
        if region in province:
            return {province, *cities, *(county for counties in cities.values() for county in counties)}
        for city, counties in cities.items():
            if region in (city, city.removesuffix("市"), "延边州") and (
                region != "延边州" or city.startswith("延边")
            ):
                return {city, *counties}
            if region in counties or region == city + next(
                (name for name in counties if region.endswith(name)), "—"
            ):
                return {region, *(name for name in counties if region.endswith(name))}
    return {region}


def _record_places(case: Case) -> list[Reading]:
    found = []
    for doc in case.of("inspection_record", "summary_decision", "recheck_record"):
        item = doc.field("(?:检查|勘验|现场|处罚|违法|案发)?(?:地点|地址)")
        if item:
            found.append(doc.read("act_place", item.text, item.value, 0.95))
    for doc in case.of("decision", "summary_decision"):
        place = doc.flat.search(r"在([一-鿿]{2,4}(?:省|市|州)[^，。；]{2,40})")
        if place:
            found.append(doc.read("act_place", place.group(1), place.flat(1), 0.9))
    return found


def seals(case: Case) -> Iterator[Reading]:
    """The seal on the main paper: there, not there, or not to be told."""
    for kind in (*MAIN, "correction_order"):
        for doc in case.of(kind)[:1]:
            yield from _seal(case, doc)
            return


def _seal(case: Case, doc: Doc) -> Iterator[Reading]:
    title = doc.closing[1] if doc.closing else doc.title
    if doc.seals:
        sure = max(mark.certainty for mark in doc.seals)
        if sure >= 0.5:
            yield doc.read("seal_present", True, title, min(0.98, sure))
        authority = str(case.value("authority") or "")
        name = seal_name(
            next((mark.text for mark in doc.seals if mark.text), ""), authority, doc.piece.source
        )
        if name:
            yield doc.read("seal_name", name, title, 0.9)
    elif doc.piece.source == "text" and doc.piece.media in ("docx", "pdf"):
        yield doc.read("seal_present", False, title, 0.85)


_SHARED = 0.5


def seal_name(words: str, authority: str, source: str) -> str | None:
    """The body that a seal names. Words read from the ring of a scanned seal are the authority's when most of its
    characters are there; they name another body only when they are whole and share little; else nobody can say."""
    if not words or not authority:
        return None
    shared = sum((Counter(words) & Counter(authority)).values()) / max(len(authority), 1)
    if near(words, authority) or (source == "ocr" and shared >= _SHARED):
        return authority
    whole = bool(re.search(r"(?:办公室|局|委员会|政府|公司|支队|大队|厅|中心)(?:[^一-鿿]*|.{0,4}章)$", words))
    return words if source != "ocr" or (whole and len(words) >= 6) else None
