"""Pages of the review room: every address in one table; the views stand in the `views_*` modules."""

from flask import Blueprint

from foundation import web
from review.views_desk import affirm, desk, page_image, queue, recuse, save_line, submit_sheet, words
from review.views_draw import (
    assign,
    change_seat,
    draw_page,
    draw_record,
    fix_seed,
    freeze_list,
    must_draw,
    seats_page,
)
from review.views_panel import (
    agreement_page,
    freeze_results,
    gaps_page,
    resolution_page,
    results_json,
    results_page,
    settle_page,
)
from review.views_replies import decide, replies_page, reply_page, sheet_print
from review.views_rounds import change_panel, edit_round, move, new_round, round_page, rounds, set_due

bp = Blueprint("review", __name__, url_prefix="/review")
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/", "rounds"),
    ("GET POST", "/new", "new_round"),
    ("GET", "/queue", "queue"),
    ("GET", "/replies", "replies_page"),
    ("GET", "/<round_id>", "round_page"),
    ("GET POST", "/<round_id>/edit", "edit_round"),
    ("POST", "/<round_id>/phase", "move"),
    ("POST", "/<round_id>/panel", "change_panel"),
    ("POST", "/<round_id>/due", "set_due"),
    ("GET", "/<round_id>/draw", "draw_page"),
    ("GET", "/<round_id>/draw.json", "draw_record"),
    ("POST", "/<round_id>/draw/must", "must_draw"),
    ("POST", "/<round_id>/draw/list", "freeze_list"),
    ("POST", "/<round_id>/draw/seed", "fix_seed"),
    ("GET", "/<round_id>/seats", "seats_page"),
    ("POST", "/<round_id>/seats", "assign"),
    ("POST", "/<round_id>/seats/change", "change_seat"),
    ("POST", "/<round_id>/recuse", "recuse"),
    ("GET", "/<round_id>/gaps", "gaps_page"),
    ("GET", "/<round_id>/agreement", "agreement_page"),
    ("GET", "/<round_id>/results", "results_page"),
    ("GET", "/<round_id>/results.json", "results_json"),
    ("POST", "/<round_id>/freeze", "freeze_results"),
    ("GET", "/desk/<seat_id>", "desk"),
    ("GET", "/desk/<seat_id>/files/<file_id>/pages/<int:page>.png", "page_image"),
    ("GET", "/desk/<seat_id>/files/<file_id>/words", "words"),
    ("PUT", "/desk/<seat_id>/lines/<rule>", "save_line"),
    ("POST", "/desk/<seat_id>/systems/<system>", "affirm"),
    ("POST", "/desk/<seat_id>/submit", "submit_sheet"),
    ("GET POST", "/files/<file_id>/settle/<rule>", "settle_page"),
    ("GET POST", "/files/<file_id>/resolution", "resolution_page"),
    ("GET POST", "/files/<file_id>/reply", "reply_page"),
    ("GET", "/files/<file_id>/sheet", "sheet_print"),
    ("GET POST", "/replies/<reply_id>", "decide"),
)

web.add_routes(bp, ROUTES, globals())

__all__ = [
    "affirm",
    "agreement_page",
    "assign",
    "bp",
    "change_panel",
    "change_seat",
    "decide",
    "desk",
    "draw_page",
    "draw_record",
    "edit_round",
    "fix_seed",
    "freeze_list",
    "freeze_results",
    "gaps_page",
    "move",
    "must_draw",
    "new_round",
    "page_image",
    "queue",
    "recuse",
    "replies_page",
    "reply_page",
    "resolution_page",
    "results_json",
    "results_page",
    "round_page",
    "rounds",
    "save_line",
    "seats_page",
    "set_due",
    "settle_page",
    "sheet_print",
    "submit_sheet",
    "words",
]
