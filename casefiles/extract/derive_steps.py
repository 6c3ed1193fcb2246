"""Facts that only several papers together show: services, terms, comparisons, who took part where."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from casefiles.extract.case import Case
from casefiles.extract.derive_party import MAIN
from casefiles.extract.doc import Reading
from casefiles.extract.flat import fold
from casefiles.extract.numbers import parse_number
from casefiles.extract.read_common import near

_SERVED = {
    "prior_notice": "notice_served_on",
    "decision": "decision_served_on",
    "summary_decision": "decision_served_on",
    "no_penalty_decision": "decision_served_on",
    "hearing_notice": "hearing_notice_served_on",
    "licence_decision": "licence_delivered_on",
    "licence_certificate": "licence_delivered_on",
    "inspection_result": "inspection_result_told_on",
    "demand_notice": "demand_served_on",
    "substitute_decision": "substitute_served_on",
}


def service_dates(case: Case) -> Iterator[Reading]:
    """The day on which each paper was served, and how the main one was."""
    for reading in case.all("services"):
        row = reading.value
        document = row.get("document", "")
        if document == "hearing_notice_right" and not case.rows("services", document="prior_notice"):
            document = "prior_notice"  # one paper tells both rights, or the hearing alone
        fact = _SERVED.get(document)
        if fact and row.get("served_on"):
            yield replace(reading, fact=fact, value=row["served_on"])
    main = next((kind for kind in MAIN if case.rows("services", document=kind)), None)
    if main is None and case.value("case_kind") == "inspection":
        main = "correction_order"
    for reading in case.rows("services", document=main or ""):
        if reading.value.get("method"):
            yield replace(reading, fact="service_method", value=reading.value["method"])
            if reading.value.get("sent_on") and main == "decision":
                yield replace(reading, fact="decision_sent_on", value=reading.value["sent_on"])


def hearing_right(case: Case) -> Iterator[Reading]:
    told = case.best("notice_states_hearing_right")
    if told is None:
        return
    served = case.best("notice_served_on") or case.best("notified_on")
    if told.value and served:
        yield replace(served, fact="hearing_right_notified_on")
    elif not told.value:
        yield replace(
            told, fact="hearing_right_notified_on", value=None, state="confirmed_absent", certainty=0.85
        )


def due_dates(case: Case) -> Iterator[Reading]:
    days, served = case.best("payment_days"), case.best("decision_served_on")
    if days and served and isinstance(days.value, int):
        due = date.fromisoformat(str(served.value)) + timedelta(days=days.value)
        yield replace(days, fact="payment_due_on", value=due.isoformat())
    ordered = case.of("correction_order")
    if ordered and not case.best("due_on"):
        doc = ordered[0]
        term = doc.flat.search(
            r"(?:收到|之日起|送达)[^。；]{0,16}?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:个)?(日|天|个月|月)(?:内|以内)[^。；]{0,40}(?:改正|补建|恢复|修建|拆除|完成|整改|缴纳)"
        )
        rows = case.rows("services", document="correction_order")
        start = rows[0].value.get("served_on") if rows else case.value("ordered_on")
        number = parse_number(term.group(1)) if term else None
        if term and number and start:
            begin = date.fromisoformat(str(start))
            end = (
                begin + timedelta(days=number) if term.group(2) in ("日", "天") else add_months(begin, number)
            )
            yield doc.read("due_on", end.isoformat(), term.flat(), 0.9)


def add_months(day: date, count: int) -> date:
    """``count`` months on, the last day of a shorter month."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return day


def discovered(case: Case) -> Iterator[Reading]:
    facts = ("registered_on", "inspected_on", "filed_on")
    if case.value("procedure") == "summary":
        facts = ("registered_on", "inspected_on", "decided_on")
    if case.value("case_kind") != "penalty":
        return
    known = [best for fact in facts if (best := case.best(fact)) and best.state == "recorded"]
    if known:
        yield replace(
            min(known, key=lambda reading: str(reading.value)), fact="discovered_on", certainty=0.95
        )


def comparisons(case: Case) -> Iterator[Reading]:
    """The decision against the notice, the reviewer against the officers."""
    told, decided = case.best("notice_kinds"), case.best("penalty_kinds")
    if told and decided:
        more = set(decided.value) - set(told.value)
        yield replace(decided, fact="kinds_beyond_notice", value=bool(more), certainty=0.93)
    earlier = _basis(case, "prior_notice")
    later = _basis(case, "decision")
    if earlier and later:
        changed = {key for key in later if key not in earlier and (key[0], key[1], None, None) not in earlier}
        yield replace(
            next(iter(later.values())), fact="basis_changed_after_notice", value=bool(changed), certainty=0.9
        )
    notices = case.of("prior_notice", "hearing_notice_right")
    if len([doc for doc in notices if doc.kind == "prior_notice"]) == 1:
        yield notices[0].read("renotified", False, notices[0].title, 0.95)
    elif len([doc for doc in notices if doc.kind == "prior_notice"]) > 1:
        yield notices[-1].read("renotified", True, notices[-1].title, 0.7)
    reviewer = case.best("legal_reviewer")
    officers = {str(reading.value["name"]) for reading in case.all("officers")}
    if reviewer and officers:
        yield replace(reviewer, fact="reviewer_is_investigator", value=str(reviewer.value) in officers)
    host = case.best("hearing_host")
    if host and case.value("case_kind") == "licence":
        yield replace(host, fact="hearing_host_is_reviewer", value=str(host.value) in officers)


def _basis(case: Case, kind: str) -> dict[tuple[Any, ...], Reading]:
    return {
        (row.value["law"], row.value.get("article"), row.value.get("paragraph"), row.value.get("item")): row
        for row in case.rows("cited", document=kind, role="penalty")
    }


def officers(case: Case) -> None:
    """One row an officer, with all papers that name them; names misread in a scan follow the certificate."""
    names: dict[str, Reading] = {}
    steps: dict[str, set[str]] = {}
    for reading in case.all("officers"):
        name, certificate = reading.value["name"], reading.value["certificate"]
        key = next(
            (
                known
                for known, row in names.items()
                if known == name or row.value["certificate"] == certificate
            ),
            name,
        )
        if key not in names or reading.place.confidence > names[key].place.confidence + 0.02:
            names[key] = replace(reading, value=dict(reading.value))
        steps.setdefault(key, set()).update(reading.value["steps"])
    rows = []
    for key, reading in names.items():
        rows.append(replace(reading, value={**reading.value, "steps": sorted(steps[key])}))
    case.replace("officers", rows)


def unconfirmed(case: Case) -> Iterator[Reading]:
    """What a signed-off file that never says otherwise shows not to be."""
    if not case.signed_off or not case.docs or case.value("case_kind") != "penalty":
        return
    text = "".join(doc.text for doc in case.docs)
    readable = all(doc.kind != "unreadable" for doc in case.docs)
    spot = next(
        (doc for doc in case.docs if doc.kind in ("decision", "summary_decision", "investigation_report")),
        case.docs[0],
    )
    if not readable:
        return
    for fact, words in (
        ("health_or_finance_harm", "生命健康|金融安全|伤亡|危害后果严重"),
        ("jurisdiction_assigned", "指定管辖|管辖通知"),
    ):
        if not re.search(words, text):
            yield spot.read(fact, False, spot.title, 0.85)
    for fact in ("already_corrected", "mitigation_recorded"):
        if not case.best(fact):
            yield spot.read(fact, False, spot.title, 0.8)
    if case.value("procedure") == "summary" and not case.best("spot_told"):
        yield spot.read("spot_told", [], spot.title, 0.8)
    if not case.has("waiver"):
        for fact in ("waives_statement", "waives_hearing"):
            yield spot.read(fact, False, spot.title, 0.85)
    if case.has("hearing_request"):
        for fact in ("hearing_withdrawn", "hearing_abandoned"):
            if not case.best(fact):
                yield spot.read(fact, False, spot.title, 0.8)
    if not case.has("decision", "summary_decision", "no_penalty_decision"):
        yield spot.read("decided_on", None, spot.title, 0.8, state="not_yet")


def review_resolved(case: Case) -> Iterator[Reading]:
    """Whether what the legal review objected to was settled: agreed to later, or decided by the head in writing."""
    reviews = case.of("legal_review")
    results = {reading.step: str(reading.value) for reading in case.all("legal_review_result")}
    first = reviews[0] if reviews else None
    if first is None or results.get(first.step) not in ("disagree", "agree_with_changes", "transfer"):
        return
    again = [doc for doc in reviews[1:] if results.get(doc.step) == "agree"]
    words = "(?:已|按照?)[^。]{0,12}审核意见[^。]{0,10}(?:修改|补正|完善)|(?:修改|补正)[^。]{0,6}说明"
    said = next(
        (
            found
            for doc in case.of("decision_approval", "penalty_approval", "legal_review", "panel_discussion")
            if (found := doc.flat.search(words))
        ),
        None,
    )
    if again:
        yield again[0].read("legal_review_resolved", True, again[0].title, 0.9)
    elif said:
        yield first.read("legal_review_resolved", True, said.flat(), 0.8)
    elif case.signed_off:
        yield first.read("legal_review_resolved", False, first.title, 0.85)


def statements(case: Case) -> Iterator[Reading]:
    """Whether the party spoke: by its own papers first, else by what the decision tells."""
    if case.has("statement_record") or case.all("statement_made"):
        return
    for doc in case.of("decision", "decision_approval", "panel_discussion", "waiver", "summary_decision"):
        none = doc.flat.search(
            "(?:未|没有|不)(?:提出|进行)?[^。；，]{0,4}陈述[^。；]{0,20}|放弃[^。；]{0,8}(?:陈述|上述权利)"
        )
        made = doc.flat.search("(?:提出|收到|提交)[^。；]{0,14}(?:陈述|申辩)(?:意见)?")
        if none:
            yield doc.read("statement_made", False, none.flat(), 0.93)
            return
        if made:
            yield doc.read("statement_made", True, made.flat(), 0.85)
            return


def licence_facts(case: Case) -> Iterator[Reading]:
    if case.value("case_kind") not in ("licence", "confirmation"):
        return
    docs = [
        doc
        for doc in case.docs
        if doc.kind not in ("cover", "inventory", "archive_note", "licence_application", "correction_request")
    ]
    titles = [
        re.sub(
            r"复印件|（节选）|节选|[《》（）\s]|^[0-9]+",
            "",
            fold(doc.piece.title + doc.piece.file.rsplit("/", 1)[-1]),
        )
        for doc in docs
    ]
    seen, rows = set(), []
    for reading in case.all("licence_materials"):
        name = re.sub(r"复印件|（节选）|节选|[《》（）\s]", "", reading.value["name"])
        if name in seen:
            continue
        seen.add(name)
        present = any(
            name in title or (len(name) > 4 and title.startswith(name[:6])) for title in titles
        ) or name in ("申请书", "申请表")
        if not present:
            present = any(_overlap(name, title) for title in titles)
        rows.append(replace(reading, value={"name": reading.value["name"], "present": present}))
    if rows:
        case.replace("licence_materials", rows)
    if case.signed_off and not case.has("exclusion_notice") and case.docs:
        spot = case.docs[0]
        yield spot.read("licence_excluded_days", 0, spot.title, 0.85)
    if (
        case.signed_off
        and not case.best("licence_fee_charged")
        and not case.has("fee_receipt", "payment_receipt")
        and case.docs
    ):
        yield case.docs[0].read("licence_fee_charged", False, case.docs[0].title, 0.8)


def _overlap(name: str, title: str) -> bool:
    return len(name) >= 4 and near(name, title[: len(name) + 2])


def title_of_act(case: Case) -> Iterator[Reading]:
    """An on-the-spot case has no 案由: the act as the decision tells it."""
    if case.best("case_title"):
        return
    for doc in case.of("summary_decision", "decision"):
        found = doc.flat.search(r"(?:实施了|有|存在)([^，。；（]{4,40})(?:（[^）]*）)?的(?:违法)?行为")
        if found:
            yield doc.read("case_title", found.group(1), found.flat(1), 0.9)
            return
