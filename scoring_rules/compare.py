"""What a change of the criteria would do: other rules or another value on cases already graded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from .facts import CaseInput
from .grade import grade_case
from .pack import Pack
from .rules import PERIOD_UNITS, Check, Param, Rule
from .source import PackError
from .standard import Standard


@dataclass(frozen=True, slots=True)
class Change:
    """One case on which two packs differ: rule → (before, after), and both scores and grades."""

    case: str
    verdicts: dict[str, tuple[str, str]]
    score: tuple[tuple[int, int], tuple[int, int]]
    grade: tuple[str, str]


def changed_verdicts(
    old: Pack, new: Pack, standard: Standard, cases: Iterable[CaseInput]
) -> Iterator[Change]:
    """The cases whose verdicts differ under the two packs. A rule that one of them lacks counts as not
    applicable there."""
    for case in cases:
        before, after = grade_case(old, standard, case), grade_case(new, standard, case)
        one = {finding.rule: finding.verdict for finding in before.findings}
        two = {finding.rule: finding.verdict for finding in after.findings}
        differ = {
            rule: (one.get(rule, "not_applicable"), two.get(rule, "not_applicable"))
            for rule in sorted({*one, *two})
            if one.get(rule, "not_applicable") != two.get(rule, "not_applicable")
        }
        if differ:
            scores = ((before.low, before.high), (after.low, after.high))
            yield Change(case.case, differ, scores, (before.grade, after.grade))


def with_param(pack: Pack, rule_id: str, name: str, value: int) -> Pack:
    """The pack with another value of one parameter, on every date; the unit stays (money in yuan).

    For trial runs only: its hash says so and is no released pack's. Raises ``PackError`` for an unknown
    rule or parameter, or a negative period.
    """
    try:
        rule = pack.rule(rule_id)
    except KeyError as error:
        raise PackError(rule_id, "没有这条规则", "用 anheng rules list 查看编号") from error
    known = sorted({param for check in rule.checks for param in check.params})
    if name not in known:
        raise PackError(rule_id, f"没有参数 {name}", f"可试算的参数：{'、'.join(known) or '无'}")
    changed = replace(rule, checks=tuple(_check(check, name, value) for check in rule.checks))
    rules = tuple(changed if other.id == rule_id else other for other in pack.rules)
    return pack._replace(rules=rules, hash=f"{pack.hash}+{rule_id}.{name}={value}")


def _check(check: Check, name: str, value: int) -> Check:
    if name not in check.params:
        return check
    return check._replace(params={**check.params, name: _param(check.params[name], value)})


def _param(param: Param, value: int) -> Param:
    if param.unit in PERIOD_UNITS and value < 0:
        raise PackError(param.name, f"期限不能为 {value}", "填零或正整数")
    held: Any = value * 100 if param.unit == "yuan" else value
    return param._replace(values=tuple(entry._replace(value=held) for entry in param.values))


def params_of_rule(rule: Rule) -> dict[str, Param]:
    """The parameters of a rule by name, those of its limbs included."""
    return {name: param for check in rule.checks for name, param in check.params.items()}
