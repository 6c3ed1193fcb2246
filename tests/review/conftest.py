"""A small province with case files, checks and a round at any phase, made without reading a single page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from accounts import Office, User
from casefiles import CaseFile, CheckRun, Document, StoredFile
from foundation import db
from review import (
    Assignment,
    Change,
    Round,
    RoundFile,
    Sheet,
    advance,
    assign_all,
    create_round,
    fix_seed,
    freeze_list,
    gaps,
    save_line,
    settle,
    submit,
)
from review.verdicts import Word
from scoring_rules import load_pack, load_standard, regrade

CITIES = ("220100", "220200", "220300", "222400")


def finding(rule: str, verdict: str, **more: Any) -> dict[str, Any]:
    """A contract finding with all its keys."""
    return {
        "rule": rule, "title": f"{rule}的要求", "system": "procedure", "verdict": verdict, "severity": 50,
        "veto": False, "message": "", "basis": ["行政处罚法(2021)第六十条"], "evidence": [], "fix": "核对日期",
        "curable": False, "deducted": 0, "occurrences": 1 if verdict == "breached" else 0, "confirmed": True,
        "stage": "case", "where": ["filing_approval"], "missing": [], **more,
    }  # fmt: skip


def findings(breach: bool = True) -> list[dict[str, Any]]:
    """One breach with its page, one open veto with its question, one open point, one met, one of another kind."""
    place = {"fact": "filed_on", "label": "立案日期", "file": "03 立案审批表.pdf", "page": 1, "box": [0.1, 0.2, 0.3, 0.25],
             "quote": "2023年3月1日", "at": None, "value": "2023-03-01"}  # fmt: skip
    return [
        finding("P37", "breached" if breach else "met", message="立案至决定共 100 日", evidence=[place]),
        finding(
            "P04", "undetermined", question="是否两名执法人员到场？", system="substance", message="需人工判断"
        ),
        finding("P06", "undetermined", message="尚缺 出示证件，不能判断", system="documents"),
        finding("P01", "met", system="substance"),
        finding("L01", "not_applicable"),
        finding("D3", "met", stage="result"),
    ]


def make_case(session: Session, office: Office, number: int, *, breach: bool = True) -> CaseFile:
    """A submitted case file with two stored files, a document and a current check by the real pack id."""
    pack, standard = load_pack(), load_standard()
    case = CaseFile(
        office_id=office.id, number=f"{office.region[0]}人防罚〔2023〕{number}号", title="未按规定修建防空地下室",
        party_name=f"{office.region}某置业有限公司", year=2023, closed_on=date(2023, 6, number % 28 + 1),
        status="submitted", pages=3, files=1,
    )  # fmt: skip
    session.add(case)
    session.flush()
    stored = StoredFile(
        case_id=case.id, name="03 立案审批表.pdf", sha256="0" * 64, media="pdf", state="read", page_count=2
    )
    session.add(stored)
    session.flush()
    session.add(
        Document(
            case_id=case.id,
            file_id=stored.id,
            kind="filing_approval",
            title="立案审批表",
            parts=[[stored.id, 1, 2]],
        )
    )
    found = findings(breach)
    score = regrade(standard, found)
    facts = {
        "authority": {"value": office.name, "state": "recorded"},
        "officers": {
            "value": [{"name": f"{office.region[0]}甲"}, {"name": f"{office.region[0]}乙"}],
            "state": "recorded",
        },
    }
    check = CheckRun(
        case_id=case.id, pack_hash=pack.id, standard_id=standard.full_id, low=score.low, high=score.high,
        grade=score.grade, flagged=score.flagged, result={"findings": found, "facts": facts},
    )  # fmt: skip
    session.add(check)
    session.flush()
    case.current_check_id = check.id
    session.add(case)
    session.flush()
    return case


@dataclass
class World:
    """Users by login, offices by code, and the round with helpers to move it on."""

    session: Session
    users: dict[str, User]
    offices: dict[str, Office]
    round: Round = field(init=False)

    @property
    def leader(self) -> User:
        return self.users["leader"]

    def start(self, **scope: Any) -> Round:
        """A round over four cities; three reviewers of other cities sit on its panel."""
        base = {
            "title": "2023年度案卷评查", "year": 2023, "kinds": ["penalty"], "closed_from": date(2023, 1, 1),
            "closed_to": date(2023, 12, 31), "standard_id": "jilin-rf-2020", "per_office": 1, "per_kind": 1,
            "office_ids": [self.offices[code].id for code in CITIES], "quorum": 3, "gap_limit": 50, "due": {},
        }  # fmt: skip
        panel = [self.users[f"reviewer{n}"].id for n in range(1, 7)]
        self.round = create_round(self.session, by=self.leader, scope=base | scope, panel=panel)
        return self.round

    def forward(self, phase: str) -> Round:
        """Move on until `phase`, doing what each phase needs in the plainest way."""
        while self.round.phase != phase:
            step: Callable[[], None] = getattr(self, f"_{self.round.phase}", lambda: None)
            step()
            advance(self.session, self.round, by=self.leader)
        return self.round

    def _drawing(self) -> None:
        freeze_list(self.session, self.round, seed_source="公开彩票号码", by=self.leader)
        fix_seed(self.session, self.round, seed="20261123", how="抄自公告", by=self.leader)
        assign_all(self.session, self.round, by=self.leader)

    def _scoring(self) -> None:
        done = select(Sheet.assignment_id).where(Sheet.state == "submitted")
        submitted = set(self.session.exec(done))
        for seat in self.seats():
            if seat.id not in submitted:
                self.score(seat)

    def _settling(self) -> None:
        for file in self.files():
            for gap in gaps(self.session, file):
                if gap.open:
                    self.vote(
                        file, gap.finding["rule"], "breached" if gap.finding["rule"] == "P37" else "met"
                    )

    def seats(self) -> list[Assignment]:
        query = select(Assignment).where(Assignment.round_id == self.round.id, Assignment.state == "assigned")
        return list(self.session.exec(query.order_by(col(Assignment.round_file_id), col(Assignment.seat))))

    def files(self) -> list[RoundFile]:
        query = select(RoundFile).where(RoundFile.round_id == self.round.id)
        return list(self.session.exec(query.order_by(col(RoundFile.code))))

    def file_of(self, seat: Assignment) -> RoundFile:
        return self.session.get_one(RoundFile, seat.round_file_id)

    def user_of(self, seat: Assignment) -> User:
        return next(user for user in self.users.values() if user.id == seat.reviewer_id)

    def say(self, seat: Assignment, rule: str, change: Change, version: int = 0) -> Any:
        return save_line(self.session, self.round, seat, rule=rule, change=change, version=version)

    def score(self, seat: Assignment, **verdicts: str) -> None:
        """Confirm the breach, answer the questions (`P04="breached"` to differ), hand in."""
        anchors = [{"file": "03 立案审批表.pdf", "page": 2}]
        machine = {f["rule"]: f["verdict"] for f in findings()}
        for rule in ("P37", "P04", "P06"):
            said = verdicts.get(rule) or ("breached" if rule == "P37" else "met")
            if said == machine[rule]:
                change = Change("confirm")
            elif said == "met" and machine[rule] == "breached":
                change = Change("reject", "met", note="扣除期间有凭证")
            else:
                change = Change("amend", said, note="看过案卷", anchors=anchors if said == "breached" else [])
            self.say(seat, rule, change)
        submit(self.session, self.round, seat, remark="", by=self.user_of(seat))

    def votes(self, **choices: tuple[str, str]) -> dict[str, tuple[str, str]]:
        """Three votes for, unless said otherwise by login."""
        given = {"leader": ("for", ""), "reviewer5": ("for", ""), "reviewer6": ("for", "")} | choices
        return {self.users[login].id: vote for login, vote in given.items()}

    def vote(self, file: RoundFile, rule: str, verdict: str, **choices: tuple[str, str]) -> None:
        settle(
            self.session, self.round, file, rule=rule, word=Word(verdict), reasons="依卷内材料", minutes="",
            votes=self.votes(**choices), by=self.leader,
        )  # fmt: skip


@pytest.fixture
def world(engine: Engine, seeded: dict[str, User]) -> Iterator[World]:
    """Three submitted case files in each of four cities, nothing else; commit what a request must see."""
    with db.open_session(engine) as session:
        offices = {office.code: office for office in session.exec(select(Office))}
        for code in CITIES:
            for number in range(1, 4):
                make_case(session, offices[code], number)
        session.commit()
        yield World(session, seeded, offices)
        session.rollback()
