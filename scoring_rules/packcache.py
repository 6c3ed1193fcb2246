"""A pack kept as JSON: data of known kinds only, checked when it is read, so that a file that was cut,
altered or written by another version is passed over and the rules are read anew.

The first line is a hash over the rest, the second the rules, then comes a line of tests for each, read
when they are asked for. A record is ``[kind, field, …]``, whatever JSON has no form for ``[name, …]``.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, overload

from .language import nodes as n
from .rules import Basis, Check, Param, Rule, RuleTest, Value

_KEPT = 8  # files of packs that changed since; more than that is debris
_log = logging.getLogger(__name__)
_RECORDS: tuple[Any, ...] = (
    n.Expr, *n.NODES, Basis, Check, Param, Rule, RuleTest, Value,
)  # fmt: skip
_KIND = {record: at for at, record in enumerate(_RECORDS)}
_NAMES = {
    record: [field.name for field in fields(record)] if record in (n.Expr, Rule) else list(record._fields)
    for record in _RECORDS
}
_EXPR = _KIND[n.Expr]
_WIDTH = [len(_NAMES[record]) for record in _RECORDS]


class KeptTests(Sequence[RuleTest]):
    """The tests of a rule as they stand in the cache, read at first use."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.found: tuple[RuleTest, ...] | None = None

    def _all(self) -> tuple[RuleTest, ...]:
        if self.found is None:
            self.found = _Reader().of(json.loads(self.text))
        return self.found

    @overload
    def __getitem__(self, at: int) -> RuleTest: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RuleTest]: ...
    def __getitem__(self, at: int | slice) -> RuleTest | Sequence[RuleTest]:
        return self._all()[at]

    def __len__(self) -> int:
        return len(self._all())


class _Writer:
    """Values as JSON; clauses and parameters, which limbs share, stand once in ``pool``."""

    def __init__(self) -> None:
        self.pool: list[Any] = []
        self.place: dict[str, int] = {}

    def of(self, value: Any) -> Any:
        """The value as JSON holds it."""
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value
        if kind is n.Expr or kind is KeptExpr:
            return [_EXPR, value.source, _text(self.of(value.root))]
        if kind in _KIND:
            made = [_KIND[kind], *(self.of(getattr(value, name)) for name in _NAMES[kind])]
            return self.pooled(made) if kind in (Basis, Param) else made
        if kind is tuple:
            made = ["t", *(self.of(item) for item in value)]
            return self.pooled(made) if value and type(value[0]) is Basis else made
        if kind is frozenset:
            return ["s", *(self.of(item) for item in sorted(value))]
        if isinstance(value, Mapping):
            return ["m", *(part for key, held in value.items() for part in (key, self.of(held)))]
        if kind in (date, datetime):
            return ["d" if kind is date else "D", value.isoformat()]
        if kind is Decimal:
            return ["n", str(value)]
        raise TypeError(f"{value!r} cannot be kept")

    def pooled(self, made: list[Any]) -> list[Any]:
        """The place in the pool of what was made."""
        text = json.dumps(made)
        if text not in self.place:
            self.place[text] = len(self.pool)
            self.pool.append(made)
        return ["p", self.place[text]]


class KeptExpr(n.Expr):
    """An expression as it stands in the cache, its tree made at first use: a case meets few of the rules."""

    __slots__ = ("made", "text_of_root")
    made: n.Node | None
    text_of_root: str

    def __init__(self, source: str, root: str) -> None:
        for name, value in (("source", source), ("text_of_root", root), ("made", None)):
            object.__setattr__(self, name, value)

    @property
    def root(self) -> n.Node:
        """The tree."""
        if self.made is None:
            object.__setattr__(self, "made", _Reader().of(json.loads(self.text_of_root)))
        assert self.made is not None
        return self.made


class _Reader:
    """Values from JSON; trees ``later``."""

    def __init__(self, pool: Sequence[Any] = (), later: bool = False) -> None:
        self.later = later
        self.pool: list[Any] = []
        for entry in pool:
            self.pool.append(self.of(entry))

    def of(self, value: list[Any]) -> Any:
        """The value of a list that ``_Writer`` made."""
        kind = value[0]
        if kind == "p":
            return self.pool[value[1]]
        if kind == _EXPR:
            _, source, root = value
            return KeptExpr(source, root) if self.later else n.Expr(source, self.of(json.loads(root)))
        for at, part in enumerate(value):
            if type(part) is list:
                value[at] = self.of(part)
        if type(kind) is not int:
            return _PLAIN[kind](value[1:])
        if len(value) != _WIDTH[kind] + 1:
            raise ValueError("a record of another width")
        return _RECORDS[kind](*value[1:])


_PLAIN: dict[str, Callable[[list[Any]], Any]] = {
    "t": tuple, "s": frozenset, "d": lambda parts: date.fromisoformat(parts[0]),
    "D": lambda parts: datetime.fromisoformat(parts[0]), "n": lambda parts: Decimal(parts[0]),
    "m": lambda parts: dict(zip(parts[::2], parts[1::2], strict=True)),
}  # fmt: skip


def keep(
    folder: Path, names: Sequence[str], key: str, head: Mapping[str, str], rules: Sequence[Rule]
) -> None:
    """Keep rules under each name; ``key`` says what they were made from. A folder that cannot be written
    only costs time."""
    writer = _Writer()
    bare = [writer.of(replace(rule, tests=())) for rule in rules]
    tests = [_Writer().of(tuple(rule.tests)) for rule in rules]
    lines = [_text([key, head, writer.pool, bare]), *(_text(entry) for entry in tests)]
    body = "\n".join(lines).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            part = folder / f"{name}.{os.getpid()}"
            part.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            part.replace(folder / name)
        for old in sorted(folder.glob("*.*"), key=lambda path: -path.stat().st_mtime)[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("规则包缓存写不进 %s：%s", folder, error)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def kept(path: Path, key: str | None) -> tuple[Mapping[str, str], tuple[Rule, ...]] | None:
    """What was kept under a name, if it is whole and, with a key, was made from that; without one it may be
    another version's and is checked to the last leaf."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        first, *tests = body.split(b"\n")
        found, head, pool, bare = json.loads(first)
        if key is not None and found != key:
            return None
        reader = _Reader(pool, later=key is not None)
        pairs = zip(bare, tests, strict=True)
        return head, tuple(replace(reader.of(rule), tests=KeptTests(text)) for rule, text in pairs)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
