"""Conditions over columns: from the tree to lines of code over bit planes (``planes.py``).

A condition becomes a ``Pair`` of planes. What compares values is an atom: its values come from
``column_values.py``; an atom that reads a parameter with several dated values is written once for each,
under the days on which it holds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import nodes as n
from .closures import OPERATORS
from .column_values import ValueColumns
from .machine import number
from .nodes import Node
from .planes import ONE, UNKNOWN, ZERO, Pair, Value, literal
from .terms import Period

_FLIPPED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Columns(ValueColumns):
    """Writes conditions; ``bind`` sets the parameters of the check that is written next."""

    def bind(self, params: Mapping[str, Sequence[tuple[str, Any]]]) -> None:
        """Every parameter's values, each with the plane of the days on which it holds."""
        self.cases = {name: held for name, held in params.items() if [plane for plane, _ in held] != [ONE]}
        self.held = {name: held[0][1] for name, held in params.items() if name not in self.cases}

    def pair(self, node: Node) -> Pair:
        """The planes of a condition."""
        handler = _STRUCTURE.get(type(node))
        if handler is not None:
            return handler(self, node)
        for name in sorted(self.reads(node)):
            if name in self.cases and name not in self.held:
                return self._by_case(node, name)
        return _ATOMS[type(node)](self, node)

    def _by_case(self, node: Node, name: str) -> Pair:
        yes, no = [], []
        none = self.lines.invert(self.lines.any_of(*(plane for plane, _ in self.cases[name])))
        for plane, value in [*self.cases[name], (none, None)]:
            self.held[name] = value
            found = self.pair(node)
            yes.append(self.lines.all_of(plane, found.yes))
            no.append(self.lines.all_of(plane, found.no))
        del self.held[name]
        return Pair(self.lines.any_of(*yes), self.lines.any_of(*no))

    # -- structure ------------------------------------------------------------------------------
    def _lit(self, node: n.Lit) -> Pair:
        return Pair(ONE, ZERO) if node.value else Pair(ZERO, ONE)

    def _junction(self, node: n.Junction) -> Pair:
        parts = [self.pair(item) for item in node.items]
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        if node.op == "and":
            return Pair(self.lines.all_of(*yes), self.lines.any_of(*no))
        return Pair(self.lines.any_of(*yes), self.lines.all_of(*no))

    def _not(self, node: n.Not) -> Pair:
        found = self.pair(node.item)
        return Pair(found.no, found.yes)

    def _choose(self, node: n.Choose) -> Pair:
        test, one, two = self.pair(node.test), self.pair(node.yes), self.pair(node.no)
        every, some = self.lines.all_of, self.lines.any_of
        return Pair(
            some(every(test.yes, one.yes), every(test.no, two.yes), every(one.yes, two.yes)),
            some(every(test.yes, one.no), every(test.no, two.no), every(one.no, two.no)),
        )

    # -- atoms ----------------------------------------------------------------------------------
    def _fact(self, node: n.FactRef | n.FieldRef) -> Pair:
        name = self.place(node)
        return Pair(self.read(node, f"{name}+"), self.read(node, f"{name}-"))

    def _param(self, node: n.ParamRef) -> Pair:
        value = self.held[node.name]
        return UNKNOWN if value is None else Pair(ONE, ZERO) if value else Pair(ZERO, ONE)

    def _has(self, node: n.Has) -> Pair:
        kinds = [self.lines.column(f"has:{kind}") for kind in node.kinds]
        found = self.lines.any_of(*kinds) if node.mode == "any" else self.lines.all_of(*kinds)
        return Pair(found, self.lines.all_of(self.lines.column("signed"), self.lines.invert(found)))

    def _state(self, node: n.State) -> Pair:
        if node.name == "known":
            known = self.known(node.item)
            return Pair(known, self.lines.invert(known))
        assert isinstance(node.item, n.FactRef)
        yes, no = ("confirmed_absent", "recorded") if node.name == "absent" else ("recorded", "not_yet")
        return Pair(self.lines.column(f"{node.item.name}={yes}"), self.lines.column(f"{node.item.name}={no}"))

    def known(self, node: Node) -> str:
        """The plane of the lines on which a value is known."""
        if node.type == "bool":
            found = self.pair(node)
            return self.lines.any_of(found.yes, found.no)
        return self.lines.column(f"{self.place(node)}?") if node.type == "rows" else self.value(node).known

    def _tested(self, known: str, test: str) -> Pair:
        """The pair of a test that means something where its operands are known."""
        yes = self.lines.all_of(known, self.lines.keep(f"pack({test})"))
        return Pair(yes, self.lines.rest(known, yes))

    def _compare(self, node: n.Compare) -> Pair:
        left, right = node.left, node.right
        if left.type == "bool":
            one, two = self.pair(left), self.pair(right)
            every = self.lines.all_of
            same = self.lines.any_of(every(one.yes, two.yes), every(one.no, two.no))
            other = self.lines.any_of(every(one.yes, two.no), every(one.no, two.yes))
            return Pair(same, other) if node.op == "==" else Pair(other, same)
        if left.type == "set":
            return self._sets(node)
        if left.type == "text":
            found = self._same_text(left, right)
            return found if node.op == "==" else Pair(found.no, found.yes)
        a, b = self.value(left), self.value(right)
        if a.known == ZERO or b.known == ZERO:
            return UNKNOWN
        if literal(a) and literal(b):
            return Pair(ONE, ZERO) if OPERATORS[node.op](int(a.array), int(b.array)) else Pair(ZERO, ONE)
        known = self.lines.all_of(a.known, b.known)
        if literal(a):  # one spelling for one comparison, so that rules share it
            a, b, op = b, a, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(node.op, node.op)
        else:
            op = node.op
        if op in ("!=", ">", ">="):
            found = self._tested(known, f"{a.array} {_FLIPPED[op]} {b.array}")
            return Pair(found.no, found.yes)
        return self._tested(known, f"{a.array} {op} {b.array}")

    def _same_text(self, left: Node, right: Node) -> Pair:
        a, b = self.value(left), self.value(right)
        if a.known == ZERO or b.known == ZERO:
            return UNKNOWN
        if isinstance(left, n.Lit):
            a, b, right = b, a, left
        if isinstance(right, n.Lit):
            return self.equals(a, right.value)
        known = self.lines.all_of(a.known, b.known)
        return self._tested(known, f"{self.numbered(a)} == {self.numbered(b)}")

    def equals(self, value: Value, text: str) -> Pair:
        """Whether a text is a given one."""
        if value.over_all:
            return self._tested(value.known, f"{value.array} == {value.words}.number({text!r})")
        code = self.seed(value, text)
        if code is not None:
            return self._tested(value.known, f"{value.array} == {code}")
        return self._asked(value, f"== {text}", lambda held: held == text)

    def _asked(self, value: Value, key: str, call: Callable[[Any], Any]) -> Pair:
        """A yes-or-no function of the distinct values of a column."""
        return self._tested(value.known, f"look({value.words}, {self.constant(key, call)}, {value.array})")

    def _distinct(self, key: str, call: Callable[..., Any], *operands: Value) -> Pair:
        found = self.distinct(key, call, operands)
        return self._tested(self.lines.keep(f"{found}[1]"), f"{found}[0]")

    def _sets(self, node: n.Compare) -> Pair:
        operator = OPERATORS[node.op]
        if isinstance(node.left, n.Lit):
            one = node.left.value
            return self._asked(
                self.value(node.right), f"{sorted(one)} {node.op}", lambda held: operator(one, held)
            )
        if isinstance(node.right, n.Lit):
            two = node.right.value
            return self._asked(
                self.value(node.left), f"{node.op} {sorted(two)}", lambda held: operator(held, two)
            )
        return self._distinct(f"sets {node.op}", operator, self.value(node.left), self.value(node.right))

    def _in(self, node: n.In) -> Pair:
        group, item = node.group, node.item
        listed = group.value if isinstance(group, n.Lit) else None
        if isinstance(group, n.ParamRef):
            listed = self.held[group.name]
            if listed is None:
                return UNKNOWN
        if listed is None:
            if isinstance(item, n.Lit):
                wanted = item.value
                return self._asked(self.value(group), f"has {wanted}", lambda held: wanted in held)
            return self._distinct(
                "in", lambda held, among: held in among, self.value(item), self.value(group)
            )
        value = self.value(item)
        if value.words:
            tests = [self.equals(value, text).yes for text in listed]
        elif literal(value):
            return Pair(ONE, ZERO) if int(value.array) in map(number, listed) else Pair(ZERO, ONE)
        else:
            tests = [self._tested(value.known, f"{value.array} == {number(entry)}").yes for entry in listed]
        yes = self.lines.any_of(*tests)
        return Pair(yes, self.lines.rest(value.known, yes))

    def _call(self, node: n.Call) -> Pair:
        if node.name == "same":
            a, b = (self.formed(self.value(arg)) for arg in node.args)
            return self._tested(self.lines.all_of(a.known, b.known), f"{a.array} == {b.array}")
        call, operands = self.called(node)
        if any(operand.known == ZERO for operand in operands):
            return UNKNOWN
        key = self.key_of(node)
        if len(operands) == 1 and operands[0].words:
            return self._asked(operands[0], key, call)
        return self._distinct(key, call, *operands)

    def _term(self, node: n.Term) -> Pair:
        period = self.held[node.param]
        start, end = (self.value(arg) for arg in node.args)
        if not isinstance(period, Period) or ZERO in (start.known, end.known):
            return UNKNOWN
        known = self.lines.all_of(start.known, end.known)
        days = self.lines.keep(f"{end.array} - {start.array}")
        if period.unit == "calendar_day":
            return self._days(node.name, known, days, period.value)
        if period.unit == "working_day" and node.name != "past":
            count = self.workdays(start, end)
            every, some = self.lines.all_of, self.lines.any_of
            sure = self._days(node.name, known, days, period.value)
            exact = self._days(node.name, count.known, count.array, period.value)
            if node.name == "within":
                return Pair(some(sure.yes, exact.yes), every(sure.no, exact.no))
            return Pair(every(sure.yes, exact.yes), some(sure.no, exact.no))
        last = self.term_end(start, period)
        known = self.lines.all_of(last.known, end.known)
        if node.name == "at_least":
            found = self._tested(known, f"{end.array} < {last.array}")
            return Pair(found.no, found.yes)
        found = self._tested(known, f"{end.array} <= {last.array}")
        if node.name == "within":
            return found
        if period.unit != "working_day":
            return Pair(found.no, found.yes)
        kept = self._days("within", self.lines.all_of(start.known, end.known), days, period.value)
        every, some = self.lines.all_of, self.lines.any_of
        return Pair(every(kept.no, found.no), some(kept.yes, every(kept.no, found.yes)))

    def _days(self, name: str, known: str, days: str, value: int) -> Pair:
        found = self._tested(known, f"{days} {'<' if name == 'at_least' else '<='} {value}")
        return found if name == "within" else Pair(found.no, found.yes)

    def _rows(self, node: n.Rows) -> Pair:
        there, test, body = self.over(node)
        every, some = self.lines.all_of, self.lines.any_of
        wanted, fine = (body.yes, body.no) if node.name == "any" else (body.no, body.yes)
        hit = self.lines.keep(f"exists({every(there, test.yes, wanted)})") if wanted != ZERO else ZERO
        settled = some(test.no, fine)
        rest = every(there, self.lines.invert(settled))
        clear = self.lines.invert(self.lines.keep(f"exists({rest})")) if rest != ZERO else ONE
        known = self.lines.column(f"{node.fact}?")
        found = Pair(every(known, hit), every(known, clear))
        return found if node.name == "any" else Pair(found.no, found.yes)

    def failing(self, node: n.Rows) -> str:
        """The array of the number of rows for which an ``all`` surely fails or an ``any`` surely holds."""
        return self.lines.keep(f"how_many({self._failing(node)})")

    def _failing(self, node: n.Rows) -> str:
        for name in sorted(self.reads(node)):
            if name in self.cases and name not in self.held:
                return self.lines.any_of(*self._each(name, lambda: self._failing(node)))
        there, test, body = self.over(node)
        return self.lines.all_of(there, test.yes, body.yes if node.name == "any" else body.no)

    def _each(self, name: str, write: Callable[[], str]) -> list[str]:
        """What is written under each value of a parameter, where that value holds."""
        found = []
        for plane, value in self.cases[name]:
            self.held[name] = value
            found.append(self.lines.all_of(plane, write()))
        del self.held[name]
        return found


_STRUCTURE: dict[type, Callable[[Columns, Any], Pair]] = {
    n.Lit: Columns._lit, n.Junction: Columns._junction, n.Not: Columns._not, n.Choose: Columns._choose,
}  # fmt: skip
_ATOMS: dict[type, Callable[[Columns, Any], Pair]] = {
    n.FactRef: Columns._fact, n.FieldRef: Columns._fact, n.ParamRef: Columns._param, n.Has: Columns._has,
    n.State: Columns._state, n.Compare: Columns._compare, n.In: Columns._in, n.Call: Columns._call,
    n.Term: Columns._term, n.Rows: Columns._rows,
}  # fmt: skip

__all__ = ["Columns"]
