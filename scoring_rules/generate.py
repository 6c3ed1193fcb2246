"""Made-up cases for tests and measurements: facts of rule tests, mixed, shifted to the edge, and thinned.

They are drawn from the rules' own examples, so that limits, their neighbours and rare branches are hit
far more often than by chance. The same seed gives the same cases.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from .facts import CaseInput, Fact, FactSpec, document_kinds, vocabulary
from .rules import Rule, RuleTest

_WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_OUTSIDE = (date(1999, 5, 4), date(2031, 1, 2))


def generate_cases(
    rules: Sequence[Rule], count: int, seed: int = 0, filled: float = 0.7
) -> Iterator[CaseInput]:
    """``count`` cases; ``filled`` is the share of facts that stay recorded."""
    rng = Random(seed)  # noqa: S311 - repeatable test data
    tests = [test for rule in rules for test in rule.tests]
    by_kind: dict[Any, list[RuleTest]] = {}
    for test in tests:
        by_kind.setdefault((test.facts.get("case_kind"), test.facts.get("procedure")), []).append(test)
    pool = _pool(tests)
    kinds = sorted(document_kinds())
    groups = sorted(by_kind, key=str)
    weights = [len(by_kind[group]) for group in groups]
    for number in range(count):
        group = by_kind[rng.choices(groups, weights)[0]]
        yield _case(rng, number, group, pool, kinds, filled)


def _pool(tests: Sequence[RuleTest]) -> dict[str, list[Any]]:
    pool: dict[str, list[Any]] = {}
    for test in tests:
        for name, value in test.facts.items():
            pool.setdefault(name, []).append(value)
    return pool


def _case(rng: Random, number: int, group: Sequence[RuleTest], pool: dict[str, list[Any]], kinds: Sequence[str],
          filled: float) -> CaseInput:  # fmt: skip
    first = rng.choice(group)
    values: dict[str, Any] = {}
    documents: set[str] = set()
    for test in [*rng.choices(group, k=rng.randint(2, 10)), first]:
        values.update(test.facts)
        documents.update(test.documents)
    for name in rng.sample(sorted(pool), min(len(pool), 12)):
        values.setdefault(name, rng.choice(pool[name]))
    facts: dict[str, Fact] = {}
    for name, value in values.items():
        luck = rng.random()
        kept = name in first.facts and rng.random() < 0.8
        if luck > filled and not kept and name not in ("case_kind", "procedure"):
            state = rng.choice(("unrecorded", "unrecorded", "confirmed_absent", "not_yet"))
            facts[name] = Fact(state=state)
        else:
            facts[name] = Fact(value=_shift(rng, vocabulary()[name], value) if luck < 0.15 else value)
    documents |= set(rng.sample(kinds, rng.randint(0, 4)))
    documents -= set(rng.sample(kinds, rng.randint(0, 3)))
    as_of = max((f.value for f in facts.values() if type(f.value) is date), default=date(2024, 6, 3))
    signed = rng.random() < 0.7
    return CaseInput(
        f"g{number}", facts, frozenset(documents), signed, as_of + timedelta(days=rng.choice((0, 0, 1, 400)))
    )


def _shift(rng: Random, spec: FactSpec, value: Any) -> Any:
    """A neighbour of a value: a day or a unit off, another code, full-width text, a date without calendar."""
    if isinstance(value, datetime):
        return value + timedelta(minutes=rng.choice((-1, 1, 60, -1440)))
    if isinstance(value, date):
        return (
            rng.choice(_OUTSIDE)
            if rng.random() < 0.05
            else value + timedelta(days=rng.choice((-1, 1, -1, 1, 7, -30)))
        )
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(0, value + rng.choice((-1, 1, 100, -100)))
    if spec.type == "enum":
        return rng.choice(sorted(spec.values))
    if isinstance(value, str):
        return rng.choice((value.translate(_WIDE), f" {value}", value))
    if isinstance(value, frozenset) and spec.values:
        return value ^ {rng.choice(sorted(spec.values))}
    if isinstance(value, tuple) and value:
        return _rows(rng, spec, value)
    return value


def _rows(rng: Random, spec: FactSpec, rows: tuple[Any, ...]) -> tuple[Any, ...]:
    if rng.random() < 0.2:
        return rows[1:]
    index = rng.randrange(len(rows))
    row = dict(rows[index])
    name = rng.choice(sorted(set(row) - set(spec.keyed[:1])) or [None])
    if name is not None and name in spec.fields:
        row[name] = None if rng.random() < 0.4 else _shift(rng, spec.fields[name], row[name])
    changed = (*rows[:index], row, *rows[index + 1 :])
    return (*changed, row) if rng.random() < 0.2 and not spec.keyed else changed
