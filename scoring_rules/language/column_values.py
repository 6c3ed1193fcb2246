"""Values over columns: arrays of numbers, or of the numbers of texts and sets, with the plane of the lines
on which they are known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import nodes as n
from .adapt import adapted, adapted_term, law_turn, worked
from .machine import number
from .nodes import Node
from .planes import NOTHING, ONE, ZERO, Lines, Pair, Value, literal
from .terms import Period

_PLAIN = {
    "days": "{1} - {0}", "minutes": "({1} - {0}) // 60", "day": "{0} // 86400",
    "at": "{0} * 86400 + ({1} * 3600 + {2} * 60)", "add_hours": "{0} + {1} * 3600",
    "milli": "{0}", "abs": "abs({0})",
}  # fmt: skip


class ValueColumns:
    """Writes values. ``seeds`` are the texts that expressions ask of each column, which get its first
    numbers; ``constants`` the functions that the code calls by name."""

    def __init__(self, lines: Lines, seeds: dict[str, dict[str, int]]) -> None:
        self.lines, self.seeds = lines, seeds
        self.constants: dict[str, Any] = {}
        self.cases: Mapping[str, Sequence[tuple[str, Any]]] = {}
        self.held: dict[str, Any] = {}
        self._rows_of: dict[str, tuple[str, int]] = {}
        self._keys: dict[str, str] = {}

    def pair(self, node: Node) -> Pair:
        """The planes of a condition; written by ``Columns``."""
        raise NotImplementedError

    def value(self, node: Node) -> Value:
        """The value of a node that is not a condition."""
        found = _VALUES[type(node)](self, node)
        return found._replace(day=True) if node.type == "date" else found

    def reads(self, node: Node) -> set[str]:
        """The parameters an expression reads."""
        parts = n.walk(node)
        return {p.name for p in parts if isinstance(p, n.ParamRef)} | {
            p.param for p in parts if isinstance(p, n.Term)
        }

    def constant(self, key: str, call: Callable[..., Any]) -> str:
        """The name of a function; the key says what it does."""
        if key not in self._keys:
            self._keys[key] = f"k{len(self._keys)}"
            self.constants[self._keys[key]] = call
        return self._keys[key]

    def place(self, node: Node) -> str:
        """The name of the column of a fact, or of a field of its rows."""
        if isinstance(node, n.FieldRef):
            return f"{self._rows_of[node.var][0]}.{node.field}"
        assert isinstance(node, n.FactRef)
        return node.name

    def read(self, node: Node, key: str) -> str:
        """A column, its rows on the axis of their variable."""
        depth = self._rows_of[node.var][1] if isinstance(node, n.FieldRef) else 1
        return self._lifted(self.lines.column(key), depth)

    def _lifted(self, name: str, depth: int) -> str:
        return name if depth == 1 else self.lines.keep(f"{name}[:, {'None, ' * (depth - 1)}:]")

    def seed(self, value: Value, text: str) -> int | None:
        """The number that a text has in a column; ``None`` for what is not a column."""
        if not value.column:
            return None
        held = self.seeds.setdefault(value.column, {})
        return held.setdefault(text, len(held))

    def numbered(self, value: Value) -> str:
        """The array of a text's numbers over all columns."""
        return value.array if value.over_all else self.lines.keep(f"numbers({value.words}, {value.array})")

    def formed(self, value: Value) -> Value:
        """The numbers of texts in the form that ``same`` compares."""
        form = self.lines.keep(f"look({value.words}, {value.words}.form, {value.array})")
        return Value(form, value.known)

    def _column(self, node: n.FactRef | n.FieldRef) -> Value:
        name = self.place(node)
        if name == "as_of":
            return Value(self.lines.column(name), ONE)
        array, known = self.read(node, name), self.read(node, f"{name}?")
        if node.type not in ("text", "set"):
            return Value(array, known)
        return Value(array, known, self.lines.keep(f"c.words({name!r})"), name)

    def _lit_value(self, node: n.Lit) -> Value:
        if isinstance(node.value, str):
            return Value("np.zeros(1, np.uint8)", ONE, self.lines.keep(f"c.literal({node.value!r})"))
        return Value(str(int(number(node.value))), ONE)

    def _param_value(self, node: n.ParamRef) -> Value:
        value = self.held[node.name]
        if value is None:
            return NOTHING
        return self._lit_value(n.Lit(value.value if isinstance(value, Period) else value, node.type, 0, 0))

    def _index(self, node: n.Index) -> Value:
        fact, depth = self._rows_of[node.var]
        return Value(self._lifted(self.lines.column(f"{fact}#"), depth), ONE)

    def _arith(self, node: n.Arith) -> Value:
        a, b = self.value(node.left), self.value(node.right)
        known = self.lines.all_of(a.known, b.known)
        if literal(a) and literal(b):
            one, two = int(a.array), int(b.array)
            return Value(
                str(one + two if node.op == "+" else one - two if node.op == "-" else one * two), known
            )
        return Value(self.lines.keep(f"{self._wide(a)} {node.op} {self._wide(b)}"), known)

    def _wide(self, value: Value) -> str:
        """The array in a type that holds what is computed from it: columns lie in the narrowest."""
        return value.array if literal(value) else self.lines.keep(f"{value.array}.astype(i64)")

    def _choose_value(self, node: n.Choose) -> Value:
        test, a, b = self.pair(node.test), self.value(node.yes), self.value(node.no)
        every, some = self.lines.all_of, self.lines.any_of
        one, two, words, other = a.array, b.array, "", b.array
        if a.words:
            one, two = self.numbered(a), self.numbered(b)
            words = self.lines.keep(f"{a.words}.join({b.words})")
            other = f"np.add({b.array}, len({a.words}.values), dtype=np.int32)"
        alike = one == two if literal(a) and literal(b) else None
        same = self.lines.keep(f"pack({one} == {two})") if alike is None else ONE if alike else ZERO
        known = some(every(test.yes, a.known), every(test.no, b.known), every(a.known, b.known, same))
        if Pair(ONE, ZERO) == test or Pair(ZERO, ONE) == test:
            return a if test.yes == ONE else b
        otherwise = "False" if test.no == ZERO else f"unpack({test.no})"
        array = f"np.where({otherwise}, {other}, {a.array})"
        return Value(self.lines.keep(array), known, words)

    def called(self, node: n.Call) -> tuple[Callable[..., Any], list[Value]]:
        """A function with its literals filled in, and the operands left."""
        fixed: dict[int, Any] = {}
        operands = []
        for at, arg in enumerate(node.args):
            if isinstance(arg, n.Lit):
                fixed[at] = number(arg.value)
            else:
                operand = self.value(arg)
                if node.name in ("law_text", "article_exists") and operand.day and operand.known != ZERO:
                    turn = self.lines.keep(f"{self.distinct('law turn', law_turn, [operand])}[0]")
                    operand = operand._replace(array=turn, words="LAW_TURNS")
                operands.append(operand)
        call, size = adapted(node.name), len(node.args)

        def filled(*given: Any) -> Any:
            rest = iter(given)
            return call(*(fixed[at] if at in fixed else next(rest) for at in range(size)))

        return filled, operands

    def key_of(self, node: n.Call) -> str:
        """What a function with its literals does, in words."""
        return f"{node.name}({', '.join(repr(a.value) if isinstance(a, n.Lit) else '·' for a in node.args)})"

    def distinct(
        self, key: str, call: Callable[..., Any], operands: Sequence[Value], over_all: str = ""
    ) -> str:
        """A function worked out once for each combination of operands: the name of results and where known.
        Texts are given by their numbers over all columns, from the words ``over_all``."""
        if any(operand.over_all for operand in operands):
            raise NotImplementedError(key)
        known = self.lines.all_of(*(operand.known for operand in operands))
        if [operand.day for operand in operands] == [True]:
            given = "" if known == ONE else f", {known}"
            return self.lines.keep(f"by_day({self.constant(key, call)}, {operands[0].array}{given})")
        pairs = ", ".join(f"({operand.array}, {operand.words or None})" for operand in operands)
        given = "" if known == ONE else f", known={known}"
        function = self.constant(key, call)
        if over_all:
            function = f"{over_all}.numbering({function})"
        return self.lines.keep(f"distinct({function}, {pairs}{given})")

    def _call_value(self, node: n.Call) -> Value:
        if node.name in _PLAIN or node.name in ("min", "max", "wdays"):
            args = [self.value(arg) for arg in node.args]
            if node.name == "wdays":
                return self.workdays(args[0], args[1])
            known = self.lines.all_of(*(arg.known for arg in args))
            if node.name in _PLAIN:
                return Value(self.lines.keep(_PLAIN[node.name].format(*map(self._wide, args))), known)
            source = args[0].array
            for arg in args[1:]:
                source = self.lines.keep(f"np.{node.name}imum({source}, {arg.array})")
            return Value(source, known)
        call, operands = self.called(node)
        if any(operand.known == ZERO for operand in operands):
            return NOTHING
        key = self.key_of(node)
        if len(operands) == 1 and operands[0].words:
            look = f"look({operands[0].words}, {self.constant(key, call)}, {operands[0].array})"
            return Value(self.lines.keep(look), operands[0].known)
        if node.type == "text":  # compared by its number over all columns
            words = next(operand.words for operand in operands if operand.words)
            found = self.distinct(key, call, operands, over_all=words)
            return Value(self.lines.keep(f"{found}[0]"), self.lines.keep(f"{found}[1]"), words, "", True)
        found = self.distinct(key, call, operands)
        return Value(self.lines.keep(f"{found}[0]"), self.lines.keep(f"{found}[1]"))

    def workdays(self, start: Value, end: Value) -> Value:
        """Working days from one day to another."""
        one, two = (self.distinct("worked", worked, (value._replace(day=True),)) for value in (start, end))
        known = [self.lines.keep(f"{name}[1]") for name in (one, two)]
        array = self.lines.keep(f"{two}[0] - {one}[0]")
        return Value(array, self.lines.all_of(start.known, end.known, *known))

    def term_end(self, start: Value, period: Period) -> Value:
        """The last day of a period."""
        if period.unit == "calendar_day":
            return Value(self.lines.keep(f"{start.array} + {period.value}"), start.known)
        call = adapted_term("term_end")
        plain = Period(period.value, period.unit)
        found = self.distinct(f"end {plain}", lambda day: call(day, plain), (start,))
        return Value(self.lines.keep(f"{found}[0]"), self.lines.keep(f"{found}[1]"))

    def _term_value(self, node: n.Term) -> Value:
        period, args = self.held[node.param], [self.value(arg) for arg in node.args]
        if not isinstance(period, Period) or any(arg.known == ZERO for arg in args):
            return NOTHING
        if node.name == "term_end":
            return self.term_end(args[0], period)
        if period.unit == "working_day":
            return self.workdays(*args)
        if period.unit == "calendar_day":
            days = self.lines.keep(f"np.subtract({args[1].array}, {args[0].array}, dtype=i64)")
            return Value(days, self.lines.all_of(args[0].known, args[1].known))
        call = adapted_term("elapsed")
        found = self.distinct(f"elapsed {period.unit}", lambda *days: call(*days, period), args)
        return Value(self.lines.keep(f"{found}[0]"), self.lines.keep(f"{found}[1]"))

    def over(self, node: n.Rows) -> tuple[str, Pair, Any]:
        """The planes of the rows there are and of those that count, and the body."""
        self._rows_of[node.var] = (node.fact, 1 + len(self._rows_of))
        depth = len(self._rows_of)
        there = self._lifted(self.lines.column(f"{node.fact}!"), depth)
        test = self.pair(node.where) if node.where is not None else Pair(ONE, ZERO)
        body: Any = None
        if node.body is not None and node.name != "count":
            body = self.pair(node.body) if node.body.type == "bool" else self.value(node.body)
        del self._rows_of[node.var]
        return there, test, body

    def _rows_value(self, node: n.Rows) -> Value:
        there, test, body = self.over(node)
        if isinstance(body, Pair):
            raise NotImplementedError(f"{node.name} of conditions")
        every, invert = self.lines.all_of, self.lines.invert
        known = self.lines.column(f"{node.fact}?")
        if node.name == "first":
            rows = every(there, invert(test.no))
            sure = every(rows, test.yes, body.known)
            found = self.lines.keep(f"first({rows}, {sure}, {body.array})")
            return Value(
                self.lines.keep(f"{found}[0]"),
                every(known, self.lines.keep(f"{found}[1]")),
                body.words,
                body.column,
            )
        hit = every(there, test.yes)
        open_ = [every(there, invert(self.lines.any_of(test.yes, test.no)))]
        if node.name == "count":
            array = self.lines.keep(f"how_many({hit})")
        else:
            open_.append(every(hit, invert(body.known)))
            array = self.lines.keep(f"fold({node.name!r}, {hit}, {body.array})")
        known = every(known, *(invert(self.lines.keep(f"exists({rows})")) for rows in open_ if rows != ZERO))
        if node.name in ("earliest", "latest"):
            known = every(known, self.lines.keep(f"exists({hit})"))
        return Value(array, known)


_VALUES: dict[type, Callable[[ValueColumns, Any], Value]] = {
    n.Lit: ValueColumns._lit_value, n.FactRef: ValueColumns._column, n.FieldRef: ValueColumns._column,
    n.ParamRef: ValueColumns._param_value, n.Index: ValueColumns._index, n.Arith: ValueColumns._arith,
    n.Choose: ValueColumns._choose_value, n.Call: ValueColumns._call_value, n.Term: ValueColumns._term_value,
    n.Rows: ValueColumns._rows_value,
}  # fmt: skip

__all__ = ["ValueColumns"]
