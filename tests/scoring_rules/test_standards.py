"""The standards: every price names a rule and a limb, the two structures count as their sources say."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scoring_rules import load_pack, load_standard, regrade
from scoring_rules.standard import FOLDER, standard_faults

RULES = {rule.id: rule for rule in load_pack().rules}
JILIN, ECO = load_standard("jilin-rf-2020"), load_standard("eco-structure-2024")


def _found(**verdicts: Any) -> list[Mapping[str, Any]]:
    met = [{"rule": rule, "verdict": "met"} for rule in RULES if RULES[rule].stage == "case"]
    return [{**entry, **verdicts.get(entry["rule"], {})} for entry in met]


def _breach(limbs: Mapping[str, Any] | None = None, occurrences: int = 1) -> dict[str, Any]:
    return {"verdict": "breached", "occurrences": occurrences, **({"limbs": limbs} if limbs else {})}


@pytest.mark.parametrize("standard", [JILIN, ECO], ids=["jilin", "eco"])
def test_prices_and_suppressions_name_rules_and_limbs_that_exist(standard: Any) -> None:
    for rule, price in standard.rules.items():
        limbs = {check.id for check in RULES[rule].checks if check.id}
        assert price.limbs is None or set(price.limbs) <= limbs, rule
    for source, targets in standard.suppresses.items():
        for name in (source, *targets):
            rule, _, limb = name.partition(".")
            assert not limb or limb in {check.id for check in RULES[rule].checks}, name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n  P01:", "\n  P1:", "没有规则 P1"),
        ("limbs: {a:", "limbs: {zz:", "没有限肢 zz"),
        ("suppresses:\n", "suppresses:\n  X9: [P01]\n", "没有规则 X9"),
        ("suppresses:\n", "suppresses:\n  P02: [P01.zz]\n", "规则 P01 没有限肢 zz"),
    ],
)
def test_a_price_for_what_no_rule_is_called_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Its points would never fall, and nobody would see it."""
    text = (FOLDER / "jilin-rf-2020.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    (fault,) = standard_faults(tuple(RULES.values()), tmp_path)
    assert re.match(rf"own\.yaml:\d+:\d+：.*{said}", str(fault))
    assert not [*standard_faults(tuple(RULES.values()))]


def test_the_proposed_standard_prices_every_rule_of_the_case_stage_limb_by_limb() -> None:
    assert set(JILIN.rules) == {rule for rule, entry in RULES.items() if entry.stage == "case"}
    for rule, price in JILIN.rules.items():
        if price.limbs is not None:
            assert set(price.limbs) == {check.id for check in RULES[rule].checks if check.id}, rule
    assert not JILIN.confirmed


def test_clean_file_is_excellent_and_grade_lines_are_inclusive() -> None:
    assert regrade(JILIN, _found())[:3] == (1000, 1000, "优秀")
    assert [JILIN.grade_of(score) for score in (900, 899, 800, 799, 600, 599)] == [
        "优秀", "良好", "良好", "合格", "合格", "不合格",
    ]  # fmt: skip


def test_a_veto_fails_the_file_and_the_score_is_still_shown() -> None:
    score = regrade(JILIN, _found(P04=_breach()))
    assert (score.high, score.grade, score.flagged, score.vetoes) == (900, "不合格", True, ("P04",))


def test_a_limb_that_is_no_veto_does_not_fail_the_file() -> None:
    limbs = {"a": {"verdict": "met"}, "b": {"verdict": "met"}, "c": _breach()}
    score = regrade(JILIN, _found(I03=_breach(limbs)))
    assert (score.high, score.grade, score.flagged) == (950, "优秀", False)


def test_each_wrong_page_costs_a_point_up_to_the_cap() -> None:
    for wrong, left in ((1, 990), (3, 970), (9, 970)):
        limbs = {"e": {"verdict": "breached", "occurrences": wrong}}
        assert regrade(JILIN, _found(A01=_breach(limbs, wrong))).high == left


def test_an_undecided_veto_leaves_the_grade_open() -> None:
    score = regrade(JILIN, _found(P04={"verdict": "undetermined"}))
    assert (score.low, score.high, score.grade, score.flagged) == (900, 1000, "待核", False)


def test_one_fault_falls_once() -> None:
    both = regrade(JILIN, _found(L11=_breach({"a": _breach()}), T01=_breach({"a": _breach()})))
    assert both.high == regrade(JILIN, _found(L11=_breach({"a": _breach()}))).high
    paper = regrade(
        JILIN, _found(L03=_breach({"a": _breach()}), A03=_breach({"k": _breach(), "n": _breach()}))
    )
    assert paper.high == 900  # the missing acceptance once, the missing receipt beside it


def test_the_second_structure_has_twenty_five_vetoes_worth_half_the_marks() -> None:
    legality, form = ECO.groups
    assert [len(item.rules) for item in legality.items] == [25]
    assert (legality.full, form.full, sum(item.full for item in form.items)) == (500, 500, 1000)
    one, two = regrade(ECO, _found(P04=_breach())), regrade(ECO, _found(P04=_breach(), P39=_breach()))
    assert (one.high, two.high, one.grade) == (500, 500, "不合格")


def test_the_second_structure_counts_a_document_by_its_standard_mark() -> None:
    """规范性 = 50 ×（文书得分 ÷ 标准分）: filing is worth 2 of 100, half a point less for each."""
    assert regrade(ECO, _found(P08=_breach(), P09=_breach())).high == 1000 - 10


def test_the_second_structure_re_bases_the_papers_and_not_the_legality() -> None:
    """Without hearing, expert opinion, demand and application 24 of the 100 standard marks fall away;
    the decision then loses 5 of 76, and the loose leaves fall off afterwards, point for point."""
    gone = ("P20", "P29", "P31", "P61", "C11", "P57", "C15", "C19")
    absent = {rule: {"verdict": "not_applicable"} for rule in gone}
    score = regrade(ECO, _found(**absent, P37=_breach()))
    assert score.high == 500 + 467  # 50 × 71 ÷ 76 = 46.71
    assert "规范性：标准分 76，得 71，50 × 71 ÷ 76 = 46.7（四舍五入到 0.1 分）" in score.totals
    paper = regrade(ECO, _found(**absent, P37=_breach(), A02=_breach(occurrences=3)))
    assert paper.high == 500 + 467 - 30


def test_the_second_structure_bounds_what_loose_leaves_cost() -> None:
    limbs = {check.id: _breach() for check in RULES["A03"].checks}
    score = regrade(ECO, _found(A01=_breach(occurrences=9), A03=_breach(limbs)))
    assert score.high == 900
    assert "规范性·卷面（文书要素）：扣 11，以 10 分为限" in score.totals


def test_a_standard_is_data_the_same_findings_count_differently() -> None:
    found = _found(P37=_breach())
    assert regrade(JILIN, found).high == 950
    assert regrade(ECO, found).high == 975
