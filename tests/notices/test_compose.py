"""Figures come from the frozen data alone; typed numbers are found; the public version shows no name."""

from datetime import date
from typing import Any

import pytest

from foundation import errors
from notices.compose import (
    Section,
    draft_figures,
    draft_sections,
    fill,
    mean,
    paragraphs,
    problems,
    share,
    unbound,
)
from notices.document import OfficialDocument, Paragraph
from notices.fonts import Faces
from notices.letters import circular_document, opinion_document
from notices.redact import leaks, mask_numbers, mask_party, mask_person, redact, secrets_of
from notices.typeset import typeset

Frozen = dict[str, Any]


def circular(frozen: Frozen, sections: list[Section] | None = None) -> OfficialDocument:
    return circular_document(
        frozen, title="关于评查情况的通报", number="吉人防通〔2026〕1号", addressee="各单位：", sections=sections or draft_sections(frozen),
        copies_to=["省司法厅"], on=date(2026, 1, 25), note="此件公开发布", digest="d" * 64,
    )  # fmt: skip


def test_figures_are_counted_from_the_files(frozen: Frozen) -> None:
    values = draft_figures(frozen)
    assert {name: values[name] for name in ("抽取卷数", "报送卷数", "优秀卷数", "优秀率", "不合格卷数", "平均分", "问题总数")} == {
        "抽取卷数": "4", "报送卷数": "12", "优秀卷数": "2", "优秀率": "50.0", "不合格卷数": "1", "平均分": "78.1", "问题总数": "4",
    }  # fmt: skip
    assert values["问题P51卷数"] == "2"


def test_the_grades_add_up_to_the_files(frozen: Frozen) -> None:
    values = draft_figures(frozen)
    assert sum(int(values[f"{name}卷数"]) for name in ("优秀", "良好", "合格", "不合格")) == len(
        frozen["files"]
    )


def test_a_changed_file_changes_the_text(frozen: Frozen) -> None:
    before = "".join(p.text for p in paragraphs(draft_sections(frozen), draft_figures(frozen)))
    frozen["files"][0]["grade"] = "合格"
    after = "".join(p.text for p in paragraphs(draft_sections(frozen), draft_figures(frozen)))
    assert "优秀2卷" in before
    assert "优秀1卷" in after


def test_an_unknown_figure_is_refused_by_name(frozen: Frozen) -> None:
    with pytest.raises(errors.Refused, match="优良率"):
        fill("优良率为【优良率】%", draft_figures(frozen))


def test_the_draft_types_no_number_by_hand(frozen: Frozen) -> None:
    assert [n for s in draft_sections(frozen) for n in unbound(s.heading + s.text)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共评查36卷", ["36"]),
        ("占33.3%", ["33.3%"]),
        ("共评查【抽取卷数】卷", []),
        ("自2021年7月15日起，依据《条例》第三十条", []),
        ("吉人防通〔2026〕18号", []),
    ],
)
def test_typed_numbers_are_found(text: str, found: list[str]) -> None:
    assert unbound(text) == found


def test_problems_are_ranked_by_files(frozen: Frozen) -> None:
    assert [(p.rule, p.files, p.offices) for p in problems(frozen)] == [
        ("P51", 2, 2),
        ("P04", 1, 1),
        ("T01", 1, 1),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 8, "12.5"), (0, 0, "0.0"), (1, 1, "100.0")],
)
def test_shares(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


def test_mean_rounds_half_up() -> None:
    assert mean(["90.1", "90.2"]) == "90.2"
    assert mean([]) == "0.0"


def test_the_public_circular_shows_no_name_and_the_full_one_does(frozen: Frozen, faces: Faces) -> None:
    masks = secrets_of(frozen)
    shown = redact(frozen, masks)
    public = typeset(
        circular(shown, [Section(s.key, s.heading, redact(s.text, masks)) for s in draft_sections(frozen)]),
        faces,
    )
    full = typeset(circular(frozen), faces)
    assert leaks(public.lines, masks) == []
    assert any("安怀礼" in leak for leak in leaks(full.lines, masks))


def test_another_company_named_in_the_file_is_masked_too(frozen: Frozen) -> None:
    file = frozen["files"][3]
    file["title"] = "通化市喆泰商贸有限公司擅自拆除防护设备案"
    file["findings"][0]["message"] = "告知书写“吉林省海达置业有限责任公司”，与决定书不同"
    masks = secrets_of(frozen)
    assert {"通化市喆泰商贸有限公司", "吉林省海达置业有限责任公司"} <= set(masks)
    shown = redact(file, masks)
    assert shown["title"] == "某有限公司擅自拆除防护设备案"


def test_any_company_left_by_name_is_a_leak() -> None:
    assert leaks([["涉及松原江湾汽车有限公司一案"]], {}) != []
    assert leaks([["某有限公司擅自拆除，某有限责任公司、某股份有限公司"]], {}) == []


def test_a_name_that_turns_at_a_line_end_is_still_found(frozen: Frozen, faces: Faces) -> None:
    document = OfficialDocument("通报", [Paragraph("案" * 25 + "欧阳春晓")])
    assert leaks(typeset(document, faces).lines, secrets_of(frozen)) == ["第1页：欧阳春晓"]


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("吉林市晨光物业有限公司", "某有限公司"),
        ("张三", "张某"),
        ("欧阳春晓", "欧阳某"),
        ("李记面馆饭店", "某饭店"),
    ],
)
def test_masks(name: str, mask: str) -> None:
    assert mask_party(name) == mask
    assert mask_person("欧阳春晓") == "欧阳某"


def test_numbers_of_persons_are_starred() -> None:
    text = mask_numbers("身份证220102198001011234，电话13800138000，代码91220101MA0Y4K7L3N，金额20000元")
    assert "220102198001011234" not in text
    assert "13800138000" not in text
    assert "91220101MA0Y4K7L3N" not in text
    assert "金额20000元" in text


def test_an_opinion_letter_states_each_finding_with_article_and_place(frozen: Frozen, faces: Faces) -> None:
    file = frozen["files"][3]
    document = opinion_document(
        frozen, file, number="吉人防评意〔2026〕4号", on=date(2026, 1, 25), digest="d" * 64
    )
    text = "".join("".join(page) for page in typeset(document, faces).lines)
    for words in (
        "询问不足两人",
        "行政处罚法(2021)第四十二条第一款",
        "09 询问笔录.docx段3",
        "否决",
        "典型差案",
        "不得事后补造",
    ):
        assert words in text.replace("\n", "")
