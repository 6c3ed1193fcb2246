"""The papers that go with a circular: 评查意见书 per file, 整改通知书 per office, and the circular as a document."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from notices.annexes import findings_table, poor_blocks, problem_table, score_table
from notices.compose import KINDS, Section, draft_figures, paragraphs
from notices.document import (
    Annex,
    Colophon,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
    chinese_date,
)

Frozen = Mapping[str, Any]


def circular_document(
    frozen: Frozen,
    *,
    title: str,
    number: str,
    addressee: str,
    sections: Sequence[Section],
    copies_to: Sequence[str],
    on: date,
    note: str,
    digest: str,
) -> OfficialDocument:
    """The 通报 as an official document; ``digest`` of the frozen data stands at the foot of each page."""
    agency = str(frozen["round"]["office"])
    annexes = [
        Annex(1, "各单位案卷评查得分情况表", [score_table(frozen)]),
        Annex(2, "典型差案情况", list(poor_blocks(frozen)) or [Paragraph("本次评查未认定典型差案。")]),
        Annex(3, "评查发现问题清单", [problem_table(frozen)]),
    ]
    return OfficialDocument(
        title=title,
        blocks=list(paragraphs(sections, draft_figures(frozen))),
        letterhead=Letterhead(f"{agency}文件", number or "（文号在签发时编定）"),
        addressee=addressee,
        attachments=[annex.title for annex in annexes],
        signature=Signature(agency, on),
        note=note,
        annexes=annexes,
        colophon=Colophon(copies_to, agency, on),
        subject=f"评查数据摘要 sha256:{digest}",
        footer=f"评查数据摘要 SHA-256：{digest}",
    )


def opinion_document(
    frozen: Frozen, file: Mapping[str, Any], *, number: str, on: date, digest: str
) -> OfficialDocument:
    """The 评查意见书 of one file: result, findings with place and article, what to do about each."""
    agency = str(frozen["round"]["office"])
    findings = file["findings"]
    kind = KINDS.get(file["case_kind"], "行政执法")
    blocks: list[Paragraph | Table] = [
        Paragraph(f"{file['office']}：", flush=True),
        Paragraph(
            f"{frozen['round']['title']}抽取了你单位办理的{kind}案卷《{file['title']}》（{file['number'] or '无文号'}）。"
            f"经两名评查员独立评查和评查组审定，该案卷得分{file['score']}分，等次为{file['grade']}"
            + ("，并经评查组表决认定为典型差案。" if file["poor"] else "。")
        ),
    ]
    if findings:
        blocks += [Paragraph("一、评查发现的问题", level=1), findings_table(findings)]
        blocks += [Paragraph("二、处理意见", level=1), *_remedies(findings)]
        blocks.append(Paragraph("对本意见有异议的，可通过本单位账号逐项提出，由未参加该卷评查的人员复核。"))
    else:
        blocks.append(Paragraph("评查中未发现扣分问题。"))
    return OfficialDocument(
        title="行政执法案卷评查意见书",
        title_lines=["行政执法案卷评查意见书"],
        blocks=[Paragraph(number, flush=True), *blocks],
        signature=Signature(agency, on),
        subject=f"评查数据摘要 sha256:{digest}",
        footer=f"规则包 {frozen['pack'][:48]}　评查标准 {frozen['standard']['id']}　数据摘要 {digest[:16]}",
    )


def _remedies(findings: Sequence[Mapping[str, Any]]) -> list[Paragraph]:
    curable = [f for f in findings if f["curable"]]
    final = [f for f in findings if not f["curable"]]
    texts = []
    if curable:
        steps = "；".join(
            f"{index}.{finding['fix'].rstrip('。；')}" for index, finding in enumerate(curable, 1)
        )
        texts.append(Paragraph(f"可以依法补正的：{steps}。"))
    if final:
        names = "、".join(f"“{finding['title']}”" for finding in final)
        texts.append(
            Paragraph(
                f"不能补正的：{names}。请说明原因、总结教训，不得事后补造文书；影响当事人权利的，依法另行处理。"
            )
        )
    return texts


def rectification_document(
    *,
    agency: str,
    office: str,
    number: str,
    circular: str,
    on: date,
    due: date,
    rows: Sequence[Sequence[str]],
) -> OfficialDocument:
    """The 整改通知书 to one office: numbered faults, what to do, and the day the report is due."""
    return OfficialDocument(
        title="行政执法监督整改通知书",
        title_lines=["行政执法监督整改通知书"],
        blocks=[
            Paragraph(number, flush=True),
            Paragraph(f"{office}：", flush=True),
            Paragraph(
                f"《{circular}》反映的问题中，涉及你单位的{len(rows)}项见下表。请逐项整改，"
                f"于{chinese_date(due)}前书面报告整改情况并附证明材料。"
            ),
            Table(["序号", "案卷", "问题", "整改要求"], rows, [0.8, 3, 5, 5], "clll"),
        ],
        signature=Signature(agency, on),
    )
