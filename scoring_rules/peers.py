"""Other rule engines beside ours, on the flat form: DuckDB (SQL), JSON Logic, zen-engine, CEL.

They serve the measurement only. Each takes the columns of ``flat.py`` and gives the numbers of all checks
of a case; one expression holds all checks, so that a case costs one call.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .flat import Flat, FlatRules
from .to_python import BREACHED, MET, NA, OPEN
from .to_sql import arrow_schema, select

Cases = Sequence[Mapping[str, Any]]
# What a peer makes ready once, and what it does with ready cases: the numbers of every case; of SQL, columns.
Ready = tuple[Callable[[Cases], Any], Callable[[Any], list[Any]]]


def duckdb(flat: FlatRules) -> Ready:
    """One SELECT over a table of the columns, generated from the same tree (``to_sql``). Cases and results
    stay in columns, as DuckDB likes them."""
    module = importlib.import_module("duckdb")
    arrow = importlib.import_module("pyarrow")
    connection, query = module.connect(), select(flat)

    def load(cases: Cases) -> Any:
        table = arrow.Table.from_pylist(
            [{**case, "nr": at} for at, case in enumerate(cases)], arrow_schema(flat)
        )
        connection.register("given", table)
        connection.execute("CREATE OR REPLACE TABLE cases AS SELECT * FROM given")
        return connection

    return load, lambda _: connection.sql(query).to_arrow_table().columns


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
