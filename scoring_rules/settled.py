"""Rules for one kind of case: with the facts that tell kinds apart put in, and what follows from them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .language import Expr
from .language import nodes as n
from .language.settle import settle
from .rules import Check, Rule


def settled(rule: Rule, facts: Mapping[str, Any]) -> Rule:
    """The rule for cases that all have these facts; equal on every such case."""

    def put(expr: Expr | None) -> Expr | None:
        return None if expr is None else Expr(expr.source, settle(expr.root, facts))

    def check_of(check: Check) -> Check:
        return check._replace(when=_unless_true(put(check.when)), require=put(check.require))

    return replace(rule, when=put(rule.when), checks=tuple(map(check_of, rule.checks)))


def _unless_true(expr: Expr | None) -> Expr | None:
    return None if expr is not None and isinstance(expr.root, n.Lit) and expr.root.value else expr


__all__ = ["settled"]
