"""One source of time: aware UTC moments for the database, Chinese calendar days for the law."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Time in the People's Republic: one zone, no summer time since 1991 (no zone database needed)."""

_frozen: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    """The present day in China, on which legal terms are counted."""
    return now().astimezone(CHINA).date()


def local(moment: datetime) -> datetime:
    """A stored moment as people in China read it."""
    return moment.astimezone(CHINA)


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware); for tests and reproducible demonstrations."""
    if moment.tzinfo is None:
        raise ValueError("freeze needs an aware moment")
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
