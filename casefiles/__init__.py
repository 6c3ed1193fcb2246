"""Case files: the record an office keeps, reads, corrects and checks. The face of the room."""

from casefiles.access import load_case, register
from casefiles.cases import allow_reader, create_case, label_of, set_status, sign_off, submit_case
from casefiles.commands import bench_commands, commands
from casefiles.deskview import Place, place_of
from casefiles.explaining import case_input, explained
from casefiles.factbook import book, facts
from casefiles.history import note
from casefiles.layout import documents_of
from casefiles.listing import submitted_cases
from casefiles.masking import mask, mask_person
from casefiles.models import (
    CASE_KINDS,
    PROCEDURES,
    STATUSES,
    CaseEvent,
    CaseFile,
    CheckRun,
    Document,
    FactEntry,
    StoredFile,
    Upload,
)
from casefiles.overview import findings_of
from casefiles.pages import page_png
from casefiles.reading import Page, ReadFile
from casefiles.rulebook import bp as rules_bp
from casefiles.selfcheck import interval, latest_check, run_check, runs_of
from casefiles.store import files_of, referenced
from casefiles.takein import process_now, take_in
from casefiles.tasks import enqueue_processing, is_busy, read_of
from casefiles.timeline import Timeline
from casefiles.views import bp
from casefiles.words import blocks
from foundation import blobs

register()
blobs.register_references(referenced)

__all__ = [
    "CASE_KINDS",
    "PROCEDURES",
    "STATUSES",
    "CaseEvent",
    "CaseFile",
    "CheckRun",
    "Document",
    "FactEntry",
    "Page",
    "Place",
    "ReadFile",
    "StoredFile",
    "Timeline",
    "Upload",
    "allow_reader",
    "bench_commands",
    "blocks",
    "book",
    "bp",
    "case_input",
    "commands",
    "create_case",
    "documents_of",
    "enqueue_processing",
    "explained",
    "facts",
    "files_of",
    "findings_of",
    "interval",
    "is_busy",
    "label_of",
    "latest_check",
    "load_case",
    "mask",
    "mask_person",
    "note",
    "page_png",
    "place_of",
    "process_now",
    "read_of",
    "rules_bp",
    "run_check",
    "runs_of",
    "set_status",
    "sign_off",
    "submit_case",
    "submitted_cases",
    "take_in",
]
