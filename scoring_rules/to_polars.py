"""All rules over columns: generated straight-line code over bit planes, a chunk of cases at a time.

Polars holds what comes in and numpy works it: conditions are bit planes, 64 cases to a machine word, so
that a chunk stays in the cache and a rule costs a few operations on a few kilobytes. The code is generated
from the same tree as the generated Python and is tested against the reference in the same way.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .chunks import KIND, Chunk, Loader
from .column_scores import graded, grades_of
from .column_writer import ColumnWriter, Seeds
from .language.column_forms import Array, unpack
from .settled import settled
from .tariff import Tariff, Total
from .to_python import Compiled

Row = tuple[Any, ...]


class Result(NamedTuple):
    """A chunk judged: the numbers of its verdicts, a line a rule or check and a column a case; its scores in
    tenths, the numbers of its grades and the machine candidates, or nothing without a standard."""

    codes: Array
    low: Array
    high: Array
    grades: Array
    flagged: Array


class ColumnEngine:
    """Rules compiled for chunks of cases, scored by a tariff; without one it gives verdicts only, one for
    every check."""

    def __init__(self, compiled: Compiled, tariff: Tariff | None = None) -> None:
        self.compiled, self.tariff = compiled, tariff
        self.seeds: Seeds = {}
        writer = self.writer(None)
        self.width = writer.width
        self.grades = () if tariff is None else grades_of(tariff)
        self.loader = Loader(compiled.plan, writer.inputs, self.seeds)
        self._functions = {None: writer.function()}

    def writer(self, kind: Any) -> ColumnWriter:
        """The code for cases of one kind, without the rules of the others; without one for cases of any kind."""
        facts = {} if kind is None else {KIND: kind}
        return ColumnWriter([settled(rule, facts) for rule in self.compiled.rules], self.tariff, self.seeds)

    def _function(self, kind: Any) -> Callable[[Chunk], tuple[Any, ...]]:
        if kind not in self._functions:
            self._functions[kind] = self.writer(kind).function()
        return self._functions[kind]

    def load(self, rows: Sequence[Row]) -> list[Chunk]:
        """Cases in machine form as chunks."""
        return self.loader.load(rows)

    def judge(self, chunk: Chunk) -> Result:
        """The verdicts and scores of a chunk."""
        results = self._function(chunk.kind)(chunk)
        padded = -(-chunk.size // 64) * 64
        codes = np.zeros((self.width, padded), np.uint8)
        for at, line in enumerate(codes):
            low, high = results[2 * at : 2 * at + 2]
            if high is not None:
                np.add(bits := _bytes(high, padded), bits, out=line)
            if low is not None:
                np.add(line, _bytes(low, padded), out=line)
        nothing = np.empty(0)
        if self.tariff is None:
            return Result(codes[:, : chunk.size], nothing, nothing, nothing, nothing)
        best, least = (np.broadcast_to(score, (padded,)) for score in results[-4:-2])
        vetoes = (_bytes(plane, padded).view(np.bool_) for plane in results[-2:])
        grades, flagged = graded(self.tariff, best, least, *vetoes)
        return Result(
            codes[:, : chunk.size], *(part[: chunk.size] for part in (least, best, grades, flagged))
        )

    def run(self, rows: Sequence[Row]) -> Result:
        """All cases, in the order given."""
        chunks = self.load(rows)
        results = [self.judge(chunk) for chunk in chunks]
        if len(chunks) == 1:
            return results[0]
        back = np.argsort(np.concatenate([chunk.places for chunk in chunks]))
        return Result(*(np.concatenate(parts, axis=-1)[..., back] for parts in zip(*results, strict=True)))

    def by_case(self, result: Result) -> Iterator[tuple[bytes, Total]]:
        """The verdict numbers and the score of every case."""
        matrix = np.ascontiguousarray(result.codes.T).tobytes()
        starts = range(0, len(matrix), self.width)
        grades = [self.grades[grade] for grade in result.grades.tolist()]
        totals = map(Total, result.low.tolist(), result.high.tolist(), grades, result.flagged.tolist())
        for start, total in zip(starts, totals, strict=True):
            yield matrix[start : start + self.width], total


def _bytes(plane: Array | None, size: int) -> Array:
    return np.zeros(size, np.uint8) if plane is None else unpack(plane).view(np.uint8)


__all__ = ["ColumnEngine", "Result", "Row"]
