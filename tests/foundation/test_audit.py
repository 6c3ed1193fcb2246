"""The audit chain: every kind of tampering is found, and where."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session

from foundation import audit, db

COUNT = 8


@pytest.fixture
def chain(engine: Engine) -> Engine:
    with db.session_scope(engine) as session:
        for number in range(COUNT):
            for office in ("office-a", "office-b"):
                audit.record(session, actor=None, action="case.submit", target=f"case:{number}", office_id=office,
                             text=f"提交第 {number} 件", data={"n": number, "喆": [1, 2.5, None, True]})  # fmt: skip
    return engine


def verify(engine: Engine) -> dict[str, object]:
    with db.session_scope(engine, reading=True) as session:
        return audit.verify(session)


def test_an_untouched_chain_is_whole(chain: Engine) -> None:
    assert verify(chain) == {"entries": 2 * COUNT, "ok": True, "first_bad": None}


@pytest.mark.parametrize(
    "column", ["actor_name", "action", "target", "text", "data", "at", "previous", "digest", "chain"]
)
@pytest.mark.parametrize("seq", [1, 4, COUNT])
def test_an_edit_is_found(chain: Engine, column: str, seq: int) -> None:
    new = {"data": "'{}'", "at": "'2020-01-01 00:00:00.000000'"}.get(column, "'0'")
    tamper(chain, f"UPDATE audit_entry SET {column} = {new} WHERE chain = 'office-b' AND seq = {seq}")
    assert verify(chain)["ok"] is False


@pytest.mark.parametrize("seq", range(1, COUNT + 1))
def test_a_deletion_is_found(chain: Engine, seq: int) -> None:
    """At the end of the chain too: the head row tells how long it must be."""
    tamper(chain, f"DELETE FROM audit_entry WHERE chain = 'office-a' AND seq = {seq}")
    found = verify(chain)
    assert found["ok"] is False and found["first_bad"]["chain"] == "office-a"  # type: ignore[index]


def test_a_swap_is_found(chain: Engine) -> None:
    tamper(
        chain,
        "UPDATE audit_entry SET seq = 99 WHERE chain = 'office-a' AND seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE chain = 'office-a' AND seq = 4",
        "UPDATE audit_entry SET seq = 4 WHERE chain = 'office-a' AND seq = 99",
    )
    assert verify(chain)["first_bad"]["seq"] == 3  # type: ignore[index]


def test_an_insertion_is_found(chain: Engine) -> None:
    tamper(
        chain,
        "INSERT INTO audit_entry SELECT 'forged', chain, 99, at, actor_id, actor_name, action, target, text, data,"
        " previous, digest, algorithm FROM audit_entry WHERE chain = 'office-a' AND seq = 2",
    )
    assert verify(chain)["ok"] is False


def test_a_lost_chain_is_found(chain: Engine) -> None:
    tamper(chain, "DELETE FROM audit_entry WHERE chain = 'office-a'")
    assert verify(chain)["ok"] is False


def test_a_rewritten_tail_is_found_by_the_head(chain: Engine) -> None:
    """Someone who recomputes digests but forgets the head is found; who edits the head too needs the backups' heads."""
    with db.session_scope(chain) as session:
        entry = session.exec(
            audit.select(audit.AuditEntry).where(
                audit.AuditEntry.chain == "office-a", audit.AuditEntry.seq == COUNT
            )
        ).one()
        entry.text = "伪造"
        entry.digest = audit.digest_of(entry)
        session.add(entry)
    assert verify(chain)["ok"] is False


def test_a_rollback_leaves_no_entry(engine: Engine) -> None:
    with pytest.raises(RuntimeError), db.session_scope(engine) as session:
        audit.record(session, actor=None, action="x", target="", office_id="o", text="t")
        raise RuntimeError
    assert verify(engine)["entries"] == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(data=st.dictionaries(st.text("abc喆", min_size=1, max_size=4), json_values, max_size=4))
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_recorded_verifies(engine: Engine, data: dict[str, object]) -> None:
    with db.session_scope(engine) as session:
        audit.record(session, actor=None, action="x", target="", office_id="o", text="t", data=data)
    assert verify(engine)["ok"] is True


def tamper(engine: Engine, *statements: str) -> None:
    with Session(engine) as session:
        for statement in statements:
            session.connection().execute(text(statement))
        session.commit()
