"""Checking a case file: read it, gather its facts, grade it; the answer of ``anheng check`` (contract.md).

The office's self-check and the panel's scoring go through the same ``grade_facts``.
"""

import tempfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from casefiles.facts import FactSheet, collect
from casefiles.intake import IntakeError, open_case, read_case
from casefiles.kinds import Piece, split
from casefiles.reading import Problem, ReadFile, doubles
from casefiles.wordpages import with_pages
from scoring_rules import (
    PLACE,
    CaseInput,
    Fact,
    PackError,
    Standard,
    encode,
    explain,
    grade_case,
    load_pack,
    load_standard,
    vocabulary,
)

STANDARD = "jilin-rf-2020"
_NUMBERS = (
    "decision_number",
    "licence_number",
    "reply_number",
    "coercion_number",
    "order_number",
    "cover_number",
    "notice_number",
    "filing_number",
)
_TERMS = frozenset(
    [
        "due_on",
        "payment_due_on",
        "licence_expires_on",
        "extended_to",
        "demand_due_on",
        "coercion_until",
        "coercion_extended_until",
        "party_born_on",
    ]
)
_DECIMALS = 4
_pack = cache(load_pack)


@cache
def _standard(name: str) -> Standard:
    return load_standard(name)


def check_path(
    path: Path,
    *,
    standard: str = STANDARD,
    as_of: date | None = None,
    open_file: bool = False,
    ocr: bool = True,
    pages: bool = False,
    why: str | None = None,
) -> dict[str, Any]:
    """The contract's object for one path; ``{"source", "error"}`` where it is no case file.

    ``open_file``: an unfinished file, whose missing papers are then not absent but unknown. ``pages``: give
    pages of Word files too, which takes LibreOffice; where it is missing a problem says so. ``why``: a rule
    whose ``explanation`` is wanted too.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="anheng-check-") as folder:
            intake = open_case(path, Path(folder))
            paths = {member.name: member.path for member in intake.stored if pages and member.path}
            return check_files(
                read_case(intake, ocr=ocr),
                source=intake.source,
                sha256=intake.sha256,
                standard=standard,
                as_of=as_of,
                open_file=open_file,
                word_paths=paths,
                why=why,
            )
    except IntakeError as error:
        return {"source": path.name, "error": {"what": error.what, "remedy": error.remedy}}
    except PackError as error:
        return {"source": path.name, "error": {"what": str(error), "remedy": "请核对评查标准名称或规则文件"}}


def check_files(
    files: list[ReadFile],
    *,
    source: str,
    sha256: str,
    standard: str = STANDARD,
    as_of: date | None = None,
    open_file: bool = False,
    word_paths: Mapping[str, Path] | None = None,
    why: str | None = None,
) -> dict[str, Any]:
    """The contract's object for files that were read; ``word_paths``: Word files whose pages are wanted."""
    pieces = split(files)
    sheet = collect(pieces, signed_off=not open_file)
    problems = [*(problem for file in files for problem in file.problems), *doubles(files)]
    if word_paths:
        paged, further = with_pages(sheet.facts, word_paths)
        sheet, problems = sheet.with_facts(paged), [*problems, *further]
    name = case_name(sheet.facts) or source.rsplit(".", 1)[0]
    day = as_of or latest_day(sheet)
    case = CaseInput(name, sheet.facts, documents_of(pieces), not open_file, day)
    graded = _graded(case, standard)
    more = {"explanation": explain(_pack(), _standard(standard), case, why)} if why else {}
    return {
        "case": graded.pop("case"),
        "source": source,
        "sha256": sha256,
        "pack": graded.pop("pack"),
        "standard": graded.pop("standard"),
        "as_of": graded.pop("as_of"),
        "problems": [problem_json(problem) for problem in problems],
        "documents": [document_json(piece) for piece in pieces],
        "facts": facts_json(sheet.facts),
        **graded,
        **more,
    }


def grade_facts(
    facts: Mapping[str, Fact],
    documents: frozenset[str],
    *,
    case: str,
    signed_off: bool,
    as_of: date | None = None,
    standard: str = STANDARD,
) -> dict[str, Any]:
    """The graded part of the contract's object for facts and kinds of document as they stand."""
    day = as_of or max(_days(facts), default=date(2000, 1, 1))
    return _graded(CaseInput(case, facts, documents, signed_off, day), standard)


def _graded(case: CaseInput, standard: str) -> dict[str, Any]:
    grading = grade_case(_pack(), _standard(standard), case)
    return {"case": case.case, "as_of": case.as_of.isoformat(), **grading.to_json()}


def documents_of(pieces: list[Piece]) -> frozenset[str]:
    """The kinds of document that are present."""
    return frozenset(piece.kind for piece in pieces if piece.kind not in ("other", "unreadable"))


def case_name(facts: Mapping[str, Fact]) -> str | None:
    """What a case is called: the number of its main paper."""
    named = (facts[name].value for name in _NUMBERS if name in facts and facts[name].value)
    return next((str(value) for value in named), None)


def latest_day(sheet: FactSheet) -> date:
    """The latest day that the papers themselves bear, for terms that are still open."""
    days = [*sheet.dates, *_days(sheet.facts)]
    return max(days, default=date(2000, 1, 1))


def _days(facts: Mapping[str, Fact]) -> list[date]:
    specs = vocabulary()
    return [
        fact.value
        for name, fact in facts.items()
        if name in specs
        and specs[name].type == "date"
        and name not in _TERMS
        and isinstance(fact.value, date)
    ]


def document_json(piece: Piece) -> dict[str, Any]:
    """A document as the contract lists it."""
    return {
        "kind": piece.kind,
        "title": piece.title,
        "file": piece.file,
        "pages": list(piece.pages or ()),
        "certainty": round(piece.certainty, 2),
        "by": piece.by,
        "source": piece.source,
    }


def facts_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts as the contract prints them."""
    return {name: fact_json(name, fact) for name, fact in facts.items()}


def fact_json(name: str, fact: Fact) -> dict[str, Any]:
    """One fact in interchange form with its place and the readings that differ."""
    entry = _one(name, fact)
    entry["alternatives"] = [_one(name, other) for other in fact.alternatives]
    rows = fact.value if isinstance(fact.value, tuple) else ()
    places = [row[PLACE] for row in rows if isinstance(row, Mapping) and row.get(PLACE)]
    if places:
        entry["places"] = [_place(place) for place in places]
    return entry


def _one(name: str, fact: Fact) -> dict[str, Any]:
    spec = vocabulary().get(name)
    value = encode(spec, fact.value) if spec else fact.value
    return {"value": value, "state": fact.state, **_place(fact), "confidence": fact.confidence}


def _place(fact: Fact) -> dict[str, Any]:
    return {
        "document": fact.document,
        "file": fact.file,
        "page": fact.page,
        "box": [round(edge, _DECIMALS) for edge in fact.box] if fact.box else None,
        "at": fact.at,
        "quote": fact.quote,
    }


def problem_json(problem: Problem) -> dict[str, str]:
    """A problem with a member as the contract prints it."""
    return {"file": problem.file, "what": problem.what, "remedy": problem.remedy}
