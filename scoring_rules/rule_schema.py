"""The keys of a rule file at each level, with the type each value must have."""

from datetime import date
from typing import Any

from .rules import Basis

_CHECK = {
    "title": str, "basis": list, "select_by": (str, list), "params": dict, "when": (str, bool),
    "require": (str, bool), "ask": dict, "message": str, "show": dict, "fix": dict, "occurrences": str,
    "note": str,
}  # fmt: skip
RULE: dict[str, Any] = {
    **_CHECK, "id": str, "system": str, "status": str, "confirmed": bool, "stage": str,
    "evidence": list, "limbs": list, "tests": list, "related": dict, "history": list,
}  # fmt: skip
LIMB: dict[str, Any] = {**_CHECK, "id": str, "in_force": list, "confirmed": bool}
BASIS: dict[str, Any] = {
    "law": str, "text": (str, int, type(None)), "article": (int, type(None)), "paragraph": int, "item": int,
    "in_force": list, "source": str, "note": str, "confirmed": bool,
}  # fmt: skip
PARAM: dict[str, Any] = {"unit": str, "values": list, "select_by": (str, list), "label": str, "note": str}
VALUE: dict[str, Any] = {
    "from": (date, type(None)), "value": object, "unit": str, "source": str, "note": str,
}  # fmt: skip
TEST: dict[str, Any] = {
    "name": str, "facts": dict, "states": dict, "documents": list, "signed_off": bool, "as_of": date,
    "expect": (str, dict), "occurrences": int, "says": str, "note": str,
}  # fmt: skip
HISTORY: dict[str, Any] = {"version": str, "what": str}
ASK: dict[str, Any] = {"question": str, "where": list}
FIX: dict[str, Any] = {"curable": bool, "text": str}


def clip(basis: Basis, start: date | None, end: date | None) -> Basis | None:
    """The basis within a limb's own in-force span, ``None`` where they do not meet."""
    first = max((day for day in (basis.start, start) if day), default=None)
    last = min((day for day in (basis.end, end) if day), default=None)
    return None if first and last and last < first else basis._replace(start=first, end=last)


def offset(text: str, at: int) -> int:
    """The offset in ``text`` of the character at ``at`` of its single-spaced form."""
    wanted = len("".join(" ".join(text.split())[:at].split()))
    for place, sign in enumerate(text):
        if not sign.isspace():
            if wanted == 0:
                return place
            wanted -= 1
    return len(text)
