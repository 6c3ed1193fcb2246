"""Grading many cases: one line of facts in, one line of verdicts out, by any engine.

Every engine must give the same verdict matrix; ``matrix_sha256`` is a hash over all verdicts in case
order, by which runs are compared. A run by another engine than the reference grades a sample again by
the reference (``CANARY``) and publishes nothing where one verdict or score differs.
"""

import hashlib
import importlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any

from .engines import Graded, columns_of, engine_named, needed, trace_engine
from .facts import CaseInput, FactError
from .interchange import case_from, case_of_line
from .pack import Pack
from .source import PackError
from .standard import Standard
from .to_python import BREACHED, VERDICT_OF, Compiled, compiled_pack

LETTERS = bytes.maketrans(bytes(range(4)), b"nmub")
CANARY = (1000, 1000)  # at least this many cases, and one in this many
_BATCH = {"trace": 500, "python": 2000, "polars": 2000}
_CHUNKS = 131_072  # cases that the columns take at once

# A case as it is stored: the text of a line, or the columns of a Parquet row.
Record = str | Mapping[str, Any]
# The name of a case with its result.
Named = tuple[str, Graded]


def records(path: Path) -> Iterator[Record]:
    """The cases of a JSON Lines or Parquet file as stored; Parquet has the columns of a line, ``facts`` as
    JSON text or as a struct."""
    if path.suffix != ".parquet":
        with path.open(encoding="utf-8") as lines:
            yield from lines
        return
    for batch in importlib.import_module("pyarrow.parquet").ParquetFile(path).iter_batches(10_000):
        yield from batch.to_pylist()


def case_of(record: Record, place: str) -> CaseInput | None:
    """A stored case, ``None`` for an empty line; raises ``FactError`` naming the place."""
    if isinstance(record, str):
        return case_of_line(record, place)
    facts = record.get("facts") or {}
    given = json.loads(facts) if isinstance(facts, str) else facts
    return case_from({**record, "facts": {name: value for name, value in given.items() if value is not None}})


def load_cases(path: Path) -> Iterator[CaseInput]:
    """The cases of a file."""
    for number, record in enumerate(records(path), 1):
        case = case_of(record, f"{path.name} 第 {number} 行")
        if case is not None:
            yield case


def _cases(name: str, numbered: Sequence[tuple[int, Record]]) -> list[CaseInput]:
    found = (case_of(record, f"{name} 第 {number} 行") for number, record in numbered)
    return [case for case in found if case is not None]


def grade_records(
    pack: Pack, standard: Standard, engine: str, name: str, numbered: Sequence[tuple[int, Record]]
) -> list[Named]:
    """The results of stored cases, in order; ``name`` is that of their file."""
    cases = _cases(name, numbered)
    results = engine_named(engine)(pack, standard, cases)
    return [(case.case, graded) for case, graded in zip(cases, results, strict=True)]


def _encoded(compiled: Compiled, name: str, numbered: Sequence[tuple[int, Record]]) -> list[tuple[str, Any]]:
    return [(case.case, compiled.encode(case)) for case in _cases(name, numbered)]


def grade_file(
    path: Path, *, engine: str, out: Path | None, pack: Pack, standard: Standard,
    progress: Callable[[int], None] = lambda count: None,
) -> dict[str, Any]:  # fmt: skip
    """Grade every case of a file; writes one line a case to ``out`` and returns the totals. ``progress`` is
    told how many cases are graded.

    Lines go to a file beside ``out`` that takes its name only after the canary agreed.
    """
    needed(engine)
    started = time.perf_counter()
    part = out.with_name(out.name + ".part") if out else None
    run = _Run(pack, standard, engine)
    with part.open("w", encoding="utf-8") if part else nullcontext() as stream:
        for block in _blocks(path, engine, pack, standard):
            run.add([graded for _, graded in block])
            if stream:
                stream.writelines(run.line(name, graded) for name, graded in block)
            progress(run.count)
    run.check(path)
    if part and out:
        part.replace(out)
    return {**run.totals(), "seconds": round(time.perf_counter() - started, 3)}


def _blocks(path: Path, engine: str, pack: Pack, standard: Standard) -> Iterator[list[Named]]:
    """The results of a file, batch by batch in order. Decoding, and generated Python, run on every processor."""
    if engine == "spark":
        yield from importlib.import_module(f"{__package__}.to_spark").grade(path, pack, standard)
        return
    numbered = enumerate(records(path), 1)
    batches = iter(lambda: list(islice(numbered, _BATCH[engine])), [])
    if engine == "polars":
        decoded = spread(partial(_encoded, compiled_pack(pack), path.name), batches)
        yield from _by_columns(columns_of(pack, standard), decoded)
        return
    work = partial(grade_records, pack, standard, engine, path.name)
    yield from spread(work, batches) if engine == "python" else map(work, batches)


def _by_columns(engine: Any, decoded: Iterable[list[tuple[str, Any]]]) -> Iterator[list[Named]]:
    """The results of decoded cases, as many at once as make a chunk for every processor."""
    cases = chain.from_iterable(decoded)
    while held := list(islice(cases, _CHUNKS)):
        graded = engine.by_case(engine.run([row for _, row in held]))
        yield [(name, one) for (name, _), one in zip(held, graded, strict=True)]


_work: list[Callable[[Any], Any]] = []


def spread(work: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """The results of work on items, in order, by as many processes as there are processors where the system
    can fork; a single item is worked on here."""
    waiting = iter(items)
    first = list(islice(waiting, 2))
    count = os.cpu_count() or 1
    if len(first) < 2 or count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, first)
        yield from map(work, waiting)
        return
    _work[:] = [work]
    with multiprocessing.get_context("fork").Pool(count) as pool:
        ahead = [pool.apply_async(_do, (item,)) for item in first]
        while ahead:
            for item in islice(waiting, max(0, 2 * count - len(ahead))):
                ahead.append(pool.apply_async(_do, (item,)))
            yield ahead.pop(0).get()


def _do(item: Any) -> Any:
    return _work[0](item)


class _Run:
    """One run: counts, the hash over the matrix, and the sample that the reference grades again."""

    def __init__(self, pack: Pack, standard: Standard, engine: str) -> None:
        self.pack, self.standard, self.name = pack, standard, engine
        self.rules = [rule.id for rule in pack.rules if rule.stage == "case"]
        self.digest = hashlib.sha256("\n".join(self.rules).encode())
        self.count = self.flagged = 0
        self.grades: dict[str, int] = {}
        self.breached = [0] * len(self.rules)
        self.sample: list[tuple[int, Graded]] = []
        self.rng = Random(pack.hash)  # noqa: S311 - a repeatable sample
        self.words = [
            [f'"{rule}": "{verdict}"' for verdict in VERDICT_OF] for rule in self.rules
        ]  # a line is made of these

    def add(self, block: Sequence[Graded]) -> None:
        """Count the results of a batch."""
        matrix = b"".join(codes for codes, _ in block)
        width = len(self.rules)
        lines = (matrix[at : at + width] for at in range(0, len(matrix), width))
        self.digest.update(b"\n".join([*lines, b""]).translate(LETTERS))
        for at in range(width):
            self.breached[at] += matrix[at::width].count(BREACHED)
        for graded in block:
            total = graded[1]
            self.flagged += total.flagged
            self.grades[total.grade] = self.grades.get(total.grade, 0) + 1
            self._keep(graded)
            self.count += 1

    def _keep(self, graded: Graded) -> None:
        """Keep a uniform sample of the size the canary wants so far."""
        least, share = CANARY
        if len(self.sample) < max(least, self.count // share):
            self.sample.append((self.count, graded))
        elif (at := self.rng.randrange(self.count + 1)) < len(self.sample):
            self.sample[at] = (self.count, graded)

    def check(self, path: Path) -> None:
        """Grade the sample by the reference; raises ``PackError`` at the first difference."""
        if self.name == "trace":
            return
        wanted = dict(self.sample)
        stored = (record for record in records(path) if not isinstance(record, str) or record.strip())
        for at, record in enumerate(stored):
            if at not in wanted:
                continue
            case = case_of(record, path.name)
            assert case is not None
            (again,) = trace_engine(self.pack, self.standard, [case])
            codes, total = wanted[at]
            if (codes, total) != again:
                wrong = [r for r, a, b in zip(self.rules, codes, again[0], strict=True) if a != b]
                what = f"引擎 {self.name} 对 {case.case} 的结果与参照求值不同（{'、'.join(wrong) or '分数'}）"
                raise PackError(self.name, what, "结果未写出；请改用 --engine trace 并报告此案")

    def line(self, case: str, graded: Graded) -> str:
        """The line of a case in the results."""
        codes, total = graded
        verdicts = ", ".join([words[code] for words, code in zip(self.words, codes, strict=True)])
        rest = json.dumps(
            {
                "score": {"low": total.low / 10, "high": total.high / 10},
                "grade": total.grade,
                "flagged": total.flagged,
            },
            ensure_ascii=False,
        )
        return f'{{"case": {json.dumps(case, ensure_ascii=False)}, "verdicts": {{{verdicts}}}, {rest[1:]}\n'

    def totals(self) -> dict[str, Any]:
        return {
            "cases": self.count, "rules": len(self.rules), "engine": self.name, "flagged": self.flagged,
            "grades": self.grades, "breached": {r: n for r, n in zip(self.rules, self.breached, strict=True) if n},
            "canary": 0 if self.name == "trace" else len(self.sample), "pack": self.pack.id,
            "standard": self.standard.full_id, "matrix_sha256": self.digest.hexdigest(),
        }  # fmt: skip


__all__ = ["CANARY", "FactError", "grade_file", "grade_records", "load_cases", "records", "spread"]
