"""Running the tests that stand in rule files."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from .facts import CaseInput, Fact
from .interchange import latest_date
from .judge import Judgement, judge, view_of
from .rules import Rule, RuleTest
from .to_python import VERDICT_OF, Compiled, compile_rules


class Outcome(NamedTuple):
    """One rule test: ``fault`` is empty when every verdict was as stated."""

    rule: str
    test: str
    engine: str
    fault: str


def case_of(test: RuleTest) -> CaseInput:
    """The case a rule test states; its day for open terms defaults to the latest date in it."""
    facts = {name: Fact(value=value) for name, value in test.facts.items()}
    for name, state in test.states.items():
        facts[name] = Fact(state=state)
    as_of = test.as_of or latest_date(test.facts.values())
    return CaseInput(test.name, facts, frozenset(test.documents), test.signed_off, as_of)


def run_test(rule: Rule, test: RuleTest) -> Outcome:
    """The outcome of one test by the reference evaluator."""
    judgement = judge(rule, view_of(case_of(test)))
    return Outcome(rule.id, test.name, "trace", _fault(test, judgement))


def run_compiled(rule: Rule, test: RuleTest) -> Outcome:
    """The outcome of one test by the generated Python."""
    compiled = _compiled(rule)
    codes = compiled.run(compiled.encode(case_of(test)))
    found = {check.id: VERDICT_OF[code] for check, code in zip(rule.checks, codes, strict=True)}
    found["rule"] = VERDICT_OF[max(codes)]
    return Outcome(rule.id, test.name, "python", "；".join(_wrong(test, found)))


_last: list[Compiled] = []


def _compiled(rule: Rule) -> Compiled:
    if not _last or _last[0].rules[0] is not rule:
        _last[:] = [compile_rules([rule])]
    return _last[0]


def _wrong(test: RuleTest, found: Mapping[str, str]) -> list[str]:
    return [
        f"{part} 应为 {want}，得 {found[part]}" for part, want in test.expect.items() if found[part] != want
    ]


def _fault(test: RuleTest, judgement: Judgement) -> str:
    wrong = _wrong(
        test, {"rule": judgement.verdict, **{limb.check.id: limb.verdict for limb in judgement.limbs}}
    )
    count = max((limb.occurrences for limb in judgement.limbs), default=0)
    if test.occurrences is not None and count != test.occurrences:
        wrong.append(f"处数应为 {test.occurrences}，得 {count}")
    return "；".join(wrong) + (_steps(judgement) if wrong else "")


def _steps(judgement: Judgement) -> str:
    lines = []
    for trace in (*judgement.traces, *(trace for limb in judgement.limbs for trace in limb.traces)):
        for step in trace.steps:
            values = ", ".join(f"{text}={value}" for text, value in step.operands)
            lines.append(f"\n      {step.result!s:5} {step.text}  [{values}]")
    return "".join(lines)


def run_tests(
    rules: Iterable[Rule], also: Iterable[Callable[[Rule, RuleTest], Outcome]] = ()
) -> Iterable[Outcome]:
    """The outcomes of every test of the rules, by the reference evaluator and any other given."""
    runners = (run_test, run_compiled, *also)
    for rule in rules:
        for test in rule.tests:
            for run in runners:
                yield run(rule, test)
