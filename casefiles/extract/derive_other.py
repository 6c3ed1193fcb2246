"""Facts of licences, coercion and information requests that several papers together show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from casefiles.extract.case import Case
from casefiles.extract.derive_steps import add_months
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.people import find_officers
from casefiles.extract.read_records import officer_signatures

_TOLD = {
    "coercion_extension_told": ("extension_decision",),
    "coercion_excluded_told": ("exclusion_notice",),
    "licence_extension_told": ("extension_notice",),
    "licence_excluded_told": ("exclusion_notice",),
    "request_extension_told": ("extension_notice",),
}
_KIND_OF_TOLD = {"coercion": "coercion", "licence": "licence", "request": "disclosure_request"}
_COERCIVE = (
    "coercion_decision",
    "seizure_list",
    "enforcement_decision",
    "substitute_decision",
    "release_decision",
)


def other_facts(case: Case) -> Iterator[Reading]:
    """All of them, as far as the kind of case calls for them."""
    kind = case.value("case_kind")
    yield from _told(case, str(kind))
    if kind == "coercion" or case.has(*_COERCIVE):
        yield from _coercion(case)
    if kind == "disclosure_request":
        yield from _request(case)
    yield from _terms(case)


def _told(case: Case, kind: str) -> Iterator[Reading]:
    """A paper that extends or excludes time was told when it was served or signed for."""
    for fact, papers in _TOLD.items():
        if _KIND_OF_TOLD[fact.split("_")[0]] != kind:
            continue
        for doc in case.of(*papers)[:1]:
            served = any(case.rows("services", document=paper) for paper in papers)
            signed = any(item.signed and item.value.hand() for item in doc.fields)
            reasons = doc.flat.search("因|由于|理由|期间|检测|检验|鉴定")
            yield doc.read(fact, bool(reasons) and (served or signed), doc.title, 0.85)


def _coercion(case: Case) -> Iterator[Reading]:
    if case.signed_off and not case.has("exclusion_notice"):
        spot = case.of(*_COERCIVE)[0] if case.has(*_COERCIVE) else case.docs[0]
        yield spot.read("coercion_excluded_days", 0, spot.title, 0.85)
    for doc in case.of("scene_record")[:1]:
        yield from _officers(doc)
    decided = case.best("coercion_decided_on")
    for reading in case.rows("services", document="coercion_decision"):
        same = decided is not None and reading.value.get("served_on") == decided.value
        if same and reading.value.get("signed_by") not in (None, "none"):
            yield replace(reading, fact="handed_on_scene", value=True, certainty=0.93)
        if reading.value.get("served_on") and case.value("coercion_measure") == "freeze":
            yield replace(reading, fact="freeze_served_on", value=reading.value["served_on"])
    for reading in case.rows("services", document="demand_notice"):
        if reading.value.get("served_on") and case.has("substitute_decision"):
            yield replace(reading, fact="substitute_demanded_on", value=reading.value["served_on"])
    for doc in case.of("demand_notice")[:1]:
        spoken = case.has("statement_record")
        yield doc.read("demand_answered", spoken, doc.title, 0.8)
        if spoken:
            yield doc.read("demand_answer_reviewed", case.has("statement_review"), doc.title, 0.8)


def _officers(doc: Doc) -> Iterator[Reading]:
    certified = {officer.name for officer in find_officers(doc.text)}
    signed = officer_signatures(doc) or []
    if certified or signed:
        yield doc.read(
            "coercion_officers_qualified", bool(certified) and set(signed) <= certified, doc.title, 0.85
        )


def _request(case: Case) -> Iterator[Reading]:
    if not case.signed_off or not case.docs:
        return
    spot = case.docs[0]
    yield spot.read("request_corrections", len(case.of("correction_request")), spot.title, 0.9)
    if not case.has("third_party_consultation", "third_party_opinion"):
        yield spot.read("consultation_days", 0, spot.title, 0.85)
        if not case.best("concerns_third_party"):
            yield spot.read("third_party_asked", False, spot.title, 0.8)


def _terms(case: Case) -> Iterator[Reading]:
    """Six months from service: the end of the time to sue, and of every remedy."""
    served = case.best("decision_served_on")
    if served is None or not case.has("enforcement_application", "enforcement_decision", "demand_notice"):
        return
    end = add_months(date.fromisoformat(str(served.value)), 6)
    for fact in ("litigation_term_end", "remedy_term_end"):
        yield replace(served, fact=fact, value=end.isoformat(), certainty=0.85)
