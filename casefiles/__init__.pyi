"""Case files: the record an office keeps, reads, corrects and checks. The face of the room."""

from .access import load_case
from .cases import allow_reader, create_case, label_of, set_status, sign_off, submit_case
from .commands import bench_commands, commands
from .deskview import Place, place_of
from .explaining import case_input, explained
from .factbook import book
from .history import note
from .layout import documents_of
from .listing import submitted_cases
from .masking import mask, mask_person
from .models import (
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
from .overview import findings_of
from .pages import page_png
from .reading import Page, ReadFile
from .rulebook import rules_bp
from .selfcheck import interval, latest_check, run_check, runs_of
from .store import files_of
from .takein import process_now, take_in
from .tasks import enqueue_processing, is_busy, read_of
from .timeline import Timeline
from .views import bp
from .words import blocks

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
