"""统计分析: offices, faults and repeated faults over the rounds, every number a link to what it counts."""

import io

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlmodel import Session, col, select

from accounts import User, check_object, current_user, visible_offices
from foundation import clock, web
from notices import patterns, rectify
from notices.desk import PROVINCE
from review import Round, frozen_results

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUNDS = 5
ROUTES: tuple[web.Route, ...] = (
    ("GET", "/analysis", "analysis"),
    ("GET", "/analysis/<round_id>.xlsx", "round_workbook"),
)


def analysis() -> ResponseReturnValue:
    """The last rounds side by side, and what is still to be put right."""
    session, user = web.session(), current_user()
    rounds = _rounds(session, user)
    results = [frozen_results(session, round_) for round_ in rounds]
    items = rectify.ledger(session, offices=visible_offices(session, user))
    late = {item.id for item in rectify.overdue(items, clock.today())}
    return render_template(
        "notices/analysis.html",
        rounds=rounds,
        trends=patterns.trends(results),
        faults=patterns.faults(results),
        repeated=patterns.repeated(results),
        open=[item for item in items if item.status != "closed"],
        late=[item for item in items if item.id in late],
    )


def _rounds(session: Session, user: User) -> list[Round]:
    """The newest frozen rounds of the offices one sees."""
    mine = col(Round.office_id).in_(visible_offices(session, user))
    query = select(Round).where(Round.frozen_sha256 != "", mine)
    return list(session.exec(query.order_by(col(Round.year).desc(), col(Round.id).desc()).limit(ROUNDS)))


def round_workbook(round_id: str) -> ResponseReturnValue:
    """One frozen round as an Excel workbook."""
    session = web.session()
    round_ = session.get(Round, round_id)
    check_object(session, "round", round_, current_user())
    assert round_ is not None
    body = patterns.workbook(frozen_results(session, round_))
    return web.download(io.BytesIO(body), f"{round_.title}-结果.xlsx", XLSX)


web.register_nav("分析", "统计分析", "notices.analysis", PROVINCE, "各单位历年得分、常见问题、重复发生的问题")
