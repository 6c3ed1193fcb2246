"""Cases in machine form as chunks of columns, as the column engine reads them.

A chunk is a run of cases, large enough that an operation outweighs its call, padded to whole words of 64. Conditions
are bit planes; numbers lie in the narrowest type that holds them; texts and sets are numbered by their
distinct values. Rows lie by position: the first rows of all cases, then the second ones, and so on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import polars as pl

from .facts import FactSpec
from .language.column_forms import Array, Words, pack
from .language.machine import Layout

SIZE = 131_072
MANY = 131_072  # cases beyond which the code of a kind is worth its making
KIND = "case_kind"
_CELLS = 32 * SIZE  # rows of one fact a chunk may hold, gaps counted
_TRUTHS = {None: 0, True: 1, False: 2}
_STATES = {"recorded": 0, "confirmed_absent": 1, "not_yet": 2, "unrecorded": 3}
_TYPES: Mapping[str, Any] = {"bool": pl.Boolean, "date": pl.Int32, "text": pl.String, "enum": pl.String}


class Chunk:
    """Columns of a run of cases by key: ``f`` and ``f?`` a value and where it is known, ``f+`` and ``f-``
    a condition, ``f=state``, ``has:kind``, ``signed``, ``as_of``; of rows ``f?`` known, ``f!`` there,
    ``f#`` their position and ``f.field`` like facts. ``places`` are those of the cases among all that were
    loaded; ``kind`` is what they all are, where that is known."""

    def __init__(self, places: Array, kind: Any, words: Mapping[str, Words], shared: dict[Any, int]) -> None:
        self.places, self.kind, self.size = places, kind, len(places)
        self.columns: dict[str, Array] = {}
        self._words, self._shared = words, shared
        self._literals: dict[str, Words] = {}

    def __getitem__(self, key: str) -> Array:
        return self.columns[key]

    def words(self, name: str) -> Words:
        """The distinct values of a text or set column."""
        return self._words[name]

    def literal(self, text: str) -> Words:
        """A text as the values of a column that holds nothing else."""
        return self._literals.setdefault(text, Words((text,), self._shared))


class _Numbers(dict[Any, int]):
    """The numbers of a column's values, given as they are met; that of what is unknown is any."""

    def __init__(self, seeds: Mapping[str, int]) -> None:
        super().__init__(seeds)
        self.values_met: list[Any] = list(seeds)
        self[None] = 0

    def __missing__(self, value: Any) -> int:
        self[value] = len(self.values_met)
        self.values_met.append(value)
        return self[value]


class Loader:
    """Makes chunks of cases: the columns ``inputs`` asks for, of a layout. ``seeds`` are texts that come
    first among the values of a column, under the numbers given."""

    def __init__(
        self, plan: Layout, inputs: Mapping[str, None], seeds: Mapping[str, Mapping[str, int]]
    ) -> None:
        self.plan, self.inputs, self.seeds = plan, inputs, seeds
        self.at = {name: at for at, name in enumerate((*plan.names, "mask", "signed", "as_of"))}

    def load(self, rows: Sequence[tuple[Any, ...]]) -> list[Chunk]:
        """The chunks of cases in machine form; where there are many, each of cases of one kind."""
        shared: dict[Any, int] = {}
        tables: dict[str, _Numbers] = {}
        words: dict[str, Words] = {}
        chunks = []
        for kind, places in self._kinds(rows):
            start = 0
            for part in self._parts([rows[at] for at in places]):
                chunk = Chunk(places[start : start + len(part)], kind, words, shared)
                self._fill(chunk, part, tables)
                chunks.append(chunk)
                start += len(part)
        words.update((name, Words(table.values_met, shared)) for name, table in tables.items())
        return chunks

    def _kinds(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, Array]]:
        """The kinds of cases and where they stand; no kind where they are few."""
        if len(rows) <= MANY or KIND not in self.plan.facts:
            yield None, np.arange(len(rows))
            return
        kinds: dict[Any, list[int]] = {}
        for at, row in enumerate(rows):
            kinds.setdefault(row[self.at[KIND]], []).append(at)
        for kind, places in kinds.items():
            yield kind, np.array(places)

    def _parts(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Runs of cases whose rows, as many to each case as the longest has, keep within the limit."""
        places = [self.at[name] for name in self.plan.rows]
        start = 0
        while start < len(rows):
            part = rows[start : start + SIZE]
            longest = [max((len(row[at]) for row in part if row[at]), default=0) for at in places]
            if (most := max(longest, default=0)) * len(part) > _CELLS:
                part = part[: max(64, _CELLS // most)]
            yield part
            start += len(part)

    def _fill(self, chunk: Chunk, rows: Sequence[tuple[Any, ...]], tables: dict[str, _Numbers]) -> None:
        plan = self.plan
        columns = list(zip(*rows, strict=True))
        padded = -(-len(rows) // 64) * 64
        for name in plan.facts:
            self._column(chunk, tables, name, plan.specs[name], columns[self.at[name]], (padded,), None)
        for name in plan.states:
            states = _bytes(map(_STATES.__getitem__, columns[self.at[f"{name}?"]]))
            for state, number in _STATES.items():
                self._plane(chunk, f"{name}={state}", states == number, (padded,), None)
        for name in plan.rows:
            self._rows(chunk, tables, name, columns[self.at[name]], padded)
        width = len(plan.bits) // 8 + 1
        masks = b"".join([mask.to_bytes(width, "little") for mask in columns[self.at["mask"]]])
        papers = np.unpackbits(np.frombuffer(masks, np.uint8).reshape(-1, width), axis=1, bitorder="little")
        for at, kind in enumerate(plan.bits):
            self._plane(chunk, f"has:{kind}", papers[:, at].astype(np.bool_), (padded,), None)
        self._plane(chunk, "signed", np.array(columns[self.at["signed"]]), (padded,), None)
        chunk.columns["as_of"] = _spread(np.array(columns[self.at["as_of"]], np.int32), (padded,), None)

    def _rows(
        self, chunk: Chunk, tables: dict[str, _Numbers], name: str, held: Sequence[Any], padded: int
    ) -> None:
        fields, spec = self.plan.rows[name], self.plan.specs[name]
        counts = [len(rows) if rows else 0 for rows in held]
        longest = max(1, max(counts, default=0))
        lines = list(chain.from_iterable(rows for rows in held if rows))
        position = np.array([at for count in counts if count for at in range(count)], np.int64)
        case = np.repeat(np.arange(len(held)), counts)
        shape, place = (longest, padded), (position, case)
        self._plane(
            chunk, f"{name}?", _bytes([rows is not None for rows in held]).view(np.bool_), (padded,), None
        )
        self._plane(chunk, f"{name}!", np.ones(len(lines), np.bool_), shape, place)
        if f"{name}#" in self.inputs:
            chunk.columns[f"{name}#"] = np.broadcast_to(np.arange(longest)[:, None], shape)
        for field, cells in zip(
            fields, zip(*lines, strict=True) if lines else [()] * len(fields), strict=True
        ):
            self._column(chunk, tables, f"{name}.{field}", spec.fields[field], cells, shape, place)

    def _column(self, chunk: Chunk, tables: dict[str, _Numbers], name: str, spec: FactSpec,
                values: Sequence[Any], shape: tuple[int, ...], place: Any) -> None:  # fmt: skip
        if spec.type == "bool":
            if f"{name}+" in self.inputs:
                truths = _bytes(map(_TRUTHS.__getitem__, values))
                self._plane(chunk, f"{name}+", truths == 1, shape, place)
                self._plane(chunk, f"{name}-", truths == 2, shape, place)
            return
        if f"{name}?" not in self.inputs:
            return
        self._plane(chunk, f"{name}?", _bytes([v is not None for v in values]).view(np.bool_), shape, place)
        if name not in self.inputs:
            return
        if spec.type in ("text", "enum", "set"):
            table = tables.setdefault(name, _Numbers(self.seeds.get(name, {})))
            numbers = list(map(table.__getitem__, values))
            array = np.array(numbers, _narrowest(0, len(table)))
        else:
            series = pl.Series(values, dtype=_TYPES.get(spec.type, pl.Int64))
            series = series.fill_null(series.drop_nulls().first() or 0)
            array = series.to_numpy()
            if spec.type not in ("date", "datetime") and len(array):
                array = array.astype(_narrowest(int(array.min()), int(array.max())))
        chunk.columns[name] = _spread(array, shape, place)

    def _plane(self, chunk: Chunk, key: str, bits: Array, shape: tuple[int, ...], place: Any) -> None:
        if key in self.inputs:
            chunk.columns[key] = pack(_spread(bits, shape, place))


def _bytes(values: Iterable[int]) -> Array:
    """Small numbers as an array."""
    return np.frombuffer(bytes(values), np.uint8)


def _spread(values: Array, shape: tuple[int, ...], place: Any) -> Array:
    """Values of cases, padded; or of rows, each at its position and case. Gaps hold any value, but no truth."""
    fill = values[0] if len(values) and values.dtype != np.bool_ else 0
    result = np.full(shape, fill, values.dtype)
    result[place or slice(len(values))] = values
    return result


def _narrowest(least: int, most: int) -> Any:
    """The narrowest type for numbers from ``least`` to ``most``; numbers of values lie in bytes if they fit."""
    kinds = (np.uint8, np.int16, np.int32, np.int64)
    return next(kind for kind in kinds if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)


__all__ = ["KIND", "MANY", "SIZE", "Chunk", "Loader"]
