"""The released rules: their own tests through every evaluator, what a missing fact may do, mutants."""

from dataclasses import replace

import pytest
from mutants import survivors

from scoring_rules.asked import expressions
from scoring_rules.facts import Fact
from scoring_rules.generate import generate_cases
from scoring_rules.judge import judge, view_of
from scoring_rules.language import nodes as n
from scoring_rules.pack import load_pack
from scoring_rules.rules import Rule
from scoring_rules.selftest import case_of, run_tests
from scoring_rules.to_python import VERDICT_OF, compiled_pack

RULES = load_pack().rules
BY_ID = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


@BY_ID
def test_rule_passes_its_own_tests(rule: Rule):
    faults = [outcome for outcome in run_tests([rule]) if outcome.fault]
    assert not faults


@BY_ID
def test_rule_names_a_cure(rule: Rule):
    assert all(check.fix or check.ask for check in rule.checks)


@BY_ID
def test_every_mutant_is_noticed(rule: Rule):
    assert not survivors(rule)


def _may_turn(rule: Rule) -> set[str]:
    """Facts whose absence is itself asked about (``known(x)``), or that share the choice of a version."""
    free = {name for check in rule.checks if len(check.select_by) > 1 for name in check.select_by}
    free |= {name for check in rule.checks for p in check.params.values() for name in p.select_by}
    for expr in expressions([rule]):
        for node in n.walk(expr.root):
            if isinstance(node, n.State):
                free |= {part.name for part in n.walk(node) if isinstance(part, n.FactRef)}
    return free


@BY_ID
def test_a_missing_fact_never_turns_met_into_breached(rule: Rule):
    """Taking a fact away may open a verdict but not turn it round."""
    for test in rule.tests:
        case = case_of(test)
        before = judge(rule, view_of(case)).verdict
        for name in set(case.facts) - _may_turn(rule):
            without = replace(case, facts={**case.facts, name: Fact(state="unrecorded")})
            after = judge(rule, view_of(without)).verdict
            assert {before, after} != {"met", "breached"}, (test.name, name)
        open_file = replace(case, inventory_signed_off=False)
        assert {before, judge(rule, view_of(open_file)).verdict} != {"met", "breached"}, test.name


# A term set by another norm replaces the general one; while none is recorded the general term holds.
OVERRIDES = {("P37", "special_limit_days")}


@BY_ID
def test_a_missing_fact_never_makes_a_breach(rule: Rule):
    """Whatever is missing, and whatever is asked about its absence: a case that meets a rule is not found
    in breach of it because something was not recorded."""
    for test in rule.tests:
        case = case_of(test)
        if judge(rule, view_of(case)).verdict != "met":
            continue
        for name in case.facts:
            if (rule.id, name) in OVERRIDES:
                continue
            without = replace(case, facts={**case.facts, name: Fact(state="unrecorded")})
            assert judge(rule, view_of(without)).verdict != "breached", (test.name, name)


def test_an_empty_case_is_breached_nowhere(pack):
    case = next(generate_cases(pack.rules, 1))
    for signed in (True, False):
        bare = replace(case, facts={}, documents=frozenset(), inventory_signed_off=signed)
        verdicts = {
            rule.id: judge(rule, view_of(bare)).verdict for rule in pack.rules if rule.stage == "case"
        }
        assert "breached" not in verdicts.values()


@pytest.mark.parametrize("filled", [0.3, 0.7, 0.97])
def test_generated_python_equals_the_reference(pack, filled):
    compiled = compiled_pack(pack)
    seen = set()
    for case in generate_cases(pack.rules, 150, seed=int(filled * 100), filled=filled):
        view, row = view_of(case), compiled.encode(case)
        codes = compiled.run(row)
        at = 0
        for rule in compiled.rules:
            for limb in judge(rule, view).limbs:
                verdict = VERDICT_OF[codes[at]]
                assert verdict == limb.verdict, (case.case, rule.id, limb.check.id)
                if verdict == "breached":
                    assert compiled.occurrences(row, at) == limb.occurrences, (
                        case.case,
                        rule.id,
                        limb.check.id,
                    )
                seen.add(verdict)
                at += 1
    assert seen == set(VERDICT_OF)
