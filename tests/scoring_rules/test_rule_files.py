"""Rule files as their authors meet them: faults with place and remedy, the pack, commands, trial runs."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from scoring_rules import pack as packs
from scoring_rules import packcache, rule_entry, rule_page
from scoring_rules.commands import commands
from scoring_rules.language import FUNCTIONS
from scoring_rules.language.terms import TERMS
from scoring_rules.rule_file import read_rule
from scoring_rules.rule_schema import RULE as RULE_KEYS
from scoring_rules.source import PackError

RULE = """id: X01
title: 试验
system: procedure
basis:
  - {law: 行政处罚法, text: "2021", article: 60, in_force: [2021-07-15, null]}
select_by: filed_on
params:
  limit: {unit: calendar_day, values: [{from: 2021-07-15, value: 90}]}
when: case_kind == 'penalty'
require: >-
  days(filed_on, decided_on)
  <= limit
message: 共 {days} 日
show: {days: "days(filed_on, decided_on)"}
tests:
  - {name: 甲, facts: {case_kind: penalty, filed_on: 2022-03-01, decided_on: 2022-05-30}, expect: met}
  - {name: 乙, facts: {case_kind: penalty, filed_on: 2021-07-15, decided_on: 2022-05-30}, expect: breached}
  - {name: 丙, facts: {case_kind: penalty, filed_on: 2021-07-14, decided_on: 2022-05-30}, expect: not_applicable}
  - {name: 丁, facts: {case_kind: penalty, filed_on: 2022-03-01}, expect: undetermined}
"""
OLD = (
    '  - {law: 行政处罚法, text: "2017", article: 38, in_force: [2018-01-01, 2021-07-14], confirmed: false}\n'
)


def read(tmp_path, text):
    path = tmp_path / "X01-try.yaml"
    path.write_text(text, encoding="utf-8")
    return read_rule(path, "try", "1.0.0")[0]


def test_a_sound_rule_is_read(tmp_path):
    rule = read(tmp_path, RULE)
    assert (rule.id, rule.checks[0].params["limit"].on(date(2022, 1, 1)).value) == ("X01", 90)


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        (
            "decided_on)\n  <= limit",
            "decided_at)\n  <= limit",
            "X01-try.yaml:11:18",
            "未登记的名称 decided_at",
        ),
        ("<= limit", "<= limits", "X01-try.yaml:12:6", "未登记的名称 limits"),
        ("system: procedure", "system: procedures", "X01-try.yaml:3:9", "system 不能是 procedures"),
        ("title: 试验", "titel: 试验", "X01-try.yaml:2:8", "未知的键 titel"),
        ("{days} 日", "{dayz} 日", "X01-try.yaml:13:10", "未登记的名称 dayz"),
        ("[2021-07-15, null]}", "[2021-07-15, 2020-01-01]}", "X01-try.yaml:5:55", "止日早于起日"),
        ("expect: met", "expect: passed", "X01-try.yaml:16:98", "不能是 passed"),
        ("filed_on: 2022-03-01", "filed_on: 昨天", "X01-try.yaml:16:53", "不是 date"),
        ("value: 90", "value: ninety", "X01-try.yaml:8:66", "应为 int"),
        (
            "when: case_kind == 'penalty'",
            "when: case_kind == 'penalt'",
            "X01-try.yaml:9:7",
            "没有取值 'penalt'",
        ),
        ("id: X01", "id: X02", "X01-try.yaml:1:5", "与编号 X02 不符"),
        ("select_by: filed_on", "select_by: case_kind", "X01-try.yaml:6:12", "不是日期事实"),
        ("days(filed_on, decided_on)\n  <= limit", "90 <= limit", "X01-try.yaml:10:10", "没有用到任何事实"),
        ("message: 共 {days} 日\n", "", "X01-try.yaml:1:1", "没有 message"),
        (RULE[RULE.index("tests:") :], "", "X01-try.yaml:1:1", "缺少 tests"),
        (RULE[RULE.index("  - {name: 丁") :], "", "X01-try.yaml:16:3", "缺少结论为“证据缺失”的测试"),
        (
            "filed_on: 2021-07-15",
            "filed_on: 2021-07-16",
            "X01-try.yaml:16:3",
            "缺少首日（filed_on 为 2021-07-15）",
        ),
        (
            "filed_on: 2021-07-14",
            "filed_on: 2021-07-13",
            "X01-try.yaml:16:3",
            "缺少前一日（filed_on 为 2021-07-14）",
        ),
        ("article: 60", "article: 87", "X01-try.yaml:5:41", "没有第 87 条"),
        ('"2021", article', '"2022", article', "X01-try.yaml:5:5", "法律登记簿没有 行政处罚法（2022）"),
        (
            "[2021-07-15, null]}",
            "[2021-07-14, null]}",
            "X01-try.yaml:5:55",
            "超出 行政处罚法（2021）的施行期间",
        ),
        (
            "basis:\n",
            f"basis:\n{OLD}".replace("2021-07-14", "2021-06-30"),
            "X01-try.yaml:6:55",
            "两个文本的施行日期间断",
        ),
        (
            f"basis:\n{RULE[RULE.index('  - {law') : RULE.index('select_by')]}",
            "basis:\n  - {law: 行政复议法, text: '2017', article: 9, in_force: [2018-01-01, 2023-12-31]}\n"
            "  - {law: 行政复议法, text: '2023', article: 20, in_force: [2023-12-31, null]}\n",
            "X01-try.yaml:6:55",
            "超出 行政复议法（2023）的施行期间",
        ),
        ("{from: 2021-07-15, value: 90}", "{from: 2022-01-01, value: 90}", "X01-try.yaml:8:10", "中间间断"),
        ("value: 90}]", "value: 90}, {from: 2021-07-15, value: 60}]", "X01-try.yaml:8:78", "递增且不重复"),
        ("  <= limit", "  <= limit and matches(case_title, '\\\\d+')", "X01-try.yaml:12:36", "正则含 \\d"),
        ("  <= limit", "  <= limit and 1.5 < days(filed_on, decided_on)", "X01-try.yaml:12:16", "1.5"),
    ],
)
def test_a_fault_names_its_place_and_a_remedy(tmp_path, old, new, where, what):
    assert old in RULE
    with pytest.raises(PackError) as caught:
        read(tmp_path, RULE.replace(old, new))
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.remedy or "止日" in what


def test_a_limb_needs_a_clause_in_its_own_time(tmp_path):
    limb = (
        "limbs:\n- id: a\n  in_force: [2018-01-01, 2020-12-31]\n  message: 甲\n  require: known(filed_on)\n"
    )
    start, end = RULE.index("require:"), RULE.index("show:")
    with pytest.raises(PackError, match=r"X01-try.yaml:12:13：这一期间没有任何依据施行"):
        read(tmp_path, RULE[:start] + limb + RULE[end:])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: 试验", "title: &a 试验", r"X01-try.yaml:2:8：不用锚点"),
        ("value: 90", "value: 2021-02-30", r"X01-try.yaml:8:66：2021-02-30 不是有效的日期"),
        ("title: 试验", "title: 试验\ntitle: 又一个", r"X01-try.yaml:3:1：键 title 重复"),
        ("id: X01", "---\nid: X01\n---\nid: X02", r"X01-try.yaml:3:1：一个文件只能有一份文档"),
    ],
)
def test_yaml_that_could_be_misread_is_refused(tmp_path, old, new, told):
    text = RULE if "---" not in new else "id: X01\n"
    with pytest.raises(PackError, match=told):
        read(tmp_path, text.replace(old, new))


def test_broken_yaml_names_its_place(tmp_path):
    with pytest.raises(PackError, match=r"X01-try.yaml:\d+:\d+：不是合格的 YAML"):
        read(tmp_path, RULE.replace("title: 试验", "title: {试验"))


def run_with(criteria, var, *arguments):
    """A process of its own on another set of criteria."""
    settings = {**os.environ, "ANHENG_CRITERIA": str(criteria), "ANHENG_VAR": str(var)}
    return subprocess.run(
        [sys.executable, *arguments], env=settings, capture_output=True, text=True, check=False
    )


PACK_ID = ("-c", "from scoring_rules import load_pack; print(load_pack().id)")


def test_the_last_whole_pack_stays_in_force(tmp_path, pack):
    root, var = tmp_path / "criteria", tmp_path / "var"
    for name in packs.PARTS:
        shutil.copytree(packs.ROOT / name, root / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert run_with(root, var, *PACK_ID).stdout.strip() == pack.id
    rule = next(root.glob("packs/penalty/rules/P37-*.yaml"))
    rule.write_text(
        rule.read_text(encoding="utf-8").replace("<= decide_days", "<= decide_day"), encoding="utf-8"
    )
    broken = run_with(root, var, *PACK_ID)
    assert broken.stdout.strip() == pack.id
    assert f"沿用上一个完好的规则包 {pack.id}：{rule.name}:18:35：未登记的名称 decide_day" in broken.stderr
    tested = run_with(root, var, "-c", "from scoring_rules.commands import rules; rules()", "test", "P37")
    assert tested.returncode == 1
    assert f"错误 {rule.name}:18:35：未登记的名称 decide_day。是否指 decide_days" in tested.stdout
    assert tested.stdout.splitlines()[-1] == "0 passed, 1 failed"
    without = run_with(root, tmp_path / "empty", *PACK_ID)
    assert without.returncode and "未登记的名称 decide_day" in without.stderr


def as_kept(pack):
    """A pack by value: its rules as the cache holds them, tests and all."""
    return [packcache._Writer().of(replace(rule, tests=tuple(rule.tests))) for rule in pack.rules]


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """The pack read anew, and the file it was kept in."""
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path))
    packs.load_pack.cache_clear()
    made = packs.load_pack()
    packs.load_pack.cache_clear()
    yield made, tmp_path / "cache" / "packs" / f"{packs._files_hash(packs.ROOT)}.json"
    packs.load_pack.cache_clear()


def test_a_pack_reads_the_same_from_its_cache(cached, monkeypatch):
    made, _ = cached
    monkeypatch.setattr(packs, "read_all", lambda: pytest.fail("read anew"))
    again = packs.load_pack()
    assert again.id == made.id and as_kept(again) == as_kept(made)


def sealed(body):
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-20],
        lambda data: data.replace(b"decided_on", b"decided_by", 1),
        lambda data: b"",
        lambda data: b"\x80\x05N.",
        lambda data: sealed(b'["other key",{},[],[]]'),
        lambda data: sealed(data.partition(b"\n")[2].replace(b'","version":', b'","wersion":', 1)),
        lambda data: sealed(b"[" * 100_000),
    ],
    ids=["cut", "altered", "empty", "pickle", "made from other files", "other fields", "deep"],
)
def test_a_cache_that_is_not_whole_is_passed_over(cached, spoil):
    made, path = cached
    data = path.read_bytes()
    path.write_bytes(spoil(data))
    assert packs.load_pack().id == made.id
    assert path.read_bytes() == data


def test_a_changed_file_is_never_answered_from_the_cache(cached, tmp_path):
    _, path = cached
    root = tmp_path / "criteria"
    for name in packs.PARTS:
        shutil.copytree(packs.ROOT / name, root / name)
    assert packs._files_hash(root) == path.stem
    rule = next(root.glob("packs/penalty/rules/P37-*.yaml"))
    rule.write_text(rule.read_text(encoding="utf-8").replace("value: 90", "value: 91"), encoding="utf-8")
    assert packs._files_hash(root) != path.stem


def test_comments_tests_and_notes_do_not_change_the_hash():
    rules = {"P01": {"id": "P01", "require": "a", "tests": [1], "note": "甲"}}
    other = {"P01": {"note": "乙", "require": "a", "id": "P01", "tests": []}}
    changed = {"P01": {"id": "P01", "require": "b", "tests": [1]}}
    digest = {name: packs.content_hash(packs.ROOT, content) for name, content in
              (("one", rules), ("two", other), ("three", changed))}  # fmt: skip
    assert digest["one"] == digest["two"] != digest["three"]


def run(*arguments):
    group = {command.name: command for command in commands}[arguments[0]]
    return CliRunner().invoke(group, list(arguments[1:]))


def test_rules_list_gives_the_contract(pack):
    done = run("rules", "list", "--json", "--standard", "jilin-rf-2020")
    entries = {entry["id"]: entry for entry in json.loads(done.output)}
    assert len(entries) == len(pack.rules)
    entry = entries["P37"]
    assert {
        "id",
        "title",
        "pack",
        "version",
        "basis",
        "system",
        "confirmed",
        "tests",
        "limbs",
        "points",
        "cap",
        "veto",
    } <= set(entry)
    assert entry["points"] == 5 and entry["veto"] is False
    assert entry["basis"][0]["in_force"] == ["2021-07-15", None]
    assert entry["tests"]["met"] and entry["tests"]["breached"] and entry["tests"]["undetermined"]


def test_rules_test_ends_with_the_count():
    done = run("rules", "test", "P37")
    assert done.exit_code == 0
    assert done.output.splitlines()[-1].endswith("passed, 0 failed")


def test_an_unknown_rule_is_refused_with_a_remedy():
    done = run("rules", "show", "P99")
    assert done.exit_code == 1 and "anheng rules list" in done.output


def test_the_page_of_a_rule_is_plain_data(pack, standard):
    for rule in pack.rules:
        page = json.loads(json.dumps(rule_page(rule, standard), ensure_ascii=False))
        assert page["examples"] and page["checks"] and page["title"] == rule.title
        assert rule_entry(rule)["id"] == page["id"]


def test_the_guide_names_every_key_and_function():
    guide = (Path(__file__).parents[2] / "docs" / "规则编写.md").read_text(encoding="utf-8")
    names = {f"`{name}(" for name in (*FUNCTIONS, *TERMS)} | {
        f"`{key}`" for key in RULE_KEYS if key not in ("note", "related")
    }
    assert sorted(name for name in names if name not in guide) == []
