"""Which readers read which kinds of paper, and in what order facts of the whole case are drawn."""

from collections.abc import Callable, Iterator, Sequence

from casefiles.extract import derive_gaps as gaps
from casefiles.extract import derive_party as party
from casefiles.extract import derive_steps as steps
from casefiles.extract import read_decision as decision
from casefiles.extract import read_licence as licence
from casefiles.extract import read_notice as notice
from casefiles.extract import read_payment as payment
from casefiles.extract import read_review as review
from casefiles.extract import read_service as service
from casefiles.extract import read_summary as summary
from casefiles.extract.case import Case
from casefiles.extract.derive_other import other_facts
from casefiles.extract.doc import Doc, Reading, number
from casefiles.extract.read_archive import read_inventory, read_papers, read_volumes
from casefiles.extract.read_common import read_common
from casefiles.extract.read_evidence import evidence_relied, read_appraisal, read_copies
from casefiles.extract.read_phrases import read_phrases
from casefiles.extract.read_recordings import read_recordings
from casefiles.extract.read_records import RECORDS, read_officers, read_record, read_recusal, read_signatures
from casefiles.extract.read_remedies import read_remedies
from casefiles.kinds import Piece

Reader = Callable[[Doc], Iterator[Reading]]


def _approved(doc: Doc) -> Iterator[Reading]:
    return review.approval(doc, "approved_on")


def _penalty_approved(doc: Doc) -> Iterator[Reading]:
    """A form for the penalty that is not about the notice approves the decision itself."""
    if "告知" not in doc.piece.title:
        yield from review.approval(doc, "approved_on")


_BY_KIND: dict[str, tuple[Reader, ...]] = {
    "cover": (review.read_cover,),
    "archive_note": (review.read_archive_note,),
    "source_register": (review.read_source,),
    "filing_approval": (review.read_filing,),
    "inspection_record": (summary.read_inspection_scene, summary.read_spot_record),
    "interview_record": (read_recusal,),
    "recheck_record": (lambda doc: notice.correction_outcome(doc, doc.flat),),
    "correction_order": (notice.read_correction,),
    "prior_notice": (notice.read_prior_notice, payment.read_works),
    "hearing_notice_right": (notice.read_prior_notice,),
    "statement_record": (notice.read_statement,),
    "statement_review": (notice.read_statement_review,),
    "waiver": (notice.read_waiver,),
    "hearing_request": (notice.read_hearing_request,),
    "hearing_notice": (notice.read_hearing_notice,),
    "hearing_record": (notice.read_hearing_record,),
    "preservation_approval": (notice.read_preservation,),
    "preservation_notice": (notice.read_preservation,),
    "preservation_disposal": (notice.read_preservation,),
    "demand_notice": (notice.read_demand,),
    "investigation_report": (review.read_report, review.case_title, payment.read_works),
    "legal_review": (review.read_legal_review,),
    "panel_discussion": (review.read_panel,),
    "penalty_approval": (_penalty_approved,),
    "decision_approval": (_approved,),
    "decision": (
        decision.read_decision,
        read_remedies,
        review.read_findings,
        notice.stated_rate,
        payment.read_works,
        lambda doc: notice.correction_outcome(doc, doc.flat),
    ),
    "summary_decision": (
        decision.read_decision,
        read_remedies,
        summary.read_summary,
        service.read_handed_over,
    ),
    "no_penalty_decision": (decision.read_decision, read_remedies),
    "filing_report": (summary.read_filing_report,),
    "service_receipt": (service.read_receipt,),
    "public_service": (service.read_public_service,),
    "payment_receipt": (payment.read_payment,),
    "fee_receipt": (payment.read_fee,),
    "calculation_sheet": (payment.read_works, read_copies),
    "evidence_item": (payment.read_works, read_copies),
    "identity_proof": (read_copies,),
    "appraisal": (read_appraisal,),
    "publicity_record": (payment.read_publicity,),
    "closing_approval": (review.read_closing,),
    "exclusion_notice": (summary.read_exclusion,),
    "licence_application": (licence.read_application, payment.read_works),
    "material_receipt": (licence.read_material_receipt,),
    "correction_request": (licence.read_correction_request,),
    "acceptance": (licence.read_acceptance,),
    "refusal_to_accept": (licence.read_refusal_to_accept,),
    "verification_record": (licence.read_verification,),
    "licence_approval": (licence.read_licence_approval, _approved),
    "licence_decision": (licence.read_licence_decision, read_remedies, payment.read_works),
    "licence_certificate": (licence.read_certificate,),
    "extension_notice": (licence.read_extension,),
    "inspection_approval": (summary.read_inspection_approval, summary.read_inspection_object, _approved),
    "inspection_notice": (summary.read_inspection_notice, summary.read_inspection_object),
    "inspection_result": (summary.read_inspection_result,),
    "coercion_decision": (summary.read_coercion, read_remedies),
    "enforcement_decision": (summary.read_coercion, read_remedies),
    "substitute_decision": (summary.read_coercion,),
    "enforcement_application": (summary.read_coercion,),
    "extension_decision": (summary.read_coercion_dates,),
    "release_decision": (summary.read_coercion_dates,),
    "coercion_approval": (summary.read_coercion_dates, _approved),
}
_CASE: tuple[Callable[[Case], Iterator[Reading]], ...] = (
    gaps.dates_of_inventory,
    party.case_kind,
    party.procedure,
    party.authority_facts,
    party.party_facts,
    party.territory,
    party.seals,
    steps.service_dates,
    steps.hearing_right,
    steps.due_dates,
    steps.discovered,
    steps.review_resolved,
    steps.statements,
    steps.title_of_act,
    steps.comparisons,
    steps.licence_facts,
    other_facts,
    evidence_relied,
    steps.unconfirmed,
)


def read_doc(doc: Doc) -> Iterator[Reading]:
    """All readings of one paper."""
    if not doc.body and not doc.piece.sheets:
        return
    yield from read_common(doc)
    if doc.kind in RECORDS:
        yield from read_record(doc)
    yield from read_signatures(doc)
    if doc.kind not in ("inventory", "cover", "archive_note", "recording_list"):
        yield from read_officers(doc)
    for reader in _BY_KIND.get(doc.kind, ()):
        yield from reader(doc)
    yield from read_phrases(doc)


def read_case(pieces: Sequence[Piece], signed_off: bool = True) -> Case:
    """All readings of a case: paper by paper, then what the papers show together."""
    docs = [Doc(piece) for piece in pieces]
    number(docs)
    case = Case(docs, signed_off)
    for doc in docs:
        case.add(read_doc(doc))
    party.unify_names(case)
    steps.officers(case)
    case.add(read_papers(docs))
    case.add(read_inventory(docs))
    case.add(read_volumes(docs))
    case.add(read_recordings(docs, case.all("services")))
    for derive in _CASE:
        case.add(list(derive(case)))
    return case
