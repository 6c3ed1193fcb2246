"""Facts that a phrase of one kind of paper shows, read off the table ``phrases.yaml``."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from casefiles.extract.dates import find_dates
from casefiles.extract.doc import Doc, Reading, last_date
from casefiles.extract.flat import Flat, Found
from casefiles.extract.numbers import find_money, parse_number
from casefiles.extract.people import signatures
from casefiles.extract.read_common import doc_number
from casefiles.extract.read_records import record_time
from casefiles.extract.read_review import head_approval
from scoring_rules import load_plain

Entry = Mapping[str, Any]


@cache
def _table() -> dict[str, list[Entry]]:
    """The entries by kind of document, dates written out in the words."""
    data = load_plain(Path(__file__).with_name("phrases.yaml"))
    by_kind: dict[str, list[Entry]] = {}
    for raw in data["phrases"]:
        entry = {
            key: value.replace("DATE", data["DATE"]) if isinstance(value, str) else value
            for key, value in raw.items()
        }
        for kind in entry["kinds"]:
            by_kind.setdefault(kind, []).append(entry)
    return by_kind


def read_phrases(doc: Doc) -> Iterator[Reading]:
    """Every fact that the table expects of this kind of paper."""
    for entry in _table().get(doc.kind, ()):
        if "title" in entry and not re.search(entry["title"], doc.piece.title):
            continue
        yield from _read(doc, entry)
    if doc.kind == "disclosure_reply" and (number := doc_number(doc)):
        yield doc.read("reply_number", number.text, number)


def _read(doc: Doc, entry: Entry) -> Iterator[Reading]:
    fact = entry["fact"]
    if "shows" in entry or "denies" in entry:
        yield from _yes_or_no(doc, entry)
    elif "all" in entry:
        found = [doc.flat.search(words) for words in entry["all"]]
        whole = all(found) and (not entry.get("sealed") or bool(doc.seals))
        spot = next((one.flat() for one in found if one), doc.title)
        yield doc.read(fact, whole, spot, 0.85)
    elif "set" in entry:
        codes = sorted(code for code, words in entry["set"].items() if doc.flat.search(words))
        yield doc.read(fact, codes, doc.title, 0.85)
    elif "enum" in entry:
        yield from _enum(doc, entry)
    elif "signed" in entry:
        items = [item for item in doc.fields if re.search(entry["signed"], item.label) and item.signed]
        if items:
            yield doc.read(
                fact, any(signatures(item.value) for item in items), items[0].value or doc.title, 0.9
            )
    elif "head" in entry:
        yield from _head(doc, entry)
    elif "date" in entry:
        yield from _date(doc, entry)
    else:
        yield from _amount(doc, entry)


def _yes_or_no(doc: Doc, entry: Entry) -> Iterator[Reading]:
    no = doc.flat.search(entry["denies"]) if "denies" in entry else None
    yes = doc.flat.search(entry["shows"]) if "shows" in entry and no is None else None
    if no or yes:
        found = no or yes
        assert found is not None
        yield doc.read(entry["fact"], no is None, found.flat(), 0.93)
    elif entry.get("else") is False:
        yield doc.read(entry["fact"], False, doc.title, 0.88)


def _enum(doc: Doc, entry: Entry) -> Iterator[Reading]:
    for code, words in entry["enum"]:
        found = doc.flat.search(words)
        if found:
            yield doc.read(entry["fact"], code, found.flat(), 0.9)
            return
    if entry.get("else") == "absent":
        yield doc.read(entry["fact"], None, doc.title, 0.8, state="confirmed_absent")
    elif "else" in entry:
        yield doc.read(entry["fact"], entry["else"], doc.title, 0.8)


def _head(doc: Doc, entry: Entry) -> Iterator[Reading]:
    item = head_approval(doc)
    if item is None:
        return
    when = last_date(item)
    if entry["head"] == "bool":
        agreed = bool(re.search("同意|批准|准予", item.text)) and not re.search("不同意|不予", item.text)
        yield doc.read(
            entry["fact"], agreed and bool(when or item.value.hand()), item.value or doc.title, 0.9
        )
    elif when:
        yield doc.read(entry["fact"], when[0].day.isoformat(), when[1])


def _date(doc: Doc, entry: Entry) -> Iterator[Reading]:
    words = entry["date"]
    if words == "started":
        when, where = record_time(doc)
        if when and where and when[0].when:
            yield doc.read(entry["fact"], when[0].when.isoformat(), where)
        return
    found = doc.flat.search(words) if words != "closing" else None
    days = find_dates(found.group(1)) if found else []
    if found and days:
        yield doc.read(entry["fact"], days[0].day.isoformat(), found.flat(1), 0.93)
    elif doc.closing and (words == "closing" or entry.get("or") == "closing"):
        yield doc.read(entry["fact"], doc.closing[0].isoformat(), doc.closing[1], 0.95)


def _amount(doc: Doc, entry: Entry) -> Iterator[Reading]:
    kind = next(key for key in ("money", "int", "text") if key in entry)
    found = doc.flat.search(entry[kind])
    value = _value(kind, found) if found else None
    if found and value is not None:
        place: Flat = found.flat(1)
        yield doc.read(entry["fact"], value, place, 0.92)


def _value(kind: str, found: Found) -> Any:
    words = found.group(1)
    if kind == "text":
        return words
    if kind == "int":
        return parse_number(words)
    money = find_money(words)
    return f"{money[0].fen / 100:.2f}" if money else None
