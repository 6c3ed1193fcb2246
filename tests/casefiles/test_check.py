"""``anheng check`` from a zip of Word files to the contract's object, and the comparison with keys."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document as Word

from casefiles.check import check_path, grade_facts
from casefiles.checking import bench_read, check
from casefiles.keycheck import compare, totals
from scoring_rules import Fact, decode, vocabulary

FILING = ["甲市人民防空办公室", "行政处罚立案审批表", "甲人防立〔2023〕3号"]
FILING_TABLE = [
    ("案　　由", "甲市大地置业有限公司未按规定修建防空地下室案"),
    ("当事人", "甲市大地置业有限公司"),
    ("机关负责人审批意见", "同意立案。\n滕宝山　2023年3月7日"),
]
DECISION = [
    "甲市人民防空办公室",
    "行政处罚决定书",
    "甲人防罚决〔2023〕3号",
    "当事人：甲市大地置业有限公司",
    "住所（地址）：甲市丰满区江畔南路18号",
    "经查，你单位未按规定修建战时可用于防空的地下室。以上事实有现场检查笔录等证据为证。",
    "依据《中华人民共和国人民防空法》第四十八条的规定，我办决定对你单位给予如下行政处罚：",
    "1.警告；",
    "2.罚款人民币贰万元整（¥20,000元）。",
    "你单位应当自收到本决定书之日起十五日内到某银行某支行缴纳罚款。",
    "如不服本决定，可自收到本决定书之日起六十日内向甲市人民政府申请行政复议，也可自收到之日起六个月内向甲市人民法院提起行政诉讼。",
    "甲市人民防空办公室",
    "2023年6月12日",
]


def _word(path: Path, lines: list[str], table: list[tuple[str, str]] | None = None) -> Path:
    word = Word()
    for line in lines:
        word.add_paragraph(line)
    if table:
        grid = word.add_table(rows=0, cols=2)
        for label, value in table:
            cells = grid.add_row().cells
            cells[0].text, cells[1].text = label, value
    word.save(str(path))
    return path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    parts = [
        _word(tmp_path / "01 立案审批表.docx", FILING, FILING_TABLE),
        _word(tmp_path / "02 行政处罚决定书.docx", DECISION),
    ]
    path = tmp_path / "案卷.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.write(part, part.name)
    return path


def _verdict(result: dict[str, Any], rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in result["findings"] if entry["rule"] == rule)
    return found


def test_the_answer_has_every_part_of_the_contract(case: Path) -> None:
    result = check_path(case)
    assert (
        result["case"] == "甲人防罚决〔2023〕3号"
        and result["source"] == "案卷.zip"
        and len(result["sha256"]) == 64
    )
    assert (
        result["pack"] and result["standard"].startswith("jilin-rf-2020") and result["as_of"] == "2023-06-12"
    )
    assert [(entry["kind"], entry["pages"]) for entry in result["documents"]] == [
        ("filing_approval", [1, 1]),
        ("decision", [1, 1]),
    ]
    filed = result["facts"]["filed_on"]
    assert (
        filed["value"] == "2023-03-07"
        and filed["state"] == "recorded"
        and filed["file"] == "01 立案审批表.docx"
    )
    assert filed["quote"] == "2023年3月7日" and filed["at"] and 0 < filed["confidence"] <= 1
    assert result["facts"]["fine_decided"]["value"] == "20000.00"
    assert result["facts"]["penalty_kinds"]["value"] == ["fine", "warning"]
    assert {"verdict", "severity", "veto", "message", "basis", "evidence", "fix"} <= set(
        result["findings"][0]
    )
    assert result["score"]["low"] <= result["score"]["high"] and isinstance(result["flagged"], bool)


def test_ninety_days_are_counted_with_their_evidence(case: Path) -> None:
    finding = _verdict(check_path(case), "P37")
    assert finding["verdict"] == "breached" and "97" in finding["message"]
    quotes = {entry["quote"] for entry in finding["evidence"]}
    assert {"2023年3月7日", "2023年6月12日"} <= quotes


def test_the_same_file_gives_the_same_bytes(case: Path) -> None:
    one, two = (json.dumps(check_path(case), ensure_ascii=False) for _ in range(2))
    assert one == two


def test_an_open_file_does_not_miss_papers(case: Path) -> None:
    signed, still_open = check_path(case), check_path(case, open_file=True)
    assert _verdict(signed, "A03")["verdict"] == "breached"
    assert _verdict(still_open, "A03")["verdict"] == "undetermined"


def test_the_day_for_open_terms_can_be_given(case: Path) -> None:
    assert check_path(case, as_of=date(2026, 1, 2))["as_of"] == "2026-01-02"


def test_commands_and_exit_codes(case: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    good = runner.invoke(check, [str(case), "--json"])
    assert good.exit_code == 0 and json.loads(good.stdout)["grade"]
    words = runner.invoke(check, [str(case)])
    assert words.exit_code == 0 and "P37 不符合" in words.stdout
    empty = tmp_path / "空.zip"
    empty.write_bytes(b"")
    both = runner.invoke(check, [str(case), str(empty), "--json"])
    lines = [json.loads(line) for line in both.stdout.splitlines()]
    assert (
        both.exit_code == 2
        and "error" in lines[1]
        and lines[1]["error"]["remedy"]
        and "error" not in lines[0]
    )
    unknown = runner.invoke(check, [str(case), "--standard", "没有", "--json"])
    assert unknown.exit_code == 2 and "没有" in json.loads(unknown.stdout)["error"]["what"]


def test_pages_of_word_files_need_a_layout_engine(case: Path) -> None:
    problems = check_path(case, pages=True)["problems"]
    assert any("LibreOffice" in problem["what"] for problem in problems)


def test_grading_takes_facts_from_anywhere() -> None:
    specs = vocabulary()
    given = {
        "case_kind": "penalty",
        "procedure": "ordinary",
        "filed_on": "2022-03-01",
        "decided_on": "2022-07-01",
    }
    facts = {name: Fact(value=decode(specs[name], value)) for name, value in given.items()}
    documents = frozenset({"filing_approval", "decision"})
    result = grade_facts(facts, documents, case="甲", signed_off=True)
    assert result["as_of"] == "2022-07-01"
    assert _verdict(result, "P37")["verdict"] == "breached"


def test_comparison_counts_kinds_facts_and_verdicts(case: Path, tmp_path: Path) -> None:
    result = check_path(case)
    key = {
        "case": "甲", "documents": [
            {"file": "01 立案审批表.docx", "pages": [1, 2], "kind": "filing_approval"},
            {"file": "02 行政处罚决定书.docx", "pages": [1, 1], "kind": "prior_notice"},
        ],
        "facts": {"filed_on": "2023-03-07", "decision_number": "甲人防罚决[2023]3号", "decided_on": "2023-06-13", "paid_on": "2023-07-01",
                  "cited": [{"law": "中华人民共和国人民防空法", "article": 48, "document": "decision", "role": "penalty"}]},
        "expect": {"P37": "breached", "P36": "met"}, "must_not_flag": [{"rule": "P37", "why": "试"}], "flagged": result["flagged"],
    }  # fmt: skip
    told = compare(result, key).to_json()
    assert told["kinds"] == 0.5 and told["facts"]["recall"] == 0.6 and told["facts"]["precision"] == 0.75
    assert told["false_alarms"] == 1 and told["flagged_right"] and len(told["differences"]) >= 4
    assert totals([compare(result, key)] * 2)["kinds"] == 0.5
    (tmp_path / "案卷.key.json").write_text(json.dumps(key, ensure_ascii=False), encoding="utf-8")
    shown = CliRunner().invoke(bench_read, ["--keys", str(tmp_path), "--json"])
    assert shown.exit_code == 0 and json.loads(shown.stdout)["all"]["cases"] == 1


def test_rules_are_compared_on_the_facts_of_the_key(case: Path, tmp_path: Path) -> None:
    """The file was decided after 97 days; the key says it was filed a week later, within the ninety."""
    key = {
        "case": "甲", "case_kind": "penalty", "procedure": "ordinary",
        "documents": [{"file": "01 立案审批表.docx", "pages": [1, 1], "kind": "filing_approval"},
                      {"file": "02 行政处罚决定书.docx", "pages": [1, 1], "kind": "decision"}],
        "facts": {"filed_on": "2023-03-14"}, "expect": {"P37": "met"}, "flagged": True,
    }  # fmt: skip
    (tmp_path / "案卷.key.json").write_text(json.dumps(key, ensure_ascii=False), encoding="utf-8")
    right = []
    for more in ([], ["--rules"]):
        shown = CliRunner().invoke(bench_read, ["--keys", str(tmp_path), "--json", *more])
        right.append(json.loads(shown.stdout)["all"]["verdicts"]["right"])
    assert right == [0.0, 1.0]


def test_the_reasons_of_one_rule_are_given_without_a_site(case: Path) -> None:
    shown = CliRunner().invoke(check, [str(case), "--why", "P37", "--json"])
    told = json.loads(shown.stdout)
    assert (told["rule"], told["verdict"]) == ("P37", "breached")
    assert any(fact["name"] == "filed_on" and fact["quote"] for fact in told["facts"])
    wrong = CliRunner().invoke(check, [str(case), "--why", "P99"])
    assert wrong.exit_code == 2 and "没有规则 P99" in wrong.output
