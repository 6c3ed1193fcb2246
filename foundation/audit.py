"""The audit chain: who did what, when, to which object, unchangeable without trace.

Each office has its own chain. An entry's digest covers the entry and the digest before it, so an edit,
deletion, insertion, swap or truncation is found by ``verify``. 国密 SM3 is used where OpenSSL offers it,
SHA-256 elsewhere; the name of the algorithm is stored beside each digest.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from foundation.clock import now
from foundation.db import insert_if_absent, json_field
from foundation.ids import new_id

ALGORITHM = "sm3" if "sm3" in hashlib.algorithms_available else "sha256"
SYSTEM_CHAIN = "system"
START = "0" * 64


class Actor(Protocol):
    """Whoever acts: a user, or the system with a name of its own."""

    id: Any
    name: Any


class AuditEntry(SQLModel, table=True):
    """One act in the chain of one office; never updated, never deleted within 180 days."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=26)
    chain: str = Field(max_length=26, index=True)
    seq: int
    at: datetime
    actor_id: str = Field(default="", max_length=26, index=True)
    actor_name: str = ""
    action: str = Field(max_length=64, index=True)
    target: str = Field(default="", max_length=128, index=True)
    text: str = ""
    data: dict[str, Any] = json_field(default_factory=dict)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    algorithm: str = Field(default=ALGORITHM, max_length=16)


class AuditHead(SQLModel, table=True):
    """Where an office's chain ends: the row that is locked while an entry is added."""

    __tablename__ = "audit_head"

    chain: str = Field(primary_key=True, max_length=26)
    seq: int = 0
    digest: str = Field(default=START, max_length=64)


def record(
    session: Session,
    *,
    actor: Actor | None,
    action: str,
    target: str,
    office_id: str | None,
    text: str,
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one act to the chain of ``office_id`` (the system's own chain when ``None``).

    ``action`` is a dotted name (``case.submit``), ``target`` the object as ``kind:id``, ``text`` the Chinese
    sentence for the reader, ``data`` what changed. No password, no identity number belongs in any of them.
    """
    chain = office_id or SYSTEM_CHAIN
    head = _locked_head(session, chain)
    entry = AuditEntry(
        chain=chain,
        seq=head.seq + 1,
        at=now(),
        actor_id=str(actor.id) if actor else "",
        actor_name=str(actor.name) if actor else "系统",
        action=action,
        target=target,
        text=text,
        data=data or {},
        previous=head.digest,
        digest="",
    )
    entry.digest = digest_of(entry)
    head.seq, head.digest = entry.seq, entry.digest
    session.add(entry)
    session.add(head)
    session.flush()
    return entry


def digest_of(entry: AuditEntry) -> str:
    """The digest an entry must carry: over its content and the digest before it, hexadecimal."""
    content = [
        entry.chain,
        entry.seq,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.target,
        entry.text,
        entry.data,
        entry.previous,
    ]
    packed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new(entry.algorithm, packed.encode()).hexdigest()


def verify(session: Session, chain: str | None = None) -> dict[str, Any]:
    """Walk the chains: ``{"entries": n, "ok": bool, "first_bad": None | {chain, seq, why}}``."""
    heads = select(AuditHead).order_by(col(AuditHead.chain))
    entries = select(AuditEntry.chain).distinct()
    ends = {head.chain: head for head in session.exec(heads)}
    names = sorted({*ends, *session.exec(entries)}) if chain is None else [chain]
    total, first_bad = 0, None
    for name in names:
        count, bad = _verify_chain(session, name, ends.get(name))
        total += count
        first_bad = first_bad or bad
    return {"entries": total, "ok": first_bad is None, "first_bad": first_bad}


def _verify_chain(session: Session, chain: str, head: AuditHead | None) -> tuple[int, dict[str, Any] | None]:
    seq, previous, bad = 0, START, None
    query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(col(AuditEntry.seq))
    for entry in session.exec(query.execution_options(yield_per=1000)):
        seq += 1
        why = _fault(entry, seq, previous)
        if why and bad is None:
            bad = {"chain": chain, "seq": entry.seq, "why": why}
        previous = entry.digest
        session.expunge(entry)
    if bad is None and (head is None or head.seq != seq or head.digest != previous):
        bad = {"chain": chain, "seq": seq + 1, "why": "末尾记录缺失，或链尾与记录不符"}
    return seq, bad


def _fault(entry: AuditEntry, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return "序号不连续，有记录被删除、插入或调换"
    if entry.previous != previous:
        return "与前一条记录的摘要不衔接"
    if digest_of(entry) != entry.digest:
        return "内容与摘要不符，记录被改动"
    return ""


def _locked_head(session: Session, chain: str) -> AuditHead:
    query = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    head = session.exec(query.execution_options(populate_existing=True)).first()
    if head is None:
        insert_if_absent(session, AuditHead, {"chain": chain, "seq": 0, "digest": START})
        head = session.exec(query).one()
    return head
