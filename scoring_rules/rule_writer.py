"""The generated Python of rules: one function over a case in machine form, a number a check.

Rules whose conditions begin alike stand under one test of what they share, so that a case of one kind never
looks at the rules of another.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from .asked import asked, conjuncts, never, params_of
from .judge import counted
from .language import Expr
from .language import nodes as n
from .language.emit import Emitter, Local
from .language.machine import Layout
from .language.naming import frequent_first
from .rules import PERIOD_UNITS, Basis, Check, Param, Rule, in_force

# Verdicts as numbers whose maximum is the verdict of a whole.
NA, MET, OPEN, BREACHED = range(4)


class Writer:
    def __init__(self, plan: Layout, rules: Sequence[Rule]) -> None:
        self.plan, self.rules = plan, rules
        self.emitter = Emitter(plan.rows, plan.bits)
        self.lines: list[str] = []
        self.counted: list[int] = []
        self.known: dict[Any, str] = {}
        self.excluded: set[str] = set()
        self.sure: set[str] = set()
        self.common: set[tuple[Any, ...]] = set()

    def source(self) -> str:
        columns = [f"f_{name}" for name in self.plan.facts] + [f"s_{name}" for name in self.plan.states]
        columns += [f"f_{name}" for name in self.plan.rows] + ["mask", "signed", "as_of"]
        self.add(0, "def grade(row):")
        self.add(1, f"{', '.join(columns)}, = row")
        self.add(1, "no_paper = False if signed else None")
        self.begin()
        live = [
            at for at, rule in enumerate(self.rules) if not never(rule) and not all(map(never, rule.checks))
        ]
        self.share([self.rules[at] for at in live])
        self.group(live, 0, 1, "")
        self.end()
        self.lines[1:2] = frequent_first(self.lines[1], self.lines[2:])
        self.emitter.shared = {}
        for at, check in enumerate(check for rule in self.rules for check in rule.checks):
            self.counter(at, check, columns)
        return "\n".join([*self.emitter.functions, *self.lines])

    def begin(self) -> None:
        """The line that makes room for the results."""
        self.add(1, f"out = bytearray({sum(len(rule.checks) for rule in self.rules)})")

    def end(self) -> None:
        """The line that gives the results."""
        self.add(1, "return out")

    def applies(self, at: int, always: bool, depth: int) -> None:
        """The line before the checks of a rule that applies; ``always``: one of them is asked in any case."""

    def settle(self, place: int, result: str, depth: int, sure: bool = False) -> None:
        """The lines that record the verdict of a check from what is required; ``sure``: that is known."""
        if result == "None":
            self.add(depth, f"out[{place}] = {OPEN}")
        elif sure:
            self.add(depth, f"out[{place}] = {MET} if {result} else {BREACHED}")
        else:
            self.add(depth, f"r = {result}")
            self.add(depth, f"out[{place}] = {MET} if r else {OPEN} if r is None else {BREACHED}")

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
        self.emitter.line()

    def share(self, rules: Sequence[Rule]) -> None:
        """Find what several conditions ask alike. Whether a document is there is looked up at once; what
        several ``when`` begin with is worked out where it is first needed."""
        counts: dict[tuple[Any, ...], tuple[int, n.Node]] = {}
        for node in (part for rule in rules for part in asked(rule)):
            seen, _ = counts.get(n.shape(node), (0, node))
            counts[n.shape(node)] = (seen + 1, node)
        several = {key: node for key, (count, node) in counts.items() if count > 1}
        self.common = set(several)
        self.ensure([node for node in several.values() if isinstance(node, n.Has)], 1)

    def ensure(self, nodes: Sequence[n.Node], depth: int) -> None:
        """Hold common conditions under names that serve from here to the end of the block."""
        for node in nodes:
            key = n.shape(node)
            if key in self.common and key not in self.emitter.shared:
                name = self.emitter.fresh("c")
                if self.emitter.sure(node):
                    self.sure.add(name)
                self.add(depth, f"{name} = {self.emitter.emit(node)}")
                self.emitter.shared = {**self.emitter.shared, key: name}

    def group(self, members: Sequence[int], level: int, depth: int, gate: str) -> None:
        """Rules whose ``when`` begins alike, under one test of what they share: none of them is looked at
        where it fails. ``gate`` names what holds of the first ``level`` conditions."""
        buckets: dict[str, list[int]] = {}
        for at in members:
            parts = conjuncts(self.rules[at].when)[level:]
            self.ensure(parts[:1], depth)
            buckets.setdefault(self.emitter.shared.get(n.shape(parts[0]), "") if parts else "", []).append(at)
        for name, bucket in buckets.items():
            if not name or len(bucket) == 1:
                for at in bucket:
                    self.rule(at, depth, level, gate)
                continue
            outer, self.known, shared = self.known, dict(self.known), self.emitter.shared
            sure = name in self.sure
            self.add(depth, f"if {name}:" if sure else f"if {name} is not False:")
            both = gate if sure else name
            if gate and not sure:
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
        self.ensure(conjuncts(rule.when)[level:], depth)
        # Worked out at the depth of the group, so that its other rules find it.
        outside = self.outside(rule.select_by, tuple(b for check in rule.checks for b in check.basis), depth)
        outer, self.known, excluded = self.known, dict(self.known), self.excluded
        same = all(check.basis == rule.basis and check.select_by == rule.select_by for check in rule.checks)
        if outside and (same or rule.when is not None):
            self.add(depth, f"if not {outside}:")
            depth += 1
            self.excluded = {*excluded, outside}
        rest = conjuncts(rule.when)[level:]
        if rest:
            self.bind(rule.checks[0].params, self.day(rule.select_by, depth), depth, rule.when)
            sure = [self.emitter.emit(part) for part in rest if self.emitter.sure(part)]
            open_ = [self.emitter.emit(part) for part in rest if not self.emitter.sure(part)]
            if sure:
                self.add(depth, f"if {' and '.join(sure)}:")
                depth += 1
            if open_:
                self.add(depth, f"w = {self.emitter.all_of([*([gate] if gate else []), *open_])}")
                self.add(depth, "if w is not False:")
                gate, depth = "w", depth + 1
        tests = ["" if same else self.outside(c.select_by, c.basis, depth) for c in rule.checks]
        tests = ["" if test in self.excluded else test for test in tests]
        always = any(c.when is None and not test for c, test in zip(rule.checks, tests, strict=True))
        self.applies(at, always, depth)
        for place, (check, test) in enumerate(zip(rule.checks, tests, strict=True), first):
            self.check(place, check, gate or "True", test, depth)
        self.known, self.excluded = outer, excluded

    def check(self, place: int, check: Check, gate: str, outside: str, depth: int) -> None:
        if never(check):
            return
        day = self.day(check.select_by, depth)
        known = [] if _inside(check.basis, day) == "True" or day == "as_of" else [f"{day} is not None"]
        if gate != "True":
            known.append(f"{gate} is not None")
        certain = self.certain(known, depth)
        if outside:
            self.add(depth, f"if not {outside}:")
            depth += 1
        self.bind(check.params, day, depth, check.when, check.require, basis=check.basis)
        if check.when is not None:
            when = self.emitter.emit(check.when.root)
            if self.emitter.sure(check.when.root):
                self.add(depth, f"if {when}:")
            else:
                self.add(depth, f"x = {when}")
                self.add(depth, "if x is not False:")
                certain = f"{certain} and x is not None" if certain else "x is not None"
            depth += 1
        if check.require is None:
            self.settle(place, "None", depth)
            return
        result = self.emitter.emit(check.require.root)
        if self.emitter.sure(check.require.root) and not certain:
            self.settle(place, result, depth, True)
            return
        self.settle(place, f"{result} if {certain} else None" if certain else result, depth)

    def certain(self, known: Sequence[str], depth: int) -> str:
        """The test of all conditions under which a result counts, under a name where they are several."""
        source = " and ".join(known)
        if len(known) < 2:
            return source
        if source not in self.known:
            self.known[source] = f"z{len(self.known)}"
            self.add(depth, f"{self.known[source]} = {source}")
        return self.known[source]

    def bind(
        self, params: Any, day: str, depth: int, *exprs: Expr | None, basis: Sequence[Basis] = ()
    ) -> None:
        """Values of the parameters that the expressions use, as constants where one value holds always, or
        whenever the last expression counts: on known days on which the ``basis`` is in force."""
        used = params_of(*exprs)
        early = params_of(*exprs[:-1])
        bound: dict[str, Any] = {}
        for name in sorted(used):
            param: Param = params[name]
            own = self.day(param.select_by, depth) if param.select_by else day
            if len(param.values) == 1 and param.values[0].since is None:
                bound[name] = param.bind(None)
                continue
            if basis and name not in early and own == day and _holds(param, basis):
                held = param._replace(values=(param.values[0]._replace(since=None),))
                bound[name] = held.bind(None)
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


def _holds(param: Param, basis: Sequence[Basis]) -> bool:
    """Whether a parameter's only value holds on every day on which a clause is in force."""
    since = param.values[0].since
    starts = [b.start for b in basis]
    return len(param.values) == 1 and since is not None and all(s is not None and s >= since for s in starts)


def _inside(basis: Sequence[Basis], day: str) -> str:
    """The test that one of the clauses is in force."""
    tests = []
    for start, end in in_force(basis):
        left = f"{start.toordinal()} <= " if start > date.min else ""
        right = f" <= {end.toordinal()}" if end < date.max else ""
        if not left and not right:
            return "True"
        tests.append(f"{left}{day}{right}")
    return " or ".join(tests) or "False"
