"""Case files for the web tests: rows without reading for speed, and small real files where reading counts."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as Word
from sqlalchemy import Engine
from sqlmodel import Session

from accounts import User
from casefiles import CaseFile, Document, StoredFile, create_case
from casefiles.factbook import record_machine
from foundation import blobs, db, settings
from scoring_rules import Fact, decode, vocabulary


@pytest.fixture(autouse=True)
def own_cache(config_var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings of a test stay in its own folder."""
    monkeypatch.setenv("ANHENG_VAR", str(config_var))


@pytest.fixture
def config_var(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def store(config: settings.Settings) -> blobs.BlobStore:
    return blobs.BlobStore(config)


@pytest.fixture
def case(engine: Engine, seeded: dict[str, User]) -> CaseFile:
    """An empty draft of the Jilin city office."""
    with db.session_scope(engine) as session:
        return make_case(session, seeded["clerk_jilin"])


def make_case(session: Session, by: User, **data: object) -> CaseFile:
    values = {
        "case_kind": "penalty",
        "procedure": "ordinary",
        "year": 2024,
        "title": "未按规定修建防空地下室案",
        **data,
    }
    return create_case(session, office_id=by.office_id, by=by, data=values)


@pytest.fixture
def filled(engine: Engine, case: CaseFile, store: blobs.BlobStore) -> CaseFile:
    """The draft with one five-page PDF cut into two documents, and a few facts with places."""
    blob = store.put(io.BytesIO(pdf(5)))
    with db.session_scope(engine) as session:
        case = session.get_one(CaseFile, case.id)
        stored = StoredFile(case_id=case.id, name="全卷.pdf", sha256=blob.sha256, size=blob.size, media="pdf",
                            state="read", page_count=5)  # fmt: skip
        session.add(stored)
        session.flush()
        for position, (kind, title, first, last) in enumerate(
            [("filing_approval", "立案审批表", 1, 2), ("decision", "行政处罚决定书", 3, 5)]
        ):
            session.add(Document(case_id=case.id, file_id=stored.id, kind=kind, title=title,
                                 parts=[[stored.id, first, last]], position=position, confidence=0.95))  # fmt: skip
        case.files, case.layout_by_hand = 1, True
        record_machine(session, case, dict(FACTS))
        session.add(case)
        return case


def _fact(name: str, value: object, page: int, quote: str, *others: Fact, confidence: float = 0.98) -> Fact:
    return Fact(value=decode(vocabulary()[name], value), document="decision", file="全卷.pdf", page=page,
                box=(0.1, 0.2, 0.3, 0.25), quote=quote, confidence=confidence, alternatives=others)  # fmt: skip


FACTS = {
    "filed_on": _fact("filed_on", "2023-03-01", 1, "2023年3月1日"),
    "decided_on": _fact(
        "decided_on", "2023-05-12", 4, "2023年5月12日", _fact("decided_on", "2023-05-15", 5, "2023年5月15日")
    ),
    "fine_decided": _fact("fine_decided", "30000.00", 4, "叁万圆", confidence=0.7),
}


def pdf(pages: int) -> bytes:
    """A PDF of empty pages."""
    import pikepdf

    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def word(*paragraphs: str) -> bytes:
    """A small Word document."""
    made = Word()
    for text in paragraphs:
        made.add_paragraph(text)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """A zip with the given names as they are, traversal included."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


@pytest.fixture
def make_word() -> Callable[..., bytes]:
    return word


@pytest.fixture
def make_zip() -> Callable[..., bytes]:
    return archive
