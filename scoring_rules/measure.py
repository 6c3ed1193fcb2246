"""``anheng bench rules``: our engines and their peers on the same cases in one run.

Cases are decoded in memory before the clock starts, for everybody. Engines under 20,000 cases a second
run a sample of about three seconds; every matrix is compared with the reference on the cases both saw.
"""

import importlib.util
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from .facts import CaseInput
from .flat import FlatRules, Flattener, columns_of
from .generate import generate_cases
from .judge import judge, view_of
from .pack import Pack
from .peers import PEERS
from .to_polars import ColumnEngine
from .to_python import VERDICT_OF, Compiled, compiled_pack

_SECONDS = 3.0
_DISTINCT = 2000
_MANY = 10
_NUMBER = {verdict: number for number, verdict in enumerate(VERDICT_OF)}
Matrix = list[list[int]]


def bench_rules(pack: Pack, count: int) -> dict[str, Any]:
    """The measurement of the contract. Up to 2,000 distinct cases are made and repeated up to ``count``."""
    compiled = compiled_pack(pack)
    cases = list(generate_cases(compiled.rules, min(count, _DISTINCT), seed=1, filled=0.95))
    rows = [compiled.encode(case) for case in cases]
    many = (rows * (count // len(rows) + 1))[:count]
    python = [list(compiled.run(row)) for row in rows]
    equal = True
    engines: dict[str, Any] = {"trace": _trace(compiled, cases, python), "python": _python(compiled, many)}
    if importlib.util.find_spec("polars") is not None:
        engines["polars"] = _polars(compiled, many, python)
    flat = Flattener(compiled).rules()
    peers = {name: _peer(name, flat, rows, cases, python) for name in PEERS if _installed(name)}
    for entry in (*engines.values(), *peers.values()):
        equal = equal and entry.pop("equal", True)
    return {
        "cases": count, "distinct": len(cases), "rules": len(compiled.rules), "checks": len(flat.checks),
        "engines": engines, "peers": peers, "peer_atoms": flat.atoms, "matrix_equal": equal,
    }  # fmt: skip


def _installed(name: str) -> bool:
    return importlib.util.find_spec(PEERS[name][0]) is not None


def _p95(run: Callable[[Any], Any], items: Sequence[Any]) -> float:
    """The 95th percentile of single calls, in milliseconds."""
    times = []
    for item in items:
        started = time.perf_counter()
        run(item)
        times.append(time.perf_counter() - started)
    return round(statistics.quantiles(times, n=20)[-1] * 1000, 4)


def _rates(run: Callable[[], Any], count: int) -> float:
    """The median rate of three runs."""
    rates = []
    for _ in range(3):
        started = time.perf_counter()
        run()
        rates.append(count / (time.perf_counter() - started))
    return round(statistics.median(rates), 1)


def _trace(compiled: Compiled, cases: Sequence[CaseInput], wanted: Matrix) -> dict[str, Any]:
    def run(case: CaseInput) -> list[int]:
        view = view_of(case)
        return [_NUMBER[limb.verdict] for rule in compiled.rules for limb in judge(rule, view).limbs]

    times, found = [], []
    deadline = time.perf_counter() + _SECONDS
    for case in cases:
        started = time.perf_counter()
        found.append(run(case))
        times.append(time.perf_counter() - started)
        if time.perf_counter() > deadline:
            break
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    return {"cases_per_s": round(len(times) / sum(times), 1), "p95_ms": round(p95, 3), "sample": len(times),
            "equal": found == wanted[: len(found)]}  # fmt: skip


def _python(compiled: Compiled, rows: Sequence[Any]) -> dict[str, Any]:
    def run() -> None:
        for row in rows:
            compiled.run(row)

    return {"cases_per_s": _rates(run, len(rows)), "p95_ms": _p95(compiled.run, rows[:_DISTINCT])}


def _polars(compiled: Compiled, rows: Sequence[Any], wanted: Matrix) -> dict[str, Any]:
    engine = ColumnEngine(compiled)
    started = time.perf_counter()
    loaded = engine.load(rows)
    spent = time.perf_counter() - started
    frames: list[Any] = []
    base = loaded.frame

    def run() -> None:
        loaded.frame, loaded.made = base, {}
        frames[:] = [engine.judge(loaded, rows)]

    rate = _rates(run, len(rows))
    head = [list(line) for line in frames[0].head(len(wanted)).iter_rows()]
    one = _p95(lambda row: engine.run([row]), rows[:3])
    return {
        "cases_per_s": rate,
        "p95_ms": one,
        "load_s": round(spent, 3),
        "equal": head == wanted[: len(head)],
    }


def _peer(
    name: str, flat: FlatRules, rows: Sequence[Any], cases: Sequence[CaseInput], wanted: Matrix
) -> dict[str, Any]:
    columns = columns_of(flat, rows, [sorted(case.documents) for case in cases])
    load, run = PEERS[name][1](flat)
    ready = load(columns[:10])
    started = time.perf_counter()
    run(ready)
    per_case = (time.perf_counter() - started) / 10
    if name == "duckdb":  # planning is its fixed cost: more cases do it justice
        columns, wanted = columns * _MANY, wanted * _MANY
        size = len(columns)
    else:
        size = max(10, min(len(columns), int(_SECONDS / per_case)))
    ready = load(columns[:size])
    started = time.perf_counter()
    found = run(ready)
    spent = time.perf_counter() - started
    return {"cases_per_s": round(size / spent, 1), "sample": size, "equal": found == wanted[:size]}
