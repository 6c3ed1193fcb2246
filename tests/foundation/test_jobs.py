"""Background jobs: enqueued with the business rows, at least once, finished steps once, safe to kill."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from foundation import clock, db, errors, jobs, settings
from foundation.jobs import table
from foundation.jobs.table import claim, fenced
from tests.foundation import victim
from tests.foundation.tasks import STEPS, WORKERS


@pytest.fixture(params=["table", "procrastinate"])
def quick(
    config: settings.Settings, engine: Engine, request: pytest.FixtureRequest
) -> Iterator[settings.Settings]:
    """Short leases, two at once; on PostgreSQL with both dispatchers."""
    if request.param == "procrastinate":
        if config.database_url.startswith("sqlite"):
            pytest.skip("Procrastinate needs PostgreSQL: run with --db=postgres")
        jobs.apply_schema(config.database_url)
    chosen = replace(config, lease_seconds=2, workers=WORKERS, jobs_backend=request.param)
    jobs.use(chosen)
    yield chosen
    jobs.use(config)
    for thread in threading.enumerate():
        if thread.name.startswith("job"):  # a worker that was stopped leaves the thread of a long step behind
            thread.join(timeout=30)


def add(engine: Engine, name: str, payload: dict[str, Any], **more: Any) -> str:
    with db.session_scope(engine) as session:
        return jobs.enqueue(session, name, payload, **more).id


def job_of(engine: Engine, job_id: str) -> jobs.Job:
    with db.session_scope(engine, reading=True) as session:
        return session.get_one(jobs.Job, job_id)


def test_a_job_runs_to_its_end(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    job_id = add(engine, "test.steps", {"log": str(tmp_path / "log")})
    assert jobs.work(engine, quick, once=True) == 1
    job = job_of(engine, job_id)
    assert (job.state, job.result, job.done, job.total, job.text, job.attempts) == (
        "done",
        "完成",
        3,
        3,
        "第 3 步",
        1,
    )
    assert (tmp_path / "log").read_text().count("\n") == 3


def test_a_rollback_takes_the_job_with_it(engine: Engine, quick: settings.Settings) -> None:
    with pytest.raises(RuntimeError), db.session_scope(engine) as session:
        jobs.enqueue(session, "test.steps", {"log": "x"})
        raise RuntimeError
    assert jobs.work(engine, quick, once=True) == 0


def test_the_same_key_is_queued_once(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    payload = {"log": str(tmp_path / "log")}
    first, second = add(engine, "test.steps", payload, key="k"), add(engine, "test.steps", payload, key="k")
    assert first == second
    jobs.work(engine, quick, once=True)
    assert add(engine, "test.steps", payload, key="k") != first


def test_an_unknown_task_is_refused(engine: Engine) -> None:
    with pytest.raises(errors.AnhengError, match="不存在"):
        add(engine, "test.unknown", {})


def test_an_expected_error_fails_at_once_with_its_remedy(engine: Engine, quick: settings.Settings) -> None:
    job_id = add(engine, "test.fail", {"expected": True})
    jobs.work(engine, quick, once=True)
    job = job_of(engine, job_id)
    assert (job.state, job.error, job.remedy, job.attempts) == (
        "failed",
        "文件不能读取。",
        "请重新扫描后上传。",
        1,
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_surprise_is_tried_five_times_with_pauses(engine: Engine, quick: settings.Settings) -> None:
    if quick.jobs_backend == "procrastinate":
        pytest.skip("the dispatcher goes by the database's clock, which cannot be frozen")
    job_id, start, pauses = add(engine, "test.fail", {"expected": False}), clock.now(), []
    moment = start
    for _ in range(table.ATTEMPTS):
        with clock.freeze(moment):
            jobs.work(engine, quick, once=True)
        job = job_of(engine, job_id)
        if job.state == "queued":
            pauses.append((job.due_at - moment).total_seconds())
            moment = job.due_at + timedelta(seconds=1)
    assert job.state == "failed" and job.attempts == table.ATTEMPTS
    assert pauses == list(table.BACKOFF_SECONDS)


def test_cancel_before_and_during(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    log = str(tmp_path / "log")
    waiting = add(engine, "test.steps", {"log": log})
    with db.session_scope(engine) as session:
        jobs.cancel(session, session.get_one(jobs.Job, waiting))
    assert job_of(engine, waiting).state == "cancelled"
    running = add(engine, "test.steps", {"log": log, "seconds": 0.4})
    worker = threading.Thread(target=jobs.work, args=(engine, quick, True))
    worker.start()
    wait_for(lambda: job_of(engine, running).done == 1)
    with db.session_scope(engine) as session:
        jobs.cancel(session, session.get_one(jobs.Job, running))
    worker.join()
    job = job_of(engine, running)
    assert job.state == "cancelled" and 1 <= len(job.steps) < STEPS
    with db.session_scope(engine) as session:
        jobs.retry(session, session.get_one(jobs.Job, running))
    jobs.work(engine, quick, once=True)
    assert job_of(engine, running).state == "done"
    assert Path(log).read_text().count("\n") == STEPS, "finished steps were kept"


def test_a_lost_lease_writes_nothing(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    job_id = add(engine, "test.steps", {"log": str(tmp_path / "log")})
    with db.session_scope(engine) as session:
        first = claim(session, 2)
    assert first is not None
    with clock.freeze(clock.now() + timedelta(seconds=3)), db.session_scope(engine) as session:
        second = claim(session, 2)
    assert second is not None and second.id == job_id and second.owner != first.owner
    with db.session_scope(engine) as session:
        assert fenced(session, job_id, first.owner or "", text="zu spät") is False
        assert fenced(session, job_id, second.owner or "", text="rechtzeitig") is True


def test_a_hung_task_loses_its_lease(engine: Engine, quick: settings.Settings) -> None:
    job_id = add(engine, "test.hang", {})
    worker = threading.Thread(target=jobs.work, args=(engine, quick, True))
    worker.start()
    wait_for(lambda: job_of(engine, job_id).state == "running")
    worker.join(timeout=30)
    assert job_of(engine, job_id).text != "不应写入"


@pytest.mark.parametrize("seconds", [0.3, 4.0])
def test_a_stopped_worker_gives_its_job_back(engine: Engine, quick: settings.Settings, tmp_path: Path, seconds: float,
                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """At the next checkpoint, or after the grace period when there is none: another worker goes on at once."""
    monkeypatch.setattr(jobs.worker, "GRACE_SECONDS", 1)
    log, stop = str(tmp_path / "log"), threading.Event()
    job_id = add(engine, "test.steps", {"log": log, "seconds": seconds})
    worker = threading.Thread(target=jobs.work, args=(engine, quick, False, stop))
    worker.start()
    wait_for(lambda: job_of(engine, job_id).state == "running")
    stop.set()
    worker.join(timeout=30)
    assert not worker.is_alive()
    job = job_of(engine, job_id)
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_queue_holds_its_slots(engine: Engine, quick: settings.Settings) -> None:
    for number in range(6):
        add(engine, "test.steps", {"log": str(number)}, queue="reading")
    claimed = []
    for _ in range(6):
        with db.session_scope(engine) as session:
            if job := claim(session, 60):
                claimed.append(job.id)
    assert len(claimed) == table.QUEUE_SLOTS["reading"]
    add(engine, "test.steps", {"log": "x"})
    with db.session_scope(engine) as session:
        other = claim(session, 60)
    assert other is not None and other.queue == "default", "a full queue does not block another"


def test_a_job_that_kills_its_worker_is_given_up(engine: Engine) -> None:
    job_id = add(engine, "test.steps", {"log": "x"})
    moment = clock.now()
    for turn in range(table.ATTEMPTS + 1):
        with clock.freeze(moment + timedelta(minutes=turn)), db.session_scope(engine) as session:
            claim(session, 10)
    job = job_of(engine, job_id)
    assert job.state == "failed" and "多次中断" in job.error


def test_jobs_survive_kill_9(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    """Workers are killed -9 at random; every job ends, and at most one step per kill runs a second time."""
    log, count, kills = str(tmp_path / "log"), 12, 0
    ids = [add(engine, "test.steps", {"log": log, "seconds": 0.05}) for _ in range(count)]
    deadline = time.monotonic() + 240
    for pause in rising():
        child, ear = victim.start(victim.work_for_ever, quick)
        time.sleep(pause)
        child.kill()
        child.join()
        ear.close()
        kills += 1
        states = {job_of(engine, job_id).state for job_id in ids}
        if states == {"done"}:
            break
        assert time.monotonic() < deadline, states
    lines = Path(log).read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == count * STEPS
    assert len(lines) - len(set(lines)) <= kills * quick.workers


def rising() -> Iterator[float]:
    pause = 0.25
    while True:
        yield pause
        pause = min(pause * 1.3, 6)


def wait_for(ready: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_every_state_is_counted(engine: Engine, quick: settings.Settings, tmp_path: Path) -> None:
    add(engine, "test.steps", {"log": str(tmp_path / "log")})
    jobs.work(engine, quick, once=True)
    with db.session_scope(engine, reading=True) as session:
        assert [job.state for job in session.exec(select(jobs.Job))] == ["done"]
