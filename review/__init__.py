"""Rounds of review: draw, blind scoring, settlement, 典型差案, replies, frozen results. The face of the room."""

from review.access import register
from review.arithmetic import machine_findings
from review.commands import commands
from review.decide import grade_files, poor_conditions, resolve
from review.deliberate import gaps, settle, voters
from review.duties import register_pages
from review.models import (
    CAUSES,
    PHASES,
    Assignment,
    Ballot,
    Draw,
    Panelist,
    Reply,
    Resolution,
    Round,
    RoundFile,
    Settlement,
    Sheet,
    SheetLine,
)
from review.phases import advance, blockers, step_back
from review.replies import decide_reply, file_reply
from review.results import freeze, frozen_results
from review.rounds import add_panelist, create_round, mark_must_draw
from review.sampling import fix_seed, freeze_list
from review.sheets import Change, affirm_system, left, open_rules_of, save_line, submit
from review.staffing import assign_all, recuse
from review.verdicts import Word
from review.views import bp

register()
register_pages()

__all__ = [
    "CAUSES",
    "PHASES",
    "Assignment",
    "Ballot",
    "Change",
    "Draw",
    "Panelist",
    "Reply",
    "Resolution",
    "Round",
    "RoundFile",
    "Settlement",
    "Sheet",
    "SheetLine",
    "Word",
    "add_panelist",
    "advance",
    "affirm_system",
    "assign_all",
    "blockers",
    "bp",
    "commands",
    "create_round",
    "decide_reply",
    "file_reply",
    "fix_seed",
    "freeze",
    "freeze_list",
    "frozen_results",
    "gaps",
    "grade_files",
    "left",
    "machine_findings",
    "mark_must_draw",
    "open_rules_of",
    "poor_conditions",
    "recuse",
    "resolve",
    "save_line",
    "settle",
    "step_back",
    "submit",
    "voters",
]
