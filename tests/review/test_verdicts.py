"""Words over machine findings: what may stand, what counts as a dispute."""

from typing import Any

import pytest

from review.verdicts import (
    Word,
    WordError,
    apply,
    check_word,
    combined,
    disputed,
    limb_verdicts,
    machine_anchors,
    open_rules,
    stance,
)

P37 = {"rule": "P37", "title": "九十日内决定", "verdict": "breached", "veto": False, "occurrences": 1}
P21 = {"rule": "P21", "title": "法制审核", "verdict": "undetermined", "veto": True, "question": "是否审核？"}
P45 = {"rule": "P45", "verdict": "breached", "limbs": {"a": "breached", "b": "met", "c": "undetermined"}}
P01 = {"rule": "P01", "verdict": "met"}
ALL: list[dict[str, Any]] = [P37, P21, P45, P01]
ANCHOR = [{"file": "决定书.pdf", "page": 1}]


def test_words_are_laid_over_and_the_rest_is_untouched() -> None:
    laid = {f["rule"]: f for f in apply(ALL, {"P37": Word("met"), "P21": Word("breached", {}, 2)})}
    assert (laid["P37"]["verdict"], laid["P37"]["occurrences"]) == ("met", 0)
    assert (laid["P21"]["verdict"], laid["P21"]["occurrences"]) == ("breached", 2)
    assert laid["P45"] == P45 and laid["P01"] == P01
    assert P37["verdict"] == "breached"


def test_limbs_decide_the_rule() -> None:
    assert apply([P45], {"P45": Word("breached", {"a": "met", "c": "met"})})[0]["verdict"] == "met"
    cleared = apply([P45], {"P45": Word("met")})[0]
    assert limb_verdicts(cleared) == {"a": "met", "b": "met", "c": "met"}
    kept = apply([P45], {"P45": Word("breached", {}, 3)})[0]
    assert limb_verdicts(kept) == {"a": "breached", "b": "met", "c": "met"}
    whole = apply(
        [{"rule": "x", "verdict": "undetermined", "limbs": {"a": "met", "b": "undetermined"}}],
        {"x": Word("breached")},
    )
    assert limb_verdicts(whole[0]) == {"a": "met", "b": "breached"}
    assert kept["limbs"]["a"]["occurrences"] == 3 and "occurrences" not in kept["limbs"]["b"]
    strange = apply([P45], {"P45": Word("met", {"z": "breached"})})[0]
    assert "z" not in strange["limbs"]
    assert combined([]) == "not_applicable" and combined(["met", "undetermined"]) == "undetermined"


def test_disputes_are_differences_that_cost_something_and_what_was_left_open() -> None:
    said = {"P21": Word("met"), "P45": Word("breached")}
    assert disputed(ALL, [{"P37": Word("met"), **said}, {"P37": Word("breached"), **said}]) == ["P37"]
    assert disputed(
        ALL, [said | {"P21": Word("breached", {}, 1)}, said | {"P21": Word("breached", {}, 2)}]
    ) == ["P21"]
    assert disputed(ALL, [said | {"P01": Word("met")}, said]) == []
    assert disputed(ALL, [said | {"P37": Word("breached")}, said]) == []
    assert disputed(ALL, [said | {"P45": Word("breached", {"a": "met", "b": "breached"})}, said]) == ["P45"]
    assert disputed(ALL, [said | {"P21": Word("undetermined")}, said | {"P21": Word("undetermined")}]) == [
        "P21"
    ]
    assert disputed(ALL, [said | {"P45": Word("breached", {"c": "undetermined"})}] * 2) == ["P45"]


def test_stance_ignores_what_costs_nothing() -> None:
    assert stance({"rule": "x", "verdict": "met", "occurrences": 3}) == ("met",)
    assert stance({"rule": "x", "verdict": "breached"}) == ("breached", 1)


def test_open_rules_are_breaches_and_questions_without_a_word() -> None:
    assert open_rules(ALL, {}) == ["P37", "P21", "P45"]
    assert open_rules(ALL, {"P21": Word("undetermined"), "P45": Word("breached")}) == ["P37"]


@pytest.mark.parametrize(
    ("finding", "action", "word", "note", "anchors", "message"),
    [
        (P37, "confirm", Word("breached"), "", [], "扣分须有依据"),
        (P37, "confirm", Word("met"), "", ANCHOR, "只能保留机器结论"),
        (P37, "reject", Word("met"), " ", [], "写明理由"),
        (P37, "reject", Word("breached"), "有", ANCHOR, "不能仍为不符合"),
        (P21, "confirm", Word("undetermined"), "", [], "不能“确认”"),
        (P21, "amend", Word("breached"), "", [], "扣分须有依据"),
        (P37, "", Word("met"), "", [], "没有选择"),
    ],
)
def test_words_that_may_not_stand(
    finding: Any, action: str, word: Word, note: str, anchors: Any, message: str
) -> None:
    with pytest.raises(WordError, match=message):
        check_word(finding, action=action, word=word, note=note, anchors=anchors, searched=[])


def test_a_rule_of_several_parts_needs_the_part_named() -> None:
    parts = {"rule": "P02", "verdict": "undetermined", "limbs": {"a": "undetermined", "b": "undetermined"}}
    with pytest.raises(WordError, match="哪一个分项"):
        check_word(parts, action="amend", word=Word("breached"), note="", anchors=ANCHOR, searched=[])
    named = Word("breached", {"b": "breached"})
    check_word(parts, action="amend", word=named, note="", anchors=ANCHOR, searched=[])
    laid = apply([parts], {"P02": named})[0]
    assert laid["verdict"] == "breached" and limb_verdicts(laid) == {"a": "met", "b": "breached"}


def test_words_that_may_stand() -> None:
    check_word(P37, action="confirm", word=Word("breached"), note="", anchors=ANCHOR, searched=[])
    check_word(P37, action="confirm", word=Word("breached"), note="", anchors=[], searched=["送达回证"])
    check_word(P37, action="reject", word=Word("met"), note="扣除期间有凭证", anchors=[], searched=[])
    check_word(P21, action="amend", word=Word("met"), note="", anchors=[], searched=[])


def test_machine_evidence_is_taken_over() -> None:
    finding = {
        "evidence": [
            {"fact": "filed_on", "file": "a.pdf", "page": 2, "box": [0, 0, 1, 1], "quote": "3月1日"},
            {"fact": None, "absent": "service_receipt", "label": "送达回证", "quote": "未见送达回证"},
            {"fact": "hearing_held_on", "label": "听证日期", "value": None},
            {"fact": "officers", "label": "执法人员", "value": 2},
        ]
    }
    anchors, searched = machine_anchors(finding)
    assert anchors == [{"file": "a.pdf", "page": 2, "box": [0, 0, 1, 1], "quote": "3月1日"}]
    assert searched == ["未见送达回证", "听证日期：经查没有"]
