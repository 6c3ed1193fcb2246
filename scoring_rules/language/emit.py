"""Python source for expressions in machine form: one Python expression per node, unknown = ``None``.

Rows become small functions of their own, called with the names they use.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from . import nodes as n
from .adapt import adapted, adapted_term
from .machine import number
from .nodes import Node
from .terms import Period


class Local(NamedTuple):
    """A parameter whose value is chosen at run time, held in a local variable."""

    name: str
    period: bool


class Emitter:
    """Emits expressions; ``functions`` collects the source of row functions, ``constants`` the objects
    that generated code refers to by name, ``shared`` the names of values computed beforehand. ``signed``:
    the code is for cases whose inventory is signed off, so that no document is of unknown presence."""

    def __init__(
        self, rows: Mapping[str, tuple[str, ...]], bits: Mapping[str, int], signed: bool = False
    ) -> None:
        self.rows, self.bits, self.signed = rows, bits, signed
        self.functions: list[str] = []
        self.constants: dict[str, Any] = {}
        self.shared: dict[tuple[Any, ...], str] = {}
        self.params: Mapping[str, Any] = {}
        self.used: set[str] = set()
        self._vars: dict[str, str] = {}
        self._count = self._temps = 0

    def fresh(self, prefix: str = "t") -> str:
        """A name not used before; one for a value within a line (``t``) not before in that line."""
        if prefix == "t":
            self._temps += 1
            return f"t{self._temps}"
        self._count += 1
        return f"{prefix}{self._count}"

    def line(self) -> None:
        """A line is written: its temporary names are free again."""
        self._temps = 0

    def emit(self, node: Node) -> str:
        """The source of a node."""
        name = self.shared.get(n.shape(node)) if self.shared and not isinstance(node, n.Lit) else None
        if name is not None:
            self.used.add(name)
            return name
        return _EMIT[type(node)](self, node)

    def sure(self, node: Node) -> bool:
        """Whether a condition is never unknown; its source then gives a plain truth value."""
        if isinstance(node, n.Has):
            return self.signed
        if isinstance(node, n.Junction):
            return all(self.sure(item) for item in node.items)
        if isinstance(node, n.Not):
            return self.sure(node.item)
        return isinstance(node, n.Lit) or (isinstance(node, n.State) and node.name == "known")

    def constant(self, value: Any, prefix: str = "k") -> str:
        """A name for an object that source cannot spell."""
        for name, held in self.constants.items():
            if held is value:
                return name
        name = f"{prefix}_{len(self.constants)}"
        self.constants[name] = value
        return name

    def local(self, name: str) -> str:
        self.used.add(name)
        return name

    def atom(self, node: Node) -> tuple[str, str]:
        """The source of a value and the test that it is unknown (empty where it never is); the value may be
        named afterwards by the second use of the returned name."""
        if isinstance(node, (n.Lit, n.Index)) or (isinstance(node, n.FactRef) and node.name == "as_of"):
            return self.emit(node), ""
        source = self.emit(node)
        if source.isdecimal():
            return source, ""
        if source.isidentifier():
            return source, f"{source} is None"
        name = self.fresh()
        return name, f"({name} := {source}) is None"

    def guarded(self, operands: tuple[Node, ...], build: Callable[..., str]) -> str:
        """``build`` over known operands, unknown where one is."""
        atoms = [self.atom(node) for node in operands]
        tests = " or ".join(test for _, test in atoms if test)
        body = build(*(name for name, _ in atoms))
        return f"(None if {tests} else {body})" if tests else f"({body})"

    def _lit(self, node: n.Lit) -> str:
        value = number(node.value)
        if isinstance(value, tuple):
            return "(" + "".join(f"{number(item)!r}, " for item in value) + ")"
        return (
            self.constant(value)
            if isinstance(value, frozenset)
            else f"({value!r})"
            if isinstance(value, int)
            else repr(value)
        )

    def _fact(self, node: n.FactRef) -> str:
        return self.local("as_of" if node.name == "as_of" else f"f_{node.name}")

    def _param(self, node: n.ParamRef) -> str:
        value = self.params[node.name]
        if isinstance(value, Local):
            name = self.local(value.name)
            return f"(None if {name} is None else {name}.value)" if value.period else name
        plain = value.value if isinstance(value, Period) else value
        return self.constant(plain) if isinstance(plain, tuple) else repr(plain)

    def _field(self, node: n.FieldRef) -> str:
        return self.local(f"{node.var}_{node.field}_" if node.field else f"{node.var}_row_")

    def _index(self, node: n.Index) -> str:
        return self.local(f"{node.var}_at_")

    def _junction(self, node: n.Junction) -> str:
        sure = [self.emit(item) for item in node.items if self.sure(item)]
        rest = [self.emit(item) for item in node.items if not self.sure(item)]
        if rest:
            sure.append(self.all_of(rest) if node.op == "and" else self.any_of(rest))
        return sure[0] if len(sure) == 1 else f"({f' {node.op} '.join(sure)})"

    def _held(self, sources: Sequence[str]) -> tuple[list[str], list[str]]:
        """Sources held under names, and the tests that name them as they are first looked at."""
        names = [source if source.isidentifier() else self.fresh() for source in sources]
        tests = [
            source if source is name else f"({name} := {source})"
            for source, name in zip(sources, names, strict=True)
        ]
        return names, tests

    def any_of(self, sources: Sequence[str]) -> str:
        """Kleene ``or``."""
        if len(sources) == 1:
            return sources[0]
        names, tests = self._held(sources)
        unknown = " or ".join(f"{name} is None" for name in names)
        return f"(True if {' or '.join(tests)} else None if {unknown} else False)"

    def all_of(self, sources: Sequence[str]) -> str:
        """Kleene ``and``."""
        if len(sources) == 1:
            return sources[0]
        names, tests = self._held(sources)
        unknown = " or ".join(f"{name} is None" for name in names)
        decided = " or ".join(f"{test} is False" for test in tests)
        return f"(False if {decided} else None if {unknown} else True)"

    def _not(self, node: n.Not) -> str:
        if self.sure(node.item):
            return f"(not {self.emit(node.item)})"
        return self.guarded((node.item,), lambda name: f"not {name}")

    def _compare(self, node: n.Compare) -> str:
        return self.guarded((node.left, node.right), lambda a, b: f"{a} {node.op} {b}")

    def _in(self, node: n.In) -> str:
        if isinstance(node.group, n.Lit) and node.group.value:
            group = "{" + ", ".join(repr(number(item)) for item in node.group.value) + "}"
            return self.guarded((node.item,), lambda name: f"{name} in {group}")
        return self.guarded((node.item, node.group), lambda a, b: f"{a} in {b}")

    def _arith(self, node: n.Arith) -> str:
        return self.guarded((node.left, node.right), lambda a, b: f"({a} {node.op} {b})")

    def _choose(self, node: n.Choose) -> str:
        test, one = self.fresh(), self.fresh()
        source, yes, no = self.emit(node.test), self.emit(node.yes), self.emit(node.no)
        open_ = f"({one} if ({one} := {yes}) == {no} else None)"
        return f"({yes} if ({test} := {source}) else {no} if {test} is False else {open_})"

    def _call(self, node: n.Call) -> str:
        plain = {"days": "{1} - {0}", "year": "date_of({0}).year", "weekday": "({0} - 1) % 7 + 1",
                 "day": "{0} // 86400", "minutes": "({1} - {0}) // 60", "add_hours": "{0} + {1} * 3600",
                 "milli": "{0}", "at": "{0} * 86400 + {1} * 3600 + {2} * 60"}.get(node.name)  # fmt: skip
        if plain is not None:
            return self.guarded(node.args, plain.format)
        name = (
            node.name if node.name in ("min", "max") else self.constant(adapted(node.name), f"fn_{node.name}")
        )
        self.used.add(name)
        return self.guarded(node.args, lambda *args: f"{name}({', '.join(args)})")

    def _term(self, node: n.Term) -> str:
        period = self.params[node.param]
        if period is None:
            return "None"
        if isinstance(period, Period) and period.unit == "calendar_day":
            form = {"elapsed": "{1} - {0}", "within": "{1} - {0} <= %d", "past": "{1} - {0} > %d",
                    "at_least": "{1} - {0} >= %d", "term_end": "{0} + %d"}[node.name]  # fmt: skip
            return self.guarded(node.args, (form % period.value if "%d" in form else form).format)
        name = self.constant(adapted_term(node.name), f"term_{node.name}")
        self.used.add(name)
        if isinstance(period, Period):
            held = self.constant(period, "period")
            return self.guarded(node.args, lambda *args: f"{name}({', '.join(args)}, {held})")
        local = self.local(period.name)
        call = self.guarded(node.args, lambda *args: f"{name}({', '.join(args)}, {local})")
        return f"(None if {local} is None else {call})"

    def _has(self, node: n.Has) -> str:
        bits = sum(self.bits[kind] for kind in set(node.kinds))
        self.used.update(("mask", "no_paper"))
        test = f"mask & {bits}" if node.mode == "any" else f"mask & {bits} == {bits}"
        if self.signed:
            return f"({test}{' != 0' if node.mode == 'any' else ''})"
        return f"(True if {test} else no_paper)"

    def _state(self, node: n.State) -> str:
        if node.name == "known":
            _, test = self.atom(node.item)
            return f"(not ({test}))" if test else "True"
        assert isinstance(node.item, n.FactRef)
        name = self.local(f"s_{node.item.name}")
        yes, no = ("confirmed_absent", "recorded") if node.name == "absent" else ("recorded", "not_yet")
        return f"(True if {name} == '{yes}' else False if {name} == '{no}' else None)"

    def failing(self, node: n.Rows) -> str:
        """The source of the number of rows for which an ``all`` fails or an ``any`` holds."""
        return self._rows(node, f"failing_{node.name}")

    def _rows(self, node: n.Rows, name: str = "") -> str:
        aggregate = name or node.name
        outer, self.used = self.used, set()
        where = self.emit(node.where) if node.where is not None else None
        body = self.emit(node.body) if node.body is not None else None
        inner, self.used = self.used, outer
        fields = self.rows[node.fact]
        own = {f"{node.var}_{name}_" for name in fields} | {f"{node.var}_at_", f"{node.var}_row_"}
        free = sorted(
            name for name in inner - own if name not in self.constants and name not in ("min", "max")
        )
        self.used.update(free)
        name = self.fresh("rows_")
        names = ", ".join(found if (found := f"{node.var}_{field}_") in inner else "_" for field in fields)
        loop = f"({names},)" if fields else "_"
        loop = (
            f"{node.var}_at_, {loop} in enumerate(rows)" if f"{node.var}_at_" in inner else f"{loop} in rows"
        )
        head = [f"def {name}(rows, {', '.join(free)}):", "    if rows is None: return None"]
        self.functions.append("\n".join([*head, *_loop(aggregate, f"    for {loop}:", where, body)]))
        return f"{name}({self.local(f'f_{node.fact}')}, {', '.join(free)})"


def _loop(name: str, loop: str, where: str | None, body: str | None) -> list[str]:
    """The lines of a row function: the aggregate of ``body`` over the rows where ``where`` holds."""
    test = [f"        if (w := {where}) is False: continue"] if where else []
    surely = " and w" if where else ""
    if name in ("all", "any"):
        usual, wanted = ("not v", False) if name == "all" else ("v is not False", True)
        return [
            "    unknown = False", loop, *test, f"        v = {body}", f"        if {usual}:",
            f"            if v is {wanted}{surely}: return {wanted}", "            unknown = True",
            f"    return None if unknown else {not wanted}",
        ]  # fmt: skip
    if name.startswith("failing"):
        hit = f"        if v is {name == 'failing_any'}{surely}: count += 1"
        return ["    count = 0", loop, *test, f"        v = {body}", hit, "    return count"]
    open_ = ["        if w is None: return None"] if where else []
    if name == "first":
        return [loop, *test, *open_, f"        return {body}", "    return None"]
    lines = ["    values = []", loop, *test, *open_, f"        values.append({body or '0'})"]
    end = {
        "count": "len(values)", "total": "None if None in values else sum(values)",
        "distinct": "None if None in values else len(set(values))",
        "earliest": "None if not values or None in values else min(values)",
        "latest": "None if not values or None in values else max(values)",
    }[name]  # fmt: skip
    return [*lines, f"    return {end}"]


_EMIT: dict[type, Callable[[Emitter, Any], str]] = {
    n.Lit: Emitter._lit, n.FactRef: Emitter._fact, n.ParamRef: Emitter._param, n.FieldRef: Emitter._field,
    n.Index: Emitter._index, n.Junction: Emitter._junction, n.Not: Emitter._not, n.Compare: Emitter._compare,
    n.In: Emitter._in, n.Arith: Emitter._arith, n.Choose: Emitter._choose, n.Call: Emitter._call,
    n.Term: Emitter._term, n.Has: Emitter._has, n.State: Emitter._state, n.Rows: Emitter._rows,
}  # fmt: skip
