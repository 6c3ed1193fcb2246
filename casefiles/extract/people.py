"""People in papers: officers with certificate numbers, lists of names, signatures."""

import re
from dataclasses import dataclass

from casefiles.extract.flat import Flat

_NAME = r"[一-鿿㐀-䶿𠀀-𪛟](?:[一-鿿㐀-䶿𠀀-𪛟·]{1,5})"
_NUMBER = r"(?P<number>(?=[^）]*[0-9])[一-鿿]{0,3}[A-Za-z0-9][A-Za-z0-9 \-]{3,24})"
_LABELLED = r"(?:行政)?(?:执法)?(?:证件|检查证|证)(?:编)?号?码?(?:为|分别为)?[：:]?\n?"
_IN_BRACKETS = rf"（{_LABELLED}{_NUMBER}）|（{_NUMBER.replace('number', 'plain')}）"
_BEHIND = rf"[，,、\n]?{_LABELLED}{_NUMBER.replace('number', 'open')}"
_SHORTEST = _NAME.removesuffix(")") + "?)"
_OFFICER = re.compile(rf"(?P<name>{_SHORTEST})(?:{_IN_BRACKETS}|{_BEHIND})")
_TITLED = re.compile(r"（[^（）]*）")
_PART = "[一-鿿㐀-䶿𠀀-𪛟]{1,8}"
_WHOLE = re.compile(rf"^(?:{_NAME}|{_PART}·{_PART}(?:·{_PART})?)$")
_SEPARATOR = re.compile(r"[、，,；;/\n ]|(?:以?及)")
_ROLE = re.compile(
    r"^(?:主持人|组长|成员|出席人员|承办人|执法人员|检查人员|调查人员|主任|副主任|负责人|[一-鿿]{2,8}[：:])"
)
_NOT_NAMES = re.compile(
    r"同意|意见|情况|^无|签名|盖章|单位|公司|审批|年月|月日|建议|处罚|案卷|以下|空白|拒绝|本人|^已|^请|科室|处室|机关|负责|直接|送达|办公室|地址|电话"
)

_NOT_HOLDER = re.compile(r"证|执法|资格|出示|号码|身份|电话|工程|公司|单位|项目")


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer named with a certificate, and where."""

    name: str
    certificate: str
    start: int
    end: int


def find_officers(text: str) -> list[Officer]:
    """Officers whose certificate stands beside the name: 甲（执法证号：吉B02031107）, 甲，证号：吉B02031107."""
    found = []
    for match in _OFFICER.finditer(text):
        number = match["number"] or match["plain"] or match["open"]
        if number.startswith("编号"):
            continue
        name = _tail_name(match["name"])
        if name:
            found.append(Officer(name, number.replace(" ", ""), match.end("name") - len(name), match.end()))
    return found


def _tail_name(text: str) -> str:
    text = re.split(r"由|人员|人为|是|和|及|员", text)[-1]
    return text if is_name(text) and not _NOT_HOLDER.search(text) else ""


def split_names(text: str) -> list[str]:
    """The names of a list such as 岳德厚（副主任）、关立新（副主任）; words that are no names are left out."""
    names = []
    for part in _SEPARATOR.split(_TITLED.sub("", text)):
        part = _ROLE.sub("", re.sub(r"[：:。.0-9（）]", "", part).strip())
        if is_name(part) and part not in names:
            names.append(part)
    return names


def is_name(text: str) -> bool:
    """Whether ``text`` can be a person's name by its form."""
    return (
        bool(_WHOLE.match(text)) and len(text) <= (16 if "·" in text else 4) and not _NOT_NAMES.search(text)
    )


def signatures(value: Flat) -> list[str]:
    """Who signed in a stretch: its handwritten pieces, or the names printed there when none is handwritten.

    One handwritten piece may hold several names parted by 、.
    """
    pieces = [name for piece in value.hand() for name in split_names(piece) or [piece]]
    return pieces or split_names(re.split(r"[12][0-9]{3}年", value.text)[0])


_DOCUMENT = re.compile(
    r"(?P<prefix>[一-鿿A-Za-z]{1,18}(?:[（(][一-鿿]{1,8}[)）][一-鿿]{0,8})?)"
    r"(?P<open>[〔\[（({])(?P<year>[12][0-9]{3})年?(?P<close>[〕\]）)}])(?P<word>字?第?)(?P<serial>[0-9A-Za-z*X\-一二三四五六七八九十〇]{1,9})号"
)
_PLAIN = re.compile(r"(?P<prefix>[一-鿿]{2,14}字?(?:第|罚|决))(?P<serial>[0-9]{4}[0-9\-]{1,8})号")
_LEAD = re.compile(
    r"^.*(?:送达|收到|作出|下达|了|依据|根据|编号|案号|文号|号为|关于|以|决定书|告知书|通知书|你办|我办|本机关|本局)(?=[一-鿿])"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A document number (文号) as written, without blanks."""

    start: int
    end: int
    text: str


def find_numbers(text: str) -> list[Number]:
    """The document numbers of a folded text: 〔2023〕7号, [2023]第007号, (2023)k-39号, ﹝2023﹞20号."""
    found: list[Number] = []
    for match in [*_DOCUMENT.finditer(text), *_PLAIN.finditer(text)]:
        prefix = _LEAD.sub("", match["prefix"])
        start = match.start() + len(match["prefix"]) - len(prefix)
        if prefix and not any(number.start < match.end() and match.start() < number.end for number in found):
            found.append(Number(start, match.end(), text[start : match.end()]))
    return sorted(found, key=lambda number: number.start)


def same_number(one: str, other: str) -> bool:
    """Whether two document numbers are one, whatever their brackets, blanks and dashes."""
    return number_key(one) == number_key(other)


def number_key(text: str) -> str:
    return re.sub(r"[\s　]", "", re.sub(r"[\[【﹝（({]", "〔", re.sub(r"[\]】﹞）)}]", "〕", text)))
