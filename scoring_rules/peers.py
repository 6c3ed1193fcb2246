"""Other rule engines beside ours, on the flat form: DuckDB (SQL), JSON Logic, zen-engine, CEL.

They serve the measurement only. Each takes the columns of ``flat.py`` and gives the numbers of all checks
of a case; one expression holds all checks, so that a case costs one call.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .flat import Flat, FlatRules
from .language.column_forms import dtype_of
from .to_python import BREACHED, MET, NA, OPEN

Cases = Sequence[Mapping[str, Any]]
# What a peer makes ready once, and what it does with ready cases: the numbers of every case.
Ready = tuple[Callable[[Cases], Any], Callable[[Any], list[list[int]]]]


def duckdb(flat: FlatRules) -> Ready:
    """One SELECT over a table of the columns; its own three-valued logic is not needed, nor hurt."""
    module = importlib.import_module("duckdb")
    polars = importlib.import_module("polars")
    shared = _shared(flat)
    inner = ", ".join(f"{_sql(part, {})} AS {name}" for part, name in shared.items())
    checks = [
        f"CASE WHEN {_sql(c.off, shared)} THEN {NA} WHEN {_sql(c.met, shared)} THEN {MET} "
        f"WHEN {_sql(c.breached, shared)} THEN {BREACHED} ELSE {OPEN} END AS c{at}"
        for at, c in enumerate(flat.checks)
    ]
    # Made of checked expressions alone; no text of a case or a person goes in.
    query = f"WITH shared AS MATERIALIZED (SELECT *, {inner} FROM cases)"  # noqa: S608
    query += f" SELECT {', '.join(checks)} FROM shared ORDER BY nr"  # noqa: S608
    connection = module.connect()

    def load(cases: Cases) -> Any:
        schema = {name: dtype_of("text" if kind == "enum" else kind) for name, kind in flat.columns.items()}
        schema |= {"documents": polars.List(polars.String), "signed": polars.Boolean}
        frame = polars.DataFrame(list(cases), schema=schema, orient="row").with_row_index("nr")
        connection.register("given", frame.to_arrow())
        connection.execute("CREATE OR REPLACE TABLE cases AS SELECT * FROM given")
        return connection

    return load, lambda _: [list(row) for row in connection.execute(query).fetchall()]


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


def jsonlogic(flat: FlatRules) -> Ready:
    """datalogic-py (JSON Logic in Rust): one array of conditions per case, data parsed beforehand."""
    module = importlib.import_module("datalogic_py")
    logic = [
        {"if": [_logic(c.off), NA, _logic(c.met), MET, _logic(c.breached), BREACHED, OPEN]}
        for c in flat.checks
    ]
    rule = module.Engine().compile(json.dumps(logic))

    def run(handles: Any) -> list[list[int]]:
        return [json.loads(rule.evaluate_data_str(handle)) for handle in handles]

    return lambda cases: [module.DataHandle(json.dumps(case)) for case in cases], run


def _logic(flat: Flat) -> Any:
    kind = flat[0]
    if kind in ("and", "or"):
        parts = [_logic(part) for part in flat[1]]
        return parts[0] if len(parts) == 1 else {kind: parts} if parts else kind == "and"
    if kind == "not":
        return {"!": [_logic(flat[1])]}
    if kind == "cmp":
        return {{"==": "===", "!=": "!=="}.get(flat[1], flat[1]): [_logic(flat[2]), _logic(flat[3])]}
    if kind == "in":
        return {"in": [_logic(flat[1]), list(flat[2])]}
    if kind == "lit":
        return flat[1]
    if kind == "arith":
        return {flat[1]: [_logic(flat[2]), _logic(flat[3])]}
    leaves: dict[str, Callable[[], Any]] = {
        "null": lambda: {"===": [{"var": flat[1]}, None]}, "is": lambda: {"===": [{"var": flat[1]}, flat[2]]},
        "doc": lambda: {"in": [flat[1], {"var": "documents"}]}, "signed": lambda: {"var": "signed"},
        "col": lambda: {"var": flat[1]},
    }  # fmt: skip
    return leaves[kind]()


def zen(flat: FlatRules) -> Ready:
    """zen-engine: the expressions of all checks, compiled."""
    module = importlib.import_module("zen")
    words = {"and": " and ", "or": " or ", "not": "not ", "in": " in "}
    compiled = [module.compile_expression(_choice(c.off, c.met, c.breached, words)) for c in flat.checks]

    def run(cases: Any) -> list[list[int]]:
        return [[int(expression.evaluate(case)) for expression in compiled] for case in cases]

    return list, run


def cel(flat: FlatRules) -> Ready:
    """common-expression-language (CEL in Rust): the programs of all checks."""
    module = importlib.import_module("cel")
    words = {"and": " && ", "or": " || ", "not": "!", "in": " in "}
    compiled = [module.compile(_choice(c.off, c.met, c.breached, words)) for c in flat.checks]

    def run(cases: Any) -> list[list[int]]:
        return [[int(program.execute(case)) for program in compiled] for case in cases]

    return list, run


def _choice(off: Flat, met: Flat, breached: Flat, words: Mapping[str, str]) -> str:
    first, second, third = (_text(part, words) for part in (off, met, breached))
    return f"({first}) ? {NA} : (({second}) ? {MET} : (({third}) ? {BREACHED} : {OPEN}))"


def _text(flat: Flat, words: Mapping[str, str]) -> str:
    kind = flat[0]
    if kind in ("and", "or"):
        return (
            f"({words[kind].join(_text(part, words) for part in flat[1])})"
            if flat[1]
            else str(kind == "and").lower()
        )
    if kind == "not":
        return f"{words['not']}({_text(flat[1], words)})"
    if kind in ("cmp", "arith"):
        return f"({_text(flat[2], words)} {flat[1]} {_text(flat[3], words)})"
    if kind == "in":
        return f"({_text(flat[1], words)}{words['in']}{json.dumps(list(flat[2]), ensure_ascii=False)})"
    if kind == "lit":
        return json.dumps(flat[1], ensure_ascii=False)
    leaves: dict[str, Callable[[], Any]] = {
        "null": lambda: f"({flat[1]} == null)", "is": lambda: f"({flat[1]} == {str(flat[2]).lower()})",
        "doc": lambda: f"('{flat[1]}'{words['in']}documents)", "signed": lambda: "signed",
        "col": lambda: str(flat[1]),
    }  # fmt: skip
    return str(leaves[kind]())


PEERS: dict[str, tuple[str, Callable[[FlatRules], Ready]]] = {
    "duckdb": ("duckdb", duckdb), "jsonlogic": ("datalogic_py", jsonlogic), "zen": ("zen", zen), "cel": ("cel", cel),
}  # fmt: skip
