"""D4: files and offices to keep an eye on, from the rows of the results; never a 差案, only a list to look at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

NARROW = 10.0  # points above the lowest passing line
HEAVY = 10.0
OFTEN = 3


def watch(rows: Sequence[Mapping[str, Any]], pass_line: float) -> list[dict[str, Any]]:
    """[{file_id or None, office, number, why}] in the order of the files, offices last.

    Close to the line (60–<70), two different findings of ten points, or the same finding in three files of one
    office. Files the panel made 差案 are left out.
    """
    found = []
    for row in rows:
        why = _why(row, pass_line)
        if why and not row["poor"]:
            entry = {"file_id": row["id"], "office": row["office"], "number": row["number"], "why": why}
            found.append(entry)
    return found + _repeated(rows)


def _why(row: Mapping[str, Any], pass_line: float) -> list[str]:
    why = []
    if row["score"] and pass_line <= float(row["score"]) < pass_line + NARROW:
        why.append(f"得分 {row['score']}，接近合格线")
    heavy = sorted(f["rule"] for f in row["findings"] if float(f["points"]) >= HEAVY)
    if len(heavy) > 1:
        why.append(f"有 {len(heavy)} 项扣满 10 分的问题（{'、'.join(heavy)}）")
    return why


def _repeated(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    count: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        for finding in row["findings"]:
            count[row["office"], finding["rule"], finding["title"]] += 1
    return [
        {
            "file_id": None,
            "office": office,
            "number": "",
            "why": [f"{times} 卷出现同一问题：{rule} {title}"],
        }
        for (office, rule, title), times in sorted(count.items())
        if times >= OFTEN
    ]
