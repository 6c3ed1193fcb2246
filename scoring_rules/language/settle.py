"""Expressions where some facts are settled beforehand: what follows from them is worked out once.

A bulk run sees the same few kinds of case again and again; for each the conditions on the kind are decided
before the first case, and whole branches fall away.
"""

from collections.abc import Mapping
from typing import Any

from . import nodes as n
from .closures import OPERATORS
from .machine import number
from .nodes import Node


def settle(node: Node, facts: Mapping[str, Any]) -> Node:
    """The node with the facts put in and everything worked out that follows; equal on every such case."""
    if isinstance(node, n.FactRef):
        return node if node.name not in facts else node_of(facts[node.name], node)
    if isinstance(node, n.Junction):
        return _junction(node, facts)
    if isinstance(node, n.Not):
        item = settle(node.item, facts)
        return node_of(not item.value, node) if isinstance(item, n.Lit) else node._replace(item=item)
    if isinstance(node, n.Compare):
        left, right = settle(node.left, facts), settle(node.right, facts)
        if isinstance(left, n.Lit) and isinstance(right, n.Lit) and left.type != "set":
            return node_of(OPERATORS[node.op](number(left.value), number(right.value)), node)
        return node._replace(left=left, right=right)
    if isinstance(node, n.In):
        item = settle(node.item, facts)
        if isinstance(item, n.Lit) and isinstance(node.group, n.Lit):
            return node_of(item.value in node.group.value, node)
        return node._replace(item=item)
    if isinstance(node, n.Choose):
        test, yes, no = (settle(part, facts) for part in (node.test, node.yes, node.no))
        if isinstance(test, n.Lit):
            return yes if test.value else no
        return node._replace(test=test, yes=yes, no=no)
    if isinstance(node, n.State) and node.name == "known":
        known = settle(node.item, facts)
        return node_of(True, node) if isinstance(known, n.Lit) else node._replace(item=known)
    if isinstance(node, (n.Call, n.Term)):
        return node._replace(args=tuple(settle(arg, facts) for arg in node.args))
    if isinstance(node, n.Arith):
        return node._replace(left=settle(node.left, facts), right=settle(node.right, facts))
    if isinstance(node, n.Rows):
        where = None if node.where is None else settle(node.where, facts)
        if isinstance(where, n.Lit) and where.value:
            where = None
        return node._replace(body=None if node.body is None else settle(node.body, facts), where=where)
    return node


def node_of(value: Any, at: Node) -> n.Lit:
    """A literal in the place of a node."""
    return n.Lit(value, "bool" if isinstance(value, bool) else at.type, at.start, at.end)


def _junction(node: n.Junction, facts: Mapping[str, Any]) -> Node:
    decides = node.op == "or"
    items: dict[Any, Node] = {}
    for item in node.items:
        found = settle(item, facts)
        parts = found.items if isinstance(found, n.Junction) and found.op == node.op else (found,)
        for part in parts:
            if not isinstance(part, n.Lit):
                items.setdefault(n.shape(part), part)
            elif part.value is decides:
                return node_of(decides, node)
    if not items:
        return node_of(not decides, node)
    return next(iter(items.values())) if len(items) == 1 else node._replace(items=tuple(items.values()))
