"""All rules as one generated Python function, compiled once: cases in machine form in, verdicts out.

The function is the same law as the reference evaluator and is tested against it on every rule test
and on generated cases.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

from .facts import CaseInput
from .judge import counted, view_of
from .language import Expr
from .language import nodes as n
from .language.emit import Emitter, Local
from .language.machine import Layout, encode_case, layout
from .pack import Pack
from .rule_file import scope_facts
from .rules import PERIOD_UNITS, Basis, Check, Param, Rule

# Verdicts as numbers whose maximum is the verdict of a whole.
NA, MET, OPEN, BREACHED = range(4)
VERDICT_OF = ("not_applicable", "met", "undetermined", "breached")


class Compiled(NamedTuple):
    """Rules compiled: ``run`` takes a case of ``plan`` and gives one number per check, in order;
    ``counters`` give the occurrences of a breached check, where more than one can be."""

    rules: tuple[Rule, ...]
    plan: Layout
    run: Callable[[tuple[Any, ...]], bytearray]
    counters: Mapping[int, Callable[[tuple[Any, ...]], int]]
    source: str
    spans: tuple[tuple[int, int], ...]

    def by_rule(self, codes: Sequence[int]) -> bytes:
        """One number per rule from those of its checks."""
        return bytes(codes[at] if end - at == 1 else max(codes[at:end]) for at, end in self.spans)

    def occurrences(self, row: tuple[Any, ...], check: int) -> int:
        """The occurrences of a breached check."""
        counter = self.counters.get(check)
        return counter(row) if counter is not None else 1

    def encode(self, case: CaseInput) -> tuple[Any, ...]:
        """A case in machine form."""
        view = view_of(case)
        return encode_case(self.plan, case, view.values, view.states)


def expressions(rules: Sequence[Rule]) -> list[Expr]:
    """Every expression on which a verdict depends."""
    found = [rule.when for rule in rules] + [
        e for rule in rules for c in rule.checks for e in (c.when, c.require)
    ]
    return [expr for expr in found if expr is not None]


def plan_of(rules: Sequence[Rule]) -> Layout:
    """The columns these rules read."""
    dates = [name for rule in rules for check in rule.checks for name in check.select_by]
    dates += [name for rule in rules for c in rule.checks for p in c.params.values() for name in p.select_by]
    dates += [name for rule in rules for name in rule.select_by]
    return layout([expr.root for expr in expressions(rules)], dates, scope_facts())


def compile_rules(rules: Sequence[Rule], plan: Layout | None = None) -> Compiled:
    """The rules as one function, over the columns they read or those of a wider ``plan``."""
    plan = plan or plan_of(rules)
    writer = Writer(plan, rules)
    source = writer.source()
    space: dict[str, Any] = {"date_of": date.fromordinal, **writer.emitter.constants}
    exec(compile(source, "<rules>", "exec"), space)  # noqa: S102 - source generated from the checked tree
    counters = {at: space[f"count_{at}"] for at in writer.counted}
    ends = list(accumulate(len(rule.checks) for rule in rules))
    spans = tuple((end - len(rule.checks), end) for rule, end in zip(rules, ends, strict=True))
    return Compiled(tuple(rules), plan, space["grade"], counters, source, spans)


_packs: dict[str, Compiled] = {}


def compiled_pack(pack: Pack) -> Compiled:
    """The rules of a pack that judge a case, compiled once per pack."""
    if pack.hash not in _packs:
        _packs[pack.hash] = compile_rules([rule for rule in pack.rules if rule.stage == "case"])
    return _packs[pack.hash]


class Writer:
    def __init__(self, plan: Layout, rules: Sequence[Rule]) -> None:
        self.plan, self.rules = plan, rules
        self.emitter = Emitter(plan.rows, plan.bits)
        self.lines: list[str] = []
        self.counted: list[int] = []
        self.known: dict[Any, str] = {}
        self.common: set[tuple[Any, ...]] = set()

    def source(self) -> str:
        columns = [f"f_{name}" for name in self.plan.facts] + [f"s_{name}" for name in self.plan.states]
        columns += [f"f_{name}" for name in self.plan.rows] + ["mask", "signed", "as_of"]
        self.add(0, "def grade(row):")
        self.add(1, f"{', '.join(columns)}, = row")
        self.add(1, "no_paper = False if signed else None")
        self.add(1, f"out = bytearray({sum(len(rule.checks) for rule in self.rules)})")
        self.share()
        self.group(list(range(len(self.rules))), 0, 1, "")
        self.add(1, "return out")
        self.emitter.shared = {}
        for at, check in enumerate(check for rule in self.rules for check in rule.checks):
            self.counter(at, check, columns)
        return "\n".join([*self.emitter.functions, *self.lines])

    def counter(self, at: int, check: Check, columns: list[str]) -> None:
        """The function that counts the occurrences of a breached check, where there can be several."""
        nodes = counted(check)
        if not nodes and check.occurrences is None:
            return
        self.counted.append(at)
        self.add(0, f"def count_{at}(row):")
        self.add(1, f"{', '.join(columns)}, = row")
        self.add(1, "no_paper = False if signed else None")
        self.known = {}
        self.bind(check.params, self.day(check.select_by, 1), 1, check.require, check.occurrences)
        if check.occurrences is not None:
            self.add(1, f"return max(1, {self.emitter.emit(check.occurrences.root)} or 1)")
        else:
            counts = ", ".join(f"{self.emitter.failing(node)} or 0" for node in nodes)
            self.add(1, f"return max(1, {counts})")

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def share(self) -> None:
        """Find what several ``when`` ask alike: worked out once, where it is first needed."""
        counts: dict[tuple[Any, ...], tuple[int, n.Node]] = {}
        for rule in self.rules:
            for node in _conjuncts(rule.when):
                if not any(isinstance(part, (n.Rows, n.ParamRef, n.Term)) for part in n.walk(node)):
                    seen, _ = counts.get(n.shape(node), (0, node))
                    counts[n.shape(node)] = (seen + 1, node)
        self.common = {key for key, (count, _) in counts.items() if count > 1}

    def ensure(self, nodes: Sequence[n.Node], depth: int) -> None:
        """Hold common conditions under names that serve from here to the end of the block."""
        for node in nodes:
            key = n.shape(node)
            if key in self.common and key not in self.emitter.shared:
                name = self.emitter.fresh("c")
                self.add(depth, f"{name} = {self.emitter.emit(node)}")
                self.emitter.shared = {**self.emitter.shared, key: name}

    def group(self, members: Sequence[int], level: int, depth: int, gate: str) -> None:
        """Rules whose ``when`` begins alike, under one test of what they share: none of them is looked at
        where it fails. ``gate`` names what holds of the first ``level`` conditions."""
        buckets: dict[str, list[int]] = {}
        for at in members:
            parts = _conjuncts(self.rules[at].when)[level:]
            self.ensure(parts[:1], depth)
            buckets.setdefault(self.emitter.shared.get(n.shape(parts[0]), "") if parts else "", []).append(at)
        for name, bucket in buckets.items():
            if not name or len(bucket) == 1:
                for at in bucket:
                    self.rule(at, depth, level, gate)
                continue
            outer, self.known, shared = self.known, dict(self.known), self.emitter.shared
            self.add(depth, f"if {name} is not False:")
            both = name
            if gate:
                both = self.emitter.fresh("g")
                self.add(depth + 1, f"{both} = True if {gate} and {name} else None")
            self.group(bucket, level + 1, depth + 1, both)
            self.known, self.emitter.shared = outer, shared

    def day(self, select_by: tuple[str, ...], depth: int) -> str:
        """The name of the date that selects versions, worked out once in a group."""
        names = ["as_of" if name == "as_of" else f"f_{name}" for name in select_by]
        if len(names) < 2:
            return names[0] if names else "as_of"
        if select_by not in self.known:
            source = names[-1]
            for name in reversed(names[:-1]):
                source = f"({name} if {name} is not None else {source})"
            self.known[select_by] = f"d{len(self.known)}"
            self.add(depth, f"{self.known[select_by]} = {source}")
        return self.known[select_by]

    def outside(self, select_by: tuple[str, ...], basis: Sequence[Basis], depth: int) -> str:
        """The name of the test that no clause was in force on the day, worked out once in a group; empty
        where one always was."""
        day = self.day(select_by, depth)
        inside = _inside(basis, day)
        if inside == "True":
            return ""
        if (day, inside) not in self.known:
            self.known[day, inside] = f"o{len(self.known)}"
            open_day = "" if day == "as_of" else f"{day} is not None and "
            self.add(depth, f"{self.known[day, inside]} = {open_day}not ({inside})")
        return self.known[day, inside]

    def rule(self, at: int, depth: int, level: int, gate: str) -> None:
        rule = self.rules[at]
        first = sum(len(other.checks) for other in self.rules[:at])
        self.ensure(_conjuncts(rule.when)[level:], depth)
        outer, self.known = self.known, dict(self.known)
        outside = self.outside(rule.select_by, tuple(b for check in rule.checks for b in check.basis), depth)
        if rule.when is not None:
            if outside:
                self.add(depth, f"if not {outside}:")
                depth += 1
            rest = _conjuncts(rule.when)[level:]
            if rest:
                self.bind(rule.checks[0].params, self.day(rule.select_by, depth), depth, rule.when)
                parts = [gate] if gate else []
                self.add(
                    depth, f"w = {self.emitter.all_of([*parts, *(self.emitter.emit(part) for part in rest)])}"
                )
                self.add(depth, "if w is not False:")
                gate, depth = "w", depth + 1
        same = all(check.basis == rule.basis and check.select_by == rule.select_by for check in rule.checks)
        for place, check in enumerate(rule.checks, first):
            test = "" if same and rule.when is not None else self.outside(check.select_by, check.basis, depth)
            self.check(f"out[{place}]", check, gate or "True", test, depth)
        self.known = outer

    def check(self, name: str, check: Check, gate: str, outside: str, depth: int) -> None:
        if outside:
            self.add(depth, f"if not {outside}:")
            depth += 1
        day = self.day(check.select_by, depth)
        known = [] if _inside(check.basis, day) == "True" or day == "as_of" else [f"{day} is not None"]
        self.bind(check.params, day, depth, check.when, check.require)
        if check.when is not None:
            self.add(depth, f"x = {self.emitter.emit(check.when.root)}")
            self.add(depth, "if x is not False:")
            depth += 1
            known.append("x is not None")
        if gate != "True":
            known.append(f"{gate} is not None")
        if check.require is None:
            self.add(depth, f"{name} = {OPEN}")
            return
        certain = f" if {' and '.join(known)} else None" if known else ""
        self.add(depth, f"r = {self.emitter.emit(check.require.root)}{certain}")
        self.add(depth, f"{name} = {MET} if r else {OPEN} if r is None else {BREACHED}")

    def bind(self, params: Any, day: str, depth: int, *exprs: Expr | None) -> None:
        """Values of the parameters that the expressions use, as constants where one value holds always."""
        used = params_of(*exprs)
        bound: dict[str, Any] = {}
        for name in sorted(used):
            param: Param = params[name]
            own = self.day(param.select_by, depth) if param.select_by else day
            if len(param.values) == 1 and param.values[0].since is None:
                bound[name] = param.bind(None)
                continue
            local = f"p_{name}"
            source = "None"
            for value in param.values:
                held = param._replace(values=(value._replace(since=None),)).bind(None)
                shown = "None" if held is None else self.emitter.constant(held, "value")
                since = value.since.toordinal() if value.since else None
                source = shown if since is None else f"({shown} if {own} >= {since} else {source})"
            self.add(depth, f"{local} = None if {own} is None else {source}")
            bound[name] = Local(local, param.unit in PERIOD_UNITS)
        self.emitter.params = bound


def _conjuncts(expr: Expr | None) -> tuple[n.Node, ...]:
    if expr is None:
        return ()
    root = expr.root
    return root.items if isinstance(root, n.Junction) and root.op == "and" else (root,)


def params_of(*exprs: Expr | None) -> set[str]:
    found = set()
    for expr in exprs:
        for node in n.walk(expr.root) if expr is not None else ():
            if isinstance(node, n.ParamRef):
                found.add(node.name)
            elif isinstance(node, n.Term):
                found.add(node.param)
    return found


def _inside(basis: Sequence[Basis], day: str) -> str:
    spans = []
    for start, end in dict.fromkeys((b.start, b.end) for b in basis):
        left = f"{start.toordinal()} <= " if start else ""
        right = f" <= {end.toordinal()}" if end else ""
        if not left and not right:
            return "True"
        spans.append(f"{left}{day}{right}")
    return " or ".join(spans) or "False"
