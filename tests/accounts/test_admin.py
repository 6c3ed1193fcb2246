"""Keeping accounts: 三员分立, roles that take effect at once, passwords shown once, the log."""

import itertools
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from accounts import (
    Office,
    Role,
    User,
    create_user,
    office_subtree,
    seed_jilin,
    set_roles,
    users_with,
    visible_offices,
)
from accounts.admin import check_roles
from accounts.models import BUSINESS, OFFICERS
from accounts.passwords import check_policy
from foundation import audit, db, errors, jobs, settings
from tests.conftest import PASSWORD


def test_no_account_holds_two_of_the_three_officers() -> None:
    for pair in itertools.combinations(OFFICERS, 2):
        with pytest.raises(errors.Refused, match="三员分立"):
            check_roles(pair)


def test_no_officer_holds_a_business_role() -> None:
    for officer, business in itertools.product(OFFICERS, BUSINESS):
        with pytest.raises(errors.Refused, match="三员分立"):
            check_roles([officer, business])
    check_roles(BUSINESS)
    for officer in OFFICERS:
        check_roles([officer])


def test_changed_roles_end_the_sessions(
    login: Callable[..., FlaskClient], engine: object, seeded: dict[str, User]
) -> None:
    clerk, secadmin = login(None, "clerk_jilin"), login(None, "secadmin")
    url = f"/users/{seeded['clerk_jilin'].id}"
    assert secadmin.post(url, data={"roles": ["clerk", "auditor"]}).status_code == 422
    assert clerk.get("/").status_code == 200
    assert secadmin.post(url, data={"roles": ["clerk", "reviewer"]}).status_code == 302
    assert clerk.get("/").status_code == 302
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        assert session.get_one(User, seeded["clerk_jilin"].id).roles == {Role.CLERK, Role.REVIEWER}


def test_no_one_changes_the_own_roles(login: Callable[..., FlaskClient], seeded: dict[str, User]) -> None:
    answer = login(None, "secadmin").post(f"/users/{seeded['secadmin'].id}", data={"roles": ["auditor"]})
    assert answer.status_code == 422 and "自己的角色" in answer.get_data(as_text=True)


def test_the_system_administrator_gives_no_roles(
    login: Callable[..., FlaskClient], engine: object, seeded: dict[str, User]
) -> None:
    login(None, "sysadmin").post(f"/users/{seeded['clerk_jilin'].id}", data={"roles": ["leader"]})
    with db.session_scope(engine, reading=True) as session:  # type: ignore[arg-type]
        assert session.get_one(User, seeded["clerk_jilin"].id).roles == {Role.CLERK}


def test_a_new_account_from_first_password_to_work(
    login: Callable[..., FlaskClient], seeded: dict[str, User]
) -> None:
    sysadmin = login(None, "sysadmin")
    form = {"login": "xin_ren", "name": "新人", "office_id": seeded["clerk_jilin"].office_id}
    page = sysadmin.post("/users/new", data=form).get_data(as_text=True)
    password = page.split('fs-5">')[1].split("<")[0]
    assert sysadmin.post("/users/new", data=form).status_code == 422
    new = login(None, "xin_ren", password)
    assert new.get("/").location == "/password"
    assert "xin_ren" in sysadmin.get("/users?only=bare").get_data(as_text=True)


def test_a_closed_account_is_out_at_once(
    login: Callable[..., FlaskClient], client: FlaskClient, seeded: dict[str, User]
) -> None:
    clerk, sysadmin = login(None, "clerk_jilin"), login(None, "sysadmin")
    assert sysadmin.post(f"/users/{seeded['clerk_jilin'].id}/active").status_code == 302
    assert clerk.get("/").status_code == 302
    assert client.post("/login", data={"login": "clerk_jilin", "password": PASSWORD}).status_code == 401
    assert sysadmin.post(f"/users/{seeded['sysadmin'].id}/active").status_code == 422


def test_unlocking(login: Callable[..., FlaskClient], client: FlaskClient, seeded: dict[str, User]) -> None:
    for _ in range(5):
        client.post("/login", data={"login": "clerk_jilin", "password": "wrong"})
    secadmin = login(None, "secadmin")
    page = secadmin.get("/").get_data(as_text=True)
    assert "clerk_jilin" in page and "被锁定" in page
    assert secadmin.post(f"/users/{seeded['clerk_jilin'].id}/unlock").status_code == 302
    login(client, "clerk_jilin")


def test_the_log_is_read_verified_and_exported_by_the_auditor(
    login: Callable[..., FlaskClient], engine: object
) -> None:
    auditor = login(None, "auditor")
    assert "登录系统" in auditor.get("/audit?action=account.").get_data(as_text=True)
    assert "没有发现改动" in auditor.post("/audit/verify").get_data(as_text=True)
    lines = auditor.get("/audit/export").get_data(as_text=True).splitlines()
    assert lines[0].startswith("\ufeff时间,单位链") and len(lines) > 30
    assert auditor.get("/audit?since=gestern").status_code == 400
    with db.session_scope(engine) as session:  # type: ignore[arg-type]
        entry = session.exec(
            select(audit.AuditEntry).where(audit.AuditEntry.action == "account.sign_in")
        ).first()
        assert entry is not None
        entry.text = "别人登录"
        session.add(entry)
    assert "审计链有误" in auditor.post("/audit/verify").get_data(as_text=True)


def test_the_export_runs_nothing_in_a_spreadsheet(login: Callable[..., FlaskClient], engine: object) -> None:
    with db.session_scope(engine) as session:  # type: ignore[arg-type]
        audit.record(
            session, actor=None, action="x", target="", office_id=None, text='=HYPERLINK("http://x")'
        )
    text = login(None, "auditor").get("/audit/export?action=x").get_data(as_text=True)
    assert "\"'=HYPERLINK" in text


def test_seeding_twice_changes_nothing(session: Session, seeded: dict[str, User]) -> None:
    before = len(session.exec(select(User)).all())
    seed_jilin(session, password="Andere-Parole-9")
    assert len(session.exec(select(User)).all()) == before == 30


def test_subtrees_and_visible_offices(session: Session, seeded: dict[str, User]) -> None:
    province = session.exec(select(Office).where(Office.level == "province")).one()
    assert len(office_subtree(session, province)) == 14
    changchun = session.get_one(Office, seeded["clerk_changchun"].office_id)
    assert len(office_subtree(session, changchun)) == 2
    assert visible_offices(session, seeded["clerk_changchun"]) == [changchun.id]
    assert len(visible_offices(session, seeded["leader"])) == 14


def test_users_by_role(session: Session, seeded: dict[str, User]) -> None:
    assert [user.login for user in users_with(session, Role.LEADER)] == ["leader"]
    assert len(users_with(session, "reviewer")) == 6
    assert users_with(session, Role.CLERK, [seeded["leader"].office_id]) == []


def test_an_account_name_is_unique(session: Session, seeded: dict[str, User]) -> None:
    office = session.get_one(Office, seeded["leader"].office_id)
    with pytest.raises(errors.AnhengError, match="已被使用"):
        create_user(session, login="leader", name="另一人", office=office, quick=True)
    with pytest.raises(errors.Refused, match="自己的角色"):
        set_roles(session, user=seeded["secadmin"], roles=[Role.AUDITOR], by=seeded["secadmin"])


@pytest.mark.parametrize(
    "weak", ["Short1!", "alllowercase", "ABCabcabcabc", "Clerk_jilin-2026", "Password-2026x"]
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(errors.AnhengError, match="不符合要求"):
        check_policy(weak, login="clerk_jilin", least=10)


@pytest.mark.parametrize("good", ["Qiu-Tian-88", "changbaishan2026SNOW", "长白山-Snow-1999"])
def test_good_passwords_pass(good: str) -> None:
    check_policy(good, login="clerk_jilin", least=10)


def test_offices_are_added_and_corrected(
    login: Callable[..., FlaskClient], session: Session, seeded: dict[str, User]
) -> None:
    client, parent = login(None, "sysadmin"), seeded["clerk_jilin"].office_id
    form = {"code": "220281", "name": "蛟河市人民防空办公室", "level": "county", "parent_id": parent}
    assert client.post("/offices", data=form).status_code == 302
    assert client.post("/offices", data=form).status_code == 422
    office = session.exec(select(Office).where(Office.code == "220281")).one()
    assert office.path == f"{session.get_one(Office, parent).path}{office.id}/"
    office_id = office.id
    session.rollback()
    names = {"name": "蛟河市人防办公室", "document_code": "蛟人防"}
    assert client.post(f"/offices/{office_id}", data=names).status_code == 302
    office = session.get_one(Office, office_id, populate_existing=True)
    assert (office.name, office.document_code, office.code) == ("蛟河市人防办公室", "蛟人防", "220281")


@jobs.task("test.secret")
def secret(_context: jobs.Context, *, title: str) -> None:
    raise errors.Refused(f"{title}不能读取。", "请重试。")


def test_the_system_page_mends_jobs_and_shows_no_case(
    login: Callable[..., FlaskClient], engine: Engine, config: settings.Settings
) -> None:
    with db.session_scope(engine) as session:
        job_id = jobs.enqueue(session, "test.secret", {"title": "某公司案"}).id
    jobs.work(engine, config, once=True)
    client = login(None, "sysadmin")
    page = client.get("/system").text
    assert job_id in page and "失败" in page and "某公司" not in page
    assert client.post(f"/system/jobs/{job_id}/burn").status_code == 404
    assert client.post(f"/system/jobs/{job_id}/retry").status_code == 302
    assert "等待" in client.get("/system").text
    assert client.post(f"/system/jobs/{job_id}/cancel").status_code == 302
    with db.session_scope(engine, reading=True) as session:
        assert session.get_one(jobs.Job, job_id).state == "cancelled"
