"""The reference meaning of every node, each tree made once into nested functions of a ``Trace``.

Kleene logic: unknown is ``None``. ``and`` and ``or`` stop at the operand that decides them, so that the
facts touched are those the verdict rests on; every comparison is noted in the trace's ``log``.
"""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from . import nodes as n
from .functions import FUNCTIONS
from .terms import TERMS, Period

if TYPE_CHECKING:
    from .trace import Trace

Run = Callable[["Trace"], Any]
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


class Failed(NamedTuple):
    """Rows of a fact for which an ``all`` did not hold or an ``any`` did."""

    name: str
    fact: str
    rows: tuple[int, ...]


def ready(node: n.Node) -> Run:
    """The function that evaluates a node."""
    return _READY[type(node)](node)


def _lit(node: n.Lit) -> Run:
    value = node.value
    return lambda trace: value


def _fact(node: n.FactRef) -> Run:
    name = node.name
    if name == "as_of":
        return lambda trace: trace.view.as_of

    def plain(trace: "Trace") -> Any:
        trace.facts[name] = None
        return trace.values.get(name)

    return _noted(node, plain) if node.type == "bool" else plain


def _noted(node: n.Node, run: Run) -> Run:
    """``run`` whose result counts as an answer of its own."""

    def noted(trace: "Trace") -> Any:
        result = run(trace)
        trace.log.append((node, (), result, trace.place))
        return result

    return noted


def _param(node: n.ParamRef) -> Run:
    name = node.name

    def run(trace: "Trace") -> Any:
        value = trace.params.get(name)
        return value.value if isinstance(value, Period) else value

    return run


def _field(node: n.FieldRef) -> Run:
    var, field = node.var, node.field

    def plain(trace: "Trace") -> Any:
        row = trace.rows[var][1]
        return row.get(field) if field else row

    return _noted(node, plain) if node.type == "bool" else plain


def _index(node: n.Index) -> Run:
    var = node.var
    return lambda trace: trace.rows[var][0]


def _junction(node: n.Junction) -> Run:
    decides = node.op == "or"
    items = tuple(ready(item) for item in node.items)

    def run(trace: "Trace") -> Any:
        result: bool | None = not decides
        for item in items:
            value = item(trace)
            if value is decides:
                return value
            if value is None:
                result = None
        return result

    return run


def _not(node: n.Not) -> Run:
    item = ready(node.item)

    def run(trace: "Trace") -> bool | None:
        value = item(trace)
        return None if value is None else not value

    return run


def _compare(node: n.Compare) -> Run:
    left, right, compare = ready(node.left), ready(node.right), OPERATORS[node.op]

    def run(trace: "Trace") -> bool | None:
        one, two = left(trace), right(trace)
        result: bool | None = None if one is None or two is None else compare(one, two)
        trace.log.append((node, (one, two), result, trace.place))
        return result

    return run


def _in(node: n.In) -> Run:
    item, group = ready(node.item), ready(node.group)

    def run(trace: "Trace") -> bool | None:
        one, many = item(trace), group(trace)
        result = None if one is None or many is None else one in many
        trace.log.append((node, (one, many), result, trace.place))
        return result

    return run


def _arith(node: n.Arith) -> Run:
    left, right, work = ready(node.left), ready(node.right), OPERATORS[node.op]

    def run(trace: "Trace") -> Any:
        one, two = left(trace), right(trace)
        return None if one is None or two is None else work(one, two)

    return run


def _choose(node: n.Choose) -> Run:
    test, yes, no = ready(node.test), ready(node.yes), ready(node.no)

    def run(trace: "Trace") -> Any:
        chosen = test(trace)
        if chosen is not None:
            return yes(trace) if chosen else no(trace)
        one, two = yes(trace), no(trace)
        return one if one == two else None

    return run


def _call(node: n.Call) -> Run:
    args = tuple(ready(arg) for arg in node.args)
    plain: dict[str, Callable[..., Any]] = {
        "min": lambda *values: min(values),
        "max": lambda *values: max(values),
    }
    call = plain.get(node.name) or FUNCTIONS[node.name].call
    return _called(node, args, lambda trace, values: call(*values))


def _term(node: n.Term) -> Run:
    args = tuple(ready(arg) for arg in node.args)
    name, call = node.param, TERMS[node.name]

    def worked(trace: "Trace", values: tuple[Any, ...]) -> Any:
        period = trace.params.get(name)
        return call(*values, period) if isinstance(period, Period) else None  # type: ignore[operator]

    return _called(node, args, worked)


def _called(node: n.Call | n.Term, args: tuple[Run, ...], work: Callable[["Trace", Any], Any]) -> Run:
    asks = node.type == "bool"

    def run(trace: "Trace") -> Any:
        values = tuple([arg(trace) for arg in args])
        result = None if None in values else work(trace, values)
        if asks:
            trace.log.append((node, values, result, trace.place))
        return result

    return run


def _has(node: n.Has) -> Run:
    kinds = frozenset(node.kinds)
    looked = dict.fromkeys(node.kinds)
    any_kind = node.mode == "any"

    def run(trace: "Trace") -> bool | None:
        trace.kinds.update(looked)
        view = trace.view
        found = not kinds.isdisjoint(view.documents) if any_kind else kinds <= view.documents
        result = True if found else False if view.signed_off else None
        trace.log.append((node, (), result, trace.place))
        return result

    return run


def _state(node: n.State) -> Run:
    item, name = ready(node.item), node.name
    fact = node.item.name if isinstance(node.item, n.FactRef) else ""
    yes, no = ("confirmed_absent", "recorded") if name == "absent" else ("recorded", "not_yet")

    def run(trace: "Trace") -> bool | None:
        value = item(trace)
        if name == "known":
            result: bool | None = value is not None
        else:
            state = trace.view.states.get(fact) or ("unrecorded" if value is None else "recorded")
            result = True if state == yes else False if state == no else None
        trace.log.append((node, (value,), result, trace.place))
        return result

    return run


def _rows(node: n.Rows) -> Run:
    fact, var, first, asks = node.fact, node.var, node.name == "first", node.type == "bool"
    where = ready(node.where) if node.where is not None else None
    body = ready(node.body) if node.body is not None else None

    def run(trace: "Trace") -> Any:
        trace.facts[fact] = None
        rows = trace.values.get(fact)
        if rows is None:
            if asks:
                trace.log.append((node, (), None, trace.place))
            return None
        outer = trace.place
        hits: list[tuple[int, bool | None, Any]] = []
        for at, row in enumerate(rows):
            trace.rows[var] = (at, row)
            trace.place = (*outer, (fact, at))
            test = True if where is None else where(trace)
            if test is not False:
                hits.append((at, test, body(trace) if body is not None else None))
                if first:
                    break
        trace.place = outer
        return _aggregate(trace, node, hits)

    return run


def _aggregate(trace: "Trace", node: n.Rows, hits: list[tuple[int, bool | None, Any]]) -> Any:
    if node.name in ("all", "any"):
        wanted = node.name == "any"
        bad = tuple(at for at, test, value in hits if test and value is wanted)
        if bad:
            trace.failed[node.start] = Failed(node.name, node.fact, bad)
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


_READY: dict[type, Callable[[Any], Run]] = {
    n.Lit: _lit, n.FactRef: _fact, n.ParamRef: _param, n.FieldRef: _field, n.Index: _index,
    n.Junction: _junction, n.Not: _not, n.Compare: _compare, n.In: _in, n.Arith: _arith, n.Choose: _choose,
    n.Call: _call, n.Term: _term, n.Has: _has, n.State: _state, n.Rows: _rows,
}  # fmt: skip
