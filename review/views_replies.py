"""申辩 and the printed 一卷一表: what the office sees of its files, its answers, and their answers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from accounts import Office, Role, current_user
from casefiles import CASE_KINDS, CaseFile
from foundation import web
from review.access import file_of, may_settle, reply_of
from review.decide import resolution
from review.filesheet import file_result
from review.forms import DecideForm, ReplyForm
from review.models import CAUSES, Reply, Round, RoundFile
from review.replies import decide_reply, deciders, file_reply, replies, waiting
from review.rounds import ORDER
from review.tries import refused_by
from scoring_rules import SYSTEMS, load_standard

FED_BACK = ORDER[ORDER.index("replying") :]


def replies_page() -> ResponseReturnValue:
    """The office's files with findings to answer; for the panel, replies waiting for an answer."""
    session, user = web.session(), current_user()
    mine = office_files(session, user.office_id) if user.has(Role.CLERK, Role.HEAD) else []
    query = select(Round).where(Round.phase == "replying").order_by(col(Round.id))
    open_ = [
        (round_, file, reply)
        for round_ in session.exec(query)
        for file, reply in waiting(session, round_)
        if user.has(Role.REVIEWER, Role.LEADER) and may_settle(session, file, user)
    ]
    return render_template("review/replies.html", mine=mine, waiting=open_, kinds=CASE_KINDS)


def office_files(session: Session, office_id: str) -> list[dict[str, Any]]:
    """An office's files whose findings have been fed back; grades only once frozen."""
    query = (
        select(RoundFile, Round, CaseFile)
        .join(Round, col(Round.id) == RoundFile.round_id)
        .join(CaseFile, col(CaseFile.id) == RoundFile.case_id)
        .where(RoundFile.office_id == office_id, col(Round.phase).in_(FED_BACK))
        .order_by(col(Round.id).desc(), col(CaseFile.number))
    )
    return [
        {
            "file": file,
            "round": round_,
            "case": case,
            "found": sum(f["verdict"] == "breached" for f in file.panel_result.get("findings", [])),
            "replies": replies(session, file),
        }
        for file, round_, case in session.exec(query)
    ]


def reply_page(file_id: str) -> ResponseReturnValue:
    """One file's findings, each with its own answer; no score while answers are open."""
    session = web.session()
    file, round_ = file_of(file_id, "own_file")
    form = ReplyForm()
    refused = None
    if form.validate_on_submit():
        refused = refused_by(lambda: _reply(session, round_, file, form))
        if refused is None:
            flash(f"对 {form.rule.data} 的申辩已提交。", "success")
            return redirect(url_for("review.reply_page", file_id=file_id))
    page = render_template(
        "review/reply.html",
        file=file,
        round=round_,
        case=session.get_one(CaseFile, file.case_id),
        result=file_result(session, file, session.get_one(Office, file.office_id)),
        replies=replies(session, file),
        form=form,
        refused=refused,
        systems=SYSTEMS,
    )
    return page, 422 if refused else 200


def _reply(session: Session, round_: Round, file: RoundFile, form: ReplyForm) -> None:
    file_reply(
        session,
        round_,
        file,
        rule=form.rule.data or "",
        text=form.text.data or "",
        evidence=form.evidence.data or "",
        by=current_user(),
    )


def decide(reply_id: str) -> ResponseReturnValue:
    """Answer one reply, by someone who did not score the file."""
    session = web.session()
    reply, file, round_ = reply_of(reply_id)
    form, refused = DecideForm(), None
    if form.validate_on_submit():
        refused = refused_by(lambda: _decide(session, round_, file, reply, form))
        if refused is None:
            flash("答复已记录。", "success")
            return redirect(url_for("review.replies_page"))
    page = render_template(
        "review/decide.html",
        reply=reply,
        file=file,
        round=round_,
        finding=next((f for f in file.panel_result["findings"] if f["rule"] == reply.rule), {}),
        form=form,
        refused=refused,
        may=current_user().id in {user.id for user in deciders(session, round_, file)},
    )
    return page, 422 if refused else 200


def _decide(session: Session, round_: Round, file: RoundFile, reply: Reply, form: DecideForm) -> None:
    verdict = form.outcome.data if form.outcome.data != "rejected" else ""
    decide_reply(
        session,
        round_,
        file,
        reply,
        accepted=bool(verdict),
        verdict=verdict,
        reason=form.reason.data or "",
        by=current_user(),
    )


def sheet_print(file_id: str) -> ResponseReturnValue:
    """一卷一表: the printable sheet of one file."""
    session = web.session()
    file, round_ = file_of(file_id, "sheet_print")
    row = resolution(session, file)
    return render_template(
        "review/sheet.html",
        file=file,
        round=round_,
        result=file_result(session, file, session.get_one(Office, file.office_id)),
        lines=file.panel_result.get("lines", []),
        totals=file.panel_result.get("totals", []),
        standard=load_standard(round_.standard_id),
        kinds=CASE_KINDS,
        systems=SYSTEMS,
        row=row,
        cause=CAUSES.get(row.cause, "") if row else "",
        for_office=request.args.get("for") == "office",
    )
