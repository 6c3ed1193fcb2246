"""Keyset paging: every list is read by its sort key, never by counting rows off."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, or_
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import desc_op
from sqlmodel import Session

from foundation.errors import AnhengError

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page or ``None`` at the end."""

    items: list[T]
    next: str | None


def keyset(
    session: Session,
    query: Any,
    columns: Sequence[Any],
    after: str | None = None,
    limit: int = 50,
    row: Callable[[Any], Any] = lambda item: item,
) -> Page[Any]:
    """Read ``limit`` rows of ``query`` after the cursor, sorted by ``columns``.

    ``columns`` are model attributes, or ``attribute.desc()``; none may be null and the last must be unique
    (the id). ``row`` picks the model from a result row when the query selects more than one thing.
    """
    parts = [_split(column) for column in columns]
    if after:
        query = query.where(_beyond(parts, _decode(after, len(parts))))
    items = list(session.exec(query.order_by(*columns).limit(limit + 1)).all())
    more = len(items) > limit
    items = items[:limit]
    last = row(items[-1]) if items else None
    values = [getattr(last, column.key) for column, _ in parts] if more else []
    return Page(items, _encode(values) if more else None)


def _split(column: Any) -> tuple[Any, bool]:
    if isinstance(column, UnaryExpression):
        return column.element, column.modifier is desc_op
    return column, False


def _beyond(parts: Sequence[tuple[Any, bool]], values: Sequence[Any]) -> Any:
    """Rows that sort strictly after ``values``, each column in its own direction."""
    clauses = []
    for index, ((column, falling), value) in enumerate(zip(parts, values, strict=True)):
        same = [parts[before][0] == values[before] for before in range(index)]
        clauses.append(and_(*same, column < value if falling else column > value))
    return or_(*clauses)


def _encode(values: Sequence[Any]) -> str:
    tagged = [
        {"m": value.isoformat()}
        if isinstance(value, datetime)
        else {"d": value.isoformat()}
        if isinstance(value, date)
        else value
        for value in values
    ]
    return base64.urlsafe_b64encode(json.dumps(tagged, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(cursor: str, width: int) -> list[Any]:
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_moment(item) for item in raw]
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise AnhengError("翻页标记无效。", "请返回列表第一页重新翻页。") from error
    if len(values) != width:
        raise AnhengError("翻页标记与当前排序不符。", "请返回列表第一页重新翻页。")
    return values


def _moment(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return datetime.fromisoformat(item["m"]) if "m" in item else date.fromisoformat(item["d"])
