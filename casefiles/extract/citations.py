"""Citations of law: 《名称》（版本）第X条第X款第（X）项, lists of them, and abbreviations defined inline.

Works on folded text (see ``flat``). Names with an inner name are brought to one form of brackets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from casefiles.extract.numbers import parse_number
from scoring_rules import law_register

_NUM = "[0-9零〇一二三四五六七八九十百]+"
_NAME = r"《(?P<name>(?:[^《》〈〉\n]|[《〈][^《》〈〉\n]*[》〉]){2,80})》"
_BARE = (
    r"(?P<bare>(?:中华人民共和国)?(?:行政处罚法|行政许可法|行政强制法|行政复议法|行政诉讼法|民事诉讼法|人民防空法|政府信息公开条例|城乡规划法|建筑法)"
    r"|(?:行政处罚)?裁量基准)(?=第)"
)
_TOKEN = re.compile(
    rf"{_NAME}|{_BARE}|(?P<back>(?:该|本|上述|前述)(?:办法|法|条例|规定|规章|细则|标准))(?=第)|第(?P<article>{_NUM})条(?:之(?P<bis>{_NUM}))?|第(?P<paragraph>{_NUM})款"
    rf"|第?（(?P<boxed>{_NUM})）项|第(?P<item>{_NUM})项"
)
_VERSION = re.compile(r"^（(?:[^（）]{0,12}?)((?:19|20)[0-9]{2})年?[^（）]{0,24}）")
_ALIAS = re.compile(r"（以下(?:简称|称)[为：]?[“《〈「]*([^“”《》〈〉「」（）]{2,30})[”》〉」]*）")
_LINK = re.compile(r"^(?:（[^（）]{0,40}）|[、，和及与或以的之]|以及|规定|有关|相关|\n)*$")
_VIOLATED = re.compile(r"违反|不符合|违背|触犯")
_BASED = re.compile(r"依据|根据|依照|按照|适用|参照|按")
_PROCEDURAL = re.compile(
    r"行政处罚法|行政许可法|行政强制法|行政复议法|行政诉讼法|民事诉讼法|程序规定|罚款收缴分离"
)
_DECIDING = frozenset(
    [
        "decision",
        "summary_decision",
        "prior_notice",
        "hearing_notice_right",
        "investigation_report",
        "penalty_approval",
        "decision_approval",
        "panel_discussion",
        "legal_review",
        "filing_report",
        "no_penalty_decision",
    ]
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited provision; ``start`` and ``end`` are its place in the text, ``stated`` whether its version is."""

    start: int
    end: int
    law: str
    version: str | None = None
    article: int | None = None
    paragraph: int | None = None
    item: int | None = None
    role: str = "procedure"
    stated: bool = False


def find_citations(text: str, kind: str = "decision", day: date | None = None) -> list[Citation]:
    """The provisions that ``text`` cites, with role by their sentence and version in force on ``day``."""
    aliases: dict[str, str] = {}
    found: list[Citation] = []
    for raw in _walk(text, aliases):
        role = _role(text, raw, kind)
        version = raw.version if raw.stated else (law_register().text_on(raw.law, day) if day else None)
        version = version if version and version.isdigit() else None
        found.append(replace(raw, role=role, version=version))
    return found


def _walk(text: str, aliases: dict[str, str]) -> Iterator[Citation]:
    law, version, last, open_name = "", None, 0, False
    named: tuple[str, str | None] = ("", None)
    current: Citation | None = None
    for match in _TOKEN.finditer(text):
        if match.start() < last:
            continue
        if match["back"]:
            if current:
                yield current
            current, law, version, last, open_name = (
                None,
                law or named[0],
                version or named[1],
                match.end(),
                False,
            )
            continue
        linked = bool(_LINK.match(_plain(text[last : match.start()])))
        name = match["name"] or match["bare"]
        if name:
            if current:
                yield current
            elif open_name and law and _is_benchmark(law):
                yield Citation(last, last, law, version, stated=version is not None)
            current, open_name = None, True
            rest = text[match.end() :]
            stated = _VERSION.match(rest)
            version = stated[1] if stated else None
            law = aliases.get(_key(name)) or canonical(name)
            named = (law, version)
            alias = _ALIAS.match(rest[stated.end() :] if stated else rest)
            if alias:
                aliases[_key(alias[1])] = law
            last = match.end() + (stated.end() if stated else 0) + (alias.end() if alias else 0)
            start = match.start()
            if _is_benchmark(law) and not re.match(r"^[^。；\n]{0,12}第[^。；\n]{1,5}条", text[last:]):
                yield Citation(start, match.end(), law, version, stated=version is not None)
                open_name = False
            continue
        if not law or not linked:
            law = law if linked else ""
            if current:
                yield current
                current = None
            last = match.end()
            continue
        base = current or Citation(match.start(), match.end(), law, version, stated=version is not None)
        if match["article"]:
            if current:
                yield current
            current = Citation(
                match.start(),
                match.end(),
                law,
                version,
                parse_number(match["article"]),
                stated=version is not None,
            )
        elif match["paragraph"]:
            if base.paragraph is not None:
                yield base
            current = replace(base, end=match.end(), paragraph=parse_number(match["paragraph"]), item=None)
        else:
            if base.item is not None:
                yield base
            current = replace(base, end=match.end(), item=parse_number(match["item"] or match["boxed"]))
        last, open_name = match.end(), False
    if current:
        yield current


def _plain(gap: str) -> str:
    return gap.replace(" ", "")


def _is_benchmark(law: str) -> bool:
    return "裁量" in law


def _key(name: str) -> str:
    return re.sub(r"[《》〈〉“”]", "", name)


def canonical(name: str) -> str:
    """The full name where the register knows the law, else the name as written; inner brackets 《》."""
    name = name.replace("〈", "《").replace("〉", "》")
    law = law_register().find(name)
    return law.name.replace("〈", "《").replace("〉", "》") if law else name


def _role(text: str, citation: Citation, kind: str) -> str:
    if _is_benchmark(citation.law):
        return "benchmark"
    begin = max(text.rfind(mark, 0, citation.start) for mark in "。\n") + 1
    ends = [place for mark in "。\n" if (place := text.find(mark, citation.end)) >= 0]
    before = text[begin : citation.start]
    after = text[citation.end : min(ends, default=len(text))]
    violated = [match.end() for match in _VIOLATED.finditer(before)]
    based = [match.end() for match in _BASED.finditer(before)]
    if violated and (not based or violated[-1] > based[-1]):
        return "violated"
    if (
        not based
        and not before.strip("一二三四五六七八九十（）、1234567890.")
        and re.match("^[^，。]{0,20}(规定|要求)，", after)
    ):
        based = [0]
    near = re.split("[；]", after)[0]
    if re.search("加处|滞纳金|每日按", near):
        return "late_fee"
    if re.search("申请(行政)?复议|提起(行政)?诉讼", near) and not re.search("处罚", near):
        return "remedy"
    if kind in _DECIDING and not _PROCEDURAL.search(citation.law):
        ordered = re.search("责令|补建|改正", near) and not re.search("处罚|罚款|警告|裁量|幅度|没收", near)
        return "procedure" if ordered else "penalty"
    return "procedure"
