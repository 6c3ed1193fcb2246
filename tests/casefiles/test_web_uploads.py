"""Uploads: refused early, resumed after a cut, taken in once, and never lost."""

import base64
import hashlib
import io
import os
import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import select
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from werkzeug.serving import make_server

from accounts import User
from casefiles import CaseFile, StoredFile, Upload
from casefiles.intakerules import clean_name, refuse_early
from casefiles.uploads import sweep
from foundation import audit, blobs, clock, db, errors, jobs, settings, web

TUS = {"Tus-Resumable": "1.0.0"}
ROUNDS = int(os.environ.get("ANHENG_TUS_ROUNDS", "10"))
Login = Callable[..., FlaskClient]


def begin(client: FlaskClient, case: CaseFile, name: str, length: int, **headers: str) -> "object":
    encoded = base64.b64encode(name.encode()).decode()
    return client.post(
        f"/cases/{case.id}/uploads",
        headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": f"filename {encoded}",
                 "Accept": "application/json", **headers},
    )  # fmt: skip


def patch(client: FlaskClient, url: str, offset: int, content: bytes, **headers: str) -> "object":
    return client.patch(
        url,
        data=content,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), "Accept": "application/json", **headers},
    )


@pytest.fixture
def clerk(login: Login) -> FlaskClient:
    return login(None, "clerk_jilin")


def stored_files(engine: Engine) -> list[StoredFile]:
    with db.session_scope(engine, reading=True) as session:
        return list(session.exec(select(StoredFile)))


def test_a_file_in_two_pieces(
    clerk: FlaskClient, case: CaseFile, engine: Engine, store: blobs.BlobStore
) -> None:
    content = os.urandom(5000)
    made = begin(clerk, case, "笔录/询问 一.pdf", len(content))
    assert made.status_code == 201
    url = made.headers["Location"]
    assert patch(clerk, url, 0, content[:2000]).headers["Upload-Offset"] == "2000"
    told = clerk.head(url, headers=TUS)
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == ("2000", "5000")
    assert patch(clerk, url, 2000, content[2000:]).status_code == 204
    (stored,) = stored_files(engine)
    assert (stored.name, stored.sha256) == ("笔录/询问 一.pdf", hashlib.sha256(content).hexdigest())
    assert store.verify(stored.sha256)
    assert clerk.get(url).json == {"state": "done", "message": "已收入，等待识别。", "duplicate": False}
    with db.session_scope(engine, reading=True) as session:
        assert audit.verify(session)["ok"]
        assert [job.name for job in session.exec(select(jobs.Job))] == ["casefiles.process"]


def test_what_a_server_can(clerk: FlaskClient, case: CaseFile) -> None:
    told = clerk.options(f"/cases/{case.id}/uploads")
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert set(told.headers["Tus-Extension"].split(",")) == {
        "creation",
        "checksum",
        "termination",
        "expiration",
    }


def test_a_wrong_offset_is_a_conflict(clerk: FlaskClient, case: CaseFile) -> None:
    url = begin(clerk, case, "a.pdf", 10).headers["Location"]
    answer = patch(clerk, url, 5, b"12345")
    assert answer.status_code == 409
    assert "0 字节" in answer.json["error"]["what"]


def test_a_piece_with_a_wrong_checksum_is_dropped(clerk: FlaskClient, case: CaseFile) -> None:
    url = begin(clerk, case, "a.pdf", 10).headers["Location"]
    wrong = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert patch(clerk, url, 0, b"12345", **{"Upload-Checksum": f"sha256 {wrong}"}).status_code == 460
    assert clerk.head(url, headers=TUS).headers["Upload-Offset"] == "0"
    good = base64.b64encode(hashlib.sha1(b"12345").digest()).decode()
    assert (
        patch(clerk, url, 0, b"12345", **{"Upload-Checksum": f"sha1 {good}"}).headers["Upload-Offset"] == "5"
    )


def test_more_bytes_than_announced_are_refused(clerk: FlaskClient, case: CaseFile, engine: Engine) -> None:
    url = begin(clerk, case, "a.pdf", 4).headers["Location"]
    assert patch(clerk, url, 0, b"123456789").status_code == 413
    assert stored_files(engine) == []


@pytest.mark.parametrize(
    ("name", "length", "status", "said"),
    [
        ("空.pdf", 0, 400, "空文件"),
        ("程序.exe", 10, 415, "类型"),
        ("大.pdf", 600 * 1024 * 1024, 413, "512 MiB"),
        ("录像.mp4", 9 * 1024**3, 413, "8192 MiB"),
    ],
)
def test_refused_before_anything_is_sent(
    clerk: FlaskClient, case: CaseFile, name: str, length: int, status: int, said: str
) -> None:
    answer = begin(clerk, case, name, length)
    assert answer.status_code == status
    assert said in answer.json["error"]["what"]
    assert answer.json["error"]["remedy"]


def test_a_recording_may_be_larger_than_a_paper(clerk: FlaskClient, case: CaseFile) -> None:
    assert begin(clerk, case, "录像.mp4", 600 * 1024 * 1024).status_code == 201


def test_the_case_limit_counts_waiting_uploads() -> None:
    limits = settings.Limits(case_bytes=1000, case_files=3)
    with pytest.raises(errors.TooLarge, match="合计"):
        refuse_early("a.pdf", 600, limits, used_bytes=500)
    with pytest.raises(errors.TooLarge, match="个文件"):
        refuse_early("a.pdf", 6, limits, used_files=3)


def test_the_same_bytes_twice_are_said_and_kept_once(
    clerk: FlaskClient, case: CaseFile, engine: Engine
) -> None:
    for name in ("一.pdf", "二.pdf"):
        url = begin(clerk, case, name, 4).headers["Location"]
        patch(clerk, url, 0, b"same")
    told = clerk.get(url).json
    assert told["duplicate"] and "一.pdf" in told["message"]
    assert [stored.name for stored in stored_files(engine)] == ["一.pdf"]


def test_two_files_of_one_name_are_both_kept(clerk: FlaskClient, case: CaseFile, engine: Engine) -> None:
    for content in (b"aaaa", b"bbbb"):
        patch(clerk, begin(clerk, case, "决定书.pdf", 4).headers["Location"], 0, content)
    assert sorted(stored.name for stored in stored_files(engine)) == ["决定书.pdf", "决定书（2）.pdf"]


def test_giving_up_removes_the_bytes(clerk: FlaskClient, case: CaseFile, store: blobs.BlobStore) -> None:
    url = begin(clerk, case, "a.pdf", 10).headers["Location"]
    patch(clerk, url, 0, b"12345")
    assert clerk.delete(url, headers=TUS).status_code == 204
    assert clerk.head(url, headers=TUS).status_code == 410
    assert list((store.staging / "tus").iterdir()) == []


def test_forgotten_uploads_are_swept(
    clerk: FlaskClient, case: CaseFile, engine: Engine, store: blobs.BlobStore
) -> None:
    url = begin(clerk, case, "a.pdf", 10).headers["Location"]
    patch(clerk, url, 0, b"12345")
    later = clock.now() + timedelta(days=8)
    with clock.freeze(later), db.session_scope(engine) as session:
        assert sweep(session, store) == 1
    assert list((store.staging / "tus").iterdir()) == []


def test_another_office_and_an_absent_case_answer_alike(login: Login, case: CaseFile) -> None:
    other = login(None, "clerk_siping")
    foreign = begin(other, case, "a.pdf", 10)
    absent = other.post(
        "/cases/01JD0000000000000000000000/uploads", headers={**TUS, "Accept": "application/json"}
    )
    assert (foreign.status_code, foreign.data) == (404, absent.data)


def test_nobody_writes_to_a_submitted_case(clerk: FlaskClient, case: CaseFile, engine: Engine) -> None:
    with db.session_scope(engine) as session:
        held = session.get_one(CaseFile, case.id)
        held.status = "submitted"
        session.add(held)
    answer = begin(clerk, case, "a.pdf", 10)
    assert answer.status_code == 422
    assert "退回" in answer.json["error"]["remedy"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "etc/passwd.pdf"),
        ("C:\\案卷\\决定书.docx", "案卷/决定书.docx"),
        ("/abs/./a.pdf", "abs/a.pdf"),
        ("a\x00b\u202ecod.pdf", "abcod.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_random_cuts_give_the_same_bytes(clerk: FlaskClient, case: CaseFile, engine: Engine) -> None:
    dice = random.Random(7)
    content = dice.randbytes(60_000)
    url = begin(clerk, case, "长.pdf", len(content)).headers["Location"]
    while True:
        at = int(clerk.head(url, headers=TUS).headers["Upload-Offset"])
        if at == len(content):
            break
        size = dice.randint(1, 9000)
        patch(clerk, url, at, content[at : at + size])
        if dice.random() < 0.3:  # the same piece again: refused, nothing harmed
            assert patch(clerk, url, at, content[at : at + size]).status_code in (409, 410)
    assert stored_files(engine)[0].sha256 == hashlib.sha256(content).hexdigest()


@pytest.fixture
def served(app: web.Application, seeded: dict[str, User]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # tuspy leaves sockets open
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_third_party_client_is_cut_and_resumes(
    served: str, login: Login, case: CaseFile, engine: Engine, number: int
) -> None:
    """tuspy sends part of a file, disappears, and a new client goes on from where the server is."""
    dice = random.Random(number)
    content = dice.randbytes(dice.randint(20_000, 400_000))
    name = f"扫描{number}.pdf"
    browser = login(None, "clerk_jilin")
    cookies = "; ".join(f"{c.key}={c.value}" for c in browser._cookies.values())
    client = TusClient(
        f"{served}/cases/{case.id}/uploads", headers={"Cookie": cookies, "Accept": "application/json"}
    )
    first = client.uploader(file_stream=io.BytesIO(content), chunk_size=dice.randint(3_000, 60_000),
                            metadata={"filename": name}, upload_checksum=bool(number % 2))  # fmt: skip
    first.upload(stop_at=dice.randint(1, len(content) - 1))
    second = client.uploader(
        file_stream=io.BytesIO(content), url=first.url, chunk_size=37_000, upload_checksum=True
    )
    assert second.offset > 0
    second.upload()
    (stored,) = stored_files(engine)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_third_party_client_learns_of_a_refusal(served: str, login: Login, case: CaseFile) -> None:
    browser = login(None, "clerk_jilin")
    cookies = "; ".join(f"{c.key}={c.value}" for c in browser._cookies.values())
    client = TusClient(f"{served}/cases/{case.id}/uploads", headers={"Cookie": cookies})
    with pytest.raises(TusCommunicationError):
        client.uploader(file_stream=io.BytesIO(b"MZ"), metadata={"filename": "a.exe"}).upload()


def test_a_cut_connection_keeps_what_came(
    engine: Engine, case: CaseFile, seeded: dict[str, User], store: blobs.BlobStore
) -> None:
    from casefiles.uploads import append, begin, offset

    class Cut(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 700:
                raise ConnectionResetError
            return super().read(min(size or 0, 700))

    with db.session_scope(engine) as session:
        made: Upload = begin(session, case=session.get_one(CaseFile, case.id), by=seeded["clerk_jilin"], name="a.pdf",
                             length=1000, limits=settings.Limits())  # fmt: skip
    with pytest.raises(ConnectionResetError):
        append(store, made, 0, Cut(bytes(1000)))
    assert offset(store, made) == 700
    assert append(store, made, 700, io.BytesIO(bytes(300))) == 1000
