"""Build a circular (通报) from the frozen results of a round.

Every figure of the text is a name in 【】 that is filled from the frozen data when the document is set, so
none can be typed wrong or go stale. ``figures`` lists them; ``unbound`` finds numbers that an editor typed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from foundation import errors
from notices.document import Paragraph, chinese_number

Frozen = Mapping[str, Any]
_TOKEN = re.compile(r"【([^【】]+)】")
_LEGAL_NUMBER = re.compile(
    r"《[^》]*》|附件[0-9]+|〔[0-9]{4}〕[0-9]+号|[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:度)?|[0-9]{1,2}月[0-9]{1,2}日"
)
KINDS = {
    "penalty": "行政处罚", "licence": "行政许可", "coercion": "行政强制",
    "inspection": "行政检查", "confirmation": "行政确认", "disclosure_request": "政府信息公开",
}  # fmt: skip
SYSTEMS = {
    "disclosure": "行政执法公示",
    "recording": "执法全过程记录",
    "legal_review": "重大执法决定法制审核",
    "substance": "主体、事实与法律适用",
    "procedure": "执法程序",
    "documents": "文书制作",
    "archive": "立卷归档",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the circular: ``key`` is fixed, ``heading`` and ``text`` may be edited.

    ``text`` holds paragraphs parted by newlines; a paragraph like （一）题目。正文 has a run-in heading.
    """

    key: str
    heading: str
    text: str


def share(part: int, whole: int) -> str:
    """Per cent with one digit, half up; of nothing: 0.0."""
    if not whole:
        return "0.0"
    return str((Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))


def mean(scores: Sequence[str]) -> str:
    """Mean of scores with one digit, half up."""
    if not scores:
        return "0.0"
    total = sum((Decimal(score) for score in scores), Decimal(0))
    return str((total / len(scores)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def figures(frozen: Frozen) -> dict[str, str]:
    """Every figure a circular may use, by the Chinese name that stands in the text."""
    files = frozen["files"]
    grades = Counter(file["grade"] for file in files)
    kinds = Counter(file["case_kind"] for file in files)
    agreement = frozen["agreement"]
    values = {
        "年度": str(frozen["round"]["year"]),
        "报送卷数": str(frozen["submitted"]),
        "抽取卷数": str(len(files)),
        "单位数": str(len(frozen["offices"])),
        "平均分": mean([file["score"] for file in files]),
        "差案数": str(len(frozen["poor"])),
        "问题总数": str(sum(len(file["findings"]) for file in files)),
        "抽取比例": share(len(files), frozen["submitted"]),
        "一致率": agreement["percent"],
        "一致性系数": agreement["ac1"],
        "申辩数": str(frozen["replies"]["filed"]),
        "采纳数": str(frozen["replies"]["accepted"]),
    }
    for name in grade_names(frozen):
        values[f"{name}卷数"] = str(grades[name])
        values[f"{name}率"] = share(grades[name], len(files))
    for kind, label in KINDS.items():
        values[f"{label}卷数"] = str(kinds[kind])
    return values


def grade_names(frozen: Frozen) -> list[str]:
    """The grades of the standard from best to worst."""
    return [grade["name"] for grade in frozen["standard"]["grades"]]


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its figures.

    Raises ``Refused`` naming every 【figure】 that the frozen data does not have.
    """
    unknown = sorted({name for name in _TOKEN.findall(text) if name not in values})
    if unknown:
        raise errors.Refused(
            f"正文引用了冻结数据中没有的数字：{'、'.join(unknown)}。",
            "请从右侧“可用数据”中选用，或删去【】中的内容。",
        )
    return _TOKEN.sub(lambda match: values[match.group(1)], text)


def unbound(text: str) -> list[str]:
    """Numbers typed by hand: not in 【】, not part of a date, 文号 or law name. Shown for confirmation."""
    rest = _LEGAL_NUMBER.sub("", _TOKEN.sub("", text))
    return re.findall(r"[0-9]+(?:\.[0-9]+)?%?", rest)


@dataclass(frozen=True, slots=True)
class Problem:
    """One recurring fault: rule, title, in how many files of how many offices, an example message and article."""

    rule: str
    title: str
    system: str
    files: int
    offices: int
    example: str
    basis: tuple[str, ...]


def problems(frozen: Frozen) -> list[Problem]:
    """Faults by frequency, most frequent first; ties by rule id."""
    found: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for file in frozen["files"]:
        for finding in file["findings"]:
            found.setdefault(finding["rule"], []).append((file, finding))
    listed = [
        Problem(
            rule=rule,
            title=hits[0][1]["title"],
            system=hits[0][1]["system"],
            files=len({file["id"] for file, _ in hits}),
            offices=len({file["office_id"] for file, _ in hits}),
            example=hits[0][1]["message"],
            basis=tuple(hits[0][1]["basis"]),
        )
        for rule, hits in found.items()
    ]
    return sorted(listed, key=lambda item: (-item.files, item.rule))


def draft_sections(frozen: Frozen) -> list[Section]:
    """The sections of a first draft; the administrator edits them afterwards."""
    grades = "；".join(f"{name}【{name}卷数】卷，占【{name}率】%" for name in grade_names(frozen))
    kinds = "、".join(
        f"{label}案卷【{label}卷数】卷"
        for kind, label in KINDS.items()
        if any(file["case_kind"] == kind for file in frozen["files"])
    )
    return [
        Section(
            "opening",
            "",
            "为严格规范公正文明执法，全面落实行政执法公示、执法全过程记录和重大执法决定法制审核制度，按照典型差案评查"
            f"工作安排，我办组织开展了{frozen['round']['title']}。现将有关情况通报如下：",
        ),
        Section(
            "overview",
            "基本情况",
            "本次评查共收到【单位数】个单位报送的案卷【报送卷数】卷，按事先公布的名单和可核验的随机抽取办法抽取【抽取卷数】卷"
            f"（占【抽取比例】%），其中{kinds}。\n"
            "每卷由两名与承办单位无隶属关系的评查员分别独立评查，逐项意见一致率为【一致率】%，不一致事项均经评查组合议确定。"
            "评查意见反馈各单位后，收到申辩【申辩数】件，采纳【采纳数】件。",
        ),
        Section(
            "results",
            "评查结果",
            f"抽取的【抽取卷数】卷案卷平均得分【平均分】分。{grades}。经评查组表决，认定典型差案【差案数】件。"
            "各单位得分情况见附件1。",
        ),
        Section("problems", "存在的主要问题", "\n".join(_problem_paragraphs(frozen))),
        Section("poor", "典型差案", "\n".join(_poor_paragraphs(frozen))),
        Section(
            "demands",
            "工作要求",
            "（一）认真整改。各单位要对照问题清单逐项整改，能够补正的依法补正，不能补正的要说明原因、吸取教训，不得事后编造、"
            "替换文书。\n（二）举一反三。要对同类案卷开展自查，防止同样问题反复发生。\n（三）按时报告。整改情况于收到整改通知书"
            "之日起三十日内书面报告我办，我办将组织核查销号。",
        ),
    ]


def _problem_paragraphs(frozen: Frozen) -> Iterator[str]:
    grouped: dict[str, list[Problem]] = {}
    for problem in problems(frozen):
        grouped.setdefault(problem.system, []).append(problem)
    ordered = sorted(grouped.items(), key=lambda item: -sum(problem.files for problem in item[1]))
    if not ordered:
        yield "本次评查的案卷未发现扣分问题。"
    for index, (system, items) in enumerate(ordered, 1):
        named = "；".join(f"“{item.title}”不符合要求的【问题{item.rule}卷数】卷" for item in items[:4])
        more = "等" if len(items) > 4 else ""
        label = SYSTEMS.get(system, system)
        yield f"（{chinese_number(index)}）{label}方面。{named}{more}。"


def problem_figures(frozen: Frozen) -> dict[str, str]:
    """Figures of single faults: how many files have each."""
    return {f"问题{problem.rule}卷数": str(problem.files) for problem in problems(frozen)}


def draft_figures(frozen: Frozen) -> dict[str, str]:
    """All figures that a section may name."""
    return figures(frozen) | problem_figures(frozen) | poor_figures(frozen)


def poor_figures(frozen: Frozen) -> dict[str, str]:
    """Office, matter and reasons of each 典型差案: words that are bound like figures."""
    return {
        f"差案{index}{label}": poor[key]
        for index, poor in enumerate(frozen["poor"], 1)
        for label, key in (("单位", "office"), ("案由", "title"), ("理由", "reasons"))
    }


def _poor_paragraphs(frozen: Frozen) -> Iterator[str]:
    if not frozen["poor"]:
        yield "本次评查未认定典型差案。"
        return
    yield "经评查组合议并表决，下列案卷认定为典型差案，具体情况见附件2："
    for index, _ in enumerate(frozen["poor"], 1):
        yield f"（{chinese_number(index)}）【差案{index}单位】办理的【差案{index}案由】。【差案{index}理由】"


def paragraphs(sections: Sequence[Section], values: Mapping[str, str]) -> Iterator[Paragraph]:
    """Set paragraphs of the sections: headings numbered 一、二、…, run-in headings in 楷体."""
    number = 0
    for section in sections:
        if section.heading:
            number += 1
            yield Paragraph(f"{chinese_number(number)}、{section.heading}", level=1)
        for line in filter(None, (part.strip() for part in section.text.split("\n"))):
            text = fill(line, values)
            run_in = re.match(r"（[一二三四五六七八九十]+）[^。]{1,30}。", text)
            if run_in:
                yield Paragraph(text[run_in.end() :], lead=run_in.group(0))
            else:
                yield Paragraph(text)
