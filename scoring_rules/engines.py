"""The engines: cases in, verdict numbers by rule and the score out, the same from each of them."""

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from .arithmetic import Part, Verdict, score
from .facts import CaseInput
from .grader import Grader
from .judge import judge, view_of
from .pack import Pack
from .source import PackError
from .standard import Standard
from .tariff import Tariff, Total
from .to_python import VERDICT_OF, compiled_pack

ENGINES = ("trace", "python", "polars", "spark")
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


_graders: dict[tuple[str, str], Grader] = {}
_columns: dict[tuple[str, str], Any] = {}


def grader_of(pack: Pack, standard: Standard) -> Grader:
    """The generated Python of a pack and a standard, made once."""
    key = (pack.hash, standard.full_id)
    if key not in _graders:
        compiled = compiled_pack(pack)
        _graders[key] = Grader(compiled, Tariff(standard, compiled.rules))
    return _graders[key]


def columns_of(pack: Pack, standard: Standard) -> Any:
    """The column engine of a pack and a standard, made once."""
    key = (pack.hash, standard.full_id)
    if key not in _columns:
        compiled = compiled_pack(pack)
        module = importlib.import_module(f"{__package__}.to_polars")
        _columns[key] = module.ColumnEngine(compiled, Tariff(standard, compiled.rules))
    return _columns[key]


def python_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Generated Python, a case at a time."""
    grader = grader_of(pack, standard)
    for case in cases:
        yield grader.grade(grader.compiled.encode(case))


def polars_engine(pack: Pack, standard: Standard, cases: Sequence[CaseInput]) -> Iterator[Graded]:
    """Columns: all cases of a batch at once."""
    engine = columns_of(pack, standard)
    yield from engine.by_case(engine.run([engine.compiled.encode(case) for case in cases]))


_ENGINES: dict[str, Engine] = {"trace": trace_engine, "python": python_engine, "polars": polars_engine}


def engine_named(name: str) -> Engine:
    """An engine over cases; raises ``PackError`` with the remedy where what it needs is not installed."""
    needed(name)
    return _ENGINES[name]


def needed(name: str) -> None:
    """Refuse an engine whose extra is not installed."""
    needs = {"polars": ("polars", "numpy"), "spark": ("pyspark", "pyarrow")}.get(name, ())
    for module in needs:
        if importlib.util.find_spec(module) is None:
            extra = "bulk" if name == "polars" else "spark"
            raise PackError(
                name, f"没有安装 {module}", f"运行 pip install 'anheng[{extra}]'，或改用 --engine python"
            )
