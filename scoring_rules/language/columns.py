"""Expressions over columns: the tree as polars expressions, with the null logic polars shares with us.

Dates are day numbers, sets and documents bit masks. What has no column form of its own (text functions,
months) is worked out once per distinct operands and joined; rows are exploded children, aggregated once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import nodes as n
from .adapt import adapted, adapted_term
from .column_forms import NATIVE, aggregates, calendar_days, dtype_of, pl, result_of, working_days
from .machine import number
from .nodes import Node
from .terms import Period

WORD = 62


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
        native = NATIVE.get(node.name)
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
                return calendar_days(node.name, args, period.value)
            if period.unit == "working_day":
                return working_days(node.name, args, period.value)
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
        own = (
            self.tables[node.fact]
            .lazy()
            .rename(lambda name: name if name == "case" else f"{node.var}.{name}")
        )
        above = self.frame.lazy().with_row_index(self.id)
        inner_frame = (
            above.select(self.id, "case", *self._needed(node)).join(own, on="case", how="inner").collect()
        )
        inner = Columns(inner_frame, self.tables, self.codes, self.bits, self.depth + 1)
        inner.bind(self.params, self._scope)
        test = inner.build(node.where) if node.where is not None else pl.lit(True)
        body = inner.build(node.body) if node.body is not None else pl.lit(0)
        at = pl.col(f"{node.var}.at")
        lines = inner.frame.lazy().select(id=pl.col(self.id), at=at, test=test, value=body)
        found = lines.filter(pl.col("test").is_null() | pl.col("test"))
        if name == "first":
            found = found.sort("id", "at")
        table = found.group_by("id", maintain_order=name == "first").agg(aggregates(name))
        # Joined outside the lazy plan: polars 2.1 lost the order of a lazy left join that asks to keep it.
        there = self.frame.select(there=pl.col(f"rows:{node.fact}")).with_row_index("id")
        joined = there.join(table.collect(), on="id", how="left", maintain_order="left")
        result = joined.select(pl.when(pl.col("there")).then(result_of(name)).alias("r"))["r"]
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
                found.update(
                    dict.fromkeys([*(c for c in self.frame.columns if c.startswith("mask")), "signed"])
                )
            elif isinstance(part, (n.ParamRef, n.Term)):
                cases = self.params[part.name if isinstance(part, n.ParamRef) else part.param]
                tests = (test for test, _ in cases if test is not None)
                found.update(dict.fromkeys(name for test in tests for name in test.meta.root_names()))
        held = set(self.frame.columns)
        return [name for name in found if name in held]


_BUILD: dict[type, Callable[[Columns, Any], Any]] = {
    n.Lit: Columns._lit, n.FactRef: Columns._fact, n.ParamRef: Columns._param, n.FieldRef: Columns._field,
    n.Index: Columns._index, n.Junction: Columns._junction, n.Not: Columns._not, n.Compare: Columns._compare,
    n.In: Columns._in, n.Arith: Columns._arith, n.Choose: Columns._choose, n.Call: Columns._call,
    n.Term: Columns._term, n.Has: Columns._has, n.State: Columns._state, n.Rows: Columns._rows,
}  # fmt: skip
