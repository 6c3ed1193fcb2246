"""Expressions over columns: the tree as polars expressions, with the null logic polars shares with us.

Dates are day numbers, sets and documents bit masks. What has no column form of its own (text functions,
months) is worked out once per distinct operands and joined; rows are exploded children, aggregated once.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..workdays import work_calendar
from . import nodes as n
from .adapt import adapted, adapted_term
from .machine import number
from .nodes import Node
from .terms import Period

WORD = 62
_EPOCH = 719_163

pl: Any = None


def load_polars() -> Any:
    """The polars module: an extra (``anheng[bulk]``), imported only where columns are used."""
    global pl
    if pl is None:
        pl = importlib.import_module("polars")
    return pl


class Unsupported(Exception):
    """An expression without a column form; its rule is left to the generated Python."""


class Columns:
    """Expressions over one frame: cases, or rows of cases (``parent`` is then the frame above).

    ``tables`` are the children by rows fact; ``codes`` the bit of every code of a set fact; ``bits`` those
    of document kinds. ``cases`` pairs a parameter with its values by condition.
    """

    def __init__(self, frame: Any, tables: Mapping[str, Any], codes: Mapping[str, Mapping[str, int]],
                 bits: Mapping[str, int], depth: int = 0) -> None:  # fmt: skip
        self.id = f"id{depth}"
        self.depth = depth
        self.frame, self.tables, self.codes, self.bits = frame, tables, codes, bits
        self.params: Mapping[str, Sequence[tuple[Any, Any]]] = {}
        self.made: dict[Any, str] = {}
        self._scope = ""

    def bind(self, params: Mapping[str, Sequence[tuple[Any, Any]]], scope: str) -> None:
        """Set the values of parameters; ``scope`` tells apart what was made under other values."""
        self.params, self._scope = params, scope

    def build(self, node: Node) -> Any:
        """The expression of a node."""
        return _BUILD[type(node)](self, node)

    def keep(self, key: Any, expr: Any) -> Any:
        """The expression as a column of the frame, made once per key."""
        if key not in self.made:
            name = f"made{len(self.made)}"
            self.frame = self.frame.with_columns(expr.alias(name))
            self.made[key] = name
        return pl.col(self.made[key])

    def _key(self, node: Node) -> Any:
        bound = any(isinstance(part, (n.ParamRef, n.Term)) for part in n.walk(node))
        return (n.shape(node), self._scope if bound else "")

    def choose(self, param: str, of: Callable[[Any], Any]) -> Any:
        """``of`` a parameter's value by the conditions under which each holds; null where none does."""
        expr = pl.lit(None)
        for condition, value in reversed(self.params[param]):
            found = pl.lit(None) if value is None else of(value)
            expr = found if condition is None else pl.when(condition).then(found).otherwise(expr)
        return expr

    def _lit(self, node: n.Lit) -> Any:
        return pl.lit(number(node.value)) if not isinstance(node.value, (tuple, frozenset)) else node.value

    def _fact(self, node: n.FactRef) -> Any:
        return pl.col(f"rows:{node.name}" if node.type == "rows" else node.name)

    def _param(self, node: n.ParamRef) -> Any:
        if node.type == "list":
            raise Unsupported(node.name)
        return self.choose(
            node.name, lambda value: pl.lit(value.value if isinstance(value, Period) else value)
        )

    def _field(self, node: n.FieldRef) -> Any:
        return pl.col(f"{node.var}.{node.field}") if node.field else pl.lit(True)

    def _index(self, node: n.Index) -> Any:
        return pl.col(f"{node.var}.at")

    def _junction(self, node: n.Junction) -> Any:
        expr = self.build(node.items[0])
        for item in node.items[1:]:
            expr = (expr & self.build(item)) if node.op == "and" else (expr | self.build(item))
        return expr

    def _not(self, node: n.Not) -> Any:
        return ~self.build(node.item)

    def _mask(self, fact: Node, value: Any) -> int:
        if not isinstance(fact, n.FactRef):
            raise Unsupported("集合栏")
        table = self.codes[fact.name]
        return sum(1 << table[code] for code in value)

    def _compare(self, node: n.Compare) -> Any:
        left, right = node.left, node.right
        if left.type == "set":
            if isinstance(left, n.Lit) == isinstance(right, n.Lit):
                raise Unsupported("两个集合相比")
            one = pl.lit(self._mask(right, left.value)) if isinstance(left, n.Lit) else self.build(left)
            two = pl.lit(self._mask(left, right.value)) if isinstance(right, n.Lit) else self.build(right)
            return (one & two) == one if node.op == "<=" else one == two if node.op == "==" else one != two
        a, b = self.build(left), self.build(right)
        return {"==": a.__eq__, "!=": a.__ne__, "<": a.__lt__, "<=": a.__le__, ">": a.__gt__, ">=": a.__ge__}[
            node.op
        ](b)

    def _in(self, node: n.In) -> Any:
        group = node.group
        if isinstance(group, n.Lit):
            return self.build(node.item).is_in([number(value) for value in group.value])
        if isinstance(group, n.ParamRef):
            item = self.build(node.item)
            return self.choose(group.name, lambda value: item.is_in(list(value)))
        if isinstance(node.item, n.Lit):
            return (self.build(group) & self._mask(group, (node.item.value,))) != 0
        raise Unsupported("集合含有非字面值")

    def _arith(self, node: n.Arith) -> Any:
        a, b = self.build(node.left), self.build(node.right)
        return a + b if node.op == "+" else a - b if node.op == "-" else a * b

    def _choose(self, node: n.Choose) -> Any:
        test, yes, no = self.build(node.test), self.build(node.yes), self.build(node.no)
        agreed = pl.when(yes.eq_missing(no)).then(yes)
        return pl.when(test).then(yes).when(~test).then(no).otherwise(agreed)

    def _call(self, node: n.Call) -> Any:
        args = [self.build(arg) for arg in node.args]
        if node.name in ("min", "max"):
            known = pl.all_horizontal(arg.is_not_null() for arg in args)
            return pl.when(known).then(
                (pl.min_horizontal if node.name == "min" else pl.max_horizontal)(*args)
            )
        native = _NATIVE.get(node.name)
        if native is not None:
            return native(*args)
        return self.distinct(self._key(node), args, adapted(node.name), node.type)

    def distinct(self, key: Any, args: Sequence[Any], call: Callable[..., Any], kind: str) -> Any:
        """A function worked out once for each distinct combination of known operands."""
        if key in self.made:
            return pl.col(self.made[key])
        names = [f"a{at}" for at in range(len(args))]
        given = self.frame.select(arg.alias(name) for arg, name in zip(args, names, strict=True))
        pairs = given.drop_nulls().unique()
        results = [call(*row) for row in pairs.iter_rows()]
        table = pairs.with_columns(pl.Series("result", results, dtype=dtype_of(kind)))
        found = given.join(table, on=names, how="left", maintain_order="left")["result"]
        return self.keep(key, pl.lit(found))

    def _term(self, node: n.Term) -> Any:
        args = [self.build(arg) for arg in node.args]

        def of(period: Period) -> Any:
            if period.unit == "calendar_day":
                return _calendar(node.name, args, period.value)
            if period.unit == "working_day":
                return _working(node.name, args, period.value)
            call = adapted_term(node.name)
            key = (self._key(node), period)
            return self.distinct(key, args, lambda *days: call(*days, period), node.type)

        return self.choose(node.param, of)

    def _has(self, node: n.Has) -> Any:
        bits = 0
        for kind in node.kinds:
            bits |= self.bits[kind]
        tests = []
        for word in range(0, max(bits.bit_length(), 1), WORD):
            part = bits >> word & (1 << WORD) - 1
            held = pl.col(f"mask{word // WORD}") & part
            tests.append(held != 0 if node.mode == "any" else held == part)
        found = pl.any_horizontal(tests) if node.mode == "any" else pl.all_horizontal(tests)
        return pl.when(found).then(True).when(pl.col("signed")).then(False)

    def _state(self, node: n.State) -> Any:
        if node.name == "known":
            if node.item.type == "rows":
                return self.build(node.item).is_not_null()
            return self.build(node.item).is_not_null()
        assert isinstance(node.item, n.FactRef)
        state = pl.col(f"{node.item.name}?")
        yes, no = ("confirmed_absent", "recorded") if node.name == "absent" else ("recorded", "not_yet")
        return pl.when(state == yes).then(True).when(state == no).then(False)

    def _rows(self, node: n.Rows) -> Any:
        return self.rows(node, node.name)

    def rows(self, node: n.Rows, name: str) -> Any:
        """An aggregate over the rows of each line of the frame, kept as a column."""
        key = (name, self._key(node))
        if key in self.made:
            return pl.col(self.made[key])
        child = self.tables[node.fact]
        own = child.rename({c: f"{node.var}.{c}" for c in child.columns if c != "case"})
        above = self.frame.with_row_index(self.id)
        joined = above.select(self.id, "case", *self._needed(node)).join(own, on="case", how="inner")
        inner = Columns(joined, self.tables, self.codes, self.bits, self.depth + 1)
        inner.bind(self.params, self._scope)
        test = inner.build(node.where) if node.where is not None else pl.lit(True)
        body = inner.build(node.body) if node.body is not None else pl.lit(0)
        lines = inner.frame.select(id=pl.col(self.id), at=pl.col(f"{node.var}.at"), test=test, value=body)
        found = lines.filter(pl.col("test").is_null() | pl.col("test")).sort("id", "at")
        table = found.group_by("id", maintain_order=True).agg(_aggregates(name))
        there = above.select(id=pl.col(self.id), there=pl.col(f"rows:{node.fact}"))
        joined = there.join(table, on="id", how="left", maintain_order="left")
        result = joined.select(pl.when(pl.col("there")).then(_result(name)).alias("r"))["r"]
        return self.keep(key, pl.lit(result))


    def _needed(self, node: n.Rows) -> list[str]:
        """The columns of this frame that an aggregate reads, so that no others are repeated per row."""
        found: dict[str, None] = {}
        for part in n.walk(node):
            if isinstance(part, n.FactRef):
                found[f"rows:{part.name}" if part.type == "rows" else part.name] = None
            elif isinstance(part, n.Rows):
                found[f"rows:{part.fact}"] = None
            elif isinstance(part, (n.FieldRef, n.Index)) and part.var != node.var:
                found[f"{part.var}.{part.field if isinstance(part, n.FieldRef) else 'at'}"] = None
            elif isinstance(part, n.State) and isinstance(part.item, n.FactRef) and part.name != "known":
                found[f"{part.item.name}?"] = None
            elif isinstance(part, n.Has):
                found.update(dict.fromkeys([*(c for c in self.frame.columns if c.startswith("mask")), "signed"]))
            elif isinstance(part, (n.ParamRef, n.Term)):
                cases = self.params[part.name if isinstance(part, n.ParamRef) else part.param]
                tests = (test for test, _ in cases if test is not None)
                found.update(dict.fromkeys(name for test in tests for name in test.meta.root_names()))
        held = set(self.frame.columns)
        return [name for name in found if name in held]


def _aggregates(name: str) -> list[Any]:
    test, value = pl.col("test"), pl.col("value")
    if name in ("all", "any", "failing_all", "failing_any"):
        wanted = name.endswith("any")
        hit = (value == wanted).fill_null(False)
        sure = test.fill_null(False)
        return [
            (sure & hit).sum().alias("bad"),
            (value.is_null() | (test.is_null() & hit)).any().alias("open"),
        ]
    last = {"first": value.first(), "earliest": value.min(), "latest": value.max(), "total": value.sum(),
            "distinct": value.n_unique(), "count": pl.len()}[name]  # fmt: skip
    opens = test.first().is_null() if name == "first" else test.is_null().any()
    if name not in ("first", "count"):
        opens = opens | value.is_null().any()
    if name in ("count", "distinct"):
        last = last.cast(pl.Int64)
    return [last.alias("last"), opens.alias("open")]


def _result(name: str) -> Any:
    opens = pl.col("open").fill_null(False)
    if name in ("all", "any"):
        wanted = name == "any"
        return pl.when(pl.col("bad").fill_null(0) > 0).then(wanted).when(~opens).then(not wanted)
    if name.startswith("failing"):
        return pl.col("bad").fill_null(0)
    empty = pl.col("last").fill_null(0) if name in ("count", "total", "distinct") else pl.col("last")
    return pl.when(~opens).then(empty)


def dtype_of(kind: str) -> Any:
    """The column type of a language type in machine form."""
    return {"bool": pl.Boolean, "text": pl.String, "date": pl.Int32}.get(kind, pl.Int64)


def _gather(values: Sequence[int], at: Any) -> Any:
    """``values[at]``, null where ``at`` lies outside."""
    inside = (at >= 0) & (at < len(values))
    return pl.when(inside).then(pl.lit(pl.Series(values, dtype=pl.Int32)).gather(at.clip(0, len(values) - 1)))


def _wdays(start: Any, end: Any) -> Any:
    calendar = work_calendar()
    return _gather(calendar.counts, end - calendar.base) - _gather(calendar.counts, start - calendar.base)


def _add_wdays(start: Any, count: Any) -> Any:
    calendar = work_calendar()
    ordinals = [day.toordinal() for day in calendar.days]
    last = _gather(ordinals, _gather(calendar.counts, start - calendar.base) + count - 1)
    known = start.is_between(calendar.base, calendar.base + len(calendar.counts) - 1)
    return pl.when(known & (count == 0)).then(start).when(count > 0).then(last)


def _calendar(name: str, args: Sequence[Any], value: int) -> Any:
    if name == "term_end":
        return args[0] + value
    days = args[1] - args[0]
    return {"elapsed": days, "within": days <= value, "past": days > value, "at_least": days >= value}[name]


def _working(name: str, args: Sequence[Any], value: int) -> Any:
    if name == "term_end":
        return _add_wdays(args[0], pl.lit(value))
    days, count = args[1] - args[0], _wdays(*args)
    if name == "elapsed":
        return count
    if name == "within":
        return (days <= value) | (count <= value)
    if name == "at_least":
        return (days >= value) & (count >= value)
    return (days > value) & (args[1] > _add_wdays(args[0], pl.lit(value)))


def _day_number(expr: Any) -> Any:
    return (expr - _EPOCH).cast(pl.Date)


_NATIVE: dict[str, Callable[..., Any]] = {
    "days": lambda a, b: b - a,
    "wdays": lambda a, b: _wdays(a, b),
    "add_days": lambda a, count: a + count,
    "add_wdays": lambda a, count: _add_wdays(a, count),
    "year": lambda a: _day_number(a).dt.year(),
    "weekday": lambda a: (a - 1) % 7 + 1,
    "day": lambda a: a // 86_400,
    "minutes": lambda a, b: (b - a) // 60,
    "add_hours": lambda a, count: a + count * 3600,
    "at": lambda a, h, m: a.cast(pl.Int64) * 86_400 + h * 3600 + m * 60,
    "abs": lambda a: a.abs(),
    "milli": lambda a: a,
    "size": lambda a: a.bitwise_count_ones().cast(pl.Int64),
}

_BUILD: dict[type, Callable[[Columns, Any], Any]] = {
    n.Lit: Columns._lit, n.FactRef: Columns._fact, n.ParamRef: Columns._param, n.FieldRef: Columns._field,
    n.Index: Columns._index, n.Junction: Columns._junction, n.Not: Columns._not, n.Compare: Columns._compare,
    n.In: Columns._in, n.Arith: Columns._arith, n.Choose: Columns._choose, n.Call: Columns._call,
    n.Term: Columns._term, n.Has: Columns._has, n.State: Columns._state, n.Rows: Columns._rows,
}  # fmt: skip
