"""统计分析: offices over the rounds, faults by files, the same fault in several years; who may read it; the workbook."""

import copy
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from notices import patterns
from review import Round

Login = Callable[..., FlaskClient]


@pytest.fixture
def earlier(frozen: dict[str, Any]) -> dict[str, Any]:
    """The year before: one office only, with the fault it has again, and a better mean."""
    old = copy.deepcopy(frozen)
    old["round"] |= {"id": "r0", "year": 2024}
    old["offices"] = [old["offices"][1] | {"mean": "80.0"}]
    old["files"] = [old["files"][3]]
    return old


def test_offices_over_the_rounds(frozen: dict[str, Any], earlier: dict[str, Any]) -> None:
    one, two = patterns.trends([frozen, earlier])
    assert (one.id, one.rounds[1], one.change) == ("o1", None, None)
    assert (two.id, two.change) == ("o2", Decimal("-14.5"))


def test_the_commonest_fault_first(frozen: dict[str, Any], earlier: dict[str, Any]) -> None:
    found = patterns.faults([frozen, earlier])
    assert [(fault.rule, fault.counts) for fault in found] == [
        ("P51", [2, 1]),
        ("P04", [1, 1]),
        ("T01", [1, 0]),
    ]
    assert [file["id"] for file in found[0].files] == ["f2", "f4"]


def test_only_a_fault_of_another_year_is_repeated(frozen: dict[str, Any], earlier: dict[str, Any]) -> None:
    again = patterns.repeated([frozen, earlier])
    assert [(item.rule, item.years) for item in again] == [("P04", [2024, 2025]), ("P51", [2024, 2025])]
    assert {item.office for item in again} == {"甲2市人民防空办公室"}
    assert patterns.repeated([frozen]) == [] == patterns.repeated([frozen, frozen])


def test_the_workbook_holds_every_finding_and_no_formula(frozen: dict[str, Any]) -> None:
    frozen["files"][0]["title"] = "=1+1"
    book = openpyxl.load_workbook(io.BytesIO(patterns.workbook(frozen)))
    assert book.sheetnames == ["各卷", "各单位", "问题明细"]
    assert book["各卷"]["C2"].data_type == "s" and book["各卷"]["E2"].value == 96.0
    rules = [row[3] for row in book["问题明细"].iter_rows(min_row=2, values_only=True)]
    assert rules == ["P51", "T01", "P04", "P51"]


def test_the_province_reads_it_and_an_office_does_not(login: Login, review_round: Round) -> None:
    for who in ("supervisor", "administrator", "leader"):
        page = login(None, who).get("/analysis").get_data(as_text=True)
        assert "送达超过期限" in page and "65.5" in page and "没有单位在不同年度" in page
    for who in ("clerk_siping", "reviewer1", "auditor"):
        assert login(None, who).get("/analysis").status_code == 403
        assert login(None, who).get(f"/analysis/{review_round.id}.xlsx").status_code == 403
    answer = login(None, "supervisor").get(f"/analysis/{review_round.id}.xlsx")
    assert answer.data[:2] == b"PK"


def test_before_the_first_round_it_says_what_will_stand_here(login: Login) -> None:
    assert "还没有冻结的评查结果" in login(None, "supervisor").get("/analysis").get_data(as_text=True)
