"""What the record asks of a person today: returned files, failed work, drafts to check; for the home page."""

from collections.abc import Iterable

from flask import url_for
from sqlmodel import Session, col, func, select

from accounts import Role, User
from casefiles.cases import label_of
from casefiles.models import CaseFile
from foundation import jobs, web


def duties(session: Session, user: User) -> Iterable[web.Duty]:
    """Duties of a clerk or head of an office."""
    if not user.has(Role.CLERK, Role.HEAD):
        return
    yield from _returned(session, user)
    yield from _failed(session, user)
    yield from _drafts(session, user)


def _returned(session: Session, user: User) -> Iterable[web.Duty]:
    query = select(CaseFile).where(CaseFile.office_id == user.office_id, CaseFile.status == "returned")
    for case in session.exec(query.order_by(col(CaseFile.id)).limit(10)):
        yield web.Duty(
            title=f"退回补正：{label_of(case)}",
            detail=case.status_reason or "请按退回意见补正后重新提交。",
            url=url_for("casefiles.case", case_id=case.id),
            tone="danger",
            action="去补正",
        )


def _failed(session: Session, user: User) -> Iterable[web.Duty]:
    query = (
        select(CaseFile, jobs.Job)
        .join(jobs.Job, col(jobs.Job.key) == col(CaseFile.id))
        .where(
            CaseFile.office_id == user.office_id,
            jobs.Job.state == "failed",
            col(jobs.Job.name).startswith("casefiles."),
            col(CaseFile.status).in_(("draft", "returned")),
        )
        .limit(5)
    )
    for case, job in session.exec(query):
        yield web.Duty(
            title=f"识别未完成：{label_of(case)}",
            detail=f"{job.error}{job.remedy}",
            url=url_for("casefiles.files", case_id=case.id),
            tone="warning",
            action="查看",
        )


def _drafts(session: Session, user: User) -> Iterable[web.Duty]:
    mine = (CaseFile.office_id == user.office_id, CaseFile.status == "draft")
    total = session.exec(select(func.count()).select_from(CaseFile).where(*mine)).one()
    if not total:
        yield web.Duty(
            title="新建案卷并上传材料",
            detail="把扫描件、Word 文档或压缩包拖进来，系统会识别文书、日期和金额。",
            url=url_for("casefiles.new"),
            tone="primary",
            action="新建案卷",
        )
        return
    for case in session.exec(select(CaseFile).where(*mine).order_by(col(CaseFile.id).desc()).limit(5)):
        checked = f"自查 {case.grade}" if case.grade else "尚未自查"
        yield web.Duty(
            title=f"整理并提交：{label_of(case)}",
            detail=f"{case.party_name or '当事人待识别'}；{case.files} 个文件；{checked}",
            url=url_for("casefiles.case", case_id=case.id),
            tone="primary",
            action="继续整理",
        )
    if total > 5:
        yield web.Duty(
            title=f"另有 {total - 5} 件草稿案卷",
            detail="在案卷列表中查看全部草稿。",
            url=url_for("casefiles.list", status="draft"),
        )
