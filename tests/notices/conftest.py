"""Faces from the cache that ``make fonts`` fills, and a frozen result to write circulars from."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from accounts import User
from casefiles import CaseFile
from foundation import blobs, settings
from notices.fonts import Faces
from notices.issue import draft
from notices.models import Circular
from review import Round, RoundFile


@pytest.fixture(scope="session")
def faces() -> Faces:
    return Faces(Path("var/fonts"))


def _file(number: int, office: int, score: str, grade: str, *findings: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"f{number}", "case_id": f"c{number}", "code": f"A{number:03d}", "number": f"四人防罚决〔2025〕{number}号",
        "title": f"第{number}号擅自拆除防护设备案", "party_name": f"吉林市晨光{number}号物业有限公司", "case_kind": "penalty",
        "office_id": f"o{office}", "office": f"甲{office}市人民防空办公室", "score": score, "low": score, "high": score,
        "grade": grade, "poor": grade == "不合格", "findings": list(findings), "people": ["安怀礼", "欧阳春晓"],
        "machine": {"low": score, "high": score, "grade": grade},
    }  # fmt: skip


def finding(
    rule: str, title: str, system: str = "procedure", points: str = "5.0", veto: bool = False
) -> dict[str, Any]:
    return {
        "rule": rule, "title": title, "system": system, "verdict": "breached", "message": f"{title}：安怀礼一人询问",
        "basis": ["行政处罚法(2021)第四十二条第一款"], "points": points, "veto": veto, "occurrences": 1, "curable": not veto,
        "evidence": [{"file": "09 询问笔录.docx", "page": None, "at": "段3", "quote": "询问人：安怀礼"}], "fix": "重新制作",
    }  # fmt: skip


@pytest.fixture
def frozen() -> dict[str, Any]:
    """Four files of two offices: two fine, one passable, one 典型差案."""
    files = [
        _file(1, 1, "96.0", "优秀"),
        _file(2, 1, "85.5", "良好", finding("P51", "送达超过期限")),
        _file(3, 2, "91.0", "优秀", finding("T01", "公示超过期限", "disclosure")),
        _file(
            4,
            2,
            "40.0",
            "不合格",
            finding("P04", "询问不足两人", points="0.0", veto=True),
            finding("P51", "送达超过期限"),
        ),
    ]
    offices = [
        {"id": f"o{n}", "name": f"甲{n}市人民防空办公室", "short_name": f"甲{n}", "submitted": 6, "drawn": 2,
         "grades": {"优秀": 1, "良好": 2 - n, "合格": 0, "不合格": n - 1}, "mean": mean, "poor": n - 1}
        for n, mean in ((1, "90.8"), (2, "65.5"))
    ]  # fmt: skip
    return {
        "round": {"id": "r1", "title": "2025年度全省人民防空系统行政执法案卷评查", "year": 2025, "office": "吉林省人民防空办公室",
                  "closed_from": "2025-01-01", "closed_to": "2025-12-31", "kinds": ["penalty"], "frozen_at": "2026-01-20T10:00:00+08:00"},
        "pack": "penalty@1.0.0+sha256:" + "a" * 64,
        "standard": {"id": "jilin-rf-2020", "title": "评查标准", "full": 100,
                     "grades": [{"name": n, "from": f} for n, f in (("优秀", "90"), ("良好", "80"), ("合格", "60"), ("不合格", "0"))]},
        "submitted": 12, "offices": offices, "files": files,
        "poor": [{"file_id": "f4", "number": files[3]["number"], "title": files[3]["title"], "office": files[3]["office"],
                  "cause": "程序", "conditions": ["D3"], "reasons": "询问时只有安怀礼一名执法人员。",
                  "votes": {"for": 4, "against": 1, "abstain": 0}, "dissent": [], "decided_on": "2026-01-15"}],
        "agreement": {"files": 4, "lines": 120, "percent": "93.3", "kappa": "0.71", "alpha": "0.70", "ac1": "0.92"},
        "draw": {"list_sha256": "b" * 64, "seed": "05 11 18", "seed_how": "公证", "population": 12, "drawn": 4},
        "replies": {"filed": 3, "accepted": 1}, "audit_head": {"chain": "o0", "seq": 9, "digest": "c" * 64},
    }  # fmt: skip


@pytest.fixture
def review_round(session: Session, seeded: dict[str, User], frozen: dict[str, Any]) -> Round:
    """A round of the province whose frozen text holds four files of 四平 and 松原, with their rows."""
    clerks = {"o1": seeded["clerk_siping"], "o2": seeded["clerk_songyuan"]}
    leader = seeded["leader"]
    made = Round(
        office_id=leader.office_id,
        title="2025年度评查",
        year=2025,
        closed_from=date(2025, 1, 1),
        closed_to=date(2025, 12, 31),
        phase="archived",
    )
    session.add(made)
    session.flush()
    renamed = {key: user.office_id for key, user in clerks.items()}
    for file in frozen["files"]:
        clerk = clerks[file["office_id"]]
        case = CaseFile(
            office_id=clerk.office_id,
            created_by=clerk.id,
            year=2025,
            number=file["number"],
            status="reviewed",
        )
        session.add(case)
        session.flush()
        row = RoundFile(round_id=made.id, case_id=case.id, office_id=clerk.office_id, code=file["code"])
        session.add(row)
        session.flush()
        renamed |= {file["id"]: row.id, file["case_id"]: case.id}
    text = json.dumps(_renamed(frozen, renamed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    made.frozen_text, made.frozen_sha256 = text, hashlib.sha256(text.encode()).hexdigest()
    session.commit()
    return made


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


@pytest.fixture
def store(config: settings.Settings) -> blobs.BlobStore:
    return blobs.BlobStore(config)


@pytest.fixture
def circular(session: Session, seeded: dict[str, User], review_round: Round) -> Circular:
    made = draft(session, review_round=review_round, by=seeded["administrator"])
    session.commit()
    return made
