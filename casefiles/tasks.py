"""Background work on a case file: unpack → read (OCR) → documents → facts → self-check.

Every step may run twice without harm: readings are kept by blob hash and reader version, documents and facts
are compared with what stands, a check of equal inputs is the same run.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from accounts import User
from casefiles.cases import fill_from_facts
from casefiles.factbook import book, record_machine
from casefiles.facts import collect
from casefiles.intakerules import is_junk
from casefiles.models import CaseFile, StoredFile
from casefiles.pieces import pieces_of, propose
from casefiles.reading import READER_VERSION, Problem, ReadFile, doubles, office, read_files
from casefiles.search import engine_for, enter_pages, page_rows
from casefiles.selfcheck import run_check
from casefiles.store import files_of
from casefiles.unpacking import unpack_all
from casefiles.wordpages import set_papers
from casefiles.words import plain_pages
from foundation import blobs, jobs

BATCH = 8
AFTER_READING = 120
"""Seconds until Word files are set on pages: people wait for the self-check, so readings go first."""
IN_CASE = ("read", "kept", "refused")
"""States of files whose bytes belong to the case file; a refused member of an archive has none."""
OUTCOMES = {"read": "read", "kept": "kept", "ignored": "ignored"}


def enqueue_processing(session: Session, case: CaseFile, by: User | None, *, again: bool = False) -> jobs.Job:
    """Ask for the whole course. One that is running already is followed by another, so nothing is missed."""
    name = "casefiles.refresh" if again else "casefiles.process"
    running = select(jobs.Job).where(
        jobs.Job.name == name, jobs.Job.key == case.id, jobs.Job.state == "running"
    )
    key = f"{case.id}+" if session.exec(running).first() else case.id
    return jobs.enqueue(
        session,
        name,
        {"case_id": case.id},
        key=key,
        queue="reading",
        office_id=case.office_id,
        created_by=by.id if by else None,
    )


def jobs_of(session: Session, case: CaseFile) -> list[jobs.Job]:
    """The jobs of a case file, newest first."""
    keys = (case.id, f"{case.id}+")
    query = select(jobs.Job).where(
        col(jobs.Job.key).in_(keys), col(jobs.Job.name).in_(("casefiles.process", "casefiles.refresh"))
    )
    return list(session.exec(query.order_by(col(jobs.Job.id).desc()).limit(4)))


def is_busy(session: Session, case: CaseFile) -> bool:
    """Whether work on the case file is queued or running."""
    return any(job.state in ("queued", "running") for job in jobs_of(session, case))


@jobs.task("casefiles.process", timeout=4 * 3600)
def process(context: jobs.Context, *, case_id: str) -> dict[str, int]:
    """Take the waiting files of a case file through to the self-check."""
    store = blobs.BlobStore(context.settings)
    context.progress(0, 0, "正在解包")
    unpacked = unpack_all(context, store, case_id)
    count = _read_all(context, store, case_id)
    refresh(context, case_id=case_id)
    if office():
        with context.session() as session:
            jobs.enqueue(
                session,
                "casefiles.lay_out",
                {"case_id": case_id},
                key=f"{case_id}/pages",
                queue="reading",
                delay=AFTER_READING,
            )
    return {"unpacked": unpacked, "read": count}


@jobs.task("casefiles.lay_out", timeout=3600)
def lay_out(context: jobs.Context, *, case_id: str) -> int:
    """Set the Word files of a case file on pages, for those who want to see them as they would be printed."""
    store = blobs.BlobStore(context.settings)
    with context.session(reading=True) as session:
        words = [
            item
            for item in files_of(session, case_id)
            if item.media in ("docx", "doc") and item.state == "read"
        ]
    papers = set_papers([store.path(item.sha256) for item in words], [item.name for item in words])
    return sum(paper is not None for paper in papers)


@jobs.task("casefiles.refresh", timeout=1800)
def refresh(context: jobs.Context, *, case_id: str) -> None:
    """Documents, facts and self-check anew from the kept readings (after a change of the layout)."""
    store = blobs.BlobStore(context.settings)
    with context.session(reading=True) as session:
        stored = [item for item in files_of(session, case_id) if item.sha256 and item.state in IN_CASE]
    read = readings(store, stored, ocr=True)
    context.progress(90, 100, "正在辨认文书、提取事实")
    with context.session() as session:
        case = session.exec(select(CaseFile).where(CaseFile.id == case_id).with_for_update()).one()
        _enter_remarks(session, stored, read)
        propose(session, case, stored, read)
        pieces = pieces_of(session, case, stored, read)
        sheet = collect(pieces, signed_off=case.signed_off_on is not None)
        record_machine(session, case, sheet.facts)
        fill_from_facts(case, book(session, case_id))
        case.files, case.pages = len(stored), sum(max(item.page_count, 1) for item in stored)
        session.add(case)
        session.flush()
        run_check(session, case)
    context.progress(100, 100, "处理完成")


def readings(store: blobs.BlobStore, stored: list[StoredFile], *, ocr: bool) -> list[ReadFile]:
    """The readings of stored files, from the cache where they are kept."""
    return read_files([(store.path(item.sha256), item.name) for item in stored], ocr=ocr)


def _read_all(context: jobs.Context, store: blobs.BlobStore, case_id: str) -> int:
    """Read waiting files in batches; what a batch gave is entered before the next begins."""
    count = 0
    while True:
        with context.session(reading=True) as session:
            everything = files_of(session, case_id)
        waiting = [item for item in everything if item.state == "received"]
        if not waiting:
            return count
        done = sum(item.state != "received" for item in everything)
        batch = waiting[:BATCH]
        _read_batch(context, store, batch, done, len(everything))
        count += len(batch)


def _read_batch(
    context: jobs.Context, store: blobs.BlobStore, batch: list[StoredFile], done: int, total: int
) -> None:
    highest = 0  # pages of a file show only when it is parsed: what was told before is not taken back

    def tell(finished: int, steps: int, text: str) -> None:
        nonlocal highest
        share = highest = max(highest, 90 * (done * steps + len(batch) * finished) // (total * steps))
        said = f"正在识别（共 {total} 个文件，已完成 {done} 个）；{text}（{finished}/{steps}）"
        context.progress(share, 100, said[:200])

    items = [(store.path(item.sha256), item.name) for item in batch]
    read = read_files(items, ocr=True, progress=tell)
    pages = [
        row for item, told in zip(batch, read, strict=True) for row in page_rows(item, plain_pages(told))
    ]
    names = [item.id for item in batch]
    engine_for(context.settings).publish(names, pages)
    with context.session() as session:
        for item, outcome in zip(batch, read, strict=True):
            stored = session.get_one(StoredFile, item.id)
            enter_reading(stored, outcome)
            session.add(stored)
        enter_pages(session, names, pages)


def enter_reading(stored: StoredFile, read: ReadFile) -> None:
    """What reading a file came to, in the words the user sees."""
    stored.media = read.media
    stored.state = OUTCOMES.get(read.outcome, "refused")
    _remark(stored, read.problems)
    numbered = [page for page in read.pages if page.number is not None]
    stored.page_count = len(numbered) or int(str(read.properties.get("page_count") or 0))
    stored.page_source = next((page.source for page in read.pages if page.source == "ocr"), "text")
    stored.properties = {key: value for key, value in read.properties.items() if _is_plain(value)}
    stored.reader = READER_VERSION
    if is_junk(stored.name):
        stored.state, stored.message = "ignored", "系统或临时文件，已忽略。"


def _remark(stored: StoredFile, problems: Sequence[Problem]) -> None:
    stored.remarks = [
        {"what": told.what, "remedy": told.remedy, "places": [list(place) for place in told.places]}
        for told in problems
    ]
    stored.message = "；".join(told.what for told in problems)[:2000]
    stored.remedy = "；".join(dict.fromkeys(told.remedy for told in problems))[:2000]


def _enter_remarks(session: Session, stored: list[StoredFile], read: list[ReadFile]) -> None:
    """What is amiss in each file, with what came in twice: that shows only when all are read."""
    twice = [*doubles(read)]
    for item, file in zip(stored, read, strict=True):
        row = session.get_one(StoredFile, item.id)
        _remark(row, [*file.problems, *(told for told in twice if told.file == file.name)])
        session.add(row)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool | type(None))


def read_of(store: blobs.BlobStore, stored: StoredFile) -> ReadFile:
    """What was read of one file (its lines with boxes), from the cache where it is kept."""
    return readings(store, [stored], ocr=False)[0]
