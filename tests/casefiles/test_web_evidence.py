"""Why a rule came out as it did, as a page and as JSON: every element that led to the verdict."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from casefiles import CaseFile, run_check
from foundation import db
from scoring_rules import load_pack, load_standard

Login = Callable[..., FlaskClient]


@pytest.fixture
def graded(login: Login, filled: CaseFile, engine: Engine) -> tuple[FlaskClient, str]:
    """The clerk, and where the findings of a checked case file stand."""
    with db.session_scope(engine) as session:
        run_check(session, session.get_one(CaseFile, filled.id))
    return login(None, "clerk_jilin"), f"/cases/{filled.id}/check"


def test_the_page_shows_all_that_led_to_a_verdict(graded: tuple[FlaskClient, str]) -> None:
    clerk, path = graded
    page = clerk.get(f"{path}/P37").get_data(as_text=True)
    for words in (
        "适用条件的比对", "行政处罚法(2021)第六十条", "2021-07-15 起施行", "选用依据的日期：立案日 2023-03-01",
        "90日（2021-07-15 起，行政处罚法（2021）第六十条；第八十五条只把二、三、五、七日定为工作日）",
        "成立", "2023年5月12日", "全卷.pdf 第 4 页", "每条 5 分", "本条没有扣分", "全卷计分",
        load_pack().id, load_standard().full_id, "依据待核",
    ):  # fmt: skip
        assert words in page, words


def test_the_page_shows_what_was_looked_for_and_what_would_change(graded: tuple[FlaskClient, str]) -> None:
    clerk, path = graded
    page = clerk.get(f"{path}/P36").get_data(as_text=True)
    assert "查找的文书" in page and "处罚决定审批表" in page and "目录未核定，不能断定" in page
    assert "补充以下事实会改变结论" in page and "最多扣 10" in page
    assert "得分：" in page and "上限（未定的都按符合计）" in page


def test_the_reasons_are_data(graded: tuple[FlaskClient, str]) -> None:
    clerk, path = graded
    told = clerk.get(f"{path}/P37", headers={"Accept": "application/json"}).get_json()
    (limb,) = (part for part in told["limbs"] if part["id"] == "a")
    assert limb["params"] == [
        {
            "name": "decide_days", "value": 90, "unit": "calendar_day", "shown": "90日", "from": "2021-07-15",
            "selected": {"label": "立案日", "date": "2023-03-01"},
            "source": "行政处罚法（2021）第六十条；第八十五条只把二、三、五、七日定为工作日",
        }
    ]  # fmt: skip
    compared = limb["steps"][-1]
    assert compared["text"] == "days(filed_on, decided_on) <= decide_days" and compared["result"] is True
    assert [operand["value"] for operand in compared["operands"]] == [72, 90]
    assert told["deduction"]["line"] is None and told["deduction"]["totals"][-1].startswith("得分：")
    facts = {fact["name"]: fact for fact in told["facts"]}
    assert facts["decided_on"]["page"] == 4 and facts["decided_on"]["state"] == "recorded"
    assert clerk.get(f"{path}/P36", headers={"Accept": "application/json"}).get_json()["would_change"]
