"""The system administrator's page: what is well, what is not and how to mend it, and the background jobs.

Nothing of a case file is shown here: neither a job's payload nor its text.
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import col, select

from accounts.access import check_object, current_user, register_object
from accounts.models import Role
from foundation import audit, commands, errors, jobs, web

ROUTES: tuple[web.Route, ...] = (
    ("GET", "/system", "system"),
    ("POST", "/system/jobs/<job_id>/<act>", "job_act"),
)
STATES = {"queued": "等待", "running": "进行中", "failed": "失败", "cancelled": "已取消", "done": "完成"}
ACTS = {"retry": jobs.retry, "cancel": jobs.cancel}

web.register_nav("管理", "系统状态", "accounts.system", (Role.SYSADMIN,), "运行环境的检查结果和后台任务")
register_object("job", lambda _session, _job, by: by.has(Role.SYSADMIN))


def system() -> ResponseReturnValue:
    """The doctor's findings and the jobs that are not done."""
    query = select(jobs.Job).where(col(jobs.Job.state) != "done").order_by(col(jobs.Job.id).desc()).limit(100)
    rows = web.session().exec(query).all()
    found = commands.examine(web.settings())
    faults = [check for check in found if not check.ok]
    return render_template("accounts/system.html", rows=rows, found=found, faults=faults, states=STATES)


def job_act(job_id: str, act: str) -> ResponseReturnValue:
    """Try a failed job again, or cancel one that waits or runs."""
    session = web.session()
    job = session.get(jobs.Job, job_id)
    check_object(session, "job", job, current_user())
    assert job is not None
    if act not in ACTS:
        raise errors.NotFound()
    ACTS[act](session, job)
    audit.record(session, actor=current_user(), action=f"job.{act}", target=f"job:{job_id}", office_id=None,
                 text=f"{'重试' if act == 'retry' else '取消'}后台任务 {job_id}")  # fmt: skip
    flash("已办理。", "success")
    return redirect(url_for("accounts.system"))
