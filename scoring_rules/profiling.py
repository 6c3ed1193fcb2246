"""Where the time of generated code goes: ``anheng bench rules --profile``."""

import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .chunks import Chunk
from .grader import GENERATED, Grader
from .to_polars import ColumnEngine

_RUNS = 5
_KINDS = (
    ("columns read", r"c\["),
    ("planes", r"~?v\d+( [&|^] v\d+)?$|exists"),
    ("comparisons", r"pack\(v\d+ "),
    ("texts and sets", r"look|numbers|pack\(look"),
    ("functions of days", r"by_day"),
    ("functions of several values", r"distinct"),
    ("scores", r"summed|times|rebased"),
)


def column_profile(engine: ColumnEngine, chunk: Chunk) -> dict[str, Any]:
    """Milliseconds of a chunk by kind of operation, with how many there are; the least of five runs each."""
    writer = engine.writer(chunk.kind)
    lines = [line.partition("; ") for line in writer.body]
    timed = [
        f"{line}; now = clock(); spent[{at}].append(now - then); {drop or 'pass'}; then = clock()"
        for at, (line, _, drop) in enumerate(lines)
    ]
    source = "\n    ".join(["def judge(c, spent):", "then = clock()", *timed])
    space = {**writer.space(), "clock": time.perf_counter}
    exec(compile(source, GENERATED, "exec"), space)  # noqa: S102 - source from the checked tree
    spent: list[list[float]] = [[] for _ in lines]
    for _ in range(_RUNS):
        space["judge"](chunk, spent)
    cost: dict[str, float] = {}
    count = Counter[str]()
    for (line, _, _), times in zip(lines, spent, strict=True):
        source = line.partition(" = ")[2]
        kind = next((kind for kind, form in _KINDS if re.match(form, source)), "arithmetic")
        cost[kind] = cost.get(kind, 0.0) + min(times)
        count[kind] += 1
    parts = {
        kind: {"ms": round(seconds * 1000, 2), "operations": count[kind]}
        for kind, seconds in sorted(cost.items(), key=lambda item: -item[1])
    }
    return {
        "kind": chunk.kind,
        "cases": chunk.size,
        "ms": round(sum(cost.values()) * 1000, 1),
        "parts": parts,
    }


def python_profile(grader: Grader, rows: Sequence[Any]) -> dict[str, float]:
    """Lines of generated code that a case runs through, in the function of its kind and in its rows'."""
    count = Counter[str]()

    def line(frame: Any, event: str, _: Any) -> Any:
        code = frame.f_code
        if code.co_filename != GENERATED:
            return None
        if event == "line":
            count["of rows" if code.co_name.startswith("rows_") else "of the case"] += 1
        return line

    sys.settrace(line)
    try:
        for row in rows:
            grader.grade(row)
    finally:
        sys.settrace(None)
    return {part: round(lines / len(rows), 1) for part, lines in count.items()}


__all__ = ["column_profile", "python_profile"]
