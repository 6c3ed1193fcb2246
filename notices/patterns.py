"""What the frozen results of several rounds say together: offices over the years, frequent and repeated faults.

Every figure is read from the frozen text of its round, so that a later change of any row cannot reach it.
"""

import importlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OfficeTrend:
    """One office: its line in each round (``None`` where it took no part) and the last change of its mean."""

    id: str
    name: str
    rounds: list[Mapping[str, Any] | None]
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule: how many files broke it in each round, and those of the newest in which it was broken."""

    rule: str
    title: str
    counts: list[int]
    files: list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same rule broken in the same office in several years, the earliest first."""

    office: str
    rule: str
    title: str
    years: list[int]
    file: Mapping[str, Any]


def trends(results: Sequence[Result]) -> list[OfficeTrend]:
    """Offices in the order of the newest round; ``results`` from the newest round to the oldest."""
    lines = [{office["id"]: office for office in result["offices"]} for result in results]
    names = {key: str(office["name"]) for own in reversed(lines) for key, office in own.items()}
    order = dict.fromkeys(key for own in lines for key in own)
    return [
        OfficeTrend(key, names[key], seen, _change(seen))
        for key in order
        for seen in [[own.get(key) for own in lines]]
    ]


def _change(seen: Sequence[Mapping[str, Any] | None]) -> Decimal | None:
    means = [Decimal(line["mean"]) for line in seen if line and line["mean"]]
    return means[0] - means[1] if len(means) > 1 and seen[0] and seen[0]["mean"] else None


def faults(results: Sequence[Result]) -> list[Fault]:
    """Rules broken, the most files of the newest round first."""
    titles: dict[str, str] = {}
    files: list[dict[str, list[Mapping[str, Any]]]] = []
    for result in results:
        own: dict[str, list[Mapping[str, Any]]] = {}
        for file in result["files"]:
            for finding in file["findings"]:
                titles.setdefault(finding["rule"], finding["title"])
                own.setdefault(finding["rule"], []).append(file)
        files.append(own)
    found = [
        Fault(rule, title, [len(own.get(rule, ())) for own in files], _newest(rule, files))
        for rule, title in titles.items()
    ]
    return sorted(found, key=lambda fault: ([-count for count in fault.counts], fault.rule))


def _newest(rule: str, files: Sequence[Mapping[str, list[Mapping[str, Any]]]]) -> list[Mapping[str, Any]]:
    return next(own[rule] for own in files if rule in own)


def repeated(results: Sequence[Result]) -> list[Repeated]:
    """Faults an office had in more than one year, the most years first."""
    seen: dict[tuple[str, str], Repeated] = {}
    for result in results:
        year = int(result["round"]["year"])
        for file in result["files"]:
            for finding in file["findings"]:
                key = (file["office_id"], finding["rule"])
                entry = seen.setdefault(
                    key, Repeated(file["office"], finding["rule"], finding["title"], [], file)
                )
                if year not in entry.years:
                    entry.years.insert(0, year)
    again = [entry for entry in seen.values() if len(entry.years) > 1]
    return sorted(again, key=lambda entry: (-len(entry.years), entry.office, entry.rule))


def workbook(result: Result) -> bytes:
    """One round as an Excel workbook: a sheet of files, one of offices, one of every finding."""
    book = importlib.import_module("openpyxl").Workbook()
    grades = [grade["name"] for grade in result["standard"]["grades"]]
    files = [
        [*(file[name] for name in ("code", "number", "title", "office", "score", "grade")), "是" if file["poor"] else ""]
        for file in result["files"]
    ]  # fmt: skip
    offices = [
        [
            office["name"],
            office["submitted"],
            office["drawn"],
            *(office["grades"].get(g, 0) for g in grades),
            office["mean"],
            office["poor"],
        ]
        for office in result["offices"]
    ]
    findings = [
        [file["code"], file["number"], file["office"], *(finding[name] for name in ("rule", "title", "message", "points")),
         "；".join(finding["basis"]), finding.get("fix") or ""]
        for file in result["files"] for finding in file["findings"]
    ]  # fmt: skip
    _sheet(
        book.active, "各卷", ["案卷编号", "文号", "案由", "单位", "得分", "等次", "典型差案"], files, "得分"
    )
    heads = ["单位", "报送", "抽中", *grades, "平均分", "差案"]
    _sheet(book.create_sheet(), "各单位", heads, offices, "平均分")
    heads = ["案卷编号", "文号", "单位", "项目", "要求", "问题", "扣分", "依据", "整改要求"]
    _sheet(book.create_sheet(), "问题明细", heads, findings, "扣分")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _sheet(sheet: Any, title: str, heads: list[str], rows: list[list[Any]], number: str) -> None:
    """Fill a sheet; text that looks like a formula stays text, the column ``number`` holds numbers."""
    sheet.title, sheet.freeze_panes = title, "A2"
    at = heads.index(number)
    for row in [heads, *rows]:
        sheet.append([float(v) if n == at and v and row is not heads else v for n, v in enumerate(row)])
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)):
        cell.data_type = "s"
    for place, head in enumerate(heads, 1):
        width = max([len(head), *(len(str(row[place - 1] or "")) for row in rows)], default=8)
        letter = sheet.cell(1, place).column_letter
        sheet.column_dimensions[letter].width = min(60, 2 * width + 2)
