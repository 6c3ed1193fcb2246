"""Titles of papers: which words at the head of a page name which kind of document.

Offices word titles freely; the patterns name what is common to them. Order matters: the first that fits wins.
"""

import re
from functools import cache
from pathlib import Path

from casefiles.extract.misread import all_nearest
from scoring_rules import document_titles, load_plain

LOOSE = 0.85
"""Certainty of a title that only holds the words of one."""
_FILE = Path(__file__).parent / "titles.yaml"


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = load_plain(_FILE)
    return tuple(
        (kind, re.compile(rf"(?:{pattern.replace('{P}', data['prefix'])})$"))
        for kind, pattern in data["titles"]
    )


@cache
def _words() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(words, kind, words that rule it out), longest first, from the vocabulary of documents."""
    return tuple(sorted(document_titles(), key=lambda row: -len(row[0])))


_LETTERHEAD = re.compile(
    r"^[一-鿿]{2,24}(?:办公室|人防办|国动办|局|委员会|政府|支队|大队|总队|厅|中心|街道办事处|管理处)(?:文件)?$"
)
_COPY = re.compile(r"(?:（(?:复印件|副本|节选|存根|正本|一式.{1,3})[^）]*）|复印件|存根)$")
AUTHORITY_FIRST = re.compile(r"^[一-鿿]{2,24}?(?:办公室|人防办|局|委员会|政府|支队|大队|厅)(?=.{4,})")


def is_letterhead(text: str) -> bool:
    """Whether a line is an authority's name alone."""
    return bool(_LETTERHEAD.match(text.strip()))


@cache
def kind_of_title(text: str) -> tuple[str, float] | None:
    """Kind and certainty of a title, or ``None``; brackets 《》, blanks and a leading authority are no matter."""
    text = re.sub(r"[《》\s“”]", "", text)
    bare = _COPY.sub("", text)
    for candidate, certainty in ((bare, 0.99), (AUTHORITY_FIRST.sub("", bare), 0.97), (text, 0.97)):
        if len(candidate) < 2:
            continue
        for kind, pattern in _compiled():
            if pattern.match(candidate):
                return kind, certainty
    if len(bare) <= 30 and not re.search("[，。；：]", bare):
        for words, kind, excluded in _words():
            if words in bare and len(words) * 2 >= len(bare) and not any(word in bare for word in excluded):
                return kind, LOOSE
    return None


@cache
def kind_of_misread(text: str) -> tuple[str, float] | None:
    """The kind of a title read from a scan that is off by a character or two."""
    text = _COPY.sub("", re.sub(r"[《》\s“”]", "", text))
    if not 4 <= len(text) <= 24 or re.search("[，。；：0-9]", text):
        return None
    known = {words: kind for words, kind, _ in _words() if len(words) >= 4}
    kinds = {known[title] for title in all_nearest(text, known, 1 if len(text) < 9 else 2)}
    return (kinds.pop(), 0.8) if len(kinds) == 1 else None


def kind_of_content(kind: str, text: str) -> str | None:
    """The kind by what the paper says, where a title alone misleads or is missing."""
    if kind in ("payment_receipt", "fee_receipt"):
        return "fee_receipt" if re.search("易地建设费", text) and not re.search("罚没|罚款", text) else kind
    told = "听证" in text and not re.search("陈述|拟[^。]{0,20}(?:处罚|罚款)", text)
    if kind in ("prior_notice", "hearing_notice_right") and told:
        return "hearing_notice_right"
    if kind == "licence_certificate" and re.search("复印件|核对无误|原件", text):
        return "evidence_item"
    if kind == "licence_application" and re.search("强制执行", text[:200]):
        return "enforcement_application"
    if kind == "entrustment" and re.search("代理人|受托人|代理权限", text):
        return "identity_proof"
    if kind == "inspection_record" and re.search("复查", text[:60]):
        return "recheck_record"
    if not kind:
        return _untitled(text)
    return None


def _untitled(text: str) -> str | None:
    if len(text) > 30 and re.search("问：.*答：", text, re.S) and re.search("被询问人", text):
        return "interview_record"
    if re.search("统一社会信用代码", text) and re.search("成立日期|登记机关|经营范围", text):
        return "identity_proof"
    if re.search("公民身份号码", text) and re.search("签发机关|住址", text):
        return "identity_proof"
    if (
        re.search("受送达人", text)
        and re.search("送达人", text)
        and re.search("送达(?:方式|时间|地点)", text)
    ):
        return "service_receipt"
    if re.search("拍摄(?:时间|地点|人)", text):
        return "evidence_item"
    if re.search("核对无误|与原件(?:一致|相符)|复印件", text):
        return "evidence_item"
    return None
