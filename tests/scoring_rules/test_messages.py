"""Messages: optional parts, and document kinds by their labels."""

from scoring_rules.language import MISSING, render, show


def test_an_optional_part_without_its_value_is_left_out() -> None:
    values = {"day": "2024年5月10日", "gap": MISSING}.__getitem__
    assert render("决定{day}⟦，审核{gap}⟧⟦，批准{day}⟧", values) == "决定2024年5月10日，批准2024年5月10日"
    assert render("审核{gap}", values) == f"审核{MISSING}"


def test_a_document_kind_is_shown_by_its_label() -> None:
    assert show("interview_record#2") == "询问（调查）笔录（第2份）"
    assert show("decision") == "行政处罚决定书"
    assert show("甲公司") == "甲公司"
