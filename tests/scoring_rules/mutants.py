"""Mutants of rules: each comparison and each connective changed once; a rule's own tests must notice."""

from collections.abc import Iterator
from dataclasses import replace

from scoring_rules.language import Expr
from scoring_rules.language import nodes as n
from scoring_rules.rules import Rule
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
