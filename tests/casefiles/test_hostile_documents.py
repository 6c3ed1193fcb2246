"""Files that mean harm: read, kept, quarantined or refused with reason and remedy, in bounds of time and memory."""

import re
from pathlib import Path

import pytest

from casefiles.reading import ReadFile, ReadLimits, docx_html, pool, read_file, read_files
from tests.casefiles.hostile_documents import DOCUMENTS, docx, sparse

CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHENG_VAR", str(tmp_path / "var"))


def told(file: ReadFile) -> bool:
    return bool(file.problems) and all(
        CHINESE.search(p.what) and CHINESE.search(p.remedy) for p in file.problems
    )


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReadFile]:
    """The whole corpus read once by a child that may take five seconds of processor time for a file."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = []
    for name, (make, _) in DOCUMENTS.items():
        path = folder / name
        path.write_bytes(make())
        paths.append((path, name))
    before = {path: path.read_bytes() for path, _ in paths}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANHENG_VAR", str(folder / "var"))
        files = read_files(paths, ocr=False, workers=1, limits=ReadLimits(cpu=5))
    assert {path: path.read_bytes() for path, _ in paths} == before
    assert {p.name for p in folder.iterdir()} == {name for _, name in paths} | {"var"}
    return {file.name: file for file in files}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_outcome_is_stated(name: str, outcomes: dict[str, ReadFile]) -> None:
    file = outcomes[name]
    assert file.outcome in DOCUMENTS[name][1], file.problems
    assert file.outcome == "read" or told(file)
    assert not any("异常退出" in problem.what for problem in file.problems)


def test_corpus_leaves_the_child_within_its_memory(tmp_path: Path) -> None:
    """Refusals cost no more than 256 MiB: measured on a child that is allowed 640."""
    peaks: dict[str, int] = {}
    limits = ReadLimits()
    jobs = []
    for index, (name, (make, right)) in enumerate(DOCUMENTS.items()):
        if "read" not in right:
            path = tmp_path / name
            path.write_bytes(make())
            jobs.append(pool.Job(index, path, name, limits.memory, 10.0, 20))
    pool.run(jobs, 1, lambda job, event: peaks.update({job.name: event["peak"]}), lambda job, silent: None)
    assert len(peaks) == len(jobs)
    assert max(peaks.values()) < 256 * MIB


def test_a_killed_child_costs_its_own_file_only(tmp_path: Path) -> None:
    good, bad = tmp_path / "好.docx", tmp_path / "坏.docx"
    good.write_bytes(docx())
    bad.write_bytes(docx("别的"))
    killer = pool.Child.start
    seen: list[str] = []

    def events(self: pool.Child, job: pool.Job):  # type: ignore[no-untyped-def]
        seen.append(job.name)
        if job.name == "坏.docx":
            self.process.kill()
        yield from original(self, job)

    original = pool.Child.events
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool.Child, "events", events)
        files = read_files([(bad, "坏.docx"), (good, "好.docx")], workers=1)
    assert killer is not None and seen == ["坏.docx", "坏.docx", "好.docx"]
    assert [f.outcome for f in files] == ["refused", "read"]
    assert "异常退出" in files[0].problems[0].what
    assert read_file(bad, "坏.docx").outcome == "read", "a crash by chance is not remembered"


def test_memory_limit_ends_in_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "大.docx"
    path.write_bytes(docx("文" * 2_000_000))
    file = read_files([(path, "大.docx")], limits=ReadLimits(memory=30 * MIB))[0]
    assert file.outcome == "refused" and told(file)


def test_silence_ends_in_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "慢.docx"
    path.write_bytes(docx())
    file = read_files([(path, "慢.docx")], limits=ReadLimits(silence=0.001))[0]
    assert file.outcome == "refused" and "超时" in file.problems[0].what


def test_a_large_sparse_recording_is_kept_without_reading_it_whole_into_memory(tmp_path: Path) -> None:
    path = sparse(tmp_path / "现场检查.mp4", 600 * MIB)
    limits = ReadLimits(memory=200 * MIB)
    file = read_files([(path, path.name)], limits=limits)[0]
    assert file.media == "recording" and file.outcome in ("kept", "read") and told(file)


@pytest.mark.parametrize(("name", "size"), [("录像.mp4", 9 * 1024 * MIB), ("扫描.pdf", 513 * MIB)])
def test_over_the_limit_is_refused_before_any_work(name: str, size: int, tmp_path: Path) -> None:
    head = b"%PDF-1.7" if name.endswith("pdf") else b"\x00\x00\x00\x18ftypmp42"
    path = sparse(tmp_path / name, size, head)
    file = read_file(path, name)
    assert file.sha256 == "", "not even hashed"
    assert file.outcome == "refused" and "超过上限" in file.problems[0].what


def test_words_of_a_document_cannot_become_markup(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(docx('<script>alert("一")</script> & <img src=x onerror=1>'))
    html = docx_html(path)
    assert "<script" not in html and "<img" not in html
    assert "&lt;script&gt;alert(&quot;一&quot;)&lt;/script&gt; &amp; &lt;img" in html
