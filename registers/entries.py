"""Keeping the registers: one entry, or a whole workbook, each change dated and logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from accounts import Office, User
from foundation import audit, errors
from registers.kinds import Kind
from registers.models import RegisterEntry
from registers.values import read_date, read_value

FROM, TO, SOURCE = "有效期自", "有效期至", "来源文件"


@dataclass(frozen=True)
class Draft:
    """The values of one entry, read and checked, not yet stored."""

    key: str
    name: str
    data: dict[str, Any]
    valid_from: date
    valid_to: date | None
    source: str


def read_draft(kind: Kind, raw: Mapping[str, Any]) -> Draft:
    """Read an entry from labelled values (a form or a row); raises ``ValueError`` naming every fault."""
    faults: list[str] = []

    def take(read: Any, *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except ValueError as fault:
            faults.append(str(fault))
            return None

    key, name = (str(raw.get(label) or "").strip() for label in (kind.key, kind.name))
    faults += [f"“{label}”必须填写" for label, text in ((kind.key, key), (kind.name, name)) if not text]
    faults += [
        f"“{label}”过长"
        for label, text, most in ((kind.key, key, 128), (kind.name, name, 256))
        if len(text) > most
    ]
    data = {column.name: take(read_value, column, raw.get(column.label)) for column in kind.columns}
    start = take(read_date, raw.get(FROM) or "", FROM)
    end = take(read_date, raw[TO], TO) if raw.get(TO) else None
    if start and end and end < start:
        faults.append(f"“{TO}”早于“{FROM}”")
    if faults:
        raise ValueError("；".join(faults))
    return Draft(key, name, data, start, end, str(raw.get(SOURCE) or "").strip()[:512])


def save_entry(
    session: Session,
    *,
    office_id: str,
    kind: Kind,
    draft: Draft,
    by: User,
    entry: RegisterEntry | None = None,
) -> RegisterEntry:
    """Store an entry: correct ``entry``, or add one and close the open entry of the same key the day before."""
    twin = _same_start(session, office_id, kind, draft)
    if entry is None:
        entry = twin or RegisterEntry(
            office_id=office_id, kind=kind.code, key="", name="", valid_from=draft.valid_from
        )
        _close_earlier(session, office_id, kind, draft)
    elif twin is not None and twin.id != entry.id:
        raise errors.Refused(
            f"{kind.label}中“{draft.key}”自 {draft.valid_from} 起已有一条记录。",
            "请修改那一条，或换一个生效日期。",
        )
    entry.key, entry.name, entry.data = draft.key, draft.name, draft.data
    entry.valid_from, entry.valid_to, entry.source = draft.valid_from, draft.valid_to, draft.source
    entry.changed_by = by.id
    session.add(entry)
    session.flush()
    _record(session, by, kind, office_id, f"登记{kind.label}：{draft.key} {draft.name}", entry.id)
    return entry


def end_entry(session: Session, *, entry: RegisterEntry, kind: Kind, on: date, by: User) -> None:
    """Let an entry end: ``on`` is its last day. Entries are never deleted, past files need them."""
    if on < entry.valid_from:
        raise errors.Refused("截止日期早于生效日期，没有保存。", f"请填写 {entry.valid_from} 或以后的日期。")
    entry.valid_to, entry.changed_by = on, by.id
    session.add(entry)
    _record(
        session, by, kind, entry.office_id, f"{kind.label}：{entry.key} {entry.name} 有效期至 {on}", entry.id
    )


def import_rows(
    session: Session, *, office_id: str, kind: Kind, rows: Sequence[tuple[int, Mapping[str, Any]]], by: User
) -> int:
    """Store all rows or none; a fault is reported with its row number. Returns how many were stored."""
    drafts, faults, seen = [], [], dict[tuple[str, Any], int]()
    for number, raw in rows:
        try:
            draft = read_draft(kind, raw)
        except ValueError as fault:
            faults.append(f"第 {number} 行：{fault}")
            continue
        before = seen.setdefault((draft.key, draft.valid_from), number)
        if before != number:
            faults.append(f"第 {number} 行：与第 {before} 行的{kind.key}和生效日期相同")
        drafts.append(draft)
    if faults:
        more = f"（另有 {len(faults) - 20} 处）" if len(faults) > 20 else ""
        raise errors.Refused(
            f"表格有 {len(faults)} 处错误，没有导入任何一行。{'。'.join(faults[:20])}{more}。",
            "请改正后重新导入。",
        )
    for draft in sorted(drafts, key=lambda item: item.valid_from):
        save_entry(session, office_id=office_id, kind=kind, draft=draft, by=by)
    return len(drafts)


def entries_of(office_ids: Sequence[str], kind: str, *, on: date | None = None, words: str = "") -> Any:
    """The query of a register's entries: of some offices, valid on a day, with ``words`` in key or name."""
    query = select(RegisterEntry).where(
        col(RegisterEntry.office_id).in_(office_ids), RegisterEntry.kind == kind
    )
    if on is not None:
        open_end = or_(col(RegisterEntry.valid_to).is_(None), col(RegisterEntry.valid_to) >= on)
        query = query.where(col(RegisterEntry.valid_from) <= on, open_end)
    if words:
        both = [
            col(part).contains(words, autoescape=True) for part in (RegisterEntry.name, RegisterEntry.key)
        ]
        query = query.where(or_(*both))
    return query


def lineage(session: Session, office_id: str) -> list[str]:
    """An office and those above it: a province's benchmark or document holds for its cities too."""
    office = session.get(Office, office_id)
    return [part for part in office.path.split("/") if part][::-1] if office else []


def _same_start(session: Session, office_id: str, kind: Kind, draft: Draft) -> RegisterEntry | None:
    query = entries_of([office_id], kind.code).where(
        RegisterEntry.key == draft.key, RegisterEntry.valid_from == draft.valid_from
    )
    found: RegisterEntry | None = session.exec(query).first()
    return found


def _close_earlier(session: Session, office_id: str, kind: Kind, draft: Draft) -> None:
    query = entries_of([office_id], kind.code).where(
        RegisterEntry.key == draft.key, col(RegisterEntry.valid_from) < draft.valid_from
    )
    for earlier in session.exec(query):
        if earlier.valid_to is None or earlier.valid_to >= draft.valid_from:
            earlier.valid_to = draft.valid_from - timedelta(days=1)
            session.add(earlier)


def _record(session: Session, by: User, kind: Kind, office_id: str, text: str, entry_id: str) -> None:
    audit.record(
        session,
        actor=by,
        action=f"register.{kind.code}",
        target=f"register:{entry_id}",
        office_id=office_id,
        text=text,
    )
