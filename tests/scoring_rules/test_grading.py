"""From verdicts to a score, a grade and findings with their evidence."""

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_rules import (
    PLACE,
    CaseInput,
    Fact,
    clause,
    explain,
    grade_case,
    load_pack,
    load_standard,
    numeral,
    regrade,
)
from scoring_rules.arithmetic import Part, Verdict, score
from scoring_rules.generate import generate_cases
from scoring_rules.grader import Ledger
from scoring_rules.rules import VERDICTS
from scoring_rules.source import PackError
from scoring_rules.standard import read_standard, standard_ids
from scoring_rules.tariff import Tariff
from scoring_rules.to_python import BREACHED, NA, VERDICT_OF, compiled_pack

STANDARD = """
id: try
version: 1.0.0
title: 试行标准
full: 100
grades: [{name: 优秀, from: 90}, {name: 合格, from: 60}, {name: 不合格, from: 0}]
veto_grade: 不合格
groups:
  - id: whole
    title: 全卷
    full: 100
    not_applicable: rescale
    items:
      - {id: steps, title: 程序, full: 10, rules: [P01, P02]}
      - {id: papers, title: 文书, full: 90, rules: [P03, P04, P05]}
suppresses: {P03: [P04], P05.a: [P03]}
rules:
  P01: {points: 8}
  P02: {points: 3, per: occurrence, cap: 9}
  P03: {points: 2}
  P04: {points: 1.5, veto: true}
  P05: {points: 5, cap: 7, limbs: {a: {points: 5}, b: {points: 4}}}
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("standards") / "try.yaml"
    path.write_text(STANDARD, encoding="utf-8")
    return read_standard(path)


def verdict(rule, what, times=1, **limbs):
    return Verdict(rule, what, times, {limb: Part(part, 1) for limb, part in limbs.items()})


ALL_MET = [verdict(rule, "met") for rule in ("P01", "P02", "P03", "P04", "P05")]


def scored(standard, *changed):
    by_rule = {entry.rule: entry for entry in (*ALL_MET, *changed)}
    total = score(standard, by_rule.values())
    return total.low, total.high


def test_occurrences_then_cap_then_item(small):
    assert scored(small) == (1000, 1000)
    assert scored(small, verdict("P02", "breached", 2)) == (940, 940)
    assert scored(small, verdict("P02", "breached", 5)) == (910, 910)
    # 8 + 9 points, but the item is worth 10.
    assert scored(small, verdict("P01", "breached"), verdict("P02", "breached", 5)) == (900, 900)


def test_limbs_within_the_cap_of_the_rule(small):
    both = verdict("P05", "breached", a="breached", b="breached")
    assert scored(small, both) == (930, 930)
    assert scored(small, verdict("P05", "breached", a="met", b="breached")) == (960, 960)


def test_an_open_verdict_makes_an_interval(small):
    assert scored(small, verdict("P01", "undetermined")) == (920, 1000)
    total = score(small, [*ALL_MET[1:], verdict("P01", "undetermined")])
    assert (total.grade, total.pending, total.flagged) == ("优秀", ("P01",), False)
    total = score(small, [verdict("P01", "undetermined"), verdict("P02", "breached", 1), *ALL_MET[2:]])
    assert (total.low, total.high, total.grade) == (900, 970, "优秀")


def test_one_fault_counts_once_and_a_veto_still_stands(small):
    total = score(small, [*ALL_MET[:2], verdict("P03", "breached"), verdict("P04", "breached"), ALL_MET[4]])
    assert total.high == 980
    assert (total.vetoes, total.grade, total.flagged) == (("P04",), "不合格", True)
    limb = verdict("P05", "breached", a="breached", b="met")
    assert scored(small, verdict("P03", "breached"), limb) == (950, 950)
    other = verdict("P05", "breached", a="met", b="breached")
    assert scored(small, verdict("P03", "breached"), other) == (940, 940)


def test_an_open_veto_leaves_the_grade_open(small):
    total = score(small, [*ALL_MET[:3], verdict("P04", "undetermined"), ALL_MET[4]])
    assert (total.grade, total.flagged) == ("待核", False)


def test_an_inapplicable_item_is_rescaled(small):
    entries = [verdict("P01", "not_applicable"), verdict("P02", "not_applicable"), verdict("P03", "breached")]
    total = score(small, [*entries, *ALL_MET[3:]])
    assert total.high == 978  # 88 of 90, to the nearest tenth
    assert total.totals == (
        "全卷·文书：扣 2",
        "全卷：不适用 程序，其标准分不计",
        "全卷：标准分 90，得 88，100 × 88 ÷ 90 = 97.8（四舍五入到 0.1 分）",
        "全卷：满分 100，得 97.8",
        "得分：97.8",
    )


def test_the_arithmetic_of_an_interval_shows_both_ends(small):
    total = score(small, [verdict("P01", "undetermined"), *ALL_MET[1:]])
    assert total.totals == (
        "上限（未定的都按符合计）：",
        "全卷：满分 100，得 100",
        "下限（未定的都按不符合计）：",
        "全卷·程序：扣 8",
        "全卷：满分 100，得 92",
        "得分：92—100",
    )


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("full: 90, ", "full: 80, ", None),
        ("    full: 100", "    full: 90", "try.yaml:9:3：各部分满分之和不等于 full"),
        ("[P03, P04, P05]", "[P02, P04, P05]", "try.yaml:15:9：规则 P02 在两个项目中"),
        ("not_applicable: rescale", "not_applicable: halve", "try.yaml:12:21：不适用项目的算法不能是 halve"),
        ("title: 文书, ", "", "try.yaml:15:9：缺少 title"),
        ("full: 10, ", "full: 0, ", "try.yaml:14:38：项目满分应大于零"),
    ],
)
def test_a_faulty_group_is_refused_at_its_place(tmp_path, wrong, right, told):
    path = tmp_path / "try.yaml"
    assert wrong in STANDARD
    path.write_text(STANDARD.replace(wrong, right), encoding="utf-8")
    if told is None:  # marks of a group need not add up to what it counts for
        assert read_standard(path).groups[0].full == 1000
        return
    with pytest.raises(PackError) as caught:
        read_standard(path)
    assert str(caught.value).startswith(told)


def test_the_score_never_falls_below_nothing(standard):
    rules = [Verdict(rule, "breached", 99, {}) for rule in standard.rules]
    assert score(standard, rules).low == 0


def test_a_person_may_set_the_whole_against_its_limbs(small):
    entry = {"rule": "P05", "verdict": "met", "limbs": {"a": "breached", "b": {"verdict": "met"}}}
    assert regrade(small, [entry]).high == 1000


def test_a_standard_refuses_finer_points_than_tenths(tmp_path):
    path = tmp_path / "try.yaml"
    path.write_text(STANDARD.replace("points: 1.5", "points: 1.55"), encoding="utf-8")
    with pytest.raises(PackError, match=r"try.yaml:21.*0.1 分"):
        read_standard(path)


@pytest.mark.parametrize("id", standard_ids())
@given(st.data())
def test_the_prepared_tariff_equals_the_arithmetic(id, data):
    standard, compiled = load_standard(id), compiled_pack(load_pack())
    rules = compiled.rules
    checks = [(rule, check) for rule in rules for check in rule.checks]
    codes = bytearray(
        data.draw(st.lists(st.sampled_from((0, 1, 1, 2, 3)), min_size=len(checks), max_size=len(checks)))
    )
    times = data.draw(st.integers(1, 4))
    entries, at = [], 0
    for rule in rules:
        own = codes[at : at + len(rule.checks)]
        parts = {
            c.id: Part(VERDICT_OF[code], times) for c, code in zip(rule.checks, own, strict=True) if c.id
        }
        entries.append(Verdict(rule.id, VERDICT_OF[max(own)], times, parts))
        at += len(rule.checks)
    total = score(standard, entries)
    ledger = Ledger(Tariff(standard, rules))
    own = [[codes[at] for at in limbs] for limbs in ledger.limbs]
    often = {at: times for at in ledger.tariff.many if codes[at] == BREACHED}
    cost = sum(ledger.entry(index, limbs) for index, limbs in enumerate(own))
    quick = ledger.total(bytearray(map(max, own)), cost, often)
    assert (quick.low, quick.high, quick.grade, quick.flagged) == (
        total.low,
        total.high,
        total.grade,
        total.flagged,
    )
    assert max(codes) >= NA


def test_regrading_the_machine_findings_gives_the_machine_score(pack, standard):
    for case in generate_cases(pack.rules, 40, seed=5, filled=0.9):
        grading = grade_case(pack, standard, case)
        again = regrade(standard, json.loads(json.dumps(grading.to_json()))["findings"])
        assert (again.low, again.high, again.grade, again.flagged, again.pending) == (
            grading.low, grading.high, grading.grade, grading.flagged, grading.pending,
        )  # fmt: skip
        assert again.lines == grading.lines


def test_every_breach_shows_its_evidence_and_its_cure(pack, standard):
    for case in generate_cases(pack.rules, 60, seed=7, filled=0.95):
        for finding in grade_case(pack, standard, case).findings:
            if finding.verdict == "breached":
                assert finding.evidence or finding.stage == "result", finding.rule
                assert finding.basis and finding.message and "{" not in finding.message, finding.rule


def test_every_verdict_can_be_explained(pack, standard):
    seen = set()
    for case in generate_cases(pack.rules, 6, seed=11, filled=0.8):
        grading = grade_case(pack, standard, case)
        for finding in grading.findings:
            told = explain(pack, standard, case, finding.rule, grading)
            json.dumps(told, ensure_ascii=False)
            assert told["verdict"] == finding.verdict
            assert finding.verdict in {limb["verdict"] for limb in told["limbs"]}
            seen.add(finding.verdict)
    assert seen == set(VERDICTS)


def late_case(**facts):
    shown = {
        "case_kind": Fact("penalty"), "procedure": Fact("ordinary"),
        "filed_on": Fact(date(2022, 3, 1), document="filing_approval", file="04.docx", quote="2022年3月1日"),
        "decided_on": Fact(date(2022, 7, 1), document="decision", file="24.docx", page=2, quote="2022年7月1日"),
    }  # fmt: skip
    return CaseInput("迟", {**shown, **facts}, frozenset({"decision"}), True, date(2022, 7, 1))


def test_a_finding_as_the_contract_prints_it(pack, standard):
    case = late_case(excluded_days=Fact(0))
    found = next(f for f in grade_case(pack, standard, case).findings if f.rule == "P37").to_json()
    assert (found["verdict"], found["severity"], found["deducted"], found["veto"]) == (
        "breached",
        50,
        50,
        False,
    )
    assert found["basis"] == ["行政处罚法(2021)第六十条"]
    assert "122" in found["message"] and "2022年3月1日" in found["message"]
    places = {entry["fact"]: (entry["file"], entry["page"], entry["quote"]) for entry in found["evidence"]}
    assert places["decided_on"] == ("24.docx", 2, "2022年7月1日")
    assert found["fix"]


def test_the_explanation_says_which_missing_fact_would_decide(pack, standard):
    case = replace(late_case(), documents=frozenset({"decision", "appraisal"}))
    told = explain(pack, standard, case, "P37")
    assert told["verdict"] == "undetermined"
    outcomes = {entry["fact"]: set(entry["outcomes"]) for entry in told["would_change"]}
    assert outcomes["excluded_days"] == {"met", "breached"}
    assert told["limbs"][0]["selected"]["date"] == "2022-03-01"
    assert told["limbs"][0]["params"][0]["shown"] == "90日"


def test_a_failing_row_is_shown_at_its_own_place(pack, standard):
    place = Fact(document="interview_record", file="13.docx", at="段3", quote="询问人：甲")
    rule = next(r for r in pack.rules if r.id == "P04")
    test = next(t for t in rule.tests if t.expect.get("rule") == "breached")
    rows = tuple({**row, PLACE: place} for row in test.facts["officers_per_step"])
    facts = {name: Fact(value) for name, value in {**test.facts, "officers_per_step": rows}.items()}
    case = CaseInput("行", facts, frozenset(test.documents), True, date(2024, 1, 1))
    found = next(f for f in grade_case(pack, standard, case).findings if f.rule == "P04")
    assert {entry.place.file for entry in found.evidence if entry.fact == "officers_per_step"} == {"13.docx"}


def test_absence_says_where_it_looked(pack, standard):
    case = replace(late_case(), documents=frozenset({"decision", "filing_approval"}))
    absences = [e for f in grade_case(pack, standard, case).findings for e in f.evidence if e.absent]
    assert absences and all("卷内文书" in entry.value for entry in absences)


def test_clauses_are_cited_in_chinese_numerals():
    assert clause("中华人民共和国行政处罚法", "2021", 60) == "行政处罚法(2021)第六十条"
    assert clause("行政处罚法", "2021", 57, 1, 2) == "行政处罚法(2021)第五十七条第一款第（二）项"
    numbers = {
        10: "十",
        11: "十一",
        20: "二十",
        100: "一百",
        101: "一百零一",
        110: "一百一十",
        1260: "一千二百六十",
    }
    assert {number: numeral(number) for number in numbers} == numbers


def test_grading_is_repeatable_to_the_byte(pack, standard):
    run = partial(generate_cases, pack.rules, 3, 13)
    one, two = ([json.dumps(grade_case(pack, standard, c).to_json()) for c in run()] for _ in range(2))
    assert one == two
