"""The commands that keep the system: migrations, backup and restore, examination, the audit chain."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

from accounts import User, seed_jilin
from app import cli
from foundation import audit, blobs, clock, db, jobs, settings
from foundation.commands import schema
from tests.conftest import PASSWORD


@pytest.fixture
def run(config: settings.Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run ``anheng …`` against the test's database and store."""
    monkeypatch.setenv("ANHENG_VAR", str(config.var))
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("ANHENG_SECRET_KEY", "k" * 32)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments, catch_exceptions=False)

    return invoke


@pytest.fixture
def migrated(config: settings.Settings) -> settings.Settings:
    schema.upgrade(config.database_url)
    return config


def test_migrations_make_what_the_models_say(migrated: settings.Settings) -> None:
    engine = db.make_engine(migrated.database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_migrations_go_down_and_up_again_with_data(migrated: settings.Settings) -> None:
    engine = db.make_engine(migrated.database_url)
    with db.session_scope(engine) as session:
        seed_jilin(session, password=PASSWORD, config=migrated)
    tables = set(inspect(engine).get_table_names())
    alembic = schema.alembic_config()
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(migrated.database_url)
    assert set(inspect(engine).get_table_names()) == tables
    engine.dispose()


def test_one_head_only() -> None:
    heads = schema.ScriptDirectory.from_config(schema.alembic_config()).get_heads()
    assert len(heads) == 1


def fill(config: settings.Settings) -> str:
    engine, store = db.make_engine(config.database_url), blobs.BlobStore(config)
    blob = store.put(io.BytesIO(b"decision" * 1000))
    with db.session_scope(engine) as session:
        seed_jilin(session, password=PASSWORD, config=config)
        audit.record(
            session, actor=None, action="file.store", target=blob.sha256, office_id=None, text="存入原件"
        )
    engine.dispose()
    return blob.sha256


def test_backup_and_restore_bring_everything_back(
    migrated: settings.Settings, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = fill(migrated)
    assert run("backup", str(tmp_path / "backup")).exit_code == 0
    assert run("backup", str(tmp_path / "backup")).exit_code == 0, "a second backup adds to the first"
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "new"))
    force = ["--force"]
    if migrated.database_url.startswith("sqlite"):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'anheng.db'}")
        force = []
    restored = run("restore", str(tmp_path / "backup"), *force)
    assert restored.exit_code == 0 and "全部核对无误" in restored.output
    found = settings.Settings.from_env()
    assert blobs.BlobStore(found).verify(digest)
    with db.one_off(found.database_url, reading=True) as session:
        assert len(session.exec(select(User)).all()) == 30
        assert audit.verify(session)["ok"]


def test_a_damaged_backup_is_refused(
    migrated: settings.Settings, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = fill(migrated)
    folder = tmp_path / "backup"
    run("backup", str(folder))
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "new"))
    if migrated.database_url.startswith("sqlite"):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'anheng.db'}")
    copy = folder / "blobs" / digest[:2] / digest
    copy.write_bytes(copy.read_bytes()[:-1] + b"X")
    answer = run("restore", str(folder), "--force")
    assert answer.exit_code == 1 and "已损坏" in answer.output
    database = folder / json.loads((folder / "manifest.json").read_text())["database"]
    database.write_bytes(database.read_bytes() + b"X")
    answer = run("restore", str(folder), "--force")
    assert answer.exit_code == 1 and "摘要不符" in answer.output
    answer = run("restore", str(tmp_path))
    assert answer.exit_code == 1 and "不是完整的备份" in answer.output


def test_a_restore_overwrites_nothing_unasked(migrated: settings.Settings, run: Any, tmp_path: Path) -> None:
    fill(migrated)
    run("backup", str(tmp_path / "backup"))
    if migrated.database_url.startswith("sqlite"):
        answer = run("restore", str(tmp_path / "backup"))
        assert answer.exit_code == 1 and "已存在" in answer.output


def test_audit_verify(migrated: settings.Settings, run: Any) -> None:
    fill(migrated)
    found = json.loads(run("audit", "verify", "--json").output)
    assert found["ok"] is True and found["entries"] > 30 and found["first_bad"] is None
    engine = db.make_engine(migrated.database_url)
    with db.session_scope(engine) as session:
        session.delete(session.exec(select(audit.AuditEntry)).first())
    engine.dispose()
    answer = run("audit", "verify")
    assert answer.exit_code == 1 and "审计链有误" in answer.output


def test_doctor_names_what_is_wrong_and_how_to_mend_it(config: settings.Settings, run: Any) -> None:
    before = json.loads(run("doctor", "--json").output)
    state = {check["name"]: check for check in before["checks"]}
    assert before["ok"] is False and state["数据库结构"]["remedy"] == "请执行 anheng migrate"
    assert state["SQLite"]["ok"] and state["Python"]["ok"]
    assert run("migrate").exit_code == 0
    after = {check["name"]: check for check in json.loads(run("doctor", "--json").output)["checks"]}
    assert after["数据库结构"]["ok"] and after["后台任务"]["ok"] and after["原件存储"]["ok"]
    assert "k" * 16 not in json.dumps(list(after.values())), "the secret is not told"


def test_accounts_from_the_command_line(migrated: settings.Settings, run: Any) -> None:
    assert run("users", "office", "220000", "省人防办", "--level", "province").exit_code == 0
    made = run("users", "create", "root1", "管理员", "--office", "220000", "--role", "sysadmin")
    assert "初始密码" in made.output
    assert (
        run(
            "users",
            "create",
            "root2",
            "两员",
            "--office",
            "220000",
            "--role",
            "sysadmin",
            "--role",
            "auditor",
        ).exit_code
        == 1
    )
    rows = json.loads(run("users", "list", "--json").output)
    assert [(row["login"], row["roles"]) for row in rows] == [("root1", ["sysadmin"])]
    assert "临时密码" in run("users", "reset", "root1").output
    answer = run("users", "unlock", "nobody")
    assert answer.exit_code == 1 and "没有登录名为 nobody" in answer.output


def test_sweep_clears_what_is_over_and_keeps_the_rest(migrated: settings.Settings, run: Any) -> None:
    fill(migrated)
    engine = db.make_engine(migrated.database_url)
    with db.session_scope(engine) as session:
        for days, state in ((31, "done"), (29, "done"), (31, "failed"), (31, "cancelled")):
            ended = clock.now() - timedelta(days=days)
            session.add(jobs.Job(name="test.old", state=state, finished_at=ended, payload={"days": days}))
    engine.dispose()
    assert "旧记录 2 条" in run("sweep").output
    with db.session_scope(engine, reading=True) as session:
        left = {(job.state, job.payload["days"]) for job in session.exec(select(jobs.Job))}
        assert left == {("done", 29), ("failed", 31)}
    engine.dispose()
