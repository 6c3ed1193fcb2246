"""Recordings: length and start time as the container states them. Nothing is decoded."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from pymediainfo import MediaInfo

from .outcome import Parsed

_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_STAMP = re.compile(r"(UTC )?([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})")


def local_start(stamp: str | None, *, local: bool = False) -> str | None:
    """A container's time as local clock time, ISO 8601 without zone.

    Containers keep UTC; ``local`` is for tags that keep the recorder's own clock. Stamps before 1980 are the
    container's zero, not a time.
    """
    match = _STAMP.search(stamp or "")
    if match is None:
        return None
    try:
        moment = datetime(*(int(part) for part in match.groups()[1:]), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None
    if moment.year < 1980:
        return None
    return (moment if local else moment.astimezone(_CHINA)).replace(tzinfo=None).isoformat()


def read_recording(path: Path) -> Parsed:
    """Seconds and start of a recording; a file without a readable header is kept with a note."""
    parsed = Parsed("recording", outcome="kept")
    info = MediaInfo.parse(path, parse_speed=0.3)
    seconds: float | None = None
    started: str | None = None
    for track in info.tracks:
        if track.duration is not None and track.track_type in ("General", "Video", "Audio"):
            seconds = max(seconds or 0.0, float(track.duration) / 1000)
        own_clock = getattr(track, "comapplequicktimecreationdate", None) or getattr(
            track, "original_date", None
        )
        started = started or local_start(own_clock, local=True) or local_start(track.encoded_date)
        started = started or local_start(getattr(track, "recorded_date", None), local=True)
    parsed.properties = {"seconds": None if seconds is None else round(seconds), "started_at": started}
    if seconds is None:
        parsed.notes.append(
            (
                "录音录像文件无法识别时长，可能不完整或编码特殊",
                "请用播放器核对能否播放，必要时从执法记录仪重新导出",
            )
        )
        return parsed
    parsed.outcome = "read"
    if started is None:
        parsed.notes.append(("录音录像文件没有记录开始时间", "请在音像记录目录中填写起止时间"))
    return parsed
