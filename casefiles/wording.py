"""What the templates of case files (and of the rooms above) say: labels, sizes, places, masked names."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_login import current_user

from casefiles.cases import label_of
from casefiles.deskview import Place, place_of, show
from casefiles.masking import mask, mask_person
from casefiles.models import CASE_KINDS, FILE_STATES, PROCEDURES, STATUSES, CaseFile, StoredFile
from foundation import clock, web
from scoring_rules import DOCUMENT_KINDS, SYSTEMS, vocabulary

GATES = ("case_kind", "procedure")
SAID = {
    "known": "已登记", "absent": "查明没有", "reached": "已进行", "has": "有文书", "has_any": "有任一文书",
    "has_all": "有全部文书", "days": "间隔日数", "wdays": "间隔工作日数", "months": "间隔月数", "elapsed": "经过",
    "within": "在期限内", "past": "超过期限", "at_least": "不少于", "term_end": "期限届满日", "add_days": "加日",
    "add_wdays": "加工作日", "add_months": "加月", "day": "日期", "year": "年份", "count": "项数", "all": "每一项",
    "any": "任一项", "first": "首项", "earliest": "最早", "latest": "最晚", "total": "合计", "distinct": "不同的",
    "matches": "符合格式", "contains": "含有", "starts": "开头为", "ends": "结尾为", "same": "相同", "cites": "引用",
    "milli": "数值", "size": "个数", "yuan": "金额（元）", "date": "日期", "min": "较小者", "max": "较大者",
    "and": "并且", "or": "或者", "not": "不是", "in": "属于", "if": "当", "else": "否则", "for": "就",
    "true": "是", "false": "否", "True": "是", "False": "否", "as_of": "审查日", "law_is": "属于法律",
    "law_known": "法律已登记", "law_text": "法律版本", "article_exists": "条文存在", "length": "字数",
    "roll": "顺延至工作日", "minutes": "间隔分钟", "workday": "工作日", "weekday": "星期", "abs": "相差",
}  # fmt: skip
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "＝"}


def words_of_the_room() -> dict[str, object]:
    """Names that templates and their macros use, in every room of the application."""
    tools: tuple[Callable[..., Any], ...] = (
        masked_party,
        file_size,
        fact_label,
        evidence_place,
        evidence_value,
        rule_title,
        mask,
        mask_person,
        telling,
        step_words,
        pattern_words,
        example_words,
    )
    return {
        "case_label": label_of,
        "case_kinds": CASE_KINDS,
        "procedures": PROCEDURES,
        "case_statuses": STATUSES,
        "file_states": FILE_STATES,
        "document_kinds": DOCUMENT_KINDS,
        "rule_systems": SYSTEMS,
        "china": clock.local,
        "without": web.without,
        **{tool.__name__: tool for tool in tools},
    }


def masked_party(case: CaseFile) -> str:
    """The party's name; of a natural person only the family name for readers of other offices."""
    own = getattr(current_user, "office_id", None) == case.office_id
    return case.party_name if own else mask_person(case.party_name, case.party_kind)


def file_size(size: int) -> str:
    """Bytes as people read them."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    if size < 1024**3:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{size / 1024**3:.1f} GB"


def fact_label(name: str) -> str:
    """The Chinese label of a fact, or of a document kind a finding waits for."""
    spec = vocabulary().get(name)
    return spec.label if spec else DOCUMENT_KINDS.get(name, "有关材料")


def evidence_place(item: Mapping[str, Any], files: Mapping[str, StoredFile]) -> Place:
    """Where a piece of evidence stands (``files`` by name)."""
    return place_of(item, files)


def evidence_value(item: Mapping[str, Any]) -> str:
    """The value a piece of evidence shows, in words; several rows are left to their places."""
    spec = vocabulary().get(str(item.get("fact") or "").split("[", 1)[0].split(".", 1)[0])
    value = item.get("value")
    if spec is None or spec.type == "rows":
        return value if isinstance(value, str) else ""
    return show(spec, value)


def rule_title(findings: Sequence[Mapping[str, Any]], rule: str) -> str:
    """The title of a rule among the findings of a run."""
    return next((str(item["title"]) for item in findings if item["rule"] == rule), rule)


def telling(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The evidence without the facts that only say which rules apply, unless there is nothing else."""
    said = [item for item in evidence if item.get("fact") not in GATES]
    return said or list(evidence)


def step_words(text: str, params: Sequence[Mapping[str, Any]] = ()) -> str:
    """A comparison of the rule language in Chinese words: facts by label, parameters by value."""
    shown = {str(param["name"]): str(param["shown"]) for param in params}

    def said(found: re.Match[str]) -> str:
        name = found[0].strip("'\"")
        if found[0] != name and _PATTERN.search(name):
            return pattern_words(name)
        spec = vocabulary().get(name)
        if spec is not None:
            return spec.label
        return shown.get(name) or DOCUMENT_KINDS.get(name) or SAID.get(name) or _last(name) or name

    words = re.sub(r"'[^']*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_.]*", said, text)
    for sign, better in SIGNS.items():
        words = words.replace(sign, better)
    return words


_CODE = re.compile(r"[a-z][a-z_]{2,}")
_PATTERN = re.compile(r"[|^$*+?()\[\]]")


def pattern_words(text: str) -> str:
    """A pattern of the rule language as the alternatives it names; other operands stay as they are."""
    if not _PATTERN.search(text):
        return _CODE.sub(lambda found: DOCUMENT_KINDS.get(found[0]) or _last(found[0]) or found[0], text)
    names = re.findall(r"[a-z]+(?:_[a-z]+)*", text)
    known = [DOCUMENT_KINDS[name] for name in names if name in DOCUMENT_KINDS]
    if known:
        return "、".join(dict.fromkeys(known))
    words = [part for part in re.split(r"[^\w]+", text) if part and not part.isascii()]
    return "、".join(words) or "规定的格式"


def _last(name: str) -> str:
    """The label of a row's column (``r.date``), or of a code of some fact."""
    column = name.rsplit(".", 1)[-1]
    for spec in vocabulary().values():
        if column in spec.fields:
            return spec.fields[column].label
        if column in spec.values:
            return str(spec.values[column])
    return ""


def example_words(example: object) -> str:
    """An example value of an explanation; a made-up huge number is said as such."""
    text = str(example)
    return "足够大" if text.isdigit() and len(text) > 8 else text
