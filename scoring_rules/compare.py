"""The rules with another value of a parameter, for a trial on cases already graded."""

from dataclasses import replace
from typing import Any

from .pack import Pack
from .rules import PERIOD_UNITS, Check, Param
from .source import PackError


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
