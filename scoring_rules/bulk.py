"""Grading many cases: one line of facts in, one line of verdicts out, by any engine.

Every engine must give the same verdict matrix; ``matrix_sha256`` is a hash over all verdicts in case
order, by which runs are compared. A run by another engine than the reference grades a sample again by
the reference (``CANARY``) and publishes nothing where one verdict differs.
"""

import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from .arithmetic import Part, Verdict, score
from .facts import CaseInput, FactError
from .interchange import case_from, read_cases
from .judge import judge, view_of
from .pack import Pack
from .source import PackError
from .standard import Standard
from .tariff import Tariff, Total

from .to_python import BREACHED, VERDICT_OF, compiled_pack

ENGINES = ("trace", "python", "polars", "spark")
LETTERS = bytes.maketrans(bytes(range(4)), b"nmub")
CANARY = (1000, 1000)  # at least this many cases, and one in this many
_BATCH = {"trace": 500, "python": 2000, "polars": 50_000}
_NUMBER = {verdict: number for number, verdict in enumerate(VERDICT_OF)}

# Verdict numbers by rule, and the score.
Graded = tuple[bytes, Total]
Engine = Callable[[Pack, Standard, Sequence[CaseInput]], Iterable[Graded]]


def trace_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """The reference: every rule traced, the arithmetic spelled out."""
    rules = [rule for rule in pack.rules if rule.stage == "case"]
    for case in cases:
        view = view_of(case)
        verdicts = []
        for rule in rules:
            found = judge(rule, view)
            parts = {
                limb.check.id: Part(limb.verdict, limb.occurrences) for limb in found.limbs if limb.check.id
            }
            count = max(limb.occurrences for limb in found.limbs)
            verdicts.append(Verdict(rule.id, found.verdict, count, parts))
        total = score(standard, verdicts)
        codes = bytes(_NUMBER[entry.verdict] for entry in verdicts)
        yield codes, Total(total.low, total.high, total.grade, total.flagged)


def python_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Generated Python: every rule in one function."""
    compiled = compiled_pack(pack)
    tariff = Tariff(standard, compiled.rules)
    for case in cases:
        row = compiled.encode(case)
        codes = compiled.run(row)
        yield compiled.by_rule(codes), tariff.score(codes, partial(compiled.occurrences, row))


def polars_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Columns: all cases of a batch at once; the score case by case."""
    compiled = compiled_pack(pack)
    tariff = Tariff(standard, compiled.rules)
    rows = [compiled.encode(case) for case in cases]
    frame = ColumnEngine(compiled).run(rows)
    for row, numbers in zip(rows, frame.iter_rows(), strict=True):
        codes = bytes(numbers)
        yield compiled.by_rule(codes), tariff.score(codes, partial(compiled.occurrences, row))


def load_cases(path: Path) -> Iterator[CaseInput]:
    """The cases of a JSON Lines or Parquet file; Parquet has the columns of a line, ``facts`` as JSON text
    or as a struct."""
    if path.suffix != ".parquet":
        yield from read_cases(path)
        return
    frame = importlib.import_module("polars").scan_parquet(path).collect()
    for line in frame.iter_rows(named=True):
        facts = line.get("facts") or {}
        yield case_from({**line, "facts": _given(json.loads(facts) if isinstance(facts, str) else facts)})


def _given(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a struct column without those that are null."""
    return {name: value for name, value in facts.items() if value is not None}


def engine_named(name: str) -> Engine:
    """An engine by name; raises ``PackError`` with the remedy where what it needs is not installed."""
    needs = {"polars": "polars", "spark": "pyspark"}.get(name)
    if needs and importlib.util.find_spec(needs) is None:
        extra = "bulk" if name == "polars" else "spark"
        raise PackError(
            name, f"没有安装 {needs}", f"运行 pip install 'anheng[{extra}]'，或改用 --engine python"
        )
    return _ENGINES[name]


def grade_file(
    path: Path, *, engine: str, out: Path | None, pack: Pack, standard: Standard
) -> dict[str, Any]:
    """Grade every case of a file; writes one line a case to ``out`` and returns the totals.

    Lines go to a file beside ``out`` that takes its name only after the canary agreed.
    """
    rules = [rule.id for rule in pack.rules if rule.stage == "case"]
    started = time.perf_counter()
    part = out.with_name(out.name + ".part") if out else None
    stream = part.open("w", encoding="utf-8") if part else None
    run = _Run(pack, standard, engine, rules)
    try:
        cases = load_cases(path)
        while batch := list(islice(cases, _BATCH.get(engine, 50_000))):
            for case, codes, total in run.grade(batch):
                if stream:
                    stream.write(json.dumps(_line(case, rules, codes, total), ensure_ascii=False) + "\n")
        run.check()
    finally:
        if stream:
            stream.close()
    if part and out:
        part.replace(out)
    return {**run.totals(), "seconds": round(time.perf_counter() - started, 3)}


class _Run:
    """One run: counts, the hash over the matrix, and the sample that the reference grades again."""

    def __init__(self, pack: Pack, standard: Standard, engine: str, rules: Sequence[str]) -> None:
        self.pack, self.standard, self.name, self.rules = pack, standard, engine, rules
        self.engine = engine_named(engine)
        self.digest = hashlib.sha256("\n".join(rules).encode())
        self.count = self.flagged = 0
        self.grades: dict[str, int] = {}
        self.breached = [0] * len(rules)
        self.sample: list[tuple[CaseInput, Graded]] = []
        self.rng = Random(pack.hash)  # noqa: S311 - a repeatable sample

    def grade(self, batch: Sequence[CaseInput]) -> Iterator[tuple[CaseInput, bytes, Total]]:
        for case, graded in zip(batch, self.engine(self.pack, self.standard, batch), strict=True):
            codes, total = graded
            self.digest.update(codes.translate(LETTERS) + b"\n")
            self.count += 1
            self.flagged += total.flagged
            self.grades[total.grade] = self.grades.get(total.grade, 0) + 1
            if BREACHED in codes:
                for at, code in enumerate(codes):
                    self.breached[at] += code == BREACHED
            self._keep(case, graded)
            yield case, codes, total

    def _keep(self, case: CaseInput, graded: Graded) -> None:
        """Keep a uniform sample of the size the canary wants so far."""
        least, share = CANARY
        wanted = max(least, self.count // share)
        if len(self.sample) < wanted:
            self.sample.append((case, graded))
        elif (at := self.rng.randrange(self.count)) < len(self.sample):
            self.sample[at] = (case, graded)

    def check(self) -> None:
        """Grade the sample by the reference; raises ``PackError`` at the first difference."""
        if self.name == "trace":
            return
        cases = [case for case, _ in self.sample]
        for (case, graded), again in zip(
            self.sample, trace_engine(self.pack, self.standard, cases), strict=True
        ):
            if graded != again:
                wrong = [r for r, a, b in zip(self.rules, graded[0], again[0], strict=True) if a != b]
                what = f"引擎 {self.name} 对 {case.case} 的结果与参照求值不同（{'、'.join(wrong) or '分数'}）"
                raise PackError(self.name, what, "结果未写出；请改用 --engine trace 并报告此案")

    def totals(self) -> dict[str, Any]:
        return {
            "cases": self.count, "rules": len(self.rules), "engine": self.name, "flagged": self.flagged,
            "grades": self.grades, "breached": {r: n for r, n in zip(self.rules, self.breached, strict=True) if n},
            "canary": 0 if self.name == "trace" else len(self.sample), "pack": self.pack.id,
            "standard": self.standard.full_id, "matrix_sha256": self.digest.hexdigest(),
        }  # fmt: skip


def _line(case: CaseInput, rules: Sequence[str], codes: bytes, total: Total) -> Mapping[str, Any]:
    return {
        "case": case.case,
        "verdicts": {rule: VERDICT_OF[code] for rule, code in zip(rules, codes, strict=True)},
        "score": {"low": total.low / 10, "high": total.high / 10},
        "grade": total.grade,
        "flagged": total.flagged,
    }


def spark_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Spark: the generated Python on every partition, in case order."""
    session = importlib.import_module("pyspark.sql").SparkSession.builder.appName("anheng").getOrCreate()
    size = max(1, len(cases) // (4 * session.sparkContext.defaultParallelism))
    parts = [list(cases[at : at + size]) for at in range(0, len(cases), size)]
    spread = session.sparkContext.parallelize(parts, len(parts))
    for graded in spread.map(lambda part: list(python_engine(pack, standard, part))).collect():
        yield from graded


_ENGINES: dict[str, Engine] = {
    "trace": trace_engine, "python": python_engine, "polars": polars_engine, "spark": spark_engine,
}  # fmt: skip

__all__ = [
    "ENGINES",
    "Engine",
    "FactError",
    "Graded",
    "grade_file",
    "load_cases",
    "python_engine",
    "trace_engine",
]
