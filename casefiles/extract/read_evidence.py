"""Evidence: copies and photographs, and the items that the decision relies on."""

import re
from collections.abc import Iterator
from typing import Any

from casefiles.extract.case import Case
from casefiles.extract.doc import Doc, Reading
from casefiles.extract.flat import Flat
from casefiles.extract.read_archive import match_rows
from casefiles.extract.titles import kind_of_title

_COPY = "复印件|副本|影印件|节选"
_VERIFIED = (
    "(?:核对|比对|校对)[^。；]{0,8}(?:无误|一致|相符)|与原件[^。；]{0,6}(?:无误|一致|相符|相同)"
    "|(?:无误|一致)[^。]{0,4}核对"
)


def read_copies(doc: Doc) -> Iterator[Reading]:
    """One row of ``evidence_copies`` for a copy or a photograph."""
    text = doc.text
    photo = bool(re.search("照片|(?:拍摄|拍照)(?:时间|地点|人)", doc.piece.title + text[:200])) or (
        doc.piece.media == "image" and len(text) < 60
    )
    copy = bool(re.search(_COPY, text[:80] + doc.piece.title)) or bool(re.search(_VERIFIED, text))
    if not photo and not copy:
        return
    row: dict[str, Any] = {
        "title": doc.piece.title,
        "document": doc.kind,
        "medium": "photo" if photo else "copy",
    }
    if photo:
        taken = re.search(
            "(?:拍摄|拍照|摄影|取证|制作)(?:时间|日期)[：:]?[^，。]{4,}|[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日",
            text,
        )
        by = doc.field("(?:拍摄|拍照|摄影|摄像|取证|制作|采集)(?:人|人员|者)")
        if len(text) >= 60:
            row["made_by"] = bool(taken and by)
            row["provider_signed"] = _provided(doc)
    else:
        row["verified"] = bool(re.search(_VERIFIED, text))
        row["provider_signed"] = _provided(doc)
    yield doc.read("evidence_copies", row, doc.title, 0.95)


def _provided(doc: Doc) -> bool:
    fields = doc.fields_like(
        "(?:材料|证据)?(?:提供|出具|持有)(?:人|单位|者)|当事人确认|当事人|出证人|持有人|被检查人"
    )
    if any(item.text or item.value.hand() for item in fields):
        return True
    found = doc.flat.search("提供人[：:]?([一-鿿·]{2,4})")
    return found is not None or bool(doc.seals)


_LIST = re.compile(
    r"(?:(?:上述|以上)事实|认定上述事实)[^：。]{0,24}(?:证据|为证)[^：。]{0,10}[：]|(?:证据)有："
)


def evidence_relied(case: Case) -> Iterator[Reading]:
    """One row for every item of the decision's list of evidence, looked for among the papers."""
    for doc in case.of("decision", "investigation_report")[:1]:
        head = _LIST.search(doc.text)
        if not head:
            return
        stretch = doc.flat.cut(head.end(), min(len(doc.text), head.end() + 1200))
        items = list(_items(stretch))
        papers = [paper for paper in case.docs if paper.kind not in ("cover", "inventory", "archive_note")]
        notified = case.value("notified_on")
        for name, place in items:
            match = match_rows([name], papers, set())[0]
            kind = kind_of_title(name)
            same = [paper for paper in papers if kind and paper.kind == kind[0]]
            paper = match or (same[0] if same else None)
            row: dict[str, Any] = {"item": name, "on_file": paper is not None}
            if paper is not None:
                row["document"] = paper.kind
                if paper.dated and paper.kind not in ("evidence_item", "identity_proof"):
                    row["dated_on"] = paper.dated.isoformat()
                    if notified:
                        row["new_after_notice"] = (
                            paper.dated.isoformat() > str(notified) and paper.kind != "hearing_record"
                        )
            yield doc.read("evidence_relied", row, place, 0.85)


def _items(stretch: Flat) -> Iterator[tuple[str, Flat]]:
    ended = re.search(r"\n(?:我[办局]|本机关|你(?:单位|公司)|[二三]、|依据|根据|当事人)", stretch.text)
    text = stretch.text[: ended.start()] if ended else stretch.text
    for match in re.finditer(r"[^；;\n]+", text):
        head = re.split("，?(?:证明|证实|用以|能够)", match[0])[0]
        head = re.sub(r"^(?:（[一二三四五六七八九十0-9]+）|[0-9]+[.．、])", "", head).strip("，。；")
        for part in re.split("[、，]|及(?=送达)", head):
            name = re.sub(r"(?:复印件)?(?:各)?[0-9一二两三四五]+[份张页]$|^对.{2,20}的|复印件$", "", part)
            if len(name) >= 3:
                yield name, stretch.cut(match.start(), match.end())


def read_appraisal(doc: Doc) -> Iterator[Reading]:
    text = doc.text
    row = {
        "matter": bool(re.search("委托(?:事项|鉴定|检测)|鉴定事项|检测项目", text)),
        "materials": bool(re.search("送检|检材|样品|材料", text)),
        "method": bool(re.search("依据|方法|标准", text)),
        "qualified": bool(re.search("资质|资格|许可证号|证书", text)),
        "signed": bool(re.search("(?:鉴定|检测|检验|审核|批准)人", text)),
        "sealed": bool(doc.seals),
    }
    yield doc.read("appraisals", row, doc.title, 0.85)
