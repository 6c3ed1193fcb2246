"""LibreOffice for real, where it is installed: old Word files, pages of Word files, page images."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine
from sqlmodel import select

from accounts import User
from casefiles import CaseFile, enqueue_processing, files_of, process_now, take_in
from casefiles.check import check_path
from casefiles.reading import convert, office, read_file
from foundation import blobs, clock, db, jobs, settings


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANHENG_OFFICE", raising=False)
    if office() is None:
        pytest.skip("LibreOffice 未安装：apt-get install --no-install-recommends libreoffice-writer-nogui")


def word(path: Path, *paragraphs: str) -> Path:
    made = Document()
    for text in paragraphs[:-1]:
        made.add_paragraph(text)
    made.add_page_break()
    made.add_paragraph(paragraphs[-1])
    table = made.add_table(1, 2, style="Table Grid")
    table.cell(0, 0).text, table.cell(0, 1).text = "受送达人", "某公司"
    made.add_paragraph("以下空白")
    made.save(path)
    return path


PAPER = ("行政处罚决定书", "某人防罚决〔2024〕5号", "罚款人民币肆万元整（40000元）。", "2024年5月10日")


def test_old_word_file_is_read_like_a_new_one(tmp_path: Path) -> None:
    (old,) = convert([word(tmp_path / "a.docx", *PAPER)], "docx", "doc", tmp_path)
    assert old is not None and old.read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    file = read_file(old, "决定书.doc")
    assert (file.media, file.outcome, file.problems) == ("doc", "read", ())
    assert [line.text for line in file.pages[0].lines if line.kind == "cell"] == ["受送达人", "某公司"]


def test_a_file_that_is_no_document_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04 nothing")
    good, bad = convert([word(tmp_path / "a.docx", *PAPER), tmp_path / "b.docx"], "docx", "pdf", tmp_path)
    assert good is not None and good.read_bytes()[:5] == b"%PDF-" and bad is None


def test_check_gives_pages_of_word_files(tmp_path: Path) -> None:
    folder = tmp_path / "案卷"
    folder.mkdir()
    word(folder / "01 行政处罚决定书.docx", *PAPER)
    result = check_path(folder, pages=True)
    facts = result["facts"]
    assert (facts["decision_number"]["page"], facts["decided_on"]["page"]) == (1, 2) and not result[
        "problems"
    ]


def test_pages_of_word_files_are_laid_out_in_the_background(
    engine: Engine,
    config: settings.Settings,
    case: CaseFile,
    seeded: dict[str, User],
    login: Callable[..., FlaskClient],
    tmp_path: Path,
) -> None:
    by, case_id = seeded["clerk_jilin"], case.id
    path = word(tmp_path / "决定书.docx", *PAPER)
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case_id)
        take_in(session, blobs.BlobStore(config), case=held, path=path, by=by, limits=config.limits)
        enqueue_processing(session, held, by)
    process_now(engine, config)
    with db.session_scope(engine) as session:
        (stored,) = files_of(session, case_id)
        (waiting,) = session.exec(select(jobs.Job).where(jobs.Job.state == "queued"))
        waiting.due_at = clock.now()
    process_now(engine, config)
    clerk = login(None, "clerk_jilin")
    shown = clerk.get(f"/cases/{case_id}/files/{stored.id}/words").text
    assert "版面图（共 2 页）" in shown
    with clerk.get(f"/cases/{case_id}/files/{stored.id}/pages/2.png") as answer:
        assert answer.status_code == 200
        with Image.open(BytesIO(answer.data)) as picture:
            assert picture.height > picture.width > 800
    assert clerk.get(f"/cases/{case_id}/files/{stored.id}/pages/3.png").status_code == 404
