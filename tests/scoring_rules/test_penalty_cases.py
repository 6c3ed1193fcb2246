"""Hand-made penalty files: a clean one breaches nothing, and one change breaches its own rule only."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from scoring_rules import CaseInput, Fact, decode, load_pack, vocabulary
from scoring_rules.judge import judge, view_of

DATA = yaml.safe_load((Path(__file__).parent / "penalty_cases.yaml").read_text(encoding="utf-8"))
CASES: Mapping[str, Any] = DATA["cases"]
MUTATIONS: list[Mapping[str, Any]] = DATA["mutations"]


def stated(name: str) -> tuple[dict[str, Any], set[str]]:
    """Facts in interchange form and document kinds of a named case."""
    entry = CASES[name]
    facts: dict[str, Any] = {}
    kinds: set[str] = set()
    if "based_on" in entry:
        facts, kinds = stated(entry["based_on"])
    if entry.get("only_documents"):
        kinds = set()
    facts.update(entry["facts"])
    facts.update(entry.get("facts_also", {}))
    kinds |= set(entry["documents"])
    return {k: v for k, v in facts.items() if k not in entry.get("drop", ())}, kinds - set(
        entry.get("without", ())
    )


def verdicts(facts: Mapping[str, Any], kinds: Iterable[str]) -> dict[str, str]:
    """The verdict of every penalty rule."""
    words = vocabulary()
    known = {name: Fact(value=decode(words[name], value)) for name, value in facts.items()}
    view = view_of(CaseInput("手拟案卷", known, frozenset(kinds), True, date(2026, 1, 1)))
    return {rule.id: judge(rule, view).verdict for rule in load_pack().rules if rule.id[0] in "PF"}


def of(found: Mapping[str, str], verdict: str) -> set[str]:
    return {rule for rule, value in found.items() if value == verdict}


@pytest.mark.parametrize("name", CASES)
def test_a_clean_file_breaches_nothing(name: str) -> None:
    found = verdicts(*stated(name))
    assert of(found, "breached") == set()
    assert of(found, "undetermined") <= set(CASES[name].get("open", ()))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m['rules'][0]}-{m['case']}")
def test_one_change_breaches_its_rule_only(mutation: Mapping[str, Any]) -> None:
    facts, kinds = stated(mutation["case"])
    facts.update(mutation.get("facts", {}))
    facts.update(mutation.get("plus", {}))
    kinds = kinds - set(mutation.get("without", ())) | set(mutation.get("documents", ()))
    found = verdicts(facts, kinds)
    assert of(found, "breached") == {*mutation["rules"], *mutation.get("also", ())}


def test_every_penalty_rule_has_a_mutation() -> None:
    rules = {rule.id for rule in load_pack().rules if rule.id[0] in "PF"}
    assert rules == {mutation["rules"][0] for mutation in MUTATIONS}


def test_removing_a_fact_never_turns_a_verdict_round() -> None:
    """A missing fact may leave a rule open or inapplicable, never make a clean file faulty."""
    for name in ("clean_2021", "hearing_2021", "clean_2017"):
        facts, kinds = stated(name)
        for fact in facts:
            found = verdicts({k: v for k, v in facts.items() if k != fact}, kinds)
            assert of(found, "breached") == set(), fact
