"""The criteria: what the law asks of a case file, what a breach costs, and how the two are applied.

Pure: no web, no database, no clock. Other rooms import from here only.
"""

from .arithmetic import Score, regrade
from .citation import cite, clause, numeral
from .criteria import keep as keep_criteria
from .evidence import Evidence
from .explain import VERDICT_LABELS, explain
from .facts import (
    PLACE,
    CaseInput,
    Fact,
    FactError,
    FactSpec,
    decode,
    document_kinds,
    document_titles,
    encode,
    vocabulary,
)
from .finding import Finding, Grading, LimbFinding
from .grade import grade_case, result_findings
from .interchange import case_to
from .lawbook import Law, LawText, law_register
from .lawtexts import Article, ImportedText, imported_keys, imported_text
from .lawtexts import folder_of as law_folder
from .pack import Pack, load_pack
from .rulebook import rule_entry, rule_page
from .rules import SYSTEMS, VERDICTS, Rule
from .source import PackError, load_plain
from .standard import PENDING, Standard, load_standard, standard_ids
from .workdays import work_calendar

DOCUMENT_KINDS = document_kinds()

__all__ = [
    "DOCUMENT_KINDS",
    "PENDING",
    "PLACE",
    "SYSTEMS",
    "VERDICTS",
    "VERDICT_LABELS",
    "Article",
    "CaseInput",
    "Evidence",
    "Fact",
    "FactError",
    "FactSpec",
    "Finding",
    "Grading",
    "ImportedText",
    "Law",
    "LawText",
    "LimbFinding",
    "Pack",
    "PackError",
    "Rule",
    "Score",
    "Standard",
    "case_to",
    "cite",
    "clause",
    "decode",
    "document_kinds",
    "document_titles",
    "encode",
    "explain",
    "grade_case",
    "imported_keys",
    "imported_text",
    "keep_criteria",
    "law_folder",
    "law_register",
    "load_pack",
    "load_plain",
    "load_standard",
    "numeral",
    "regrade",
    "result_findings",
    "rule_entry",
    "rule_page",
    "standard_ids",
    "vocabulary",
    "work_calendar",
]
