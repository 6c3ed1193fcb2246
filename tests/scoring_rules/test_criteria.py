"""Criteria kept for ever, compared, and tried on cases: by hash, in processes of their own."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from scoring_rules import criteria
from scoring_rules.commands import rules
from scoring_rules.criteria import find, graded, keep
from scoring_rules.source import PackError
from scoring_rules.standard import DEFAULT

RELEASED = sorted((Path(__file__).parent / "released").glob("*.zip"))
LATE = {
    "case": "迟",
    "facts": {
        "case_kind": "penalty", "procedure": "ordinary", "filed_on": "2022-03-01", "decided_on": "2022-06-01",
        "fact_of_another_age": 1,
    },
    "documents": ["decision"], "inventory_signed_off": True, "as_of": "2022-06-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The criteria in force, kept."""
    return keep(tmp_path_factory.mktemp("criteria"))


@pytest.fixture
def old(kept, tmp_path):
    """Criteria of an office: sixty days instead of ninety, and a rule less."""
    root = tmp_path / "old"
    shutil.copytree(kept, root)
    (root / "criteria.json").unlink()
    path = next(root.glob("packs/penalty/rules/P37-*.yaml"))
    text = path.read_text(encoding="utf-8")
    assert "value: 90" in text
    path.write_text(text.replace("value: 90", "value: 60"), encoding="utf-8")
    next(root.glob("packs/penalty/rules/P65-*.yaml")).unlink()
    return root


def run(*arguments):
    return CliRunner().invoke(rules, [*map(str, arguments), "--json"])


def test_what_is_kept_is_named_by_what_it_decides_and_never_written_again(kept, pack, monkeypatch):
    told = json.loads((kept / "criteria.json").read_text(encoding="utf-8"))
    assert told["pack"] == pack.id and told["hash"].startswith(kept.name)
    made = kept.stat().st_mtime_ns
    assert keep(kept.parent) == kept and kept.stat().st_mtime_ns == made
    monkeypatch.setattr(criteria, "kept_folder", lambda: kept.parent)
    assert find(kept.name[:6]) == kept
    with pytest.raises(PackError, match=f"没有这套规则.*{kept.name}"):
        find("ffffff")


def test_a_kept_copy_that_was_changed_is_refused(kept, tmp_path):
    changed = tmp_path / kept.name
    shutil.copytree(kept, changed)
    path = changed / "standards" / f"{DEFAULT}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("from: 60", "from: 55"), encoding="utf-8")
    with pytest.raises(PackError, match="已被改动"):
        find(str(changed))


def test_a_difference_names_rules_lines_and_the_tests_they_turn(old):
    report = json.loads(run("diff", old).output)
    assert (report["added"], report["removed"], list(report["changed"])) == (["P65"], [], ["P37"])
    change = report["changed"]["P37"]
    assert change["lines"] == [
        "- params.decide_days.values[1].value: 60",
        "+ params.decide_days.values[1].value: 90",
    ]
    assert "测试「第九十日」：不符合 → 符合" in change["tests"]


def test_a_what_if_lists_every_case_that_changes_and_why(old, tmp_path):
    cases = tmp_path / "cases.jsonl"
    soon = {**LATE, "case": "快", "facts": {**LATE["facts"], "decided_on": "2022-04-01"}}
    slow = {**LATE, "case": "慢", "facts": {**LATE["facts"], "decided_on": "2022-05-20"}}
    cases.write_text(
        "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in (LATE, soon, slow)), encoding="utf-8"
    )
    told = json.loads(run("whatif", old, "--cases", cases).output)
    changed = {entry["case"]: entry for entry in told["changed"]}
    assert told["cases"] == 3
    assert "P37" not in changed["快"]["verdicts"] and "P37" not in changed["迟"]["verdicts"]
    turned = changed["慢"]["verdicts"]["P37"]
    assert (turned["from"], turned["to"]) == ("breached", "met") and "超过 60 日" in turned["said"]
    assert changed["慢"]["score"]["to"]["high"] - changed["慢"]["score"]["from"]["high"] == 5
    assert set(changed["快"]["verdicts"]) == {"P65"} and changed["快"]["verdicts"]["P65"]["from"] == ""


def test_one_parameter_can_be_tried(tmp_path):
    cases = tmp_path / "cases.jsonl"
    facts = {name: value for name, value in LATE["facts"].items() if name != "fact_of_another_age"}
    cases.write_text(json.dumps({**LATE, "facts": facts}, ensure_ascii=False), encoding="utf-8")
    tried = json.loads(run("whatif", "now", "--cases", cases, "--set", "P37.decide_days=120").output)
    (entry,) = tried["changed"]
    assert entry["verdicts"]["P37"]["from"] == "breached" and entry["verdicts"]["P37"]["to"] == "met"
    for wrong, told in (("P37.nothing=1", "没有参数 nothing"), ("P37.decide_days=x", "写成 规则.参数=整数"),
                        ("P99.a=1", "没有这条规则"), ("P37.decide_days=-1", "期限不能为 -1")):  # fmt: skip
        done = run("whatif", "now", "--cases", cases, "--set", wrong)
        assert done.exit_code == 1 and told in done.output


@pytest.mark.parametrize("archive", RELEASED, ids=[path.stem for path in RELEASED])
def test_every_released_pack_grades_its_golden_cases_as_it_did(archive, tmp_path):
    """``released/*.zip``: criteria as they were released, with cases and the answers they gave then."""
    with zipfile.ZipFile(archive) as held:
        held.extractall(tmp_path)
    root = find(str(tmp_path / "criteria"))
    cases, answers = (
        [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]
        for name in ("cases.jsonl", "answers.jsonl")
    )
    assert len(cases) == len(answers) >= 50
    given = list(graded(root, DEFAULT, cases))
    assert [{key: answer[key] for key in old} for answer, old in zip(given, answers, strict=True)] == answers


def test_a_pack_was_released():
    assert RELEASED
