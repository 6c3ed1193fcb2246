"""Two windows on one sheet, two leaders on one round: nobody's word is lost or doubled."""

import threading
from collections import Counter

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from foundation import db, errors
from review import Assignment, Change, Round, SheetLine, advance, save_line
from review.sheets import LineConflict

from .conftest import World


def test_two_windows_save_the_same_line(world: World, engine: Engine) -> None:
    """Of many saves from the same version exactly one wins; the losers are told what stands."""
    world.start()
    world.forward("scoring")
    seat_id, round_id = world.seats()[0].id, world.round.id
    world.session.commit()
    outcome: Counter[str] = Counter()
    gate = threading.Barrier(6)

    def window(number: int) -> None:
        gate.wait()
        version = 0
        for turn in range(5):
            with db.session_scope(engine) as session:
                seat, round_ = session.get_one(Assignment, seat_id), session.get_one(Round, round_id)
                change = Change("", note=f"{number}-{turn}")
                try:
                    line = save_line(session, round_, seat, rule="P37", change=change, version=version)
                    outcome["saved"] += 1
                except LineConflict as conflict:
                    assert conflict.line is not None
                    line = conflict.line
                    outcome["told"] += 1
                version = line.version

    threads = [threading.Thread(target=window, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.session_scope(engine, reading=True) as session:
        lines = session.exec(select(SheetLine).where(SheetLine.rule == "P37")).all()
        assert len(lines) == 1 and lines[0].version == outcome["saved"]
    assert sum(outcome.values()) == 30 and outcome["saved"] >= 5


def test_a_round_moved_twice_moves_once(world: World, engine: Engine) -> None:
    world.start()
    world.forward("collecting")
    world.session.commit()
    with db.open_session(engine) as first:
        mine = first.get_one(Round, world.round.id)
        first.commit()
        with db.session_scope(engine) as second:
            advance(second, second.get_one(Round, world.round.id), by=world.leader)
        mine.title = "改名"
        first.add(mine)
        with pytest.raises(errors.Conflict):
            db.finish(first)
