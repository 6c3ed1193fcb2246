"""The criteria: what the law asks of a case file, what a breach costs, and how the two are applied.

Pure: no web, no database, no clock. Other rooms import from here only.
"""

from .facts import CaseInput, Fact, FactError, FactSpec, decode, document_kinds, encode, vocabulary
from .lawbook import law_register
from .source import PackError
from .workdays import work_calendar

__all__ = [
    "CaseInput",
    "Fact",
    "FactError",
    "FactSpec",
    "PackError",
    "decode",
    "document_kinds",
    "encode",
    "law_register",
    "vocabulary",
    "work_calendar",
]
