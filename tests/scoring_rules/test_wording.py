"""Expressions in words: what stands in the rule book says what the expression says."""

import pytest

from scoring_rules import load_pack
from scoring_rules.language import Scope, parse
from scoring_rules.rule_file import scope_facts
from scoring_rules.wording import code_label, expression_words, message_words, value_words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("case_kind == 'penalty'", "「案卷类型」 ＝ 行政处罚"),
        ("not has('decision')", "卷内没有《行政处罚决定书》"),
        ("has_any('decision', 'transfer_letter')", "卷内有《行政处罚决定书》、《案件移送函》之一"),
        ("not has_all('decision', 'transfer_letter')", "卷内没有《行政处罚决定书》、《案件移送函》（至少缺一种）"),
        ("not absent(approved_on)", "并未查明没有「负责人批准日」"),
        ("'fine' in penalty_kinds", "「处罚种类」含有罚款"),
        ("{'fine', 'warning'} <= penalty_kinds", "「处罚种类」包括罚款、警告"),
        ("days(filed_on, decided_on) <= 90", "「立案日」至「处罚决定日」的日数 ≤ 90"),
        ("fine_decided > yuan(500)", "「决定罚款额」 ＞ 500元"),
        ("all(o.valid for o in officers)", "每一份「执法人员」都满足：「执法人员·证件在各环节日有效」为是"),
        (
            "has('decision') and (renotified or not renotified)",
            "卷内有《行政处罚决定书》\n并且 （「重新告知」为是 或者 「重新告知」为否）",
        ),
    ],
)  # fmt: skip
def test_expressions_in_words(source: str, words: str) -> None:
    found = expression_words(parse(source, Scope(scope_facts(), {}, None), "bool"), {})
    assert found is not None
    label = scope_facts()["approved_on"].label
    assert found == words.replace("负责人批准日", label)


def test_a_parameter_shows_its_mark_and_value() -> None:
    check = load_pack().rule("P37").checks[0]
    assert "【①90日】" in (expression_words(check.require, check.params) or "")
    assert "【①90】" in message_words(check)


def test_values_and_codes() -> None:
    assert value_words(None, "yuan") == "未设定"
    assert value_words(5_000_000, "yuan") == "50000元"
    assert value_words(5, "working_day") == "5个工作日"
    assert code_label("interview_record#2").endswith("（第2份）")
    assert code_label("甲") == "甲"
