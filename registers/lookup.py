"""What the registers say about a file on a given day, three-valued.

``True`` or ``False`` only where the register is kept for that day; ``None`` where the office has no entries
of the kind then: an empty register never makes a file unlawful.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from registers.entries import entries_of, lineage
from registers.models import RegisterEntry


def entries_on(session: Session, office_id: str, kind: str, on: date) -> list[RegisterEntry]:
    """The entries of a register that hold for an office on a day, its own and those from above."""
    offices = lineage(session, office_id)
    found = list(session.exec(entries_of(offices, kind, on=on)))
    return sorted(found, key=lambda entry: (offices.index(entry.office_id), entry.key))


def authority_listed(session: Session, office_id: str, name: str, on: date) -> bool | None:
    """Whether the authority named on a decision was in the 执法主体名录 on that day."""
    return _named(session, office_id, "authority", name, on)


def certificate_valid(session: Session, office_id: str, name: str, certificate: str, on: date) -> bool | None:
    """Whether an officer of that name held that certificate on that day (执法人员名录)."""
    entries = entries_on(session, office_id, "officer", on)
    if not entries:
        return None
    wanted = _plain(certificate), _plain(name)
    return any((_plain(entry.key), _plain(entry.name)) == wanted for entry in entries)


def reviewer_qualified(session: Session, office_id: str, name: str, on: date) -> bool | None:
    """Whether a legal reviewer holds the 法律职业资格 that 行政处罚法 第五十八条 asks of newcomers."""
    entries = [e for e in entries_on(session, office_id, "officer", on) if _plain(e.name) == _plain(name)]
    return any(entry.data.get("law_licence") for entry in entries) if entries else None


def matter_listed(
    session: Session, office_id: str, matter: str, on: date, matter_kind: str = "行政处罚"
) -> bool | None:
    """Whether a matter (案由 or 事项) of one kind is among the office's powers on that day."""
    entries = [
        e for e in entries_on(session, office_id, "matter", on) if e.data.get("matter_kind") == matter_kind
    ]
    return _any_named(entries, matter) if entries else None


def inspection_listed(session: Session, office_id: str, matter: str, on: date) -> bool | None:
    """Whether an inspection matter is on the published 随机抽查事项清单."""
    return _named(session, office_id, "inspection", matter, on)


def document_valid(session: Session, office_id: str, title_or_number: str, on: date) -> bool | None:
    """Whether a 规范性文件 was valid on that day; ``None`` when it is not registered at all."""
    wanted = _plain(title_or_number)
    offices = lineage(session, office_id)
    known = [
        e for e in session.exec(entries_of(offices, "document")) if wanted in (_plain(e.key), _plain(e.name))
    ]  # fmt: skip
    if not known:
        return None
    return any(
        e.valid_from <= on
        and (e.valid_to is None or on <= e.valid_to)
        and e.data.get("status") in ("有效", "修改")
        for e in known
    )


def recording_steps(
    session: Session, office_id: str, on: date, matter_kind: str = "行政处罚"
) -> frozenset[str] | None:
    """The steps (document kinds) that must be recorded in sound or picture on that day."""
    entries = [
        e for e in entries_on(session, office_id, "recording", on) if e.data.get("matter_kind") == matter_kind
    ]
    return frozenset(str(e.data.get("step") or e.name) for e in entries) if entries else None


def legal_review_needed(
    session: Session,
    office_id: str,
    on: date,
    *,
    fine: Decimal | None,
    individual: bool,
    matter_kind: str = "行政处罚",
) -> bool | None:
    """Whether the 法制审核目录 asks for review because of the fine (yuan).

    Only an amount at or above a listed threshold is decided (``True``); other cases of the list are for people,
    so below it the answer is ``None``.
    """
    column = "fine_individual" if individual else "fine_organisation"
    entries = [
        e
        for e in entries_on(session, office_id, "legal_review", on)
        if e.data.get("matter_kind") == matter_kind
    ]
    limits = [Decimal(e.data[column]) for e in entries if e.data.get(column)]
    return True if fine is not None and any(fine >= limit for limit in limits) else None


def benchmark_tiers(session: Session, office_id: str, conduct: str, on: date) -> list[dict[str, Any]]:
    """The tiers of the 裁量基准 for a conduct on that day: ``{tier, conditions, fine_min, fine_max, …}``."""
    found = [e for e in entries_on(session, office_id, "benchmark", on) if _plain(e.name) == _plain(conduct)]
    return [{"key": entry.key, "source": entry.source, **entry.data} for entry in found]


def leniency_items(session: Session, office_id: str, on: date) -> list[dict[str, Any]]:
    """The 包容审慎 list on that day: ``{name, effect, conditions, basis}``."""
    return [{"name": entry.name, **entry.data} for entry in entries_on(session, office_id, "leniency", on)]


def _named(session: Session, office_id: str, kind: str, name: str, on: date) -> bool | None:
    entries = entries_on(session, office_id, kind, on)
    return _any_named(entries, name) if entries else None


def _any_named(entries: Iterable[RegisterEntry], name: str) -> bool:
    wanted = _plain(name)
    return any(wanted in (_plain(entry.name), _plain(entry.key)) for entry in entries)


def _plain(text: str) -> str:
    """One form of a name: NFKC, no spaces, one form of brackets."""
    folded = unicodedata.normalize("NFKC", text).translate(str.maketrans("〔〕[]", "()()"))
    return "".join(folded.split()).casefold()
