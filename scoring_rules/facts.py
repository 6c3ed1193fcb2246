"""The fact vocabulary: what the criteria may ask about a case file.

A fact has a name, a type, a unit, a Chinese label and the documents that carry it.
The vocabulary is data (``vocabulary/*.yaml``); this module loads it and brings values
from their interchange form (contract: ISO dates, money as decimal yuan) to the form the
rule language computes with (``date``, integer fen) and back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from .home import ROOT
from .source import load_plain

TYPES = ("bool", "int", "money", "decimal", "date", "datetime", "text", "enum", "set", "rows")
FOLDER = ROOT / "vocabulary"
KINDS_FILE = "documents.yaml"
# A row may carry its own place under this key (a ``Fact``), so that a finding can point at the row.
PLACE = "_place"
STATES = ("recorded", "confirmed_absent", "unrecorded", "not_yet")


class FactError(ValueError):
    """A fact name or value that the vocabulary does not allow; the text says which and why."""


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One entry of the vocabulary.

    ``type`` is one of ``TYPES``; ``values`` are the codes of an enum or set with their labels;
    ``fields`` the columns of a ``rows`` fact, ``keyed`` the two columns of one whose interchange form is
    an object; ``documents`` the kinds that carry the fact, the
    one it belongs to first; ``unit`` is shown to people.
    """

    name: str
    type: str
    label: str
    unit: str = ""
    documents: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, "FactSpec"] = field(default_factory=dict)
    note: str = ""
    keyed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of one case file with its state and the place that shows it.

    ``value`` is in computing form (see ``decode``) and ``None`` unless recorded. ``box`` is in page
    fractions from the top left; ``page`` and ``box`` are ``None`` where the format has none, and
    ``at`` then names the paragraph or table cell. ``alternatives`` are the readings of other
    documents that differ.
    """

    value: Any = None
    state: str = "recorded"
    document: str | None = None
    file: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    at: str | None = None
    quote: str | None = None
    confidence: float | None = None
    alternatives: tuple["Fact", ...] = ()


@dataclass(frozen=True, slots=True)
class CaseInput:
    """What one grading reads: facts, document kinds present, and the day for open terms.

    ``inventory_signed_off`` (目录已核): only then is a document that is not in ``documents`` absent;
    otherwise its presence is unknown.
    """

    case: str
    facts: Mapping[str, Fact]
    documents: frozenset[str]
    inventory_signed_off: bool
    as_of: date


@cache
def vocabulary() -> Mapping[str, FactSpec]:
    """All facts by name, from every file of ``vocabulary/``; a name defined twice is refused."""
    specs: dict[str, FactSpec] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name == KINDS_FILE:
            continue
        for name, entry in (load_plain(path) or {}).items():
            if name in specs:
                raise FactError(f"{path.name}: 事实 {name} 重复定义")
            specs[name] = _spec(name, entry)
    return specs


@cache
def document_kinds() -> Mapping[str, str]:
    """Kinds of document with their Chinese labels, from ``vocabulary/documents.yaml``."""
    entries = _kinds().items()
    return {kind: entry if isinstance(entry, str) else entry["label"] for kind, entry in entries}


def document_titles() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Words by which a document's own title is known: (words, kind, words that rule the kind out)."""
    for kind, entry in _kinds().items():
        if not isinstance(entry, str):
            yield from ((title, kind, tuple(entry.get("not", ()))) for title in entry.get("titles", ()))


def _kinds() -> Mapping[str, Any]:
    path = FOLDER / KINDS_FILE
    return load_plain(path) if path.exists() else {}


def _spec(name: str, entry: Mapping[str, Any]) -> FactSpec:
    kind = entry.get("type")
    if kind not in TYPES:
        raise FactError(f"事实 {name} 的类型 {kind!r} 不在 {TYPES} 之内")
    fields = {key: _spec(f"{name}.{key}", value) for key, value in entry.get("fields", {}).items()}
    values = entry.get("values", {})
    if isinstance(values, list):
        values = {code: code for code in values}
    return FactSpec(
        name=name,
        type=kind,
        label=entry.get("label", name),
        unit=entry.get("unit", ""),
        documents=tuple(entry.get("documents", ())),
        values=values,
        fields=fields,
        note=entry.get("note", ""),
        keyed=tuple(entry.get("keyed", ())),
    )


def decode(spec: FactSpec, value: Any) -> Any:
    """Bring an interchange value to computing form: dates to ``date``, money to integer fen,
    a set to ``frozenset``, rows to tuples of dicts; ``None`` stays ``None``.

    Raises ``FactError`` for a value that is not of the fact's type.
    """
    if value is None:
        return None
    try:
        return _DECODERS[spec.type](spec, value)
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        raise FactError(f"事实 {spec.name} 的值 {value!r} 不是 {spec.type}") from error


def encode(spec: FactSpec, value: Any) -> Any:
    """The interchange form of a computing value; the inverse of ``decode``."""
    if value is None:
        return None
    if spec.type in ("date", "datetime"):
        return value.isoformat()
    if spec.type == "money":
        return f"{Decimal(value) / 100:.2f}"
    if spec.type == "decimal":
        return str(value)
    if spec.type == "set":
        return sorted(value)
    if spec.type == "rows" and spec.keyed:
        key, column = spec.keyed
        return {row[key]: encode(spec.fields[column], row[column]) for row in value}
    if spec.type == "rows":
        return [
            {key: encode(spec.fields[key], cell) for key, cell in row.items() if key != PLACE}
            for row in value
        ]
    return value


def _bool(_: FactSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _int(_: FactSpec, value: Any) -> int:
    if isinstance(value, bool):
        raise ValueError
    return int(value)


def _money(_: FactSpec, value: Any) -> int:
    fen = Decimal(str(value).replace(",", "")) * 100
    if fen != fen.to_integral_value():
        raise ValueError
    return int(fen)


def _date(_: FactSpec, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _datetime(_: FactSpec, value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _text(_: FactSpec, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _enum(spec: FactSpec, value: Any) -> str:
    if value not in spec.values:
        raise ValueError
    return str(value)


def _set(spec: FactSpec, value: Iterable[Any]) -> frozenset[str]:
    codes = frozenset(value)
    if spec.values and not codes <= set(spec.values):
        raise ValueError
    return codes


def _rows(spec: FactSpec, value: Any) -> tuple[Mapping[str, Any], ...]:
    if spec.keyed and isinstance(value, Mapping):
        key, column = spec.keyed
        value = [{key: name, column: cell} for name, cell in value.items()]
    return tuple(
        {key: cell if key == PLACE else decode(spec.fields[key], cell) for key, cell in row.items()}
        for row in value
    )


_DECODERS = {
    "bool": _bool,
    "int": _int,
    "money": _money,
    "decimal": lambda _, value: Decimal(str(value)),
    "date": _date,
    "datetime": _datetime,
    "text": _text,
    "enum": _enum,
    "set": _set,
    "rows": _rows,
}
