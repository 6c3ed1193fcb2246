"""The pages: who gets in, what is hidden until when, and every page renders in every phase."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from casefiles import CaseFile, StoredFile
from review import RoundFile, SheetLine, freeze
from review.models import Reply

from .conftest import World

Login = Callable[..., FlaskClient]
LEADER_PAGES = ("", "/draw", "/seats")


@pytest.fixture
def enter(world: World, login: Login) -> Callable[[str], FlaskClient]:
    """Sign in after committing what the world holds."""

    def sign_in(name: str) -> FlaskClient:
        world.session.commit()
        return login(None, name)

    return sign_in


def text(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code, answer.get_data(as_text=True)[:1500])
    return answer.get_data(as_text=True)


def test_leader_pages_render_in_every_phase(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    for phase in ("preparing", "collecting", "drawing", "scoring", "settling", "replying", "grading"):
        world.forward(phase)
        client = enter("leader")
        if phase == "collecting":
            assert "本单位已提交 3 卷" in text(enter("clerk_jilin"), "/")
            assert "报送案卷" not in text(enter("clerk_liaoyuan"), "/")
        for page in LEADER_PAGES:
            assert world.round.title in text(client, f"/review/{world.round.id}{page}") or page == "/seats"
        assert "评查活动" in text(client, "/review/") and "待办事项" in text(client, "/")
        opened = phase in ("settling", "replying", "grading")
        for page in ("/gaps", "/agreement"):
            text(client, f"/review/{world.round.id}{page}", 200 if opened else 422)
        text(client, f"/review/{world.round.id}/results", 200 if phase in ("replying", "grading") else 422)


def test_a_round_is_made_by_form(world: World, enter: Callable[[str], FlaskClient]) -> None:
    client = enter("leader")
    assert "长春市人民防空办公室" in text(client, "/review/new")
    form = {
        "title": "专项评查", "year": "2026", "kinds": ["penalty", "licence"], "office_ids": [world.offices["220100"].id],
        "closed_from": "2026-01-01", "closed_to": "2026-06-30", "standard_id": "jilin-rf-2020", "per_office": "10",
        "per_kind": "1", "quorum": "3", "gap_limit": "5", "panel": [world.users["reviewer2"].id, world.users["reviewer3"].id],
        "due_scoring": "2026-12-01",
    }  # fmt: skip
    answer = client.post("/review/new", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)[:3000]
    page = text(client, answer.headers["Location"])
    assert "专项评查" in page and "评查员" in page and "至 2026-12-01" in page
    wrong = client.post("/review/new", data=form | {"closed_to": "2025-01-01"})
    assert wrong.status_code == 422 and "对调两个日期" in wrong.get_data(as_text=True)
    assert 'value="专项评查"' in wrong.get_data(as_text=True)


def test_a_plan_is_changed_only_while_prepared(world: World, enter: Callable[[str], FlaskClient]) -> None:
    round_ = world.start(gap_limit=35)
    client, url = enter("leader"), f"/review/{round_.id}/edit"
    page = text(client, url)
    assert 'value="3.5"' in page or 'value="3.50"' in page
    form = {
        "title": "改名的评查", "year": "2023", "kinds": ["penalty"], "office_ids": [world.offices["220300"].id],
        "closed_from": "2023-01-01", "closed_to": "2023-12-31", "standard_id": "jilin-rf-2020", "per_office": "2",
        "per_kind": "1", "quorum": "3", "gap_limit": "4.5",
    }  # fmt: skip
    assert client.post(url, data=form | {"closed_to": "2022-01-01"}).status_code == 422
    assert client.post(url, data=form).status_code == 302
    world.session.expire_all()
    assert (world.round.title, world.round.gap_limit, world.round.per_office) == ("改名的评查", 45, 2)
    world.forward("collecting")
    assert enter("leader").get(url).status_code == 422
    assert enter("reviewer1").get(url).status_code == 403


def test_draw_and_assignment_by_buttons(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("drawing")
    client, base = enter("leader"), f"/review/{world.round.id}"
    assert client.post(f"{base}/draw/list", data={"seed_source": "公开彩票号码"}).status_code == 302
    assert "SHA-256" in text(client, f"{base}/draw")
    assert client.post(f"{base}/draw/seed", data={"seed": "123", "how": "抄录"}).status_code == 422
    assert client.post(f"{base}/draw/seed", data={"seed": "20261123", "how": "抄录"}).status_code == 302
    assert "抽中" in text(client, f"{base}/draw")
    record = json.loads(text(client, f"{base}/draw.json"))
    assert len(record["selected"]) == 4
    assert client.post(f"{base}/seats").status_code == 302
    matrix = text(client, f"{base}/seats")
    assert matrix.count('class="seat"') == 8 and "本单位案卷" in matrix


def test_nobody_sees_what_is_not_theirs(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    mine, other = (
        world.user_of(seat).login,
        next(u for u in ("reviewer5", "reviewer6") if u != world.user_of(seat).login),
    )
    file = world.file_of(seat)
    urls = [
        f"/review/desk/{seat.id}",
        f"/review/desk/{seat.id}/files/x/words",
        f"/review/files/{file.id}/settle/P37",
        f"/review/files/{file.id}/sheet",
        f"/review/{world.round.id}/seats",
    ]
    stranger = enter(other)
    if world.session.get_one(RoundFile, file.id).id not in {
        s.round_file_id for s in world.seats() if world.user_of(s).login == other
    }:
        assert stranger.get(urls[0]).status_code == 404
    same = next(s for s in world.seats() if s.round_file_id == file.id and s.id != seat.id)
    colleague = enter(world.user_of(same).login)
    assert (
        colleague.get(f"/review/desk/{seat.id}").status_code == 404
    )  # not even the second reviewer of the file
    assert colleague.put(f"/review/desk/{seat.id}/lines/P37", json={"action": "confirm"}).status_code == 404
    assert colleague.get(f"/review/desk/{same.id}").status_code == 200
    absent = text(colleague, "/review/desk/01AAAAAAAAAAAAAAAAAAAAAAAA", 404)
    assert text(colleague, f"/review/desk/{seat.id}", 404).split("<main")[1] == absent.split("<main")[1]
    for url in urls[2:4]:
        assert colleague.get(url).status_code == 404, url
    for login in ("clerk_changchun", "supervisor", "auditor", "sysadmin", "leader"):
        client = enter(login)
        assert client.get(urls[0]).status_code == 403, login
    assert enter("clerk_changchun").get(f"/review/{world.round.id}").status_code == 403
    assert enter("auditor").get(f"/review/{world.round.id}/draw").status_code == 200
    assert enter("auditor").get(f"/review/{world.round.id}/results").status_code == 403
    assert enter(mine).get(f"/review/desk/{seat.id}").status_code == 200


def test_the_desk_hides_who_it_is_about(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    file = world.file_of(seat)
    case = world.session.get_one(CaseFile, file.case_id)
    office = next(o for o in world.offices.values() if o.id == file.office_id)
    client = enter(world.user_of(seat).login)
    for page in (text(client, f"/review/desk/{seat.id}"), text(client, "/review/queue")):
        body = page.split("<main", 1)[1].split("声明回避某个单位", 1)[0]
        assert file.code in body
        for secret in (case.party_name, case.number, office.name, office.short_name):
            assert secret not in body
            assert secret.encode("unicode_escape").decode() not in body
    world.round.hide_identity = False
    world.session.add(world.round)
    assert case.number in text(enter(world.user_of(seat).login), f"/review/desk/{seat.id}")


def test_desk_saves_conflicts_and_hands_in(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    client, base = enter(world.user_of(seat).login), f"/review/desk/{seat.id}"
    page = text(client, base)
    state: dict[str, Any] = json.loads(page.split('id="desk-state">', 1)[1].split("</script>", 1)[0])
    items = {item["rule"]: item for item in state["items"]}
    assert set(items) == {"P37", "P04", "P06", "P01"} and items["P04"]["veto"]
    place = items["P37"]["evidence"][0]
    assert place["page"] == 1 and place["file"] == state["files"][0]["id"]
    saved = client.put(f"{base}/lines/P37", json={"version": 0, "action": "confirm"})
    answer = saved.get_json()
    assert saved.status_code == 200 and answer["line"]["version"] == 1 and answer["left"] == ["P04", "P06"]
    conflict = client.put(f"{base}/lines/P37", json={"version": 0, "action": "reject", "note": "x"})
    assert conflict.status_code == 409 and conflict.get_json()["line"]["action"] == "confirm"
    refused = client.put(
        f"{base}/lines/P04", json={"version": 0, "action": "amend", "verdict": "breached", "note": "x"}
    )
    assert refused.status_code == 422 and "扣分须有依据" in refused.get_json()["error"]["what"]
    anchor = {"file": place["file"], "page": 2, "box": [0.1, 0.1, 0.4, 1.7], "quote": ""}
    marked = client.put(
        f"{base}/lines/P04",
        json={"version": 0, "action": "amend", "verdict": "breached", "note": "一人", "anchors": [anchor]},
    )
    assert marked.status_code == 200 and marked.get_json()["score"]["flagged"]
    assert marked.get_json()["line"]["anchors"][0]["box"] == [0.1, 0.1, 0.4, 1.0]
    foreign = client.put(
        f"{base}/lines/P06",
        json={"version": 0, "action": "amend", "verdict": "met", "anchors": [{"file": "zz"}]},
    )
    assert foreign.status_code == 400
    assert client.post(f"{base}/submit", data={}).status_code == 422
    assert client.post(f"{base}/systems/documents").get_json()["count"] == 1
    assert client.post(f"{base}/submit", data={"remark": "好"}).status_code == 302
    assert client.put(f"{base}/lines/P37", json={"version": 1, "action": "confirm"}).status_code == 422
    assert "已提交" in text(client, "/review/queue")


def test_settlement_by_form_keeps_what_was_typed(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    first = world.seats()[0]
    world.score(first, P04="breached")
    world.forward("settling")
    file = world.file_of(first)
    client, url = enter("leader"), f"/review/files/{file.id}/settle/P04"
    assert "第 1 席" in text(client, f"/review/{world.round.id}/gaps")
    assert "现场" not in text(client, url)
    form = {"verdict": "breached", "occurrences": "1", "reasons": "仅一人签名", "minutes": "记录全文"}
    short = client.post(url, data=form | {f"choice-{world.users['reviewer5'].id}": "for"})
    body = short.get_data(as_text=True)
    assert (
        short.status_code == 422 and "少于规定的 3 票" in body and "仅一人签名" in body and "记录全文" in body
    )
    votes = {f"choice-{world.users[u].id}": "for" for u in ("leader", "reviewer5", "reviewer6")}
    assert client.post(url, data=form | votes).status_code == 302
    assert enter("reviewer6").post(url, data=form | votes).status_code == 403
    assert "赞成" in text(enter("reviewer6"), url)


def test_replies_by_the_office_and_an_answer_by_somebody_else(
    world: World, enter: Callable[[str], FlaskClient]
) -> None:
    world.start()
    world.forward("replying")
    file = next(f for f in world.files() if f.office_id == world.offices["220300"].id)
    clerk = enter("clerk_siping")
    assert "评查组反馈 1 卷、1 个问题" in text(clerk, "/")
    page = text(clerk, f"/review/files/{file.id}/reply")
    assert "立案至决定共 100 日" in page and "95" not in page.split("<main")[1]
    assert clerk.get(f"/review/files/{file.id}/sheet").status_code == 404  # no score before the freeze
    assert enter("clerk_jilin").get(f"/review/files/{file.id}/reply").status_code == 404
    sent = clerk.post(
        f"/review/files/{file.id}/reply",
        data={"rule": "P37", "text": "检测期间应扣除", "evidence": "第 9 页"},
    )
    assert sent.status_code == 302
    again = clerk.post(f"/review/files/{file.id}/reply", data={"rule": "P37", "text": "再说一遍"})
    assert again.status_code == 422 and "再说一遍" in again.get_data(as_text=True)
    world.session.expire_all()
    reply = world.session.exec(select(Reply)).one()
    scorers = {world.user_of(s).login for s in world.seats() if s.round_file_id == file.id}
    answer = {"outcome": "met", "reason": "检测报告在卷"}
    scorer = enter(sorted(scorers)[0])
    assert scorer.post(f"/review/replies/{reply.id}", data=answer).status_code == 422
    leader = enter("leader")
    assert "待答复" in text(leader, "/")
    assert leader.post(f"/review/replies/{reply.id}", data=answer).status_code == 302
    world.session.expire_all()
    world.forward("grading")
    assert world.session.get_one(RoundFile, file.id).panel_score == 1000
    assert "采纳" in text(enter("clerk_siping"), f"/review/files/{file.id}/reply")


def test_resolution_results_and_print(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    first, second = world.seats()[:2]
    world.score(first, P04="breached")
    world.score(second, P04="breached")
    world.forward("grading")
    file = world.file_of(first)
    client, base = enter("leader"), f"/review/{world.round.id}"
    assert "候选" in text(client, f"{base}/results")
    votes = {f"choice-{world.users[u].id}": "for" for u in ("leader", "reviewer5", "reviewer6")}
    form = {"cause": "procedure", "reasons": "仅一人执法", "minutes": ""} | votes
    assert client.post(f"/review/files/{file.id}/resolution", data=form | {"reasons": ""}).status_code == 200
    assert client.post(f"/review/files/{file.id}/resolution", data=form).status_code == 302
    assert "典型差案" in text(client, f"{base}/results")
    assert client.get(f"{base}/results.json").status_code == 422
    assert client.post(f"{base}/freeze").status_code == 302
    sheet = text(client, f"/review/files/{file.id}/sheet")
    assert "行政执法案卷评查表" in sheet and "典型差案（程序）" in sheet and "否决项" in sheet
    assert client.get(f"{base}/results.json").status_code == 200
    office = next(o for o in world.offices.values() if o.id == file.office_id)
    clerk = {"220100": "changchun", "220200": "jilin", "220300": "siping", "222400": "yanbian"}[office.code]
    assert "行政执法案卷评查表" in text(enter(f"clerk_{clerk}"), f"/review/files/{file.id}/sheet")
    assert text(enter("supervisor"), f"{base}/results")


def test_tampered_results_are_not_handed_out(world: World, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("grading")
    freeze(world.session, world.round, by=world.leader)
    world.round.frozen_text = world.round.frozen_text.replace("优秀", "良好")
    world.session.add(world.round)
    answer = enter("leader").get(f"/review/{world.round.id}/results.json")
    assert answer.status_code == 422 and "哈希值不符" in answer.get_data(as_text=True)


def test_ids_of_others_are_refused_wherever_they_stand(
    world: World, enter: Callable[[str], FlaskClient]
) -> None:
    """Every id of a URL or form swapped for one that exists elsewhere answers like one that does not exist."""
    world.start()
    world.forward("scoring")
    seat, other = world.seats()[0], world.seats()[2]
    assert seat.round_file_id != other.round_file_id
    foreign = world.session.exec(
        select(StoredFile).where(StoredFile.case_id == world.file_of(other).case_id)
    ).one()
    old = world.round
    world.start(title="另一活动")
    world.session.commit()
    client, base = enter(world.user_of(seat).login), f"/review/desk/{seat.id}"
    for url in (
        f"{base}/files/{foreign.id}/pages/1.png",
        f"{base}/files/{foreign.id}/words",
        f"{base}/files/x/words",
    ):
        assert client.get(url).status_code == 404, url
    mark = {
        "version": 0,
        "action": "amend",
        "verdict": "breached",
        "note": "x",
        "anchors": [{"file": foreign.id, "page": 1}],
    }
    assert client.put(f"{base}/lines/P04", json=mark).status_code == 400
    recusal = {"reason": "x", "office_id": "", "file_id": other.round_file_id}
    if world.user_of(other).id != world.user_of(seat).id:
        assert client.post(f"/review/{old.id}/recuse", data=recusal).status_code == 404
    leader = enter("leader")
    swap = {
        "seat_id": other.id,
        "file_id": other.round_file_id,
        "reviewer_id": world.users["reviewer5"].id,
        "reason": "x",
    }
    assert leader.post(f"/review/{world.round.id}/seats/change", data=swap).status_code == 404
    assert (
        leader.post(f"/review/{world.round.id}/draw/must", data={"case_id": "zz", "reason": "x"}).status_code
        == 404
    )
    assert enter("administrator").get(f"/review/{old.id}/seats").status_code == 200
    for login in ("reviewer1", "supervisor"):
        assert enter(login).get(f"/review/{old.id}/seats").status_code == 403


def test_unsafe_requests_need_the_token(world: World, app: Any, enter: Callable[[str], FlaskClient]) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    client = enter(world.user_of(seat).login)
    app.config["WTF_CSRF_ENABLED"] = True
    for method, url in (
        ("put", f"/review/desk/{seat.id}/lines/P37"),
        ("post", f"/review/desk/{seat.id}/systems/documents"),
        ("post", f"/review/desk/{seat.id}/submit"),
    ):
        answer = getattr(client, method)(url, json={"version": 0, "action": "confirm"})
        assert answer.status_code == 400 and "安全校验" in answer.get_json()["error"]["what"], url
    world.session.expire_all()
    assert world.session.exec(select(SheetLine)).all() == []
