"""The annexes of a circular: scores per office, the 典型差案 one by one, the list of faults."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notices.compose import Frozen, grade_names, problems
from notices.document import Paragraph, Table, chinese_number

MOST_PLACES = 6


def score_table(frozen: Frozen) -> Table:
    """附件1: offices with files, grades and mean."""
    names = grade_names(frozen)
    rows = [
        [str(index), office["name"], str(office["drawn"]), *(str(office["grades"].get(n, 0)) for n in names),
         office["mean"] or "—", str(office["poor"])]
        for index, office in enumerate(frozen["offices"], 1)
    ]  # fmt: skip
    return Table(
        head=["序号", "单位", "评查卷数", *names, "平均分", "差案"],
        rows=rows,
        widths=[1, 5, 1.6, *(1.4 for _ in names), 1.6, 1.2],
        align="cl" + "c" * (len(names) + 3),
    )


def problem_table(frozen: Frozen) -> Table:
    """附件3: the list of faults (问题清单) with article, count of files and offices."""
    rows = [
        [str(index), problem.title, "；".join(problem.basis), str(problem.files), str(problem.offices)]
        for index, problem in enumerate(problems(frozen), 1)
    ]
    return Table(["序号", "评查内容", "依据", "涉及卷数", "涉及单位"], rows, [1, 6, 5, 1.5, 1.5], "cllcc")


def poor_blocks(frozen: Frozen) -> Iterator[Paragraph | Table]:
    """附件2: each 典型差案 with its findings, the reasons and the vote."""
    files = {file["id"]: file for file in frozen["files"]}
    for index, poor in enumerate(frozen["poor"], 1):
        file = files[poor["file_id"]]
        votes = poor["votes"]
        yield Paragraph(f"{chinese_number(index)}、{poor['title']}", level=1)
        yield Paragraph(
            f"承办单位：{poor['office']}。文号：{file['number']}。评查得分：{file['score']}分，等次：{file['grade']}。"
            f"主要成因：{poor['cause']}。表决情况：赞成{votes['for']}票，反对{votes['against']}票，弃权{votes['abstain']}票。"
        )
        yield Paragraph(poor["reasons"])
        yield findings_table(file["findings"])


def findings_table(findings: Sequence[Mapping[str, Any]]) -> Table:
    """Findings of one file: what, where it stands, article, points or 否决."""
    rows = [
        [
            str(index),
            f"{finding['title']}。{finding['message']}",
            _places(finding["evidence"]),
            "；".join(finding["basis"]),
            "否决" if finding["veto"] else finding["points"],
        ]
        for index, finding in enumerate(findings, 1)
    ]
    return Table(["序号", "问题", "证据位置", "依据", "扣分"], rows, [0.8, 5, 3, 3, 1], "clllc")


def _places(evidence: Sequence[Mapping[str, Any]]) -> str:
    """Where a finding stands, each place once; beyond six the rest is counted."""
    places = list(dict.fromkeys(_place(item) for item in evidence))
    more = [f"等{len(places)}处"] if len(places) > MOST_PLACES else []
    return "\n".join(places[:MOST_PLACES] + more) or "—"


def _place(evidence: Mapping[str, Any]) -> str:
    """File and page or paragraph; for what is absent, what was looked for."""
    if not evidence.get("file"):
        return str(evidence.get("quote") or "卷内未见")
    page = f"第{evidence['page']}页" if evidence.get("page") else (evidence.get("at") or "")
    return f"{evidence['file']}{page}"
