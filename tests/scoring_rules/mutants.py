"""Mutants of rules: each comparison and each connective changed once; a rule's own tests must notice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from scoring_rules.language import Expr
from scoring_rules.language import nodes as n
from scoring_rules.rule_writer import params_of
from scoring_rules.rules import Param, Rule, Value
from scoring_rules.selftest import run_test

FLIPS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
}


def changed(node: n.Node) -> Iterator[tuple[n.Node, str]]:
    """The node with one thing changed somewhere in it, with what was changed."""
    where = f"{node.start}:{node.end}"
    if isinstance(node, n.Compare) and node.left.type != "set":
        for op in FLIPS[node.op]:
            yield node._replace(op=op), f"{where} {node.op} → {op}"
    elif isinstance(node, n.Junction):
        other = "or" if node.op == "and" else "and"
        yield node._replace(op=other), f"{where} {node.op} → {other}"
    elif isinstance(node, n.Not):
        yield node.item, f"{where} not →"
    elif isinstance(node, n.Rows) and node.name in ("all", "any"):
        other = "any" if node.name == "all" else "all"
        yield node._replace(name=other), f"{where} {node.name} → {other}"
    elif isinstance(node, n.Has) and len(node.kinds) > 1:
        other = "all" if node.mode == "any" else "any"
        yield node._replace(mode=other), f"{where} has_{node.mode} → has_{other}"
    for name in node._fields:
        value = getattr(node, name)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            for part, what in changed(value):
                yield node._replace(**{name: part}), what
        elif isinstance(value, tuple):
            for at, item in enumerate(value):
                if hasattr(item, "_fields"):
                    for part, what in changed(item):
                        yield node._replace(**{name: (*value[:at], part, *value[at + 1 :])}), what


def mutants(rule: Rule) -> Iterator[tuple[Rule, str]]:
    """The rule with one comparison or connective changed, with a line saying which."""
    if rule.when is not None:
        for root, what in changed(rule.when.root):
            yield replace(rule, when=Expr(rule.when.source, root)), _line("when", rule.when, what)
    for at, check in enumerate(rule.checks):
        for part in ("when", "require", "occurrences"):
            expr = getattr(check, part)
            for root, what in changed(expr.root) if expr is not None else ():
                mutant = check._replace(**{part: Expr(expr.source, root)})
                checks = (*rule.checks[:at], mutant, *rule.checks[at + 1 :])
                yield replace(rule, checks=checks), _line(f"{check.id} {part}".strip(), expr, what)
    yield from _other_values(rule)


def _other_values(rule: Rule) -> Iterator[tuple[Rule, str]]:
    """The rule with one value of a parameter one more or one less, or in force a day sooner or later: tests
    stand at the limit and one past it, on the first day of a version and the day before."""
    for at, check in enumerate(rule.checks):
        used = params_of(check.when, check.require, check.occurrences)
        for name in sorted(used & set(check.params)):
            param = check.params[name]
            for place, value in enumerate(param.values):
                if type(value.value) is not int:
                    continue
                step = 100 if value.unit == "yuan" else 1
                for other in (value.value + step, value.value - step):
                    what = f"{check.id} {name} from {value.since}: {value.value} → {other}"
                    yield _with_value(rule, at, param, place, value._replace(value=other)), what
                for days in (1, -1) if place and value.since else ():
                    since = value.since + timedelta(days=days)
                    what = f"{check.id} {name} from {value.since} → {since}"
                    yield _with_value(rule, at, param, place, value._replace(since=since)), what


def _with_value(rule: Rule, at: int, param: Param, place: int, value: Value) -> Rule:
    values = (*param.values[:place], value, *param.values[place + 1 :])
    check = rule.checks[at]
    changed = check._replace(params={**check.params, param.name: param._replace(values=values)})
    return replace(rule, checks=(*rule.checks[:at], changed, *rule.checks[at + 1 :]))


def _line(part: str, expr: Expr, what: str) -> str:
    span, change = what.split(" ", 1)
    start, end = map(int, span.split(":"))
    return f"{part}: {expr.source[start:end]}  [{change}]"


def survivors(rule: Rule) -> list[str]:
    """The mutants of a rule that none of its tests notices."""
    return [
        what
        for mutant, what in mutants(rule)
        if all(not run_test(mutant, test).fault for test in mutant.tests)
    ]
