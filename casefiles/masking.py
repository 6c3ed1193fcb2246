"""Personal data as people of other offices see it (个人信息保护法 art. 51: 去标识化 by default)."""

import re

_IDENTITY = re.compile(r"(?<![0-9])([1-9][0-9]{5})(?:[0-9]{8})([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
_OLD_IDENTITY = re.compile(r"(?<![0-9])([1-9][0-9]{5})[0-9]{6}([0-9]{3})(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3}-)[0-9]{4}([0-9]{3,4})(?![0-9])")
_BANK = re.compile(r"(?<![0-9])(62[0-9]{4})[0-9]{6,9}([0-9]{4})(?![0-9])")


def mask(text: str) -> str:
    """Identity numbers, telephone and bank card numbers with their middle struck out."""
    text = _IDENTITY.sub(lambda m: f"{m[1]}********{m[2][:3]}*", text)
    text = _BANK.sub(lambda m: f"{m[1]}******{m[2]}", text)
    text = _OLD_IDENTITY.sub(lambda m: f"{m[1]}******{m[2]}", text)
    text = _MOBILE.sub(lambda m: f"{m[1]}****{m[2]}", text)
    return _LANDLINE.sub(lambda m: f"{m[1]}****{m[2]}", text)


def mask_person(name: str, kind: str) -> str:
    """A natural person's name with only the family name kept; organisations stay as they are."""
    if kind != "individual" or len(name) < 2:
        return name
    return name[0] + "某" * min(len(name) - 1, 2)
