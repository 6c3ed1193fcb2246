"""The typed tree of a rule expression.

Every node is an immutable tuple whose last two fields are its position (start, end) in the
expression's source text, so that a trace step can quote the words it evaluated. Types are the
strings of ``TYPES``; unknown is ``None`` in every evaluator.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast, get_args

TYPES = ("bool", "int", "money", "date", "datetime", "text", "set", "list", "row", "decimal")


class Lit(NamedTuple):
    """A literal; ``value`` is in computing form (money in fen, a list as a tuple)."""

    value: Any
    type: str
    start: int
    end: int


class FactRef(NamedTuple):
    """A fact of the vocabulary; ``as_of`` counts as a fact that is always known."""

    name: str
    type: str
    start: int
    end: int


class ParamRef(NamedTuple):
    """A dated parameter of the rule, read as a plain number, flag or list of codes."""

    name: str
    type: str
    start: int
    end: int


class FieldRef(NamedTuple):
    """A column of a row variable (``r.date``)."""

    var: str
    field: str
    type: str
    start: int
    end: int


class Index(NamedTuple):
    """The position of a row in its list, from 0; tells a row from itself in a join."""

    var: str
    type: str
    start: int
    end: int


class Junction(NamedTuple):
    """Kleene ``and`` / ``or`` over two or more items."""

    op: str
    items: tuple["Node", ...]
    type: str
    start: int
    end: int


class Not(NamedTuple):
    """Kleene negation."""

    item: "Node"
    type: str
    start: int
    end: int


class Compare(NamedTuple):
    """One comparison; ``op`` is one of ``== != < <= > >=``. On sets only ``== != <=`` (subset)."""

    op: str
    left: "Node"
    right: "Node"
    type: str
    start: int
    end: int


class In(NamedTuple):
    """Membership in a literal list, a set or a list parameter."""

    item: "Node"
    group: "Node"
    type: str
    start: int
    end: int


class Arith(NamedTuple):
    """``+ - *`` on whole numbers and money."""

    op: str
    left: "Node"
    right: "Node"
    type: str
    start: int
    end: int


class Choose(NamedTuple):
    """``A if C else B``; unknown when C is, unless both branches agree."""

    test: "Node"
    yes: "Node"
    no: "Node"
    type: str
    start: int
    end: int


class Call(NamedTuple):
    """A named function of ``functions.py``; unknown when an argument is."""

    name: str
    args: tuple["Node", ...]
    type: str
    start: int
    end: int


class Term(NamedTuple):
    """A function over a dated period: elapsed, within, past, at_least (a, b, TERM), term_end (a, TERM)."""

    name: str
    args: tuple["Node", ...]
    param: str
    type: str
    start: int
    end: int


class Has(NamedTuple):
    """Document presence, three-valued; ``mode`` is ``any`` or ``all`` of the kinds."""

    mode: str
    kinds: tuple[str, ...]
    type: str
    start: int
    end: int


class State(NamedTuple):
    """``known(x)`` of any value; ``absent(fact)`` and ``reached(fact)`` ask the state of a fact."""

    name: str
    item: "Node"
    type: str
    start: int
    end: int


class Rows(NamedTuple):
    """An aggregate over the rows of a fact: ``name`` is all, any, count, first, earliest, latest,
    total or distinct; ``body`` is ``None`` for count; ``where`` is ``None`` without a condition."""

    name: str
    body: "Node | None"
    var: str
    fact: str
    where: "Node | None"
    type: str
    start: int
    end: int


Node: TypeAlias = (
    Lit
    | FactRef
    | ParamRef
    | FieldRef
    | Index
    | Junction
    | Not
    | Compare
    | In
    | Arith
    | Choose
    | Call
    | Term
    | Has
    | State
    | Rows
)


NODES = get_args(Node)


@dataclass(frozen=True, eq=False, slots=True)
class Expr:
    """A parsed expression: its source on one line and its tree. Each is itself and equal to no other, so
    that what is made of it can be kept by it."""

    source: str
    root: Node

    def text(self, node: Node) -> str:
        """The words of ``source`` that ``node`` was read from."""
        return self.source[node.start : node.end]


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of a node, in reading order."""
    if isinstance(node, Junction):
        return node.items
    if isinstance(node, (Compare, Arith)):
        return (node.left, node.right)
    if isinstance(node, (Not, State)):
        return (node.item,)
    if isinstance(node, In):
        return (node.item, node.group)
    if isinstance(node, Choose):
        return (node.test, node.yes, node.no)
    if isinstance(node, (Call, Term)):
        return node.args
    if isinstance(node, Rows):
        return tuple(part for part in (node.body, node.where) if part is not None)
    return ()


def walk(node: Node) -> "list[Node]":
    """The node and everything below it, depth first."""
    found = [node]
    for child in children(node):
        found.extend(walk(child))
    return found


def shape(node: Node) -> tuple[Any, ...]:
    """A node's content without its place: equal for equal expressions, so that one is computed once."""
    parts: list[Any] = [type(node).__name__]
    for value in node[:-2]:
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            parts.append(shape(cast(Node, value)))
        elif isinstance(value, tuple):
            parts.append(
                tuple(shape(cast(Node, item)) if hasattr(item, "_fields") else item for item in value)
            )
        else:
            parts.append(value)
    return tuple(parts)
