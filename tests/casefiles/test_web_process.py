"""From uploaded bytes to documents, facts and findings: every file has an outcome, nothing is done twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine
from sqlmodel import select

from accounts import User
from casefiles import (
    CaseFile,
    CheckRun,
    FactEntry,
    book,
    documents_of,
    enqueue_processing,
    files_of,
    process_now,
    take_in,
)
from casefiles.takein import upload
from foundation import blobs, db, jobs, settings

Login = Callable[..., FlaskClient]
DECISION = (
    "吉林市人民防空办公室",
    "行政处罚决定书",
    "吉市人防罚决〔2024〕5号",
    "当事人：吉林市松岭某房地产开发有限公司",
    "经查，你单位新建民用建筑未按规定修建防空地下室。依据《中华人民共和国人民防空法》第四十八条，"
    "决定给予警告，并处罚款人民币肆万柒仟贰佰圆整（47200元）。",
    "吉林市人民防空办公室",
    "2024年5月10日",
)
FILING = (
    "吉林市人民防空办公室",
    "立案审批表",
    "案由：未按规定修建防空地下室",
    "负责人审批意见：同意立案。",
    "2024年3月15日",
)


@pytest.fixture
def bundle(tmp_path: Path, make_word: Callable[..., bytes], make_zip: Callable[..., bytes]) -> Path:
    path = tmp_path / "案卷.zip"
    path.write_bytes(
        make_zip(
            {
                "01 立案审批表.docx": make_word(*FILING),
                "02 行政处罚决定书.docx": make_word(*DECISION),
                "../../越界.docx": make_word("越界"),
                "坏.pdf": b"%PDF-1.7 broken",
                "空.pdf": b"",
                "Thumbs.db": b"junk",
                "副本/决定书.docx": make_word(*DECISION),
            }
        )
    )
    return path


def run(
    engine: Engine, config: settings.Settings, case: CaseFile, by: User, path: Path
) -> list[tuple[str, str]]:
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        told = take_in(session, blobs.BlobStore(config), case=held, path=path, by=by, limits=config.limits)
        enqueue_processing(session, held, by)
    process_now(engine, config)
    with db.session_scope(engine, reading=True) as session:
        states = [(job.state, job.error) for job in session.exec(select(jobs.Job))]
    assert states and all(state == ("done", "") for state in states), states
    return told


def test_a_bundle_becomes_documents_facts_and_findings(
    engine: Engine, config: settings.Settings, case: CaseFile, seeded: dict[str, User], bundle: Path
) -> None:
    run(engine, config, case, seeded["clerk_jilin"], bundle)
    with db.session_scope(engine, reading=True) as session:
        states = {stored.name: stored.state for stored in files_of(session, case.id)}
        kinds = [paper.kind for paper in documents_of(session, case.id)]
        facts = book(session, case.id)
        held = session.get_one(CaseFile, case.id)
        assert states["案卷.zip"] == "unpacked"
        assert states["01 立案审批表.docx"] == states["02 行政处罚决定书.docx"] == "read"
        assert states["坏.pdf"] == states["空.pdf"] == "refused"
        assert states["Thumbs.db"] == "ignored"
        assert [state for name, state in states.items() if "越界" in name] == ["refused"], states
        assert {"filing_approval", "decision"} <= set(kinds)
        assert facts["decided_on"].now.value == "2024-05-10"
        assert facts["fine_decided"].now.value == "47200.00"
        assert facts["decided_on"].now.file == "02 行政处罚决定书.docx"
        assert held.number == "吉市人防罚决〔2024〕5号"
        assert held.grade and held.current_check_id
        refused = next(stored for stored in files_of(session, case.id) if stored.name == "坏.pdf")
        assert refused.message and refused.remedy
    outside = [path for path in config.var.parent.rglob("*越界*") if config.var not in path.parents]
    assert outside == []


def test_progress_of_a_long_scan_rises_to_its_end(
    engine: Engine, config: settings.Settings, case: CaseFile, seeded: dict[str, User],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_word: Callable[..., bytes],
) -> None:  # fmt: skip
    """One file of many pages is not done when its first page is."""
    (tmp_path / "in").mkdir()
    page = Image.new("L", (400, 560), 250)
    page.save(tmp_path / "in" / "扫描.pdf", save_all=True, append_images=[page] * 4)
    (tmp_path / "in" / "立案审批表.docx").write_bytes(make_word(*FILING))
    shares: list[float] = []
    original = jobs.Context.progress

    def progress(self: jobs.Context, done: int, total: int, text: str = "") -> None:
        shares.append(done / total if total else 0.0)
        original(self, done, total, text)

    monkeypatch.setattr(jobs.Context, "progress", progress)
    run(engine, config, case, seeded["clerk_jilin"], tmp_path / "in")
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert len(set(shares)) > 5


def test_running_again_changes_nothing(
    engine: Engine, config: settings.Settings, case: CaseFile, seeded: dict[str, User], bundle: Path
) -> None:
    by = seeded["clerk_jilin"]
    run(engine, config, case, by, bundle)
    before = _counts(engine)
    told = run(engine, config, case, by, bundle)
    assert "没有重复收入" in told[0][1]
    assert _counts(engine) == before


def _counts(engine: Engine) -> tuple[int, int, int]:
    with db.session_scope(engine, reading=True) as session:
        return (
            len(list(session.exec(select(FactEntry)))),
            len(list(session.exec(select(CheckRun)))),
            len(documents_of(session, session.exec(select(CaseFile)).one().id)),
        )


def test_the_clerks_layout_survives_a_further_file(
    engine: Engine,
    config: settings.Settings,
    case: CaseFile,
    seeded: dict[str, User],
    bundle: Path,
    tmp_path: Path,
    login: Login,
    make_word: Callable[..., bytes],
) -> None:
    by = seeded["clerk_jilin"]
    run(engine, config, case, by, bundle)
    clerk = login(None, "clerk_jilin")
    with db.session_scope(engine, reading=True) as session:
        held = session.get_one(CaseFile, case.id)
        paper = next(item for item in documents_of(session, case.id) if item.kind == "filing_approval")
    answer = clerk.post(
        f"/cases/{case.id}/documents/{paper.id}/title", json={"title": "立案表（已核）", "seen": held.layout}
    )
    assert answer.status_code == 200
    receipt = tmp_path / "送达回证.docx"
    receipt.write_bytes(
        make_word("吉林市人民防空办公室", "送达回证", "受送达人：某公司", "送达日期：2024年5月13日")
    )
    run(engine, config, case, by, receipt)
    with db.session_scope(engine, reading=True) as session:
        titles = [item.title for item in documents_of(session, case.id)]
        assert "立案表（已核）" in titles
        assert documents_of(session, case.id)[-1].kind == "service_receipt"


def test_word_text_is_shown_with_the_words_lit(
    engine: Engine,
    config: settings.Settings,
    case: CaseFile,
    seeded: dict[str, User],
    bundle: Path,
    login: Login,
) -> None:
    run(engine, config, case, seeded["clerk_jilin"], bundle)
    with db.session_scope(engine, reading=True) as session:
        fact = book(session, case.id)["fine_decided"].now
        stored = next(item for item in files_of(session, case.id) if item.name == fact.file)
    page = login(None, "clerk_jilin").get(
        f"/cases/{case.id}/files/{stored.id}/words",
        query_string={"at": fact.at or "", "quote": fact.quote or ""},
    )
    assert "<mark>" in page.get_data(as_text=True)
    assert "<script" not in page.get_data(as_text=True)


def test_the_command_line_takes_a_folder(
    engine: Engine,
    config: settings.Settings,
    case: CaseFile,
    seeded: dict[str, User],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_word: Callable[..., bytes],
) -> None:
    folder = tmp_path / "卷"
    (folder / "附").mkdir(parents=True)
    (folder / "附" / "决定书.docx").write_bytes(make_word(*DECISION))
    (folder / "~$决定书.docx").write_bytes(b"x")
    (folder / "说明.exe").write_bytes(b"MZ")
    (folder / "链接.pdf").symlink_to("/etc/passwd")
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("ANHENG_VAR", str(config.var))
    told = CliRunner().invoke(upload, [case.id, str(folder), "--login", "clerk_jilin"])
    assert told.exit_code == 0, told.output
    assert "附/决定书.docx\t已收入。" in told.output
    assert "~$决定书.docx\t系统或临时文件" in told.output
    assert "类型不在可收范围内" in told.output
    assert "链接" not in told.output
    foreign = CliRunner().invoke(upload, [case.id, str(folder), "--login", "clerk_siping"])
    assert foreign.exit_code == 1 and "没有找到这件案卷" in foreign.output


def test_a_removed_file_leaves_documents_and_search(
    engine: Engine,
    config: settings.Settings,
    case: CaseFile,
    seeded: dict[str, User],
    bundle: Path,
    login: Login,
) -> None:
    run(engine, config, case, seeded["clerk_jilin"], bundle)
    clerk = login(None, "clerk_jilin")
    assert "肆万柒仟" in clerk.get("/search?q=肆万柒仟").get_data(as_text=True)
    with db.session_scope(engine, reading=True) as session:
        top = next(item for item in files_of(session, case.id) if item.parent_id is None)
    assert clerk.post(f"/cases/{case.id}/files/{top.id}/remove").status_code == 302
    process_now(engine, config)
    with db.session_scope(engine, reading=True) as session:
        assert documents_of(session, case.id) == []
        assert files_of(session, case.id) == []
        assert len(files_of(session, case.id, removed=True)) == 8
    assert "没有找到" in clerk.get("/search?q=肆万柒仟").get_data(as_text=True)
