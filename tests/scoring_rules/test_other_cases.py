"""Clean case files of every kind but ordinary penalties, and for each rule one change that breaks exactly it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from scoring_rules import CaseInput, Fact, decode, grade_case, load_pack, load_standard, vocabulary

OURS = "SLCIGTA"
DATA = yaml.safe_load((Path(__file__).parent / "other_cases.yaml").read_text(encoding="utf-8"))
BREACHES = DATA["breaches"]
# letters of rules that a case kind leaves alone
OTHERS = {
    "licence": "SCIGP",
    "inspection": "SLCGP",
    "coercion": "SLIGP",
    "disclosure_request": "SLCIP",
    "penalty": "LCIG",
}


class Clean(NamedTuple):
    """A clean case: its facts, the document kinds in it, and rules the facts settle as met."""

    facts: Mapping[str, Any]
    documents: frozenset[str]
    met: tuple[str, ...]


def _case(name: str) -> Clean:
    entry = DATA["cases"][name]
    above = _case(entry["like"]).facts if "like" in entry else {}
    return Clean({**above, **entry["facts"]}, frozenset(entry["documents"]), tuple(entry["met"]))


CASES = {name: _case(name) for name in DATA["cases"]}


def _grade(facts: Mapping[str, Any], documents: frozenset[str], signed_off: bool = True) -> dict[str, str]:
    specs = vocabulary()
    known = {name: Fact(value=decode(specs[name], value)) for name, value in facts.items()}
    case = CaseInput("试", known, documents, signed_off, date(2025, 12, 31))
    return {
        finding.rule: finding.verdict for finding in grade_case(load_pack(), load_standard(), case).findings
    }


def _breached(verdicts: Mapping[str, str]) -> set[str]:
    return {rule for rule, verdict in verdicts.items() if verdict == "breached" and rule[0] in OURS}


@pytest.mark.parametrize("name", CASES)
def test_clean_case_has_no_breach(name: str) -> None:
    case = CASES[name]
    verdicts = _grade(case.facts, case.documents)
    assert _breached(verdicts) == set()
    assert {rule: verdicts[rule] for rule in case.met if verdicts[rule] != "met"} == {}


@pytest.mark.parametrize("entry", BREACHES, ids=[entry["rule"] for entry in BREACHES])
def test_one_fault_breaks_exactly_its_rule(entry: Mapping[str, Any]) -> None:
    case = CASES[entry["case"]]
    verdicts = _grade(
        {**case.facts, **entry.get("facts", {})}, case.documents - set(entry.get("without", ()))
    )
    assert _breached(verdicts) == {entry["rule"], *entry.get("also", ())}


@pytest.mark.parametrize("name", CASES)
def test_facts_of_one_kind_do_not_touch_rules_of_another(name: str) -> None:
    case = CASES[name]
    verdicts = _grade(case.facts, case.documents)
    others = OTHERS[case.facts["case_kind"]]
    assert {
        rule for rule, verdict in verdicts.items() if rule[0] in others and verdict != "not_applicable"
    } == set()


@pytest.mark.parametrize("name", CASES)
def test_an_unfinished_file_is_not_blamed_for_what_is_not_yet_in_it(name: str) -> None:
    facts = CASES[name].facts
    kind = {key: facts[key] for key in ("case_kind", "procedure") if key in facts}
    assert _breached(_grade(kind, frozenset(), signed_off=False)) == set()


def test_every_rule_of_these_packs_has_its_fault() -> None:
    covered = {entry["rule"] for entry in BREACHES}
    packs = {rule.id for rule in load_pack().rules if rule.id[0] in OURS}
    assert packs - covered == {"T04"}  # an ordinary penalty: tried with those
