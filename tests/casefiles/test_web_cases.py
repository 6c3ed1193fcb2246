"""Case files: opened once, edited without overwriting, listed in a fixed number of queries, hidden from others."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from sqlmodel import select

from accounts import ACCESS, User
from casefiles import (
    CaseFile,
    allow_reader,
    book,
    create_case,
    mask,
    mask_person,
    set_status,
    submitted_cases,
)
from casefiles.cases import _readers, fill_from_facts
from casefiles.factbook import record_machine
from foundation import db, errors, web
from scoring_rules import Fact

Login = Callable[..., FlaskClient]
FORM = {
    "case_kind": "penalty",
    "procedure": "ordinary",
    "year": "2024",
    "party_kind": "organisation",
    "title": "某案",
}


def cases(engine: Engine) -> list[CaseFile]:
    with db.session_scope(engine, reading=True) as session:
        return list(session.exec(select(CaseFile)))


def many(engine: Engine, by: User, count: int, **data: object) -> list[str]:
    with db.session_scope(engine) as session:
        return [
            create_case(
                session, office_id=by.office_id, by=by, data={"year": 2024, "title": f"第{n}案", **data}
            ).id
            for n in range(count)
        ]


def test_the_form_sent_twice_opens_one_case(login: Login, engine: Engine) -> None:
    clerk = login(None, "clerk_jilin")
    answers = [clerk.post("/cases/new", data={**FORM, "form_key": "k" * 32}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert len(cases(engine)) == 1


def test_only_penalties_have_a_procedure(login: Login, engine: Engine) -> None:
    clerk = login(None, "clerk_jilin")
    for kind in ("penalty", "inspection"):
        clerk.post("/cases/new", data={**FORM, "case_kind": kind, "form_key": kind})
    assert {case.case_kind: case.procedure for case in cases(engine)} == {
        "penalty": "ordinary",
        "inspection": None,
    }


def test_a_bad_year_is_said(login: Login, engine: Engine) -> None:
    answer = login(None, "clerk_jilin").post("/cases/new", data={**FORM, "year": "24"})
    assert "年度请填四位数字" in answer.get_data(as_text=True)
    assert cases(engine) == []


def test_whoever_saves_second_is_told(login: Login, case: CaseFile, engine: Engine) -> None:
    clerk = login(None, "clerk_jilin")
    body = {**FORM, "seen": str(case.version)}
    assert clerk.post(f"/cases/{case.id}/edit", data={**body, "title": "甲"}).status_code == 302
    assert clerk.post(f"/cases/{case.id}/edit", data={**body, "title": "乙"}).status_code == 409
    assert cases(engine)[0].title == "甲"


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("who", ["clerk_jilin", "supervisor"])
def test_the_list_takes_the_same_queries_for_one_and_for_thirty(
    app: web.Application, login: Login, engine: Engine, seeded: dict[str, User], who: str
) -> None:
    client = login(None, who)
    counts = []
    for extra in (1, 29):
        many(engine, seeded["clerk_jilin"], extra)
        with counted(app.anheng_engine) as seen:
            assert client.get("/cases").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_the_desk_takes_the_same_queries_whatever_its_size(
    app: web.Application, login: Login, filled: CaseFile
) -> None:
    client = login(None, "clerk_jilin")
    with counted(app.anheng_engine) as seen:
        assert client.get(f"/cases/{filled.id}/desk").status_code == 200
    assert len(seen) <= 12


def test_pages_follow_each_other_without_gap(login: Login, engine: Engine, seeded: dict[str, User]) -> None:
    made = many(engine, seeded["clerk_jilin"], 120)
    client, seen, url = login(None, "clerk_jilin"), [], "/cases"
    for _ in range(3):
        page = client.get(url).get_data(as_text=True)
        seen += [
            part.split('"')[0] for part in page.split('href="/cases/')[1:] if len(part.split('"')[0]) == 26
        ]
        marks = page.split('rel="next" href="')
        url = marks[1].split('"')[0].replace("&amp;", "&") if len(marks) > 1 else ""
    assert (seen, url) == (made[::-1], "")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("?year=2023", 3),
        ("?kind=licence", 2),
        ("?kind=licence&year=2023", 0),
        ("?status=submitted", 0),
        ("?q=丙", 2),
        ("?q=%25", 0),
        ("?year=abc&kind=x", 7),
    ],
)
def test_filters(login: Login, engine: Engine, seeded: dict[str, User], query: str, count: int) -> None:
    by = seeded["clerk_jilin"]
    many(engine, by, 2)
    many(engine, by, 3, year=2023)
    many(engine, by, 2, case_kind="licence", title="丙许可")
    page = login(None, "clerk_jilin").get(f"/cases{query}").get_data(as_text=True)
    assert f"共 {count} 件" in page


READ_PATHS = ("", "/files", "/desk", "/timeline", "/systems", "/check", "/history", "/edit", "/pulse", "/progress",
              "/desk/documents", "/desk/facts", "/files/list", "/check/P37")  # fmt: skip


def bare(page: bytes, name: str) -> bytes:
    """A page without the asked id and without its tokens, which differ from second to second."""
    return re.sub(rb'(csrf[-_]token" (?:content|value)=")[^"]*', rb"\1", page.replace(name.encode(), b""))


@pytest.mark.parametrize("path", READ_PATHS)
def test_another_offices_case_answers_like_an_absent_one(login: Login, filled: CaseFile, path: str) -> None:
    other = login(None, "clerk_siping")
    foreign = other.get(f"/cases/{filled.id}{path}")
    absent = other.get(f"/cases/01JD0000000000000000000000{path}")
    assert foreign.status_code == absent.status_code == 404
    assert bare(foreign.data, filled.id) == bare(absent.data, "01JD0000000000000000000000")


@pytest.mark.parametrize(
    "path", ["/run", "/sign-off", "/submit", "/retry", "/documents/order", "/facts/filed_on"]
)
def test_another_office_changes_nothing(login: Login, filled: CaseFile, path: str) -> None:
    path = path.replace("/run", "/check/run")
    for who in ("clerk_siping", "supervisor", "reviewer1"):
        answer = login(None, who).post(
            f"/cases/{filled.id}{path}", json={}, headers={"Accept": "application/json"}
        )
        assert answer.status_code in (403, 404)


def test_every_page_of_the_province_is_read_only(login: Login, filled: CaseFile) -> None:
    page = login(None, "supervisor").get(f"/cases/{filled.id}/desk").get_data(as_text=True)
    assert "只能查看" in page and "data-editable" not in page


def test_a_reviewer_sees_pages_only_when_lent(login: Login, filled: CaseFile, engine: Engine) -> None:
    reviewer = login(None, "reviewer1")
    with db.session_scope(engine, reading=True) as session:
        from casefiles import files_of

        stored = files_of(session, filled.id)[0]
    url = f"/cases/{filled.id}/files/{stored.id}/original"
    assert reviewer.get(url).status_code == 404
    lend = allow_reader(lambda session, user, case: case.id == filled.id)
    try:
        answer = reviewer.get(url)
        assert answer.status_code == 200
        answer.close()
        assert reviewer.get(f"/cases/{filled.id}").status_code in (403, 404)
    finally:
        _readers.remove(lend)


def test_the_whole_way_to_submission(login: Login, filled: CaseFile, engine: Engine) -> None:
    clerk = login(None, "clerk_jilin")
    refused = clerk.post(f"/cases/{filled.id}/submit")
    assert refused.status_code == 422 and "目录" in refused.get_data(as_text=True)
    assert clerk.post(f"/cases/{filled.id}/sign-off", data={"signed": "y"}).status_code == 302
    busy = clerk.post(f"/cases/{filled.id}/submit")
    assert busy.status_code == 422 and "识别处理" in busy.get_data(as_text=True)
    finish_jobs(engine)
    for _ in range(2):  # the form sent twice
        assert clerk.post(f"/cases/{filled.id}/submit").status_code == 302
    (case,) = cases(engine)
    assert (case.status, case.signed_off_on is not None) == ("submitted", True)
    page = clerk.get(f"/cases/{filled.id}/check").get_data(as_text=True)
    assert "案卷已提交，等待抽取评查" in page
    with db.session_scope(engine, reading=True) as session:
        assert [item.id for item in submitted_cases(session, [case.office_id], 2024, ["penalty"])] == [
            case.id
        ]
        assert submitted_cases(session, [case.office_id], 2023) == []


def finish_jobs(engine: Engine) -> None:
    from foundation import jobs

    with db.session_scope(engine) as session:
        for job in session.exec(select(jobs.Job)):
            job.state = "done"
            session.add(job)


@pytest.mark.parametrize(
    ("now", "then", "allowed"),
    [
        ("draft", "submitted", True),
        ("draft", "reviewed", False),
        ("submitted", "in_review", True),
        ("in_review", "reviewed", True),
        ("reviewed", "draft", False),
        ("submitted", "returned", True),
    ],
)
def test_steps_of_the_status(engine: Engine, case: CaseFile, now: str, then: str, allowed: bool) -> None:
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        held.status = now
        if allowed:
            set_status(session, case=held, status=then, by=None, reason="补送达回证")
            assert held.status == then
        else:
            with pytest.raises(errors.Refused):
                set_status(session, case=held, status=then, by=None, reason="x")


def test_a_return_needs_its_reason(engine: Engine, case: CaseFile) -> None:
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        held.status = "submitted"
        with pytest.raises(errors.AnhengError, match="原因"):
            set_status(session, case=held, status="returned", by=None)


def test_the_desk_of_the_clerk_says_what_is_due(login: Login, case: CaseFile, engine: Engine) -> None:
    clerk = login(None, "clerk_jilin")
    assert "整理并提交" in clerk.get("/").get_data(as_text=True)
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        held.status, held.status_reason = "returned", "缺送达回证"
        session.add(held)
    page = clerk.get("/").get_data(as_text=True)
    assert "退回补正" in page and "缺送达回证" in page


def test_every_page_opens_for_an_empty_and_a_filled_case(
    login: Login, case: CaseFile, filled: CaseFile
) -> None:
    clerk = login(None, "clerk_jilin")
    for path in ("", "/files", "/desk", "/timeline", "/systems", "/check", "/history", "/edit"):
        page = clerk.get(f"/cases/{filled.id}{path}")
        assert page.status_code == 200, path
        assert "style=" not in page.get_data(as_text=True) and "<script>" not in page.get_data(as_text=True)


def test_every_route_of_the_room_is_declared(app: web.Application) -> None:
    ours = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("casefiles.")}
    assert ours == {name for name in ACCESS if name.startswith("casefiles.")}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证 220102199003074518，电话13843112345", "身份证 220102********451*，电话138****2345"),
        ("〔2023〕3号 50592元 2023-05-12", "〔2023〕3号 50592元 2023-05-12"),
        ("0432-62345678", "0432-****5678"),
        ("卡号6222021234567890123", "卡号622202******0123"),
    ],
)
def test_personal_numbers_are_masked(text: str, shown: str) -> None:
    assert mask(text) == shown


@given(st.dates(date(1950, 1, 1), date(2010, 1, 1)), st.integers(100, 999), st.sampled_from("0123456789X"))
def test_no_identity_number_survives(born: date, number: int, check: str) -> None:
    whole = f"220102{born:%Y%m%d}{number}{check}"
    assert f"{born:%Y%m%d}" not in mask(f"公民{whole}。")


def test_only_persons_names_are_masked() -> None:
    assert mask_person("张三丰", "individual") == "张某某"
    assert mask_person("吉林市某公司", "organisation") == "吉林市某公司"


def test_a_submitted_file_goes_back_with_its_reason_and_a_drawn_one_stays(
    login: Login, filled: CaseFile, engine: Engine
) -> None:
    def status(become: str = "") -> str:
        with db.session_scope(engine) as session:
            case = session.get_one(CaseFile, filled.id)
            if become:
                case.status = become
                session.add(case)
            return case.status

    path, reason = f"/cases/{filled.id}/return", {"reason": "缺送达回证，请补充后重新提交"}
    status("submitted")
    assert login(None, "clerk_jilin").post(path, data=reason).status_code == 403
    leader = login(None, "leader")
    assert "退回补正" in leader.get(f"/cases/{filled.id}").get_data(as_text=True)
    assert "没有写明" in leader.post(path, data={"reason": " "}).get_data(as_text=True)
    status("in_review")
    assert leader.post(path, data=reason).status_code == 422
    assert status("submitted") == "submitted"
    assert leader.post(path, data=reason).status_code == 302
    assert status() == "returned"
    assert reason["reason"] in login(None, "clerk_jilin").get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "read", "year"),
    [
        ("", "吉市人防罚决〔2023〕7号", 2023),
        ("吉市人防罚决〔2024〕1号", "〔2023〕7号", 2026),
        ("", "第7号", 2026),
    ],
)
def test_the_year_follows_a_number_that_was_read(
    engine: Engine, filled: CaseFile, typed: str, read: str, year: int
) -> None:
    with db.session_scope(engine) as session:
        case = session.get_one(CaseFile, filled.id)
        case.number, case.year = typed, 2026
        fact = Fact(value=read, document="decision", file="全卷.pdf", page=3, quote=read, confidence=0.99)
        record_machine(session, case, {"decision_number": fact})
        fill_from_facts(case, book(session, case.id))
        assert case.year == year
