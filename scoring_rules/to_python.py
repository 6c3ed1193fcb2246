"""All rules as one generated Python function, compiled once: cases in machine form in, verdicts out.

The function is the same law as the reference evaluator and is tested against it on every rule test
and on generated cases.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

from .asked import expressions
from .facts import CaseInput
from .judge import view_of
from .language.machine import Layout, encode_case, layout
from .pack import Pack
from .rule_file import scope_facts
from .rule_writer import BREACHED, MET, NA, OPEN, Writer
from .rules import Rule

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


__all__ = [
    "BREACHED",
    "MET",
    "NA",
    "OPEN",
    "VERDICT_OF",
    "Compiled",
    "compile_rules",
    "compiled_pack",
    "plan_of",
]
