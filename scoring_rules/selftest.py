"""Running the tests that stand in rule files."""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .interchange import case_of
from .judge import Judgement, judge, view_of
from .rules import Rule, RuleTest
from .to_python import VERDICT_OF, Compiled, compile_rules


class Outcome(NamedTuple):
    """One rule test: ``fault`` is empty when every verdict was as stated."""

    rule: str
    test: str
    engine: str
    fault: str


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


def run_columns(rules: Sequence[Rule]) -> Iterable[Outcome]:
    """The outcomes of all tests of the rules by columns: every test one case of one batch."""
    if importlib.util.find_spec("numpy") is None:
        return
    rules = [rule for rule in rules if rule.stage == "case"]
    tests = [(at, test) for at, rule in enumerate(rules) for test in rule.tests]
    if not tests:
        return
    compiled = compile_rules(rules)
    engine = importlib.import_module(f"{__package__}.to_polars").ColumnEngine(compiled)
    verdicts = engine.run([compiled.encode(case_of(test)) for _, test in tests]).codes.T.tolist()
    for (at, test), numbers in zip(tests, verdicts, strict=True):
        rule, (first, end) = rules[at], compiled.spans[at]
        found = {c.id: VERDICT_OF[code] for c, code in zip(rule.checks, numbers[first:end], strict=True)}
        found["rule"] = VERDICT_OF[max(numbers[first:end])]
        yield Outcome(rule.id, test.name, "polars", "；".join(_wrong(test, found)))


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


def run_tests(rules: Sequence[Rule], *, columns: bool = False) -> Iterable[Outcome]:
    """The outcomes of every test of the rules by the reference and by the generated Python, and with
    ``columns`` by polars where it is installed."""
    for rule in rules:
        for test in rule.tests:
            yield run_test(rule, test)
            yield run_compiled(rule, test)
    if columns:
        yield from run_columns(rules)
