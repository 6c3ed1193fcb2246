"""Reading and showing the typed values of register columns."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from registers.kinds import Column

DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
YES, NO = ("是", "有", "true", "1", "√"), ("否", "无", "false", "0", "")


def read_value(column: Column, raw: Any) -> Any:
    """A cell or form field as a JSON value; ``None`` when empty. Raises ``ValueError`` with a Chinese reason."""
    text = str(raw).strip() if raw is not None else ""
    if not text:
        if column.required:
            raise ValueError(f"“{column.label}”必须填写")
        return False if column.type == "bool" else None
    if column.type == "date":
        return read_date(raw, column.label).isoformat()
    if column.type in ("int", "money"):
        return _number(text, column)
    if column.type == "choice" and text not in column.choices:
        raise ValueError(f"“{column.label}”应为{'、'.join(column.choices)}之一，现为“{text}”")
    if column.type == "bool":
        if text.casefold() not in YES + NO:
            raise ValueError(f"“{column.label}”应填是或否，现为“{text}”")
        return text.casefold() in YES
    if len(text) > (4000 if column.type == "long" else 256):
        raise ValueError(f"“{column.label}”过长（{len(text)} 字）")
    return text


def read_date(raw: Any, label: str) -> date:
    """A day from a cell (date or text such as 2023-05-12, 2023/5/12, 2023年5月12日)."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    found = DATE.fullmatch(str(raw).strip())
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(f"“{label}”不是有效日期：“{raw}”，请写作 2023-05-12") from None


def show_value(column: Column, value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if column.type == "bool":
        return "是" if value else "否"
    return str(value)


def _number(text: str, column: Column) -> Any:
    plain = text.replace(",", "").replace("，", "").removesuffix("元")
    try:
        number = Decimal(plain)
        if not number.is_finite() or number < 0 or number > 10**13:
            raise InvalidOperation
        if column.type == "int":
            if number != int(number):
                raise InvalidOperation
            return int(number)
        if number != number.quantize(Decimal("0.01")):
            raise InvalidOperation
        return f"{number:.2f}"
    except InvalidOperation:
        kind = "整数" if column.type == "int" else "金额（元，最多两位小数）"
        raise ValueError(f"“{column.label}”应为{kind}，现为“{text}”") from None
