"""差异与合议, 一致性分析, 结果与差案: what the panel sees once all sheets are in."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from accounts import Role, User, current_user
from casefiles import CASE_KINDS, CaseFile, files_of, place_of
from foundation import errors, web
from review.access import file_of, may_lead, may_print, may_settle, round_of
from review.agreement import NAMES
from review.analysis import analyse
from review.arithmetic import can_veto
from review.decide import poor_conditions, resolution, resolve
from review.deliberate import Gap, ballots, gaps, settle, voters, wide
from review.desk import SCOPE
from review.draw import canonical, digest
from review.forms import PlainForm, ResolutionForm, SettleForm, limbs, votes
from review.models import CAUSES, CHOICES, VERDICTS, Ballot, Round, RoundFile
from review.phases import blockers
from review.results import freeze, shown_results
from review.rounds import files, office_names, panel, reached
from review.sheets import handed_in
from review.tries import refused_by
from review.verdicts import Word, limb_verdicts


def _opened(round_: Round, phase: str) -> None:
    """Nobody sees scores or differences before their phase."""
    if not reached(round_, phase):
        raise errors.Refused(
            "各评查员的评分表还没有全部提交，差异和结果尚不开放。", "请等初评结束、组长进入“合议”后再看。"
        )


def gaps_page(round_id: str) -> ResponseReturnValue:
    """Only the files with disputed items, or whose two scores lie too far apart."""
    session, round_, user = web.session(), round_of(round_id), current_user()
    _opened(round_, "settling")
    rows = []
    for file in files(session, round_):
        if not may_settle(session, file, user):
            continue
        found = gaps(session, file) if file.disputed else []
        distance = wide(session, round_, file)
        if found or distance:
            rows.append({"file": file, "gaps": found, "wide": distance, "sheets": handed_in(session, file)})
    return render_template(
        "review/gaps.html",
        round=round_,
        rows=rows,
        total=len(files(session, round_)),
        verdicts=VERDICTS,
        offices=office_names(session),
        kinds=CASE_KINDS,
    )


def settle_page(file_id: str, rule: str) -> ResponseReturnValue:
    """One disputed item: both views with their proof, the vote, the minutes."""
    session = web.session()
    file, round_ = file_of(file_id)
    _opened(round_, "settling")
    gap = next((g for g in gaps(session, file) if g.finding["rule"] == rule), None)
    if gap is None:
        raise errors.NotFound("这一项没有争议。", "请从差异清单进入。")
    form = _settle_form(gap)
    refused = None
    if request.method == "POST":
        _require_lead(session, round_)
        if form.validate_on_submit():
            refused = refused_by(lambda: _settle(session, round_, file, rule, form))
            if refused is None:
                flash(f"{file.code} {rule} 的合议结论已记录。", "success")
                return redirect(url_for("review.gaps_page", round_id=file.round_id))
    page = render_template(
        "review/settle.html", form=form, refused=refused, **_gap_context(session, round_, file, gap)
    )
    return page, 422 if refused else 200


def _settle_form(gap: Gap) -> SettleForm:
    row = gap.settlement
    if row is None:
        return SettleForm()
    return SettleForm(
        verdict=row.verdict, occurrences=row.occurrences, reasons=row.reasons, minutes=row.minutes
    )


def _settle(session: Session, round_: Round, file: RoundFile, rule: str, form: SettleForm) -> None:
    settle(
        session,
        round_,
        file,
        rule=rule,
        word=Word(form.verdict.data, limbs(request.form), form.occurrences.data or 0),
        reasons=form.reasons.data or "",
        minutes=form.minutes.data or "",
        votes=votes(request.form),
        by=current_user(),
    )


def _require_lead(session: Session, round_: Round) -> None:
    if not may_lead(session, round_, current_user()):
        raise errors.Forbidden("只有评查组长可以记录合议结论。", "请由组长在会上记录。")


def _gap_context(session: Session, round_: Round, file: RoundFile, gap: Gap) -> dict[str, Any]:
    case = session.get_one(CaseFile, file.case_id)
    stored = {f.name: f for f in files_of(session, case.id)}
    cast = ballots(session, gap.settlement.id) if gap.settlement else []
    return {
        "round": round_,
        "file": file,
        "gap": gap,
        "case": case,
        "veto": can_veto(round_, gap.finding["rule"]),
        "limbs": _limbs(gap),
        "proof": [e for e in gap.finding["evidence"] if e.get("file") and e.get("fact") not in SCOPE],
        "place": lambda anchor: place_of(anchor, stored),
        "leads": may_lead(session, round_, current_user()),
        **_voting(session, round_, file, list(cast)),
    }


def _limbs(gap: Gap) -> list[tuple[str, str, str]]:
    """(id, title, verdict to start from) of the rule's limbs; as typed, as settled, or as the machine had it."""
    now = limb_verdicts(gap.finding) | (gap.settlement.limbs if gap.settlement else {}) | limbs(request.form)
    parts = gap.finding.get("limbs") or {}
    return [
        (key, parts[key].get("title") or key if isinstance(parts[key], dict) else key, now[key])
        for key in parts
    ]


def _voting(session: Session, round_: Round, file: RoundFile, cast: list[Ballot]) -> dict[str, Any]:
    return {
        "voters": voters(session, round_, file),
        "cast": {b.user_id: b for b in cast},
        "typed": votes(request.form),
        "choices": CHOICES,
        "verdicts": VERDICTS,
    }


def agreement_page(round_id: str) -> ResponseReturnValue:
    """Four figures with intervals, rule by rule, and who is stricter; after scoring only."""
    session, round_ = web.session(), round_of(round_id)
    _opened(round_, "settling")
    people = {user.id: user.name for _, user in panel(session, round_)}
    return render_template(
        "review/agreement.html", round=round_, analysis=analyse(session, round_), names=NAMES, people=people
    )


def results_page(round_id: str) -> ResponseReturnValue:
    """Grades, candidates, resolutions, freeze; after 反馈 has begun."""
    session, round_, user = web.session(), round_of(round_id), current_user()
    _opened(round_, "replying")
    rows = [_result_row(session, round_, file, user) for file in files(session, round_)]
    seen = [row for row in rows if not user.has(Role.REVIEWER) or row["open"] or round_.frozen_at]
    return render_template(
        "review/results.html",
        round=round_,
        rows=seen,
        offices=office_names(session),
        kinds=CASE_KINDS,
        causes=CAUSES,
        leads=may_lead(session, round_, current_user()),
        blockers=blockers(session, round_) if round_.phase == "grading" else [],
        result=shown_results(session, round_),
        form=PlainForm(),
    )


def _result_row(session: Session, round_: Round, file: RoundFile, user: User) -> dict[str, Any]:
    return {
        "file": file,
        "case": session.get_one(CaseFile, file.case_id),
        "why": poor_conditions(round_, file),
        "vote": resolution(session, file),
        "open": user.has(Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR) and may_settle(session, file, user),
        "sheet": may_print(session, file, user),
    }


def results_json(round_id: str) -> ResponseReturnValue:
    """The frozen results as they were hashed, byte for byte."""
    round_ = round_of(round_id)
    _opened(round_, "archived")
    text = round_.frozen_text or canonical({})
    if digest(text) != round_.frozen_sha256:
        raise errors.Refused("冻结结果与其哈希值不符，可能被改动。", "请安全审计员核对审计链，并从备份恢复。")
    response = Response(text, mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"results-{round_.id}.json")
    return response


def freeze_results(round_id: str) -> ResponseReturnValue:
    """Freeze the results and close the round."""
    session, round_ = web.session(), round_of(round_id, "round_lead")
    freeze(session, round_, by=current_user())
    flash(f"结果已冻结，SHA-256 {round_.frozen_sha256[:16]}…。通报中的数字只取自这份结果。", "success")
    return redirect(url_for("review.results_page", round_id=round_.id))


def resolution_page(file_id: str) -> ResponseReturnValue:
    """The vote on a 典型差案, or its record."""
    session = web.session()
    file, round_ = file_of(file_id)
    _opened(round_, "grading")
    form, refused = ResolutionForm(), None
    if request.method == "POST":
        _require_lead(session, round_)
        if form.validate_on_submit():
            refused = refused_by(lambda: _resolve(session, round_, file, form))
            if refused is None:
                flash(f"{file.code} 的表决已记录。", "success")
                return redirect(url_for("review.results_page", round_id=file.round_id))
    shown = _resolution_context(session, round_, file)
    page = render_template("review/resolution.html", form=form, refused=refused, **shown)
    return page, 422 if refused else 200


def _resolution_context(session: Session, round_: Round, file: RoundFile) -> dict[str, Any]:
    row = resolution(session, file)
    return {
        "round": round_,
        "file": file,
        "case": session.get_one(CaseFile, file.case_id),
        "row": row,
        "decided_by": session.get_one(User, row.decided_by).name if row else "",
        "why": poor_conditions(round_, file),
        "causes": CAUSES,
        "leads": may_lead(session, round_, current_user()),
        **_voting(session, round_, file, list(ballots(session, row.id)) if row else []),
    }


def _resolve(session: Session, round_: Round, file: RoundFile, form: ResolutionForm) -> None:
    resolve(
        session,
        round_,
        file,
        cause=form.cause.data,
        reasons=form.reasons.data or "",
        minutes=form.minutes.data or "",
        votes=votes(request.form),
        by=current_user(),
    )
