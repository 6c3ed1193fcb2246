"""The list of case files: filters in the database, keyset paging, counts; a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from casefiles.models import CASE_KINDS, STATUSES, CaseFile
from casefiles.tally import CaseTally, count_by
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

    def conditions(self, offices: Sequence[str] | None, of: Any = CaseFile) -> list[Any]:
        """As database conditions on case files (or on their tally), the text apart."""
        wanted: list[Any] = []
        if offices is not None:
            wanted.append(of.office_id.in_(offices))
        if self.office:
            wanted.append(of.office_id == self.office)
        if self.kind:
            wanted.append(of.case_kind == self.kind)
        if self.year:
            wanted.append(of.year == self.year)
        if self.grade:
            wanted.append(of.grade == self.grade)
        return wanted


@dataclass(frozen=True, slots=True)
class Line:
    """One case file in the list, with no more than the list shows."""

    id: str
    created_at: datetime
    office_id: str
    number: str
    title: str
    party_name: str
    party_kind: str
    case_kind: str
    year: int
    files: int
    status: str
    grade: str
    low: int | None
    high: int | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list with the counts for the status tabs; ``next`` is the following page's cursor."""

    rows: list[Line]
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
        matching = select(CaseFile.id).where(*wanted, _holds(filters.text, found)).limit(MATCHES)
        wanted.append(col(CaseFile.id).in_(list(session.exec(matching))))
    counts = _counts(session, filters, offices, wanted)
    query = sql_select(*(getattr(CaseFile, item.name) for item in fields(Line))).where(*wanted)
    if filters.status:
        query = query.where(col(CaseFile.status) == filters.status)
    newest = [col(CaseFile.created_at).desc(), col(CaseFile.id).desc()]
    page = paging.keyset(session, query, newest, after=after, limit=limit)
    total = counts.get(filters.status, 0) if filters.status else sum(counts.values())
    return Listed([Line(*row) for row in page.items], page.next, counts, total)


def _counts(
    session: Session, filters: Filters, offices: Sequence[str] | None, wanted: Sequence[Any]
) -> dict[str, int]:
    """How many of each status: added up from the tally, counted where it does not know the filter."""
    if not (filters.grade or filters.text):
        return count_by(session, CaseTally.status, filters.conditions(offices, CaseTally))
    query = sql_select(col(CaseFile.status), func.count()).where(*wanted).group_by(col(CaseFile.status))
    return {status: int(count) for status, count in session.connection().execute(query)}


def _holds(text: str, found: Sequence[str]) -> Any:
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (CaseFile.number, CaseFile.title, CaseFile.party_name)
    parts = [col(column).like(like, escape="\\") for column in columns]
    return or_(*parts, col(CaseFile.id).in_(found)) if found else or_(*parts)


def years(session: Session, offices: Sequence[str] | None) -> list[int]:
    """The years from the newest case file to the oldest, for the filter."""
    seen = Filters().conditions(offices)
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
