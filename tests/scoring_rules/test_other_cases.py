"""Clean case files of every kind but ordinary penalties, and for each rule one change that breaks exactly it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from scoring_rules import CaseInput, Fact, decode, grade_case, load_pack, load_standard, vocabulary

ARCHIVE = {
    "inventory_rows": [
        {"volume": 1, "n": 1, "title": "文书一", "page_from": 1, "page_to": 1, "found": True, "fixed_pages": True,
         "actual_from": 1, "follows": True},
        {"volume": 1, "n": 2, "title": "文书二", "page_from": 2, "page_to": 3, "found": True, "fixed_pages": True,
         "actual_from": 2, "follows": True},
    ],
    "volumes": [{"volume": 1, "has_cover": True, "cover_items": 2, "cover_pages": 3, "note_items": 2,
                 "note_pages": 3, "inventory_items": 2, "last_page": 3}],
    "papers_not_in_inventory": 0, "retention_stated": True,
}  # fmt: skip
PUBLIC = {"publicity_shows_private": False, "publicity_shows_works_data": False}
RECORDINGS = {
    "recordings_listed": [{"n": 1, "step": "现场", "present": True, "readable": True, "in_step": True, "altered": False}],
    "recording_steps_required": True, "recording_retention_stated": True, "prior_disclosure_current": True,
    "conduct_flag": [],
}  # fmt: skip
COMMON = {**ARCHIVE, **PUBLIC, **RECORDINGS, "legal_review_required": False}
FOLDER = {"cover", "inventory", "archive_note", "recording_list", "publicity_record", "service_receipt"}


def _papers(*kinds: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "n": 1, "dated": True, "sealed": True, "blanks": 0, "unsealed_corrections": 0}
        for kind in kinds
    ]


LICENCE_DOCUMENTS = FOLDER | {
    "licence_application", "material_receipt", "correction_request", "acceptance", "verification_record",
    "licence_approval", "licence_decision", "licence_certificate",
}  # fmt: skip
LICENCE = {
    **COMMON, "case_kind": "licence", "licence_matter": "new", "licence_result": "grant",
    "licence_handling": "ordinary", "applied_on": "2024-08-05", "materials_received_on": "2024-08-05",
    "correction_requested_on": "2024-08-07", "accepted_on": "2024-08-12", "verified_on": "2024-08-15",
    "licence_decided_on": "2024-08-28", "licence_delivered_on": "2024-08-30", "published_on": "2024-09-02",
    "licence_number": "松人防易许〔2024〕1号", "cover_number": "松人防易许〔2024〕1号",
    "officers_per_step": {"verification_record": 2}, "third_party_interest": False, "licence_fee_charged": False,
    "licence_conditions_met": True, "verification_finds_mismatch": False, "licence_excluded_days": 0,
    "licence_materials": [{"name": "申请书", "present": True}], "licence_on_list": True,
    "licence_extra_conditions": False, "materials_off_list": False,
    "papers": _papers("correction_request", "acceptance", "licence_decision", "licence_certificate"),
}  # fmt: skip
HEARING_DOCUMENTS = LICENCE_DOCUMENTS | {
    "interested_party_notice", "hearing_notice_right", "hearing_request", "hearing_notice", "hearing_record",
}  # fmt: skip
HEARING = {
    **LICENCE, "third_party_interest": True, "third_party_heard": True, "hearing_right_notified_on": "2024-08-13",
    "hearing_requested_on": "2024-08-14", "hearing_notice_served_on": "2024-08-15", "hearing_held_on": "2024-08-27",
    "hearing_host_is_reviewer": False,
}  # fmt: skip
REFUSAL = {
    **LICENCE, "licence_result": "refuse", "refusal_states_reasons": True, "decision_states_remedies": True,
    "refusal_on_testing": False,
}  # fmt: skip
RENEWAL = {**LICENCE, "licence_matter": "renewal", "licence_expires_on": "2024-09-30"}
REVOCATION_DOCUMENTS = FOLDER | {"licence_approval", "licence_revocation"}
REVOCATION = {
    **COMMON, "case_kind": "licence", "licence_matter": "revocation", "licence_result": "grant",
    "revocation_ground": "unqualified", "revocation_evidenced": True, "revocation_public_harm": False,
    "revocation_compensation_considered": True, "licence_decided_on": "2024-08-28", "published_on": "2024-09-02",
    "licence_number": "松人防撤许〔2024〕1号", "cover_number": "松人防撤许〔2024〕1号", "licence_on_list": True,
    "licence_extra_conditions": False, "licence_fee_charged": False, "papers": _papers("licence_revocation"),
}  # fmt: skip

INSPECTION_DOCUMENTS = FOLDER | {
    "inspection_approval",
    "inspection_notice",
    "inspection_record",
    "inspection_result",
}
INSPECTION = {
    **COMMON, "case_kind": "inspection", "inspected_on": "2025-04-15", "published_on": "2025-05-06",
    "order_number": "辽人防责改〔2025〕1号", "cover_number": "辽人防责改〔2025〕1号", "inspects_enterprise": True,
    "inspection_urgent": False, "inspection_approved_on": "2025-04-08", "inspection_notified_on": "2025-04-09",
    "inspection_on_list": True, "outsider_inspects": False, "officers_per_step": {"inspection_record": 2},
    "records": [{"kind": "inspection_record", "n": 1, "id_shown": True, "party_signed": True, "refusal_noted": False}],
    "inspection_found_violation": False, "inspections_this_year": 1, "inspection_cap": 2,
    "inspection_apart_from_cap": False, "papers": _papers("inspection_record"),
}  # fmt: skip

SEIZURE_DOCUMENTS = FOLDER | {
    "coercion_approval",
    "coercion_decision",
    "seizure_list",
    "scene_record",
    "release_decision",
}
SEIZURE = {
    **COMMON, "case_kind": "coercion", "coercion_measure": "seal", "coercion_decided_on": "2024-03-04",
    "coercion_power_by_law": True, "coercion_delegated": False, "coercion_urgent": False,
    "coercion_approved_at": "2024-03-04T09:00:00", "coercion_started_at": "2024-03-04T10:00:00",
    "officers_per_step": {"scene_record": 2}, "coercion_officers_qualified": True, "party_absent": False,
    "records": [{"kind": "scene_record", "n": 1, "id_shown": True, "party_signed": True, "refusal_noted": False}],
    "party_called": True, "coercion_told": ["reason", "basis", "rights", "remedies"], "coercion_party_heard": True,
    "coercion_decision_elements": ["party", "reason_basis_term", "object", "remedies", "authority"],
    "seizure_list_copies": 2, "handed_on_scene": True, "object_unrelated": False, "object_daily_necessity": False,
    "object_already_seized": False, "coercion_from": "2024-03-04", "coercion_until": "2024-04-03",
    "coercion_excluded_days": 0, "released_on": "2024-04-01", "release_ground_on": "2024-04-01",
    "goods_returned": True, "coercion_forfeited": False, "goods_used_or_damaged": False,
    "custody_charged_to_party": False, "coercion_number": "吉人防封〔2024〕1号", "cover_number": "吉人防封〔2024〕1号",
    "published_on": "2024-03-20", "papers": _papers("coercion_decision"),
}  # fmt: skip
FREEZE_DOCUMENTS = (SEIZURE_DOCUMENTS - {"seizure_list"}) | {"freeze_notice"}
FREEZE = {
    **SEIZURE, "coercion_measure": "freeze", "frozen_sum": "1000.00", "sum_involved": "1000.00",
    "freeze_notice_given": True, "frozen_on": "2024-03-04", "freeze_served_on": "2024-03-06",
}  # fmt: skip
ENFORCEMENT_DOCUMENTS = FOLDER | {"demand_notice", "enforcement_decision"}
ENFORCEMENT = {
    **COMMON, "case_kind": "coercion", "coercion_measure": "restore", "enforcement_decided_on": "2024-06-20",
    "immediate_clearing": False, "demand_served_on": "2024-06-03", "demand_due_on": "2024-06-13",
    "demand_elements": ["term", "way", "rights"], "obligation_is_money": False, "demand_answered": False,
    "hiding_assets_proven": False, "enforcement_elements": ["party", "reason_basis", "way_time", "remedies", "authority"],
    "enforced_at": "2024-07-01T10:00:00", "enforcement_urgent": False, "utilities_cut": False, "own_power_by_law": True,
    "coercion_number": "吉人防强执〔2024〕1号", "cover_number": "吉人防强执〔2024〕1号", "published_on": "2024-06-25",
    "papers": _papers("enforcement_decision"),
}  # fmt: skip
DEMOLITION_DOCUMENTS = ENFORCEMENT_DOCUMENTS | {"demolition_announcement"}
DEMOLITION = {
    **ENFORCEMENT,
    "coercion_measure": "demolish",
    "remedy_term_end": "2024-06-03",
    "remedies_unused": True,
}
SUBSTITUTE_DOCUMENTS = FOLDER | {"demand_notice", "substitute_decision"}
SUBSTITUTE = {
    **ENFORCEMENT, "coercion_measure": "substitute", "substitute_harm": True,
    "substitute_elements": ["party", "reason_basis", "way_time", "object", "cost", "agent"],
    "substitute_served_on": "2024-06-21", "substitute_demanded_on": "2024-06-24", "substituted_on": "2024-07-01",
    "agent_interested": False, "substitute_supervised": True, "substitute_signed": True,
    "substitute_cost": "100.00", "substitute_actual_cost": "100.00",
}  # fmt: skip
SURCHARGE_DOCUMENTS = ENFORCEMENT_DOCUMENTS | {"surcharge_decision"}
SURCHARGE = {**ENFORCEMENT, "coercion_measure": "collect", "surcharge_from": "2024-05-01"}
COURT_DOCUMENTS = FOLDER | {"demand_notice", "enforcement_application"}
COURT = {
    **COMMON, "case_kind": "coercion", "coercion_measure": "court", "court_applied_on": "2024-07-05",
    "enforcement_decided_on": "2024-07-05", "litigation_term_end": "2024-06-03", "remedies_unused": True,
    "demand_served_on": "2024-06-12", "performed": False, "court_file": ["application", "decision", "views", "object"],
    "application_signed_sealed": True, "coercion_number": "吉人防申执〔2024〕1号",
    "cover_number": "吉人防申执〔2024〕1号", "published_on": "2024-07-10", "immediate_clearing": False,
    "papers": _papers("enforcement_application"),
}  # fmt: skip

SUMMARY_DOCUMENTS = {"summary_decision", "inspection_record", "identity_proof", "filing_report", "payment_receipt",
                     "publicity_record", "recording_list"}  # fmt: skip
SUMMARY = {
    **PUBLIC, **RECORDINGS, "case_kind": "penalty", "procedure": "summary", "decided_on": "2024-08-14",
    "decision_number": "白山人防当罚〔2024〕1号", "party_kind": "individual", "penalty_kinds": ["warning", "fine"],
    "fine_decided": "100.00", "officers_per_step": {"summary_decision": 2}, "summary_facts_clear": True,
    "spot_certificates_shown": True, "spot_told": ["facts", "reasons", "basis", "penalty", "rights"],
    "spot_heard": True, "handed_on_spot": True, "collected_on_spot": True, "hard_to_collect_later": False,
    "remote_area_request": False, "fiscal_receipt_given": True, "collected_on": "2024-08-14",
    "handed_in_on": "2024-08-15", "banked_on": "2024-08-16", "reconsideration_first": True,
    "summary_elements": ["act", "kind_basis", "amount", "time", "place", "remedies", "authority", "signature"],
    "published_on": "2024-08-19", "papers": _papers("summary_decision"),
}  # fmt: skip

REQUEST_DOCUMENTS = {
    "cover",
    "inventory",
    "archive_note",
    "service_receipt",
    "disclosure_request_form",
    "disclosure_reply",
}
REQUEST = {
    **ARCHIVE, "case_kind": "disclosure_request", "request_received_on": "2024-08-05", "replied_on": "2024-08-20",
    "consultation_days": 0, "reply_result": "refused", "refusal_ground": "third_party", "reply_states_reason": True,
    "separable_given": True, "reply_states_remedies": True, "reply_states_reconsideration_first": True,
    "concerns_third_party": True, "third_party_asked": True, "third_party_objected": True, "conduct_flag": [],
    "reply_number": "吉人防依复〔2024〕1号", "cover_number": "吉人防依复〔2024〕1号",
    "papers": _papers("disclosure_reply"),
}  # fmt: skip
ANNULLED_DOCUMENTS = SUMMARY_DOCUMENTS | {"annulment", "publicity_withdrawal"}
ANNULLED = {
    **SUMMARY, "annulled_on": "2024-10-08", "withdrawn_on": "2024-10-09", "withdrawal_explained": True,
    "annulled_on_merits": False,
}  # fmt: skip
REVIEWED_DOCUMENTS = LICENCE_DOCUMENTS | {"legal_review"}
REVIEWED = {
    **LICENCE, "legal_reviewed_on": "2024-08-27", "legal_review_result": "agree",
    "legal_review_items": ["subject", "procedure", "facts", "law", "authority", "documents", "crime"],
}  # fmt: skip

CASES: Mapping[str, tuple[Mapping[str, Any], set[str]]] = {
    "licence": (LICENCE, LICENCE_DOCUMENTS),
    "hearing": (HEARING, HEARING_DOCUMENTS),
    "refusal": (REFUSAL, LICENCE_DOCUMENTS),
    "renewal": (RENEWAL, LICENCE_DOCUMENTS),
    "revocation": (REVOCATION, REVOCATION_DOCUMENTS),
    "reviewed": (REVIEWED, REVIEWED_DOCUMENTS),
    "inspection": (INSPECTION, INSPECTION_DOCUMENTS),
    "seizure": (SEIZURE, SEIZURE_DOCUMENTS),
    "freeze": (FREEZE, FREEZE_DOCUMENTS),
    "enforcement": (ENFORCEMENT, ENFORCEMENT_DOCUMENTS),
    "demolition": (DEMOLITION, DEMOLITION_DOCUMENTS),
    "substitute": (SUBSTITUTE, SUBSTITUTE_DOCUMENTS),
    "surcharge": (SURCHARGE, SURCHARGE_DOCUMENTS),
    "court": (COURT, COURT_DOCUMENTS),
    "summary": (SUMMARY, SUMMARY_DOCUMENTS),
    "annulled": (ANNULLED, ANNULLED_DOCUMENTS),
    "request": (REQUEST, REQUEST_DOCUMENTS),
}
OURS = "SLCIGTA"
# rules that the facts of a clean case must settle as met
MET = {
    "licence": "L01 L02 L03 L04 L06 L10 L11 L12 L13 L17 L18 T01 T03 T05 T08 A01 A02 A03",
    "hearing": "L05 L07",
    "refusal": "L09",
    "renewal": "L14",
    "revocation": "L16",
    "reviewed": "T06 T07",
    "inspection": "I01 I02 I03 I04 I05 T01 T05 A01 A03",
    "seizure": "C01 C02 C03 C04 C05 C06 C07 C08 C09 C17 T01 A03",
    "freeze": "C02 C05 C07 C10",
    "enforcement": "C11 C12 C16 A03",
    "demolition": "C13",
    "substitute": "C14",
    "surcharge": "C18",
    "court": "C15 C19",
    "summary": "S01 S02 S03 S04 S05 S06 S07 S08 T01 T03 T05",
    "annulled": "T02",
    "request": "G01 G02 G03 A01 A03",
}
Change = Mapping[str, Any]
# rule, clean case, changed facts, documents taken out, and further rules that the same fault breaks
BREACHES: list[tuple[str, str, Change, set[str], str]] = [
    ("L01", "licence", {"licence_on_list": False}, set(), ""),
    ("L02", "licence", {"correction_requested_on": "2024-08-13", "licence_decided_on": "2024-08-28"}, set(), ""),
    ("L03", "licence", {"papers": [{**paper, "dated": paper["kind"] != "acceptance"} for paper in LICENCE["papers"]]}, set(), ""),
    ("L04", "licence", {"officers_per_step": {"verification_record": 1}}, set(), ""),
    ("L05", "hearing", {"third_party_heard": False}, set(), ""),
    ("L06", "licence", {"licence_decided_on": "2024-09-10", "licence_delivered_on": "2024-09-11", "published_on": "2024-09-11"}, set(), ""),
    ("L07", "hearing", {"hearing_notice_served_on": "2024-08-20"}, set(), ""),
    ("L08", "hearing", {"hearing_host_is_reviewer": True}, set(), ""),
    ("L09", "refusal", {"refusal_states_reasons": False}, set(), ""),
    ("L10", "licence", {"licence_delivered_on": "2024-09-12"}, set(), ""),
    ("L11", "licence", {}, {"publicity_record"}, "T01"),
    ("L12", "licence", {"licence_fee_charged": True, "licence_fee_basis": False}, set(), ""),
    ("L13", "licence", {"licence_conditions_met": False}, set(), ""),
    ("L14", "renewal", {"licence_expires_on": "2024-08-27"}, set(), ""),
    ("L16", "revocation", {"revocation_ground": "none"}, set(), ""),
    ("L17", "licence", {"materials_off_list": True}, set(), ""),
    ("L18", "licence", {"papers": [{**paper, "sealed": paper["kind"] != "licence_decision"} for paper in LICENCE["papers"]]}, set(), ""),
    ("I01", "inspection", {"outsider_inspects": True}, set(), ""),
    ("I02", "inspection", {"inspection_approved_on": "2025-04-16"}, set(), ""),
    ("I03", "inspection", {"officers_per_step": {"inspection_record": 1}}, set(), ""),
    ("I04", "inspection", {"inspections_this_year": 3}, set(), ""),
    ("I05", "inspection", {"inspection_found_violation": True}, set(), ""),
    ("C01", "seizure", {"coercion_power_by_law": False}, set(), ""),
    ("C02", "seizure", {"coercion_approved_at": "2024-03-04T10:01:00"}, set(), ""),
    ("C03", "seizure", {"officers_per_step": {"scene_record": 1}}, set(), ""),
    ("C04", "seizure", {"coercion_told": []}, set(), ""),
    ("C05", "seizure", {"records": [{"kind": "scene_record", "n": 1, "id_shown": True, "party_signed": False, "refusal_noted": False}]}, set(), ""),
    ("C06", "seizure", {"seizure_list_copies": 1}, set(), ""),
    ("C07", "seizure", {"object_unrelated": True}, set(), ""),
    ("C08", "seizure", {"coercion_until": "2024-04-04"}, set(), ""),
    ("C09", "seizure", {"released_on": "2024-04-04", "release_ground_on": "2024-04-04"}, set(), ""),
    ("C10", "freeze", {"freeze_served_on": "2024-03-08"}, set(), ""),
    ("C11", "enforcement", {"demand_elements": ["term", "rights"]}, set(), ""),
    ("C12", "enforcement", {"utilities_cut": True}, set(), ""),
    ("C13", "demolition", {"remedy_term_end": "2024-07-01"}, set(), ""),
    ("C14", "substitute", {"substitute_harm": False}, set(), ""),
    ("C15", "court", {"demand_served_on": "2024-06-21"}, set(), ""),
    ("C16", "enforcement", {"own_power_by_law": False}, set(), ""),
    ("C17", "seizure", {"custody_charged_to_party": True}, set(), ""),
    ("C18", "surcharge", {"surcharge_from": "2024-05-21"}, set(), ""),
    ("C19", "court", {"application_signed_sealed": False}, set(), ""),
    ("S01", "summary", {"fine_decided": "1000.00", "hard_to_collect_later": True}, set(), ""),
    ("S02", "summary", {"officers_per_step": {"summary_decision": 1}}, set(), ""),
    ("S03", "summary", {"spot_heard": False}, set(), ""),
    ("S04", "summary", {"handed_on_spot": False}, set(), ""),
    ("S05", "summary", {}, {"filing_report"}, ""),
    ("S06", "summary", {"fiscal_receipt_given": False}, set(), ""),
    ("S07", "summary", {"banked_on": "2024-08-20"}, set(), ""),
    ("S08", "summary", {"reconsideration_first": False}, set(), ""),
    ("G01", "request", {"replied_on": "2024-09-03"}, set(), ""),
    ("G02", "request", {"refusal_ground": "none"}, set(), ""),
    ("G03", "request", {"third_party_asked": False}, set(), ""),
    ("T01", "licence", {"published_on": "2024-09-09"}, set(), ""),
    ("T02", "annulled", {"withdrawn_on": "2024-10-12"}, set(), ""),
    ("T03", "licence", {"publicity_shows_private": True}, set(), ""),
    ("T05", "inspection", {"recordings_listed": [{"n": 1, "step": "复查", "present": False}]}, set(), ""),
    ("T06", "reviewed", {"legal_reviewed_on": "2024-08-29"}, set(), ""),
    ("T07", "reviewed", {"legal_review_items": ["subject"]}, set(), ""),
    ("T08", "licence", {"prior_disclosure_current": False}, set(), ""),
    ("A01", "licence", {"papers_not_in_inventory": 1}, set(), ""),
    ("A02", "licence", {"papers": [*LICENCE["papers"], {"kind": "other", "n": 1, "blanks": 1, "unsealed_corrections": 0}]}, set(), ""),
    ("A03", "licence", {}, {"licence_application"}, ""),
]  # fmt: skip


def _grade(facts: Mapping[str, Any], documents: set[str], signed_off: bool = True) -> dict[str, str]:
    specs = vocabulary()
    known = {name: Fact(value=decode(specs[name], value)) for name, value in facts.items()}
    case = CaseInput("试", known, frozenset(documents), signed_off, date(2025, 12, 31))
    return {
        finding.rule: finding.verdict for finding in grade_case(load_pack(), load_standard(), case).findings
    }


def _breached(verdicts: Mapping[str, str]) -> set[str]:
    return {rule for rule, verdict in verdicts.items() if verdict == "breached" and rule[0] in OURS}


@pytest.mark.parametrize("name", CASES)
def test_clean_case_has_no_breach(name: str) -> None:
    verdicts = _grade(*CASES[name])
    assert _breached(verdicts) == set()
    assert {rule: verdicts[rule] for rule in MET[name].split() if verdicts[rule] != "met"} == {}


@pytest.mark.parametrize(
    ("rule", "name", "changes", "without", "also"), BREACHES, ids=[row[0] for row in BREACHES]
)
def test_one_fault_breaks_exactly_its_rule(
    rule: str, name: str, changes: Change, without: set[str], also: str
) -> None:
    facts, documents = CASES[name]
    assert _breached(_grade({**facts, **changes}, documents - without)) == {rule, *also.split()}


@pytest.mark.parametrize("name", CASES)
def test_facts_of_one_kind_do_not_touch_rules_of_another(name: str) -> None:
    letters = {"licence": "SCIGP", "inspection": "SLCGP", "coercion": "SLIGP", "disclosure_request": "SLCIP"}
    facts, documents = CASES[name]
    verdicts = _grade(facts, documents)
    others = letters.get(facts["case_kind"], "LCIG")
    assert {
        rule for rule, verdict in verdicts.items() if rule[0] in others and verdict != "not_applicable"
    } == set()


@pytest.mark.parametrize("name", CASES)
def test_an_empty_file_of_the_same_kind_has_no_breach_while_unfinished(name: str) -> None:
    facts, _ = CASES[name]
    kind = {key: facts[key] for key in ("case_kind", "procedure") if key in facts}
    assert _breached(_grade(kind, set(), signed_off=False)) == set()


def test_every_rule_of_these_packs_has_its_fault() -> None:
    covered = {row[0] for row in BREACHES}
    packs = {rule.id for rule in load_pack().rules if rule.id[0] in OURS}
    assert packs - covered == {"L15", "T04"}  # tried in their own rule files only
