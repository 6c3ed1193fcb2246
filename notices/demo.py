"""The whole journey on the example case files: upload → reading → self-check → panel → circular.

Every step is the service a person's page calls, under the account of the person who would do it, one transaction a
step. Run again it finds the work done. Nothing here decides for the machine: reviewers confirm what it found
and answer its questions, one of them dissents on named rules, and the panel settles that.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from accounts import User, seed_jilin
from casefiles import (
    CaseFile,
    StoredFile,
    create_case,
    enqueue_processing,
    is_busy,
    run_check,
    sign_off,
    submit_case,
    take_in,
)
from foundation import blobs, clock, db, errors, jobs, settings
from notices.current import frozen_of, letters_of
from notices.fonts import Faces
from notices.issue import draft, issue, proofread
from notices.models import Circular
from review import (
    Assignment,
    Change,
    Round,
    RoundFile,
    Word,
    add_panelist,
    advance,
    assign_all,
    create_round,
    fix_seed,
    freeze,
    freeze_list,
    gaps,
    left,
    machine_findings,
    poor_conditions,
    resolve,
    save_line,
    settle,
    submit,
    voters,
)

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PASSWORD = "案衡演示-2026"  # noqa: S105 - the demonstration accounts' password, printed on start


class Journey:
    """One run of the demonstration on a database and a blob store."""

    def __init__(self, engine: Engine, config: settings.Settings) -> None:
        self.engine, self.config = engine, config
        self.store = blobs.BlobStore(config)
        self.plan: dict[str, Any] = yaml.safe_load((EXAMPLES / "manifest.yaml").read_text(encoding="utf-8"))
        self.users: dict[str, User] = {}

    def run(self) -> Iterator[str]:
        """Do what is not done yet; a Chinese sentence after each step."""
        with db.session_scope(self.engine) as session:
            self.users = seed_jilin(session, password=PASSWORD, config=self.config)
        yield "单位与演示账号已就绪"
        yield from self._cases()
        with db.session_scope(self.engine, reading=True) as session:
            done = session.exec(select(Circular).where(Circular.status == "issued")).first()
        if done is None:
            yield from self._review()
            yield self._circular()

    # the offices --------------------------------------------------------------------------------
    def _cases(self) -> Iterator[str]:
        for entry in self.plan["cases"]:
            if self._upload(entry):
                yield f"已上传 {entry['file']}"
        jobs.work(self.engine, self.config, once=True)
        waiting = self._waiting()
        for case_id in waiting:
            self._sign_off(case_id)
        jobs.work(self.engine, self.config, once=True)
        for case_id in waiting:
            yield self._hand_in(case_id)

    def _upload(self, entry: dict[str, Any]) -> bool:
        path, by = EXAMPLES / entry["file"], self.users[entry["clerk"]]
        blob = self.store.put(path)
        with db.session_scope(self.engine) as session:
            if session.exec(select(StoredFile).where(StoredFile.sha256 == blob.sha256)).first():
                return False
            data = {
                "case_kind": entry["kind"],
                "procedure": entry.get("procedure"),
                "year": self.plan["round"]["year"],
            }
            case = create_case(session, office_id=by.office_id, by=by, data=data)
            take_in(session, self.store, case=case, path=path, by=by, limits=self.config.limits)
            enqueue_processing(session, case, by)
        return True

    def _waiting(self) -> list[str]:
        with db.session_scope(self.engine, reading=True) as session:
            return list(
                session.exec(select(CaseFile.id).where(CaseFile.status == "draft").order_by(CaseFile.id))
            )

    def _sign_off(self, case_id: str) -> None:
        with db.session_scope(self.engine) as session:
            case = session.get_one(CaseFile, case_id)
            by = session.get_one(User, case.created_by)
            sign_off(session, case=case, by=by, signed=True)
            enqueue_processing(session, case, by, again=True)

    def _hand_in(self, case_id: str) -> str:
        with db.session_scope(self.engine) as session:
            case = session.get_one(CaseFile, case_id)
            by = session.get_one(User, case.created_by)
            check = run_check(session, case, by=by)
            submit_case(session, case=case, by=by, busy=is_busy(session, case))
            score = f"{check.low / 10:.1f}–{check.high / 10:.1f}"
            return f"{case.number or case.title}：自查 {score} 分，{check.grade}，已提交"

    # the panel ----------------------------------------------------------------------------------
    def _review(self) -> Iterator[str]:
        round_id = self._open_round()
        yield "评查活动已建立，抽取名单已冻结并按公开种子抽取、分派"
        for seat_id in self._seats(round_id):
            self._score(round_id, seat_id)
        yield "评查员已分别独立评分"
        yield f"评查组合议 {self._settle(round_id)} 项分歧"
        yield f"评查组表决 {self._decide(round_id)} 卷差案候选，结果已冻结"

    def _open_round(self) -> str:
        plan, leader = self.plan["round"], self.users["leader"]
        with db.session_scope(self.engine) as session:
            known = session.exec(select(Round).where(Round.title == plan["title"])).first()
            if known is not None:
                return known.id
            offices = sorted({self.users[entry["clerk"]].office_id for entry in self.plan["cases"]})
            scope = {
                "title": plan["title"], "year": plan["year"], "kinds": ["penalty", "licence"], "office_ids": offices,
                "closed_from": plan["closed_from"], "closed_to": plan["closed_to"], "standard_id": "jilin-rf-2020",
            }  # fmt: skip
            panel = [user.id for login, user in sorted(self.users.items()) if login.startswith("reviewer")]
            review_round = create_round(session, by=leader, scope=scope, panel=panel)
            add_panelist(session, review_round, self.users["administrator"].id, duty="leader", by=leader)
            add_panelist(session, review_round, self.users["supervisor"].id, duty="leader", by=leader)
            advance(session, review_round, by=leader)
            advance(session, review_round, by=leader)
            freeze_list(session, review_round, seed_source=plan["seed_source"], by=leader)
            fix_seed(session, review_round, seed=plan["seed"], how="开奖号码依次相连", by=leader)
            assign_all(session, review_round, by=leader)
            advance(session, review_round, by=leader)
            return review_round.id

    def _seats(self, round_id: str) -> list[str]:
        with db.session_scope(self.engine, reading=True) as session:
            query = select(Assignment.id).where(
                Assignment.round_id == round_id, Assignment.state == "assigned"
            )
            return list(session.exec(query.order_by(col(Assignment.seat), col(Assignment.id))))

    def _score(self, round_id: str, seat_id: str) -> None:
        """Confirm what the machine found, answer its questions; the second seat dissents on the named rules."""
        with db.session_scope(self.engine) as session:
            review_round = session.get_one(Round, round_id)
            seat = session.get_one(Assignment, seat_id)
            by = session.get_one(User, seat.reviewer_id)
            file = session.get_one(RoundFile, seat.round_file_id)
            waiting = set(left(session, file, None))
            for finding in machine_findings(session, file):
                if finding["rule"] in waiting:
                    change = self._word(finding, seat.seat)
                    save_line(session, review_round, seat, rule=finding["rule"], change=change, version=0)
            submit(session, review_round, seat, remark="", by=by)

    def _word(self, finding: dict[str, Any], seat: int) -> Change:
        if finding["verdict"] == "undetermined":
            return Change("amend", "met", note="查阅案卷，未发现不符合之处。")
        if seat == 2 and finding["rule"] in self.plan["dissent"]["rules"]:
            return Change("reject", "met", note=self.plan["dissent"]["note"])
        return Change("confirm")

    def _settle(self, round_id: str) -> int:
        leader, count = self.users["leader"], 0
        with db.session_scope(self.engine) as session:
            review_round = session.get_one(Round, round_id)
            advance(session, review_round, by=leader)
            for file in self._files(session, round_id):
                for gap in gaps(session, file):
                    votes = {user.id: ("for", "") for user in voters(session, review_round, file)}
                    word = Word(gap.finding["verdict"], {}, int(gap.finding.get("occurrences") or 0))
                    settle(
                        session, review_round, file, rule=gap.finding["rule"], word=word, votes=votes, by=leader,
                        reasons="经合议，卷内材料足以认定，维持第一评查员意见。", minutes="逐项宣读证据位置后表决。",
                    )  # fmt: skip
                    count += 1
            advance(session, review_round, by=leader)
        return count

    def _decide(self, round_id: str) -> int:
        leader, count = self.users["leader"], 0
        with db.session_scope(self.engine) as session:
            review_round = session.get_one(Round, round_id)
            advance(session, review_round, by=leader)
            for file in self._files(session, round_id):
                conditions = poor_conditions(review_round, file)
                if not file.panel_flagged:
                    continue
                votes = {user.id: ("for", "") for user in voters(session, review_round, file)}
                reasons = "；".join(condition.split(" ", 1)[-1] for condition in conditions)
                resolve(
                    session, review_round, file, cause="procedure", votes=votes, by=leader,
                    reasons=f"{reasons}，影响处罚决定的合法性，具有警示意义。", minutes="逐卷评议后表决。",
                )  # fmt: skip
                count += 1
            freeze(session, review_round, by=leader)
        return count

    def _files(self, session: Session, round_id: str) -> list[RoundFile]:
        return list(
            session.exec(select(RoundFile).where(RoundFile.round_id == round_id).order_by(RoundFile.code))
        )

    # the circular -------------------------------------------------------------------------------
    def _circular(self) -> str:
        faces = Faces(self.config.var / "fonts")
        administrator, leader = self.users["administrator"], self.users["leader"]
        with db.session_scope(self.engine) as session:
            review_round = session.exec(select(Round).where(Round.frozen_sha256 != "")).one()
            circular = draft(session, review_round=review_round, by=administrator)
            proofread(session, circular=circular, confirmed=[], faces=faces, by=leader)
            issue(
                session, circular=circular, store=self.store, faces=faces, by=administrator, on=clock.today()
            )
            return f"通报已签发：{circular.number}"

    def deliver(self, out: Path) -> Iterator[str]:
        """Leave the issued papers under ``out``: 通报.pdf, its public version, 评查意见书/, results.json."""
        with db.session_scope(self.engine, reading=True) as session:
            circular = session.exec(select(Circular).where(Circular.status == "issued")).first()
            if circular is None:
                raise errors.NotFound("演示通报还没有签发。", "请重新执行 make demo。")
            (out / "评查意见书").mkdir(parents=True, exist_ok=True)
            papers = {"通报.pdf": circular.full_sha256, "通报（公开版）.pdf": circular.public_sha256}
            for letter in letters_of(session, circular):
                papers[f"评查意见书/{letter.number}.pdf"] = letter.full_sha256
            frozen = frozen_of(session, session.get_one(Round, circular.round_id))
        for name, digest in papers.items():
            with self.store.open(digest) as source, (out / name).open("wb") as target:
                shutil.copyfileobj(source, target)
        text = json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True)
        (out / "results.json").write_text(text + "\n", encoding="utf-8")
        yield f"通报、{len(papers) - 2}份评查意见书和评查结果已写入 {out}"
