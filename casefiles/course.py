"""The course a case takes: its steps in the law's order, those that must be there, what must not stand reversed.

Terms are the rule pack's business; the order of steps, which no term expresses, is listed here (行政处罚法 2021
arts 44, 54, 57, 58, 61, 64; 行政许可法 arts 32–44; 行政强制法 arts 18–28).
"""

from collections.abc import Mapping

STEPS: Mapping[str, tuple[str, ...]] = {
    "penalty": (
        "discovered_on",
        "registered_on",
        "filed_on",
        "inspected_on",
        "preserved_on",
        "preservation_disposed_on",
        "interviewed_on",
        "ordered_on",
        "due_on",
        "rechecked_on",
        "investigation_closed_on",
        "legal_reviewed_on",
        "notified_on",
        "notice_served_on",
        "statement_on",
        "statement_reviewed_on",
        "hearing_right_notified_on",
        "hearing_requested_on",
        "hearing_notice_served_on",
        "hearing_held_on",
        "discussed_on",
        "approved_on",
        "decided_on",
        "decision_served_on",
        "published_on",
        "payment_due_on",
        "paid_on",
        "demanded_on",
        "withdrawn_on",
        "closed_on",
    ),
    "licence": (
        "applied_on",
        "correction_requested_on",
        "accepted_on",
        "verified_on",
        "extended_to",
        "approved_on",
        "licence_decided_on",
        "licence_delivered_on",
        "published_on",
        "closed_on",
    ),
    "inspection": ("approved_on", "inspected_on", "ordered_on", "due_on", "rechecked_on", "closed_on"),
    "coercion": (
        "approved_on",
        "coercion_decided_on",
        "coercion_extended_on",
        "coercion_until",
        "released_on",
        "demanded_on",
        "closed_on",
    ),
}

NEEDED: Mapping[str, tuple[str, ...]] = {
    "penalty/ordinary": (
        "filed_on",
        "investigation_closed_on",
        "notified_on",
        "notice_served_on",
        "approved_on",
        "decided_on",
        "decision_served_on",
        "closed_on",
    ),
    "penalty/summary": ("decided_on", "decision_served_on"),
    "licence": ("applied_on", "accepted_on", "licence_decided_on", "licence_delivered_on"),
    "inspection": ("approved_on", "inspected_on"),
    "coercion": ("approved_on", "coercion_decided_on", "released_on"),
}

ORDER: tuple[tuple[str, str, str, str], ...] = (
    ("registered_on", "filed_on", "P59", "立案早于案源登记"),
    ("filed_on", "investigation_closed_on", "P08", "调查终结早于立案"),
    ("filed_on", "notified_on", "P08", "告知早于立案"),
    ("filed_on", "preserved_on", "P08", "先行登记保存早于立案"),
    ("investigation_closed_on", "notified_on", "P59", "告知早于调查终结"),
    ("legal_reviewed_on", "decided_on", "P59", "法制审核晚于处罚决定"),
    ("notice_served_on", "decided_on", "P59", "处罚决定早于告知送达"),
    ("statement_on", "decided_on", "P25", "处罚决定早于陈述申辩"),
    ("hearing_held_on", "discussed_on", "P59", "集体讨论早于听证"),
    ("hearing_held_on", "decided_on", "P31", "处罚决定早于听证"),
    ("discussed_on", "decided_on", "P35", "处罚决定早于集体讨论"),
    ("approved_on", "decided_on", "P36", "处罚决定早于负责人批准"),
    ("decided_on", "decision_served_on", "P59", "送达早于处罚决定"),
    ("decision_served_on", "closed_on", "P59", "结案早于决定送达"),
    ("paid_on", "closed_on", "P58", "结案早于缴款"),
    ("applied_on", "accepted_on", "L03", "受理早于申请"),
    ("accepted_on", "licence_decided_on", "L06", "许可决定早于受理"),
    ("licence_decided_on", "licence_delivered_on", "L10", "证件送达早于许可决定"),
    ("approved_on", "coercion_decided_on", "C02", "强制决定早于批准"),
    ("ordered_on", "rechecked_on", "I05", "复查早于责令改正"),
)
