"""整理与核对: the clerk's desk, its two lists, and the acts that are saved one by one."""

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, func, select

from accounts import User, current_user
from casefiles import layout
from casefiles.access import file_in, reach
from casefiles.deskview import addable, remarks, rows, sheets
from casefiles.factbook import Word, book, speak
from casefiles.models import CaseFile, FactEntry
from casefiles.selfcheck import interval, run_check
from casefiles.store import files_of
from casefiles.tasks import enqueue_processing, jobs_of
from foundation import errors, web
from scoring_rules import DOCUMENT_KINDS

SAID = {"confirmed": "已确认。", "corrected": "更正已保存。", "withdrawn": "已撤回更正，恢复机器识别的内容。"}
VIEWS = ("desk", "desk_documents", "desk_facts", "pulse", "order", "document", "rotate", "fact")


def desk(case_id: str) -> ResponseReturnValue:
    """The whole desk."""
    case = reach(case_id)
    return render_template(
        "casefiles/desk.html",
        case=case,
        tab="desk",
        editable=case.editable and case.office_id == current_user().office_id,
        score=interval(case.low, case.high),
        **_documents(case),
        **_facts(case),
    )


def desk_documents(case_id: str) -> ResponseReturnValue:
    """The list of documents alone, after a change."""
    case = reach(case_id)
    return render_template("casefiles/_documents.html", case=case, **_documents(case))


def desk_facts(case_id: str) -> ResponseReturnValue:
    """The list of facts alone, after a change."""
    case = reach(case_id)
    return render_template("casefiles/_facts.html", case=case, **_facts(case))


def _documents(case: CaseFile) -> dict[str, Any]:
    session = web.session()
    files = {stored.id: stored for stored in files_of(session, case.id)}
    return {"sheets": sheets(layout.documents_of(session, case.id), files), "remarks": remarks(files)}


def _facts(case: CaseFile) -> dict[str, Any]:
    session = web.session()
    entries = book(session, case.id)
    files = {stored.name: stored for stored in files_of(session, case.id)}
    wanted = {item.by for entry in entries.values() for item in entry.story if item.by}
    people = session.exec(select(User.id, User.name).where(col(User.id).in_(wanted))).all() if wanted else ()
    masked = case.office_id != current_user().office_id
    grouped = rows(entries, files, dict(people), masked=masked)
    return {"groups": grouped, "new_facts": addable(entries, case.case_kind)}


def pulse(case_id: str) -> ResponseReturnValue:
    """What changed on the desk: layout number, count of fact entries, work under way, score."""
    session, case = web.session(), reach(case_id)
    count = session.exec(select(func.count()).where(FactEntry.case_id == case.id)).one()
    running = [job for job in jobs_of(session, case) if job.state in ("queued", "running")]
    return jsonify(
        layout=case.layout,
        facts=count,
        running=bool(running),
        text=running[0].text or "等待处理" if running else "",
        score=f"{interval(case.low, case.high)} 分　{case.grade}" if case.grade else "尚未自查",
    )


def document(case_id: str, document_id: str, action: str) -> ResponseReturnValue:
    """retype, title, split or merge one document."""
    case = reach(case_id, "own_case")
    session, by, body = web.session(), current_user(), _body()
    item = layout.document_in(session, case, document_id)
    common: dict[str, Any] = {"case": case, "document": item, "seen": int(body.get("seen") or 0), "by": by}
    if action == "retype":
        kind = str(body.get("kind"))
        if kind not in DOCUMENT_KINDS:
            raise errors.AnhengError("没有这种文书种类。", "请从列表中选择。")
        layout.retype(session, kind=kind, label=DOCUMENT_KINDS[kind], **common)
        return _saved(case, f"已改为“{DOCUMENT_KINDS[kind]}”。")
    if action == "title":
        layout.retitle(session, title=str(body.get("title") or item.title), **common)
        return _saved(case, "名称已保存。")
    if action == "split":
        fresh = layout.split(session, before=int(body.get("before") or 0), **common)
        return _saved(case, "已拆分，请为拆出的文书选择种类。", fresh.id)
    if action == "merge":
        return _saved(case, "已并入上一份文书。", layout.merge(session, **common).id)
    raise errors.NotFound()


def order(case_id: str) -> ResponseReturnValue:
    """The documents in another order."""
    case = reach(case_id, "own_case")
    body = _body()
    names = [str(name) for name in body.get("order") or []]
    layout.reorder(web.session(), case=case, order=names, seen=int(body.get("seen") or 0), by=current_user())
    return _saved(case, "顺序已保存。")


def rotate(case_id: str, file_id: str) -> ResponseReturnValue:
    """Turn one page."""
    case = reach(case_id, "own_case")
    session, body = web.session(), _body()
    layout.rotate(
        session,
        case=case,
        stored=file_in(session, case, file_id),
        page=int(body.get("page") or 0),
        turn=int(body.get("turn") or 0),
        seen=int(body.get("seen") or 0),
        by=current_user(),
    )
    return jsonify(text="页面已旋转，原件不变。", layout=case.layout)


def fact(case_id: str, name: str) -> ResponseReturnValue:
    """Confirm, correct or take back one fact; the score follows at once."""
    case = reach(case_id, "own_case")
    session, by, body = web.session(), current_user(), _body()
    origin = str(body.get("origin"))
    if origin not in ("confirmed", "corrected", "withdrawn"):
        raise errors.AnhengError("不支持这种操作。", "请刷新页面后重试。")
    place = _place(session, case, body.get("place"))
    word = Word(body.get("value"), str(body.get("state") or "recorded"), place, str(body.get("note") or ""))
    entry = speak(session, case=case, name=name, origin=origin, by=by, seen=body.get("seen"), word=word)
    run = run_check(session, case, by=by)
    said = {
        "confirmed": "已确认。",
        "corrected": "更正已保存。",
        "withdrawn": "已撤回更正，恢复机器识别的内容。",
    }
    return jsonify(text=said[origin], entry=entry.id, score=interval(run.low, run.high), grade=run.grade)


def _place(session: Session, case: CaseFile, told: Any) -> dict[str, Any]:
    """Only the keys of a place, and only of files that are in this case file."""
    if not isinstance(told, dict):
        return {}
    names = {stored.name for stored in files_of(session, case.id)}
    if told.get("file") not in names:
        return {}
    return {key: told.get(key) for key in ("document", "file", "page", "box", "at", "quote")}


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise errors.AnhengError("提交的内容格式有误。", "请刷新页面后重试。")
    return body


def _saved(case: CaseFile, text: str, opened: str | None = None) -> ResponseReturnValue:
    """Facts are read anew in the background once the layout has changed."""
    enqueue_processing(web.session(), case, current_user(), again=True)
    return jsonify(text=text, layout=case.layout, open=opened)
