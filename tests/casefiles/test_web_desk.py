"""The desk: layout and facts change one by one, are kept with who and when, and two clerks never overwrite."""

import re
import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select

from accounts import User
from casefiles import CaseFile, FactEntry, book, documents_of, files_of, latest_check, run_check
from casefiles.layout import collapse, expand
from casefiles.pages import turn_box
from casefiles.reading import close_renderers
from foundation import db

Login = Callable[..., FlaskClient]
JSON = {"Accept": "application/json"}


@pytest.fixture
def clerk(login: Login) -> FlaskClient:
    return login(None, "clerk_jilin")


def layout(engine: Engine, case: CaseFile) -> list[tuple[str, list[int]]]:
    with db.session_scope(engine, reading=True) as session:
        return [(item.title, item.pages) for item in documents_of(session, case.id)]


def ids(engine: Engine, case: CaseFile) -> list[str]:
    with db.session_scope(engine, reading=True) as session:
        return [item.id for item in documents_of(session, case.id)]


def act(client: FlaskClient, case: CaseFile, path: str, **body: object) -> "object":
    return client.post(f"/cases/{case.id}/{path}", json=body, headers=JSON)


def test_the_desk_shows_documents_and_facts(clerk: FlaskClient, filled: CaseFile) -> None:
    page = clerk.get(f"/cases/{filled.id}/desk").get_data(as_text=True)
    for words in (
        "立案审批表",
        "行政处罚决定书",
        "2023-03-01",
        "30,000.00 元",
        "不一致",
        "把握 70%",
        "2023-05-15",
    ):
        assert words in page
    assert "style=" not in page
    assert 'data-box="[0.1, 0.2, 0.3, 0.25]"' in page


def test_split_merge_and_order(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    _, decision = ids(engine, filled)
    told = act(clerk, filled, f"documents/{decision}/split", before=2, seen=0)
    assert told.status_code == 200, told.json
    assert layout(engine, filled) == [
        ("立案审批表", [1, 2]),
        ("行政处罚决定书", [3, 3]),
        ("行政处罚决定书（拆出）", [4, 5]),
    ]
    assert act(clerk, filled, f"documents/{told.json['open']}/merge", seen=1).status_code == 200
    assert layout(engine, filled) == [("立案审批表", [1, 2]), ("行政处罚决定书", [3, 5])]
    assert act(clerk, filled, "documents/order", order=ids(engine, filled)[::-1], seen=2).status_code == 200
    assert [title for title, _ in layout(engine, filled)] == ["行政处罚决定书", "立案审批表"]


@pytest.mark.parametrize("before", [0, 1, 4])
def test_a_split_outside_the_document_is_refused(
    clerk: FlaskClient, filled: CaseFile, engine: Engine, before: int
) -> None:
    answer = act(clerk, filled, f"documents/{ids(engine, filled)[1]}/split", before=before, seen=0)
    assert answer.status_code == 400
    assert len(layout(engine, filled)) == 2


def test_the_first_document_has_nothing_before_it(
    clerk: FlaskClient, filled: CaseFile, engine: Engine
) -> None:
    assert act(clerk, filled, f"documents/{ids(engine, filled)[0]}/merge", seen=0).status_code == 400


def test_retype_and_title(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    first = ids(engine, filled)[0]
    assert act(clerk, filled, f"documents/{first}/retype", kind="closing_approval", seen=0).status_code == 200
    assert act(clerk, filled, f"documents/{first}/title", title="结案审批表", seen=1).status_code == 200
    assert act(clerk, filled, f"documents/{first}/retype", kind="no_such", seen=2).status_code == 400
    with db.session_scope(engine, reading=True) as session:
        paper = documents_of(session, filled.id)[0]
        assert (paper.kind, paper.title, paper.by is not None) == ("closing_approval", "结案审批表", True)


def test_a_change_waits_for_the_job_at_work(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    """The facts read anew after one change do not make the next one fail, as a second clerk would."""
    first, held = ids(engine, filled)[0], threading.Event()

    def job() -> None:
        with db.session_scope(engine) as session:
            case = session.get_one(CaseFile, filled.id, with_for_update=True)
            held.set()
            threading.Event().wait(0.7)
            case.files += 1
            session.add(case)

    worker = threading.Thread(target=job)
    worker.start()
    assert held.wait(10)
    told = act(clerk, filled, f"documents/{first}/retype", kind="closing_approval", seen=0)
    worker.join(10)
    assert told.status_code == 200, told.json
    with db.session_scope(engine, reading=True) as session:
        case = session.get_one(CaseFile, filled.id)
        assert (case.files, case.layout) == (2, 1)


def test_rotation_leaves_the_original(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    with db.session_scope(engine, reading=True) as session:
        stored = files_of(session, filled.id)[0]
    for seen in (0, 1):
        assert act(clerk, filled, f"files/{stored.id}/rotate", page=2, turn=90, seen=seen).status_code == 200
    with db.session_scope(engine, reading=True) as session:
        again = files_of(session, filled.id)[0]
        assert (again.rotations, again.sha256) == ({"2": 180}, stored.sha256)
    image = clerk.get(f"/cases/{filled.id}/files/{stored.id}/pages/2.png?turn=90")
    content = image.data
    image.close()
    close_renderers()
    assert content.startswith(b"\x89PNG")
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    assert width > height


def test_two_clerks_on_one_layout(login: Login, filled: CaseFile, engine: Engine) -> None:
    """The second of two changes made from the same picture is refused, told whose it was, and changes nothing."""
    one, two = login(None, "clerk_jilin"), login(None, "head_jilin")
    paper = ids(engine, filled)[1]
    assert (
        act(one, filled, f"documents/{paper}/retype", kind="no_penalty_decision", seen=0).status_code == 200
    )
    before = layout(engine, filled)
    answer = act(two, filled, f"documents/{paper}/split", before=2, seen=0)
    assert answer.status_code == 409
    assert "孙悦" in answer.json["error"]["what"]
    assert layout(engine, filled) == before


def test_two_clerks_on_one_fact(login: Login, filled: CaseFile, engine: Engine) -> None:
    one, two = login(None, "clerk_jilin"), login(None, "head_jilin")
    with db.session_scope(engine, reading=True) as session:
        seen = book(session, filled.id)["decided_on"].now.id
    body = {"origin": "corrected", "seen": seen}
    assert act(one, filled, "facts/decided_on", value="2023-05-15", **body).status_code == 200
    answer = act(two, filled, "facts/decided_on", value="2023-05-16", **body)
    assert answer.status_code == 409
    assert "孙悦" in answer.json["error"]["what"]
    with db.session_scope(engine, reading=True) as session:
        assert book(session, filled.id)["decided_on"].now.value == "2023-05-15"


def test_both_readings_are_kept(
    clerk: FlaskClient, filled: CaseFile, engine: Engine, seeded: dict[str, User]
) -> None:
    with db.session_scope(engine, reading=True) as session:
        machine = book(session, filled.id)["fine_decided"].now
    corrected = act(
        clerk,
        filled,
        "facts/fine_decided",
        origin="corrected",
        value="50000",
        seen=machine.id,
        note="见第4页",
    )
    assert corrected.json["text"] == "更正已保存。"
    withdrawn = act(clerk, filled, "facts/fine_decided", origin="withdrawn", seen=corrected.json["entry"])
    assert withdrawn.status_code == 200
    with db.session_scope(engine, reading=True) as session:
        entry = book(session, filled.id)["fine_decided"]
        story = [(item.origin, item.value, item.by) for item in entry.story]
        by = seeded["clerk_jilin"].id
        assert entry.now.id == machine.id
        assert story == [
            ("withdrawn", "30000.00", by),
            ("corrected", "50000.00", by),
            ("machine", "30000.00", None),
        ]


def test_one_key_confirms(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    with db.session_scope(engine, reading=True) as session:
        seen = book(session, filled.id)["decided_on"].now.id
    assert act(clerk, filled, "facts/decided_on", origin="confirmed", seen=seen).status_code == 200
    with db.session_scope(engine, reading=True) as session:
        entry = book(session, filled.id)["decided_on"]
        assert (entry.now.value, entry.checked, entry.conflict) == ("2023-05-12", True, False)
        assert len(entry.now.alternatives) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("decided_on", "昨天", "2023-05-12"),
        ("fine_decided", "三万", "金额"),
        ("decided_on", None, "查明没有"),
    ],
)
def test_a_bad_value_is_refused_with_the_remedy(
    clerk: FlaskClient, filled: CaseFile, engine: Engine, name: str, value: str | None, said: str
) -> None:
    with db.session_scope(engine, reading=True) as session:
        seen = book(session, filled.id)[name].now.id
    answer = act(clerk, filled, f"facts/{name}", origin="corrected", value=value, seen=seen)
    assert answer.status_code == 400
    assert said in answer.json["error"]["remedy"]
    with db.session_scope(engine, reading=True) as session:
        assert book(session, filled.id)[name].now.id == seen


def test_a_correction_changes_the_finding(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    """Filed on 1 March, decided on 12 May is in time; corrected to 12 July it is past ninety days."""
    with db.session_scope(engine) as session:
        run = run_check(session, session.get_one(CaseFile, filled.id))
        assert verdict(run.result, "P37") == "met"
        seen = book(session, filled.id)["decided_on"].now.id
    assert (
        act(clerk, filled, "facts/decided_on", origin="corrected", value="2023-07-12", seen=seen).status_code
        == 200
    )
    with db.session_scope(engine, reading=True) as session:
        run = latest_check(session, session.get_one(CaseFile, filled.id))
        assert run is not None
        assert verdict(run.result, "P37") in ("undetermined", "breached")


def verdict(result: dict[str, object], rule: str) -> str:
    findings = result["findings"]
    assert isinstance(findings, list)
    return next(str(item["verdict"]) for item in findings if item["rule"] == rule)


def test_a_new_fact_can_be_added(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    answer = act(
        clerk, filled, "facts/hearing_requested_on", origin="corrected", state="confirmed_absent", seen=None
    )
    assert answer.status_code == 200
    with db.session_scope(engine, reading=True) as session:
        assert book(session, filled.id)["hearing_requested_on"].now.state == "confirmed_absent"
        assert len(list(session.exec(select(FactEntry).where(FactEntry.name == "hearing_requested_on")))) == 1


def test_a_place_in_a_foreign_file_is_not_taken(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    with db.session_scope(engine, reading=True) as session:
        seen = book(session, filled.id)["decided_on"].now.id
    place = {"file": "别的案卷.pdf", "page": 1, "quote": "x"}
    act(clerk, filled, "facts/decided_on", origin="corrected", value="2023-05-15", seen=seen, place=place)
    with db.session_scope(engine, reading=True) as session:
        assert book(session, filled.id)["decided_on"].now.file is None


def test_the_pulse_tells_of_changes(clerk: FlaskClient, filled: CaseFile, engine: Engine) -> None:
    before = clerk.get(f"/cases/{filled.id}/pulse").json
    act(clerk, filled, f"documents/{ids(engine, filled)[0]}/title", title="立案表", seen=0)
    after = clerk.get(f"/cases/{filled.id}/pulse").json
    assert (before["layout"], after["layout"]) == (0, 1)
    assert after["running"] is True


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_box_follows_its_page(turn: int) -> None:
    box = [0.1, 0.2, 0.3, 0.25]
    turned = turn_box(box, turn)
    back = turn_box(turned, (360 - turn) % 360)
    assert back == pytest.approx(box)
    assert turned is not None and turned[0] < turned[2] and turned[1] < turned[3]


def test_pages_to_parts_and_back() -> None:
    parts = [["a", 2, 4], ["b", 1, 1], ["a", 5, 6], ["c", -1, -1]]
    assert collapse(expand(parts)) == parts
    assert collapse([("a", 1), ("a", 2), ("a", 3)]) == [["a", 1, 3]]


def test_other_offices_see_no_personal_data(login: Login, filled: CaseFile, engine: Engine) -> None:
    with db.session_scope(engine) as session:
        for name, value in (
            ("party_name", "张三丰"),
            ("party_kind", "individual"),
            ("party_address", "长春市某路1号，身份证220102199003074518"),
        ):
            session.add(
                FactEntry(case_id=filled.id, name=name, value=value, quote=value, file="全卷.pdf", page=1)
            )
    own = login(None, "clerk_jilin").get(f"/cases/{filled.id}/desk").get_data(as_text=True)
    assert "张三丰" in own and "220102199003074518" in own
    other = login(None, "supervisor").get(f"/cases/{filled.id}/desk").get_data(as_text=True)
    assert "张某某" in other
    assert "张三丰" not in other and "19900307" not in other


def test_the_volume_numbers_its_pages_through_and_keeps_the_order_and_turns(
    login: Login, filled: CaseFile, engine: Engine
) -> None:
    with db.session_scope(engine) as session:
        first, second = documents_of(session, filled.id)
        first.position, second.position = 1, 0
        files_of(session, filled.id)[0].rotations = {"4": 90}
        session.add_all([first, second])
    page = login(None, "clerk_jilin").get(f"/cases/{filled.id}/bound").get_data(as_text=True)
    numbers = re.findall(r'bound-number">([\d–]+)<', page)
    shown = re.findall(r"/pages/(\d)\.png\?turn=(\d+)", page)
    assert numbers == ["1", "2", "3", "4", "5"]
    assert shown == [("3", "0"), ("4", "90"), ("5", "0"), ("1", "0"), ("2", "0")]
    assert [
        re.sub(r"<[^>]+>", " ", row).split()[1:4:2] for row in re.findall(r"<tr><td>\d.*?</tr>", page)
    ] == [
        ["行政处罚决定书", "1–3"],
        ["立案审批表", "4–5"],
    ]
    assert login(None, "clerk_siping").get(f"/cases/{filled.id}/bound").status_code == 404
