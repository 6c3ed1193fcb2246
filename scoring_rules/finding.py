"""What grading says: findings with their evidence, and the whole of a case's grading."""

from dataclasses import dataclass
from typing import Any

from .arithmetic import Line
from .facts import Fact


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


@dataclass(frozen=True, slots=True)
class LimbFinding:
    """The verdict of a limb with what it says."""

    id: str
    title: str
    verdict: str
    occurrences: int
    message: str
    basis: tuple[str, ...]
    question: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The finding of one rule. ``severity`` in tenths: what the breach costs or would cost before other
    rules are looked at; ``deducted`` what really fell; ``missing``: facts whose absence left it open."""

    rule: str
    title: str
    system: str
    verdict: str
    severity: int
    veto: bool
    message: str
    basis: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fix: str
    curable: bool | None
    question: str | None
    where: tuple[str, ...]
    missing: tuple[str, ...]
    limbs: tuple[LimbFinding, ...]
    deducted: int
    occurrences: int
    confirmed: bool
    stage: str

    def to_json(self) -> dict[str, Any]:
        """The finding as the contract prints it; amounts in tenths."""
        data: dict[str, Any] = {
            "rule": self.rule, "title": self.title, "system": self.system, "verdict": self.verdict,
            "severity": self.severity, "veto": self.veto, "message": self.message, "basis": list(self.basis),
            "evidence": [entry.to_json() for entry in self.evidence], "fix": self.fix, "curable": self.curable,
            "deducted": self.deducted, "occurrences": self.occurrences, "confirmed": self.confirmed,
            "stage": self.stage, "where": list(self.where), "missing": list(self.missing),
        }  # fmt: skip
        if self.question is not None:
            data["question"] = self.question
        if self.limbs:
            data["limbs"] = {
                limb.id: {"title": limb.title, "verdict": limb.verdict, "occurrences": limb.occurrences,
                          "message": limb.message, "basis": list(limb.basis), "question": limb.question}
                for limb in self.limbs
            }  # fmt: skip
        return data


@dataclass(frozen=True, slots=True)
class Grading:
    """Every finding with the score interval in tenths, the grade (待核 while open) and the arithmetic."""

    findings: tuple[Finding, ...]
    low: int
    high: int
    grade: str
    flagged: bool
    pending: tuple[str, ...]
    vetoes: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[str, ...]
    pack: str
    standard: str

    def to_json(self) -> dict[str, Any]:
        """The part of the contract's answer that grading fills."""
        return {
            "pack": self.pack,
            "standard": self.standard,
            "findings": [finding.to_json() for finding in self.findings],
            "score": {"low": self.low / 10, "high": self.high / 10},
            "grade": self.grade,
            "flagged": self.flagged,
            "pending": list(self.pending),
            "vetoes": list(self.vetoes),
            "arithmetic": {"lines": [line.to_json() for line in self.lines], "totals": list(self.totals)},
        }
