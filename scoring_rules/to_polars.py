"""All rules over columns: cases in machine form to a frame, verdict numbers out as one column a check."""

from collections.abc import Mapping, Sequence
from typing import Any

from .facts import FactSpec
from .language import nodes as n
from .language.column_forms import dtype_of, pl
from .language.columns import WORD, Columns, Unsupported
from .rules import Basis, Check, Param, Rule
from .to_python import BREACHED, MET, NA, OPEN, Compiled, compile_rules, expressions

Row = tuple[Any, ...]


class ColumnEngine:
    """Rules compiled for frames of cases. ``left`` are the rules that have no column form: the generated
    Python judges them, line by line."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled, self.plan = compiled, compiled.plan
        self.left: dict[int, Compiled] = {}
        literals = _set_literals(compiled.rules)
        self.literals = {
            name: literals.get(name, set()) for name in self.plan.facts if self.spec(name).type == "set"
        }

    def spec(self, name: str) -> FactSpec:
        return self.plan.specs[name]

    def run(self, rows: Sequence[Row]) -> Any:
        """A frame with one UInt8 column per check, named by its number."""
        return self.judge(self.load(rows), rows)

    def judge(self, columns: Columns, rows: Sequence[Row]) -> Any:
        """The same on a frame loaded before; ``rows`` serve the rules without a column form."""
        results: dict[int, Any] = {}
        first = 0
        for rule in self.compiled.rules:
            try:
                for at, expr in enumerate(self._rule(columns, rule), first):
                    results[at] = expr
            except Unsupported:
                self._aside(rule, first, rows, results)
            first += len(rule.checks)
        frame = columns.frame.lazy().select(expr.alias(str(at)) for at, expr in sorted(results.items()))
        return frame.collect()

    def occurrences(self, rows: Sequence[Row], check: int) -> list[int]:
        """The occurrences of a check on every case, worked out by the generated Python."""
        counter = self.compiled.counters[check]
        return [counter(row) for row in rows]

    def _aside(self, rule: Rule, first: int, rows: Sequence[Row], results: dict[int, Any]) -> None:
        if first not in self.left:
            self.left[first] = compile_rules([rule], self.plan)
        outcome = [self.left[first].run(row) for row in rows]
        for at in range(len(rule.checks)):
            results[first + at] = pl.lit(pl.Series([codes[at] for codes in outcome], dtype=pl.UInt8))

    def load(self, rows: Sequence[Row]) -> Columns:
        """The frame of cases and the children of every rows fact."""
        plan = self.plan
        held = dict(zip((*plan.names, "mask", "signed", "as_of"), zip(*rows, strict=True), strict=True))
        data: dict[str, Any] = {"case": pl.Series(range(len(rows)), dtype=pl.UInt32)}
        codes: dict[str, Mapping[str, int]] = {}
        for name in plan.facts:
            kind = self.spec(name).type
            if kind == "set":
                codes[name] = self._codes(name, held[name])
                data[name] = pl.Series([_bits(value, codes[name]) for value in held[name]], dtype=pl.Int64)
            else:
                data[name] = pl.Series(held[name], dtype=dtype_of("text" if kind == "enum" else kind))
        for name in plan.states:
            data[f"{name}?"] = pl.Series(held[f"{name}?"], dtype=pl.String)
        for word in range(0, max(len(plan.bits), 1), WORD):
            part = [mask >> word & (1 << WORD) - 1 for mask in held["mask"]]
            data[f"mask{word // WORD}"] = pl.Series(part, dtype=pl.Int64)
        data["signed"] = pl.Series(held["signed"], dtype=pl.Boolean)
        data["as_of"] = pl.Series(held["as_of"], dtype=pl.Int32)
        tables = {name: self._table(name, held[name]) for name in plan.rows}
        for name in plan.rows:
            data[f"rows:{name}"] = pl.Series(
                [None if value is None else True for value in held[name]], dtype=pl.Boolean
            )
        return Columns(pl.DataFrame(data), tables, codes, plan.bits)

    def _codes(self, name: str, values: Sequence[Any]) -> Mapping[str, int]:
        seen: set[str] = set(self.spec(name).values) | self.literals[name]
        for value in values:
            seen.update(value or ())
        return {code: at for at, code in enumerate(sorted(seen))}

    def _table(self, name: str, values: Sequence[Any]) -> Any:
        fields, spec = self.plan.rows[name], self.spec(name)
        lines = [(case, at, *row) for case, rows in enumerate(values) if rows for at, row in enumerate(rows)]
        schema = {"case": pl.UInt32, "at": pl.Int32}
        for field in fields:
            kind = spec.fields[field].type
            schema[field] = (
                pl.List(pl.String) if kind == "set" else dtype_of("text" if kind == "enum" else kind)
            )
        return pl.DataFrame(lines, schema=schema, orient="row")

    def _rule(self, columns: Columns, rule: Rule) -> list[Any]:
        gate: Any = None
        if rule.when is not None:
            day = self._day(columns, rule.select_by)
            self._bind(columns, rule.checks[0], day)
            spans = [b for check in rule.checks for b in check.basis]
            gate = columns.build(rule.when.root)
            inside = _inside(spans, day)
            if inside is not None:
                gate = pl.when(~inside).then(False).otherwise(gate)
            gate = columns.keep(("gate", rule.id), gate)
        return [self._check(columns, check, gate) for check in rule.checks]

    def _check(self, columns: Columns, check: Check, gate: Any) -> Any:
        day = self._day(columns, check.select_by)
        self._bind(columns, check, day)
        off, certain = [], []
        if gate is not None:
            off.append(~gate)
            certain.append(gate.is_not_null())
        inside = _inside(check.basis, day)
        if inside is not None:
            off.append(~inside)
            certain.append(day.is_not_null())
        if check.when is not None:
            when = columns.build(check.when.root)
            off.append(~when)
            certain.append(when.is_not_null())
        result = pl.lit(None, dtype=pl.Boolean)
        if check.require is not None:
            result = columns.build(check.require.root)
        met, broken = result, ~result
        for test in certain:
            met, broken = met & test, broken & test
        expr = pl.when(met).then(_code(MET)).when(broken).then(_code(BREACHED)).otherwise(_code(OPEN))
        for test in reversed(off):
            expr = pl.when(test).then(_code(NA)).otherwise(expr)
        return expr

    def _day(self, columns: Columns, select_by: tuple[str, ...]) -> Any:
        names = select_by or ("as_of",)
        if len(names) == 1:
            return pl.col(names[0])
        return columns.keep(("day", names), pl.coalesce(names))

    def _bind(self, columns: Columns, check: Check, day: Any) -> None:
        bound = {}
        for name, param in check.params.items():
            own = self._day(columns, param.select_by) if param.select_by else day
            bound[name] = list(_cases(param, own))
        columns.bind(
            bound, repr([(name, param) for name, param in check.params.items()]) + repr(check.select_by)
        )


def _code(value: int) -> Any:
    return pl.lit(value, dtype=pl.UInt8)


def _cases(param: Param, day: Any) -> Any:
    """The values of a parameter, latest first, with the condition under which each holds."""
    if len(param.values) == 1 and param.values[0].since is None:
        yield None, param.bind(None)
        return
    for value in reversed(param.values):
        held = param._replace(values=(value._replace(since=None),)).bind(None)
        yield day.is_not_null() if value.since is None else day >= value.since.toordinal(), held
    yield None, None


def _inside(basis: Sequence[Basis], day: Any) -> Any:
    """Whether the day lies in any clause's span; ``None`` where one always held."""
    expr = None
    for start, end in dict.fromkeys((b.start, b.end) for b in basis):
        if start is None and end is None:
            return None
        test = day >= start.toordinal() if start is not None else day.is_not_null()
        if end is not None:
            test = test & (day <= end.toordinal())
        expr = test if expr is None else expr | test
    return expr


def _bits(value: Any, codes: Mapping[str, int]) -> int | None:
    return None if value is None else sum(1 << codes[code] for code in value)


def _set_literals(rules: Sequence[Rule]) -> dict[str, set[str]]:
    """The codes that expressions ask of every set fact."""
    found: dict[str, set[str]] = {}
    for expr in expressions(rules):
        for node in n.walk(expr.root):
            pairs: list[tuple[n.Node, n.Node]] = []
            if isinstance(node, n.In):
                pairs.append((node.group, node.item))
            elif isinstance(node, n.Compare):
                pairs += [(node.left, node.right), (node.right, node.left)]
            for fact, literal in pairs:
                if isinstance(fact, n.FactRef) and fact.type == "set" and isinstance(literal, n.Lit):
                    value = literal.value
                    found.setdefault(fact.name, set()).update(
                        value if isinstance(value, frozenset) else (value,)
                    )
    return found


__all__ = ["ColumnEngine", "Row"]
