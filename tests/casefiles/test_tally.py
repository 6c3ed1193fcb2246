"""The counts of the list stay those of the case files, whatever is done to these and however often they are folded."""

import subprocess
import sys
from collections import Counter

from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

from accounts import Office, User
from casefiles import STATUSES, CaseFile
from casefiles.tally import DIMENSIONS, CaseTally, count_by, fold
from foundation import db

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "change", "move", "drop", "undo", "fold"]),
        st.integers(0, 9),
        st.sampled_from([2022, 2023]),
        st.sampled_from(sorted(STATUSES)),
    ),
    max_size=25,
)


def counted(session: Session) -> Counter[tuple[object, ...]]:
    return Counter(
        tuple(getattr(case, name) for name in DIMENSIONS) for case in session.exec(select(CaseFile))
    )


def tallied(session: Session) -> Counter[tuple[object, ...]]:
    sums: Counter[tuple[object, ...]] = Counter()
    for row in session.exec(select(CaseTally)):
        sums[tuple(getattr(row, name) for name in DIMENSIONS)] += row.cases
    return Counter({cell: count for cell, count in sums.items() if count})


def act(session: Session, office: str, step: tuple[str, int, int, str]) -> None:
    what, which, year, status = step
    cases = list(session.exec(select(CaseFile).order_by(CaseFile.id)))
    if what == "fold":
        fold(session)
    elif what == "open":
        session.add(CaseFile(office_id=office, year=year, status=status))
    elif what == "undo":
        with session.begin_nested() as point:
            session.add(CaseFile(office_id=office, year=year))
            session.flush()
            point.rollback()
    elif cases:
        case = cases[which % len(cases)]
        if what == "drop":
            session.delete(case)
        elif what == "move":
            case.status = status
        else:
            case.year, case.case_kind = year, "licence"
    session.flush()


@given(STEPS)
@how(max_examples=40)
def test_the_tally_is_the_count(steps: list[tuple[str, int, int, str]]) -> None:
    engine = db.make_engine("sqlite:///:memory:")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        office = Office(code="a", name="甲")
        session.add(office)
        session.flush()
        for step in steps:
            act(session, office.id, step)
        assert tallied(session) == counted(session)
        assert sum(count_by(session, CaseTally.status, []).values()) == sum(counted(session).values())
    engine.dispose()


def test_two_who_change_case_files_at_once_do_not_wait_for_a_count(
    engine: Engine, seeded: dict[str, User]
) -> None:
    """On PostgreSQL both transactions are open together; the sums hold after both, and after folding."""
    office = seeded["clerk_jilin"].office_id
    if engine.dialect.name == "sqlite":
        return _one_after_the_other(engine, office)
    with db.open_session(engine) as one, db.open_session(engine) as two:
        for session in (one, two):
            session.add_all([CaseFile(office_id=office, year=2024) for _ in range(3)])
            session.flush()
        one.commit()
        two.commit()
    _check(engine, 6)


def _one_after_the_other(engine: Engine, office: str) -> None:
    for _ in range(2):
        with db.session_scope(engine) as session:
            session.add_all([CaseFile(office_id=office, year=2024) for _ in range(3)])
    _check(engine, 6)


def _check(engine: Engine, total: int) -> None:
    for _ in range(2):
        with db.session_scope(engine) as session:
            assert count_by(session, CaseTally.status, []) == {"draft": total}
            fold(session)
            assert len(session.exec(select(CaseTally)).all()) == 1


def test_whoever_loads_the_model_counts() -> None:
    """A worker or command that knows no list still keeps the tally of what it writes."""
    loaded = "import sys, casefiles.models; print('casefiles.tally' in sys.modules, 'casefiles.listing' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "False"]
