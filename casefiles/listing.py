"""The list of case files: filters in the database, keyset paging, counts; a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from accounts import Office
from casefiles.models import CASE_KINDS, STATUSES, CaseFile
from foundation import paging

PAGE_SIZE = 50
MATCHES = 2000
"""Most case files a text filter keeps; whoever has more narrows the words."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means everything the person may see."""

    office: str = ""
    kind: str = ""
    year: int | None = None
    status: str = ""
    grade: str = ""
    text: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Filters":
        """From the address line; what is not understood is dropped."""
        year = args.get("year", "")
        return cls(
            office=args.get("office", "")[:26],
            kind=args.get("kind", "") if args.get("kind", "") in CASE_KINDS else "",
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            status=args.get("status", "") if args.get("status", "") in STATUSES else "",
            grade=args.get("grade", "")[:16],
            text=args.get("q", "").strip()[:200],
        )

    def args(self) -> dict[str, Any]:
        """Back to the address line, without what is empty."""
        values = {"office": self.office, "kind": self.kind, "year": self.year, "status": self.status}
        values |= {"grade": self.grade, "q": self.text}
        return {name: value for name, value in values.items() if value}

    def conditions(self, offices: Sequence[str] | None) -> list[Any]:
        """As database conditions, the text apart."""
        wanted: list[Any] = []
        if offices is not None:
            wanted.append(col(CaseFile.office_id).in_(offices))
        if self.office:
            wanted.append(CaseFile.office_id == self.office)
        if self.kind:
            wanted.append(CaseFile.case_kind == self.kind)
        if self.year:
            wanted.append(CaseFile.year == self.year)
        if self.grade:
            wanted.append(CaseFile.grade == self.grade)
        return wanted


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list with the counts for the status tabs; ``next`` is the following page's cursor."""

    rows: list[tuple[CaseFile, str]]
    next: str | None
    counts: dict[str, int]
    total: int


def list_cases(
    session: Session,
    filters: Filters,
    *,
    offices: Sequence[str] | None,
    found: Sequence[str] = (),
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Listed:
    """Read one page. ``offices`` are those the person may see (``None``: all); ``found`` are case files whose
    pages hold the words of ``filters.text``."""
    wanted = filters.conditions(offices)
    if filters.text:
        matching = session.exec(
            select(CaseFile.id).where(*wanted, _holds(filters.text, found)).limit(MATCHES)
        )
        wanted.append(col(CaseFile.id).in_(list(matching)))
    counts = _counts(session, wanted)
    query = select(CaseFile, Office.short_name).join(Office, col(Office.id) == col(CaseFile.office_id))
    query = query.where(*wanted)
    if filters.status:
        query = query.where(CaseFile.status == filters.status)
    page = paging.keyset(
        session,
        query,
        [col(CaseFile.created_at).desc(), col(CaseFile.id).desc()],
        after=after,
        limit=limit,
        row=lambda item: item[0],
    )
    total = counts.get(filters.status, 0) if filters.status else sum(counts.values())
    return Listed([(case, office) for case, office in page.items], page.next, counts, total)


def _counts(session: Session, wanted: Sequence[Any]) -> dict[str, int]:
    """How many of each status, as one query of one count each (an index answers those; a grouping would not)."""
    parts = [
        select(func.count()).select_from(CaseFile).where(CaseFile.status == status, *wanted).scalar_subquery()
        for status in STATUSES
    ]
    numbers = session.exec(sql_select(*parts)).one()  # type: ignore[call-overload]
    return {status: int(number) for status, number in zip(STATUSES, numbers, strict=True)}


def _matching(session: Session, wanted: Sequence[Any], text: str, found: Sequence[str]) -> Any:
    """The text as a condition: looked for once, so that counts and rows need not look again."""
    query = select(CaseFile.id).where(*wanted, _holds(text, found)).limit(MATCHES)
    return col(CaseFile.id).in_(list(session.exec(query)))


def _holds(text: str, found: Sequence[str]) -> Any:
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (CaseFile.number, CaseFile.title, CaseFile.party_name)
    parts = [col(column).like(like, escape="\\") for column in columns]
    return or_(*parts, col(CaseFile.id).in_(found)) if found else or_(*parts)


def years(session: Session, offices: Sequence[str] | None) -> list[int]:
    """The years from the newest case file to the oldest, for the filter."""
    seen = [] if offices is None else [col(CaseFile.office_id).in_(offices)]
    ends = [select(end(CaseFile.year)).where(*seen).scalar_subquery() for end in (func.min, func.max)]
    first, last = session.exec(sql_select(*ends)).one()  # type: ignore[call-overload]
    return list(range(last, first - 1, -1)) if last else []


def submitted_cases(
    session: Session,
    office_ids: Sequence[str],
    year: int | None = None,
    kinds: Sequence[str] = (),
) -> list[CaseFile]:
    """The case files that offices have handed in for review, in a fixed order (the draw's population)."""
    query = select(CaseFile).where(col(CaseFile.office_id).in_(office_ids), CaseFile.status == "submitted")
    if year is not None:
        query = query.where(CaseFile.year == year)
    if kinds:
        query = query.where(col(CaseFile.case_kind).in_(kinds))
    return list(session.exec(query.order_by(col(CaseFile.id))))


@dataclass(frozen=True, slots=True)
class Choices:
    """The offices a person may see: all of them (no condition needed) or some."""

    names: list[tuple[str, str]]
    everything: bool

    @property
    def condition(self) -> list[str] | None:
        """What the list is limited to; ``None`` for no limit."""
        return None if self.everything else [office for office, _ in self.names]


def office_choices(session: Session, visible: Sequence[str]) -> Choices:
    """The visible offices by name, in the order of the tree."""
    every = list(session.exec(select(Office.id, Office.short_name).order_by(col(Office.path))))
    seen = set(visible)
    return Choices([(office, name) for office, name in every if office in seen], len(seen) == len(every))
