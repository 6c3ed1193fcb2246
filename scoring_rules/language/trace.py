"""The reference evaluator: Kleene logic, every comparison recorded with its operands and result.

The other engines are tested against this one. Unknown is ``None``. ``and`` and ``or`` stop at the
operand that decides them, so that the facts touched are those the verdict rests on.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from . import nodes as n
from .functions import FUNCTIONS
from .terms import TERMS, Period

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


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
    parts: tuple[n.Node, ...]
    values: tuple[Any, ...]
    result: bool | None
    rows: tuple[tuple[str, int], ...] = ()

    @property
    def text(self) -> str:
        """The words of the comparison."""
        return self.expr.text(self.node)

    @property
    def operands(self) -> tuple[tuple[str, Any], ...]:
        """The operands by their words, with their values."""
        return tuple(
            (self.expr.text(part), value) for part, value in zip(self.parts, self.values, strict=True)
        )


class Failed(NamedTuple):
    """Rows of a fact for which an ``all`` did not hold or an ``any`` did."""

    name: str
    fact: str
    rows: tuple[int, ...]


class Trace:
    """One evaluation of an expression; read ``facts``, ``kinds``, ``steps`` and ``failed`` afterwards."""

    __slots__ = (
        "_bound",
        "expr",
        "facts",
        "failed",
        "kinds",
        "params",
        "result",
        "rows",
        "steps",
        "used",
        "view",
    )

    def __init__(self, expr: n.Expr, view: View, params: Mapping[str, Any]) -> None:
        self.expr, self.view, self.params = expr, view, params
        self.facts: dict[str, None] = {}
        self.rows: dict[tuple[str, int], None] = {}
        self.kinds: dict[str, None] = {}
        self.used: dict[str, None] = {}
        self.steps: list[Step] = []
        self.failed: dict[int, Failed] = {}
        self._bound: dict[str, tuple[str, int, Mapping[str, Any]]] = {}
        self.result = self._eval(expr.root)

    def _eval(self, node: n.Node) -> Any:
        return _EVALUATE[type(node)](self, node)

    def _step(self, node: n.Node, parts: tuple[n.Node, ...], values: tuple[Any, ...], result: Any) -> Any:
        where = tuple((fact, at) for fact, at, _ in self._bound.values()) if self._bound else ()
        self.steps.append(Step(self.expr, node, parts, values, result, where))
        return result

    def _lit(self, node: n.Lit) -> Any:
        return node.value

    def _fact(self, node: n.FactRef) -> Any:
        if node.name == "as_of":
            return self.view.as_of
        self.facts[node.name] = None
        value = self.view.values.get(node.name)
        return self._step(node, (), (), value) if node.type == "bool" else value

    def _param(self, node: n.ParamRef) -> Any:
        self.used[node.name] = None
        value = self.params.get(node.name)
        return value.value if isinstance(value, Period) else value

    def _field(self, node: n.FieldRef) -> Any:
        fact, at, row = self._bound[node.var]
        self.rows[fact, at] = None
        value = row if not node.field else row.get(node.field)
        return self._step(node, (), (), value) if node.type == "bool" else value

    def _index(self, node: n.Index) -> int:
        return self._bound[node.var][1]

    def _junction(self, node: n.Junction) -> bool | None:
        decides = node.op == "or"
        result: bool | None = not decides
        for item in node.items:
            value = self._eval(item)
            if value is decides:
                return value
            if value is None:
                result = None
        return result

    def _not(self, node: n.Not) -> bool | None:
        value = self._eval(node.item)
        return None if value is None else not value

    def _compare(self, node: n.Compare) -> bool | None:
        left, right = self._eval(node.left), self._eval(node.right)
        result = None if left is None or right is None else OPERATORS[node.op](left, right)
        self._step(node, (node.left, node.right), (left, right), result)
        return result

    def _in(self, node: n.In) -> bool | None:
        item, group = self._eval(node.item), self._eval(node.group)
        result = None if item is None or group is None else item in group
        self._step(node, (node.item, node.group), (item, group), result)
        return result

    def _arith(self, node: n.Arith) -> Any:
        left, right = self._eval(node.left), self._eval(node.right)
        return None if left is None or right is None else OPERATORS[node.op](left, right)

    def _choose(self, node: n.Choose) -> Any:
        test = self._eval(node.test)
        if test is not None:
            return self._eval(node.yes if test else node.no)
        yes, no = self._eval(node.yes), self._eval(node.no)
        return yes if yes == no else None

    def _call(self, node: n.Call) -> Any:
        values = tuple(self._eval(arg) for arg in node.args)
        if None in values:
            result = None
        elif node.name == "min":
            result = min(values)
        elif node.name == "max":
            result = max(values)
        else:
            result = FUNCTIONS[node.name].call(*values)
        if node.type == "bool":
            self._step(node, node.args, values, result)
        return result

    def _term(self, node: n.Term) -> Any:
        values = tuple(self._eval(arg) for arg in node.args)
        self.used[node.param] = None
        period = self.params.get(node.param)
        known = None not in values and isinstance(period, Period)
        result = TERMS[node.name](*values, period) if known else None  # type: ignore[operator]
        if node.type == "bool":
            self._step(node, node.args, values, result)
        return result

    def _has(self, node: n.Has) -> bool | None:
        found = self.view.documents
        self.kinds.update(dict.fromkeys(node.kinds))
        any_kind = node.mode == "any"
        if (any if any_kind else all)(kind in found for kind in node.kinds):
            result: bool | None = True
        else:
            result = False if self.view.signed_off else None
        return self._step(node, (), (), result)  # type: ignore[no-any-return]

    def _state(self, node: n.State) -> bool | None:
        value = self._eval(node.item)
        state = self.view.states.get(node.item.name) if isinstance(node.item, n.FactRef) else None
        state = state or ("unrecorded" if value is None else "recorded")
        if node.name == "known":
            result: bool | None = value is not None
        else:
            known = "confirmed_absent" if node.name == "absent" else "recorded"
            other = "recorded" if node.name == "absent" else "not_yet"
            result = True if state == known else False if state == other else None
        return self._step(node, (node.item,), (value,), result)  # type: ignore[no-any-return]

    def _rows(self, node: n.Rows) -> Any:
        self.facts[node.fact] = None
        rows = self.view.values.get(node.fact)
        if rows is None:
            return self._step(node, (), (), None) if node.type == "bool" else None
        hits: list[tuple[int, bool | None, Any]] = []
        for at, row in enumerate(rows):
            self._bound[node.var] = (node.fact, at, row)
            test = True if node.where is None else self._eval(node.where)
            if test is not False:
                hits.append((at, test, self._eval(node.body) if node.body is not None else None))
                if node.name == "first":
                    break
        self._bound.pop(node.var, None)
        return self._aggregate(node, hits)

    def _aggregate(self, node: n.Rows, hits: list[tuple[int, bool | None, Any]]) -> Any:
        if node.name in ("all", "any"):
            wanted = node.name == "any"
            bad = tuple(at for at, test, value in hits if test and value is wanted)
            if bad:
                self.failed[node.start] = Failed(node.name, node.fact, bad)
                return wanted
            unknown = any(value is None or (test is None and value is wanted) for _, test, value in hits)
            return None if unknown else not wanted
        if any(test is None for _, test, _ in hits):
            return None
        return fold(node.name, [value for _, _, value in hits])


def fold(name: str, values: list[Any]) -> Any:
    """The value of count, total, distinct, first, earliest or latest over the rows that count."""
    if name == "count":
        return len(values)
    if None in values:
        return None
    if name == "total":
        return sum(values)
    if name == "distinct":
        return len(set(values))
    if not values:
        return None
    return values[0] if name == "first" else min(values) if name == "earliest" else max(values)


_EVALUATE: dict[type, Callable[[Trace, Any], Any]] = {
    n.Lit: Trace._lit, n.FactRef: Trace._fact, n.ParamRef: Trace._param, n.FieldRef: Trace._field,
    n.Index: Trace._index, n.Junction: Trace._junction, n.Not: Trace._not, n.Compare: Trace._compare,
    n.In: Trace._in, n.Arith: Trace._arith, n.Choose: Trace._choose, n.Call: Trace._call, n.Term: Trace._term,
    n.Has: Trace._has, n.State: Trace._state, n.Rows: Trace._rows,
}  # fmt: skip
