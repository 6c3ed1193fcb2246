"""A round from 筹备 to 归档: what each phase demands, what freezes, what stays hidden."""

import json
import runpy
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from casefiles import CaseFile
from foundation import audit, clock, errors
from review import (
    Assignment,
    Ballot,
    Change,
    RoundFile,
    Sheet,
    advance,
    blockers,
    fix_seed,
    freeze,
    freeze_list,
    frozen_results,
    gaps,
    mark_must_draw,
    recuse,
    resolve,
    settle,
    step_back,
)
from review.decide import final_words, unreviewed
from review.deliberate import open_disputes, wide
from review.draw import canonical, digest
from review.sampling import round_draw
from review.sheets import LineConflict, affirm_system, left, sheet_of, submit, totals
from review.staffing import units
from review.verdicts import Word
from review.watch import watch
from scoring_rules import load_pack, load_standard

from .conftest import World

check = runpy.run_path(str(Path(__file__).parents[2] / "static" / "verify_draw.py"))["check"]


def test_the_whole_way(world: World) -> None:
    world.start()
    assert world.round.pack_id == ""
    world.forward("collecting")
    assert world.round.pack_id == load_pack().id
    assert world.round.standard_ref == load_standard().full_id
    world.forward("grading")
    assert {file.panel_grade for file in world.files()} == {"优秀"}
    assert {file.panel_score for file in world.files()} == {file.panel_low for file in world.files()}
    freeze(world.session, world.round, by=world.leader)
    world.session.commit()
    assert world.round.phase == "archived"
    assert {case.status for case in world.session.exec(select(CaseFile).join(RoundFile))} == {"reviewed"}
    assert audit.verify(world.session)["ok"]


def test_phases_say_what_is_missing_and_do_not_skip(world: World) -> None:
    world.start(closed_from=world_day(2020), closed_to=world_day(2021))
    world.forward("collecting")
    assert blockers(world.session, world.round) == ["范围内还没有已报送的案卷"]
    with pytest.raises(errors.Refused, match="还没有已报送"):
        advance(world.session, world.round, by=world.leader)
    world.start()
    world.forward("drawing")
    assert blockers(world.session, world.round) == ["还没有完成抽样"]
    world.forward("scoring")
    assert blockers(world.session, world.round) == ["还有 8 份评分表未提交"]


def world_day(year: int) -> object:
    return clock.today().replace(year=year, month=1, day=1)


def test_step_back_needs_reason_and_keeps_published_lists(world: World) -> None:
    world.start()
    world.forward("drawing")
    with pytest.raises(errors.Refused, match="写明理由"):
        step_back(world.session, world.round, reason=" ", by=world.leader)
    step_back(world.session, world.round, reason="补报两卷", by=world.leader)
    assert world.round.phase == "collecting"
    world.forward("drawing")
    freeze_list(world.session, world.round, seed_source="公开彩票号码", by=world.leader)
    with pytest.raises(errors.Refused, match="已冻结并公布"):
        step_back(world.session, world.round, reason="补报", by=world.leader)
    world.session.rollback()


def test_draw_is_recorded_verifiable_and_tells_nothing_of_the_office(world: World) -> None:
    world.start()
    world.forward("drawing")
    case = world.session.exec(
        select(CaseFile).where(CaseFile.office_id == world.offices["220300"].id)
    ).first()
    assert case is not None
    mark_must_draw(world.session, world.round, case, reason="行政复议撤销", by=world.leader)
    row = freeze_list(world.session, world.round, seed_source="公开彩票号码", by=world.leader)
    with pytest.raises(errors.Refused, match="已经冻结"):
        mark_must_draw(world.session, world.round, case, reason="", by=world.leader)
    with pytest.raises(errors.Conflict):
        freeze_list(world.session, world.round, seed_source="另一个", by=world.leader)
    fix_seed(world.session, world.round, seed="0611 1923", how="抄自公告", by=world.leader)
    assert check(json.loads(json.dumps(row.record)), row.list_sha256) == []
    assert Counter(file.office_id for file in world.files()) == {
        world.offices[code].id: 2 if code == "220300" else 1
        for code in ("220100", "220200", "220300", "222400")
    }
    assert [file.must_reason for file in world.files() if file.why == "must"] == ["行政复议撤销"]
    assert "甲" not in row.list_text and [file.code for file in world.files()] == [
        f"卷{n:03d}" for n in range(1, 6)
    ]
    with pytest.raises(errors.Refused, match="已经抽样"):
        fix_seed(world.session, world.round, seed="999999", how="再来一次", by=world.leader)


def test_reviewers_are_never_of_the_unit_and_recusal_frees_the_seat(world: World) -> None:
    world.start()
    world.forward("scoring")
    unit = units(world.session)
    assert unit[world.offices["220122"].id] == world.offices["220100"].id
    for seat in world.seats():
        assert unit[world.user_of(seat).office_id] != unit[world.file_of(seat).office_id]
    seat = world.seats()[0]
    office = world.file_of(seat).office_id
    recuse(world.session, world.round, reviewer=world.user_of(seat), reason="曾任职", office_id=office)
    assert world.session.get_one(Assignment, seat.id).state == "recused"
    assert "1 卷未分派满" not in blockers(world.session, world.round)[0]
    with pytest.raises(errors.Refused, match="已改派或回避"):
        world.score(seat)


def test_lines_need_proof_reason_and_the_version_last_seen(world: World) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    for change, message in [
        (Change("amend", "breached"), "扣分须有依据"),
        (Change("confirm"), "不能“确认”"),
    ]:
        with pytest.raises(errors.Refused, match=message):
            world.say(seat, "P04", change)
    with pytest.raises(errors.Refused, match="写明理由"):
        world.say(seat, "P37", Change("reject", "met"))
    with pytest.raises(errors.NotFound):
        world.say(seat, "L01", Change("amend", "met", note="x"))
    line = world.say(seat, "P37", Change("confirm"))
    assert line.anchors[0]["page"] == 1 and line.verdict == "breached"
    with pytest.raises(LineConflict) as caught:
        world.say(seat, "P37", Change("reject", "met", note="另一窗口"), version=0)
    assert caught.value.line is not None and caught.value.line.action == "confirm"
    line = world.say(seat, "P37", Change("", note="再想想"), version=line.version)
    assert left(world.session, world.file_of(seat), sheet_of(world.session, seat)) == ["P37", "P04", "P06"]


def test_live_score_follows_the_words_and_submission_closes_the_sheet(world: World) -> None:
    world.start()
    world.forward("scoring")
    seat = world.seats()[0]
    file = world.file_of(seat)
    with pytest.raises(errors.Refused, match="还有 3 项没有处理：P37、P04、P06"):
        submit(world.session, world.round, seat, remark="", by=world.user_of(seat))
    start = totals(world.session, world.round, file, sheet_of(world.session, seat))
    assert (start.low, start.high) == (file.machine_low, file.machine_high)
    world.say(seat, "P37", Change("reject", "met", note="扣除期间有凭证"))
    assert affirm_system(world.session, world.round, seat, system="documents") == 1
    assert (
        affirm_system(world.session, world.round, seat, system="substance") == 0
    )  # a veto is looked at alone
    world.say(seat, "P04", Change("amend", "met"))
    end = totals(world.session, world.round, file, sheet_of(world.session, seat))
    assert (end.low, end.high, end.grade) == (1000, 1000, "优秀")
    submit(world.session, world.round, seat, remark="规范", by=world.user_of(seat))
    with pytest.raises(errors.Refused, match="已提交"):
        world.say(seat, "P06", Change("amend", "breached", note="x", searched=["全部卷内文书"]))


def test_only_differences_are_settled_with_votes_and_reasons(world: World) -> None:
    world.start()
    world.forward("scoring")
    first, second, *others = world.seats()
    assert first.round_file_id == second.round_file_id
    world.score(first, P04="breached")
    world.score(second)
    for seat in others:
        world.score(seat)
    advance(world.session, world.round, by=world.leader)
    file = world.file_of(first)
    assert [gap.finding["rule"] for gap in gaps(world.session, file)] == ["P04"]
    assert open_disputes(world.session, world.round) == 1 and wide(world.session, world.round, file) == 100
    assert final_words(world.session, file)[1] == {"P37": "agreed", "P06": "agreed", "P04": "open"}
    with pytest.raises(errors.Refused, match="还有 1 个争议项"):
        advance(world.session, world.round, by=world.leader)
    for votes, message in [
        ({"reviewer5": ("against", "")}, "没有记明不同意见"),
        ({"reviewer5": ("", ""), "reviewer6": ("", "")}, "少于规定的 3 票"),
        ({"reviewer5": ("against", "证据不足"), "reviewer6": ("abstain", "")}, "没有超过半数"),
        ({"supervisor": ("for", "")}, "没有表决权"),
    ]:
        with pytest.raises(errors.Refused, match=message), world.session.begin_nested():
            world.vote(file, "P04", "breached", **votes)
    with pytest.raises(errors.Refused, match="两表一致"):
        world.vote(file, "P37", "met")
    world.vote(file, "P04", "breached", reviewer6=("against", "笔录有两人签名"))
    assert gaps(world.session, file)[0].settlement is not None
    cast = {b.user_id: (b.choice, b.reason) for b in world.session.exec(select(Ballot))}
    assert cast[world.users["reviewer6"].id] == ("against", "笔录有两人签名")
    assert unreviewed(world.session, file) == 0


def test_a_member_of_the_unit_has_no_vote(world: World) -> None:
    world.start()
    world.forward("scoring")
    file = next(f for f in world.files() if f.office_id == world.offices["220100"].id)
    seats = [seat for seat in world.seats() if seat.round_file_id == file.id]
    world.score(seats[0], P06="breached")
    for seat in world.seats():
        if seat.id != seats[0].id:
            world.score(seat)
    advance(world.session, world.round, by=world.leader)
    with pytest.raises(errors.Refused, match="没有表决权"):
        world.vote(file, "P06", "met", reviewer1=("for", ""))


def poor_file(world: World) -> RoundFile:
    """A round in 定级 whose first file has a veto both reviewers found."""
    world.start()
    world.forward("scoring")
    first, second, *others = world.seats()
    world.score(first, P04="breached")
    world.score(second, P04="breached")
    for seat in others:
        world.score(seat)
    world.forward("grading")
    return world.file_of(first)


def test_poor_only_by_resolution(world: World) -> None:
    file = poor_file(world)
    assert (file.panel_grade, file.panel_flagged, file.is_poor) == ("不合格", True, False)
    assert blockers(world.session, world.round) == [f"1 卷差案候选还没有表决（{file.code}）"]
    with pytest.raises(errors.Refused, match="还不能冻结结果"):
        freeze(world.session, world.round, by=world.leader)
    plain = next(f for f in world.files() if f.id != file.id)
    given = {
        "cause": "procedure",
        "reasons": "未两人执法",
        "minutes": "",
        "votes": world.votes(),
        "by": world.leader,
    }
    with pytest.raises(errors.Refused, match="不符合差案候选条件"):
        resolve(world.session, world.round, plain, **given)
    with pytest.raises(errors.Refused, match="写明理由"):
        resolve(world.session, world.round, file, **(given | {"reasons": " "}))
    row = resolve(world.session, world.round, file, **given)
    assert row.passed and file.is_poor and row.conditions == ["D3 否决项成立：P04 P04的要求"]
    with pytest.raises(errors.Conflict, match="已经表决过"):
        resolve(world.session, world.round, file, **given)


def test_a_lost_vote_makes_no_poor_file(world: World) -> None:
    file = poor_file(world)
    votes = world.votes(reviewer5=("against", "可以补正"), reviewer6=("against", "情节轻微"))
    row = resolve(
        world.session,
        world.round,
        file,
        cause="procedure",
        reasons="提请",
        minutes="",
        votes=votes,
        by=world.leader,
    )
    assert not row.passed and not file.is_poor
    assert blockers(world.session, world.round) == []


def test_frozen_results_are_canonical_complete_and_never_change(world: World) -> None:
    file = poor_file(world)
    votes = world.votes(reviewer6=("against", "可以补正"))
    resolve(
        world.session,
        world.round,
        file,
        cause="procedure",
        reasons="未两人执法",
        minutes="记录",
        votes=votes,
        by=world.leader,
    )
    freeze(world.session, world.round, by=world.leader)
    result = frozen_results(world.session, world.round)
    assert world.round.frozen_sha256 == digest(canonical(result))
    assert set(result) >= {
        "round", "pack", "standard", "submitted", "offices", "files", "poor", "agreement", "draw", "replies", "audit_head",
    }  # fmt: skip
    assert (result["submitted"], len(result["files"]), len(result["offices"])) == (12, 4, 4)
    assert result["poor"][0]["votes"] == {"for": 2, "against": 1, "abstain": 0}
    assert result["poor"][0]["dissent"] == ["可以补正"]
    row = next(f for f in result["files"] if f["id"] == file.id)
    assert (row["score"], row["grade"], row["poor"]) == (f"{file.panel_score / 10:.1f}", "不合格", True)
    shown = {f["rule"]: f for f in row["findings"]}
    assert shown["P37"]["evidence"][0]["page"] == 1 and shown["P37"]["basis"] == ["行政处罚法(2021)第六十条"]
    assert shown["P04"]["veto"] and shown["P04"]["evidence"][0]["page"] == 2
    assert row["people"] and sum(o["poor"] for o in result["offices"]) == 1
    assert result["agreement"]["files"] == 4 and result["agreement"]["percent"] == "100.0"
    file.panel_score, file.panel_grade = 10, "优秀"
    world.session.add(file)
    world.session.flush()
    assert frozen_results(world.session, world.round) == result
    with pytest.raises(errors.Refused):
        freeze(world.session, world.round, by=world.leader)


def test_watch_list_names_narrow_heavy_and_repeated() -> None:
    def row(number: int, score: str, *points: str, poor: bool = False) -> dict[str, object]:
        found = [{"rule": f"P{n}", "title": "题", "points": p} for n, p in enumerate(points)]
        return {
            "id": str(number),
            "office": "甲办",
            "number": f"{number}号",
            "score": score,
            "poor": poor,
            "findings": found,
        }

    rows = [
        row(1, "69.9", "5.0"),
        row(2, "70.0", "2.0"),
        row(3, "75.0", "10.0", "10.0"),
        row(4, "61.0", poor=True),
    ]
    assert [(w["file_id"], w["why"]) for w in watch(rows, 60.0)] == [
        ("1", ["得分 69.9，接近合格线"]),
        ("3", ["有 2 项扣满 10 分的问题（P0、P1）"]),
        (None, ["3 卷出现同一问题：P0 题"]),
    ]


def test_settlement_outside_its_phase_is_refused(world: World) -> None:
    world.start()
    world.forward("scoring")
    with pytest.raises(errors.Refused, match="现处于“初评”阶段"):
        settle(
            world.session, world.round, world.files()[0], rule="P04", word=Word("met"), reasons="x", minutes="",
            votes=world.votes(), by=world.leader,
        )  # fmt: skip
    assert world.session.exec(select(Sheet)).all() == []
    assert round_draw(world.session, world.round) is not None
