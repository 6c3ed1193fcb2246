"""材料: uploading, the list of files with their outcomes, progress, pages and originals."""

import json
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from accounts import current_user
from casefiles.access import file_in, reach
from casefiles.grams import words as searched_words
from casefiles.intakerules import ACCEPTED, RECORDINGS
from casefiles.models import CaseFile, StoredFile
from casefiles.pages import page_png
from casefiles.pieces import forget_files
from casefiles.reading import read_files
from casefiles.store import files_of
from casefiles.store import remove_file as take_out
from casefiles.tasks import enqueue_processing, jobs_of
from casefiles.uploads import require_editable
from casefiles.wordpages import page_count
from casefiles.words import blocks, hit_boxes, masked
from foundation import errors, jobs, web

VIEWS = ("files", "file_list", "progress", "retry", "remove_file", "original", "page", "page_image", "words")
MIMES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp4": "video/mp4",
}


def files(case_id: str) -> ResponseReturnValue:
    """The drop zone and every file with its outcome."""
    case = reach(case_id)
    limits = web.settings().limits
    told = {
        "accepted": sorted(ACCEPTED),
        "recordings": sorted(RECORDINGS),
        "file_bytes": limits.file_bytes,
        "recording_bytes": limits.recording_bytes,
    }
    return render_template(
        "casefiles/files.html",
        case=case,
        tab="files",
        limits=json.dumps(told),
        editable=_may_change(case),
        **_listed(case),
    )


def file_list(case_id: str) -> ResponseReturnValue:
    """The list alone, while work goes on."""
    case = reach(case_id)
    return render_template(
        "casefiles/_file_list.html", case=case, editable=_may_change(case), **_listed(case)
    )


def _may_change(case: CaseFile) -> bool:
    return case.editable and case.office_id == current_user().office_id


def _listed(case: CaseFile) -> dict[str, Any]:
    """Files in order, members under their archive; other files of the same bytes are named."""
    everything = files_of(web.session(), case.id)
    tops = [stored for stored in everything if stored.parent_id is None]
    members: dict[str, list[StoredFile]] = {}
    for stored in everything:
        if stored.parent_id:
            members.setdefault(stored.parent_id, []).append(stored)
    lines = [(item, depth) for top in tops for item, depth in _below(top, members, 0)]
    return {"lines": lines, "total": sum(stored.size for stored, _ in lines if stored.parent_id is None)}


def _below(
    stored: StoredFile, members: dict[str, list[StoredFile]], depth: int
) -> list[tuple[StoredFile, int]]:
    found = [(stored, depth)]
    for member in members.get(stored.id, ()):
        found += _below(member, members, depth + 1)
    return found


def progress(case_id: str) -> ResponseReturnValue:
    """How far the work is; ``mark`` changes when the list of files does."""
    session, case = web.session(), reach(case_id)
    everything = files_of(session, case.id)
    work = jobs_of(session, case)
    running = next((job for job in work if job.state == "running"), None)
    queued = any(job.state == "queued" for job in work)
    failed = work[0] if work and work[0].state == "failed" else None
    return jsonify(
        running=bool(running or queued),
        done=running.done if running else 0,
        total=running.total if running else 0,
        text=(running.text or "正在处理") if running else "排队等待处理" if queued else "",
        error=f"{failed.error}{failed.remedy}" if failed else "",
        mark=f"{len(everything)}-{sum(stored.version for stored in everything)}-{case.version}",
    )


def retry(case_id: str) -> ResponseReturnValue:
    """Process again after a failure; what was read is not read twice."""
    case = reach(case_id, "own_case")
    for job in jobs_of(web.session(), case):
        if job.state == "failed":
            jobs.retry(web.session(), job)
            break
    else:
        enqueue_processing(web.session(), case, current_user())
    return redirect(url_for("casefiles.files", case_id=case.id))


def remove_file(case_id: str, file_id: str) -> ResponseReturnValue:
    """Take a file out of the case file; the original stays in store."""
    case = reach(case_id, "own_case")
    require_editable(case)
    session, by = web.session(), current_user()
    stored = file_in(session, case, file_id)
    gone = {stored.id, *(item.id for item in files_of(session, case.id) if item.parent_id == stored.id)}
    take_out(session, case=case, stored=stored, by=by)
    forget_files(session, case, gone)
    enqueue_processing(session, case, by, again=True)
    return redirect(url_for("casefiles.files", case_id=case.id))


def original(case_id: str, file_id: str) -> ResponseReturnValue:
    """The original, bit for bit, under a safe name."""
    case = reach(case_id, "case_page")
    stored = file_in(web.session(), case, file_id)
    ending = stored.name.rsplit(".", 1)[-1].lower()
    return web.download(
        web.blob_store().path(stored.sha256),
        stored.name,
        MIMES.get(ending, "application/octet-stream"),
        digest=stored.sha256,
        inline=request.args.get("inline") == "1",
    )


def page(case_id: str, file_id: str, number: int) -> ResponseReturnValue:
    """One page on its own, the searched words lit (number 0: a file without pages)."""
    case = reach(case_id)
    stored = file_in(web.session(), case, file_id)
    searched = searched_words(request.args.get("q", ""))
    boxes: list[list[float]] = []
    if number and searched:
        read = read_files([(web.blob_store().path(stored.sha256), stored.name)], ocr=False)[0]
        boxes = hit_boxes(read, number, searched)
    quote = request.args.get("q", "")
    return render_template(
        "casefiles/page.html", case=case, tab="desk", stored=stored, number=number, boxes=boxes, quote=quote
    )


def page_image(case_id: str, file_id: str, page: int) -> ResponseReturnValue:
    """One page as PNG; ``size=thumb`` for the strip, ``turn`` for the clerk's rotation."""
    case = reach(case_id, "case_page")
    stored = file_in(web.session(), case, file_id)
    size = "thumb" if request.args.get("size") == "thumb" else "page"
    turn = request.args.get("turn", "0")
    turns = int(turn) if turn in ("0", "90", "180", "270") else 0
    path = page_png(web.settings(), web.blob_store(), stored, page, size=size, turn=turns)
    response: Response = send_file(path, mimetype="image/png", max_age=3600, etag=path.stem)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def words(case_id: str, file_id: str) -> ResponseReturnValue:
    """A file without page images as text and tables, the asked words lit."""
    case = reach(case_id, "case_page")
    stored = file_in(web.session(), case, file_id)
    if stored.state not in ("read", "kept"):
        raise errors.NotFound("这个文件没有可显示的文字。", "请下载原件查看。")
    read = read_files([(web.blob_store().path(stored.sha256), stored.name)], ocr=False)[0]
    own = case.office_id == current_user().office_id
    at, quote = request.args.get("at", "")[:100], request.args.get("quote", "")[:2000]
    shown = blocks(read, at=at, quote=quote)
    return render_template(
        "casefiles/_words.html",
        case=case,
        stored=stored,
        blocks=shown if own else masked(shown),
        sheets=read.sheets,
        pages=page_count(stored.sha256) if own else 0,
    )
