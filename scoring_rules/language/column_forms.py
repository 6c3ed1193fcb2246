"""What generated column code calls: planes and arrays of lines, with numpy.

Lines are the cases of a chunk, padded to a multiple of 64; rows of cases have one more axis in front, the
position of the row, so that a case and its rows meet by broadcasting. A plane beside values
says where they are known; elsewhere they are any value of their kind, so that a table of days stays short.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .adapt import LAW_TURNS
from .functions import same_form

Array = npt.NDArray[Any]
_WIDEST = 1 << 18  # operands whose combinations span no more are told apart by a table
_MOST = np.iinfo(np.int64).max
_LONGEST = 40_000  # days over which a function of a day is worked out for every one
_NONE = np.iinfo(np.int32).max  # stands for an unknown result
_ALL = np.full(1, np.iinfo(np.uint64).max, np.uint64)
_FEW = 6  # true results that are found faster one by one than in a table


def pack(bits: Array) -> Array:
    """Truth values as planes."""
    return np.packbits(bits, axis=-1, bitorder="little").view(np.uint64)


def unpack(plane: Array) -> Array:
    """Planes as truth values, one byte each."""
    return np.unpackbits(plane.view(np.uint8), axis=-1, bitorder="little").view(np.bool_)


class Words:
    """The distinct values of a column of texts or sets, which holds their numbers; what is asked of a value
    is worked out once for each. ``shared`` numbers values over all columns."""

    def __init__(self, values: Sequence[Any], shared: dict[Any, int]) -> None:
        self.values, self.shared = values, shared
        self._tables: dict[Hashable, Table] = {}
        self._joined: dict[int, Words] = {}

    def table(self, call: Callable[[Any], Any]) -> "Table":
        """The results of a function by number."""
        if call not in self._tables:
            self._tables[call] = Table(self.values, call)
        return self._tables[call]

    def number(self, value: Any) -> int:
        """The number of a value over all columns."""
        return self.shared.setdefault(value, len(self.shared))

    def form(self, value: str) -> int:
        """The number of a text's form for ``same``."""
        return self.number(("same", same_form(value)))

    def numbering(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A function that gives texts, giving their numbers over all columns."""

        def numbered(*args: Any) -> int | None:
            result = call(*args)
            return None if result is None else self.number(result)

        return numbered

    def join(self, other: "Words") -> "Words":
        """The values of this column followed by those of another."""
        if id(other) not in self._joined:
            self._joined[id(other)] = Words([*self.values, *other.values], self.shared)
        return self._joined[id(other)]


def _results(results: Sequence[Any]) -> tuple[Array, Array | None]:
    """Results as an array (dates and numbers: int64, truth values: bytes) and where they are known."""
    known = [result is not None for result in results]
    kind = np.bool_ if any(type(result) is bool for result in results) else np.int64
    some = next((result for result in results if result is not None), 0)
    values: Array = np.array([some if result is None else result for result in results], dtype=kind)
    return values, None if all(known) else np.array(known)


class Table:
    """The results of a function of given values, taken by number."""

    def __init__(self, values: Sequence[Any], call: Callable[[Any], Any]) -> None:
        results = [call(value) for value in values]
        self.results, self.known = _results([*results, results[0] if results else 0])
        self.few: list[int] | None = None
        if self.results.dtype == np.int64 and abs(self.results).max() < _NONE:
            self.results = self.results.astype(np.int32)
            if self.known is not None:
                self.results[~self.known] = _NONE
        if self.results.dtype == np.bool_:
            true = np.flatnonzero(self.results[:-1]).tolist()
            self.few = true if len(true) <= _FEW else None

    def take(self, at: Array) -> Array:
        """The results of the values with these numbers."""
        if self.few is None:
            return self.results.take(at)
        found = np.zeros(at.shape, np.bool_)
        for number in self.few:
            found |= at == number
        return found

    def sure(self, at: Array, taken: Array) -> Array:
        """The plane of the lines on which the results taken are known."""
        if self.known is None:
            return _ALL
        return pack(taken != _NONE) if taken.dtype == np.int32 else pack(self.known.take(at))


def look(words: Words, call: Callable[[Any], Any], codes: Array) -> Array:
    """The results of a function of the values."""
    return words.table(call).take(codes)


def numbers(words: Words, codes: Array) -> Array:
    """The values' numbers over all columns, equal for equal values."""
    return look(words, words.number, codes)


def distinct(call: Callable[..., Any], *operands: tuple[Any, Any], known: Array | None = None) -> tuple[
    Array, Array
]:  # fmt: skip
    """A function worked out once for each combination of known operands: results, and where known."""
    arrays = [np.asarray(array) for array, _ in operands]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    there = np.ones(shape, np.bool_) if known is None else np.broadcast_to(unpack(known), shape)
    lines = np.flatnonzero(there)
    flat = [_at(array, shape, lines) for array in arrays]
    keys, span = np.zeros(len(lines), np.int64), 1
    for array in flat:
        low, high = int(array.min(initial=_MOST)), int(array.max(initial=0))
        width = max(1, high - low + 1)
        if span * width > _WIDEST and span > 1:
            used, keys = _firsts(keys, span)
            span = len(used)
        keys, span = keys * width + (array - low), span * width
    first, inverse = _firsts(keys, span)
    results = [
        call(
            *(
                words.values[value] if words else value
                for value, (_, words) in zip(line, operands, strict=True)
            )
        )
        for line in zip(*(array[first].tolist() for array in flat), strict=True)
    ]
    values, sure = _results(results)
    out = np.full(there.size, values[0] if len(values) else 0, values.dtype)
    out[lines] = values[inverse]
    if sure is not None:
        there = there.copy()
        there.reshape(-1)[lines] = sure[inverse]
    return out.reshape(shape), pack(there)


def _at(array: Array, shape: tuple[int, ...], lines: Array) -> Array:
    """The values of an array, spread to a shape, at places in the whole."""
    if array.shape == shape[-1:]:
        found: Array = array[lines % shape[-1]]
    else:
        found = np.broadcast_to(array, shape).reshape(-1)[lines]
    return found.astype(np.int64)


def _firsts(keys: Array, span: int) -> tuple[Array, Array]:
    """A line of every distinct key, and which of them each line has."""
    if span > _WIDEST:
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return first, inverse
    line_of = np.full(span, -1, np.int32)
    line_of[keys] = np.arange(len(keys), dtype=np.int32)
    used = np.flatnonzero(line_of >= 0)
    rank = np.empty(span, np.int32)
    rank[used] = np.arange(len(used), dtype=np.int32)
    return line_of[used], rank[keys]


_days: dict[Callable[[int], Any], tuple[int, Table]] = {}


def by_day(call: Callable[[int], Any], days: Array, known: Array | None = None) -> tuple[Array, Array]:
    """The results of a function of days, worked out once for every day of the time that the days span."""
    low, high = int(days.min()), int(days.max())
    if low < 1:  # a column without any value holds no day
        days, low, high = np.maximum(days, 1), 1, max(high, 1)
    first, table = _days.get(call, (low, None))
    if table is None or low < first or high >= first + len(table.results) - 1:
        first, high = min(first, low), max(high, first + len(table.results) - 2 if table else high)
        if high - first > _LONGEST:
            return distinct(call, (days, None), known=known)
        table = Table(range(first, high + 1), call)
        _days[call] = (first, table)
    at = days - first
    taken = table.take(at)
    sure = table.sure(at, taken)
    return taken, sure if known is None else sure & known


def exists(rows: Array) -> Array:
    """The lines of which some row is set."""
    some: Array = np.bitwise_or.reduce(rows, axis=0)
    return some


def how_many(rows: Array) -> Array:
    """How many rows of every line are set."""
    few = len(rows) < 256
    count: Array = unpack(rows).sum(axis=0, dtype=np.uint8 if few else np.int64)
    return count.astype(np.int16) if few else count


def first(rows: Array, sure: Array, values: Array) -> tuple[Array, Array]:
    """The value of the first row set, known where that row is surely meant."""
    shape = rows.shape[1:]
    taken, known = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    values = np.broadcast_to(values, (*rows.shape[:-1], rows.shape[-1] * 64))
    sure = np.broadcast_to(sure, rows.shape)
    result = values[0]
    for at in range(len(rows)):
        new = rows[at] & ~taken
        taken, known = taken | new, known | (new & sure[at])
        result = np.where(unpack(new), values[at], result)
    return result, known


def fold(name: str, rows: Array, values: Array) -> Any:
    """The sum, the least, the greatest or the number of distinct values of the rows set."""
    hit = unpack(rows)
    held = np.broadcast_to(values, hit.shape).astype(np.int64)
    if name == "total":
        return np.where(hit, held, 0).sum(axis=0)
    if name in ("earliest", "latest"):
        least = name == "earliest"
        bound = np.iinfo(np.int64)
        masked = np.where(hit, held, bound.max if least else bound.min)
        return masked.min(axis=0) if least else masked.max(axis=0)
    most = np.iinfo(np.int64).max
    ordered = np.sort(np.where(hit, held, most), axis=0)
    new = ordered != most
    new[1:] &= ordered[1:] != ordered[:-1]
    return new.sum(axis=0)


RUNTIME: dict[str, Any] = {
    "LAW_TURNS": LAW_TURNS, "np": np, "i64": np.int64, "pack": pack, "unpack": unpack, "look": look, "numbers": numbers,
    "distinct": distinct, "by_day": by_day, "exists": exists, "how_many": how_many, "first": first, "fold": fold,
}  # fmt: skip
