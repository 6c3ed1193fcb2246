"""Recordings on file against the list of recordings."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from casefiles.extract.dates import find_dates
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import Flat, Place
from casefiles.extract.read_records import record_time


def read_recordings(docs: Sequence[Doc], services: Sequence[Reading]) -> Iterator[Reading]:
    """The recordings on file and the rows of their list, each looked for among the files."""
    media = [doc for doc in docs if doc.kind == "recording"]
    lists = [doc for doc in docs if doc.kind == "recording_list"]
    steps: dict[str, str] = {}
    for listing in lists:
        steps |= {_file_key(row["文件名"].text): row["环节"].text for row in _listed(listing)}
        yield from _read_list(listing, media, docs, services)
    for doc in media:
        name = doc.piece.file
        row: dict[str, Any] = {"file": name, "step": steps.get(_file_key(name)) or doc.piece.title}
        for key in ("started_at", "seconds"):
            value = doc.piece.properties.get(key)
            if value is not None:
                row[key] = round(float(str(value))) if key == "seconds" else str(value)[:19]
        row["sha256"] = doc.piece.sha256
        yield Reading(
            "recordings", row, Place(name, None, None, None, name.rsplit("/", 1)[-1], 1.0), "recording"
        )


def _listed(listing: Doc) -> list[dict[str, Flat]]:
    rows = []
    for grid in listing.grids:
        for row in grid.rows:
            cells = {_recording_column(label): cell for label, cell in row.items()}
            if "环节" in cells or "文件名" in cells:
                empty = Flat.of(listing.piece.file, [])
                rows.append({"环节": empty, "文件名": empty, **cells})
    return rows


def _recording_column(label: str) -> str:
    for key, words in (
        ("文件名", "文件"),
        ("环节", "环节|事项|内容|阶段"),
        ("开始时间", "开始|录制时间|时间"),
        ("时长", "时长|长度"),
        ("校验值", "校验|摘要|哈希|MD5|SHA"),
    ):
        if re.search(words, label):
            return key
    return label


def _file_key(name: str) -> str:
    return re.sub(r"\s", "", name.replace("\\", "/").rsplit("/", 1)[-1]).rsplit(".", 1)[0].lower()


def seconds_of(text: str) -> int | None:
    """A length such as 68分00秒, 1小时2分, 01:08:00."""
    clock = re.search(r"(?:([0-9]+):)?([0-9]{1,2}):([0-9]{2})", text)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    parts = re.search(r"(?:([0-9]+)(?:小时|时))?(?:([0-9]+)分钟?)?(?:([0-9]+)秒)?", text)
    if not parts or not any(parts.groups()):
        return None
    return sum(int(part or 0) * unit for part, unit in zip(parts.groups(), (3600, 60, 1), strict=True))


def _read_list(
    listing: Doc, media: Sequence[Doc], docs: Sequence[Doc], services: Sequence[Reading]
) -> Iterator[Reading]:
    absent, steps = [], []
    by_name = {_file_key(doc.piece.file): doc for doc in media}
    for number, row in enumerate(_listed(listing), 1):
        step = row["环节"].text.replace("\n", "")
        steps.append(step)
        file = by_name.get(_file_key(row["文件名"].text))
        entry: dict[str, Any] = {
            "n": number,
            "step": step,
            "file": row["文件名"].text.replace("\n", ""),
            "present": file is not None,
        }
        found = find_dates(row["开始时间"].text) if "开始时间" in row else []
        if found and found[0].when:
            entry["started_at"] = found[0].when.isoformat()
        length = seconds_of(row["时长"].text) if "时长" in row else None
        if length is not None:
            entry["seconds"] = length
        if file is None:
            absent.append(step)
        else:
            seconds = file.piece.properties.get("seconds")
            entry["readable"] = seconds is not None
            entry["altered"] = _altered(row, file)
            started = file.piece.properties.get("started_at")
            start = (
                datetime.fromisoformat(str(started)[:19]) if started else (found[0].when if found else None)
            )
            inside = _in_step(step, start, int(float(str(seconds or length or 0))), docs, services)
            if inside is not None:
                entry["in_step"] = inside
        yield listing.read("recordings_listed", entry, row["环节"] or row["文件名"])
    if steps:
        yield listing.read("recordings_listed_but_absent", absent, listing.title)
    told = listing.flat.search("(?:应当|需要|须)[^。]{0,6}音像记录的(?:环节|事项)(?:为|有|包括)：?([^。]+)")
    if told and steps:
        wanted = [part for part in re.split("[、，；]", told.group(1).replace("\n", "")) if part]
        complete = all(any(part in step or step in part for step in steps) for part in wanted)
        yield listing.read("recording_steps_required", complete, told.flat(), 0.95)
    kept = listing.flat.search("保存期限|保管期限|存储期限")
    yield listing.read("recording_retention_stated", bool(kept), kept.flat() if kept else listing.title)


def _altered(row: dict[str, Flat], file: Doc) -> bool:
    told = re.sub(r"[^0-9a-f]", "", row["校验值"].text.lower()) if "校验值" in row else ""
    return len(told) == 64 and told != file.piece.sha256


def _in_step(
    step: str, start: datetime | None, seconds: int, docs: Sequence[Doc], services: Sequence[Reading]
) -> bool | None:
    """Whether the recording runs within half an hour of the step that it is listed under."""
    if start is None:
        return None
    end = start + timedelta(seconds=seconds)
    if "送达" in step:
        days = [reading for reading in services if _names_paper(step, reading.value.get("document", ""))]
        dates = {reading.value.get("served_on") for reading in days} - {None}
        return start.date().isoformat() in dates if dates else None
    kinds = [
        kind
        for kind, words in (
            ("recheck_record", "复查"),
            ("hearing_record", "听证"),
            ("interview_record", "询问"),
            ("panel_discussion", "讨论"),
            ("inspection_record", "检查|勘验|亮证|现场|进场"),
            ("scene_record", "查封|扣押|强制"),
        )
        if re.search(words, step)
    ]
    spans = [record_time(doc)[0] for doc in docs if kinds and doc.kind == kinds[0]]
    known = [span for span in spans if span]
    if not known:
        return None
    slack = timedelta(minutes=30)
    for first, last in known:
        if not first.when or not last or not last.when:
            if first.day == start.date():
                return True
        elif start <= last.when + slack and end >= first.when - slack:
            return True
    return False


def _names_paper(step: str, kind: str) -> bool:
    words = {
        "prior_notice": "告知书",
        "decision": "决定书",
        "correction_order": "责令|改正",
        "hearing_notice": "听证通知",
        "inspection_notice": "检查通知",
        "inspection_result": "结果告知",
        "demand_notice": "催告",
        "licence_decision": "许可",
    }
    return bool(kind in words and re.search(words[kind], step))
