"""``anheng bench rules``: our engines and their peers on the same cases in one run.

Cases are decoded in memory before the clock starts, for everybody. Ours give verdicts and scores, the peers
the verdicts of checks. Engines under 20,000 cases a second run a sample of about three seconds; results are
compared with the reference on the cases both saw. Figures are medians of three runs.
"""

import importlib
import importlib.util
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from .bulk import spread
from .engines import Graded, columns_of, grader_of, trace_engine
from .facts import CaseInput
from .flat import FlatRules, Flattener
from .flat import columns_of as flat_columns
from .generate import generate_cases
from .judge import judge, view_of
from .pack import Pack
from .peers import PEERS
from .standard import Standard
from .to_python import compiled_pack

_SECONDS = 3.0
_RUNS = 3
_DISTINCT = 10_000
_PEER = 2000  # distinct cases for the peers, which take them as objects of their own
_SLICE = 10_000
_LINES = 500  # cases whose lines of generated code are counted
_SQL = 200_000  # cases over which a query's planning is spread
Matrix = list[list[int]]


def bench_rules(pack: Pack, standard: Standard, count: int) -> dict[str, Any]:
    """The measurement of the contract. Up to 10,000 distinct cases are made and repeated up to ``count``."""
    compiled = compiled_pack(pack)
    cases = list(generate_cases(compiled.rules, min(count, _DISTINCT), seed=1, filled=0.95))
    rows = [compiled.encode(case) for case in cases]
    many = (rows * (count // len(rows) + 1))[:count]
    engines: dict[str, Any] = {"trace": _trace(pack, standard, cases)}
    wanted = engines["trace"].pop("results")
    engines["python"] = _python(pack, standard, many, wanted)
    if importlib.util.find_spec("polars") is not None:
        engines["polars"] = _columns(pack, standard, many, wanted)
    flat = Flattener(compiled).rules()
    columns = flat_columns(flat, rows[:_PEER], [sorted(case.documents) for case in cases[:_PEER]])
    matrix = [list(compiled.run(row)) for row in rows[:_PEER]]
    peers = {name: _peer(name, flat, columns, matrix, count) for name in PEERS if _installed(name)}
    equal = [entry.pop("equal", True) for entry in (*engines.values(), *peers.values())]
    return {
        "cases": count, "distinct": len(cases), "rules": len(compiled.rules), "checks": len(flat.checks),
        **_loading(), "engines": engines, "peers": peers, "peer_atoms": flat.atoms, "matrix_equal": all(equal),
    }  # fmt: skip


def _loading() -> dict[str, float]:
    """Milliseconds of processor time to load the rules from the cache, and to read all of them anew: medians
    of five processes of their own."""
    code = """
from time import process_time as now
from scoring_rules import pack
start = now(); pack.load_pack(); kept = now(); pack.read_all(); print(kept - start, now() - kept)"""
    call = partial(subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True)
    runs = [[float(part) for part in call().stdout.split()] for _ in range(5)]
    kept, anew = (round(statistics.median(times) * 1000, 1) for times in zip(*runs, strict=True))
    return {"pack_kept_ms": kept, "pack_anew_ms": anew}


def profile_rules(pack: Pack, standard: Standard, count: int) -> dict[str, Any]:
    """Where the time of generated code goes: lines of Python a case, and the largest chunk of columns."""
    profiling = importlib.import_module(f"{__package__}.profiling")
    grader, columns = grader_of(pack, standard), columns_of(pack, standard)
    cases = generate_cases(grader.compiled.rules, min(count, _DISTINCT), seed=1, filled=0.95)
    rows = [grader.compiled.encode(case) for case in cases]
    many = (rows * (count // len(rows) + 1))[:count]
    chunk = max(columns.load(many), key=lambda chunk: chunk.size)
    return {
        "python": profiling.python_profile(grader, rows[:_LINES]),
        "polars": profiling.column_profile(columns, chunk),
    }


def _installed(name: str) -> bool:
    return importlib.util.find_spec(PEERS[name][0]) is not None


def peak_mib() -> float:
    """The most memory this process has held so far, in MiB."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def _times(run: Callable[[Any], Any], items: Sequence[Any], most: float = _SECONDS) -> list[float]:
    """The seconds of single calls, until ``most`` are spent."""
    times: list[float] = []
    started = time.perf_counter()
    for item in items:
        before = time.perf_counter()
        run(item)
        times.append(time.perf_counter() - before)
        if time.perf_counter() - started > most:
            break
    return times


def _p95(times: Sequence[float]) -> float:
    """Their 95th percentile in milliseconds."""
    return round(statistics.quantiles(times, n=20)[-1] * 1000, 4) if len(times) > 1 else 0.0


def _rate(run: Callable[[], Any], count: int) -> float:
    """The median rate of three runs."""
    rates = [count / sum(_times(lambda _: run(), (0,))) for _ in range(_RUNS)]
    return round(statistics.median(rates), 1)


def _trace(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> dict[str, Any]:
    rules = [rule for rule in pack.rules if rule.stage == "case"]

    def run(case: CaseInput) -> None:
        view = view_of(case)
        for rule in rules:
            judge(rule, view)

    times = _times(run, cases)
    sample = cases[: len(times)]
    rate = round(len(times) / sum(times), 1)
    return {"cases_per_s": rate, "p95_ms": _p95(times), "sample": len(times),
            "results": list(trace_engine(pack, standard, sample))}  # fmt: skip


def _python(pack: Pack, standard: Standard, rows: Sequence[Any], wanted: Sequence[Graded]) -> dict[str, Any]:
    grader = grader_of(pack, standard)
    found = [grader.grade(row) for row in rows[:_SLICE]]  # every kind of case has its function now

    def grade(start: int) -> list[Graded]:
        return [grader.grade(row) for row in rows[start : start + _SLICE]]

    def run() -> None:
        for _ in spread(grade, range(0, len(rows), _SLICE)):
            pass

    one = _rate(lambda: grade(0), min(len(rows), _SLICE))
    return {"cases_per_s": _rate(run, len(rows)), "one_process": one, "p95_ms": _p95(_times(grader.grade, rows[:_SLICE])),
            "equal": found[: len(wanted)] == list(wanted)}  # fmt: skip


def _columns(pack: Pack, standard: Standard, rows: Sequence[Any], wanted: Sequence[Graded]) -> dict[str, Any]:
    started = time.perf_counter()
    engine = columns_of(pack, standard)
    compiled = time.perf_counter()
    chunks = engine.load(rows)
    loaded = time.perf_counter()

    def judge() -> None:
        for chunk in chunks:
            engine.judge(chunk)

    (first_run,) = _times(lambda _: judge(), (0,))  # makes the code of every kind of case
    rate = _rate(judge, len(rows))
    peak = peak_mib()
    found = list(islice(engine.by_case(engine.run(rows)), len(wanted)))
    held = sum(array.nbytes for chunk in chunks for array in chunk.columns.values())
    first = engine.load(rows[:1])[0]
    return {
        "cases_per_s": rate, "p95_ms": _p95(_times(engine.judge, [first] * 20)), "compile_s": round(compiled - started, 3),
        "load_s": round(loaded - compiled, 3), "first_s": round(first_run, 3),
        "peak_mib": peak, "bytes_per_case": round(held / len(rows), 1),
        "read_gb_per_s": round(_bandwidth() / 1e9, 1), "equal": found == list(wanted)[: len(found)],
    }  # fmt: skip


def _bandwidth() -> float:
    """Bytes a second at which one thread reads memory from end to end."""
    numpy = importlib.import_module("numpy")
    block = numpy.ones(1 << 25, dtype=numpy.int64)
    return float(block.nbytes / min(_times(lambda _: block.max(), range(5))))


def _peer(name: str, flat: FlatRules, columns: Sequence[Any], wanted: Matrix, count: int) -> dict[str, Any]:
    load, run = PEERS[name][1](flat)
    if name == "duckdb":
        found = [column.to_pylist() for column in run(load(columns))]
        equal = [list(line) for line in zip(*found, strict=True)] == wanted
        many = list(columns) * max(1, min(count, _SQL) // len(columns))
        ready = load(many)
        rate = _rate(lambda: run(ready), len(many))
        return {"cases_per_s": rate, "sample": len(many), "equal": equal}
    times = _times(lambda case: run(load([case])), columns[:10])
    size = max(10, min(len(columns), int(_SECONDS / _RUNS * len(times) / sum(times))))
    ready = load(columns[:size])
    equal = run(ready) == wanted[:size]
    single = [load([case]) for case in columns[:size]]
    return {"cases_per_s": _rate(lambda: run(ready), size), "p95_ms": _p95(_times(run, single, _SECONDS / _RUNS)), "sample": size,
            "equal": equal}  # fmt: skip
