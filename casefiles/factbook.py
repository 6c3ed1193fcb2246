"""The facts of a case file as an append-only book: what the machine read, what people said of it.

The latest word of a person counts; taken back (withdrawn), the machine's reading counts again. Nothing is
ever overwritten, so every value can be traced to its page or to who entered it and when.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from accounts import User
from casefiles.history import note
from casefiles.models import CaseFile, FactEntry
from casefiles.uploads import require_editable
from foundation import audit, clock, errors
from scoring_rules import PLACE, Fact, FactError, FactSpec, decode, encode, vocabulary

STATES = {
    "recorded": "已登记",
    "confirmed_absent": "查明没有",
    "unrecorded": "未登记",
    "not_yet": "程序未到",
}
ORIGINS = {"machine": "机器识别", "confirmed": "已核对", "corrected": "已更正", "withdrawn": "撤回更正"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as it stands: the entry that counts, the machine's latest, and the whole story (newest first)."""

    spec: FactSpec
    now: FactEntry
    machine: FactEntry | None = None
    story: tuple[FactEntry, ...] = field(default=())

    @property
    def checked(self) -> bool:
        """Whether a person has confirmed or corrected it."""
        return self.now.origin in ("confirmed", "corrected")

    @property
    def conflict(self) -> bool:
        """Documents differ and nobody has decided yet."""
        return bool(self.now.alternatives) and not self.checked


def book(session: Session, case_id: str) -> dict[str, Entry]:
    """All facts of a case file that the vocabulary still knows, by name, in one query."""
    stories: dict[str, list[FactEntry]] = defaultdict(list)
    query = select(FactEntry).where(FactEntry.case_id == case_id).order_by(col(FactEntry.id).desc())
    for entry in session.exec(query):
        stories[entry.name].append(entry)
    specs = vocabulary()
    return {name: _standing(specs[name], story) for name, story in sorted(stories.items()) if name in specs}


def _standing(spec: FactSpec, story: list[FactEntry]) -> Entry:
    machine = next((entry for entry in story if entry.origin == "machine"), None)
    spoken = next((entry for entry in story if entry.origin != "machine"), None)
    counted = spoken if spoken is not None and spoken.origin != "withdrawn" else machine
    return Entry(spec, counted or story[0], machine, tuple(story))


def facts(entries: Mapping[str, Entry]) -> dict[str, Fact]:
    """The facts in computing form for grading; an entry whose value no longer fits its type is unrecorded."""
    found: dict[str, Fact] = {}
    for name, entry in entries.items():
        fact = as_fact(entry.spec, entry.now)
        if fact is not None:
            found[name] = fact
    return found


def as_fact(spec: FactSpec, entry: FactEntry) -> Fact | None:
    """One entry as a fact of the rules; ``None`` when its value does not decode."""
    try:
        value = decode(spec, _placed_rows(spec, entry.value))
        others = tuple(_alternative(spec, item) for item in entry.alternatives)
    except FactError:
        return None
    return Fact(
        value=value,
        state=entry.state,
        document=entry.document_kind,
        file=entry.file,
        page=entry.page,
        box=_box(entry.box),
        at=entry.at,
        quote=entry.quote,
        confidence=entry.confidence,
        alternatives=() if entry.origin in ("confirmed", "corrected") else others,
    )


def _box(box: list[float] | None) -> tuple[float, float, float, float] | None:
    return (box[0], box[1], box[2], box[3]) if box and len(box) == 4 else None


def _alternative(spec: FactSpec, item: Mapping[str, Any]) -> Fact:
    return Fact(
        value=decode(spec, item.get("value")),
        document=item.get("document"),
        file=item.get("file"),
        page=item.get("page"),
        box=_box(item.get("box")),
        at=item.get("at"),
        quote=item.get("quote"),
        confidence=item.get("confidence"),
    )


def _placed_rows(spec: FactSpec, value: Any) -> Any:
    """Rows with their stored places as facts, so that findings can point at the row."""
    if spec.type != "rows" or not isinstance(value, list):
        return value
    return [{**row, PLACE: _place_of(row[PLACE])} if row.get(PLACE) else row for row in value]


def _place_of(stored: Mapping[str, Any]) -> Fact:
    return Fact(**{**stored, "box": _box(stored.get("box"))})


def place_json(spec: FactSpec, fact: Fact) -> dict[str, Any]:
    """A reading with its place, in the contract's form; rows keep the places of their own."""
    value = encode(spec, fact.value)
    if spec.type == "rows" and isinstance(value, list):
        for row, told in zip(fact.value, value, strict=True):
            if isinstance(row.get(PLACE), Fact):
                told[PLACE] = _where(row[PLACE])
    return {"value": value, **_where(fact), "confidence": fact.confidence}


def _where(fact: Fact) -> dict[str, Any]:
    return {
        "document": fact.document,
        "file": fact.file,
        "page": fact.page,
        "box": list(fact.box) if fact.box else None,
        "at": fact.at,
        "quote": fact.quote,
    }


def record_machine(session: Session, case: CaseFile, read: Mapping[str, Fact]) -> int:
    """Enter what a reading found; only what differs from the machine's last word is written. Count of entries."""
    before = book(session, case.id)
    specs, written = vocabulary(), 0
    for name in sorted({*read, *before}):
        if name not in specs:
            continue
        last = before[name].machine if name in before else None
        entry = _machine_entry(case.id, specs[name], read.get(name))
        if entry is None and (last is None or last.state == "unrecorded"):
            continue
        entry = entry or FactEntry(case_id=case.id, name=name, state="unrecorded")
        if last is None or _content(last) != _content(entry):
            session.add(entry)
            written += 1
    session.flush()
    return written


def _machine_entry(case_id: str, spec: FactSpec, fact: Fact | None) -> FactEntry | None:
    if fact is None or fact.state == "unrecorded":
        return None
    place = place_json(spec, fact)
    return FactEntry(
        case_id=case_id,
        name=spec.name,
        value=place["value"],
        state=fact.state,
        document_kind=fact.document,
        file=fact.file,
        page=fact.page,
        box=place["box"],
        at=(fact.at or "")[:100] or None,
        quote=(fact.quote or "")[:2000] or None,
        confidence=fact.confidence,
        alternatives=[place_json(spec, other) for other in fact.alternatives],
    )


def _content(entry: FactEntry) -> tuple[Any, ...]:
    place = (entry.document_kind, entry.file, entry.page, entry.box, entry.at, entry.quote)
    return (entry.value, entry.state, *place, entry.alternatives)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a fact: ``value`` in interchange form, its state, place and reason."""

    value: Any = None
    state: str = "recorded"
    place: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""


def speak(
    session: Session, *, case: CaseFile, name: str, origin: str, by: User, seen: str | None, word: Word
) -> FactEntry:
    """A person's word on a fact: confirmed, corrected or withdrawn.

    ``seen`` is the entry that stood on the person's screen; when another one counts by now, ``Conflict``
    tells whose it is and nothing is written. A value of the wrong type is refused in words.
    """
    require_editable(case)
    spec = vocabulary().get(name)
    if spec is None:
        raise errors.AnhengError("没有这一事实项。", "请刷新页面后重试。")
    entry = book(session, case.id).get(name)
    _require_same(session, spec, entry, seen)
    now = entry.now if entry else None
    if origin == "withdrawn" and entry is not None:
        now = entry.machine or now
    fresh = _corrected(spec, word) if origin == "corrected" else _repeated(spec, now)
    fresh.case_id, fresh.origin, fresh.by, fresh.note = case.id, origin, by.id, word.remark[:1000]
    fresh.replaces = now.id if now else None
    fresh.alternatives = list(now.alternatives) if now else []
    session.add(fresh)
    _tell(session, case, spec, fresh, by)
    return fresh


def _tell(session: Session, case: CaseFile, spec: FactSpec, fresh: FactEntry, by: User) -> None:
    text = f"{ORIGINS[fresh.origin]}“{spec.label}”"
    note(session, case, f"fact.{fresh.origin}", text, by)
    audit.record(
        session,
        actor=by,
        action=f"case.fact.{fresh.origin}",
        target=f"case:{case.id}",
        office_id=case.office_id,
        text=text,
        data={"fact": spec.name, "entry": fresh.id, "replaces": fresh.replaces},
    )
    session.flush()


def _require_same(session: Session, spec: FactSpec, entry: Entry | None, seen: str | None) -> None:
    latest = entry.story[0] if entry else None
    if latest is None or latest.id == seen or entry is None or entry.now.id == seen:
        return
    who = session.get(User, latest.by).name if latest.by else "系统识别"  # type: ignore[union-attr]
    raise errors.Conflict(
        f"“{spec.label}”刚刚由 {who} 于 {clock.local(latest.created_at):%H:%M} 更新，您的改动没有保存。",
        "页面将显示最新内容，请对照后再决定是否更正。",
    )


def _corrected(spec: FactSpec, word: Word) -> FactEntry:
    place = word.place
    return FactEntry(
        case_id="",
        name=spec.name,
        value=_checked(spec, word.value) if word.state == "recorded" else None,
        state=word.state,
        document_kind=place.get("document"),
        file=place.get("file"),
        page=place.get("page"),
        box=place.get("box"),
        at=place.get("at"),
        quote=place.get("quote"),
    )


def _repeated(spec: FactSpec, now: FactEntry | None) -> FactEntry:
    """What stands, said again by a person."""
    if now is None:
        raise errors.AnhengError(f"“{spec.label}”还没有内容可以确认。", "请直接填写正确的值。")
    kept = ("value", "state", "document_kind", "file", "page", "box", "at", "quote")
    return FactEntry(case_id="", name=spec.name, **{key: getattr(now, key) for key in kept})


def _checked(spec: FactSpec, value: Any) -> Any:
    """The value in interchange form after a round through its type; a bad one is refused in words."""
    if value is None:
        raise errors.AnhengError(f"“{spec.label}”没有填写。", "请填写值，或选择“查明没有”“程序未到”。")
    try:
        return encode(spec, decode(spec, value))
    except FactError as error:
        hint = {
            "date": "日期请写成 2023-05-12。",
            "money": "金额请写数字，单位元，最多两位小数。",
            "int": "请写整数。",
        }
        raise errors.AnhengError(
            f"“{spec.label}”的值不符合要求。", hint.get(spec.type, "请按提示重新填写。")
        ) from error
