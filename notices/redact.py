"""The public version of a notice: parties, persons and their numbers masked, and proof that it worked.

What must not appear is taken from the frozen data itself (party names, people) and from the forms of personal
numbers; ``leaks`` reads the text as it was set, page by page, so that a mask that missed is seen and not hoped for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9Xx](?![0-9])")
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[1-9A-Y][0-9]{7}[0-9A-Z]{10}(?![0-9A-Z])")
_NUMBERS = (_ID_NUMBER, _PHONE, _CREDIT_CODE)
_COMPANY_TAIL = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|合作社|事务所|公司|工厂|商店|饭店|厂|店|中心)$"
)


_ORGANISATION = (
    r"[\u4e00-\u9fff（）()〇·A-Za-z0-9]{2,40}?"
    r"(?:有限责任公司|股份有限公司|有限公司|合作社|事务所|宾馆|酒店|商场|超市|工厂)"
)
_NAMED = (re.compile(rf"^({_ORGANISATION})"), re.compile(rf"[“「《]({_ORGANISATION})[”」》]"))
_COMPANY_LEFT = re.compile(r"[^某\s“”]{1,12}(?:有限责任公司|股份有限公司|(?<!责任)(?<!股份)有限公司)")


def mask_party(name: str) -> str:
    """某 + the legal form of an organisation (某有限公司); surname + 某 for a person."""
    tail = _COMPANY_TAIL.search(name)
    if tail:
        return f"某{tail.group(1)}"
    return mask_person(name) if len(name) <= 4 else "某当事人"


def mask_person(name: str) -> str:
    """Surname and 某; compound surnames keep both characters."""
    compound = name[:2] in {"欧阳", "司马", "上官", "诸葛", "司徒", "皇甫", "尉迟", "东方", "慕容", "宇文"}
    return name[: 2 if compound and len(name) > 2 else 1] + "某"


def mask_numbers(text: str) -> str:
    """ID numbers, mobile numbers and credit codes with their middle starred."""
    for pattern in _NUMBERS:
        text = pattern.sub(lambda match: match.group(0)[:3] + "*" * 8 + match.group(0)[-2:], text)
    return text


def secrets_of(frozen: Mapping[str, Any]) -> dict[str, str]:
    """Every name that the public version must not show → its mask, longest first."""
    masks: dict[str, str] = {}
    for file in frozen["files"]:
        for name in (file["party_name"], *file.get("people", ()), *_organisations(file)):
            if len(name) > 1:
                masks.setdefault(name, mask_party(name))
    return dict(sorted(masks.items(), key=lambda item: -len(item[0])))


def _organisations(file: Mapping[str, Any]) -> Iterator[str]:
    """Bodies named at the head of the 案由 or in quotation marks: a file may name more than its party."""
    texts = [file["title"], *(finding["message"] for finding in file["findings"])]
    texts += [str(item.get("quote") or "") for finding in file["findings"] for item in finding["evidence"]]
    for text in texts:
        for pattern in _NAMED:
            yield from pattern.findall(text)


def redact_text(text: str, masks: Mapping[str, str]) -> str:
    for name, mask in masks.items():
        text = text.replace(name, mask)
    return mask_numbers(text)


def redact(value: Any, masks: Mapping[str, str]) -> Any:
    """The same JSON value with every string redacted."""
    if isinstance(value, str):
        return redact_text(value, masks)
    if isinstance(value, Mapping):
        return {key: redact(item, masks) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [redact(item, masks) for item in value]
    return value


def leaks(pages: Sequence[Sequence[str]], masks: Mapping[str, str]) -> list[str]:
    """Names and numbers that still stand in set pages, as 第N页：words. Lines are joined: a name may turn."""
    found = []
    for number, lines in enumerate(pages, 1):
        text = "".join(lines)
        hits = [name for name in masks if name in text]
        hits += [match.group(0) for pattern in (*_NUMBERS, _COMPANY_LEFT) for match in pattern.finditer(text)]
        found += [f"第{number}页：{hit}" for hit in dict.fromkeys(hits)]
    return found
