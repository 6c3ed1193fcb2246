"""What a finding shows: facts with their places, and documents looked for in vain.

Nothing is deducted without evidence: a breach that can show neither is left open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .facts import PLACE, CaseInput, Fact, encode
from .judge import Limb
from .rule_file import scope_facts


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact a finding rests on, with its place; or, with ``absent``, a kind of document that was
    looked for among the documents of the case and not found."""

    fact: str | None
    label: str
    value: Any
    place: Fact | None
    absent: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Per the contract: fact, file, page, quote, box; absences name the kind and where was looked."""
        if self.absent is not None:
            return {"fact": None, "absent": self.absent, "label": self.label, "quote": self.value,
                    "document": None, "file": None, "page": None, "box": None, "at": None}  # fmt: skip
        place = self.place or Fact()
        return {
            "fact": self.fact, "label": self.label, "value": self.value, "document": place.document,
            "file": place.file, "page": place.page, "quote": place.quote, "at": place.at,
            "box": list(place.box) if place.box else None,
        }  # fmt: skip


def shown_or_open(limb: Limb, case: CaseInput) -> Limb:
    """A limb whose breach can show nothing for itself is left open."""
    if limb.verdict != "breached":
        return limb
    for trace in limb.traces:
        states = (case.facts[name].state for name in trace.facts if name in case.facts)
        if trace.kinds or any(state != "unrecorded" for state in states):
            return limb
    return limb._replace(verdict="undetermined", occurrences=0)


def fact_evidence(case: CaseInput, name: str, failed: set[tuple[str, int]]) -> Mapping[Any, Evidence]:
    """The evidence of a fact: its place, or the places of the rows that failed where rows carry them."""
    fact = case.facts.get(name)
    if fact is None or fact.state == "unrecorded":
        return {}
    spec = scope_facts()[name]
    rows: dict[Any, Evidence] = {}
    if spec.type == "rows" and fact.value:
        for at, row in enumerate(fact.value):
            if isinstance(row.get(PLACE), Fact) and (not failed or (name, at) in failed):
                listed = encode(spec, (row,))
                bare = listed if spec.keyed else listed[0]
                rows[name, at] = Evidence(name, spec.label, bare, row[PLACE])
    if rows:
        return rows
    return {name: Evidence(name, spec.label, encode(spec, fact.value), fact)}
