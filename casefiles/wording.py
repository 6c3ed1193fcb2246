"""What the templates of case files (and of the rooms above) say: labels, sizes, places, masked names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_login import current_user

from casefiles.cases import label_of
from casefiles.deskview import Place, place_of, show
from casefiles.masking import mask, mask_person
from casefiles.models import CASE_KINDS, FILE_STATES, PROCEDURES, STATUSES, CaseFile, StoredFile
from foundation import clock, web
from scoring_rules import DOCUMENT_KINDS, SYSTEMS, vocabulary


def words_of_the_room() -> dict[str, object]:
    """Names that templates use; given to every template of the application."""
    tools: tuple[Callable[..., Any], ...] = (
        masked_party,
        file_size,
        fact_label,
        evidence_place,
        evidence_value,
        rule_title,
        mask,
    )
    return {
        "case_label": label_of,
        "case_kinds": CASE_KINDS,
        "procedures": PROCEDURES,
        "case_statuses": STATUSES,
        "file_states": FILE_STATES,
        "document_kinds": DOCUMENT_KINDS,
        "rule_systems": SYSTEMS,
        "china": clock.local,
        "without": web.without,
        **{tool.__name__: tool for tool in tools},
    }


def masked_party(case: CaseFile) -> str:
    """The party's name; of a natural person only the family name for readers of other offices."""
    own = getattr(current_user, "office_id", None) == case.office_id
    return case.party_name if own else mask_person(case.party_name, case.party_kind)


def file_size(size: int) -> str:
    """Bytes as people read them."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    if size < 1024**3:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{size / 1024**3:.1f} GB"


def fact_label(name: str) -> str:
    """The Chinese label of a fact, or of a document kind a finding waits for."""
    spec = vocabulary().get(name)
    return spec.label if spec else DOCUMENT_KINDS.get(name, "有关材料")


def evidence_place(item: Mapping[str, Any], files: Mapping[str, StoredFile]) -> Place:
    """Where a piece of evidence stands (``files`` by name)."""
    return place_of(item, files)


def evidence_value(item: Mapping[str, Any]) -> str:
    """The value a piece of evidence shows, in words; several rows are left to their places."""
    spec = vocabulary().get(str(item.get("fact") or "").split("[", 1)[0].split(".", 1)[0])
    value = item.get("value")
    if spec is None or spec.type == "rows":
        return value if isinstance(value, str) else ""
    return show(spec, value)


def rule_title(findings: Sequence[Mapping[str, Any]], rule: str) -> str:
    """The title of a rule among the findings of a run."""
    return next((str(item["title"]) for item in findings if item["rule"] == rule), rule)
