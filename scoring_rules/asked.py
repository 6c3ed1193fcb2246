"""What rules ask: the conditions that must hold together, the documents they look for, their parameters."""

from collections.abc import Iterator, Sequence

from .language import Expr
from .language import nodes as n
from .rules import Check, Rule

_OWN = (n.Rows, n.ParamRef, n.Term)
"""Parts whose meaning is a rule's own: parameters and what is asked of rows."""


def expressions(rules: Sequence[Rule]) -> list[Expr]:
    """Every expression on which a verdict depends."""
    found = [rule.when for rule in rules] + [
        e for rule in rules for c in rule.checks for e in (c.when, c.require)
    ]
    return [expr for expr in found if expr is not None]


def asked(rule: Rule) -> Iterator[n.Node]:
    """What a rule asks that others may ask alike: documents anywhere, and the parts of its ``when``."""
    for expr in expressions([rule]):
        yield from (node for node in n.walk(expr.root) if isinstance(node, n.Has))
    for node in conjuncts(rule.when):
        if not isinstance(node, n.Has) and not any(isinstance(part, _OWN) for part in n.walk(node)):
            yield node


def never(part: Rule | Check) -> bool:
    """Whether a rule or check is settled not to apply."""
    when = part.when
    return when is not None and isinstance(when.root, n.Lit) and not when.root.value


def conjuncts(expr: Expr | None) -> tuple[n.Node, ...]:
    """The conditions that must hold together."""
    if expr is None or isinstance(expr.root, n.Lit):
        return ()
    root = expr.root
    return root.items if isinstance(root, n.Junction) and root.op == "and" else (root,)


def params_of(*exprs: Expr | None) -> set[str]:
    """The parameters that expressions use."""
    found = set()
    for expr in exprs:
        for node in n.walk(expr.root) if expr is not None else ():
            if isinstance(node, n.ParamRef):
                found.add(node.name)
            elif isinstance(node, n.Term):
                found.add(node.param)
    return found


__all__ = ["asked", "conjuncts", "expressions", "never", "params_of"]
