"""One evaluation of an expression by the reference, every comparison with its operands and result.

The other engines are tested against this one.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from . import nodes as n
from .closures import Failed, Run, ready

__all__ = ["Failed", "Step", "Trace", "View"]


class View(NamedTuple):
    """What an evaluation sees of a case: values in computing form (``None``: unknown), states of
    facts that are not simply recorded, documents, whether the inventory is signed off, and the day."""

    values: Mapping[str, Any]
    states: Mapping[str, str]
    documents: frozenset[str]
    signed_off: bool
    as_of: date


class Step(NamedTuple):
    """One comparison or question with the values of its operands and its result, and the rows (fact,
    position) it was asked of."""

    expr: n.Expr
    node: n.Node
    values: tuple[Any, ...]
    result: bool | None
    rows: tuple[tuple[str, int], ...] = ()

    @property
    def text(self) -> str:
        """The words of the comparison."""
        return self.expr.text(self.node)

    @property
    def operands(self) -> tuple[tuple[str, Any], ...]:
        """The operands by their words, with their values; a fact or document asked by itself has none."""
        parts = n.children(self.node) if self.values else ()
        return tuple((self.expr.text(part), value) for part, value in zip(parts, self.values, strict=True))


@lru_cache(maxsize=8192)
def _ready(expr: n.Expr) -> Run:
    return ready(expr.root)


class Trace:
    """One evaluation of an expression; read ``result``, ``facts``, ``kinds``, ``steps`` and ``failed``
    afterwards. ``values``, ``rows`` and ``place`` serve the evaluation itself."""

    __slots__ = (
        "expr",
        "facts",
        "failed",
        "kinds",
        "log",
        "params",
        "place",
        "result",
        "rows",
        "values",
        "view",
    )

    def __init__(self, expr: n.Expr, view: View, params: Mapping[str, Any]) -> None:
        self.expr, self.view, self.values, self.params = expr, view, view.values, params
        self.facts: dict[str, None] = {}
        self.kinds: dict[str, None] = {}
        self.failed: dict[int, Failed] = {}
        self.log: list[tuple[n.Node, tuple[Any, ...], Any, tuple[tuple[str, int], ...]]] = []
        self.rows: dict[str, tuple[int, Mapping[str, Any]]] = {}
        self.place: tuple[tuple[str, int], ...] = ()
        self.result = _ready(expr)(self)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was compared and asked, in order."""
        return tuple(Step(self.expr, *entry) for entry in self.log)
