"""Rules in the plain form that rule engines without our language can run.

What others lack (rows, text functions, working days, periods chosen by date) is worked out beforehand as
columns ("atoms") by the generated Python; the connectives, comparisons, null tests, document presence and
dates in force are left to the other engine. Where it has no third truth value it is given two conditions:
surely true and surely false.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .asked import params_of
from .language import nodes as n
from .language.machine import number
from .language.nodes import Node
from .rule_writer import BREACHED, MET, NA, OPEN, Writer
from .rules import ALWAYS, PERIOD_UNITS, Check, Param, Rule, in_force
from .to_python import Compiled

# A condition or value: ("and" | "or", parts) ("not", x) ("cmp", op, a, b) ("null", col) ("is", col, bool)
# ("in", value, literals) ("doc", kind) ("signed",) ("col", name) ("lit", value) ("arith", op, a, b)
Flat = tuple[Any, ...]
TRUE: Flat = ("and", ())
FALSE: Flat = ("or", ())


class Pair(NamedTuple):
    """A condition in two halves: surely true, surely false."""

    yes: Flat
    no: Flat


class FlatCheck(NamedTuple):
    """When a check is not applicable, met, breached; otherwise it is open."""

    off: Flat
    met: Flat
    breached: Flat


class FlatRules(NamedTuple):
    """All checks with the columns they read by type, and the function that fills a case's columns."""

    checks: tuple[FlatCheck, ...]
    columns: Mapping[str, str]
    atoms: int
    fill: Callable[[tuple[Any, ...], Sequence[str]], dict[str, Any]]


CODES = (NA, MET, BREACHED, OPEN)
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def both(*parts: Flat) -> Flat:
    """All of the conditions."""
    return ("and", tuple(part for part in parts if part != TRUE))


def either(*parts: Flat) -> Flat:
    """Any of the conditions."""
    return ("or", tuple(part for part in parts if part != FALSE))


class Flattener:
    """Flattens compiled rules; atoms are emitted into one function beside the columns."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.writer = Writer(compiled.plan, compiled.rules)
        self.atoms: dict[Any, str] = {}
        self.used: dict[str, None] = {}
        self.check: Check | None = None
        self.day: str = ""

    def rules(self) -> FlatRules:
        """All rules flattened."""
        writer, plan = self.writer, self.compiled.plan
        columns = [f"f_{name}" for name in plan.facts] + [f"s_{name}" for name in plan.states]
        columns += [f"f_{name}" for name in plan.rows] + ["mask", "signed", "as_of"]
        writer.add(0, "def atoms(row):")
        writer.add(1, f"{', '.join(columns)}, = row")
        writer.add(1, "no_paper = False if signed else None")
        checks = tuple(flat for rule in self.compiled.rules for flat in self.rule(rule))
        names = tuple(self.atoms.values())
        writer.add(1, f"return ({', '.join(names)},)")
        source = "\n".join([*writer.emitter.functions, *writer.lines])
        space: dict[str, Any] = {"date_of": date.fromordinal, **writer.emitter.constants}
        exec(compile(source, "<atoms>", "exec"), space)  # noqa: S102 - source generated from the checked tree
        held = {name: at for at, name in enumerate((*plan.names, "mask", "signed", "as_of"))}
        plain = [(name, held[name]) for name in self.used if name in held]

        def fill(row: tuple[Any, ...], documents: Sequence[str]) -> dict[str, Any]:
            case = {name: row[at] for name, at in plain}
            case.update(zip(names, space["atoms"](row), strict=True))
            case.update(documents=list(documents), signed=row[-2])
            return case

        types = {name: "date" if name == "as_of" else plan.specs[name].type for name, _ in plain}
        types |= {name: "date" if key[0] == "day" else "bool" for key, name in self.atoms.items()}
        return FlatRules(checks, types, len(names), fill)

    def rule(self, rule: Rule) -> list[FlatCheck]:
        gate = Pair(TRUE, FALSE)
        if rule.when is not None:
            self.enter(rule.checks[0], rule.select_by)
            gate = self.pair(rule.when.root)
        spans = [b for check in rule.checks for b in check.basis]
        outside = self.outside(rule.select_by, spans)
        return [self.flat(check, gate, outside if rule.when is not None else FALSE) for check in rule.checks]

    def flat(self, check: Check, gate: Pair, outside: Flat) -> FlatCheck:
        self.enter(check, check.select_by)
        own = self.outside(check.select_by, check.basis)
        known = (
            TRUE
            if in_force(check.basis) == ALWAYS or self.day == "as_of"
            else ("not", ("null", self.col(self.day)))
        )
        when = self.pair(check.when.root) if check.when is not None else Pair(TRUE, FALSE)
        result = self.pair(check.require.root) if check.require is not None else Pair(FALSE, FALSE)
        certain = both(gate.yes, when.yes, known)
        off = either(gate.no, outside, own, when.no)
        return FlatCheck(off, both(certain, result.yes), both(certain, result.no))

    def enter(self, check: Check, select_by: tuple[str, ...]) -> None:
        """Take the check's parameters and the day that selects them."""
        self.check, self.day = check, self.day_of(select_by)

    def day_of(self, select_by: tuple[str, ...]) -> str:
        if not select_by:
            return "as_of"
        if len(select_by) == 1:
            return select_by[0]
        return self.atom(("day", select_by), lambda: self.writer.day(select_by, 1))

    def outside(self, select_by: tuple[str, ...], basis: Sequence[Any]) -> Flat:
        day = self.day_of(select_by)
        if (valid := in_force(basis)) == ALWAYS:
            return FALSE
        spans = []
        for start, end in valid:
            tests = (
                [("cmp", ">=", self.value_col(day), ("lit", start.toordinal()))] if start > date.min else []
            )
            tests += [("cmp", "<=", self.value_col(day), ("lit", end.toordinal()))] if end < date.max else []
            spans.append(both(*tests))
        return both(("not", ("null", self.col(day))), ("not", either(*dict.fromkeys(spans))))

    def col(self, name: str) -> str:
        self.used[name] = None
        return name

    def value_col(self, name: str) -> Flat:
        return ("col", self.col(name))

    def atom(self, key: Any, source: Callable[[], str]) -> str:
        if key not in self.atoms:
            name = f"atom{len(self.atoms)}"
            text = source()
            self.writer.add(1, f"{name} = {text}")
            self.atoms[key] = name
        return self.atoms[key]

    def boolean_atom(self, node: Node) -> Pair:
        check = self.check
        assert check is not None
        used = {name: check.params[name] for name in sorted(_used(node))}
        key = (n.shape(node), repr(used), self.day if used else "")

        def source() -> str:
            own = f"f_{self.day}" if self.day in self.compiled.plan.facts else self.day
            self.writer.bind(check.params, own, 1, n.Expr("", node))
            return self.writer.emitter.emit(node)

        name = self.atom(key, source)
        return Pair(("is", name, True), ("is", name, False))

    def pair(self, node: Node) -> Pair:
        """The two halves of a boolean node."""
        if isinstance(node, n.Junction):
            parts = [self.pair(item) for item in node.items]
            yes, no = [part.yes for part in parts], [part.no for part in parts]
            return Pair(both(*yes), either(*no)) if node.op == "and" else Pair(either(*yes), both(*no))
        if isinstance(node, n.Not):
            found = self.pair(node.item)
            return Pair(found.no, found.yes)
        if isinstance(node, n.Lit):
            return Pair(TRUE, FALSE) if node.value else Pair(FALSE, TRUE)
        if isinstance(node, n.FactRef):
            name = self.col(node.name)
            return Pair(("is", name, True), ("is", name, False))
        if isinstance(node, n.Has):
            docs = [("doc", kind) for kind in node.kinds]
            found_flat = either(*docs) if node.mode == "any" else both(*docs)
            return Pair(found_flat, both(("signed",), ("not", found_flat)))
        if (
            isinstance(node, n.State)
            and node.name == "known"
            and _plain(node.item)
            and isinstance(node.item, n.FactRef)
        ):
            null = ("null", self.col(node.item.name))
            return Pair(("not", null), null)
        return self.compared(node)

    def compared(self, node: Node) -> Pair:
        if isinstance(node, n.Compare) and node.left.type != "set":
            left, right = self.value(node.left), self.value(node.right)
            if left is not None and right is not None:
                known = both(*self.known(node.left), *self.known(node.right))
                yes = ("cmp", node.op, left, right)
                return Pair(both(known, yes), both(known, ("cmp", _OPPOSITE[node.op], left, right)))
        if isinstance(node, n.In) and isinstance(node.group, n.Lit):
            item = self.value(node.item)
            if item is not None:
                test = ("in", item, tuple(number(value) for value in node.group.value))
                known = both(*self.known(node.item))
                return Pair(both(known, test), both(known, ("not", test)))
        return self.boolean_atom(node)

    def value(self, node: Node) -> Flat | None:
        """A value the other engine can work out, or ``None``."""
        if isinstance(node, n.Lit) and not isinstance(node.value, (tuple, frozenset)):
            return ("lit", number(node.value))
        if isinstance(node, n.FactRef) and _plain(node):
            return self.value_col(node.name)
        if isinstance(node, n.ParamRef):
            param = self.single(node.name)
            held = param.values[0].value if param is not None else None
            return None if held is None or isinstance(held, tuple) else ("lit", held)
        if isinstance(node, n.Arith) or (isinstance(node, n.Call) and node.name == "days"):
            parts = (node.left, node.right) if isinstance(node, n.Arith) else (node.args[1], node.args[0])
            left, right = self.value(parts[0]), self.value(parts[1])
            op = node.op if isinstance(node, n.Arith) else "-"
            return None if left is None or right is None else ("arith", op, left, right)
        return None

    def single(self, name: str) -> Param | None:
        assert self.check is not None
        param = self.check.params[name]
        plain = param.unit in (*PERIOD_UNITS, "yuan", "count", "permille")
        return param if plain and len(param.values) == 1 and not param.select_by else None

    def known(self, node: Node) -> list[Flat]:
        """The conditions under which a value is known."""
        found: list[Flat] = []
        for part in n.walk(node):
            if isinstance(part, n.FactRef) and part.name != "as_of":
                found.append(("not", ("null", self.col(part.name))))
            elif isinstance(part, n.ParamRef):
                param = self.single(part.name)
                since = param.values[0].since if param is not None else None
                if since is not None:
                    day = self.value_col(self.day)
                    found += [("not", ("null", self.day)), ("cmp", ">=", day, ("lit", since.toordinal()))]
        return list(dict.fromkeys(found))


def _plain(node: Node) -> bool:
    return node.type in ("bool", "int", "money", "date", "datetime", "text")


def _used(node: Node) -> set[str]:
    return params_of(n.Expr("", node))


def columns_of(
    flat: FlatRules, rows: Sequence[tuple[Any, ...]], documents: Sequence[Sequence[str]]
) -> list[Mapping[str, Any]]:
    """Every case's columns, as the other engines take them."""
    return [flat.fill(row, kinds) for row, kinds in zip(rows, documents, strict=True)]
