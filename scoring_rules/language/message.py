"""Message templates: ``{name}`` stands for a fact, a parameter or a named extra value of the rule.

A message never fails: what is not recorded is shown as 〔未登记〕, and words in ⟦ ⟧ are left out when a
value in them is not recorded.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..facts import FactSpec, document_kinds
from .terms import Period

MISSING = "〔未登记〕"
_STATES = {"confirmed_absent": "〔查明没有〕", "not_yet": "〔程序未到〕"}
_SLOT = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_OPTIONAL = re.compile("⟦([^⟦⟧]*)⟧")


def slots(template: str) -> tuple[str, ...]:
    """The names a template uses."""
    return tuple(_SLOT.findall(template))


def faults(template: str) -> Iterable[int]:
    """Offsets of braces that belong to no ``{name}``."""
    rest = _SLOT.sub(lambda found: " " * len(found.group()), template)
    return [at for at, sign in enumerate(rest) if sign in "{}"]


def render(template: str, value: Callable[[str], str]) -> str:
    """The template with every slot filled by ``value``, without the optional parts that lack one."""

    def fill(text: str) -> str:
        return _SLOT.sub(lambda found: value(found.group(1)), text)

    def optional(found: re.Match[str]) -> str:
        part = fill(found.group(1))
        return "" if any(gap in part for gap in (MISSING, *_STATES.values())) else part

    return fill(_OPTIONAL.sub(optional, template))


def show(value: Any, spec: FactSpec | None = None, state: str | None = None) -> str:
    """A value as people read it: dates 2022年3月1日, money in yuan without a unit, codes by their label."""
    if value is None:
        return _STATES.get(state or "", MISSING)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日{value.hour}时{value.minute:02d}分"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Period):
        return str(value.value)
    if spec is not None and spec.type == "money":
        return yuan(value)
    if isinstance(value, str):
        return spec.values.get(value, value) if spec is not None else _kind(value)
    if isinstance(value, (frozenset, set)):
        labels: Mapping[str, str] = spec.values if spec is not None else {}
        return "、".join(labels.get(code) or kind_label(code) for code in sorted(value)) or "无"
    if isinstance(value, tuple):
        plain = all(not isinstance(item, Mapping) for item in value)
        return "、".join(kind_label(str(item)) for item in value) if plain else f"{len(value)}项"
    return str(value)


def _kind(text: str) -> str:
    """A document kind by its label (``interview_record#2`` with its number), other text as it is."""
    code, _, number = text.partition("#")
    label = document_kinds().get(code)
    if label is None:
        return text
    return f"{label}（第{number}份）" if number else label


def kind_label(text: str) -> str:
    """A kind of document (``interview_record#2``) by its Chinese label; any other text as it is."""
    kind, _, number = text.partition("#")
    label = document_kinds().get(kind)
    if label is None:
        return text
    return f"{label}（第{number}份）" if number else label


def yuan(fen: int) -> str:
    """An amount in yuan, with fen only where there are any."""
    return str(fen // 100) if fen % 100 == 0 else f"{Decimal(fen) / 100:.2f}"
