"""The facts of a case file: one value for each fact with its place, and the readings of other papers that differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casefiles.extract.case import Case, same_value
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.registry import read_case
from casefiles.kinds import Piece
from scoring_rules import PLACE, Fact, FactError, FactSpec, decode, vocabulary

UNITED = frozenset({"other_orders", "spot_told", "coercion_told"})
"""Sets to which several papers add."""
_REPEATED = frozenset(
    [
        "inspected_on",
        "interviewed_on",
        "rechecked_on",
        "ordered_on",
        "order_number",
        "due_on",
        "notified_on",
        "paid_on",
        "discussed_on",
        "statement_on",
        "published_on",
        "hearing_held_on",
        "act_place",
    ]
)
"""Facts that a further paper of the same kind repeats for its own step: no conflict."""
_OWN_ONLY = frozenset(
    [
        "notified_on",
        "penalty_kinds",
        "orders_given",
        "statement_made",
        "act_continuing",
        "correction_defaulted",
        "already_corrected",
        "licence_matter",
        "licence_handling",
        "crime_suspected",
        "leniency_answered",
        "mitigation_recorded",
        "act_place",
        "summary_facts_clear",
        "illegal_income_found",
        "discovered_on",
        "accepted_on",
        "spot_heard",
        "spot_certificates_shown",
        "receipt_official",
    ]
)


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The facts of a case by name, and the papers with their numbers."""

    facts: dict[str, Fact]
    docs: tuple[Doc, ...]
    dates: tuple[date, ...]

    def with_facts(self, facts: dict[str, Fact]) -> "FactSheet":
        return FactSheet({**self.facts, **facts}, self.docs, self.dates)


def collect(pieces: Sequence[Piece], signed_off: bool = True) -> FactSheet:
    """Read every paper and settle each fact on the reading of the paper that it belongs to."""
    case = read_case(pieces, signed_off)
    facts: dict[str, Fact] = {}
    specs = vocabulary()
    for name in case.facts():
        spec = specs.get(name)
        fact = _fact(case, spec) if spec else None
        if fact is not None:
            facts[name] = fact
    return FactSheet(dict(sorted(facts.items())), tuple(case.docs), tuple(_dates(case)))


def _dates(case: Case) -> list[date]:
    return sorted(
        {doc.dated for doc in case.docs if doc.dated and doc.kind not in ("identity_proof", "evidence_item")}
    )


def _fact(case: Case, spec: FactSpec) -> Fact | None:
    readings = case.ranked(spec.name)
    if not readings:
        return None
    if spec.type == "rows":
        return _rows(spec, case.all(spec.name))
    if spec.name in UNITED:
        return _united(spec, readings)
    best = readings[0]
    fact = _one(spec, best)
    if fact is None:
        return None
    agreeing = [
        other
        for other in readings[1:]
        if other.document != best.document and same_value(spec.name, other.value, best.value)
    ]
    confidence = fact.confidence or 0.0
    for other in agreeing[:2]:
        confidence = 1 - (1 - confidence) * (1 - 0.6 * other.place.confidence * other.certainty)
    return _replace(
        fact, confidence=round(min(confidence, 0.999), 3), alternatives=_others(spec, best, readings)
    )


def _others(spec: FactSpec, best: Reading, readings: list[Reading]) -> tuple[Fact, ...]:
    """The differing readings, each value once, those of further steps of the same kind left out."""
    if spec.name in _OWN_ONLY:
        return ()
    seen, found = [best.value], []
    for reading in readings[1:]:
        repeated = spec.name in _REPEATED and reading.document == best.document
        if repeated or any(same_value(spec.name, reading.value, value) for value in seen):
            continue
        other = _one(spec, reading)
        if other is not None:
            seen.append(reading.value)
            found.append(other)
    return tuple(found[:8])


def _one(spec: FactSpec, reading: Reading) -> Fact | None:
    try:
        value = decode(spec, reading.value) if reading.state == "recorded" else None
    except FactError:
        return None
    place = reading.place
    return Fact(
        value=value,
        state=reading.state,
        document=reading.document,
        file=place.file,
        page=place.page,
        box=place.box,
        at=place.at,
        quote=place.quote,
        confidence=round(place.confidence * reading.certainty, 3),
    )


def _replace(fact: Fact, **changes: Any) -> Fact:
    return Fact(**{**{key: getattr(fact, key) for key in Fact.__slots__}, **changes})


def _united(spec: FactSpec, readings: list[Reading]) -> Fact | None:
    values = sorted({value for reading in readings for value in reading.value})
    first = _one(spec, readings[0])
    return _replace(first, value=decode(spec, values)) if first else None


def _rows(spec: FactSpec, readings: list[Reading]) -> Fact | None:
    rows, places = [], []
    for reading in readings:
        keys = {key: value for key, value in reading.value.items() if key in spec.fields}
        try:
            row = dict(decode(spec, [keys])[0])
        except FactError:
            continue
        place = _one(_TEXT, Reading(reading.fact, "", reading.place, reading.document, reading.certainty))
        row[PLACE] = _replace(place, value=None) if place else None
        rows.append(row)
        places.append(place)
    if not rows:
        return None
    first = places[0] or Fact()
    sure = min((place.confidence or 0.0 for place in places if place), default=0.0)
    return _replace(first, value=tuple(rows), confidence=round(sure, 3))


_TEXT = FactSpec(name="row", type="text", label="")
