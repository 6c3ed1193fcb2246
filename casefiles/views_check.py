"""时间轴、三项制度、自查、证据与历史: what the rules say of a case file, each with its place."""

from datetime import date

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts import current_user
from casefiles import timeline as course
from casefiles.access import reach
from casefiles.cases import set_status, submit_case
from casefiles.cases import sign_off as set_signed
from casefiles.deskview import place_of
from casefiles.deskview import rows as fact_rows
from casefiles.explaining import explained
from casefiles.factbook import Entry, book
from casefiles.forms import ReturnForm, SignOffForm, SubmitForm
from casefiles.history import events_of
from casefiles.layout import documents_of
from casefiles.models import CaseFile
from casefiles.overview import FACTS_OF, SHOWN_WITH, THREE, WAITING, findings_of, light
from casefiles.selfcheck import interval, latest_check, runs_of
from casefiles.selfcheck import run_check as grade_now
from casefiles.store import files_of
from casefiles.tasks import enqueue_processing, is_busy
from casefiles.terms import calendar, terms_for
from foundation import clock, errors, web
from scoring_rules import load_pack, vocabulary

VIEWS = (
    "timeline",
    "systems",
    "check",
    "run_check",
    "sign_off",
    "submit",
    "give_back",
    "evidence",
    "history",
)


def timeline(case_id: str) -> ResponseReturnValue:
    """Steps, terms, wrong order and gaps."""
    case = reach(case_id)
    entries = book(web.session(), case.id)
    files = {stored.name: stored for stored in files_of(web.session(), case.id)}
    drawn = draw(case, entries)
    places = {name: place_of(_told(entry), files) for name, entry in entries.items()}
    return render_template("casefiles/timeline.html", case=case, tab="timeline", drawn=drawn, places=places)


def _told(entry: Entry) -> dict[str, object]:
    now = entry.now
    return {"file": now.file, "page": now.page, "box": now.box, "at": now.at, "quote": now.quote}


def draw(case: CaseFile, entries: dict[str, Entry]) -> course.Timeline:
    """The timeline of a case file as its facts stand."""
    dates = {
        name: date.fromisoformat(str(entry.now.value))
        for name, entry in entries.items()
        if entry.spec.type == "date" and entry.now.state == "recorded" and entry.now.value
    }
    absent = {name for name, entry in entries.items() if entry.now.state in ("confirmed_absent", "not_yet")}
    return course.build(
        case.case_kind,
        case.procedure,
        dates,
        {name: spec.label for name, spec in vocabulary().items()},
        terms_for(load_pack(), case.case_kind, dates),
        calendar(),
        excluded=frozenset(absent),
        today=clock.today() if case.editable and case.closed_on is None else None,
    )


def systems(case_id: str) -> ResponseReturnValue:
    """三项制度: publicity, recording, legal review; each with its papers, facts and findings."""
    case, session = reach(case_id), web.session()
    findings = findings_of(latest_check(session, case))
    files = {stored.name: stored for stored in files_of(session, case.id)}
    masked = case.office_id != current_user().office_id
    grouped = fact_rows(book(session, case.id), files, {}, masked=masked)
    known = {row.name: row for lines in grouped.values() for row in lines}
    papers = documents_of(session, case.id)
    parts = [
        {
            "light": light(system, findings),
            "documents": [paper for paper in papers if paper.kind in SHOWN_WITH[system]],
            "facts": [known[name] for name in FACTS_OF[system] if name in known],
            "findings": [item for item in findings if item.get("system") == system],
        }
        for system in THREE
    ]
    return render_template("casefiles/systems.html", case=case, tab="systems", parts=parts, files=files)


def check(case_id: str) -> ResponseReturnValue:
    """The self-check: findings by severity, the arithmetic, signing off, handing in."""
    case, session = reach(case_id), web.session()
    run = latest_check(session, case)
    return render_template(
        "casefiles/check.html",
        case=case,
        tab="check",
        run=run,
        findings=findings_of(run),
        score=interval(case.low, case.high),
        sign_form=SignOffForm(signed=case.signed_off_on is not None),
        submit_form=SubmitForm(),
        busy=is_busy(session, case),
        own=case.office_id == current_user().office_id,
        waiting=WAITING,
        files={stored.name: stored for stored in files_of(session, case.id)},
    )


def run_check(case_id: str) -> ResponseReturnValue:
    """Grade again now."""
    case = reach(case_id, "own_case")
    made = grade_now(web.session(), case, by=current_user())
    flash(f"自查完成：{interval(made.low, made.high)} 分，{made.grade}。", "success")
    return redirect(url_for("casefiles.check", case_id=case.id))


def sign_off(case_id: str) -> ResponseReturnValue:
    """目录已核, and the check that follows from it."""
    case, form = reach(case_id, "own_case"), SignOffForm()
    if form.validate_on_submit():
        set_signed(web.session(), case=case, by=current_user(), signed=bool(form.signed.data))
        grade_now(web.session(), case, by=current_user())
        enqueue_processing(web.session(), case, current_user(), again=True)
    return redirect(url_for("casefiles.check", case_id=case.id))


def submit(case_id: str) -> ResponseReturnValue:
    """Hand the case file in; the form sent twice hands it in once."""
    case, session = reach(case_id, "own_case"), web.session()
    if case.status == "submitted":
        return redirect(url_for("casefiles.case", case_id=case.id))
    grade_now(session, case, by=current_user())
    submit_case(session, case=case, by=current_user(), busy=is_busy(session, case))
    flash("案卷已提交评查。", "success")
    return redirect(url_for("casefiles.case", case_id=case.id))


def give_back(case_id: str) -> ResponseReturnValue:
    """退回补正: a submitted file goes back to its office with the reason; one that is drawn stays."""
    case, form = reach(case_id), ReturnForm()
    if case.status == "in_review":
        raise errors.Refused("案卷已经抽中，正在评查，不能退回。", "需要说明的问题请在评查反馈中提出。")
    if not form.validate_on_submit():
        raise errors.Refused("没有写明需要补正的内容，案卷没有退回。", "请返回案卷概览，写明原因后再退回。")
    set_status(web.session(), case=case, status="returned", by=current_user(), reason=form.reason.data or "")
    flash("案卷已退回，单位的工作台会显示退回原因。", "success")
    return redirect(url_for("casefiles.case", case_id=case.id))


def evidence(case_id: str, rule: str) -> ResponseReturnValue:
    """One finding with its evidence beside the page, and why the rule came out as it did; the reasons alone
    as JSON for who asks for that."""
    case, session = reach(case_id), web.session()
    made = latest_check(session, case)
    finding = next((item for item in findings_of(made) if item["rule"] == rule), None)
    if made is None or finding is None:
        raise errors.NotFound("没有找到这一条审查意见。", "案卷可能还没有自查，请先运行自查。")
    why = explained(session, case, made, rule)
    if web.wants_json():
        return jsonify(why)
    return render_template(
        "casefiles/evidence.html",
        case=case,
        tab="check",
        finding=finding,
        why=why,
        files={stored.name: stored for stored in files_of(session, case.id)},
    )


def history(case_id: str) -> ResponseReturnValue:
    """Every act on the case file, and its earlier checks."""
    case, session = reach(case_id), web.session()
    return render_template(
        "casefiles/history.html",
        case=case,
        tab="history",
        events=events_of(session, case.id),
        runs=runs_of(session, case.id),
        interval=interval,
    )
