"""The terms of the law that a timeline draws: from which step to which, how long, by which rule.

The length and its unit come from the rule's own dated parameters (the pack); only the two steps are named here.
"""

from collections.abc import Mapping
from datetime import date

from casefiles.timeline import Calendar, Term
from scoring_rules import Pack, cite, work_calendar

UNITS = ("calendar_day", "working_day", "month", "year")

SPANS: tuple[tuple[str, str, str, str], ...] = (
    ("P37", "filed_on", "decided_on", "立案至决定"),
    ("P19", "preserved_on", "preservation_disposed_on", "先行登记保存至处理"),
    ("P28", "notice_served_on", "hearing_requested_on", "告知至提出听证"),
    ("P29", "hearing_notice_served_on", "hearing_held_on", "听证通知至举行"),
    ("P51", "decided_on", "decision_served_on", "决定至送达"),
    ("P55", "decision_served_on", "paid_on", "送达至缴款"),
    ("T01", "decided_on", "published_on", "决定至公示"),
    ("L02", "applied_on", "correction_requested_on", "收件至补正告知"),
    ("L06", "accepted_on", "licence_decided_on", "受理至许可决定"),
    ("L10", "licence_decided_on", "licence_delivered_on", "决定至送达证件"),
    ("C08", "coercion_decided_on", "coercion_until", "查封、扣押期限"),
)
AT_LEAST = frozenset({"P29"})
"""Terms that must be reached rather than kept: a hearing not before the seventh day."""
EARLY = frozenset({"P28", "P55"})
"""Terms for acts of the party, who may act at once: before the paper is formally served."""
OPTIONAL = frozenset({"P28", "P29", "P19", "L02"})
"""Terms of steps that need not happen: drawn only once both steps are there."""


def terms_for(pack: Pack, case_kind: str, dates: Mapping[str, date]) -> list[Term]:
    """The terms whose first step is dated, with the value in force on that day."""
    letters = {"penalty": "PST", "licence": "LT", "coercion": "CT", "inspection": "IT"}.get(case_kind, "T")
    rules = {rule.id: rule for rule in pack.rules}
    found = []
    for name, start, end, label in SPANS:
        rule = rules.get(name)
        if rule is None or start not in dates or name[0] not in letters:
            continue
        if name in OPTIONAL and end not in dates:
            continue
        for param in (param for check in rule.checks for param in check.params.values()):
            value = param.on(dates[start])
            if value is None or value.unit not in UNITS or not isinstance(value.value, int):
                continue
            held = [basis for basis in rule.basis if basis.holds(dates[start])]
            if held:
                marks = {"at_least": name in AT_LEAST, "early": name in EARLY}
                found.append(Term(name, label, start, end, value.value, value.unit, cite(held[0]), **marks))
            break
    return found


def calendar() -> Calendar:
    """Day counts by the State Council's notices; unknown years give ``None``."""
    work = work_calendar()
    return Calendar(work.between, work.add)
