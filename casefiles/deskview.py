"""What the desk shows: documents with their pages, facts with their places, in the form templates print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from casefiles.factbook import ORIGINS, STATES, Entry
from casefiles.layout import expand
from casefiles.masking import mask, mask_person
from casefiles.models import Document, FactEntry, StoredFile
from casefiles.pages import turn_box
from foundation import clock
from scoring_rules import DOCUMENT_KINDS, PLACE, FactSpec, vocabulary

GROUPS = (
    ("当事人与机关", ("authority", "party", "case_title", "case_kind", "procedure")),
    ("文号", ("_number",)),
    ("日期与期限", ("_on", "_until", "_days", "_months", "extended_to")),
    ("金额与面积", ("fine", "surcharge", "fee", "cost", "area", "income", "rate")),
    ("人员与笔录", ("officers", "records", "reviewer", "host", "attendees")),
    ("法律依据与内容", ("cited", "kinds", "orders", "notice_states", "decision_states", "legal_review")),
)
LOW = 0.9


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, as data attributes of a button; ``words`` is what people read."""

    file: str = ""
    name: str = ""
    page: int = 0
    box: str = ""
    at: str = ""
    quote: str = ""
    turn: int = 0
    remark: str = ""
    """What is amiss with the page."""

    @property
    def words(self) -> str:
        """“07 决定书.docx 第 2 页” or with the paragraph or cell."""
        base = self.name.rsplit("/", 1)[-1]
        return f"{base}　第 {self.page} 页" if self.page else f"{base}　{self.at}".strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as a line of the desk."""

    name: str
    label: str
    spec: FactSpec
    shown: str
    state: str
    state_label: str
    origin_label: str
    entry: str
    checked: bool
    doubtful: bool
    value: str
    options: str
    place: Place
    confidence: int | None = None
    others: tuple[tuple[str, str, Place], ...] = ()
    places: tuple[tuple[str, Place], ...] = ()
    story: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """What is amiss with pages of a file (turned, blank, out of order, in twice), what to do, and the pages."""

    name: str
    what: str
    remedy: str
    places: tuple[Place, ...]


def remarks(files: Mapping[str, StoredFile]) -> list[Remark]:
    """Everything to be said of the pages of these files, which come by id."""
    named = {stored.name: stored for stored in files.values()}
    return [
        Remark(
            stored.name,
            told["what"],
            told["remedy"],
            tuple(_thumb(named[name], page) for name, page in told["places"] if name in named),
        )
        for stored in files.values()
        for told in stored.remarks
    ]


@dataclass(slots=True)
class Sheet:
    """A document with its pages as thumbnails."""

    document: Document
    kind_label: str
    pages: list[Place] = field(default_factory=list)
    doubtful: bool = False


def sheets(documents: Sequence[Document], files: Mapping[str, StoredFile]) -> list[Sheet]:
    """The documents in order with their pages, each page with what is amiss with it."""
    amiss = {(place.file, place.page): told.what for told in remarks(files) for place in told.places}
    return [
        Sheet(
            document,
            DOCUMENT_KINDS.get(document.kind, document.kind),
            [
                replace(thumb, remark=amiss.get((thumb.file, thumb.page), ""))
                for name, page in expand(document.parts)
                if name in files and (thumb := _thumb(files[name], page))
            ],
            doubtful=(document.confidence or 0) < LOW and document.by is None,
        )
        for document in documents
    ]


def _thumb(stored: StoredFile, page: int) -> Place:
    shown = page if page > 0 else 0
    return Place(stored.id, stored.name, shown, turn=int(stored.rotations.get(str(page), 0)))


def rows(
    entries: Mapping[str, Entry],
    files: Mapping[str, StoredFile],
    people: Mapping[str, str],
    *,
    masked: bool = False,
) -> dict[str, list[Row]]:
    """The facts by group, undecided conflicts and doubtful readings first in each; ``masked`` for readers of
    other offices."""
    grouped: dict[str, list[Row]] = {name: [] for name in (*(label for label, _ in GROUPS), "其他")}
    for name, entry in entries.items():
        if entry.now.state != "unrecorded" or entry.checked:
            row = _row(entry, files, people)
            grouped[_group(name)].append(hidden(row, entries) if masked else row)
    for lines in grouped.values():
        lines.sort(key=lambda row: (row.checked, not (row.others or row.doubtful)))
    return {name: lines for name, lines in grouped.items() if lines}


def addable(entries: Mapping[str, Entry], case_kind: str) -> list[tuple[FactSpec, str]]:
    """Facts of the vocabulary nobody has entered yet, with their editor's options."""
    taken = {name for name, entry in entries.items() if entry.now.state != "unrecorded" or entry.checked}
    return [(spec, options(spec)) for name, spec in vocabulary().items() if name not in taken]


def _group(name: str) -> str:
    for label, marks in GROUPS:
        if any(name.startswith(mark) or name.endswith(mark) for mark in marks):
            return label
    return "其他"


def _row(entry: Entry, files: Mapping[str, StoredFile], people: Mapping[str, str]) -> Row:
    spec, now = entry.spec, entry.now
    sure = now.confidence
    return Row(
        name=spec.name,
        label=spec.label,
        spec=spec,
        shown=show(spec, now.value) if now.state == "recorded" else STATES[now.state],
        state=now.state,
        state_label=STATES[now.state],
        origin_label=ORIGINS[now.origin],
        entry=now.id,
        checked=entry.checked,
        doubtful=sure is not None and sure < LOW and not entry.checked,
        value=json.dumps(now.value, ensure_ascii=False),
        options=options(spec),
        place=place(now, files),
        confidence=round(sure * 100) if sure is not None else None,
        others=() if entry.checked else tuple(_other(spec, item, files) for item in now.alternatives),
        places=_row_places(spec, now, files),
        story=tuple(_told(spec, item, people) for item in entry.story) if len(entry.story) > 1 else (),
    )


def hidden(row: Row, entries: Mapping[str, Entry]) -> Row:
    """A line without personal data: numbers struck out, a natural person's name shortened, nothing to edit."""
    person = "party_kind" in entries and entries["party_kind"].now.value == "individual"
    named = person and row.name == "party_name"
    shown = mask_person(row.shown, "individual") if named else mask(row.shown)
    return replace(
        row,
        shown=shown,
        value="null",
        place=replace(row.place, quote=shown if named else mask(row.place.quote)),
        others=() if named else tuple((mask(words), "{}", place) for words, _, place in row.others),
        places=tuple((mask(words), replace(place, quote=mask(place.quote))) for words, place in row.places),
        story=(),
    )


def _other(
    spec: FactSpec, item: Mapping[str, Any], files: Mapping[str, StoredFile]
) -> tuple[str, str, Place]:
    body = {
        "value": item.get("value"),
        "state": "recorded",
        "place": {k: v for k, v in item.items() if k != "value"},
    }
    return show(spec, item.get("value")), json.dumps(body, ensure_ascii=False), place_of(item, files)


def _row_places(
    spec: FactSpec, now: FactEntry, files: Mapping[str, StoredFile]
) -> tuple[tuple[str, Place], ...]:
    if spec.type != "rows" or not isinstance(now.value, list):
        return ()
    return tuple(
        (show_row(spec, row), place_of(row.get(PLACE) or {}, files))
        for row in now.value
        if isinstance(row, dict)
    )


def _told(spec: FactSpec, item: FactEntry, people: Mapping[str, str]) -> str:
    who = people.get(item.by or "", "") or "系统"
    what = show(spec, item.value) if item.state == "recorded" else STATES[item.state]
    remark = f"（{item.note}）" if item.note else ""
    return f"{clock.local(item.created_at):%Y-%m-%d %H:%M}　{who}　{ORIGINS[item.origin]}：{what}{remark}"


def place(entry: FactEntry, files: Mapping[str, StoredFile]) -> Place:
    """Where an entry's words stand."""
    told = {"file": entry.file, "page": entry.page, "box": entry.box, "at": entry.at, "quote": entry.quote}
    return place_of(told, files)


def place_of(told: Mapping[str, Any], files: Mapping[str, StoredFile]) -> Place:
    """A place in contract form as data attributes; empty when its file is not in the case file any more."""
    stored = files.get(str(told.get("file") or ""))
    if stored is None:
        return Place(quote=str(told.get("quote") or ""))
    shown = int(told.get("page") or 0) if stored.media in ("pdf", "image") else 0
    turn = int(stored.rotations.get(str(shown), 0)) if shown else 0
    box = turn_box(told.get("box"), turn) if shown else None
    return Place(
        stored.id,
        stored.name,
        shown,
        json.dumps(box) if box else "",
        str(told.get("at") or ""),
        str(told.get("quote") or ""),
        turn,
    )


def options(spec: FactSpec) -> str:
    """What the editor needs to know of the type, as JSON: labels of codes, or the fields of rows."""
    if spec.type == "rows":
        told = {
            name: {"label": item.label, "type": item.type, "options": dict(item.values)}
            for name, item in spec.fields.items()
        }
        return json.dumps(told, ensure_ascii=False)
    return json.dumps(dict(spec.values), ensure_ascii=False)


def show(spec: FactSpec, value: Any) -> str:
    """An interchange value in words."""
    if value is None:
        return "—"
    if spec.type == "bool":
        return "是" if value else "否"
    if spec.type == "enum":
        return str(spec.values.get(str(value), value))
    if spec.type == "set" and isinstance(value, list):
        return "、".join(str(spec.values.get(item, item)) for item in value) or "无"
    if spec.type == "rows":
        return f"{len(value)} 项" if isinstance(value, list | dict) else str(value)
    if spec.type == "money":
        return f"{float(value):,.2f} 元"
    return f"{value} {spec.unit}".strip()


def show_row(spec: FactSpec, row: Mapping[str, Any]) -> str:
    """One row of a rows fact in one line: its columns with their labels."""
    cells = [
        f"{spec.fields[name].label} {_cell(spec.fields[name], value)}"
        for name, value in row.items()
        if name in spec.fields and name != "sha256" and value not in (None, "", [])
    ]
    return "；".join(cells)


def _cell(spec: FactSpec, value: Any) -> str:
    if spec.name.endswith((".kind", ".document", ".step")):
        kind, _, number = str(value).partition("#")
        return DOCUMENT_KINDS.get(kind, kind) + (f"（第 {number} 份）" if number else "")
    return show(spec, value)
