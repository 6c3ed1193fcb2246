"""All rules as one SQL query over a table of cases in the flat form (``flat.py``), generated from the same tree.

A condition is NULL nowhere: what may be unknown is asked with IS NULL, so that every database reads it alike.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from .flat import Flat, FlatRules
from .to_python import BREACHED, MET, NA, OPEN


def select(flat: FlatRules, table: str = "cases") -> str:
    """The query: one row a case in the order of ``nr``, one column (``c0``, ``c1``, …) a check with its number."""
    shared = _shared(flat)
    inner = ", ".join(f"{_sql(part, {})} AS {name}" for part, name in shared.items())
    checks = [
        f"CASE WHEN {_sql(c.off, shared)} THEN {NA} WHEN {_sql(c.met, shared)} THEN {MET} "
        f"WHEN {_sql(c.breached, shared)} THEN {BREACHED} ELSE {OPEN} END AS c{at}"
        for at, c in enumerate(flat.checks)
    ]
    # Made of checked expressions alone; no text of a case or a person goes in.
    query = f"WITH shared AS MATERIALIZED (SELECT *, {inner} FROM {table})"  # noqa: S608
    query += f" SELECT {', '.join(checks)} FROM shared ORDER BY nr"  # noqa: S608
    return query


def arrow_schema(flat: FlatRules) -> Any:
    """The columns of the table as an Arrow schema."""
    arrow = importlib.import_module("pyarrow")
    kinds = {"bool": arrow.bool_(), "text": arrow.string(), "enum": arrow.string(), "date": arrow.int32()}
    fields = [(name, kinds.get(kind, arrow.int64())) for name, kind in flat.columns.items()]
    fields += [("documents", arrow.list_(arrow.string())), ("signed", arrow.bool_()), ("nr", arrow.int64())]
    return arrow.schema(fields)


def _shared(flat: FlatRules) -> dict[Flat, str]:
    """Conditions that occur more than once, with the column that holds each."""
    counts: dict[Flat, int] = {}

    def visit(part: Any) -> None:
        if isinstance(part, tuple) and part and part[0] in ("and", "or") and len(part[1]) > 1:
            counts[part] = counts.get(part, 0) + 1
        if isinstance(part, tuple):
            for inner in part:
                visit(inner)

    for check in flat.checks:
        visit(check)
    return {part: f"s{at}" for at, (part, count) in enumerate(counts.items()) if count > 1}


def _sql(flat: Flat, shared: Mapping[Flat, str]) -> str:
    kind = flat[0]
    if flat in shared:
        return shared[flat]
    if kind in ("and", "or"):
        parts = f" {kind.upper()} ".join(_sql(part, shared) for part in flat[1])
        return f"({parts})" if parts else str(kind == "and").upper()
    if kind == "not":
        return f"(NOT {_sql(flat[1], shared)})"
    if kind == "cmp":
        sign = {"==": "=", "!=": "<>"}.get(flat[1], flat[1])
        return f"coalesce({_sql(flat[2], shared)} {sign} {_sql(flat[3], shared)}, FALSE)"
    if kind == "in":
        values = ", ".join(_sql(("lit", value), shared) for value in flat[2])
        return f"coalesce({_sql(flat[1], shared)} IN ({values}), FALSE)"
    if kind == "lit":
        return "'" + flat[1].replace("'", "''") + "'" if isinstance(flat[1], str) else str(flat[1])
    if kind == "arith":
        return f"({_sql(flat[2], shared)} {flat[1]} {_sql(flat[3], shared)})"
    leaves: dict[str, Callable[[], Any]] = {
        "null": lambda: f'("{flat[1]}" IS NULL)', "is": lambda: f'("{flat[1]}" IS NOT DISTINCT FROM {flat[2]})',
        "doc": lambda: f"list_contains(documents, '{flat[1]}')", "signed": lambda: "signed",
        "col": lambda: f'"{flat[1]}"',
    }  # fmt: skip
    return str(leaves[kind]())
