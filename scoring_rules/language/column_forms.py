"""What generated column code calls: planes and arrays of lines, with numpy.

Lines are the cases of a chunk, padded to a multiple of 64; rows of cases have one more axis in front, the
position of the row, so that a case and its rows meet by broadcasting. Values are 0 where unknown; a plane
beside them says where they are known.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..workdays import work_calendar
from .functions import same_form

Array = npt.NDArray[Any]
_WIDEST = 1 << 22  # operands whose combinations span no more are told apart by a table


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
        self._tables: dict[Hashable, tuple[Array, Array | None]] = {}
        self._joined: dict[int, Words] = {}

    def table(self, call: Callable[[Any], Any]) -> tuple[Array, Array | None]:
        """The results by number, and where they are known unless all are."""
        if call not in self._tables:
            results = [call(value) for value in self.values]
            self._tables[call] = _results([*results, results[0] if results else 0])
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
    values = np.array([result or 0 for result in results], dtype=kind)
    return values, None if all(known) else np.array(known)


def _take(table: Array, at: Array) -> Array:
    if at.dtype == np.uint8 and table.dtype == np.bool_:
        map_ = table.view(np.uint8).tobytes().ljust(256, b"\0")
        return np.frombuffer(at.tobytes().translate(map_), dtype=np.bool_).reshape(at.shape)
    return table.take(at)


def look(words: Words, call: Callable[[Any], Any], codes: Array) -> tuple[Array, Array | bool]:
    """The results of a function of the values, and the plane of the lines where they are known."""
    values, known = words.table(call)
    return _take(values, codes), pack(_take(known, codes)) if known is not None else True


def numbers(words: Words, codes: Array) -> Array:
    """The values' numbers over all columns, equal for equal values."""
    return look(words, words.number, codes)[0]


def distinct(call: Callable[..., Any], *operands: tuple[Any, Words | None], known: Array | None = None) -> tuple[
    Array, Array
]:  # fmt: skip
    """A function worked out once for each combination of known operands: results, and where known."""
    arrays = [np.asarray(array) for array, _ in operands]
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    there = np.broadcast_to(unpack(known), shape).ravel() if known is not None else np.ones(shape, np.bool_).ravel()
    lines = np.flatnonzero(there)
    flat = [np.broadcast_to(array, shape).ravel()[lines].astype(np.int64) for array in arrays]
    keys, low, span = np.zeros(len(lines), np.int64), [], 1
    for array in flat:
        low.append(int(array.min(initial=0)))
        width = int(array.max(initial=0)) - low[-1] + 1
        keys, span = keys * width + (array - low[-1]), span * width
    first, inverse = _firsts(keys, span)
    results = [
        call(*(words.values[value] if words else value for value, (_, words) in zip(line, operands, strict=True)))
        for line in zip(*(array[first].tolist() for array in flat), strict=True)
    ]
    values, sure = _results(results)
    out = np.zeros(len(there), values.dtype)
    out[lines] = values[inverse]
    if sure is not None:
        there = there.copy()
        there[lines] = sure[inverse]
    return out.reshape(shape), pack(there.reshape(shape))


def _firsts(keys: Array, span: int) -> tuple[Array, Array]:
    """A line of every distinct key, and which of them each line has."""
    if span > _WIDEST:
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return first, inverse
    line_of = np.full(span, -1, np.int64)
    line_of[keys] = np.arange(len(keys))
    used = np.flatnonzero(line_of >= 0)
    rank = np.empty(span, np.int64)
    rank[used] = np.arange(len(used))
    return line_of[used], rank[keys]


def worked(days: Array) -> tuple[Array, Array]:
    """Working days from the calendar's first day up to each day, and the plane of the days it covers."""
    calendar = work_calendar()
    at = days - calendar.base
    size = len(calendar.counts)
    return np.array(calendar.counts, np.int64).take(at, mode="clip"), pack((at >= 0) & (at < size))


def exists(rows: Array) -> Array:
    """The lines of which some row is set."""
    result: Array = np.bitwise_or.reduce(rows, axis=0)
    return result


def how_many(rows: Array) -> Array:
    """How many rows of every line are set."""
    return unpack(rows).sum(axis=0, dtype=np.int64)


def first(rows: Array, sure: Array, values: Array) -> tuple[Array, Array]:
    """The value of the first row set, known where that row is surely meant."""
    shape = rows.shape[1:]
    taken, known = np.zeros(shape, np.uint64), np.zeros(shape, np.uint64)
    values = np.broadcast_to(values, (*rows.shape[:-1], rows.shape[-1] * 64))
    sure = np.broadcast_to(sure, rows.shape)
    result = np.zeros(values.shape[1:], values.dtype)
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
    "np": np, "i64": np.int64, "pack": pack, "unpack": unpack, "look": look, "numbers": numbers,
    "distinct": distinct, "worked": worked, "exists": exists, "how_many": how_many, "first": first, "fold": fold,
}  # fmt: skip
