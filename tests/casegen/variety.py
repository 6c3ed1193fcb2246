"""Case files as other offices would hand them in, drawn by seed, each with its answer key.

``python -m tests.casegen.variety OUT --seeds 0-59`` writes files and keys for ``anheng bench read --keys OUT``.
A key lists every rule outside the seeded fault under ``must_not_flag``: each further breach is a false alarm.
"""

import argparse
import io
import json
import random
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scoring_rules import load_pack
from tests.casegen.bind import _paged, as_one, to_zip
from tests.casegen.out import to_docx, to_pdf
from tests.casegen.paper import Grid, Paper, Para, head
from tests.casegen.variety_case import FAULTS, Case
from tests.casegen.variety_decision import closing, decision, notice, panel, review
from tests.casegen.variety_heard import heard
from tests.casegen.variety_opening import investigation, opening
from tests.casegen.variety_other import OTHER_FAULTS, inspection, licence, summary
from tests.casegen.variety_words import Style

INNER = ("source_register", "filing_approval", "penalty_approval", "legal_review", "panel_discussion", "decision_approval", "closing_approval", "investigation_report")  # fmt: skip
OWN_FORMS = ("stacked", "blank", "wide", "banner", "clock", "footed")
HABITS = ("apart", "addressee", "short", "place", "split", "mail", "foreign")
VETOES = {"P04", "P24", "P32", "P12", "P26", "P43", "S01", "F02", "I03"}


@dataclass(frozen=True)
class Made:
    """A case file in memory: its name, bytes, key."""

    name: str
    data: bytes
    key: dict[str, object]


def make(seed: int, *, scan: bool | None = None) -> Made:
    """The case file of a seed."""
    rng = random.Random(f"variety {seed}")
    sort = rng.choices(("penalty", "licence", "summary", "inspection"), (11, 2, 2, 2))[0]
    style = Style.draw(rng)
    if seed >= 60:
        own = random.Random(f"habits {seed}")
        style.habits = frozenset(own.sample(HABITS, 3))
        if seed >= 120:
            style.habits |= frozenset(own.sample(OWN_FORMS, 2))
            style.widen()
    clean = rng.random() < 0.35
    fault = "" if clean else rng.choice(sorted(FAULTS if sort == "penalty" else OTHER_FAULTS[sort]))
    if sort == "penalty":
        bound = {
            "early": "none",
            "slow": "none",
            "no_statement_right": "none",
            "late_review": "waived",
            "old_articles": "waived",
        }
        way = bound.get(fault) or rng.choice(("waived", "waived", "none", "statement", "hearing"))
        case = Case(seed, rng, style, rng.choice((48, 49)), way, fault, old=not fault and rng.random() < 0.25)
        papers, facts = _penalty(case)
        must, may = FAULTS[fault] if fault else ((), ())
    else:
        case = Case(seed, rng, style, 49, "none", "")
        case.days, case.fault = {}, fault
        papers, facts = {"licence": licence, "summary": summary, "inspection": inspection}[sort](case)
        must, may = OTHER_FAULTS[sort][fault] if fault else ((), ())
    return _hand_in(case, sort, papers, facts, must, may, scan)


def _penalty(case: Case) -> tuple[list[Paper], dict[str, object]]:
    papers = [*opening(case), *investigation(case)]
    early = [review(case)] if case.heard != "hearing" and case.fault != "late_review" else []
    told = [*notice(case), *heard(case)]
    late = [] if early else [review(case)]
    papers += [*early, *told, *late, panel(case), *decision(case), *closing(case)]
    return papers, _facts(case)


def _facts(case: Case) -> dict[str, object]:
    d, f = case.days, f"{case.fine}.00"
    facts: dict[str, object] = {
        "authority": case.office, "party_name": case.party, "party_kind": "organisation", "party_code": case.code2 if case.fault == "other_party" else case.code, "case_title": case.title,
        "filing_number": case.number("filing", case.serial + 1), "notice_number": case.number("notice"), "decision_number": case.number("decision"),
        "registered_on": d["registered"], "filed_on": d["filed"], "inspected_on": d["inspected"], "interviewed_on": d["interviewed"], "investigation_closed_on": d["report"],
        "legal_reviewed_on": d["reviewed"], "notified_on": d["notified"], "notice_served_on": d["served"], "discussed_on": d["discussed"], "approved_on": d["approved"], "decided_on": d["decided"],
        "decision_served_on": d["decision_served"], "paid_on": d["paid"], "published_on": d["published"], "closed_on": d["closed"], "ordered_on": d["ordered"], "due_on": d["due"], "rechecked_on": d["rechecked"],
        "fine_proposed": f"{case.proposed}.00", "fine_decided": f, "fine_in_words": f"{case.fine + (300 if case.fault == 'words' else 0)}.00", "fine_paid": f,
        "officers": [{"name": n, "certificate": c} for n, c in zip(case.officers, case.cards, strict=True)],
        "officers_per_step": {"inspection_record": 1 if case.fault == "one_inspector" else 2, "interview_record": 1 if case.fault == "one_officer" else 2, "recheck_record": 2},
        "legal_reviewer": case.officers[0] if case.fault == "reviewer" else case.reviewer, "reviewer_is_investigator": case.fault == "reviewer", "legal_review_result": "agree",
        "discussion_attendees": [case.head, case.deputy, case.deputy2, case.chief] + ([case.officers[0]] if case.fault == "voting" else []),
        "penalty_kinds": ["fine", "warning"] if case.warns else ["fine"], "notice_states_facts": True, "notice_states_basis": True, "notice_states_proposed_penalty": True,
        "notice_states_statement_right": case.fault != "no_statement_right", "notice_states_hearing_right": True, "decision_states_remedies": case.fault != "no_remedies",
        "payment_days": 15, "late_fee_rate": "0.03", "service_method": "mail" if "mail" in case.style.habits else "direct", "statement_made": case.heard in ("statement", "hearing"), "proposed_wording": False, "seal_present": True,
    }  # fmt: skip
    if case.fault != "no_remedies":
        facts |= {"reconsideration_days": 60, "litigation_court": case.court, "litigation_months": 6}
    if case.act == 48:
        facts |= {"area_m2": f"{case.area}.00", "construction_cost": f"{case.cost}.00"}
    if case.heard == "statement":
        facts |= {
            "statement_on": d["stated"],
            "statement_reviewed_on": d["answered"],
            "statement_adopted": False,
        }
    if case.heard == "hearing":
        facts |= {
            "hearing_requested_on": d["requested"],
            "hearing_notice_served_on": d["invited"],
            "hearing_held_on": d["heard"],
            "hearing_host": case.host,
        }
    gone = {
        "no_filing": ("filed_on", "filing_number"),
        "no_report": ("investigation_closed_on",),
        "no_closing": ("closed_on",),
    }
    for name in gone.get(case.fault, ()):
        del facts[name]
    law = "中华人民共和国人民防空法"
    facts["cited"] = [{"law": law, "article": 22 if case.act == 48 else 27, "document": "decision", "role": "violated"},
                      {"law": law, "article": case.act, "document": "decision", "role": "penalty", **({"item": 3} if case.act == 49 else {})},
                      {"law": "中华人民共和国行政处罚法", "article": 51 if case.old or case.fault == "old_articles" else 72, **({} if case.old or case.fault == "old_articles" else {"paragraph": 1}), "item": 1, "document": "decision", "role": "late_fee"}]  # fmt: skip
    return facts


def _front(case: Case, sort: str, papers: list[Paper], number: str) -> list[Paper]:
    """Cover and inventory as the office makes them."""
    heads = case.rng.choice((("序号", "文号", "文件名称", "日期", "页号", "备注"), ("顺序号", "文书名称", "文号", "日期", "页次", "备注"), ("序号", "责任者", "题名", "日期", "页号", "备注"), ("序号", "材料名称", "页码")))  # fmt: skip
    rows, page = [list(heads)], 1
    for index, paper in enumerate(papers, 1):
        last = page + paper.pages - 1
        cells = {
            "文件名称": paper.title,
            "文书名称": paper.title,
            "题名": paper.title,
            "材料名称": paper.title,
            "文号": paper.number,
            "责任者": case.office[:4],
        }
        cells |= dict.fromkeys(("序号", "顺序号"), str(index)) | dict.fromkeys(
            ("页号", "页次", "页码"), str(page) if last == page else f"{page}-{last}"
        )
        rows.append([cells.get(name, "") for name in heads])
        page = last + 1
    for block in papers[-1].blocks:
        if isinstance(block, Para) and "{items}" in block.text:
            filled = replace(block, text=block.text.format(items=len(papers), pages=page - 1))
            papers[-1].blocks[papers[-1].blocks.index(block)] = filled
    what = {
        "penalty": "行政处罚案卷",
        "summary": "行政处罚案卷",
        "licence": "行政许可案卷",
        "inspection": "行政检查案卷",
    }[sort]
    cover = [*head(case.office, case.rng.choice((what, f"{what[:-2]}卷宗"))), Grid([["案号", number], ["案由", case.title], ["当事人", case.firm], ["保管期限", "30年"], ["本卷件数", f"{len(papers)}件"], ["本卷页数", f"{page - 1}页"]], (1, 3))]  # fmt: skip
    widths = {"文件名称": 5, "文书名称": 5, "题名": 5, "材料名称": 6, "文号": 4, "责任者": 2, "日期": 2}
    inventory = [
        *head("", case.rng.choice(("卷 内 目 录", "卷内目录", "卷内文件目录"))),
        Grid(rows, [widths.get(name, 1.3) for name in heads], True),
    ]
    return [Paper("cover", "卷宗封面", cover), Paper("inventory", "卷内目录", inventory)]


def _hand_in(case: Case, sort: str, papers: list[Paper], facts: dict[str, object], must: tuple[str, ...], may: tuple[str, ...], scan: bool | None) -> Made:  # fmt: skip
    rng = case.rng
    number = str(facts.get("decision_number") or facts.get("licence_number") or "")
    if sort == "penalty" and rng.random() < 0.35:
        outer = [p for p in papers if p.kind not in INNER and p.kind not in ("decision", "archive_note")]
        first = [p for p in papers if p.kind == "decision"]
        papers = [*first, *outer, *[p for p in papers if p.kind in INNER], papers[-1]]
    papers = [_paged(paper) for paper in papers]
    form = rng.choice(("docx", "docx", "mixed", "bound", "volumes"))
    front = form != "volumes" and bool(number) and sort != "summary" and rng.random() < 0.6
    if front:
        papers = [*map(_paged, _front(case, sort, papers, number)), *papers]
    else:
        papers = [paper for paper in papers if paper.kind != "archive_note"]
        may = (*may, "A01")
    if scan or (scan is None and case.seed % 20 == 7):
        papers = papers[:10] if sort == "penalty" else papers
        form = "scan"
    members, documents = list(_members(case, papers, form, rng))
    stem = f"{case.seed:03d}-{sort}-{case.fault or 'clean'}"
    if len(members) == 1:
        name, data = f"{stem}.pdf", members[0][1]
        documents = [{**entry, "file": name} for entry in documents]
    else:
        name, data = f"{stem}.zip", to_zip(members, gbk=rng.random() < 0.4)
    whole = form != "scan" or sort != "penalty"
    alarms = [rule.id for rule in load_pack().rules if rule.id[0] not in "D" and rule.id not in (*must, *may)]
    key: dict[str, object] = {
        "case": number, "case_kind": "penalty" if sort == "summary" else sort, "source": name, "documents": documents, "what": f"{sort} {case.fault} {form}",
        "facts": {k: v.isoformat() if isinstance(v, date) else v for k, v in facts.items()} if whole else _shown(facts, papers), "flagged": whole and bool(VETOES & set(must)),
        "expect": dict.fromkeys(must, "breached") if whole else {}, "must_not_flag": [{"rule": rule, "why": "没有这一问题"} for rule in alarms] if whole else [],
    }  # fmt: skip
    return Made(name, data, key)


SHOWN_BY = {
    "authority": "", "registered_on": "source_register", "filed_on": "filing_approval", "filing_number": "filing_approval",
    "inspected_on": "inspection_record", "interviewed_on": "interview_record", "ordered_on": "correction_order", "due_on": "correction_order",
}  # fmt: skip


def _shown(facts: dict[str, object], papers: list[Paper]) -> dict[str, object]:
    """What the first ten papers of a file show: a scan of them is not the whole file."""
    kinds = {"", *(paper.kind for paper in papers)}
    told = {name: facts.get(name) for name, kind in SHOWN_BY.items() if kind in kinds}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in told.items() if v is not None}


def _members(case: Case, papers: list[Paper], form: str, rng: random.Random) -> Iterator[list]:
    """Members and documents of the file in the form asked for."""
    members: list[tuple[str, bytes]] = []
    documents: list[dict[str, object]] = []

    def add(name: str, data: bytes, places: list[tuple[int, int, str]]) -> None:
        members.append((name, data))
        documents.extend({"file": name, "pages": [a, b], "kind": kind} for a, b, kind in places)

    if form in ("bound", "scan"):
        one = as_one(
            papers,
            "案卷.pdf",
            scan=case.seed + 1 if form == "scan" else 0,
            tilt=rng.choice((0.4, 0.8, 1.2) if case.seed < 120 else (0.8, 1.2, 1.6)),
            dpi=150 if case.seed < 120 else rng.choice((150, 170, 200)),
        )
        add("案卷.pdf", one.members[0][1], [(a, b, kind) for _, a, b, kind in one.documents])
    elif form == "volumes":
        inner = [p for p in papers if p.kind in INNER]
        for name, part in (("正卷.pdf", [p for p in papers if p not in inner]), ("副卷.pdf", inner)):
            if part:
                data, ranges = to_pdf(part)
                add(name, data, [(a, b, p.kind) for p, (a, b) in zip(part, ranges, strict=True)])
    else:
        naming = rng.choice(
            ("{0:02d} {1}", "{0:03d}", "扫描件{0}", "{1}{0}", "新建文档 ({0})", "材料/{0}.{1}")
        )
        for index, paper in enumerate(papers, 1):
            pdf = form == "mixed" and paper.kind in (
                "decision",
                "prior_notice",
                "hearing_notice_right",
                "payment_receipt",
                "cover",
                "licence_decision",
                "inspection_notice",
            )
            name = re.sub(r"[、（）]", "", naming.format(index, paper.title)) + (".pdf" if pdf else ".docx")
            add(
                name,
                to_pdf([paper])[0] if pdf else _still(to_docx(paper)),
                [(1, max(1, paper.pages), paper.kind)],
            )
    yield members
    yield documents


def _still(data: bytes) -> bytes:
    """A Word file without the time of its making: the same bytes for the same seed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return to_zip([(name, archive.read(name)) for name in archive.namelist()])


def main() -> None:
    """Write the files and keys of a range of seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", default="0-59")
    parser.add_argument("--only", type=int, help="seeds with this remainder by 3")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    first, _, last = given.seeds.partition("-")
    for seed in range(int(first), int(last or first) + 1):
        if given.only is not None and seed % 3 != given.only:
            continue
        made = make(seed)
        (given.out / made.name).write_bytes(made.data)
        key = json.dumps(made.key, ensure_ascii=False, indent=1)
        (given.out / f"{Path(made.name).stem}.key.json").write_text(key, encoding="utf-8")
        sys.stderr.write(f"{made.name} {made.key['what']}\n")


if __name__ == "__main__":
    main()
