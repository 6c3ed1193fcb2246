"""What offices publish and files are checked against: nine dated registers, with lookups by day."""

from registers.entries import Draft, import_rows, lineage, read_draft, save_entry
from registers.kinds import KINDS, Column, Kind
from registers.lookup import (
    authority_listed,
    benchmark_tiers,
    certificate_valid,
    document_valid,
    entries_on,
    inspection_listed,
    legal_review_needed,
    leniency_items,
    matter_listed,
    recording_steps,
    reviewer_qualified,
)
from registers.models import RegisterEntry
from registers.views import bp
from registers.workbook import put_text

__all__ = [
    "KINDS",
    "Column",
    "Draft",
    "Kind",
    "RegisterEntry",
    "authority_listed",
    "benchmark_tiers",
    "bp",
    "certificate_valid",
    "document_valid",
    "entries_on",
    "import_rows",
    "inspection_listed",
    "legal_review_needed",
    "leniency_items",
    "lineage",
    "matter_listed",
    "put_text",
    "read_draft",
    "recording_steps",
    "reviewer_qualified",
    "save_entry",
]
