"""Grading many cases: one line of facts in, one line of verdicts out, by any engine.

Every engine must give the same verdict matrix; ``matrix_sha256`` is a hash over the codes of all
verdicts in case order, by which runs are compared.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from .arithmetic import Part, Verdict, score
from .facts import CaseInput, FactError
from .interchange import case_from, read_cases
from .judge import judge, view_of
from .pack import Pack
from .standard import Standard
from .tariff import Tariff, Total
from .to_python import VERDICT_OF, compiled_pack

ENGINES = ("trace", "python", "polars", "spark")
CODES = {"met": "m", "breached": "b", "undetermined": "u", "not_applicable": "n"}
_BATCH = 2000

Graded = tuple[Sequence[str], Total]
Engine = Callable[[Pack, Standard, Sequence[CaseInput]], Iterable[Graded]]


def trace_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """The reference: every rule traced."""
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
        yield [entry.verdict for entry in verdicts], Total(total.low, total.high, total.grade, total.flagged)


def python_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Generated Python: every rule in one function."""
    compiled = compiled_pack(pack)
    tariff = Tariff(standard, compiled.rules)
    for case in cases:
        row = compiled.encode(case)
        codes = compiled.run(row)
        total = tariff.score(codes, partial(compiled.occurrences, row))
        yield [VERDICT_OF[code] for code in compiled.by_rule(codes)], total


def load_cases(path: Path) -> Iterator[CaseInput]:
    """The cases of a JSON Lines or Parquet file."""
    if path.suffix != ".parquet":
        yield from read_cases(path)
        return
    raise FactError(f"{path.name}：读取 Parquet 需要 anheng[bulk]，请安装后再试")


def grade_file(
    path: Path, *, engine: str, out: Path | None, pack: Pack, standard: Standard
) -> dict[str, Any]:
    """Grade every case of a file; writes one line a case to ``out`` and returns the totals."""
    run = _ENGINES[engine]
    rules = [rule.id for rule in pack.rules if rule.stage == "case"]
    digest = hashlib.sha256("\n".join(rules).encode())
    started = time.perf_counter()
    totals = {"cases": 0, "flagged": 0}
    grades: dict[str, int] = {}
    lines = out.open("w", encoding="utf-8") if out else None
    try:
        cases = load_cases(path)
        while batch := list(islice(cases, _BATCH)):
            for case, (verdicts, total) in zip(batch, run(pack, standard, batch), strict=True):
                digest.update("".join(CODES[v] for v in verdicts).encode() + b"\n")
                totals["cases"] += 1
                totals["flagged"] += total.flagged
                grades[total.grade] = grades.get(total.grade, 0) + 1
                if lines:
                    lines.write(json.dumps(_line(case, rules, verdicts, total), ensure_ascii=False) + "\n")
    finally:
        if lines:
            lines.close()
    return {**totals, "rules": len(rules), "engine": engine, "grades": grades, "pack": pack.id,
            "standard": standard.full_id, "seconds": round(time.perf_counter() - started, 3),
            "matrix_sha256": digest.hexdigest()}  # fmt: skip


def _line(case: CaseInput, rules: Sequence[str], verdicts: Sequence[str], total: Total) -> Mapping[str, Any]:
    return {
        "case": case.case,
        "verdicts": dict(zip(rules, verdicts, strict=True)),
        "score": {"low": total.low / 10, "high": total.high / 10},
        "grade": total.grade,
        "flagged": total.flagged,
    }


_ENGINES: dict[str, Engine] = {"trace": trace_engine, "python": python_engine}

__all__ = ["CODES", "ENGINES", "Engine", "Graded", "case_from", "grade_file", "load_cases", "trace_engine"]
