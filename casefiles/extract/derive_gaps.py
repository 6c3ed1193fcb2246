"""What a scan did not give and another paper does: dates under a seal that stand in the inventory too."""

from collections.abc import Iterator
from dataclasses import replace

from casefiles.extract.case import Case
from casefiles.extract.dates import blank_date
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.read_archive import FRAME, match_rows

_DATED = {
    "prior_notice": "notified_on",
    "decision": "decided_on",
    "legal_review": "legal_reviewed_on",
    "investigation_report": "investigation_closed_on",
    "correction_order": "ordered_on",
    "filing_approval": "filed_on",
    "decision_approval": "approved_on",
    "closing_approval": "closed_on",
    "licence_decision": "licence_decided_on",
    "licence_application": "applied_on",
    "waiver": "waived_on",
    "statement_review": "statement_reviewed_on",
    "demand_notice": "demanded_on",
}


def dates_of_inventory(case: Case) -> Iterator[Reading]:
    """The date that the inventory gives for a scanned paper whose own date could not be read; never for a paper
    whose date was left blank."""
    papers = [doc for doc in case.docs if doc.kind not in FRAME]
    for reading in case.all("inventory_rows"):
        day = reading.value.get("date")
        found = match_rows([reading.value["title"]], papers, set())[0] if day else None
        fact = _DATED.get(found.kind) if found else None
        if found is None or fact is None or case.best(fact) or not _unread(found):
            continue
        yield replace(reading, fact=fact, value=day, certainty=0.8)


def _unread(doc: Doc) -> bool:
    return doc.piece.source == "ocr" and not any(blank_date(line.text) for line in doc.body)
